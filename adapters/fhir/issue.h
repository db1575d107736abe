#ifndef FOSSE_ADAPTERS_FHIR_ISSUE_H_
#define FOSSE_ADAPTERS_FHIR_ISSUE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace fosse::adapters::fhir {

// A fault of a Bundle. Never a value of it.
struct Issue {
  std::string at;      // Such as Bundle.entry[1].resource.input[3].valueCode; empty: nowhere.
  std::string reason;  // Stable, such as FIELD_REQUIRED.
  std::string remedy;  // What to do.
  std::string code;    // FHIR's kind of issue: required, invalid, not-supported, invariant, …
};

// Faults in the order in which they were found, each place and reason once, kMost at most.
class IssueList {
 public:
  static constexpr size_t kMost = 20;

  void Add(absl::string_view at, absl::string_view reason, absl::string_view remedy,
           absl::string_view code);
  bool empty() const { return issues_.empty(); }
  const std::vector<Issue>& issues() const { return issues_; }

 private:
  std::vector<Issue> issues_;
};

}  // namespace fosse::adapters::fhir

#endif  // FOSSE_ADAPTERS_FHIR_ISSUE_H_
