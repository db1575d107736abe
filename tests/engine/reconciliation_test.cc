// What two organisations sent one another on a day, and what became of it.
#include "engine/reconciliation.h"

#include <map>
#include <string>
#include <vector>

#include "audit/note.h"
#include "audit/reconciliation_note.h"
#include "base/local_date.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

class ReconciliationTest : public ::testing::Test {
 protected:
  ReconciliationTest() : today_(FormatLocalDate(LondonDay(world_.clock().Now()))) {}

  absl::StatusOr<v1::GetReconciliationResponse> Ask(const char* caller, const char* one,
                                                    const char* other, std::string day = "") {
    v1::GetReconciliationRequest request;
    request.set_organisation(one);
    request.set_other(other);
    request.set_day(day.empty() ? today_ : day);
    request.set_purpose("daily reconciliation");
    const auto answer = world_.Ask<engine::ReportAnswer>([&](engine::Done<engine::ReportAnswer> d) {
      world_.engine().Report({.participant = caller}, request, std::move(d));
    });
    if (!answer.ok()) return answer.status();
    return std::get<v1::GetReconciliationResponse>(answer->response);
  }
  // The provider is asked to take a task.
  void Propose() {
    ASSERT_THAT(world_.Submit(world_.Episode(kAda, "e1")), IsOk());
    ASSERT_OK_AND_ASSIGN(const v1::Receipt receipt,
                         world_.Submit(world_.Proposal(kAda, "p1", "D1")));
    for (const v1::DeliveryNote& note : receipt.deliveries()) {
      if (note.recipient() == kProvider) proposed_ = note.delivery_id();
    }
    ASSERT_THAT(proposed_, Not(IsEmpty()));
  }
  // The recipient's system says what became of it.
  void BecameOfIt(v1::DeliveryState state) {
    const auto subscription =
        world_.engine().Subscribe({.participant = kProvider}, {kProvider}, 10, [](v1::Delivery) {});
    world_.Run();
    v1::DeliveryOutcome outcome;
    outcome.set_delivery_id(proposed_);
    outcome.set_state(state);
    EXPECT_THAT(world_.Ask<uint64_t>([&](engine::Done<uint64_t> done) {
      world_.engine().Acknowledge(subscription, outcome, std::move(done));
    }),
                IsOk());
  }
  const v1::ReconciledItem& Item(const v1::ReconciledDirection& direction, const std::string& id) {
    for (const v1::ReconciledItem& item : direction.items()) {
      if (item.delivery_id() == id) return item;
    }
    ADD_FAILURE() << "no such item";
    static const v1::ReconciledItem none;
    return none;
  }

  EngineWorld world_;
  const std::string today_;
  std::string proposed_;
};

TEST_F(ReconciliationTest, DeliveredIsNotActedOnAndAnAnswerIs) {
  Shows({"ctl-16", "ctl-17", "aud-10", "haz-04"});
  Propose();
  ASSERT_OK_AND_ASSIGN(auto found, Ask(kCommunity, "", kProvider));
  ASSERT_EQ(found.directions_size(), 2);
  EXPECT_EQ(found.directions(0).sender(), kCommunity);
  EXPECT_EQ(found.directions(0).recipient(), kProvider);
  EXPECT_EQ(Item(found.directions(0), proposed_).state(), v1::DELIVERY_STATE_QUEUED);
  EXPECT_TRUE(Item(found.directions(0), proposed_).has_act_by());
  const uint32_t sent = found.directions(0).sent().count();
  EXPECT_EQ(found.directions(0).delivered().count(), 0u);
  EXPECT_EQ(found.directions(0).outstanding().count(), sent);

  BecameOfIt(v1::DELIVERY_STATE_DELIVERED);
  ASSERT_OK_AND_ASSIGN(found, Ask(kCommunity, "", kProvider));
  EXPECT_EQ(found.directions(0).sent().count(), sent);
  EXPECT_EQ(found.directions(0).delivered().count(), 1u);
  EXPECT_EQ(found.directions(0).acted().count(), 0u);
  EXPECT_EQ(found.directions(0).outstanding().count(), sent);  // No person has answered it.

  ASSERT_THAT(world_.Submit(world_.Acceptance(kAda, "a1", "D1")), IsOk());
  ASSERT_OK_AND_ASSIGN(found, Ask(kCommunity, "", kProvider));
  EXPECT_TRUE(Item(found.directions(0), proposed_).acted());
  EXPECT_EQ(found.directions(0).acted().count(), 1u);
  EXPECT_EQ(found.directions(0).outstanding().count(), sent - 1);
  EXPECT_GT(found.directions(1).sent().count(), 0u);  // The giver is told.
}

