#include "adapters/kit/field_path.h"

#include <string>
#include <vector>

#include "absl/strings/str_split.h"

namespace fosse::adapters {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

FieldPlace MutablePlace(Message& root, absl::string_view path) {
  Message* message = &root;
  const std::vector<std::string> names = absl::StrSplit(path, '.');
  for (size_t n = 0; n + 1 < names.size(); ++n) {
    const FieldDescriptor* field = message->GetDescriptor()->FindFieldByName(names[n]);
    message = message->GetReflection()->MutableMessage(message, field);
  }
  return {message, message->GetDescriptor()->FindFieldByName(names.back())};
}

ConstFieldPlace FindPlace(const Message& root, absl::string_view path) {
  const Message* message = &root;
  const std::vector<std::string> names = absl::StrSplit(path, '.');
  for (size_t n = 0; n < names.size(); ++n) {
    const FieldDescriptor* field = message->GetDescriptor()->FindFieldByName(names[n]);
    const Reflection& reflection = *message->GetReflection();
    const bool set = field->is_repeated() ? reflection.FieldSize(*message, field) > 0
                                          : reflection.HasField(*message, field);
    if (!set) return {};
    if (n + 1 == names.size()) return {message, field};
    message = &reflection.GetMessage(*message, field);
  }
  return {};
}

google::protobuf::Timestamp StampOf(absl::Time time) {
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(absl::ToUnixSeconds(time));
  stamp.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(stamp.seconds()))));
  return stamp;
}

std::string TextOf(const google::protobuf::Timestamp& stamp) {
  return absl::FormatTime(absl::RFC3339_full,
                          absl::FromUnixSeconds(stamp.seconds()) + absl::Nanoseconds(stamp.nanos()),
                          absl::UTCTimeZone());
}

}  // namespace fosse::adapters
