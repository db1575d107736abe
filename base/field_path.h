#ifndef FOSSE_BASE_FIELD_PATH_H_
#define FOSSE_BASE_FIELD_PATH_H_

#include <string>

#include "base/code.h"
#include "google/protobuf/descriptor.h"

namespace fosse {

// Where in a message something is: `delegation_proposal.plan.reference`, `plan.tasks[3].code`.
// It is put together from the contract's own field names and from positions, never from what a
// message holds, so an error or a log may carry it. Cheap enough for error paths only.
class FieldPath {
 public:
  // The message itself; its text is empty.
  FieldPath() = default;

  // A path known while writing the code: FieldPath("message_id").
  FieldPath(Code literal) : text_(literal.text()) {}  // NOLINT: implicit on purpose

  // One step deeper.
  FieldPath Then(const google::protobuf::FieldDescriptor& field) const;
  FieldPath ThenItem(const google::protobuf::FieldDescriptor& field, int index) const;

  // A field that the contract does not know, by its number: `plan.57`.
  FieldPath ThenUnknown(int number) const;

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace fosse

#endif  // FOSSE_BASE_FIELD_PATH_H_
