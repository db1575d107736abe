#ifndef FOSSE_ADAPTERS_FHIR_SEARCH_H_
#define FOSSE_ADAPTERS_FHIR_SEARCH_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "adapters/fhir/issue.h"
#include "adapters/fhir/searchset.h"
#include "fosse/v1/audit.pb.h"
#include "fosse/v1/care_records.pb.h"

// Searches and what they find. Pure.
namespace fosse::adapters::fhir {

// The pages of Tasks that a search asks for. A parameter that is not known here, or a value that
// is none, is an issue: a filter that was passed over would show more than was asked for.
v1::ListDelegationsRequest ReadTaskSearch(const SearchFields& fields, const SearchAddress& address,
                                          IssueList& issues);

// What was found, as a searchset: a Task for each delegation.
std::string TaskSearchset(const v1::ListDelegationsResponse& found, const SearchFields& fields,
                          const SearchAddress& address);

// The pages of the trail that a search for AuditEvent or Provenance asks for.
v1::SearchRequest ReadTrailSearch(absl::string_view type, const SearchFields& fields,
                                  const SearchAddress& address, IssueList& issues);

// What was found: an AuditEvent for each entry, or a Provenance for each that moved oversight, or
// asked to, and whose detail the reader may see. A page may hold none and yet have a next one.
std::string TrailSearchset(absl::string_view type, const v1::SearchResponse& found,
                           const SearchFields& fields, const SearchAddress& address);

// A parameter of a type's search.
struct SearchParameter {
  absl::string_view name;
  absl::string_view type;  // token, date, string, …
  absl::string_view words;
  bool repeats = false;
};
const std::vector<SearchParameter>& SearchParametersOf(absl::string_view type);

}  // namespace fosse::adapters::fhir

#endif  // FOSSE_ADAPTERS_FHIR_SEARCH_H_
