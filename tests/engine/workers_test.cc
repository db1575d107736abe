#include "engine/index_terms.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

using ::testing::MatchesRegex;

class WorkersTest : public ::testing::Test {
 protected:
  WorkersTest() {
    EXPECT_THAT(world_.Submit(world_.Episode(kAda, "e1")), IsOk());
    EXPECT_THAT(world_.Submit(world_.Proposal(kAda, "p1", "D1")), IsOk());
    EXPECT_THAT(world_.Submit(world_.Acceptance(kAda, "r1", "D1")), IsOk());
  }
  bool IsKnown(const v1::WorkerReference& worker) {
    return world_.store()
        .FindAlias(engine::EmployerAlias(world_.keys(), worker))
        .value()
        .has_value();
  }

  EngineWorld world_;
  const v1::WorkerReference worker_ = WorkerOf(kProvider, "E-7");
};

TEST_F(WorkersTest, AWorkerGetsOneNumberHoweverNamed) {
  Shows({"b-4.4", "ctl-23"});
  ASSERT_OK_AND_ASSIGN(const v1::Receipt first, world_.Submit(world_.Competency("k1", worker_)));
  EXPECT_THAT(first.worker_number(), MatchesRegex("W[0-9A-HJKMNP-TV-Z]{10}"));
  ASSERT_OK_AND_ASSIGN(const v1::Receipt again, world_.Submit(world_.Competency("k2", worker_)));
  EXPECT_EQ(again.worker_number(), first.worker_number());
  v1::WorkerReference by_number;
  by_number.set_worker_number(first.worker_number());
  ASSERT_OK_AND_ASSIGN(const v1::Receipt third, world_.Submit(world_.Competency("k3", by_number)));
  EXPECT_EQ(third.worker_number(), first.worker_number());
  EXPECT_EQ(world_.Leaf(third.entry_index()).subject_kind(), v1::SUBJECT_KIND_WORKER);
}

TEST_F(WorkersTest, ANewEmployersReferenceNamesTheSameWorker) {
  Shows({"b-4.4"});
  ASSERT_OK_AND_ASSIGN(const v1::Receipt first, world_.Submit(world_.Competency("k1", worker_)));
  v1::WorkerReference moved = WorkerOf(kCouncil, "X-9");
  moved.set_worker_number(first.worker_number());
  ASSERT_THAT(world_.Submit(world_.Competency("k2", moved)), IsOk());
  ASSERT_OK_AND_ASSIGN(const v1::Receipt later,
                       world_.Submit(world_.Competency("k3", WorkerOf(kCouncil, "X-9"))));
  EXPECT_EQ(later.worker_number(), first.worker_number());
}

TEST_F(WorkersTest, AChallengeFollowsTheWorkerToTheNextEmployer) {
  Shows({"b-4.2", "b-4.4"});
  ASSERT_OK_AND_ASSIGN(const v1::Receipt first, world_.Submit(world_.Competency("k1", worker_)));
  const auto challenge = [&](const char* id, const v1::WorkerReference& worker) {
    v1::Envelope envelope = world_.Message(worker.employer(), id, kAda);
    *envelope.mutable_subject()->mutable_worker() = worker;
    v1::CompetencyChallenged& body = *envelope.mutable_competency_challenged();
    body.set_reference(id);
    body.set_competency_reference(
        world_.Detail(first.entry_index()).envelope().competency_record().reference());
    body.mutable_task()->set_code("generic-7-blood-sugar");
    body.set_reason("never observed");
    return world_.Submit(envelope);
  };
  ASSERT_THAT(challenge("q1", worker_), IsOk());
  const v1::WorkerReference next = WorkerOf(kCouncil, "X-9");
  EXPECT_THAT(challenge("q2", next), FailsWith("WORKER_NOT_FOUND"));
  v1::WorkerReference moved = next;
  moved.set_worker_number(first.worker_number());
  v1::Envelope told = world_.Competency("k2", moved);
  told.mutable_competency_record()->mutable_task()->set_code("generic-6-stoma");
  ASSERT_THAT(world_.Submit(told), IsOk());
  // The new employer finds the record with its challenge, and may raise its own.
  ASSERT_OK_AND_ASSIGN(const v1::Receipt second, challenge("q3", next));
  EXPECT_EQ(second.worker_number(), first.worker_number());
  const v1::EntryDetail detail = world_.Detail(second.entry_index());
  ASSERT_EQ(detail.changes_size(), 1);
  ASSERT_EQ(detail.changes(0).competency().challenges_size(), 2);
  EXPECT_EQ(detail.changes(0).competency().challenges(0).raised_by(), kProvider);
  EXPECT_EQ(detail.changes(0).competency().challenges(1).raised_by(), kCouncil);
  // Its deadline is the worker's record's own timer, and says whose record it is.
  const uint64_t before = world_.Size();
  world_.clock().Advance(absl::Hours(24 * 8));
  world_.Run();
  bool escalated = false;
  for (uint64_t i = before; i < world_.Size(); ++i) {
    escalated = escalated || (world_.Leaf(i).kind() == "timer_due" &&
                              world_.Leaf(i).subject_kind() == v1::SUBJECT_KIND_WORKER);
  }
  EXPECT_TRUE(escalated);
}

