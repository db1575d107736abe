// Shared Care, step by step (Appendix A, B-7.1), and disputes about who pays (B-7.2).
#include <string>
#include <vector>

#include "care/times.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/care/messages.h"
#include "tests/care/world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::care {
namespace {

constexpr char kRef[] = "REF-1";
constexpr char kCase[] = "SC-1";
constexpr auto kNeedSpotted = v1::SHARED_CARE_STEP_NEED_SPOTTED;
constexpr auto kTeamMet = v1::SHARED_CARE_STEP_TEAM_MET;
constexpr auto kFormCompleted = v1::SHARED_CARE_STEP_FORM_COMPLETED;
constexpr auto kPassedOn = v1::SHARED_CARE_STEP_PASSED_ON;
constexpr auto kDecided = v1::SHARED_CARE_STEP_DECIDED;
constexpr auto kTold = v1::SHARED_CARE_STEP_TOLD;
constexpr v1::SharedCareStep kSteps[] = {kNeedSpotted, kTeamMet, kFormCompleted, kPassedOn};

// A step as its reporter sends it, complete.
v1::Envelope StepBy(const std::string& sender, v1::SharedCareStep step) {
  v1::Envelope envelope = From(sender, kAda);
  v1::SharedCareReferral& referral = *envelope.mutable_shared_care_referral();
  referral.set_reference(kCase);
  referral.mutable_delegation()->set_reference(kRef);
  referral.set_reason("the care mixes health and social care");
  referral.set_step(step);
  if (step == kTeamMet) {
    referral.mutable_mdt()->set_outcome(v1::MDT_OUTCOME_AGREED);
    referral.mutable_mdt()->add_members("community nurse");
    referral.mutable_mdt()->add_members("social worker");
    referral.set_person_took_part(v1::ANSWER_YES);
  }
  if (step == kFormCompleted) referral.set_form_reference("FORM-7");
  if (step == kPassedOn) referral.set_head_of_service("Head of nursing");
  return envelope;
}

v1::Envelope Disagreed() {
  v1::Envelope envelope = StepBy(kCommunity, kTeamMet);
  envelope.mutable_shared_care_referral()->mutable_mdt()->set_outcome(v1::MDT_OUTCOME_NO_CONSENSUS);
  return envelope;
}

void AddShare(v1::PanelElement& element, const std::string& organisation, uint32_t part) {
  v1::CostShare& share = *element.add_funded_by();
  share.set_organisation(organisation);
  share.set_share_x10000(part);
}

// The panel gives the task to the provider, paid for by both sides, and its review to health.
v1::Envelope Decision(v1::Answer may, absl::Time now) {
  v1::Envelope envelope = From(kSharedCare, kAda);
  v1::PanelDecision& decision = *envelope.mutable_panel_decision();
  decision.set_referral_reference(kCase);
  decision.set_decided_on(DayOf(now));
  decision.set_may_be_delegated(may);
  decision.set_reasons("weighed");
  v1::PanelElement& task = *decision.add_elements();
  task.set_element("the morning test");
  task.set_provided_by(kProvider);
  AddShare(task, kCommissioner, 6000);
  AddShare(task, kCouncil, 4000);
  v1::PanelElement& review = *decision.add_elements();
  review.set_element("clinical review");
  review.set_provided_by(kCommunity);
  AddShare(review, kCommissioner, 10000);
  return envelope;
}

v1::Envelope DisputeBy(const std::string& sender, bool joint) {
  v1::Envelope envelope = From(sender, kAda);
  envelope.mutable_dispute_raised()->set_reference("DIS-1");
  envelope.mutable_dispute_raised()->mutable_delegation()->set_reference(kRef);
  envelope.mutable_dispute_raised()->set_summary("who pays");
  envelope.mutable_dispute_raised()->set_jointly_funded(joint);
  return envelope;
}

class SharedCareTest : public ::testing::Test {
 protected:
  SharedCareTest() { world_.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_OPENED, world_.now)); }

  const v1::Delegation& task() { return world_.delegation(kAda, kRef); }
  const v1::SharedCareState& state() { return task().shared_care(); }

  // The team could not agree whether to hand the task over: it waits, and health delivers.
  void ProposeWithoutConsensus() {
    v1::Envelope proposal = Proposal(kAda, kRef);
    proposal.mutable_delegation_proposal()->mutable_mdt()->set_outcome(
        v1::MDT_OUTCOME_NO_CONSENSUS);
    ASSERT_EQ(world_.Must(proposal).OutcomeOf(v1::QUESTION_PROPOSE), v1::OUTCOME_REFER);
  }

  // Reports every step up to `last`.
  void StepsTo(v1::SharedCareStep last) {
    for (const v1::SharedCareStep step : kSteps) {
      if (step <= last) world_.Must(StepBy(kCommunity, step));
    }
  }

  void ExpectAwaits(v1::SharedCareStep next, const std::string& owner) {
    EXPECT_EQ(state().next_step(), next);
    EXPECT_EQ(state().owner(), owner);
    EXPECT_EQ(state().chased(), 0u);
    EXPECT_EQ(TimeOf(state().due_at()),
              world_.now + world_.rulebook->DeadlineFor(v1::TIMER_KIND_SHARED_CARE_STEP));
  }

  // How many of the timers' deliveries went to `recipient`.
  static int Count(const std::vector<Sent>& acted, const std::string& recipient,
                   v1::DeliveryKind kind) {
    int count = 0;
    for (const Sent& sent : acted) count += sent.Count(recipient, kind);
    return count;
  }

  bool IsRelated(const char* organisation) {
    return HasLiveRelationship(world_.person(kAda), organisation, world_.now);
  }

  absl::Duration Deadline() {
    return world_.rulebook->DeadlineFor(v1::TIMER_KIND_SHARED_CARE_STEP);
  }

  World world_;
};

