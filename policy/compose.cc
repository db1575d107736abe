#include "policy/compose.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/status.h"
#include "fosse/v1/rulebook.pb.h"
#include "google/protobuf/text_format.h"
#include "policy/located_text.h"
#include "policy/rulebook.h"

namespace fosse::policy {
namespace {

std::string DigestOf(absl::string_view text) { return Hex(Sha256(std::string(text))); }

template <typename Document>
absl::StatusOr<Document> Parse(absl::string_view text, absl::string_view title) {
  Document document;
  LocatedText located;
  Faults faults;
  located.Parse(text, document, faults);
  FOSSE_RETURN_IF_ERROR(faults.ToStatus("RULEBOOK_INVALID", title));
  return document;
}

void AddPart(const std::string& id, absl::string_view text, v1::PartKind kind,
             const std::string& name, v1::Rulebook& composed) {
  v1::Part& part = *composed.add_parts();
  part.set_id(id);
  part.set_digest(DigestOf(text));
  part.set_kind(kind);
  part.set_name(name);
}

// Where a fault has no place of its own, it is told at the beginning; it names what it is about.
class Misfits {
 public:
  void Add(absl::string_view what) { faults_.Add(1, 1, what); }
  absl::Status ToStatus() const {
    return faults_.ToStatus("COMPOSE_INVALID", "the parts do not make a rulebook");
  }

