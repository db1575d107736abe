// Joining two records and taking them apart, without an engine: what care itself decides.
#include "care/merge.h"

#include <algorithm>

#include "care/times.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/care/messages.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

using ::testing::Contains;
using ::testing::SizeIs;

constexpr char kRef[] = "REF-1";

class MergeTest : public ::testing::Test {
 protected:
  MergeTest() {
    Bring(world_, kAda, kRef, v1::DELEGATION_STATE_ACTIVE, kWorker);
    Bring(world_, kBen, kRef, v1::DELEGATION_STATE_ACTIVE, kOtherWorker);
  }

  v1::Envelope Update(const char* sender, v1::PersonUpdateKind kind) {
    v1::Envelope envelope = From(sender, kAda);
    envelope.mutable_person_update()->set_kind(kind);
    *envelope.mutable_person_update()->mutable_occurred_at() = Timestamp(world_.now);
    *envelope.mutable_person_update()->mutable_other_person() = Person(kBen);
    return envelope;
  }
  // A message of the overseer's named clinician settles it.
  Sent Join() { return world_.Must(Update(kCommunity, v1::PERSON_UPDATE_KIND_MERGE)); }
  Sent TakeApart() { return world_.Must(Update(kCommunity, v1::PERSON_UPDATE_KIND_UN_MERGE)); }

  const v1::CareRecord& ada() { return world_.person(kAda); }
  const v1::CareRecord& ben() { return world_.person(kBen); }

  World world_;
};

TEST_F(MergeTest, OneSourceThatIsNoClinicianOfAnOverseerIsHeld) {
  Shows({"haz-01", "haz-02"});
  const Sent sent = world_.Must(Update(kProvider, v1::PERSON_UPDATE_KIND_MERGE));
  EXPECT_TRUE(sent.HasNotice("IDENTITY_KEPT_APART"));
  for (const v1::CareRecord* record : {&ada(), &ben()}) {
    EXPECT_TRUE(record->identity().identity_in_question());
    EXPECT_THAT(record->identity().claims(), SizeIs(1));
    EXPECT_THAT(record->delegations(), SizeIs(1));
    EXPECT_EQ(record->delegations(0).state(), v1::DELEGATION_STATE_ACTIVE);
  }
  // The overseer of each is told: once in the message's entry, once in the other record's.
  EXPECT_EQ(sent.Count(kCommunity, v1::DELIVERY_KIND_TOLD), 2);
  // What the other record's parties hear names nobody but that other person.
  for (const v1::Delivery& delivery : sent.consequences[0].deliveries) {
    EXPECT_EQ(delivery.message().subject().person().nhs_number(), kBen);
    EXPECT_FALSE(delivery.message().has_person_update());
  }
  // The same source again confirms nothing.
  world_.Must(Update(kProvider, v1::PERSON_UPDATE_KIND_MERGE));
  EXPECT_THAT(ada().delegations(), SizeIs(1));
  EXPECT_THAT(ada().identity().claims(), SizeIs(1));
}

TEST_F(MergeTest, AnotherSourceConfirms) {
  Shows({"haz-02"});
  world_.Must(Update(kProvider, v1::PERSON_UPDATE_KIND_MERGE));
  v1::Envelope second = Update(kPractice, v1::PERSON_UPDATE_KIND_MERGE);
  second.clear_acting_person();
  EXPECT_TRUE(world_.Must(second).HasNotice("RECORDS_JOINED"));
  EXPECT_THAT(ada().delegations(), SizeIs(2));
  EXPECT_FALSE(ada().identity().identity_in_question());
  EXPECT_EQ(ada().identity().joined(0).claimed_by(), kProvider);
  EXPECT_EQ(ada().identity().joined(0).confirmed_by(), kPractice);
}

