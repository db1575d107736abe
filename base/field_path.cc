#include "base/field_path.h"

#include "absl/strings/str_cat.h"

namespace fosse {

FieldPath FieldPath::Then(const google::protobuf::FieldDescriptor& field) const {
  FieldPath deeper;
  deeper.text_ = absl::StrCat(text_, text_.empty() ? "" : ".", field.name());
  return deeper;
}

FieldPath FieldPath::ThenItem(const google::protobuf::FieldDescriptor& field, int index) const {
  FieldPath deeper = Then(field);
  absl::StrAppend(&deeper.text_, "[", index, "]");
  return deeper;
}

FieldPath FieldPath::ThenUnknown(int number) const {
  FieldPath deeper;
  deeper.text_ = absl::StrCat(text_, text_.empty() ? "" : ".", number);
  return deeper;
}

}  // namespace fosse