 private:
  Faults faults_;
};

template <typename Items>
std::set<std::string> IdsOf(const Items& items) {
  std::set<std::string> ids;
  for (const auto& item : items) ids.insert(item.id());
  return ids;
}

std::set<std::string> CodesOf(const v1::Rulebook& rulebook) {
  std::set<std::string> codes;
  for (const v1::CatalogueTask& task : rulebook.catalogue()) codes.insert(task.code());
  return codes;
}

void FindHandwritten(const v1::Rulebook& rulebook, Misfits& misfits) {
  if (!rulebook.parts().empty()) {
    misfits.Add(absl::StrCat(rulebook.id(), " says its own parts; only composing does"));
  }
  for (const v1::Rule& rule : rulebook.rules()) {
    if (!rule.layer().empty()) misfits.Add(absl::StrCat("rule ", rule.id(), " names a layer"));
  }
  for (const v1::Constraint& constraint : rulebook.constraints()) {
    if (!constraint.layer().empty()) {
      misfits.Add(absl::StrCat("constraint ", constraint.id(), " names a layer"));
    }
  }
}

// Whether what a rulebook says of its base is so.
void FindBaseMisfits(const v1::Rulebook& own, const v1::Rulebook& base, absl::string_view base_text,
                     Misfits& misfits) {
  if (base.id() != own.base().id()) {
    misfits.Add(absl::StrCat("the base is ", own.base().id(), ", and ", base.id(), " was given"));
  }
  if (DigestOf(base_text) != own.base().digest()) {
    misfits.Add(
        absl::StrCat("the base ", own.base().id(), " has another digest: ", DigestOf(base_text)));
  }
  if (base.has_base()) misfits.Add("the base has a base itself; compose that one first");
  std::set<std::string> theirs = IdsOf(base.rules());
  theirs.merge(IdsOf(base.constraints()));
  std::set<std::string> ours = IdsOf(own.rules());
  ours.merge(IdsOf(own.constraints()));
  const std::set<std::string> replaces(own.base().replaces().begin(), own.base().replaces().end());
  for (const std::string& id : replaces) {
    if (theirs.count(id) == 0) misfits.Add(absl::StrCat("replaces ", id, ": the base has none"));
    if (ours.count(id) == 0) misfits.Add(absl::StrCat("replaces ", id, ", and does not write it"));
  }
  for (const std::string& id : own.base().leaves_out()) {
    if (theirs.count(id) == 0) misfits.Add(absl::StrCat("leaves out ", id, ": the base has none"));
    if (ours.count(id) != 0) misfits.Add(absl::StrCat("leaves out ", id, ", and writes it"));
  }
  for (const std::string& id : ours) {
    if (theirs.count(id) != 0 && replaces.count(id) == 0) {
      misfits.Add(absl::StrCat(id, " is written here and in the base; say that it replaces"));
    }
  }
  const std::set<std::string> tasks(own.base().replaces_tasks().begin(),
                                    own.base().replaces_tasks().end());
  const std::set<std::string> their_codes = CodesOf(base);
  for (const std::string& code : tasks) {
    if (their_codes.count(code) == 0 || CodesOf(own).count(code) == 0) {
      misfits.Add(absl::StrCat("replaces task ", code, ", which is not in both catalogues"));
    }
  }
  for (const std::string& code : CodesOf(own)) {
    if (their_codes.count(code) != 0 && tasks.count(code) == 0) {
      misfits.Add(absl::StrCat("task ", code, " is in both catalogues; say that it replaces"));
    }
  }
}

// The base's items, each replaced in its place, kept or left out, then what is new.
template <typename Items>
void Merge(const Items& theirs, const Items& ours, const v1::Base& base, const std::string& base_id,
           const std::string& own_id, Items& merged) {
  using Item = typename Items::value_type;
  std::map<std::string, const Item*> own;
  for (const Item& item : ours) own.emplace(item.id(), &item);
  const std::set<std::string> left_out(base.leaves_out().begin(), base.leaves_out().end());
  std::set<std::string> placed;
  for (const Item& item : theirs) {
    if (left_out.count(item.id()) != 0) continue;
    const auto replaced = own.find(item.id());
    Item& added = *merged.Add();
    added = replaced == own.end() ? item : *replaced->second;
    added.set_layer(replaced == own.end() ? base_id : own_id);
    placed.insert(item.id());
  }
  for (const Item& item : ours) {
    if (placed.count(item.id()) != 0) continue;
    Item& added = *merged.Add();
    added = item;
    added.set_layer(own_id);
  }
}

void MergeCatalogue(const v1::Rulebook& own, const v1::Rulebook& base, v1::Rulebook& composed) {
  const std::set<std::string> ours = CodesOf(own);
  const std::set<std::string> theirs = CodesOf(base);
  composed.clear_catalogue();
  for (const v1::CatalogueTask& task : base.catalogue()) {
    if (ours.count(task.code()) == 0) {
      *composed.add_catalogue() = task;
      continue;
    }
    for (const v1::CatalogueTask& written : own.catalogue()) {
      if (written.code() == task.code()) *composed.add_catalogue() = written;
    }
  }
  for (const v1::CatalogueTask& task : own.catalogue()) {
    if (theirs.count(task.code()) == 0) *composed.add_catalogue() = task;
  }
}

void MergeLocal(const v1::Rulebook& base, v1::Rulebook& composed) {
  for (const v1::Deadline& deadline : base.deadlines()) {
    const auto& own = composed.deadlines();
    const bool written = std::any_of(own.begin(), own.end(), [&](const v1::Deadline& other) {
      return other.kind() == deadline.kind();
    });
    if (!written) *composed.add_deadlines() = deadline;
  }
  std::sort(composed.mutable_deadlines()->begin(), composed.mutable_deadlines()->end(),
            [](const v1::Deadline& a, const v1::Deadline& b) { return a.kind() < b.kind(); });
  if (!composed.has_ad_hoc_limit() && base.has_ad_hoc_limit()) {
    *composed.mutable_ad_hoc_limit() = base.ad_hoc_limit();
  }
  if (composed.override_days() == 0) composed.set_override_days(base.override_days());
  if (composed.mass_change_limit() == 0) composed.set_mass_change_limit(base.mass_change_limit());
  if (composed.unwell_words().empty()) composed.set_unwell_words(base.unwell_words());
}

// Whether a layer only adds, and only what is stricter or says more.
void FindLayerMisfits(const v1::Layer& layer, const std::set<std::string>& taken,
                      Misfits& misfits) {
  if (layer.id().empty() || layer.name().empty()) misfits.Add("a layer needs an id and a name");
  if (layer.vocabulary() != kVocabulary) {
    misfits.Add(absl::StrCat("layer ", layer.id(), " is written for vocabulary ",
                             layer.vocabulary(), "; this program speaks ", kVocabulary));
  }
  for (const v1::Rule& rule : layer.rules()) {
    if (rule.outcome() == v1::OUTCOME_PERMIT) {
      misfits.Add(absl::StrCat("rule ", rule.id(), " of layer ", layer.id(),
                               " permits; a layer can only hold, refer or deny"));
    }
    if (taken.count(rule.id()) != 0) {
      misfits.Add(absl::StrCat("rule ", rule.id(), " of layer ", layer.id(), " is there already"));
    }
    if (!rule.layer().empty()) misfits.Add(absl::StrCat("rule ", rule.id(), " names a layer"));
  }
  for (const v1::Constraint& constraint : layer.constraints()) {
    if (taken.count(constraint.id()) != 0) {
      misfits.Add(absl::StrCat("constraint ", constraint.id(), " of layer ", layer.id(),
                               " is there already"));
    }
    if (!constraint.layer().empty()) {
      misfits.Add(absl::StrCat("constraint ", constraint.id(), " names a layer"));
    }
  }
}

void AddLayer(const v1::Layer& layer, absl::string_view text, v1::Rulebook& composed) {
  for (const v1::Rule& rule : layer.rules()) {
    v1::Rule& added = *composed.add_rules();
    added = rule;
    added.set_layer(layer.id());
  }
  for (const v1::Constraint& constraint : layer.constraints()) {
    v1::Constraint& added = *composed.add_constraints();
    added = constraint;
    added.set_layer(layer.id());
  }
  composed.set_id(absl::StrCat(composed.id(), ":", layer.id()));
  composed.set_name(absl::StrCat(composed.name(), "; ", layer.name()));
  AddPart(layer.id(), text, v1::PART_KIND_LAYER, layer.name(), composed);
}

std::string Print(const v1::Rulebook& composed) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetUseShortRepeatedPrimitives(true);
  printer.SetUseUtf8StringEscaping(true);
  std::string text;
  FOSSE_CHECK(printer.PrintToString(composed, &text));
  return absl::StrCat(
      "# proto-file: fosse/v1/rulebook.proto\n# proto-message: Rulebook\n#\n"
      "# Composed; `parts` says of what. Change the parts and compose again.\n",
      text);
}

// The rulebook with its base's rules, and of what it is made.
absl::Status Resolve(const Parts& parts, const v1::Rulebook& own, v1::Rulebook& composed) {
  Misfits misfits;
  FindHandwritten(own, misfits);
  composed = own;
  composed.clear_base();
  AddPart(own.id(), parts.rulebook, v1::PART_KIND_LOCALITY, own.name(), composed);
  if (!own.has_base()) {
    if (!parts.base.empty()) misfits.Add(absl::StrCat(own.id(), " names no base"));
    for (v1::Rule& rule : *composed.mutable_rules()) rule.set_layer(own.id());
    for (v1::Constraint& constraint : *composed.mutable_constraints()) {
      constraint.set_layer(own.id());
    }
    return misfits.ToStatus();
  }
  if (parts.base.empty()) {
    misfits.Add(absl::StrCat("the base ", own.base().id(), " is missing"));
    return misfits.ToStatus();
  }
  FOSSE_ASSIGN_OR_RETURN(const v1::Rulebook base,
                         Parse<v1::Rulebook>(parts.base, "the base has faults"));
  FindBaseMisfits(own, base, parts.base, misfits);
  composed.clear_rules();
  composed.clear_constraints();
  Merge(base.rules(), own.rules(), own.base(), base.id(), own.id(), *composed.mutable_rules());
  Merge(base.constraints(), own.constraints(), own.base(), base.id(), own.id(),
        *composed.mutable_constraints());
  MergeCatalogue(own, base, composed);
  MergeLocal(base, composed);
  AddPart(base.id(), parts.base, v1::PART_KIND_BASE, base.name(), composed);
  return misfits.ToStatus();
}

struct NamedLayer {
  v1::Layer layer;
  absl::string_view text;
};

absl::Status AddLayers(const Parts& parts, v1::Rulebook& composed) {
  Misfits misfits;
  if (parts.layers.size() > kMaxLayers) misfits.Add("too many layers");
  std::vector<NamedLayer> layers;
  for (const absl::string_view text : parts.layers) {
    FOSSE_ASSIGN_OR_RETURN(v1::Layer layer, Parse<v1::Layer>(text, "a layer has faults"));
    layers.push_back({std::move(layer), text});
  }
  std::sort(layers.begin(), layers.end(),
            [](const NamedLayer& a, const NamedLayer& b) { return a.layer.id() < b.layer.id(); });
  std::set<std::string> seen;
  for (const NamedLayer& named : layers) {
    if (!seen.insert(named.layer.id()).second) {
      misfits.Add(absl::StrCat("layer ", named.layer.id(), " comes twice"));
    }
    std::set<std::string> taken = IdsOf(composed.rules());
    taken.merge(IdsOf(composed.constraints()));
    FindLayerMisfits(named.layer, taken, misfits);
    AddLayer(named.layer, named.text, composed);
  }
  return misfits.ToStatus();
}

}  // namespace

absl::StatusOr<std::string> Compose(const Parts& parts) {
  FOSSE_ASSIGN_OR_RETURN(const v1::Rulebook own,
                         Parse<v1::Rulebook>(parts.rulebook, "the rulebook has faults"));
  std::string text(parts.rulebook);
  if (own.has_base() || !parts.base.empty() || !parts.layers.empty()) {
    v1::Rulebook composed;
    FOSSE_RETURN_IF_ERROR(Resolve(parts, own, composed));
    FOSSE_RETURN_IF_ERROR(AddLayers(parts, composed));
    text = Print(composed);
  }
  FOSSE_RETURN_IF_ERROR(Rulebook::Create(text).status());
  return text;
}

absl::StatusOr<std::string> BaseIdOf(absl::string_view rulebook) {
  FOSSE_ASSIGN_OR_RETURN(const v1::Rulebook document,
                         Parse<v1::Rulebook>(rulebook, "the rulebook has faults"));
  return document.base().id();
}

}  // namespace fosse::policy
