// What changes about the person while tasks run: agreement, restriction, absence, death; and a
// change of provider with its dated overlap.
#include "base/local_date.h"
#include "care/reading.h"
#include "care/times.h"
#include "gtest/gtest.h"
#include "tests/care/messages.h"
#include "tests/care/world.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

constexpr char kRef[] = "REF-1";
constexpr char kNewRef[] = "REF-2";

class PersonTest : public ::testing::Test {
 protected:
  PersonTest() { Bring(world_, kAda, kRef, v1::DELEGATION_STATE_ACTIVE); }

  const v1::Delegation& task() { return world_.delegation(kAda, kRef); }

  v1::Envelope Update(const std::string& sender, v1::PersonUpdateKind kind) {
    v1::Envelope envelope = From(sender, kAda);
    envelope.mutable_person_update()->set_kind(kind);
    *envelope.mutable_person_update()->mutable_occurred_at() = Timestamp(world_.now);
    return envelope;
  }

  v1::Envelope Away(bool returned) {
    v1::Envelope envelope = From(kCommunity, kAda);
    envelope.mutable_person_away()->set_place(v1::AWAY_PLACE_HOSPITAL);
    *envelope.mutable_person_away()->mutable_from() = Timestamp(world_.now);
    envelope.mutable_person_away()->set_returned(returned);
    return envelope;
  }

  World world_;
};

TEST_F(PersonTest, ConsentWithdrawnNeverStopsCareByItself) {
  Shows({"b-1.7a", "b-7.3", "haz-40"});
  v1::Envelope consent = From(kProvider, kAda);
  consent.mutable_consent_changed()->mutable_delegation()->set_reference(kRef);
  consent.mutable_consent_changed()->set_consent(v1::CONSENT_DECLINED);
  world_.Must(consent);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_AT_RISK);
  EXPECT_EQ(task().owner(), kCommunity);
  world_.Advance(absl::Hours(24 * 20));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_AT_RISK);
  EXPECT_GT(TimeOf(task().next_action_at()), world_.now) << "chased all along";
  consent.mutable_consent_changed()->set_consent(v1::CONSENT_GIVEN);
  world_.Must(consent);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
}

TEST_F(PersonTest, ARestrictionIsToldToThoseWhoGoThereAndToNobodyElse) {
  Shows({"haz-31", "ctl-04"});
  v1::Envelope restriction = Update(kPractice, v1::PERSON_UPDATE_KIND_RESTRICTION);
  restriction.mutable_person_update()->set_location_restricted(true);
  restriction.mutable_person_update()->set_address("1 Sample Street");
  const Sent sent = world_.Must(restriction);
  EXPECT_TRUE(sent.Told(kProvider));
  EXPECT_TRUE(sent.Told(kCommunity));
  EXPECT_FALSE(sent.Told(kCouncil));
  EXPECT_FALSE(sent.Told(kCommissioner));
  for (const v1::Delivery& delivery : sent.deliveries()) {
    EXPECT_EQ(delivery.message().person_update().address(), "") << delivery.recipient();
  }
  EXPECT_TRUE(world_.Must(restriction).deliveries().empty()) << "said again";
  const v1::Participant& council = *world_.directory->Find(kCouncil);
  const v1::GetPersonResponse seen = PersonFor(world_.person(kAda), council, world_.now);
  EXPECT_EQ(seen.identity().registered_practice(), "");
  EXPECT_FALSE(seen.identity().location_restricted());
  const v1::Participant& practice = *world_.directory->Find(kPractice);
  EXPECT_EQ(PersonFor(world_.person(kAda), practice, world_.now).identity().registered_practice(),
            kPractice);
}

