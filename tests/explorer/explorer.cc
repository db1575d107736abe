#include "tests/explorer/explorer.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace fosse::care {
namespace {

constexpr size_t kChunk = 16;  // States that a thread takes at once.

// All states seen, by fingerprint. Thread-safe.
class Seen {
 public:
  bool Insert(const Fingerprint& print) {
    Shard& shard = shards_[print.low % kShards];
    std::lock_guard lock(shard.mutex);
    return shard.prints.insert(print).second;
  }
  // Roughly: a slot and its control byte, at the load factor of the table.
  uint64_t bytes() {
    uint64_t all = 0;
    for (Shard& shard : shards_) {
      std::lock_guard lock(shard.mutex);
      all += shard.prints.capacity() * (sizeof(Fingerprint) + 1);
    }
    return all;
  }

 private:
  static constexpr size_t kShards = 64;
  struct Shard {
    std::mutex mutex;
    absl::flat_hash_set<Fingerprint> prints;
  };
  std::array<Shard, kShards> shards_;
};

struct Found {
  std::string packed;
  uint32_t parent;
  uint16_t move;
};

struct Violation {
  uint32_t parent;
  uint16_t move;
  Broken broken;
};

// How a state was first reached; of a start, itself.
struct Parent {
  uint32_t index;
  uint16_t move;
};

class Search {
 public:
  Search(const Scope& scope, const Stepper& stepper, const Limits& limits)
      : scope_(scope),
        stepper_(stepper),
        limits_(limits),
        alphabet_(AlphabetOf(scope.groups, scope.bounds)) {
    for (size_t n = 0; n < stepper.rulebook().size(); ++n) {
      rule_index_[stepper.rulebook().rule(n).id()] = n;
    }
  }

  Exploration Run() {
    const auto began = std::chrono::steady_clock::now();
    Exploration result;
    result.hits = Hits(alphabet_.size(), stepper_.rulebook().size());
    Begin();
    while (!frontier_.empty()) {
      result.states_by_depth.push_back(frontier_.size());
      const bool longest = scope_.bounds.messages > 0 &&
                           static_cast<int>(result.states_by_depth.size()) > scope_.bounds.messages;
      if (longest) break;
      Expand(result.hits);
      result.memory_mib = std::max(result.memory_mib, Bytes() >> 20);
      if (!violations_.empty()) {
        ExplainFirst(result);
        break;
      }
      if (cut_) break;
    }
    result.exhausted = !cut_ && violations_.empty();
    if (cut_ && violations_.empty() && !frontier_.empty()) ExplainLast(result);
    result.states = parents_.size();
    result.alphabet = alphabet_;
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    return result;
  }

 private:
  struct Entry {
    std::string packed;
    uint32_t index;
  };

  void Begin() {
    Canonical canonical(scope_.symmetry);
    starts_ = scope_.starts(stepper_);
    for (const State& start : starts_) {
      if (!seen_.Insert(canonical.Of(start))) continue;
      const uint32_t index = static_cast<uint32_t>(parents_.size());
      parents_.push_back({index, 0});
      start_of_.push_back(&start);
      frontier_.push_back({Pack(start, pieces_), index});
    }
  }

  uint64_t Bytes() {
    uint64_t bytes = seen_.bytes() + pieces_.bytes() + parents_.capacity() * sizeof(Parent);
    for (const Entry& entry : frontier_) bytes += sizeof(Entry) + entry.packed.capacity();
    return bytes;
  }

  // One more depth: all successors of the frontier.
  void Expand(Hits& hits) {
    std::vector<std::vector<Found>> found(static_cast<size_t>(limits_.threads));
    next_ = 0;
    found_count_ = 0;
    std::vector<std::thread> threads;
    for (int n = 0; n < limits_.threads; ++n) {
      threads.emplace_back([&, n] { Work(found[static_cast<size_t>(n)], hits); });
    }
    for (std::thread& thread : threads) thread.join();
    frontier_.clear();
    for (std::vector<Found>& part : found) {
      for (Found& state : part) {
        const uint32_t index = static_cast<uint32_t>(parents_.size());
        parents_.push_back({state.parent, state.move});
        frontier_.push_back({std::move(state.packed), index});
      }
    }
    cut_ = cut_ || Bytes() > limits_.memory_mib << 20;
  }

  void Work(std::vector<Found>& found, Hits& hits) {
    Canonical canonical(scope_.symmetry);
    Hits mine(alphabet_.size(), stepper_.rulebook().size());
    while (true) {
      const size_t from = next_.fetch_add(kChunk);
      if (from >= frontier_.size() || cut_) break;
      for (size_t n = from; n < std::min(from + kChunk, frontier_.size()); ++n) {
        Successors(frontier_[n], canonical, found, mine);
      }
    }
    std::lock_guard lock(mutex_);
    hits.Add(mine);
  }

  void Successors(const Entry& entry, Canonical& canonical, std::vector<Found>& found, Hits& hits) {
    const State state = Unpack(entry.packed, pieces_);
    for (size_t n = 0; n < alphabet_.size(); ++n) {
      std::optional<Taken> taken = stepper_.Take(state, alphabet_[n]);
      if (!taken.has_value()) continue;
      const uint16_t move = static_cast<uint16_t>(n);
      Count(state, *taken, n, hits);
      if (!taken->broken.empty()) {
        std::lock_guard lock(mutex_);
        violations_.push_back({entry.index, move, std::move(taken->broken)});
        continue;
      }
      if (!taken->changed || !seen_.Insert(canonical.Of(taken->after))) continue;
      found.push_back({Pack(taken->after, pieces_), entry.index, move});
      if (parents_.size() + found_count_.fetch_add(1) + 1 >= limits_.states) cut_ = true;
    }
  }

