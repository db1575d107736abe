#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "base/fault_point.h"
#include "engine/breadcrumb.h"
#include "engine/index_terms.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/engine/many_people.h"
#include "tests/support/engine_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

// Runs `work` over the world's files in a process of its own, which dies by SIGKILL at the fault
// point. The world is closed meanwhile and comes back restarted.
template <typename Work>
void DieAt(EngineWorld& world, const std::string& fault_point, Work work) {
  world.Close();
  const std::string directory = world.directory();
  std::ofstream(directory + "/" + fault_point).close();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ArmFaultPoints(directory);
    if (world.Restart().ok()) work();
    _exit(7);  // It was to die before it came here.
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
  world.random().Bytes(1);  // The dead process drew the same bytes; from here on they differ.
  ASSERT_THAT(world.Restart(), IsOk());
}

struct Point {
  const char* name;
  bool kept;  // What was under way is in the store after the crash.
};

void PrintTo(const Point& point, std::ostream* out) { *out << point.name; }

class CrashTest : public ::testing::TestWithParam<Point> {};

TEST_P(CrashTest, NothingAnsweredIsLostAndARetryGetsTheOneAnswer) {
  Shows({"ctl-11", "inv-07", "inv-08", "inv-12", "flt-01"});
  EngineWorld world;
  ASSERT_OK_AND_ASSIGN(const v1::Receipt before, world.Submit(world.Episode(kAda, "e1")));
  const v1::Envelope proposal = world.Proposal(kAda, "p1", "D1");
  const uint64_t size = world.Size();
  const std::string head = world.store().GetHead()->checkpoint;

  DieAt(world, GetParam().name, [&] { (void)world.Submit(proposal); });
  EXPECT_EQ(world.Size() > size, GetParam().kept);
  ASSERT_THAT(world.Restart(head), IsOk());  // What was signed before is continued.

  ASSERT_OK_AND_ASSIGN(const v1::Receipt receipt, world.Submit(proposal));
  ASSERT_OK_AND_ASSIGN(const v1::Receipt again, world.Submit(proposal));
  EXPECT_EQ(receipt.SerializeAsString(), again.SerializeAsString());
  EXPECT_EQ(receipt.entry_index(), size);
  EXPECT_EQ(world.StoredPerson(kAda).delegations_size(), 1);
  ASSERT_OK_AND_ASSIGN(const v1::Receipt earlier, world.Submit(world.Episode(kAda, "e1")));
  EXPECT_EQ(before.SerializeAsString(), earlier.SerializeAsString());

  ASSERT_OK_AND_ASSIGN(const auto queued, world.store().QueuedDeliveries(kProvider, 0, 10));
  EXPECT_EQ(queued.size(), 1u);  // Told once.
}

INSTANTIATE_TEST_SUITE_P(Points, CrashTest,
                         ::testing::Values(Point{"after_decide", false},
                                           Point{"before_commit", false},
                                           Point{"after_commit_before_reply", true}),
                         [](const auto& test) { return test.param.name; });

class SweepCrashTest : public ::testing::TestWithParam<Point> {};

// A step is one commit with the place it came to: after a crash nobody is left out and nobody is
// looked at twice.
TEST_P(SweepCrashTest, ASweepGoesOnExactlyWhereItWas) {
  Shows({"flt-01", "inv-07", "haz-40", "inv-12"});
  EngineWorld::Options options;
  options.limits.consequences = 2;
  options.limits.sweep_step = 2;
  options.limits.busy_sweep_step = 1;
  EngineWorld world(options);
  ManyPeople many(world);
  many.MakeActive(7);
  ASSERT_OK_AND_ASSIGN(const v1::Receipt revoked, world.Submit(many.Revocation()));
  ASSERT_EQ(many.Count(v1::DELEGATION_STATE_AT_RISK), 2);

  DieAt(world, GetParam().name, [&] { world.engine().RunOnce(); });
  EXPECT_EQ(many.Count(v1::DELEGATION_STATE_AT_RISK), GetParam().kept ? 4 : 2);
  world.Run();
  EXPECT_EQ(many.Count(v1::DELEGATION_STATE_AT_RISK), 7);
  std::multiset<std::string> reached;
  ASSERT_OK_AND_ASSIGN(const auto entries, world.store().ConsequencesOf(revoked.entry_index()));
  for (const uint64_t index : entries) {
    if (world.Leaf(index).kind() != "consequence") continue;
    reached.insert((*world.store().ReadEntry(index))->subject.key);
  }
  EXPECT_EQ(reached.size(), 7u);
  EXPECT_EQ(std::set<std::string>(reached.begin(), reached.end()).size(), 7u);
}

INSTANTIATE_TEST_SUITE_P(Points, SweepCrashTest,
                         ::testing::Values(Point{"before_commit", false},
                                           Point{"after_commit_before_reply", true}),
                         [](const auto& test) { return test.param.name; });

TEST(PoisonTest, AMessageThatKillsTheGatewayTwiceIsQuarantinedAndOthersFlow) {
  Shows({"ctl-32", "flt-30", "thr-10"});
  EngineWorld world;
  ASSERT_THAT(world.Submit(world.Episode(kAda, "e1")), IsOk());
  const v1::Envelope poison = world.Proposal(kAda, "p1", "D1");
  DieAt(world, "after_decide", [&] { (void)world.Submit(poison); });
  DieAt(world, "after_decide", [&] { (void)world.Submit(poison); });
  const auto refused = world.Submit(poison);
  EXPECT_THAT(refused, FailsWith("MESSAGE_QUARANTINED"));
  EXPECT_THAT(refused, HasCode(absl::StatusCode::kInternal));
  EXPECT_THAT(world.Submit(world.Proposal(kAda, "p2", "D2")), IsOk());
  ASSERT_THAT(world.Restart(), IsOk());
  EXPECT_THAT(world.Submit(poison), FailsWith("MESSAGE_QUARANTINED"));
}

TEST(PoisonTest, OneCrashIsForgivenOnceTheMessageWasDecided) {
  Shows({"ctl-32"});
  EngineWorld world;
  ASSERT_THAT(world.Submit(world.Episode(kAda, "e1")), IsOk());
  const v1::Envelope unlucky = world.Proposal(kAda, "p1", "D1");
  DieAt(world, "after_decide", [&] { (void)world.Submit(unlucky); });
  EXPECT_THAT(world.Submit(unlucky), IsOk());
  const Digest key = engine::MessageTerm(world.keys(), kCommunity, "p1");
  world.Close();
  ASSERT_OK_AND_ASSIGN(const auto crumb, engine::Breadcrumb::Open(world.breadcrumb_path()));
  EXPECT_FALSE(crumb->IsQuarantined(key));
}

}  // namespace
}  // namespace fosse
