#ifndef FOSSE_CLI_PERSON_OPTIONS_H_
#define FOSSE_CLI_PERSON_OPTIONS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "fosse/v1/common.pb.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"

// Options that several commands take, read. INVALID_ARGUMENT, in words for the command line, where
// they do not make what they should.
namespace fosse::cli {

absl::Status ReadMessageFile(Session& session, const std::string& path,
                             google::protobuf::Message& message);
absl::StatusOr<v1::PersonReference> ReadPerson(Session& session, const PersonOptions& options);
// 2026-11-22 (its first moment, UTC) or RFC 3339. `option` is its name, for the error.
absl::Status ReadTime(const std::string& text, absl::string_view option,
                      google::protobuf::Timestamp* time);

}  // namespace fosse::cli

#endif  // FOSSE_CLI_PERSON_OPTIONS_H_