TEST_F(SharedCareTest, EachStepNamesTheNextItsOwnerAndItsTime) {
  Shows({"b-app-a", "b-7.1"});
  ProposeWithoutConsensus();
  Sent sent = world_.Must(StepBy(kCommunity, kNeedSpotted));
  EXPECT_TRUE(sent.HasNotice("SHARED_CARE_NEXT_STEP"));
  ExpectAwaits(kTeamMet, kCommunity);
  EXPECT_EQ(task().owner(), kCommunity) << "a task that waits for the forum waits for this";
  world_.now += absl::Hours(24);
  world_.Must(StepBy(kCommunity, kTeamMet));
  ExpectAwaits(kFormCompleted, kCommunity);
  world_.Must(StepBy(kCommunity, kFormCompleted));
  ExpectAwaits(kPassedOn, kCommunity);
  sent = world_.Must(StepBy(kCommunity, kPassedOn));
  EXPECT_EQ(sent.Count(kSharedCare, v1::DELIVERY_KIND_REFERRAL), 1);
  ExpectAwaits(kDecided, kSharedCare);
  EXPECT_EQ(task().owner(), kSharedCare);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_REFERRED);
}

TEST_F(SharedCareTest, AStepOutOfOrderChangesNothing) {
  Shows({"b-app-a"});
  ProposeWithoutConsensus();
  for (const v1::SharedCareStep step : {kTeamMet, kFormCompleted, kPassedOn, kTold}) {
    EXPECT_THAT(world_.Send(StepBy(kCommunity, step)).status(), FailsWith("STATE_CONFLICT"));
  }
  for (const v1::SharedCareStep done : kSteps) {
    world_.Must(StepBy(kCommunity, done));
    const std::string before = task().SerializeAsString();
    for (const v1::SharedCareStep step : kSteps) {
      if (step == done + 1) continue;
      EXPECT_THAT(world_.Send(StepBy(kCommunity, step)).status(), FailsWith("STATE_CONFLICT"))
          << done << " then " << step;
      EXPECT_EQ(task().SerializeAsString(), before);
    }
    v1::Envelope other = StepBy(kCommunity, static_cast<v1::SharedCareStep>(done + 1));
    other.mutable_shared_care_referral()->set_reference("SC-OTHER");
    if (done < kPassedOn) {
      EXPECT_THAT(world_.Send(other).status(), FailsWith("STATE_CONFLICT")) << "another case";
    }
  }
}

TEST_F(SharedCareTest, AWholeReferralPassesOverNoStepOfACaseUnderWay) {
  Shows({"b-app-a"});
  ProposeWithoutConsensus();
  const v1::Envelope whole = StepBy(kCommunity, v1::SHARED_CARE_STEP_UNSPECIFIED);
  StepsTo(kTeamMet);
  EXPECT_THAT(world_.Send(whole).status(), FailsWith("STATE_CONFLICT"));
  world_.Must(StepBy(kCommunity, kFormCompleted));
  world_.Must(StepBy(kCommunity, kPassedOn));
  world_.Must(whole);
  ExpectAwaits(kDecided, kSharedCare);
}

