#include "policy/solver/compare.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <tuple>
#include <utility>

#include "base/status.h"
#include "policy/solver/encoding.h"
#include "policy/solver/partition.h"

namespace fosse::policy::solver {
namespace {

constexpr v1::Outcome kOutcomes[] = {v1::OUTCOME_PERMIT, v1::OUTCOME_HOLD, v1::OUTCOME_REFER,
                                     v1::OUTCOME_DENY};

// The two rulebooks' answers to one question, as Z3 reads them straight from the rules: the cut is
// held against this, and has no part in it.
class Meaning {
 public:
  Meaning(absl::Span<const Entry> entries, Encoding& encoding)
      : entries_(entries), encoding_(encoding) {}

  // One side answers this.
  z3::expr Answers(int side, v1::Outcome outcome) {
    z3::expr_vector stronger(encoding_.context());
    z3::expr_vector same(encoding_.context());
    z3::expr_vector any(encoding_.context());
    for (const Entry& entry : entries_) {
      if (!entry.in[side]) continue;
      const z3::expr matches = encoding_.In(entry.region);
      any.push_back(matches);
      if (entry.outcome() > outcome) stronger.push_back(matches);
      if (entry.outcome() == outcome) same.push_back(matches);
    }
    const z3::expr said = z3::mk_or(same) && !z3::mk_or(stronger);
    return outcome == v1::OUTCOME_REFER ? said || !z3::mk_or(any) : said;
  }

  z3::expr OutcomeDiffers() {
    z3::expr_vector same(encoding_.context());
    for (const v1::Outcome outcome : kOutcomes) {
      same.push_back(Answers(0, outcome) && Answers(1, outcome));
    }
    return !z3::mk_or(same);
  }

  z3::expr FindingDiffers(const Entry& entry) {
    const z3::expr matches = encoding_.In(entry.region);
    if (entry.partner < 0) return matches;
    const z3::expr other = encoding_.In(entries_[static_cast<size_t>(entry.partner)].region);
    return entry.words_changed ? matches || other : matches != other;
  }

  z3::expr AnyFindingDiffers() {
    z3::expr_vector any(encoding_.context());
    for (const Entry& entry : entries_) {
      if (entry.changed()) any.push_back(FindingDiffers(entry));
    }
    return z3::mk_or(any);
  }

