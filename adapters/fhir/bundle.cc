#include "adapters/fhir/bundle.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "adapters/fhir/systems.h"
#include "base/participant_id.h"
#include "nlohmann/json.hpp"

namespace fosse::adapters::fhir {
namespace {

using simdjson::dom::element;

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr size_t kLongestName = 40;

// Whether a member's name looks like FHIR's: only such a name may stand in a path, since any other
// could carry something of a person.
bool IsElementName(std::string_view name) {
  if (name.empty() || name.size() > kLongestName || !absl::ascii_islower(name[0])) return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return absl::ascii_isalpha(c); });
}

void CheckValue(const element& value, const std::string& at, int depth, IssueList& issues);

void CheckObject(const simdjson::dom::object& object, const std::string& at, int depth,
                 IssueList& issues) {
  std::set<std::string_view> names;
  for (const auto& [name, value] : object) {
    const std::string below =
        IsElementName(name) ? absl::StrCat(at, ".", absl::string_view(name.data(), name.size()))
                            : at;
    if (!names.insert(name).second) {
      issues.Add(below, "ELEMENT_TWICE", "name each element once", "structure");
    }
    if (name == "modifierExtension" || name == "implicitRules") {
      issues.Add(below, "MEANING_UNKNOWN",
                 "this changes the meaning of the resource in a way that is not supported here; "
                 "send it without",
                 "not-supported");
    }
    std::string_view text;
    if (name == "status" && value.get_string().get(text) == simdjson::SUCCESS &&
        text == "entered-in-error") {
      issues.Add(below, "ENTERED_IN_ERROR", "leave out what was entered in error", "not-supported");
    }
    CheckValue(value, below, depth + 1, issues);
  }
}

void CheckValue(const element& value, const std::string& at, int depth, IssueList& issues) {
  if (depth > kDeepest) {
    issues.Add(at, "NESTED_TOO_DEEP", "nest no deeper than the profile describes", "structure");
    return;
  }
  simdjson::dom::object object;
  simdjson::dom::array array;
  if (value.get_object().get(object) == simdjson::SUCCESS) {
    CheckObject(object, at, depth, issues);
  } else if (value.get_array().get(array) == simdjson::SUCCESS) {
    size_t n = 0;
    for (const element item : array) {
      CheckValue(item, absl::StrCat(at, "[", n++, "]"), depth + 1, issues);
    }
  }
}

// Finds out where the text stops being JSON.
class FaultFinder : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(size_t) override { return true; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    position_ = position;
    return false;
  }
  size_t position() const { return position_; }

 private:
  size_t position_ = 0;
};

std::string PlaceOfFault(absl::string_view bytes) {
  FaultFinder finder;
  static_cast<void>(nlohmann::json::sax_parse(bytes.begin(), bytes.end(), &finder));
  return absl::StrCat("byte ", finder.position());
}

constexpr absl::string_view kAlone[] = {"Task", "Communication", "EpisodeOfCare"};

// What means something only together with others, and how to send it.
struct NeverAlone {
  absl::string_view type;
  absl::string_view remedy;
};

constexpr NeverAlone kNeverAlone[] = {
    {"ServiceRequest",
     "send a Task of code delegation-proposal whose focus it is, and contain it there"},
    {"CarePlan",
     "a plan goes with its proposal: send a Task of code delegation-proposal that contains the "
     "ServiceRequest, and the plan as one of its supportingInfo"},
    {"CareTeam",
     "a team goes with its proposal: send a Task of code delegation-proposal that contains the "
     "ServiceRequest, and the team as CarePlan.careTeam, or of category mdt as supportingInfo"},
};

}  // namespace

