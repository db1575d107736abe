// States of one canonical form go on alike; states that go on differently have two.
#include "tests/explorer/canonical.h"

#include <map>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/care/messages.h"
#include "tests/explorer/scopes.h"

namespace fosse::care {
namespace {

std::set<Fingerprint> SuccessorsOf(const State& state, const Stepper& stepper,
                                   const std::vector<Move>& alphabet, Canonical& canonical) {
  std::set<Fingerprint> all;
  for (const Move& move : alphabet) {
    const std::optional<Taken> taken = stepper.Take(state, move);
    if (taken.has_value()) all.insert(canonical.Of(taken->after));
  }
  return all;
}

class SameForm : public ::testing::TestWithParam<Scope> {};

// Random histories; whenever two states meet in one form, all their successors must. Moves are
// taken from all the groups of the scope, so that forms meet by way of different moves.
TEST_P(SameForm, MeansTheSameSuccessors) {
  const Scope& scope = GetParam();
  const Stepper stepper = StepperFor(scope);
  const std::vector<Move> alphabet = AlphabetOf(scope.groups, scope.bounds);
  Canonical canonical(scope.symmetry);
  std::map<Fingerprint, std::pair<std::string, State>> first;  // By form: packed, and itself.
  std::mt19937 dice(7);
  Pieces pieces;
  int compared = 0;
  for (int run = 0; run < 150 && compared < 120; ++run) {
    const std::vector<State> starts = scope.starts(stepper);
    State state = starts[static_cast<size_t>(run) % starts.size()];
    for (int n = 0; n < 10 && compared < 120; ++n) {
      const std::optional<Taken> taken = stepper.Take(state, alphabet[dice() % alphabet.size()]);
      if (!taken.has_value() || !taken->changed) continue;
      state = taken->after;
      const std::string packed = Pack(state, pieces);
      const auto [held, is_new] = first.emplace(canonical.Of(state), std::make_pair(packed, state));
      if (is_new || held->second.first == packed) continue;
      ++compared;
      ASSERT_EQ(SuccessorsOf(held->second.second, stepper, alphabet, canonical),
                SuccessorsOf(state, stepper, alphabet, canonical))
          << "after run " << run << ", step " << n;
    }
  }
  EXPECT_GT(compared, 20);
}

INSTANTIATE_TEST_SUITE_P(Scopes, SameForm, ::testing::ValuesIn(NormalScopes()),
                         [](const auto& test) { return NameOf(test.param); });

TEST(CanonicalTest, WhatMattersIsKept) {
  const Scope& scope = *FindScope("oversight");
  const Stepper stepper = StepperFor(scope);
  Canonical canonical(scope.symmetry);
  const State active = Active(stepper)[0];
  std::set<Fingerprint> different = {canonical.Of(active)};
  const auto add = [&](const v1::Envelope& envelope) {
    const Taken taken = stepper.Send(active, envelope);
    ASSERT_TRUE(taken.status.ok()) << taken.status;
    EXPECT_TRUE(different.insert(canonical.Of(taken.after)).second) << envelope.DebugString();
  };
  add(Offer(kAda, "OF-0", "REF-1"));
  add(Episode(kAda, v1::EPISODE_CHANGE_KIND_CLOSED, active.now));
  add(Registered(kAda, kOtherPractice));
  add(Change(kCommunity, kAda, "REF-1", v1::DELEGATION_CHANGE_KIND_SUSPEND));
  add(Concern(kAda, kProvider, "CR-1", v1::CONCERN_KIND_CLINICAL, "REF-1"));
  add(Revoked(kWorker, "K-W100-0", active.now));
  State later = active;
  later.now += absl::Hours(1);
  EXPECT_TRUE(different.insert(canonical.Of(later)).second) << "time passed";
}

TEST(CanonicalTest, PartiesThatCannotBeToldApartAreOne) {
  const Scope& scope = *FindScope("staffing");
  const Stepper stepper = StepperFor(scope);
  const State open = Open(stepper)[0];
  const Taken one = stepper.Send(open, Checked(kWorker, "K-W100-0", open.now));
  const Taken other = stepper.Send(open, Checked(kOtherWorker, "K-W200-0", open.now));
  EXPECT_EQ(Canonical({.workers = true}).Of(one.after),
            Canonical({.workers = true}).Of(other.after));
  EXPECT_NE(Canonical({}).Of(one.after), Canonical({}).Of(other.after));
}

TEST(StateTest, PackedAndUnpackedIsTheSame) {
  const Scope& scope = *FindScope("risk");
  const Stepper stepper = StepperFor(scope);
  const State active = Active(stepper)[0];
  Pieces pieces;
  const std::string packed = Pack(active, pieces);
  EXPECT_LT(packed.size(), 400u);
  const State back = Unpack(packed, pieces);
  EXPECT_EQ(Pack(back, pieces), packed);
  EXPECT_EQ(back.now, active.now);
  EXPECT_EQ(back.persons[0]->SerializeAsString(), active.persons[0]->SerializeAsString());
  EXPECT_EQ(back.workers[0]->SerializeAsString(), active.workers[0]->SerializeAsString());
  EXPECT_EQ(back.watch.told_of_start, active.watch.told_of_start);
  Canonical canonical(scope.symmetry);
  EXPECT_EQ(canonical.Of(back), canonical.Of(active));
}

// The engine would never hand over a message that its own checks refuse.
TEST(MovesTest, EveryMessageHasTheShapeThatTheGatewayAsksFor) {
  for (const Scope& scope : NormalScopes()) {
    const Stepper stepper = StepperFor(scope);
    const std::vector<Move> alphabet = AlphabetOf(scope.groups, scope.bounds);
    std::mt19937 dice(3);
    State state = scope.starts(stepper)[0];
    for (int n = 0; n < 400; ++n) {
      const Move& move = alphabet[dice() % alphabet.size()];
      const std::optional<Taken> taken = stepper.Take(state, move);
      if (!taken.has_value()) continue;
      if (taken->envelope.has_value()) {
        const bool internal =
            taken->envelope->has_timer_due() || taken->envelope->has_delivery_outcome();
        EXPECT_TRUE(CheckShape(*taken->envelope, internal).ok())
            << CheckShape(*taken->envelope, internal) << taken->envelope->DebugString();
      }
      state = taken->after;
    }
  }
}

}  // namespace
}  // namespace fosse::care