TEST_F(WorkersTest, ANumberThatNobodyWasGivenIsNotFound) {
  v1::WorkerReference unknown;
  unknown.set_worker_number("W0000000000");
  EXPECT_THAT(world_.Submit(world_.Competency("k1", unknown)), FailsWith("WORKER_NOT_FOUND"));
}

TEST_F(WorkersTest, WhatHappensToOneRecordReachesTheOtherInTheSameCommit) {
  Shows({"ctl-11", "b-4.4", "inv-03"});
  const uint64_t at = world_.Size();
  ASSERT_OK_AND_ASSIGN(const v1::Receipt assigned,
                       world_.Submit(world_.Assignment(kAda, "a1", "D1", worker_)));
  EXPECT_EQ(assigned.entry_index(), at);
  ASSERT_GT(world_.Size(), at + 1);
  for (uint64_t i = at + 1; i < world_.Size(); ++i) {
    EXPECT_EQ(world_.Leaf(i).kind(), "consequence");
    EXPECT_EQ(world_.Leaf(i).cause(), at + 1);
    EXPECT_EQ(world_.Leaf(i).subject_kind(), v1::SUBJECT_KIND_WORKER);
    EXPECT_FALSE(world_.Detail(i).has_envelope());  // The message is another subject's.
  }
  ASSERT_EQ(world_.StoredPerson(kAda).delegations(0).assignments_size(), 1);
  EXPECT_FALSE(world_.StoredPerson(kAda).delegations(0).assignments(0).assigned());

  const uint64_t trained = world_.Size();
  ASSERT_THAT(world_.Submit(world_.Competency("k1", worker_)), IsOk());
  ASSERT_EQ(world_.Size(), trained + 2);
  EXPECT_EQ(world_.Leaf(trained + 1).cause(), trained + 1);
  EXPECT_EQ(world_.Leaf(trained + 1).subject_kind(), v1::SUBJECT_KIND_PERSON);
  EXPECT_TRUE(world_.StoredPerson(kAda).delegations(0).assignments(0).assigned());
  ASSERT_OK_AND_ASSIGN(const v1::GetTraceResponse trace, world_.Trace(kAuditTeam, trained));
  EXPECT_EQ(trace.entries_size(), 2);
  // The training office learns nothing of the person from its own message's trace.
  ASSERT_OK_AND_ASSIGN(const v1::GetTraceResponse own, world_.Trace(kTraining, trained));
  EXPECT_EQ(own.entries_size(), 1);
}

TEST_F(WorkersTest, AMessageThatFailsLeavesNoWorkerBehind) {
  Shows({"ctl-11"});
  const uint64_t size = world_.Size();
  EXPECT_THAT(world_.Submit(world_.Assignment(kAda, "a1", "no such", worker_)),
              FailsWith("DELEGATION_NOT_FOUND"));
  EXPECT_EQ(world_.Size(), size);
  EXPECT_FALSE(IsKnown(worker_));
}

}  // namespace
}  // namespace fosse