std::unique_ptr<Bundle> Bundle::Parse(absl::string_view bytes, IssueList& issues) {
  if (bytes.size() > kMostBytes) {
    issues.Add(absl::StrCat("byte ", kMostBytes), "BUNDLE_TOO_LARGE", "send at most 1 MiB",
               "too-long");
    return nullptr;
  }
  if (absl::StartsWith(bytes, kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
  auto parser = std::make_unique<simdjson::dom::parser>();
  element value;
  const simdjson::padded_string padded(bytes.data(), bytes.size());
  if (parser->parse(padded).get(value) != simdjson::SUCCESS || !value.is_object()) {
    issues.Add(PlaceOfFault(bytes), "JSON_INVALID", "send one FHIR resource as JSON in UTF-8",
               "structure");
    return nullptr;
  }
  std::unique_ptr<Bundle> bundle(new Bundle(std::move(parser)));
  bundle->root_ = std::make_unique<Node>(value, "Bundle", issues);
  const Node type = bundle->root()["resourceType"];
  const std::string name = type.RequiredText();
  for (const NeverAlone& never : kNeverAlone) {
    if (name != never.type) continue;
    issues.Add(never.type, "RESOURCE_ALONE", never.remedy, "not-supported");
    return nullptr;
  }
  bundle->alone_ = std::find(std::begin(kAlone), std::end(kAlone), name) != std::end(kAlone);
  if (bundle->alone_) {
    bundle->root_ = std::make_unique<Node>(value, name, issues);
    CheckValue(value, name, 0, issues);
    bundle->IndexContained();
    return bundle;
  }
  if (name != "Bundle") {
    type.AddIssue("RESOURCE_TYPE_WRONG",
                  "send a Bundle of type message, or a Task, Communication or EpisodeOfCare",
                  "invalid");
    return nullptr;
  }
  if (bundle->root()["type"].RequiredText() != "message") {
    bundle->root()["type"].AddIssue("BUNDLE_TYPE_WRONG", "send a Bundle of type message",
                                    "not-supported");
    return nullptr;
  }
  CheckValue(value, "Bundle", 0, issues);
  bundle->Index();
  return bundle;
}

void Bundle::Index() {
  const std::vector<Node> entries = root()["entry"].Items();
  if (entries.size() > kMostEntries) {
    root()["entry"].AddIssue("FIELD_TOO_MANY", "send at most 200 entries", "too-long");
    return;
  }
  for (const Node& entry : entries) {
    const Node resource = entry["resource"];
    const std::string url = entry["fullUrl"].Text();
    if (!url.empty() && !by_url_.emplace(url, resources_.size()).second) {
      entry["fullUrl"].AddIssue("ENTRY_TWICE", "give each entry a fullUrl of its own", "duplicate");
    }
    if (resource.Require()) {
      const std::string id = resource["id"].Text();
      const std::string type = resource["resourceType"].RequiredText();
      if (!id.empty()) by_url_.emplace(absl::StrCat(type, "/", id), resources_.size());
    }
    resources_.push_back(resource);
  }
}

void Bundle::IndexContained() {
  resources_.push_back(root());
  const std::vector<Node> contained = root()["contained"].Items();
  if (contained.size() > kMostEntries) {
    root()["contained"].AddIssue("FIELD_TOO_MANY", "send at most 200 resources", "too-long");
    return;
  }
  for (const Node& resource : contained) {
    resource["resourceType"].RequiredText();
    const std::string id = resource["id"].RequiredText();
    if (!by_url_.emplace(absl::StrCat("#", id), resources_.size()).second) {
      resource["id"].AddIssue("ENTRY_TWICE", "give each contained resource an id of its own",
                              "duplicate");
    }
    resources_.push_back(resource);
  }
}

Node Bundle::ResolveContained(const Node& reference, absl::string_view id) const {
  // A contained resource belongs to the entry in which the reference stands, as its path tells.
  constexpr absl::string_view kStart = "Bundle.entry[";
  absl::string_view digits = reference.at();
  digits.remove_prefix(std::min(digits.size(), kStart.size()));
  size_t entry;
  if (absl::SimpleAtoi(digits.substr(0, digits.find(']')), &entry) && entry < resources_.size()) {
    for (const Node& contained : resources_[entry]["contained"].Items()) {
      if (contained["id"].Text() == id) return contained;
    }
  }
  return Node(reference.at(), reference.issues());
}

Node Bundle::Resolve(const Node& reference) const {
  Node absent(reference.at(), reference.issues());
  const Node target = reference["reference"];
  const std::string url = target.Text();
  if (url.empty()) return absent;
  if (url[0] == '#' && !alone_) {
    const Node contained = ResolveContained(target, absl::string_view(url).substr(1));
    if (contained.present()) return contained;
  }
  const auto found = by_url_.find(url);
  if (found != by_url_.end() && resources_[found->second].present()) {
    return resources_[found->second];
  }
  target.AddIssue("REFERENCE_UNRESOLVED",
                  alone_ ? "put the resource into contained, and refer to it by # and its id"
                         : "put the resource into the Bundle, and refer to it by its fullUrl",
                  "not-found");
  return absent;
}

Node Bundle::Resolve(const Node& reference, absl::string_view type) const {
  const Node resource = Resolve(reference);
  if (resource.present() && resource["resourceType"].Text() != type) {
    reference["reference"].AddIssue("REFERENCE_TYPE_WRONG",
                                    absl::StrCat("refer to a resource of type ", type), "value");
    return Node(reference.at(), reference.issues());
  }
  return resource;
}

std::string Bundle::OrganisationOf(const Node& reference) const {
  if (!reference.present()) return "";
  Node value = reference["identifier"]["value"];
  if (value.present()) {
    if (reference["identifier"]["system"].RequiredText() != kOds) {
      reference["identifier"]["system"].Invalid(absl::StrCat("name the organisation in ", kOds));
      return "";
    }
  } else {
    const Node resource = Resolve(reference, "Organization");
    if (!resource.present()) return "";
    value = IdentifierIn(resource["identifier"], kOds);
  }
  const std::string organisation = value.RequiredText();
  if (!organisation.empty() && !ParticipantId::IsParticipantId(organisation)) {
    value.Invalid("give the organisation's code in capitals, digits and hyphens");
    return "";
  }
  return organisation;
}

}  // namespace fosse::adapters::fhir
