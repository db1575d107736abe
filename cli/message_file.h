#ifndef FOSSE_CLI_MESSAGE_FILE_H_
#define FOSSE_CLI_MESSAGE_FILE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace fosse::cli {

// Reads a message of the contract as people write it: protobuf JSON where the text begins with a
// brace, otherwise protobuf text format. INVALID_ARGUMENT says where it does not parse, as
// `line:column`, without the text found there: it may be a person's. Pure.
absl::Status ReadMessageText(absl::string_view text, google::protobuf::Message& message);

}  // namespace fosse::cli

#endif  // FOSSE_CLI_MESSAGE_FILE_H_
