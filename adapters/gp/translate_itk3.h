#ifndef FOSSE_ADAPTERS_GP_TRANSLATE_ITK3_H_
#define FOSSE_ADAPTERS_GP_TRANSLATE_ITK3_H_

#include <string>

#include "absl/strings/string_view.h"

namespace fosse::adapters::gp {

// Whether bytes are XML, as ITK3 messages are, rather than FHIR JSON.
bool LooksLikeXml(absl::string_view bytes);

// `fosse-gp translate` for one ITK3 file: prints as JSON which message it answers, and each of its
// codes with kind and effect, or its issues. The courier reads with the same code. True:
// translated.
bool TranslateItk3(absl::string_view path, const std::string& bytes);

}  // namespace fosse::adapters::gp

#endif  // FOSSE_ADAPTERS_GP_TRANSLATE_ITK3_H_
