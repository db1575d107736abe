// Sweeps over records that are joined into each other, and over the rows that delegations are found
// by.
#include <set>

#include "absl/strings/str_replace.h"
#include "engine/index_terms.h"
#include "engine/sealing.h"
#include "tests/engine/many_people.h"
#include "tests/support/shows.h"

namespace fosse {
namespace {

using ::testing::SizeIs;

// As many consequences as the joining of two records of one task each has.
constexpr size_t kJoining = 4;

EngineWorld::Options SmallSteps(size_t at_once, size_t step) {
  EngineWorld::Options options;
  options.directory_text = WithBoardKey(TestDirectory());
  options.limits.consequences = at_once;
  options.limits.sweep_step = step;
  options.limits.busy_sweep_step = 1;
  return options;
}

// A named clinician of the overseer of both says that they are one, or that they are not.
v1::Envelope Update(EngineWorld& world, const ManyPeople& many, int i, int other,
                    v1::PersonUpdateKind kind) {
  v1::Envelope envelope = world.Message(kCommunity, absl::StrCat("update-", kind, "-", i),
                                        many.people()[static_cast<size_t>(i)]);
  v1::PersonUpdate& update = *envelope.mutable_person_update();
  update.set_kind(kind);
  *update.mutable_occurred_at() = engine::ToTimestamp(world.clock().Now());
  *update.mutable_other_person() = ReferenceOf(many.people()[static_cast<size_t>(other)]);
  return envelope;
}

// References of the delegations found by how they stand.
std::set<std::string> Found(EngineWorld& world, const v1::ListDelegationsRequest& request) {
  const auto list =
      world.Ask<v1::ListDelegationsResponse>([&](engine::Done<v1::ListDelegationsResponse> done) {
        world.engine().ListDelegations({.participant = kCommunity}, request, std::move(done));
      });
  EXPECT_THAT(list, IsOk());
  std::set<std::string> references;
  if (!list.ok()) return references;
  for (const v1::Delegation& delegation : list->delegations()) {
    references.insert(delegation.proposal().reference());
  }
  return references;
}
std::set<std::string> InState(EngineWorld& world, v1::DelegationState state) {
  v1::ListDelegationsRequest request;
  request.add_states(state);
  return Found(world, request);
}
std::set<std::string> References(int count) {
  std::set<std::string> references;
  for (int i = 0; i < count; ++i) references.insert(absl::StrCat("D", i));
  return references;
}

uint64_t ReachedBySteps(EngineWorld& world, ManyPeople& many, uint64_t from) {
  uint64_t reached = 0;
  for (const uint64_t index : many.EntriesOf("sweep_step", from)) {
    reached += world.Detail(index).envelope().sweep_step().reached();
  }
  return reached;
}

TEST(SweepMergeTest, TasksThatMoveBetweenRecordsUnderWayAreNotMissed) {
  Shows({"haz-02", "haz-12", "haz-40", "b-7.3"});
  constexpr int kPeople = 12;
  for (const bool again : {false, true}) {
    EngineWorld world(SmallSteps(kJoining, 1));
    ManyPeople many(world);
    many.MakeActive(kPeople);
    ASSERT_THAT(world.Submit(many.Revocation()), IsOk());
    ASSERT_FALSE(InState(world, v1::DELEGATION_STATE_ACTIVE).empty());
    // Keys are random: among the pairs each order of reached, not reached and survivor comes.
    for (int i = 0; i + 1 < kPeople; i += 2) {
      ASSERT_THAT(world.Submit(Update(world, many, i, i + 1, v1::PERSON_UPDATE_KIND_MERGE)),
                  IsOk());
      if (!again) continue;
      ASSERT_THAT(world.Submit(Update(world, many, i, i + 1, v1::PERSON_UPDATE_KIND_UN_MERGE)),
                  IsOk());
    }
    world.Run();
    EXPECT_EQ(InState(world, v1::DELEGATION_STATE_AT_RISK), References(kPeople));
    EXPECT_EQ(world.engine().GetFigures().sweeps, 0u);
  }
}

// The worker's record names a task by the record that it was entered in.
TEST(SweepMergeTest, ARevocationFindsTasksUnderTheSurvivingRecord) {
  Shows({"haz-02", "haz-12"});
  constexpr int kPeople = 10;
  EngineWorld world(SmallSteps(kJoining, 1));
  ManyPeople many(world);
  many.MakeActive(kPeople);
  for (int i = 0; i + 1 < kPeople; i += 2) {
    ASSERT_THAT(world.Submit(Update(world, many, i, i + 1, v1::PERSON_UPDATE_KIND_MERGE)), IsOk());
  }
  ASSERT_THAT(world.Submit(many.Revocation()), IsOk());
  // Ahead of the sweep both tasks of one person see the cause.
  for (int i = 0; i < kPeople; ++i) {
    ASSERT_THAT(
        world.Submit(world.Risk(many.people()[static_cast<size_t>(i)], absl::StrCat("risk-", i))),
        IsOk());
    const v1::CareRecord record = world.StoredPerson(many.people()[static_cast<size_t>(i)]);
    ASSERT_THAT(record.delegations(), SizeIs(2));
    for (const v1::Delegation& delegation : record.delegations()) {
      EXPECT_EQ(delegation.assignments(0).competence(), v1::Facts::WORKER_COMPETENCE_REVOKED) << i;
    }
  }
  world.Run();
  EXPECT_EQ(InState(world, v1::DELEGATION_STATE_AT_RISK), References(kPeople));
}

TEST(SweepMergeTest, ADirectoryPassesOverJoinedRecordsAndItsRowsFollowIt) {
  Shows({"haz-02", "aud-10"});
  constexpr int kPeople = 6;
  EngineWorld world(SmallSteps(kJoining, 1));
  ManyPeople many(world);
  many.MakeActive(kPeople);
  ASSERT_THAT(world.Submit(Update(world, many, 0, 1, v1::PERSON_UPDATE_KIND_MERGE)), IsOk());
  v1::ListDelegationsRequest county;
  county.set_place("County");
  v1::ListDelegationsRequest elsewhere;
  elsewhere.set_place("Elsewhere");
  ASSERT_EQ(Found(world, county), References(kPeople));

  const std::string moved = absl::StrReplaceAll(
      WithBoardKey(TestDirectory()), {{"qk1/test", "qk1/moved"}, {"County", "Elsewhere"}});
  const absl::Duration ahead = absl::Hours(1);
  ASSERT_THAT(world.PublishDirectory(moved, world.clock().Now() + ahead), IsOk());
  const uint64_t size = world.Size();
  world.clock().Advance(ahead);
  world.Run();
  EXPECT_EQ(ReachedBySteps(world, many, size), static_cast<uint64_t>(kPeople - 1));
  EXPECT_EQ(many.EntriesOf("consequence", size).size(), 0u);  // Nobody is missed.
  EXPECT_EQ(Found(world, elsewhere), References(kPeople));
  EXPECT_EQ(Found(world, county), std::set<std::string>());
}

}  // namespace
}  // namespace fosse
