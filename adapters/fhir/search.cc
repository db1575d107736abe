#include "adapters/fhir/search.h"

#include <map>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "adapters/fhir/systems.h"
#include "adapters/fhir/trail_resources.h"
#include "adapters/fhir/writing.h"
#include "adapters/kit/field_path.h"
#include "adapters/kit/words.h"
#include "base/local_date.h"
#include "base/nhs_number.h"

namespace fosse::adapters::fhir {
namespace {

constexpr uint32_t kMostOnAPage = 100;
constexpr absl::string_view kNumberField = "patient.identifier";
constexpr absl::string_view kBornField = "patient.birthdate";
constexpr absl::string_view kFamilyField = "patient.family";

const std::vector<SearchParameter>& PersonParameters() {
  static const auto& parameters = *new std::vector<SearchParameter>{
      {kNumberField, "token", "the NHS number; by POST alone, with birthdate and family"},
      {kBornField, "date", "the day of birth, whole; by POST alone"},
      {kFamilyField, "string", "the family name; by POST alone"},
  };
  return parameters;
}

// As FHIR places an issue of a request.
std::string PlaceOf(absl::string_view name) {
  return name.empty() ? "http" : absl::StrCat("http.", name);
}

// Whether `text` is one of the names that stand in the table: only those go into an issue.
bool IsNamed(absl::string_view text, absl::string_view type) {
  for (const SearchParameter& parameter : SearchParametersOf(type)) {
    if (parameter.name == text) return true;
  }
  return false;
}

bool Repeats(absl::string_view text, absl::string_view type) {
  for (const SearchParameter& parameter : SearchParametersOf(type)) {
    if (parameter.name == text) return parameter.repeats;
  }
  return false;
}

std::string NamesOf(absl::string_view type) {
  std::string names = "use one of:";
  for (const SearchParameter& parameter : SearchParametersOf(type)) {
    absl::StrAppend(&names, " ", parameter.name);
  }
  return names;
}

// Each name once, where it may be given; else issues.
std::map<std::string, std::string> Single(const SearchFields& fields, absl::string_view type,
                                          const SearchAddress& address, IssueList& issues) {
  std::map<std::string, std::string> out;
  for (const auto& [name, value] : fields) {
    if (!IsNamed(name, type)) {
      issues.Add(PlaceOf(""), "SEARCH_UNSUPPORTED", NamesOf(type), "not-supported");
      continue;
    }
    if (absl::StartsWith(name, "patient.") && !address.posted) {
      issues.Add(PlaceOf(name), "SEARCH_IN_ADDRESS",
                 "name a person by POST to _search: addresses are kept in logs", "security");
    }
    if (value.empty()) {
      issues.Add(PlaceOf(name), "FIELD_INVALID", "give a value", "value");
    } else if (Repeats(name, type)) {
      continue;
    } else if (!out.emplace(name, value).second) {
      issues.Add(PlaceOf(name), "PARAMETER_TWICE", "give this parameter once", "duplicate");
    }
  }
  return out;
}

std::string Take(const std::map<std::string, std::string>& fields, absl::string_view name) {
  const auto found = fields.find(std::string(name));
  return found == fields.end() ? "" : found->second;
}

uint32_t ReadCount(const std::string& text, IssueList& issues) {
  uint32_t count = 0;
  if (text.empty()) return 0;
  if (!absl::SimpleAtoi(text, &count) || count == 0 || count > kMostOnAPage) {
    issues.Add(PlaceOf("_count"), "FIELD_INVALID", "give a number from 1 to 100", "value");
    return 0;
  }
  return count;
}

// All three or none: a number alone shows nobody's record.
void ReadSearchedPerson(const std::map<std::string, std::string>& fields,
                        v1::PersonReference& person, IssueList& issues) {
  const auto need = [&](absl::string_view name) {
    std::string text = Take(fields, name);
    if (text.empty()) {
      issues.Add(PlaceOf(name), "FIELD_REQUIRED",
                 "name a person by identifier, birthdate and family", "required");
    }
    return text;
  };
  absl::string_view number = "";
  const std::string identifier = need(kNumberField);
  number = identifier;
  const bool national = absl::ConsumePrefix(&number, absl::StrCat(kNhsNumber, "|"));
  const std::optional<std::string> normal = NormaliseNhsNumber(number);
  if (!identifier.empty() && (!national || !normal.has_value())) {
    issues.Add(PlaceOf(kNumberField), "NHS_NUMBER_INVALID",
               absl::StrCat("give the NHS number behind ", kNhsNumber, "|"), "value");
  }
  person.set_nhs_number(normal.value_or(""));
  const std::string born = need(kBornField);
  if (!born.empty() && (born.size() != 10 || !ParseLocalDate(born).has_value())) {
    issues.Add(PlaceOf(kBornField), "FIELD_INVALID", "give a whole day, such as 1941-03-09",
               "value");
  }
  person.set_date_of_birth(born);
  person.set_family_name(need(kFamilyField));
}

bool NamesAPerson(const std::map<std::string, std::string>& fields) {
  return !Take(fields, kNumberField).empty() || !Take(fields, kBornField).empty() ||
         !Take(fields, kFamilyField).empty();
}

// The states that a Task's status, or a state's own word, stands for.
void AddStates(absl::string_view name, const std::string& text, v1::ListDelegationsRequest& request,
               IssueList& issues) {
  const bool own = name == "business-status";
  std::string known;
  for (const absl::string_view word : absl::StrSplit(text, ',')) {
    const int before = request.states_size();
    for (int n = v1::DelegationState_MIN; n <= v1::DelegationState_MAX; ++n) {
      if (n == v1::DELEGATION_STATE_UNSPECIFIED || !v1::DelegationState_IsValid(n)) continue;
      const auto state = static_cast<v1::DelegationState>(n);
      const std::string is =
          own ? WordOf(*v1::DelegationState_descriptor(), n) : std::string(TaskStatus(state));
      if (is == word) request.add_states(state);
      if (absl::StrCat(known, " ").find(absl::StrCat(" ", is, " ")) == std::string::npos) {
        absl::StrAppend(&known, " ", is);
      }
    }
    if (request.states_size() == before) {
      issues.Add(PlaceOf(name), "FIELD_INVALID", absl::StrCat("give some of:", known), "value");
    }
  }
}

// ge and a time, inclusive, or lt and one, exclusive: what the trail is kept by. A day begins at
// midnight in London.
void ReadBound(absl::string_view name, absl::string_view text, v1::SearchRequest& request,
               IssueList& issues) {
  const bool from = absl::ConsumePrefix(&text, "ge");
  const bool until = !from && absl::ConsumePrefix(&text, "lt");
  absl::Time time;
  const std::optional<absl::CivilDay> day = ParseLocalDate(text);
  bool valid = from || until;
  if (text.size() == 10 && day.has_value()) {
    time = LondonStartOfDay(*day);
  } else {
    valid = valid && absl::ParseTime(absl::RFC3339_full, text, &time, nullptr) &&
            time != absl::InfiniteFuture() && time != absl::InfinitePast();
  }
  if (!valid || (from ? request.has_from() : request.has_until())) {
    issues.Add(PlaceOf(name), "FIELD_INVALID",
               "give ge and a time, or lt and a time, each once, such as ge2026-11-02", "value");
    return;
  }
  *(from ? request.mutable_from() : request.mutable_until()) = StampOf(time);
}

// How a delegation stands, out of the record of it.
v1::DelegationStanding StandingFrom(const v1::Delegation& delegation) {
  v1::DelegationStanding standing;
  standing.set_delegation_id(delegation.delegation_id());
  standing.set_reference(delegation.proposal().reference());
  standing.set_state(delegation.state());
  standing.set_owner(delegation.owner());
  standing.set_delegating(delegation.proposal().delegating());
  standing.set_delegated_to(delegation.proposal().delegated_to());
  standing.set_review_on(delegation.review_on());
  if (delegation.proposal().has_task()) {
    *standing.mutable_task() = delegation.proposal().task().code();
  }
  const v1::Oversight& oversight = delegation.oversight();
  standing.set_oversight(oversight.state());
  standing.set_overseer(oversight.holder());
  if (oversight.has_contacts()) *standing.mutable_contacts() = oversight.contacts();
  if (oversight.has_offer() && !oversight.offer().closed()) {
    *standing.mutable_offer() = oversight.offer();
  }
  return standing;
}

Json TaskOf(const v1::Delegation& delegation, const v1::PersonReference* person) {
  Json task = StandingTask(StandingFrom(delegation));
  if (person != nullptr && !person->nhs_number().empty()) {
    task["for"] = Json{{"identifier", Identifier(kNhsNumber, person->nhs_number())}};
  }
  if (delegation.has_proposed_at()) task["authoredOn"] = Instant(delegation.proposed_at());
  if (!delegation.proposal().delegating().empty()) {
    task["requester"] = Organisation(delegation.proposal().delegating());
  }
  if (delegation.has_next_action_at()) {
    task["restriction"] = Json{{"period", Json{{"end", Instant(delegation.next_action_at())}}}};
  }
  return task;
}

}  // namespace

const std::vector<SearchParameter>& SearchParametersOf(absl::string_view type) {
  static const auto& task = *[] {
    auto* list = new std::vector<SearchParameter>{
        {"status", "token", "statuses of a Task, with commas between"},
        {"business-status", "token", "states of a delegation, with commas between"},
    };
    list->insert(list->end(), PersonParameters().begin(), PersonParameters().end());
    list->push_back({"_count", "number", "items on a page, 100 at most"});
    list->push_back({"_page", "string", "from the link next of the page before"});
    return list;
  }();
  const auto trail = [](absl::string_view time) {
    auto* list = new std::vector<SearchParameter>{
        {time, "date", "ge and a time, lt and a time: from, and until before", true}};
    list->insert(list->end(), PersonParameters().begin(), PersonParameters().end());
    list->push_back({"_count", "number", "entries of the trail for a page, 100 at most"});
    list->push_back({"_page", "string", "from the link next of the page before"});
    return list;
  };
  static const auto& audit = *trail("date");
  static const auto& provenance = *trail("recorded");
  static const auto& none = *new std::vector<SearchParameter>;
  if (type == "AuditEvent") return audit;
  if (type == "Provenance") return provenance;
  return type == "Task" ? task : none;
}

v1::ListDelegationsRequest ReadTaskSearch(const SearchFields& fields, const SearchAddress& address,
                                          IssueList& issues) {
  v1::ListDelegationsRequest request;
  const auto single = Single(fields, "Task", address, issues);
  request.set_page_size(ReadCount(Take(single, "_count"), issues));
  request.set_page_token(Take(single, "_page"));
  request.set_include_ended(true);
  for (const absl::string_view name : {"status", "business-status"}) {
    const std::string text = Take(single, name);
    if (!text.empty()) AddStates(name, text, request, issues);
  }
  if (NamesAPerson(single)) {
    ReadSearchedPerson(single, *request.mutable_person(), issues);
  } else if (request.states().empty()) {
    // A search of all: whatever the state.
    for (int n = v1::DelegationState_MIN; n <= v1::DelegationState_MAX; ++n) {
      if (n != v1::DELEGATION_STATE_UNSPECIFIED && v1::DelegationState_IsValid(n)) {
        request.add_states(static_cast<v1::DelegationState>(n));
      }
    }
  }
  return request;
}

v1::SearchRequest ReadTrailSearch(absl::string_view type, const SearchFields& fields,
                                  const SearchAddress& address, IssueList& issues) {
  v1::SearchRequest request;
  const auto single = Single(fields, type, address, issues);
  request.set_page_size(ReadCount(Take(single, "_count"), issues));
  request.set_page_token(Take(single, "_page"));
  for (const auto& [name, value] : fields) {
    if (Repeats(name, type) && !value.empty()) ReadBound(name, value, request, issues);
  }
  if (NamesAPerson(single)) ReadSearchedPerson(single, *request.mutable_person(), issues);
  return request;
}

std::string TrailSearchset(absl::string_view type, const v1::SearchResponse& found,
                           const SearchFields& fields, const SearchAddress& address) {
  Json entries = Json::array();
  for (const v1::EntryView& entry : found.entries()) {
    Json resource = type == "AuditEvent" ? AuditEventOf(entry) : ProvenanceOf(entry);
    if (resource.is_null()) continue;
    entries.push_back(
        SearchEntry(absl::StrCat(type, "/", entry.leaf().index()), std::move(resource)));
  }
  return Searchset(type, std::move(entries), found.next_page_token(), fields, address);
}

std::string TaskSearchset(const v1::ListDelegationsResponse& found, const SearchFields& fields,
                          const SearchAddress& address) {
  Json entries = Json::array();
  for (int n = 0; n < found.delegations_size(); ++n) {
    entries.push_back(SearchEntry(
        found.delegations(n).delegation_id(),
        TaskOf(found.delegations(n), n < found.persons_size() ? &found.persons(n) : nullptr)));
  }
  return Searchset("Task", std::move(entries), found.next_page_token(), fields, address);
}

}  // namespace fosse::adapters::fhir
