#ifndef FOSSE_ADAPTERS_FHIR_BUNDLE_H_
#define FOSSE_ADAPTERS_FHIR_BUNDLE_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "adapters/fhir/node.h"

namespace fosse::adapters::fhir {

inline constexpr size_t kMostBytes = 1u << 20;
inline constexpr size_t kMostEntries = 200;
inline constexpr int kDeepest = 32;

// A Bundle as it was sent, or a resource by itself with those that it contains. What would change
// the meaning of elements that we read and that we do not understand is an issue wherever it
// stands: implicitRules, modifierExtension, a member named twice, a resource entered in error.
class Bundle {
 public:
  // Null, with an issue, where the bytes are neither. `issues` must outlive it.
  static std::unique_ptr<Bundle> Parse(absl::string_view bytes, IssueList& issues);

  const Node& root() const { return *root_; }
  // Whether it is one resource by itself: that is the root, and the first of the resources.
  bool alone() const { return alone_; }
  const std::vector<Node>& resources() const { return resources_; }

  // The resource that a Reference names: by fullUrl, contained (#id), or relative. Absent, with an
  // issue, where it is not in the Bundle; absent without one where the Reference itself is.
  Node Resolve(const Node& reference) const;
  // The same; an issue, too, where it is of another type.
  Node Resolve(const Node& reference, absl::string_view type) const;

  // The organisation that a Reference names by identifier, or by a resource that has one. Empty,
  // with an issue, where a Reference is there and names none.
  std::string OrganisationOf(const Node& reference) const;

 private:
  explicit Bundle(std::unique_ptr<simdjson::dom::parser> parser) : parser_(std::move(parser)) {}
  void Index();
  void IndexContained();
  Node ResolveContained(const Node& reference, absl::string_view id) const;

  const std::unique_ptr<simdjson::dom::parser> parser_;
  std::unique_ptr<Node> root_;
  bool alone_ = false;
  std::vector<Node> resources_;           // One for each entry, absent ones included.
  std::map<std::string, size_t> by_url_;  // Full URL, Type/id, or #id of what is contained.
};

}  // namespace fosse::adapters::fhir

#endif  // FOSSE_ADAPTERS_FHIR_BUNDLE_H_