TEST_F(SharedCareTest, WhatAStepMustBringIsAskedFor) {
  Shows({"b-app-a"});
  ProposeWithoutConsensus();
  const auto refused = [&](v1::SharedCareStep step, auto spoil, const char* reason) {
    v1::Envelope envelope = StepBy(kCommunity, step);
    spoil(*envelope.mutable_shared_care_referral());
    EXPECT_THAT(world_.Send(envelope).status(), FailsWith(reason)) << step;
  };
  using Referral = v1::SharedCareReferral;
  refused(
      kNeedSpotted, [](Referral& r) { r.clear_delegation(); }, "FIELD_REQUIRED");
  refused(
      kTeamMet, [](Referral& r) { r.mutable_mdt()->clear_members(); }, "FIELD_REQUIRED");
  refused(
      kTeamMet, [](Referral& r) { r.mutable_mdt()->set_outcome(v1::MDT_OUTCOME_PENDING); },
      "FIELD_REQUIRED");
  refused(
      kTeamMet, [](Referral& r) { r.clear_person_took_part(); }, "FIELD_REQUIRED");
  refused(
      kFormCompleted, [](Referral& r) { r.clear_form_reference(); }, "FIELD_REQUIRED");
  refused(
      kPassedOn, [](Referral& r) { r.clear_head_of_service(); }, "FIELD_REQUIRED");
  refused(
      kDecided, [](Referral&) {}, "FIELD_INVALID");
}

TEST_F(SharedCareTest, ATeamThatCannotAgreeIsEscalatedAtOnce) {
  Shows({"b-7.1", "b-app-a"});
  ProposeWithoutConsensus();
  StepsTo(kNeedSpotted);
  const Sent sent = world_.Must(Disagreed());
  EXPECT_EQ(sent.Count(kSharedCare, v1::DELIVERY_KIND_ESCALATION), 1);
  EXPECT_EQ(state().team_agreed(), v1::ANSWER_NO);
  ExpectAwaits(kFormCompleted, kCommunity);
}

TEST_F(SharedCareTest, ATeamThatAgreesEscalatesNothing) {
  Shows({"b-app-a"});
  ProposeWithoutConsensus();
  StepsTo(kNeedSpotted);
  const Sent sent = world_.Must(StepBy(kCommunity, kTeamMet));
  EXPECT_EQ(sent.Count(kSharedCare, v1::DELIVERY_KIND_ESCALATION), 0);
  EXPECT_EQ(state().team_agreed(), v1::ANSWER_YES);
}

TEST_F(SharedCareTest, AStepAtItsDeadlineIsInTime) {
  Shows({"b-app-a"});
  ProposeWithoutConsensus();
  StepsTo(kNeedSpotted);
  EXPECT_EQ(Count(world_.Advance(Deadline()), kCommunity, v1::DELIVERY_KIND_TOLD), 0);
  world_.Must(StepBy(kCommunity, kTeamMet));
  EXPECT_EQ(state().chased(), 0u);
}

TEST_F(SharedCareTest, EveryLateStepIsChasedOnceThenEscalated) {
  Shows({"b-app-a", "b-7.1"});
  ProposeWithoutConsensus();
  for (const v1::SharedCareStep done : kSteps) {
    world_.Must(StepBy(kCommunity, done));
    SCOPED_TRACE(v1::SharedCareStep_Name(done));
    const std::string owner = state().owner();
    const bool panel = done == kPassedOn;
    const std::string next_up = panel ? kBoard : kSharedCare;
    // The proposal's own deadline, a week, sounds for itself: only words about the case count here.
    const auto words = [&](const std::vector<Sent>& acted, const std::string& recipient,
                           v1::DeliveryKind kind) {
      int count = 0;
      for (const Sent& sent : acted) {
        for (const v1::Delivery& delivery : sent.deliveries()) {
          count += delivery.recipient() == recipient && delivery.kind() == kind &&
                   delivery.words().find("Shared Care case is late") != std::string::npos;
        }
      }
      return count;
    };
    std::vector<Sent> acted = world_.Advance(Deadline() + absl::Seconds(1));
    EXPECT_EQ(words(acted, owner, v1::DELIVERY_KIND_TOLD), 1);
    EXPECT_EQ(words(acted, next_up, v1::DELIVERY_KIND_ESCALATION), 0);
    EXPECT_EQ(state().chased(), 1u);
    acted = world_.Advance(Deadline() + absl::Seconds(1));
    EXPECT_EQ(words(acted, owner, v1::DELIVERY_KIND_ESCALATION), 1);
    EXPECT_EQ(words(acted, next_up, v1::DELIVERY_KIND_ESCALATION), 1);
    acted = world_.Advance(Deadline() + absl::Seconds(1));
    EXPECT_EQ(words(acted, next_up, v1::DELIVERY_KIND_ESCALATION), 1) << "again each time";
    EXPECT_EQ(state().owner(), owner);
    EXPECT_EQ(state().step(), done) << "lateness takes no step";
    EXPECT_EQ(task().state(), v1::DELEGATION_STATE_REFERRED);
  }
}

