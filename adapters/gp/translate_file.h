#ifndef FOSSE_ADAPTERS_GP_TRANSLATE_FILE_H_
#define FOSSE_ADAPTERS_GP_TRANSLATE_FILE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace fosse::adapters::gp {

// The events that a file may be read as: those of FHIR messages, and the answer over MESH.
inline constexpr absl::string_view kEvents[] = {"servicerequest-request", "servicerequest-response",
                                                "ITK008M"};

// What the bytes of one file would become: its Envelope as JSON, without the original, which is the
// file itself; or what an ITK3 answer means; and its issues. Translated where there is no issue.
// `event` is one of kEvents, the only one to read it as; empty: whatever the file says. Pure.
nlohmann::ordered_json TranslateBytes(absl::string_view name, const std::string& bytes,
                                      absl::string_view event);

// Whether bytes are XML, as ITK3 has it, and not JSON.
bool LooksLikeXml(absl::string_view bytes);

}  // namespace fosse::adapters::gp

#endif  // FOSSE_ADAPTERS_GP_TRANSLATE_FILE_H_