  void Count(const State& before, const Taken& taken, size_t move, Hits& hits) {
    ++hits.transitions;
    Hits::OfMove& of_move = hits.moves[move];
    ++(!taken.status.ok() ? of_move.refused : taken.changed ? of_move.changed : of_move.same);
    const auto count_rules = [&](const Effect& effect) {
      for (const v1::RecordedDecision& decision : effect.recorded) {
        for (const std::string& id : decision.rule_ids()) {
          if (const auto rule = rule_index_.find(id); rule != rule_index_.end()) {
            ++hits.rules[rule->second];
          }
        }
      }
    };
    count_rules(taken.sent.effect);
    for (const Effect& effect : taken.sent.consequences) count_rules(effect);
    for (size_t person = 0; person < kPersons; ++person) {
      if (taken.after.persons[person] == before.persons[person]) continue;
      CountStates(before, *taken.after.persons[person], hits);
    }
  }

  // In whichever record it was.
  static const v1::Delegation* FindIn(const State& state, const std::string& id) {
    for (const auto& record : state.persons) {
      if (record == nullptr) continue;
      for (const v1::Delegation& delegation : record->delegations()) {
        if (delegation.delegation_id() == id) return &delegation;
      }
    }
    return nullptr;
  }

  static void CountStates(const State& before, const v1::CareRecord& after, Hits& hits) {
    for (const v1::Delegation& now : after.delegations()) {
      const v1::Delegation* was = FindIn(before, now.delegation_id());
      const size_t from = was == nullptr ? 0 : static_cast<size_t>(was->state());
      ++hits.delegation[from][static_cast<size_t>(now.state())];
      const size_t held = was == nullptr ? 0 : static_cast<size_t>(was->oversight().state());
      ++hits.oversight[held][static_cast<size_t>(now.oversight().state())];
    }
  }

  std::vector<uint16_t> WayTo(uint32_t index, uint16_t last, uint32_t* start) const {
    std::vector<uint16_t> way = {last};
    while (parents_[index].index != index) {
      way.push_back(parents_[index].move);
      index = parents_[index].index;
    }
    *start = index;
    std::reverse(way.begin(), way.end());
    return way;
  }

  // Where a cut exploration had come to: what goes on and on shows here.
  void ExplainLast(Exploration& result) const {
    uint32_t start = 0;
    const uint32_t last = frontier_.back().index;
    std::vector<uint16_t> way = WayTo(parents_[last].index, parents_[last].move, &start);
    Replay(*start_of_[start], way, result);
  }

  // Of all that broke at this depth, the way that is first in the order of the alphabet.
  void ExplainFirst(Exploration& result) const {
    std::vector<uint16_t> first;
    uint32_t start = 0;
    for (const Violation& violation : violations_) {
      uint32_t from = 0;
      std::vector<uint16_t> way = WayTo(violation.parent, violation.move, &from);
      if (first.empty() || way < first) {
        first = std::move(way);
        start = from;
      }
    }
    Replay(*start_of_[start], first, result);
  }

  void Replay(State state, const std::vector<uint16_t>& way, Exploration& result) const {
    for (const uint16_t move : way) {
      std::optional<Taken> taken = stepper_.Take(state, alphabet_[move]);
      if (!taken.has_value()) break;
      result.counter_moves.push_back(alphabet_[move]);
      result.counter_example.push_back(Tell(alphabet_[move], *taken));
      result.broken = taken->broken;
      state = std::move(taken->after);
    }
  }

  const Scope& scope_;
  const Stepper& stepper_;
  const Limits limits_;
  const std::vector<Move> alphabet_;
  absl::flat_hash_map<std::string, size_t> rule_index_;
  Pieces pieces_;
  Seen seen_;
  std::vector<State> starts_;
  std::vector<const State*> start_of_;
  std::vector<Parent> parents_;
  std::vector<Entry> frontier_;
  std::atomic<size_t> next_{0};
  std::atomic<uint64_t> found_count_{0};
  std::atomic<bool> cut_{false};
  std::mutex mutex_;
  std::vector<Violation> violations_;
};

}  // namespace

void Hits::Add(const Hits& other) {
  for (size_t n = 0; n < moves.size(); ++n) {
    moves[n].changed += other.moves[n].changed;
    moves[n].same += other.moves[n].same;
    moves[n].refused += other.moves[n].refused;
  }
  for (size_t n = 0; n < rules.size(); ++n) rules[n] += other.rules[n];
  for (size_t from = 0; from < delegation.size(); ++from) {
    for (size_t to = 0; to < delegation.size(); ++to) {
      delegation[from][to] += other.delegation[from][to];
    }
  }
  for (size_t from = 0; from < oversight.size(); ++from) {
    for (size_t to = 0; to < oversight.size(); ++to) {
      oversight[from][to] += other.oversight[from][to];
    }
  }
  transitions += other.transitions;
}

Exploration Explore(const Scope& scope, const Stepper& stepper, const Limits& limits) {
  return Search(scope, stepper, limits).Run();
}

Stepper StepperFor(const Scope& scope, HandleFunction handle) {
  return Stepper(ExplorerRulebook(), ExplorerDirectory(), scope.bounds, std::move(handle));
}

}  // namespace fosse::care
