#include "policy/solver/partition.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>

#include "base/status.h"

namespace fosse::policy::solver {
namespace {

// Everything but where it matches, and in which part of a composed rulebook it was written: the id
// of a part changes with every version.
std::string WordsOf(const v1::Rule& rule) {
  v1::Rule words = rule;
  words.clear_when();
  words.clear_layer();
  return words.SerializeAsString();
}

enum class State { kOut, kOpen, kIn };

State StateIn(const Region& region, const Entry& entry) {
  State state = State::kIn;
  for (const auto& [place, values] : entry.terms) {
    const Values here = region.values(place);
    if ((here & values) == 0) return State::kOut;
    if ((here & ~values) != 0) state = State::kOpen;
  }
  return state;
}

// A part of the situations, and what is settled there.
struct Node {
  Region region;
  std::vector<size_t> open;  // Entries that match in some of it and not in the rest.
  std::vector<size_t> held;  // Entries of one side that match in all of it.
  // The strongest outcome of the entries that match in all of it; UNSPECIFIED: none does.
  std::array<v1::Outcome, 2> sure = {v1::OUTCOME_UNSPECIFIED, v1::OUTCOME_UNSPECIFIED};

  v1::Outcome weaker_sure() const { return std::min(sure[0], sure[1]); }
};

class Cutter {
 public:
  Cutter(absl::Span<const Entry> entries, absl::Span<const Region> nevers,
         std::vector<Piece>& pieces)
      : entries_(entries), nevers_(nevers), pieces_(pieces) {}

  bool Run() {
    Node all;
    for (size_t n = 0; n < entries_.size(); ++n) all.open.push_back(n);
    Visit(std::move(all));
    return !is_too_large_;
  }

 private:
  void Visit(Node node) {
    if (is_too_large_ || IsImpossible(node.region)) return;
    Settle(node);
    // A change can only show in the outcome where a rule that one side lacks is stronger than what
    // both sides are sure of.
    std::vector<size_t> open;
    bool can_show = false;
    for (const size_t n : node.open) {
      if (CanShow(node, n)) open.push_back(n);
    }
    for (const size_t n : node.held) can_show = can_show || CanShow(node, n);
    if (!open.empty()) return Split(node, open);
    if (!can_show) return;
    // The changed rules are settled; now what the others make of it.
    for (const size_t n : node.open) {
      for (const int side : {0, 1}) {
        if (entries_[n].in[side] && entries_[n].outcome() > node.sure[side]) {
          open.push_back(n);
          break;
        }
      }
    }
    if (!open.empty()) return Split(node, open);
    TellOutcome(node);
  }

  bool IsImpossible(const Region& region) const {
    return std::any_of(nevers_.begin(), nevers_.end(),
                       [&region](const Region& never) { return never.Covers(region); });
  }

  void Settle(Node& node) const {
    std::vector<size_t> open;
    for (const size_t n : node.open) {
      const Entry& entry = entries_[n];
      const State state = StateIn(node.region, entry);
      if (state == State::kOpen) open.push_back(n);
      if (state != State::kIn) continue;
      if (!entry.in_both()) node.held.push_back(n);
      for (const int side : {0, 1}) {
        if (entry.in[side]) node.sure[side] = std::max(node.sure[side], entry.outcome());
      }
    }
    node.open = std::move(open);
  }

  bool CanShow(const Node& node, size_t n) const {
    return !entries_[n].in_both() && entries_[n].outcome() > node.weaker_sure();
  }

  // Cuts by one fact of the strongest of `open`, so that whole branches are settled early; of equal
  // ones by that with the fewest facts left, and of those by the fact that most others name.
  void Split(const Node& node, const std::vector<size_t>& open) {
    std::map<size_t, int> named;
    const auto is_left = [&node](const std::pair<size_t, Values>& term) {
      return (node.region.values(term.first) & ~term.second) != 0;
    };
    std::optional<std::tuple<int, std::ptrdiff_t>> best;
    const Entry* chosen = nullptr;
    for (const size_t n : open) {
      const Entry& entry = entries_[n];
      for (const auto& term : entry.terms) named[term.first] += is_left(term) ? 1 : 0;
      const std::tuple rank(static_cast<int>(entry.outcome()),
                            -std::count_if(entry.terms.begin(), entry.terms.end(), is_left));
      if (!best || rank > *best) {
        best = rank;
        chosen = &entry;
      }
    }
    const std::pair<size_t, Values>* by = nullptr;
    for (const auto& term : chosen->terms) {
      if (is_left(term) && (by == nullptr || named[term.first] > named[by->first])) by = &term;
    }
    FOSSE_CHECK(by != nullptr);
    Node inside = node;
    inside.region.Set(by->first, node.region.values(by->first) & by->second);
    Visit(std::move(inside));
    Node outside = node;
    outside.region.Set(by->first, node.region.values(by->first) & ~by->second);
    Visit(std::move(outside));
  }

  Answer AnswerOf(const Node& node, int side) const {
    if (node.sure[side] == v1::OUTCOME_UNSPECIFIED) return {v1::OUTCOME_REFER, true};
    return {node.sure[side], false};
  }

