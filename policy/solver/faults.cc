#include "policy/solver/faults.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/status.h"
#include "policy/solver/encoding.h"

namespace fosse::policy::solver {
namespace {

bool TouchesAny(const Region& region, const std::vector<Region>& others) {
  return std::any_of(others.begin(), others.end(),
                     [&region](const Region& other) { return region.Intersects(other); });
}

// Grows a situation as far as none of `outside` comes in: first whole facts, then single values.
// What the constraints exclude may come in, which is what makes the words short.
Region Grow(const v1::Facts& from, const std::vector<Region>& outside) {
  Region region = Region::Of(from);
  for (size_t place = 0; place < region.size(); ++place) {
    const Values before = region.values(place);
    region.Set(place, AllValues(place));
    if (TouchesAny(region, outside)) region.Set(place, before);
  }
  for (const size_t place : region.Narrowed()) {
    for (int value = 0; value < 64; ++value) {
      const Values before = region.values(place);
      const Values more = before | (AllValues(place) & (Values{1} << value));
      if (more == before) continue;
      region.Set(place, more);
      if (TouchesAny(region, outside)) region.Set(place, before);
    }
  }
  return region;
}

// Without the values that the constraints rule out here: they would only puzzle.
void Trim(Encoding& encoding, Region& region) {
  for (const size_t place : region.Narrowed()) {
    for (int value = 0; value < 64; ++value) {
      const Values before = region.values(place);
      const Values bit = Values{1} << value;
      if ((before & bit) == 0 || before == bit) continue;
      region.Set(place, bit);
      const bool is_possible = encoding.CanBe(encoding.In(region));
      region.Set(place, is_possible ? before : before & ~bit);
    }
  }
}

// Assumes each constraint through a choice of its own, so that those to blame can be asked for.
class Blame {
 public:
  explicit Blame(const v1::Rulebook& document)
      : document_(document), choices_(encoding_.context()) {
    for (const v1::Constraint& constraint : document.constraints()) {
      choices_.push_back(encoding_.NewChoice());
      const unsigned last = choices_.size() - 1;
      encoding_.solver().add(
          z3::implies(choices_[last], !encoding_.In(Region::Of(constraint.never()))));
    }
  }

  // Empty optional: `region` is possible.
  std::optional<std::vector<std::string>> ExcludedBy(const Region& region) {
    if (IsPossible(region, All())) return std::nullopt;
    // Drop one after the other while the rest still excludes it.
    std::vector<unsigned> needed = All();
    for (size_t i = 0; i < needed.size();) {
      std::vector<unsigned> fewer = needed;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      if (IsPossible(region, fewer)) {
        ++i;
      } else {
        needed = std::move(fewer);
      }
    }
    std::vector<std::string> ids;
    for (const unsigned n : needed) ids.push_back(document_.constraints(static_cast<int>(n)).id());
    return ids;
  }

 private:
  std::vector<unsigned> All() const {
    std::vector<unsigned> all;
    for (unsigned n = 0; n < choices_.size(); ++n) all.push_back(n);
    return all;
  }

  bool IsPossible(const Region& region, const std::vector<unsigned>& constraints) {
    z3::expr_vector assumed(encoding_.context());
    for (const unsigned n : constraints) assumed.push_back(choices_[n]);
    assumed.push_back(encoding_.NewChoice());
    encoding_.solver().add(z3::implies(assumed.back(), encoding_.In(region)));
    const z3::check_result answer = encoding_.solver().check(assumed);
    FOSSE_CHECK(answer != z3::unknown);
    return answer == z3::sat;
  }

  const v1::Rulebook& document_;
  Encoding encoding_;
  z3::expr_vector choices_;
};

std::vector<Gap> GapsOf(v1::Question question, const std::vector<Region>& answered,
                        Encoding& encoding) {
  std::vector<Gap> gaps;
  std::vector<Region> outside = answered;
  z3::expr silent = !encoding.In(outside);
  while (gaps.size() < kMaxGaps) {
    const std::optional<v1::Facts> found = encoding.Find(silent);
    if (!found) break;
    Gap gap;
    gap.question = question;
    gap.example = *found;
    gap.region = Grow(*found, outside);
    Trim(encoding, gap.region);
    outside.push_back(gap.region);
    silent = silent && !encoding.In(gap.region);
    gaps.push_back(std::move(gap));
  }
  return gaps;
}

}  // namespace

std::vector<Gap> FindGaps(const v1::Rulebook& document) {
  std::vector<Gap> gaps;
  Encoding encoding;
  encoding.Exclude(document);
  for (int number = 1; number < v1::Question_ARRAYSIZE; ++number) {
    if (!v1::Question_IsValid(number)) continue;
    const v1::Question question = static_cast<v1::Question>(number);
    std::vector<Region> answered;
    for (const v1::Rule& rule : document.rules()) {
      if (rule.question() == question) answered.push_back(Region::Of(rule.when()));
    }
    for (Gap& gap : GapsOf(question, answered, encoding)) gaps.push_back(std::move(gap));
  }
  return gaps;
}

std::vector<std::string> FindImpossibleConstraints(const v1::Rulebook& document) {
  return Blame(document).ExcludedBy(Region()).value_or(std::vector<std::string>());
}

std::vector<DeadRule> FindDeadRules(const v1::Rulebook& document) {
  std::vector<DeadRule> dead;
  Encoding encoding;
  encoding.Exclude(document);
  if (!encoding.CanBe(encoding.Yes())) return dead;
  std::optional<Blame> blame;
  for (const v1::Rule& rule : document.rules()) {
    const Region region = Region::Of(rule.when());
    if (encoding.CanBe(encoding.In(region))) continue;
    DeadRule one;
    one.rule_id = rule.id();
    one.impossible = region;
    for (const size_t place : region.Narrowed()) {
      const Values before = one.impossible.values(place);
      one.impossible.Set(place, AllValues(place));
      if (encoding.CanBe(encoding.In(one.impossible))) one.impossible.Set(place, before);
    }
    if (!blame) blame.emplace(document);
    one.constraints = *blame->ExcludedBy(one.impossible);
    dead.push_back(std::move(one));
  }
  return dead;
}

}  // namespace fosse::policy::solver