TEST_F(MergeTest, WhatWasSaidTheOtherWayRoundConfirmsNothing) {
  Shows({"haz-02"});
  world_.Must(Update(kProvider, v1::PERSON_UPDATE_KIND_MERGE));
  v1::Envelope apart = Update(kPractice, v1::PERSON_UPDATE_KIND_UN_MERGE);
  apart.clear_acting_person();
  world_.Must(apart);  // Two say that the question is open: they are two persons.
  EXPECT_THAT(ada().identity().claims(), SizeIs(0));
  EXPECT_THAT(ben().identity().claims(), SizeIs(0));
  EXPECT_FALSE(ada().identity().identity_in_question());
  EXPECT_FALSE(ben().identity().identity_in_question());
  EXPECT_THAT(ada().delegations(), SizeIs(1));
}

TEST_F(MergeTest, TheSurvivingRecordCarriesWhatBothHad) {
  Shows({"haz-02", "inv-11"});
  world_.Must(Concern(kBen, kCommunity, "CON-1", v1::CONCERN_KIND_CLINICAL, kRef));
  world_.Must(Performed(kBen, kRef, kOtherWorker, world_.now));
  const v1::CareRecord before = ada();
  const v1::CareRecord other = ben();
  const Sent sent = Join();
  EXPECT_TRUE(sent.HasNotice("RECORDS_JOINED"));
  EXPECT_EQ(ada().delegations_size(), before.delegations_size() + other.delegations_size());
  EXPECT_EQ(ada().concerns_size(), before.concerns_size() + other.concerns_size());
  EXPECT_EQ(ada().covers_size(), before.covers_size() + other.covers_size());
  EXPECT_EQ(ada().performances_size(), before.performances_size() + other.performances_size());
  // Who oversees and who delivers stays as it was, task by task.
  for (const v1::Delegation& then : other.delegations()) {
    bool found = false;
    for (const v1::Delegation& now : ada().delegations()) {
      if (now.delegation_id() != then.delegation_id()) continue;
      found = true;
      EXPECT_EQ(now.state(), then.state());
      EXPECT_EQ(now.oversight().holder(), then.oversight().holder());
      EXPECT_EQ(now.assignments_size(), then.assignments_size());
    }
    EXPECT_TRUE(found);
  }
  // Of the other record nothing is left but where it went.
  EXPECT_EQ(ben().identity().merged_into(), ada().person_key());
  EXPECT_THAT(ben().delegations(), SizeIs(0));
  EXPECT_THAT(ben().concerns(), SizeIs(0));
  EXPECT_THAT(ben().performances(), SizeIs(0));
  EXPECT_TRUE(IsThisPerson(ada().identity(), Person(kBen)));
  EXPECT_TRUE(IsThisPerson(ada().identity(), Person(kAda)));
  EXPECT_TRUE(sent.Told(kProvider));
}

TEST_F(MergeTest, TwoLiveTasksOfTheSameCareAreFlaggedAndNeitherEnds) {
  Shows({"inv-06", "haz-08", "b-1.7b"});
  const Sent sent = Join();
  ASSERT_THAT(ada().delegations(), SizeIs(2));
  EXPECT_EQ(ada().delegations(0).duplicate_of(), ada().delegations(1).delegation_id());
  EXPECT_EQ(ada().delegations(1).duplicate_of(), ada().delegations(0).delegation_id());
  for (const v1::Delegation& delegation : ada().delegations()) {
    EXPECT_EQ(delegation.state(), v1::DELEGATION_STATE_ACTIVE);
    EXPECT_EQ(delegation.owner(), kCommunity);  // Somebody must settle it, by a time.
    EXPECT_TRUE(delegation.has_next_action_at());
  }
  EXPECT_EQ(sent.Count(kCommunity, v1::DELIVERY_KIND_PROMPT), 2);
  // Ending one settles it for the other, which goes on.
  v1::Envelope end = Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_END, v1::ANSWER_YES);
  end.mutable_delegation_change()->mutable_delegation()->set_delegation_id(
      ada().delegations(1).delegation_id());
  world_.Must(end);
  EXPECT_EQ(ada().delegations(1).state(), v1::DELEGATION_STATE_ENDED);
  EXPECT_EQ(ada().delegations(0).state(), v1::DELEGATION_STATE_ACTIVE);
  EXPECT_EQ(ada().delegations(0).duplicate_of(), "");
  EXPECT_EQ(ada().delegations(0).owner(), "");
}