  void TellOutcome(const Node& node) {
    const Answer answers[2] = {AnswerOf(node, 0), AnswerOf(node, 1)};
    if (answers[0].outcome == answers[1].outcome) return;
    const int stronger = answers[0].outcome > answers[1].outcome ? 0 : 1;
    const int weaker = 1 - stronger;
    // What made the one side stronger; where that is its silence, what ended it on the other.
    const int by = answers[stronger].is_silent ? weaker : stronger;
    std::optional<size_t> cause;
    for (const size_t n : node.held) {
      const Entry& entry = entries_[n];
      if (!entry.in[by]) continue;
      if (by == stronger && entry.outcome() <= answers[weaker].outcome) continue;
      // Entries, and so `cause` among equals, are in order of id.
      if (!cause || entry.outcome() > entries_[*cause].outcome() ||
          (entry.outcome() == entries_[*cause].outcome() && n < *cause)) {
        cause = n;
      }
    }
    FOSSE_CHECK(cause.has_value());
    Add({answers[0], answers[1], *cause, node.region});
  }

  void Add(Piece piece) {
    is_too_large_ = is_too_large_ || pieces_.size() >= kMaxRegions;
    if (!is_too_large_) pieces_.push_back(std::move(piece));
  }

  const absl::Span<const Entry> entries_;
  const absl::Span<const Region> nevers_;
  std::vector<Piece>& pieces_;
  bool is_too_large_ = false;
};

void AddEntry(const v1::Rule& rule, bool in_first, bool in_second, bool words_changed,
              std::vector<Entry>& entries) {
  Entry entry;
  entry.rule = &rule;
  entry.region = Region::Of(rule.when());
  for (const size_t place : entry.region.Narrowed()) {
    entry.terms.emplace_back(place, entry.region.values(place));
  }
  entry.in[0] = in_first;
  entry.in[1] = in_second;
  entry.words_changed = words_changed;
  entries.push_back(std::move(entry));
}

}  // namespace

std::vector<Entry> EntriesOf(v1::Question question, const v1::Rulebook& first,
                             const v1::Rulebook& second) {
  std::map<std::string, std::array<const v1::Rule*, 2>> rules;
  for (const v1::Rule& rule : first.rules()) {
    if (rule.question() == question) rules[rule.id()][0] = &rule;
  }
  for (const v1::Rule& rule : second.rules()) {
    if (rule.question() == question) rules[rule.id()][1] = &rule;
  }
  std::vector<Entry> entries;
  for (const auto& [id, sides] : rules) {
    const v1::Rule* const before = sides[0];
    const v1::Rule* const after = sides[1];
    if (before == nullptr || after == nullptr) {
      const v1::Rule& only = before == nullptr ? *after : *before;
      AddEntry(only, after == nullptr, before == nullptr, false, entries);
      continue;
    }
    const bool words_changed = WordsOf(*before) != WordsOf(*after);
    if (before->outcome() == after->outcome() &&
        Region::Of(before->when()) == Region::Of(after->when())) {
      AddEntry(*after, true, true, words_changed, entries);
      continue;
    }
    AddEntry(*before, true, false, words_changed, entries);
    AddEntry(*after, false, true, words_changed, entries);
    const int last = static_cast<int>(entries.size()) - 1;
    entries[static_cast<size_t>(last)].partner = last - 1;
    entries[static_cast<size_t>(last) - 1].partner = last;
  }
  return entries;
}

bool Cut(absl::Span<const Entry> entries, absl::Span<const Region> nevers,
         std::vector<Piece>& pieces) {
  return Cutter(entries, nevers, pieces).Run();
}

std::vector<Region> FindingDiffers(absl::Span<const Entry> entries, size_t place) {
  const Entry& entry = entries[place];
  if (!entry.changed()) return {};
  if (entry.partner < 0) return {entry.region};
  const Region& other = entries[static_cast<size_t>(entry.partner)].region;
  std::vector<Region> regions = Without(entry.region, other);
  // Matching on both sides in the same words, it makes the same finding.
  if (entry.words_changed) {
    regions.push_back(other);
  } else {
    for (Region& region : Without(other, entry.region)) regions.push_back(std::move(region));
  }
  return regions;
}

void Join(std::vector<Piece>& pieces) {
  size_t before = 0;
  do {
    before = pieces.size();
    for (size_t place = 0; place < AllFacts().size(); ++place) {
      if (std::none_of(pieces.begin(), pieces.end(),
                       [place](const Piece& piece) { return piece.region.Narrows(place); })) {
        continue;
      }
      using Key = std::tuple<v1::Outcome, bool, v1::Outcome, bool, size_t, Region>;
      std::map<Key, Values> joined;
      for (const Piece& piece : pieces) {
        Region rest = piece.region;
        rest.Set(place, 0);
        joined[Key(piece.before.outcome, piece.before.is_silent, piece.after.outcome,
                   piece.after.is_silent, piece.cause, std::move(rest))] |=
            piece.region.values(place);
      }
      if (joined.size() == pieces.size()) continue;
      pieces.clear();
      for (const auto& [key, values] : joined) {
        const auto& [outcome, silent, after, after_silent, cause, rest] = key;
        Piece piece{{outcome, silent}, {after, after_silent}, cause, rest};
        piece.region.Set(place, values);
        pieces.push_back(std::move(piece));
      }
    }
  } while (pieces.size() < before);
}

}  // namespace fosse::policy::solver