 private:
  const absl::Span<const Entry> entries_;
  Encoding& encoding_;
};

// Drops regions that the constraints rule out altogether.
void DropImpossible(Encoding& encoding, std::vector<Piece>& pieces) {
  pieces.erase(
      std::remove_if(pieces.begin(), pieces.end(),
                     [&encoding](const Piece& piece) { return !encoding.CanBe(piece.region); }),
      pieces.end());
}

// These regions hold every situation that `truth` says, and no other.
void CheckSame(absl::Span<const Region* const> regions, const z3::expr& truth, Encoding& encoding) {
  const z3::expr is_other = encoding.NewChoice();
  encoding.solver().add(z3::implies(is_other, !truth));
  for (const Region* region : regions) FOSSE_CHECK(!encoding.CanBe(*region, {is_other}));
  const z3::expr is_left_out = encoding.NewChoice();
  encoding.solver().add(z3::implies(is_left_out, truth));
  for (const Region* region : regions) encoding.ExcludeIf(is_left_out, *region);
  FOSSE_CHECK(!encoding.CanBe(Region(), {is_left_out}));
}

void CheckDisjoint(absl::Span<const Piece> pieces) {
  for (size_t i = 0; i < pieces.size(); ++i) {
    for (size_t j = i + 1; j < pieces.size(); ++j) {
      FOSSE_CHECK(!pieces[i].region.Intersects(pieces[j].region));
    }
  }
}

// The regions of each change hold exactly the situations that the rules themselves say, and no two
// share one.
void CheckExact(absl::Span<const Entry> entries, absl::Span<const Piece> pieces,
                Encoding& encoding) {
  Meaning meaning(entries, encoding);
  std::map<std::pair<v1::Outcome, v1::Outcome>, std::vector<const Region*>> by_change;
  for (const Piece& piece : pieces) {
    by_change[{piece.before.outcome, piece.after.outcome}].push_back(&piece.region);
  }
  for (const v1::Outcome before : kOutcomes) {
    for (const v1::Outcome after : kOutcomes) {
      if (before == after) continue;
      CheckSame(by_change[{before, after}], meaning.Answers(0, before) && meaning.Answers(1, after),
                encoding);
    }
  }
  CheckDisjoint(pieces);
}

void Mention(const Region& condition, const v1::Facts& example, Region& matters) {
  for (const size_t place : condition.Narrowed()) {
    matters.Set(place, Values{1} << ValueOf(AllFacts()[place], example));
  }
}

// The facts that the rules name which decide the example on either side, and those of `cause`.
Region MattersTo(absl::Span<const Entry> entries, const Piece& piece, const v1::Facts& example) {
  Region matters;
  const Entry& cause = entries[piece.cause];
  Mention(cause.region, example, matters);
  if (cause.partner >= 0) {
    Mention(entries[static_cast<size_t>(cause.partner)].region, example, matters);
  }
  const Answer answers[2] = {piece.before, piece.after};
  for (const int side : {0, 1}) {
    if (answers[side].outcome == v1::OUTCOME_PERMIT) continue;  // By nothing in the way: no words.
    for (const Entry& entry : entries) {
      if (!entry.in[side] || entry.outcome() != answers[side].outcome) continue;
      if (!entry.region.Contains(example)) continue;
      Mention(entry.region, example, matters);
      break;
    }
  }
  return matters;
}

// Puts the regions of one question into their groups.
void GroupOutcomes(v1::Question question, absl::Span<const Entry> entries,
                   absl::Span<const Piece> pieces, Encoding& encoding, Comparison& comparison) {
  std::map<std::pair<Direction, std::string>, std::vector<const Piece*>> groups;
  for (const Piece& piece : pieces) {
    groups[{DirectionOf(piece.before.outcome, piece.after.outcome),
            entries[piece.cause].rule->id()}]
        .push_back(&piece);
  }
  // The largest steps first, then those with the fewest words.
  const auto rank = [](const Piece* piece) {
    return std::tuple(-std::abs(piece->before.outcome - piece->after.outcome),
                      -piece->before.outcome, piece->region.Narrowed().size());
  };
  for (auto& [key, members] : groups) {
    std::stable_sort(members.begin(), members.end(),
                     [&rank](const Piece* a, const Piece* b) { return rank(a) < rank(b); });
    ChangeGroup group{question, key.first, key.second, {}, {}, {}};
    for (const Piece* piece : members) {
      group.changes.push_back({piece->before, piece->after, piece->region});
    }
    group.example = *encoding.Find(encoding.In(members[0]->region));
    group.matters = MattersTo(entries, *members[0], group.example);
    comparison.outcomes.push_back(std::move(group));
  }
}

void GroupFindings(v1::Question question, absl::Span<const Entry> entries, Encoding& encoding,
                   Comparison& comparison) {
  Meaning meaning(entries, encoding);
  // Only where it stays is this worth a line of its own.
  const z3::expr outcome_stays = encoding.NewChoice();
  encoding.solver().add(z3::implies(outcome_stays, !meaning.OutcomeDiffers()));
  for (size_t n = 0; n < entries.size(); ++n) {
    const Entry& entry = entries[n];
    if (entry.partner >= 0 && static_cast<size_t>(entry.partner) < n) continue;  // Told already.
    FindingsGroup group{question, entry.rule->id(), {}, {}};
    for (Region& region : FindingDiffers(entries, n)) {
      if (encoding.CanBe(region)) group.regions.push_back(std::move(region));
    }
    if (group.regions.empty()) continue;
    FOSSE_CHECK(!encoding.CanBe(encoding.In(group.regions) != meaning.FindingDiffers(entry)));
    const std::optional<v1::Facts> example =
        encoding.Find(encoding.In(group.regions) && outcome_stays);
    if (!example) continue;
    group.example = *example;
    comparison.findings.push_back(std::move(group));
  }
}

std::vector<Region> NeversOf(const v1::Rulebook& document) {
  std::vector<Region> nevers;
  for (const v1::Constraint& constraint : document.constraints()) {
    nevers.push_back(Region::Of(constraint.never()));
  }
  return nevers;
}

bool AnyChanged(absl::Span<const Entry> entries) {
  return std::any_of(entries.begin(), entries.end(), [](const Entry& e) { return e.changed(); });
}

// What `strict` rules out and `other` does not.
void TellPossible(const v1::Rulebook& strict, const v1::Rulebook& other, bool in_first,
                  Comparison& comparison) {
  Encoding encoding;
  encoding.Exclude(other);
  std::vector<Region> out = NeversOf(other);
  for (const v1::Constraint& constraint : strict.constraints()) {
    const Region never = Region::Of(constraint.never());
    PossibleInOne one{in_first, constraint.id(), Without(never, out), {}};
    if (one.regions.empty()) continue;
    const std::optional<v1::Facts> example = encoding.Find(encoding.In(one.regions));
    out.push_back(never);
    if (!example) continue;
    one.example = *example;
    comparison.possible.push_back(std::move(one));
  }
}

// One situation of any question where `differs` says so.
template <typename Differs>
std::optional<Difference> FindWhere(const v1::Rulebook& first, const v1::Rulebook& second,
                                    const Differs& differs) {
  for (int number = 1; number < v1::Question_ARRAYSIZE; ++number) {
    if (!v1::Question_IsValid(number)) continue;
    const v1::Question question = static_cast<v1::Question>(number);
    const std::vector<Entry> entries = EntriesOf(question, first, second);
    if (!AnyChanged(entries)) continue;
    Encoding encoding;
    encoding.Exclude(first);
    encoding.Exclude(second);
    Meaning meaning(entries, encoding);
    const std::optional<v1::Facts> found = encoding.Find(differs(meaning));
    if (found) return Difference{question, *found};
  }
  return std::nullopt;
}

}  // namespace

Direction DirectionOf(v1::Outcome before, v1::Outcome after) {
  if (after > before) return Direction::kTightening;
  return before == v1::OUTCOME_DENY && after == v1::OUTCOME_PERMIT ? Direction::kDenyToPermit
                                                                   : Direction::kLoosening;
}

absl::StatusOr<Comparison> Compare(const v1::Rulebook& first, const v1::Rulebook& second) {
  Comparison comparison;
  std::vector<Region> nevers = NeversOf(first);
  for (Region& never : NeversOf(second)) nevers.push_back(std::move(never));
  for (int number = 1; number < v1::Question_ARRAYSIZE; ++number) {
    if (!v1::Question_IsValid(number)) continue;
    const v1::Question question = static_cast<v1::Question>(number);
    const std::vector<Entry> entries = EntriesOf(question, first, second);
    if (!AnyChanged(entries)) continue;
    std::vector<Piece> pieces;
    if (!Cut(entries, nevers, pieces)) {
      return MakeError(absl::StatusCode::kResourceExhausted, "COMPARISON_TOO_LARGE",
                       "the rulebooks differ in too much to list it");
    }
    // One for each question: what it learns serves the same rules.
    Encoding encoding;
    for (const Region& never : nevers) encoding.Exclude(never);
    Join(pieces);
    DropImpossible(encoding, pieces);
    CheckExact(entries, pieces, encoding);
    GroupOutcomes(question, entries, pieces, encoding, comparison);
    GroupFindings(question, entries, encoding, comparison);
  }
  std::stable_sort(
      comparison.outcomes.begin(), comparison.outcomes.end(),
      [](const ChangeGroup& a, const ChangeGroup& b) { return a.direction < b.direction; });
  TellPossible(first, second, /*in_first=*/false, comparison);
  TellPossible(second, first, /*in_first=*/true, comparison);
  return comparison;
}

std::optional<Difference> FindDifference(const v1::Rulebook& first, const v1::Rulebook& second) {
  // Other findings come with every other outcome: an outcome is made of rules that match.
  return FindWhere(first, second, [](Meaning& meaning) { return meaning.AnyFindingDiffers(); });
}

std::optional<Difference> FindOutcomeDifference(const v1::Rulebook& first,
                                                const v1::Rulebook& second) {
  return FindWhere(first, second, [](Meaning& meaning) { return meaning.OutcomeDiffers(); });
}

}  // namespace fosse::policy::solver