TEST_F(SharedCareTest, ThePanelSplitsAndEverybodyWhoProvidesOrFundsIsTold) {
  Shows({"b-app-a", "b-7.1"});
  ProposeWithoutConsensus();
  StepsTo(kPassedOn);
  const Sent sent = world_.Must(Decision(v1::ANSWER_YES, world_.now));
  EXPECT_EQ(sent.OutcomeOf(v1::QUESTION_PROPOSE), v1::OUTCOME_PERMIT);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PROPOSED);
  ASSERT_EQ(state().elements_size(), 2);
  EXPECT_EQ(state().elements(0).provided_by(), kProvider);
  for (const char* party : {kProvider, kCommunity, kCouncil, kCommissioner, kBoard}) {
    EXPECT_TRUE(sent.Told(party)) << party;
  }
  // Nobody's worker is named as having seen the need: with the telling it is over.
  EXPECT_EQ(state().next_step(), v1::SHARED_CARE_STEP_UNSPECIFIED);
  EXPECT_EQ(state().owner(), "");
  EXPECT_EQ(Count(world_.Advance(Deadline() * 3), kSharedCare, v1::DELIVERY_KIND_ESCALATION), 0);
}

TEST_F(SharedCareTest, SharesMustComeToTheWhole) {
  Shows({"b-app-a", "b-2.4"});
  ProposeWithoutConsensus();
  StepsTo(kPassedOn);
  for (const uint32_t part : {3999u, 4001u}) {
    v1::Envelope decision = Decision(v1::ANSWER_YES, world_.now);
    decision.mutable_panel_decision()->mutable_elements(0)->mutable_funded_by(1)->set_share_x10000(
        part);
    EXPECT_THAT(world_.Send(decision).status(), FailsWith("FIELD_INVALID")) << part;
  }
  v1::Envelope unpaid = Decision(v1::ANSWER_YES, world_.now);
  unpaid.mutable_panel_decision()->mutable_elements(1)->clear_funded_by();
  EXPECT_THAT(world_.Send(unpaid).status(), FailsWith("FIELD_INVALID"));
  v1::Envelope nobody = Decision(v1::ANSWER_YES, world_.now);
  nobody.mutable_panel_decision()->mutable_elements(1)->clear_provided_by();
  EXPECT_THAT(world_.Send(nobody).status(), FailsWith("FIELD_REQUIRED"));
  v1::Envelope stranger = Decision(v1::ANSWER_YES, world_.now);
  stranger.mutable_panel_decision()->mutable_elements(1)->set_provided_by("NOBODY");
  EXPECT_THAT(world_.Send(stranger).status(), FailsWith("PARTICIPANT_UNKNOWN"));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_REFERRED);
}

TEST_F(SharedCareTest, AProvidersWorkerWhoSawTheNeedIsTold) {
  Shows({"b-app-a", "b-7.3"});
  Bring(world_, kAda, kRef, v1::DELEGATION_STATE_ACTIVE);
  v1::Envelope spotted = StepBy(kProvider, kNeedSpotted);
  spotted.mutable_shared_care_referral()->set_raised_by_worker(kWorker);
  EXPECT_TRUE(world_.Must(spotted).Told(kCommunity));
  // The steps between are the team's, not the provider's.
  EXPECT_THAT(world_.Send(StepBy(kProvider, kTeamMet)).status(), FailsWith("SENDER_WRONG"));
  world_.Must(StepBy(kCommunity, kTeamMet));
  world_.Must(StepBy(kCommunity, kFormCompleted));
  world_.Must(StepBy(kCommunity, kPassedOn));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE) << "care goes on meanwhile";
  EXPECT_TRUE(world_.Must(Decision(v1::ANSWER_YES, world_.now)).Told(kProvider));
  ExpectAwaits(kTold, kProvider);
  world_.Advance(Deadline() + absl::Seconds(1));
  EXPECT_EQ(
      Count(world_.Advance(Deadline() + absl::Seconds(1)), kProvider, v1::DELIVERY_KIND_ESCALATION),
      1);
  EXPECT_THAT(world_.Send(StepBy(kCommunity, kTold)).status(), FailsWith("SENDER_WRONG"));
  EXPECT_TRUE(world_.Must(StepBy(kProvider, kTold)).HasNotice("SHARED_CARE_CLOSED"));
  EXPECT_EQ(state().step(), kTold);
  EXPECT_EQ(state().owner(), "");
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
}