TEST_F(PersonTest, WhereARestrictedPersonIsAwayIsNotToldToWhoPays) {
  Shows({"haz-31"});
  const auto place = [&](const std::string& recipient) {
    const Sent sent = world_.Must(Away(false));
    world_.Must(Away(true));
    world_.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_RESUME));
    for (const v1::Delivery& delivery : sent.deliveries()) {
      if (delivery.recipient() == recipient) return delivery.message().person_away().place();
    }
    ADD_FAILURE() << recipient << " was not told";
    return v1::AWAY_PLACE_UNSPECIFIED;
  };
  EXPECT_EQ(place(kCouncil), v1::AWAY_PLACE_HOSPITAL);
  v1::Envelope restriction = Update(kPractice, v1::PERSON_UPDATE_KIND_RESTRICTION);
  restriction.mutable_person_update()->set_location_restricted(true);
  world_.Must(restriction);
  EXPECT_EQ(place(kCouncil), v1::AWAY_PLACE_UNSPECIFIED);
  EXPECT_EQ(place(kProvider), v1::AWAY_PLACE_HOSPITAL);
}

TEST_F(PersonTest, AnAbsenceWithoutNewsIsAskedAfter) {
  Shows({"haz-41", "ctl-15"});
  world_.Must(Away(false));
  EXPECT_EQ(task().owner(), kCommunity);
  int asked = 0;
  for (const Sent& sent : world_.Advance(absl::Hours(24 * 8))) {
    asked += sent.Count(kCommunity, v1::DELIVERY_KIND_ESCALATION);
  }
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PAUSED);
  // Back, and the overseer says nothing: it is asked again, and nothing starts by itself.
  world_.Must(Away(true));
  asked = 0;
  for (const Sent& sent : world_.Advance(absl::Hours(24 * 9))) {
    asked += sent.Count(kCommunity, v1::DELIVERY_KIND_ESCALATION);
  }
  EXPECT_GE(asked, 1);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PAUSED);
}

TEST_F(PersonTest, WhereTheReturnIsKnownTheOverseerIsAskedThen) {
  Shows({"haz-41", "ctl-15"});
  v1::Envelope away = Away(false);
  const absl::Time until = world_.now + absl::Hours(24 * 20);
  *away.mutable_person_away()->mutable_until() = Timestamp(until);
  world_.Must(away);
  EXPECT_EQ(TimeOf(task().next_action_at()), until);
  EXPECT_TRUE(world_.AdvanceTo(until).empty());
  const std::vector<Sent> sent = world_.AdvanceTo(until + absl::Seconds(1));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].Count(kCommunity, v1::DELIVERY_KIND_ESCALATION), 1);
}

TEST_F(PersonTest, OneReportOfDeathPausesASecondFromAHealthBodyConfirms) {
  Shows({"haz-02", "inv-10"});
  world_.Must(Update(kProvider, v1::PERSON_UPDATE_KIND_DEATH));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PAUSED);
  world_.Must(Update(kProvider, v1::PERSON_UPDATE_KIND_DEATH));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PAUSED) << "the same source again";
  world_.Must(Update(kCouncil, v1::PERSON_UPDATE_KIND_DEATH));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PAUSED) << "told, and said again";
  const Sent sent = world_.Must(Update(kPractice, v1::PERSON_UPDATE_KIND_DEATH));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ENDED);
  EXPECT_EQ(sent.Count(kProvider, v1::DELIVERY_KIND_WITHDRAWAL), 1);
}

TEST_F(PersonTest, AReportOfDeathThatNobodyConfirmsIsAskedAfter) {
  Shows({"haz-02", "ctl-15"});
  world_.Must(Update(kProvider, v1::PERSON_UPDATE_KIND_DEATH));
  int asked = 0;
  for (const Sent& sent : world_.Advance(absl::Hours(24 * 8))) {
    asked += sent.Count(kCommunity, v1::DELIVERY_KIND_ESCALATION);
  }
  EXPECT_EQ(asked, 1);
  world_.Must(Update(kPractice, v1::PERSON_UPDATE_KIND_DEATH_CORRECTED));
  world_.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_RESUME));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
}

// --- A change of provider ---

