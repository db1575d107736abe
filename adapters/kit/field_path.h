#ifndef FOSSE_ADAPTERS_KIT_FIELD_PATH_H_
#define FOSSE_ADAPTERS_KIT_FIELD_PATH_H_

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"

// Where a dotted path of field names, such as "plan.review_on", leads in a message. The tables that
// tie native fields to the contract are such paths. Every name must exist: a fault in a table, not
// in a message, and found by the tables' tests.
namespace fosse::adapters {

// The innermost message and the path's last field.
struct FieldPlace {
  google::protobuf::Message* message;
  const google::protobuf::FieldDescriptor* field;
};

struct ConstFieldPlace {
  const google::protobuf::Message* message = nullptr;
  const google::protobuf::FieldDescriptor* field = nullptr;
};

// Sets the messages on the way.
FieldPlace MutablePlace(google::protobuf::Message& root, absl::string_view path);

// A null field where any step is not set.
ConstFieldPlace FindPlace(const google::protobuf::Message& root, absl::string_view path);

google::protobuf::Timestamp StampOf(absl::Time time);
// RFC 3339, UTC.
std::string TextOf(const google::protobuf::Timestamp& stamp);

}  // namespace fosse::adapters

#endif  // FOSSE_ADAPTERS_KIT_FIELD_PATH_H_
