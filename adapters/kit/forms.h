#ifndef FOSSE_ADAPTERS_KIT_FORMS_H_
#define FOSSE_ADAPTERS_KIT_FORMS_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// What browsers send: queries, forms, cookies. Everything is pure.
namespace fosse::adapters {

// application/x-www-form-urlencoded, in order. INVALID_ARGUMENT, reason FORM_INVALID, where it is
// not, or has more than 50 fields.
absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ReadFields(absl::string_view text);

// The same; the first of a name counts.
absl::StatusOr<std::map<std::string, std::string>> ReadForm(absl::string_view text);

// The other way.
std::string WriteForm(const std::vector<std::pair<std::string, std::string>>& fields);

// A cookie's value out of a Cookie header; empty where it is not there.
std::string CookieOf(absl::string_view header, absl::string_view name);

// RFC 7515: base64url without padding.
std::string Base64Url(absl::string_view bytes);
absl::StatusOr<std::string> FromBase64Url(absl::string_view text);

}  // namespace fosse::adapters

#endif  // FOSSE_ADAPTERS_KIT_FORMS_H_
