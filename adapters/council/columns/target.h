#ifndef FOSSE_ADAPTERS_COUNCIL_COLUMNS_TARGET_H_
#define FOSSE_ADAPTERS_COUNCIL_COLUMNS_TARGET_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "adapters/council/fields.h"
#include "fosse/v1/terms.pb.h"
#include "google/protobuf/descriptor.h"

// Which field of a message a JSON pointer of a column map means. Pure, thread-safe.
namespace fosse::adapters::council {

// What an extract tells of services (service_episode.proto); beside the types of fields.h.
const MessageType& ServiceEpisodeType();
// Of either kind; null where there is none.
const MessageType* FindRowType(absl::string_view name);

struct Target {
  Form form = Form::kText;
  v1::Format format = v1::FORMAT_UNSPECIFIED;  // Of a text.
  const google::protobuf::FieldDescriptor* field = nullptr;
  std::string path;  // From the Envelope, as CheckFields() names it: person_update.address.
};

// Nothing where the type has no such field. Lists of objects are met item by item: /workers/0/name.
std::optional<Target> FindTarget(const MessageType& type, absl::string_view pointer);

// The pointers that every message of the type must have.
std::vector<std::string> RequiredPointers(const MessageType& type);

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_COLUMNS_TARGET_H_
