#ifndef FOSSE_ADAPTERS_FHIR_SEARCHSET_H_
#define FOSSE_ADAPTERS_FHIR_SEARCHSET_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "adapters/fhir/writing.h"

namespace fosse::adapters::fhir {

// Names and values, in the order in which they came.
using SearchFields = std::vector<std::pair<std::string, std::string>>;

// Where a search came in: a page that follows is asked for at the same place.
struct SearchAddress {
  std::string base;     // Such as https://host:443/FHIR/R4; no slash at its end.
  bool posted = false;  // POST …/_search: only there may a person be named.
};

// An entry that matched, under an id that stays.
Json SearchEntry(absl::string_view id, Json resource);

// A page of what was found. The next one is behind the link `next`; where a person was named there
// is no such link, since it would name the person: an outcome says that there is more.
std::string Searchset(absl::string_view type, Json entries, const std::string& next_page_token,
                      const SearchFields& fields, const SearchAddress& address);

}  // namespace fosse::adapters::fhir

#endif  // FOSSE_ADAPTERS_FHIR_SEARCHSET_H_