TEST_F(SharedCareTest, ANoIsToldToTheWorkerToo) {
  Shows({"b-app-a", "b-7.1", "b-7.3"});
  ProposeWithoutConsensus();
  v1::Envelope spotted = StepBy(kCommunity, kNeedSpotted);
  spotted.mutable_shared_care_referral()->set_raised_by_worker("nurse-3");
  world_.Must(spotted);
  world_.Must(StepBy(kCommunity, kTeamMet));
  world_.Must(StepBy(kCommunity, kFormCompleted));
  world_.Must(StepBy(kCommunity, kPassedOn));
  world_.Must(Decision(v1::ANSWER_NO, world_.now));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_DECLINED);
  EXPECT_EQ(task().interim_deliverer(), kCommunity) << "health goes on delivering";
  ExpectAwaits(kTold, kCommunity);
  world_.Advance(Deadline() + absl::Seconds(1));
  EXPECT_EQ(state().chased(), 1u) << "the task is over, the telling is not";
  world_.Must(StepBy(kCommunity, kTold));
  EXPECT_EQ(state().next_step(), v1::SHARED_CARE_STEP_UNSPECIFIED);
}

TEST_F(SharedCareTest, ACaseInTimeIsChasedByNobody) {
  Shows({"b-app-a"});
  ProposeWithoutConsensus();
  StepsTo(kTeamMet);
  const std::vector<Sent> acted = world_.Advance(Deadline());
  EXPECT_EQ(Count(acted, kCommunity, v1::DELIVERY_KIND_ESCALATION), 0);
  EXPECT_EQ(Count(acted, kCommissioner, v1::DELIVERY_KIND_ESCALATION), 0);
}

TEST_F(SharedCareTest, ADecisionThatSaysNeitherLeavesTheTaskChased) {
  Shows({"b-7.1"});
  ProposeWithoutConsensus();
  StepsTo(kPassedOn);
  world_.Must(Decision(v1::ANSWER_UNSPECIFIED, world_.now));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_REFERRED);
  EXPECT_EQ(task().owner(), kSharedCare);
  const std::vector<Sent> acted =
      world_.Advance(world_.rulebook->DeadlineFor(v1::TIMER_KIND_HELD_DEADLINE) + absl::Seconds(1));
  EXPECT_EQ(Count(acted, kSharedCare, v1::DELIVERY_KIND_ESCALATION), 1);
}

TEST_F(SharedCareTest, ADecisionBeforeItsTimeStandsAndSaysSo) {
  Shows({"b-7.1"});
  ProposeWithoutConsensus();
  StepsTo(kTeamMet);
  const Sent sent = world_.Must(Decision(v1::ANSWER_YES, world_.now));
  EXPECT_TRUE(sent.HasNotice("SHARED_CARE_STEPS_PASSED_OVER"));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PROPOSED);
}

TEST_F(SharedCareTest, ACaseEndsWithItsTask) {
  Shows({"b-app-a"});
  Bring(world_, kAda, kRef, v1::DELEGATION_STATE_ACTIVE);
  StepsTo(kTeamMet);
  world_.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_END, v1::ANSWER_YES));
  ASSERT_EQ(task().state(), v1::DELEGATION_STATE_ENDED);
  EXPECT_THAT(world_.Send(StepBy(kCommunity, kFormCompleted)).status(),
              FailsWith("STATE_CONFLICT"));
  EXPECT_EQ(Count(world_.Advance(Deadline() * 4), kSharedCare, v1::DELIVERY_KIND_ESCALATION), 0);
  EXPECT_EQ(state().next_step(), v1::SHARED_CARE_STEP_UNSPECIFIED);
}

