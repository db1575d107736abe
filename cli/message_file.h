#ifndef FOSSE_CLI_MESSAGE_FILE_H_
#define FOSSE_CLI_MESSAGE_FILE_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace fosse::cli {

// Reads a message of the contract as people write it: protobuf JSON where the text begins with a
// brace, otherwise protobuf text format. INVALID_ARGUMENT says where it does not parse, as
// `line:column`, without the text found there: it may be a person's. Pure.
absl::Status ReadMessageText(absl::string_view text, google::protobuf::Message& message);

// The fields of `like` that such a text names, one at its zero among them: a message that was read
// no longer tells it from one that was not named. Empty where the text does not parse. Pure.
std::vector<const google::protobuf::FieldDescriptor*> FieldsNamed(
    absl::string_view text, const google::protobuf::Message& like);

}  // namespace fosse::cli

#endif  // FOSSE_CLI_MESSAGE_FILE_H_