// Both were at risk when they came together; the delegator's objections are taken back.
TEST_F(MergeTest, TwoOfTheSameCareAreChasedOnOnceTheyAreNoLongerAtRisk) {
  Shows({"b-1.7b", "ctl-15", "haz-02"});
  for (const char* person : {kAda, kBen}) {
    world_.Must(Change(kCommunity, person, kRef, v1::DELEGATION_CHANGE_KIND_OBJECT));
  }
  Join();
  const std::string ids[] = {ada().delegations(0).delegation_id(),
                             ada().delegations(1).delegation_id()};
  for (const std::string& id : ids) {
    v1::Envelope back = Change(kCommunity, kAda, "", v1::DELEGATION_CHANGE_KIND_RESUME);
    back.mutable_delegation_change()->mutable_delegation()->set_delegation_id(id);
    world_.Must(back);
  }
  for (const v1::Delegation& delegation : ada().delegations()) {
    EXPECT_EQ(delegation.state(), v1::DELEGATION_STATE_ACTIVE);
    EXPECT_NE(delegation.owner(), "");
    const bool chased =
        std::any_of(world_.timers().begin(), world_.timers().end(), [&](const auto& timer) {
          return timer.second.about == delegation.delegation_id() &&
                 timer.second.kind == v1::TIMER_KIND_HELD_DEADLINE;
        });
    EXPECT_TRUE(chased);
  }
}

TEST_F(MergeTest, TheStricterOfBothHolds) {
  Shows({"haz-02", "haz-31"});
  v1::Envelope death = From(kPractice, kBen);
  death.mutable_person_update()->set_kind(v1::PERSON_UPDATE_KIND_DEATH);
  *death.mutable_person_update()->mutable_occurred_at() = Timestamp(world_.now);
  world_.Must(death);
  v1::Envelope restriction = From(kPractice, kBen);
  restriction.mutable_person_update()->set_kind(v1::PERSON_UPDATE_KIND_RESTRICTION);
  restriction.mutable_person_update()->set_location_restricted(true);
  *restriction.mutable_person_update()->mutable_occurred_at() = Timestamp(world_.now);
  world_.Must(restriction);
  v1::Envelope objection = From(kPractice, kBen);
  objection.mutable_consent_changed()->set_objects_to_sharing(v1::ANSWER_YES);
  world_.Must(objection);
  Join();
  EXPECT_TRUE(ada().identity().death_reported());
  EXPECT_TRUE(ada().identity().location_restricted());
  EXPECT_TRUE(ada().identity().objects_to_sharing());
  for (const v1::Delegation& delegation : ada().delegations()) {
    EXPECT_EQ(delegation.state(), v1::DELEGATION_STATE_PAUSED);  // Nothing ends by itself.
    EXPECT_EQ(delegation.proposal().objects_to_sharing(), v1::ANSWER_YES);
    EXPECT_NE(delegation.interim_deliverer(), "");
  }
  // Taken apart, each has its own again.
  const Sent apart = TakeApart();
  EXPECT_FALSE(ada().identity().death_reported());
  EXPECT_FALSE(ada().identity().location_restricted());
  EXPECT_FALSE(ada().identity().objects_to_sharing());
  EXPECT_TRUE(ben().identity().death_reported());
  EXPECT_TRUE(ben().identity().location_restricted());
  EXPECT_GE(apart.Count(kCommunity, v1::DELIVERY_KIND_PROMPT), 1);  // Does the task go on?
}

