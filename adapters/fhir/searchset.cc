#include "adapters/fhir/searchset.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/kit/forms.h"

namespace fosse::adapters::fhir {
namespace {

bool IsOfAPerson(absl::string_view name) { return absl::StartsWith(name, "patient."); }

std::string Link(absl::string_view type, const SearchFields& fields, const SearchAddress& address,
                 const std::string* page) {
  SearchFields kept;
  for (const auto& [name, value] : fields) {
    if (!IsOfAPerson(name) && (page == nullptr || name != "_page")) kept.emplace_back(name, value);
  }
  if (page != nullptr) kept.emplace_back("_page", *page);
  return absl::StrCat(address.base, "/", type, kept.empty() ? "" : "?", WriteForm(kept));
}

}  // namespace

Json SearchEntry(absl::string_view id, Json resource) {
  Json entry = Entry(Urn(absl::StrCat("found/", id)), std::move(resource));
  entry["search"] = Json{{"mode", "match"}};
  return entry;
}

std::string Searchset(absl::string_view type, Json entries, const std::string& next_page_token,
                      const SearchFields& fields, const SearchAddress& address) {
  Json links = Json::array();
  links.push_back(Json{{"relation", "self"}, {"url", Link(type, fields, address, nullptr)}});
  bool person = false;
  for (const auto& [name, value] : fields) person = person || IsOfAPerson(name);
  if (!next_page_token.empty() && !person) {
    links.push_back(
        Json{{"relation", "next"}, {"url", Link(type, fields, address, &next_page_token)}});
  }
  if (!next_page_token.empty() && person) {
    const Json issue = {{"severity", "warning"},
                        {"code", "incomplete"},
                        {"diagnostics", "there is more; ask for less at a time"}};
    Json entry = Entry(Urn(absl::StrCat("found/more/", type)),
                       Json{{"resourceType", "OperationOutcome"}, {"issue", Json::array({issue})}});
    entry["search"] = Json{{"mode", "outcome"}};
    entries.push_back(std::move(entry));
  }
  Json bundle = {{"resourceType", "Bundle"}, {"type", "searchset"}, {"link", std::move(links)}};
  if (!entries.empty()) bundle["entry"] = std::move(entries);
  return Dump(bundle);
}

}  // namespace fosse::adapters::fhir
