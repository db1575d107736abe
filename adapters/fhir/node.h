#ifndef FOSSE_ADAPTERS_FHIR_NODE_H_
#define FOSSE_ADAPTERS_FHIR_NODE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/fhir/issue.h"
#include "simdjson.h"

namespace fosse::adapters::fhir {

// One place of a resource, present or not, that knows its FHIRPath. A value of another form than
// the one asked for is never passed over: it becomes an issue, since it would be lost (HAZ-21).
// Lives as long as its Bundle and list of issues. Not thread-safe.
class Node {
 public:
  // Absent.
  Node(std::string at, IssueList& issues) : at_(std::move(at)), issues_(&issues) {}
  Node(simdjson::dom::element value, std::string at, IssueList& issues)
      : value_(value), at_(std::move(at)), issues_(&issues) {}

  bool present() const { return value_.has_value(); }
  const std::string& at() const { return at_; }
  bool Is(const Node& other) const { return at_ == other.at_; }

  // A member; absent where there is none.
  Node operator[](absl::string_view name) const;
  // The items of an array; none where absent.
  std::vector<Node> Items() const;
  // The only item of an array; absent where it has none. A second one is an issue.
  Node Only() const;

  // Empty, or nothing, where absent.
  std::string Text() const;
  std::string RequiredText() const;  // An issue where absent.
  std::optional<bool> Boolean() const;
  std::optional<uint32_t> Number() const;
  std::string Day() const;                 // YYYY-MM-DD, by the calendar of London.
  std::optional<absl::Time> Time() const;  // With its offset.

  // Where absent: an issue.
  bool Require() const;
  void AddIssue(absl::string_view reason, absl::string_view remedy, absl::string_view code) const {
    issues_->Add(at_, reason, remedy, code);
  }
  void Invalid(absl::string_view remedy) const { AddIssue("FIELD_INVALID", remedy, "value"); }

  // For walks over everything.
  const std::optional<simdjson::dom::element>& value() const { return value_; }
  IssueList& issues() const { return *issues_; }

 private:
  std::optional<simdjson::dom::element> value_;
  std::string at_;
  IssueList* issues_;
};

// The code that a CodeableConcept gives in `system`; empty where it gives none.
std::string CodeIn(const Node& concept_node, absl::string_view system);
// The value of the first identifier of an array in `system` that is not marked old; absent, below
// the array, where there is none.
Node IdentifierIn(const Node& identifiers, absl::string_view system);

}  // namespace fosse::adapters::fhir

#endif  // FOSSE_ADAPTERS_FHIR_NODE_H_
