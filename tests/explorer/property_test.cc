// Longer histories than can be explored, by chance; what fails shrinks to what it takes.
#include <ostream>
#include <sstream>

#include "gtest/gtest.h"
// After gtest: it looks for it.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rapidcheck.h"
#include "rapidcheck/state.h"
#include "tests/explorer/planted.h"
#include "tests/explorer/scopes.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

constexpr uint64_t kSeed = 20261102;  // Every run tries the same histories.
constexpr int kHistories = 300;
constexpr int kLongest = 60;

// All moves at once, within wider bounds than an exploration could exhaust.
Scope Everything() {
  Scope scope = *FindScope("everything");
  scope.bounds = {.persons = 2,
                  .tasks = 2,
                  .workers = 2,
                  .delegations = 4,
                  .offers = 4,
                  .checks = 3,
                  .ad_hoc = 3,
                  .time_steps = 20};
  scope.symmetry = {};
  scope.starts = Active;
  return scope;
}

// What a history is played against, and what was seen of it.
struct Played {
  Broken broken;
  std::vector<std::string> words;
  std::string verdict;  // Rapidcheck's own words; of a pass too.
  bool passed = false;
  size_t steps = 0;  // Of all histories together.
};

struct Play {
  const Stepper& stepper;
  const std::vector<Move>& alphabet;
};

// One move as rapidcheck's state machine takes it. A simpler one has a smaller index.
class MoveCommand : public rc::state::Command<State, Played> {
 public:
  MoveCommand(const Play& play, size_t index) : play_(play), index_(index) {}

  void checkPreconditions(const State& state) const override {
    RC_PRE(play_.stepper.Take(state, move()).has_value());
  }
  void apply(State& state) const override { state = play_.stepper.Take(state, move())->after; }
  void run(const State& state, Played& played) const override {
    const std::optional<Taken> taken = play_.stepper.Take(state, move());
    played.words.push_back(InWords(move()));
    played.broken = taken->broken;
    RC_ASSERT(taken->broken.empty());
  }
  void show(std::ostream& out) const override { out << InWords(move()); }

 private:
  const Move& move() const { return play_.alphabet[index_]; }

  const Play play_;
  const size_t index_;
};

// What became of all the histories; of a failure, the history as it was shrunk.
Played ShrunkFailure(const Scope& scope, const HandleFunction& handle) {
  const Stepper stepper = StepperFor(scope, handle);
  const std::vector<Move> alphabet = AlphabetOf(scope.groups, scope.bounds);
  const Play play{stepper, alphabet};
  const State start = scope.starts(StepperFor(scope))[0];
  Played last;
  size_t steps = 0;
  rc::detail::TestMetadata metadata;
  metadata.id = metadata.description = scope.name;
  rc::detail::TestParams params;
  params.seed = kSeed;
  params.maxSuccess = kHistories;
  params.maxSize = kLongest;
  const auto result = rc::detail::checkTestable(
      [&] {
        Played played;
        try {
          rc::state::check(start, played, [&](const State&) {
            // Of its full size: a range grows with the size, and the last moves would never be
            // made.
            const auto any =
                rc::gen::resize(rc::kNominalSize, rc::gen::inRange<size_t>(0, alphabet.size()));
            return rc::gen::map(any, [&](size_t index) {
              return std::shared_ptr<const rc::state::Command<State, Played>>(
                  std::make_shared<MoveCommand>(play, index));
            });
          });
        } catch (...) {
          // Shrinking goes from one failure to a smaller one: the last is the smallest.
          if (!played.broken.empty()) last = played;
          throw;
        }
        steps += played.words.size();
      },
      metadata, params);
  std::ostringstream verdict;
  rc::detail::printResultMessage(result, verdict);
  last.verdict = verdict.str();
  last.passed = result.template is<rc::detail::SuccessResult>();
  last.steps = steps;
  return last;
}

TEST(LongHistoryTest, KeepsWhatMustHold) {
  Shows({"inv-01", "inv-02", "inv-03", "inv-04", "inv-05", "inv-06", "inv-10", "inv-14", "inv-15",
         "ctl-15", "haz-02", "haz-40", "haz-41"});
  const Played failure = ShrunkFailure(Everything(), Handle);
  EXPECT_TRUE(failure.passed) << failure.verdict;
  EXPECT_EQ(absl::StrJoin(failure.broken, "; "), "") << absl::StrJoin(failure.words, "\n");
  EXPECT_GT(failure.steps, 10u * kHistories);
}

TEST(LongHistoryTest, ShrinksAPlantedBugToItsEssentials) {
  for (const PlantedBug& bug : PlantedBugs()) {
    const std::string name = bug.name;
    if (name != "LetsGoOnDecline" && name != "SuspendsOnDispute") continue;
    const Played failure = ShrunkFailure(*FindScope(bug.scope), bug.handle);
    EXPECT_FALSE(failure.broken.empty()) << bug.words << "\n" << failure.verdict;
    EXPECT_EQ(failure.words.size(), bug.steps) << absl::StrJoin(failure.words, "\n");
  }
}

}  // namespace
}  // namespace fosse::care