TEST_F(SharedCareTest, CareThatRunsGoesOnThroughEveryStep) {
  Shows({"b-7.3", "b-app-a"});
  Bring(world_, kAda, kRef, v1::DELEGATION_STATE_ACTIVE);
  const std::string overseer = task().oversight().SerializeAsString();
  const auto unchanged = [&] {
    EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
    EXPECT_EQ(task().oversight().SerializeAsString(), overseer);
    EXPECT_EQ(
        world_.Must(Performed(kAda, kRef, kWorker, world_.now)).OutcomeOf(v1::QUESTION_PERFORM),
        v1::OUTCOME_PERMIT);
  };
  for (const v1::SharedCareStep step : kSteps) {
    world_.Must(step == kTeamMet ? Disagreed() : StepBy(kCommunity, step));
    unchanged();
    world_.Advance(Deadline() * 2 + absl::Seconds(2));
    unchanged();
  }
  world_.Must(Decision(v1::ANSWER_YES, world_.now));
  unchanged();
}

TEST_F(SharedCareTest, WhoMustTakeTheNextStepMaySeeThePerson) {
  Shows({"ctl-04"});
  Bring(world_, kAda, kRef, v1::DELEGATION_STATE_ACTIVE);
  const auto related = [&] { return IsRelated(kSharedCare); };
  EXPECT_FALSE(related());
  StepsTo(kFormCompleted);
  EXPECT_FALSE(related()) << "it is not the panel's turn";
  world_.Must(StepBy(kCommunity, kPassedOn));
  EXPECT_TRUE(related());
  world_.Must(Decision(v1::ANSWER_YES, world_.now));
  EXPECT_FALSE(related()) << "it has decided";
}

std::shared_ptr<const policy::Rulebook> WithDisputesTo(const std::string& organisation) {
  std::string text = StoredRulebook();
  const std::string route = "route: ROUTE_DISPUTE_RESOLUTION  organisation: \"";
  const size_t at = text.find(route);
  EXPECT_NE(at, std::string::npos);
  text.replace(at, text.find('"', at + route.size()) - at, route + organisation);
  auto rulebook = policy::Rulebook::Create(text);
  EXPECT_TRUE(rulebook.ok()) << rulebook.status();
  return rulebook.ok() ? *std::move(rulebook) : nullptr;
}

TEST_F(SharedCareTest, WhoPaysOrSettlesADisputeHasAPartInIt) {
  Shows({"b-2.4", "b-7.2", "ctl-04"});
  Bring(world_, kAda, kRef, v1::DELEGATION_STATE_ACTIVE);
  StepsTo(kPassedOn);
  EXPECT_FALSE(IsRelated(kCouncil));
  world_.Must(Decision(v1::ANSWER_YES, world_.now));
  EXPECT_TRUE(IsRelated(kCouncil)) << "it funds a part";
  EXPECT_FALSE(IsRelated(kBoard));
  world_.rulebook = WithDisputesTo(kBoard);
  v1::Envelope dispute = DisputeBy(kCouncil, /*joint=*/true);
  world_.Must(dispute);
  EXPECT_TRUE(IsRelated(kBoard)) << "it settles the dispute";
  dispute.mutable_dispute_raised()->set_resolved(true);
  world_.Must(dispute);
  EXPECT_FALSE(IsRelated(kBoard));
}

struct Dispute {
  const char* name;
  bool joint;
  const char* owner;
};

class DisputeTest : public SharedCareTest, public ::testing::WithParamInterface<Dispute> {};

TEST_P(DisputeTest, GoesToWhoSettlesItAndChangesNothing) {
  Shows({"b-7.2", "inv-14"});
  // Here the inter-agency policy is in other hands than commissioning.
  world_.rulebook = WithDisputesTo(kBoard);
  Bring(world_, kAda, kRef, v1::DELEGATION_STATE_ACTIVE);
  v1::Delegation before = task();
  v1::Envelope dispute = DisputeBy(kCouncil, GetParam().joint);
  const Sent sent = world_.Must(dispute);
  EXPECT_EQ(sent.Count(GetParam().owner, v1::DELIVERY_KIND_REFERRAL), 1);
  EXPECT_EQ(sent.Count(kSharedCare, v1::DELIVERY_KIND_REFERRAL), 0);
  EXPECT_EQ(task().dispute_owner(), GetParam().owner);
  dispute.mutable_dispute_raised()->set_resolved(true);
  world_.Must(dispute);
  EXPECT_EQ(task().dispute_owner(), "");
  v1::Delegation after = task();
  after.clear_dispute();
  EXPECT_EQ(after.SerializeAsString(), before.SerializeAsString());
}
INSTANTIATE_TEST_SUITE_P(Funding, DisputeTest,
                         ::testing::Values(Dispute{"JointlyFunded", true, kBoard},
                                           Dispute{"AllOthers", false, kCommissioner}),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace fosse::care