TEST_F(MergeTest, TakenApartEachItemGoesBackAndWhatWasAddedWaitsForAPerson) {
  Shows({"haz-01", "haz-02"});
  const v1::CareRecord before = ben();
  Join();
  world_.Must(Concern(kAda, kCommunity, "CON-2", v1::CONCERN_KIND_CLINICAL, kRef));
  const int concerns = ada().concerns_size();
  const Sent sent = TakeApart();
  EXPECT_TRUE(sent.HasNotice("RECORDS_TAKEN_APART"));
  ASSERT_THAT(ada().delegations(), SizeIs(1));
  ASSERT_THAT(ben().delegations(), SizeIs(1));
  EXPECT_EQ(ben().delegations(0).delegation_id(), before.delegations(0).delegation_id());
  EXPECT_EQ(ben().delegations(0).state(), v1::DELEGATION_STATE_ACTIVE);
  EXPECT_EQ(ben().delegations(0).duplicate_of(), "");
  EXPECT_EQ(ada().delegations(0).duplicate_of(), "");
  EXPECT_EQ(ben().identity().merged_into(), "");
  EXPECT_THAT(ada().identity().joined(), SizeIs(0));
  EXPECT_FALSE(IsThisPerson(ada().identity(), Person(kBen)));
  // The concern stays, and whoever acts on it is asked whose it is.
  EXPECT_EQ(ada().concerns_size(), concerns);
  ASSERT_THAT(ada().origins(), SizeIs(1));
  EXPECT_EQ(ada().origins(0).person_key(), "");
  EXPECT_EQ(ada().origins(0).item().kind(), v1::RECORD_ITEM_KIND_CONCERN);
  EXPECT_GE(sent.Count(kCommunity, v1::DELIVERY_KIND_PROMPT), 1);
  // Everybody is told, of either person.
  EXPECT_TRUE(sent.Told(kProvider));
  EXPECT_THAT(sent.consequences, SizeIs(::testing::Ge(1u)));
}

TEST_F(MergeTest, WorkersGoWithTheTask) {
  Shows({"haz-12"});
  Join();
  std::vector<std::string> persons;
  for (const v1::WorkerTask& task : world_.worker(kOtherWorker).tasks()) {
    if (!task.removed()) persons.push_back(task.person_key());
  }
  EXPECT_THAT(persons, ::testing::ElementsAre(ada().person_key()));
  TakeApart();
  persons.clear();
  for (const v1::WorkerTask& task : world_.worker(kOtherWorker).tasks()) {
    if (!task.removed()) persons.push_back(task.person_key());
  }
  EXPECT_THAT(persons, ::testing::ElementsAre(ben().person_key()));
}

TEST_F(MergeTest, AClaimThatNobodySettlesIsAskedAgain) {
  Shows({"ctl-15", "haz-02"});
  world_.Must(Update(kProvider, v1::PERSON_UPDATE_KIND_MERGE));
  const auto asked = [this](absl::Duration by) {
    int count = 0;
    for (const Sent& sent : world_.Advance(by)) {
      for (const v1::Delivery& delivery : sent.effect.deliveries) {
        if (delivery.words().find("may be of the same person") != std::string::npos) ++count;
      }
    }
    return count;
  };
  EXPECT_GE(asked(absl::Hours(24 * 15)), 2);  // In each of the two records.
  Join();
  EXPECT_EQ(asked(absl::Hours(24 * 15)), 0);
}

TEST_F(MergeTest, AMergeNamesTwo) {
  v1::Envelope merge = Update(kCommunity, v1::PERSON_UPDATE_KIND_MERGE);
  EXPECT_TRUE(CheckShape(merge, false).ok());
  *merge.mutable_person_update()->mutable_other_person() = Person(kAda);
  EXPECT_FALSE(CheckShape(merge, false).ok());
  merge.mutable_person_update()->clear_other_person();
  EXPECT_FALSE(CheckShape(merge, false).ok());
}

}  // namespace
}  // namespace fosse::care
