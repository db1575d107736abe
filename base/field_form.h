#ifndef FOSSE_BASE_FIELD_FORM_H_
#define FOSSE_BASE_FIELD_FORM_H_

#include "absl/strings/string_view.h"
#include "fosse/v1/terms.pb.h"

namespace fosse {

// Whether a present text has the form that the contract documents for `form`; FORMAT_UNSPECIFIED
// takes any text. An NHS number must stand as ten bare digits.
bool HasForm(v1::Format form, absl::string_view text);

}  // namespace fosse

#endif  // FOSSE_BASE_FIELD_FORM_H_
