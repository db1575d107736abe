// Two rules against each other. What a pair has in common is settled by its conditions alone; Z3 is
// asked whether the constraints allow a situation there.

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "policy/solver/encoding.h"
#include "policy/solver/faults.h"
#include "policy/solver/remediable.h"

namespace fosse::policy::solver {
namespace {

struct Conditioned {
  const v1::Rule* rule;
  Region region;
};

Region Common(const Region& a, const Region& b) {
  Region common = a;
  for (size_t place = 0; place < common.size(); ++place) {
    common.Set(place, a.values(place) & b.values(place));
  }
  return common;
}

bool Permits(const v1::Rule& rule) { return rule.outcome() == v1::OUTCOME_PERMIT; }

// Values among `values` of a fact from which no remedy leads outside `condition`.
Values Stuck(size_t place, Values values, Values condition) {
  Values stuck = 0;
  for (int value = 0; value < 64; ++value) {
    const Values bit = Values{1} << value;
    if ((values & bit) != 0 && (Reachable(place, value) & ~condition) == 0) stuck |= bit;
  }
  return stuck;
}

// Values of one fact from which each of two conditions can be left, but not both.
Values Torn(size_t place, const Region& a, const Region& b) {
  Values torn = 0;
  for (int value = 0; value < 64; ++value) {
    const Values bit = Values{1} << value;
    if ((a.values(place) & b.values(place) & bit) == 0) continue;
    const Values reachable = Reachable(place, value);
    const bool leaves_a = (reachable & ~a.values(place)) != 0;
    const bool leaves_b = (reachable & ~b.values(place)) != 0;
    const bool leaves_both = (reachable & ~a.values(place) & ~b.values(place)) != 0;
    if (leaves_a && leaves_b && !leaves_both) torn |= bit;
  }
  return torn;
}

// Where following the one remedy runs into the other. Two facts that both lead out would do: change
// both. So every way out of either leads through one fact, and there no value serves both.
std::vector<Region> NoWayOut(const Region& a, const Region& b) {
  std::vector<Region> regions;
  const Region common = Common(a, b);
  for (const size_t through : a.Narrowed()) {
    if (!b.Narrows(through)) continue;
    Region region = common;
    region.Set(through, Torn(through, a, b));
    bool is_possible = region.values(through) != 0;
    for (const size_t place : common.Narrowed()) {
      if (place == through) continue;
      // Outside a fact's condition in either rule is a way out of that rule.
      const Values stuck =
          Stuck(place, Stuck(place, common.values(place), a.values(place)), b.values(place));
      region.Set(place, stuck);
      is_possible = is_possible && stuck != 0;
    }
    if (is_possible) regions.push_back(std::move(region));
  }
  return regions;
}

// `deny` rests on nothing that `permit` does not name as well: what it permits by name is denied.
// A permission that leaves a denial's fact open relies on the denial, which is the usual manner.
bool DeniesWhatIsPermitted(const Conditioned& deny, const Conditioned& permit) {
  if (deny.rule->outcome() != v1::OUTCOME_DENY || !Permits(*permit.rule)) return false;
  for (const size_t place : deny.region.Narrowed()) {
    if (!permit.region.Narrows(place)) return false;
  }
  return true;
}

class Search {
 public:
  explicit Search(const v1::Rulebook& document) {
    encoding_.Exclude(document);
    for (const v1::Rule& rule : document.rules()) {
      rules_.push_back({&rule, Region::Of(rule.when())});
    }
    std::sort(rules_.begin(), rules_.end(), [](const Conditioned& a, const Conditioned& b) {
      return a.rule->id() < b.rule->id();
    });
  }

  std::vector<ContradictoryRules> Run() {
    for (size_t i = 0; i < rules_.size(); ++i) {
      for (size_t j = i + 1; j < rules_.size(); ++j) {
        if (rules_[i].rule->question() != rules_[j].rule->question()) continue;
        if (rules_[i].region.Intersects(rules_[j].region)) Look(rules_[i], rules_[j]);
      }
    }
    return std::move(found_);
  }

 private:
  void Look(const Conditioned& a, const Conditioned& b) {
    const v1::Rule& one = *a.rule;
    const v1::Rule& two = *b.rule;
    const Region common = Common(a.region, b.region);
    if (one.clause() == two.clause()) {
      if (DeniesWhatIsPermitted(a, b) || DeniesWhatIsPermitted(b, a)) {
        Tell(Contradiction::kYesAndNo, a, b, common);
      }
      if (one.outcome() == v1::OUTCOME_REFER && two.outcome() == v1::OUTCOME_REFER &&
          one.route() != two.route() && a.region.Narrowed() == b.region.Narrowed()) {
        Tell(Contradiction::kTwoRoutes, a, b, common);
      }
      if (!Permits(one) && !Permits(two) && one.remedy() != two.remedy() && AreSame(a, b)) {
        Tell(Contradiction::kTwoRemedies, a, b, common);
      }
    }
    if (Permits(one) || Permits(two)) return;
    for (const Region& region : NoWayOut(a.region, b.region)) {
      if (Tell(Contradiction::kNoWayOut, a, b, region)) break;
    }
  }

  // Within the constraints.
  bool AreSame(const Conditioned& a, const Conditioned& b) {
    if (a.region == b.region) return true;
    return !encoding_.CanBe(encoding_.In(a.region) != encoding_.In(b.region));
  }

  bool Tell(Contradiction kind, const Conditioned& a, const Conditioned& b, const Region& where) {
    const std::optional<v1::Facts> example = encoding_.Find(encoding_.In(where));
    if (!example) return false;
    ContradictoryRules pair{kind, a.rule->id(), b.rule->id(), *example, Region()};
    for (const size_t place : where.Narrowed()) {
      pair.region.Set(place, Values{1} << ValueOf(AllFacts()[place], *example));
    }
    found_.push_back(std::move(pair));
    return true;
  }

  Encoding encoding_;
  std::vector<Conditioned> rules_;
  std::vector<ContradictoryRules> found_;
};

}  // namespace

std::vector<ContradictoryRules> FindContradictions(const v1::Rulebook& document) {
  return Search(document).Run();
}

std::string InWords(Contradiction kind) {
  switch (kind) {
    case Contradiction::kYesAndNo:
      return "the same clause both permits and denies";
    case Contradiction::kTwoRoutes:
      return "the same clause refers to two who decide";
    case Contradiction::kTwoRemedies:
      return "the same clause gives two remedies for the same situations";
    case Contradiction::kNoWayOut:
      return "following the remedy of one runs into the other";
  }
  return "";
}

}  // namespace fosse::policy::solver
