#ifndef FOSSE_BASE_ODS_CODE_H_
#define FOSSE_BASE_ODS_CODE_H_

#include "absl/strings/string_view.h"

namespace fosse {

// Whether `text` could be a code of the Organisation Data Service: 3 to 12 of A-Z and 0-9. It says
// nothing of the kind of organisation, nor that it exists: look its roles up in the directory.
bool IsOdsCode(absl::string_view text);

}  // namespace fosse

#endif  // FOSSE_BASE_ODS_CODE_H_