TEST_F(ReconciliationTest, AnAnswerAboutAnotherPersonIsNoActOnThisOne) {
  Shows({"ctl-17", "haz-04"});
  Propose();
  ASSERT_THAT(world_.Submit(world_.Episode(kBede, "e2")), IsOk());
  ASSERT_THAT(world_.Submit(world_.Proposal(kBede, "p2", "D2")), IsOk());
  ASSERT_THAT(world_.Submit(world_.Acceptance(kBede, "a2", "D2")), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto found, Ask(kCommunity, "", kProvider));
  EXPECT_FALSE(Item(found.directions(0), proposed_).acted());
  EXPECT_EQ(found.directions(0).acted().count(), 1u);
}

TEST_F(ReconciliationTest, BothSidesGetTheSameSignedNumbersWhicheverAsks) {
  Shows({"ctl-17"});
  Propose();
  ASSERT_OK_AND_ASSIGN(const auto ours, Ask(kCommunity, "", kProvider));
  ASSERT_OK_AND_ASSIGN(const auto theirs, Ask(kProvider, "", kCommunity));
  const std::string key =
      audit::VerifierKey(world_.keys().origin(), world_.keys().signing_key().public_key());
  EXPECT_EQ(ours.verifier_key(), key);
  ASSERT_OK_AND_ASSIGN(const auto one, audit::OpenReconciliation(ours.note(), key));
  ASSERT_OK_AND_ASSIGN(const auto other, audit::OpenReconciliation(theirs.note(), key));
  EXPECT_EQ(one.day, today_);
  EXPECT_EQ(one.directions[0], other.directions[1]);
  EXPECT_EQ(one.directions[1], other.directions[0]);
  EXPECT_EQ(one.directions[0].sent.count, ours.directions(0).sent().count());
}

TEST_F(ReconciliationTest, ADayHoldsItsOwnSendingAlone) {
  Shows({"ctl-17"});
  Propose();
  const std::string before = FormatLocalDate(LondonDay(world_.clock().Now()) - 1);
  ASSERT_OK_AND_ASSIGN(const auto found, Ask(kCommunity, "", kProvider, before));
  EXPECT_EQ(found.directions(0).sent().count(), 0u);
  // What was sent on a day is that day's still when it is answered on another.
  world_.clock().Advance(absl::Hours(24));
  ASSERT_THAT(world_.Submit(world_.Acceptance(kAda, "a1", "D1")), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto later, Ask(kCommunity, "", kProvider));
  EXPECT_TRUE(Item(later.directions(0), proposed_).acted());
}

TEST_F(ReconciliationTest, IsForThePairAndThoseWhoAuditIt) {
  Shows({"ctl-03", "ctl-17", "ctl-25"});
  Propose();
  EXPECT_THAT(Ask(kPractice, kCommunity, kProvider), FailsWith("PAIR_NOT_ALLOWED"));
  EXPECT_THAT(Ask(kPracticeAudit, kCommunity, kProvider), FailsWith("PAIR_NOT_ALLOWED"));
  const uint64_t size = world_.Size();
  ASSERT_OK_AND_ASSIGN(const auto found, Ask(kAuditTeam, kCommunity, kProvider));
  EXPECT_EQ(found.entry_index(), size);
  EXPECT_EQ(world_.Leaf(size).kind(), "access_recorded");
  EXPECT_EQ(world_.Detail(size).envelope().access_recorded().method(), "GetReconciliation");
}

TEST_F(ReconciliationTest, WhatCannotBeAskedIsNamed) {
  EXPECT_THAT(Ask(kCommunity, "", kCommunity), FailsWith("FIELD_INVALID"));
  EXPECT_THAT(Ask(kCommunity, "", "nobody"), FailsWith("FIELD_INVALID"));
  EXPECT_THAT(Ask(kCommunity, "", kProvider, "26/11/2026"), FailsWith("PERIOD_INVALID"));
  EXPECT_THAT(Ask(kCommunity, "", kProvider, "2099-01-01"), FailsWith("PERIOD_INVALID"));
}

}  // namespace
}  // namespace fosse