class ChangeoverTest : public PersonTest {
 protected:
  // The same care, by another worker's organisation, until the two overlap no more.
  void BringNew(const std::string& until) {
    v1::Envelope proposal = Proposal(kAda, kNewRef);
    proposal.mutable_delegation_proposal()->set_delegated_to(kOtherProvider);
    proposal.mutable_delegation_proposal()->set_changeover_ends_on(until);
    world_.Must(proposal);
    const auto by_other = [&](v1::Envelope envelope) {
      envelope.set_sender(kOtherProvider);
      return envelope;
    };
    world_.Must(by_other(Accepted(kAda, kNewRef)));
    v1::Envelope checked = Checked(kOtherWorker, "K-2", world_.now);
    checked.mutable_subject()->mutable_worker()->set_employer(kOtherProvider);
    world_.Must(checked);
    v1::Envelope assigned = by_other(Assigned(kAda, kNewRef, kOtherWorker));
    assigned.mutable_worker_assignment()->mutable_worker()->set_employer(kOtherProvider);
    world_.Must(assigned);
    v1::Envelope started = by_other(Started(kAda, kNewRef, kOtherWorker, world_.now));
    started.mutable_start_confirmed()->mutable_worker()->set_employer(kOtherProvider);
    world_.Must(started);
  }

  const v1::Delegation& fresh() { return world_.delegation(kAda, kNewRef); }
};

TEST_F(ChangeoverTest, BothRunUntilTheDayAndThenTheOlderIsChased) {
  Shows({"b-1.7b", "inv-06", "haz-08", "haz-42"});
  world_.now += absl::Hours(1);
  const absl::CivilDay day = LondonDay(world_.now) + 5;
  BringNew(FormatLocalDate(day));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
  EXPECT_EQ(fresh().state(), v1::DELEGATION_STATE_ACTIVE);
  world_.AdvanceTo(LondonEndOfDay(day) - absl::Seconds(1));
  EXPECT_EQ(task().owner(), "") << "the day itself is part of it";
  int escalated = 0;
  for (const Sent& sent : world_.AdvanceTo(LondonEndOfDay(day))) {
    escalated += sent.Count(kCommissioner, v1::DELIVERY_KIND_ESCALATION);
    EXPECT_TRUE(sent.Told(kProvider));
    EXPECT_TRUE(sent.Told(kOtherProvider));
  }
  EXPECT_EQ(escalated, 1);
  EXPECT_EQ(task().owner(), kCommunity);
  EXPECT_EQ(fresh().owner(), "");
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE) << "nothing stops by itself";
  // Again, until it is ended; then nobody is asked any more.
  escalated = 0;
  for (const Sent& sent : world_.Advance(absl::Hours(24 * 8))) {
    escalated += sent.Count(kCommissioner, v1::DELIVERY_KIND_ESCALATION);
  }
  EXPECT_EQ(escalated, 1);
  world_.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_END));
  EXPECT_EQ(fresh().state(), v1::DELEGATION_STATE_ACTIVE);
  for (const Sent& sent : world_.Advance(absl::Hours(24 * 8))) {
    EXPECT_EQ(sent.Count(kCommissioner, v1::DELIVERY_KIND_ESCALATION), 0);
  }
}

TEST_F(ChangeoverTest, TheNewerEndedInsteadLeavesTheOlderQuiet) {
  Shows({"b-1.7b", "inv-06", "ctl-15"});
  world_.now += absl::Hours(1);
  const absl::CivilDay day = LondonDay(world_.now) + 5;
  BringNew(FormatLocalDate(day));
  world_.AdvanceTo(LondonEndOfDay(day));
  ASSERT_EQ(task().owner(), kCommunity);
  world_.Must(Change(kCommunity, kAda, kNewRef, v1::DELEGATION_CHANGE_KIND_END));
  world_.Advance(absl::Hours(24 * 8));
  EXPECT_EQ(task().owner(), "");
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
}

}  // namespace
}  // namespace fosse::care
