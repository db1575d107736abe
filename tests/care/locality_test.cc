// What the locality's own record remembers, and what that changes for people and workers.
#include "care/locality.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "care/facts.h"
#include "care/times.h"
#include "gtest/gtest.h"
#include "tests/care/messages.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

using v1::Facts;

constexpr char kRef[] = "REF-1";

class LocalityTest : public ::testing::Test {
 protected:
  const v1::Delegation& task() { return world_.delegation(kAda, kRef); }
  static v1::Envelope SignOff(const std::string& sender, bool withdrawn = false) {
    v1::Envelope envelope = From(sender, "");
    v1::TrainerSignOff& sign_off = *envelope.mutable_trainer_sign_off();
    *sign_off.mutable_trainer() = Nurse(kProvider);
    sign_off.set_organisation(kProvider);
    sign_off.add_tasks()->set_code(kTask);
    sign_off.set_valid_from("2026-11-02");
    sign_off.set_valid_until("2026-12-31");
    *sign_off.mutable_observed_by() = Nurse(kTraining);
    sign_off.set_withdrawn(withdrawn);
    return envelope;
  }
  // A check by the provider's own trainer, sent by the provider.
  v1::Envelope ByOwnTrainer(const std::string& worker, const std::string& reference) {
    v1::Envelope envelope = Checked(worker, reference, world_.now);
    envelope.set_sender(kProvider);
    *envelope.mutable_competency_record()->mutable_assessor() = Nurse(kProvider);
    return envelope;
  }
  static v1::Envelope NewVersion(const std::string& sender, const std::string& version,
                                 const std::string& changed_on, const std::string& until) {
    v1::Envelope envelope = From(sender, "");
    v1::TaskVersionChanged& changed = *envelope.mutable_task_version_changed();
    changed.mutable_task()->set_code(kTask);
    changed.set_version(version);
    changed.set_changed_on(changed_on);
    changed.set_transition_ends_on(until);
    return envelope;
  }
  v1::Envelope Session(uint32_t people, v1::TrainingMode mode) {
    v1::Envelope envelope = From(kTraining, "");
    v1::TrainingSession& session = *envelope.mutable_training_session();
    session.set_reference(absl::StrCat("S-", ++sessions_));
    *session.mutable_held_at() = Timestamp(world_.now);
    session.set_mode(mode);
    session.add_tasks()->set_code(kTask);
    session.add_tasks()->set_code("something-else");
    session.set_people(people);
    *session.mutable_trainer() = Nurse(kTraining);
    return envelope;
  }
  static v1::Envelope Challenge(const std::string& reference, const std::string& of,
                                const std::string& sender = kProvider) {
    v1::Envelope envelope = From(sender, "");
    v1::WorkerReference& worker = *envelope.mutable_subject()->mutable_worker();
    worker.set_employer(sender);
    worker.set_employer_reference(kWorker);
    v1::CompetencyChallenged& challenged = *envelope.mutable_competency_challenged();
    challenged.set_reference(reference);
    challenged.set_competency_reference(of);
    challenged.mutable_task()->set_code(kTask);
    challenged.set_reason("the technique was never observed");
    challenged.set_raised_by_worker(v1::ANSWER_YES);
    return envelope;
  }
  static v1::Envelope NoConsensus(const std::string& nhs_number, const std::string& reference) {
    v1::Envelope proposal = Proposal(nhs_number, reference);
    proposal.mutable_delegation_proposal()->mutable_mdt()->set_outcome(
        v1::MDT_OUTCOME_NO_CONSENSUS);
    return proposal;
  }
  // The forum decides Ada's case.
  Sent ForumDecides(v1::Answer answer) {
    world_.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_OPENED, world_.now));
    world_.Must(NoConsensus(kAda, kRef));
    v1::Envelope referral = From(kCommunity, kAda);
    referral.mutable_shared_care_referral()->set_reference("SC-Testerley");
    referral.mutable_shared_care_referral()->mutable_delegation()->set_reference(kRef);
    referral.mutable_shared_care_referral()->set_reason("no consensus");
    world_.Must(referral);
    v1::Envelope decided = From(kSharedCare, kAda);
    decided.set_message_id("PANEL-1");
    v1::PanelDecision& decision = *decided.mutable_panel_decision();
    decision.set_referral_reference("SC-Testerley");
    decision.set_decided_on(DayOf(world_.now));
    decision.set_may_be_delegated(answer);
    decision.set_reasons("Ada Testerley lives alone.");
    for (const char* const provider : {kProvider, kOtherProvider, kCommunity}) {
      v1::PanelElement& element = *decision.add_elements();
      element.set_provided_by(provider);
      element.add_funded_by()->set_organisation(kCommunity);
      element.mutable_funded_by(0)->set_share_x10000(10000);
    }
    return world_.Must(decided);
  }

  World world_;
  int sessions_ = 0;
};

TEST_F(LocalityTest, ATrainersRecordsCountWhileTheSignOffIsInForce) {
  Shows({"hwb25-11", "b-4.6"});
  EXPECT_NE(world_.Must(ByOwnTrainer(kWorker, "K-0")).OutcomeOf(v1::QUESTION_RECOGNISE_COMPETENCE),
            v1::OUTCOME_PERMIT);
  const Sent signed_off = world_.Must(SignOff(kTraining));
  EXPECT_TRUE(signed_off.Told(kProvider));
  ASSERT_EQ(world_.locality().sign_offs_size(), 1);
  EXPECT_EQ(world_.Must(ByOwnTrainer(kWorker, "K-1")).OutcomeOf(v1::QUESTION_RECOGNISE_COMPETENCE),
            v1::OUTCOME_PERMIT);
  // Of another organisation, in another task, on a day outside it: no.
  v1::Envelope other = ByOwnTrainer(kOtherWorker, "K-2");
  other.mutable_competency_record()->mutable_task()->set_code("generic-6-stoma");
  EXPECT_NE(world_.Must(other).OutcomeOf(v1::QUESTION_RECOGNISE_COMPETENCE), v1::OUTCOME_PERMIT);
  other = ByOwnTrainer(kOtherWorker, "K-3");
  other.mutable_competency_record()->set_assessed_on("2026-11-01");
  EXPECT_NE(world_.Must(other).OutcomeOf(v1::QUESTION_RECOGNISE_COMPETENCE), v1::OUTCOME_PERMIT);
  other = ByOwnTrainer(kOtherWorker, "K-4");
  other.mutable_competency_record()->mutable_assessor()->set_identifier("98B7654E");
  EXPECT_NE(world_.Must(other).OutcomeOf(v1::QUESTION_RECOGNISE_COMPETENCE), v1::OUTCOME_PERMIT);
  other = ByOwnTrainer(kOtherWorker, "K-5");
  other.set_sender(kOtherProvider);
  EXPECT_NE(world_.Must(other).OutcomeOf(v1::QUESTION_RECOGNISE_COMPETENCE), v1::OUTCOME_PERMIT)
      << "nobody speaks for another's trainer";
}

TEST_F(LocalityTest, NobodyVouchesForTheirOwnTrainer) {
  Shows({"hwb25-11"});
  EXPECT_TRUE(world_.Must(SignOff(kCommunity)).HasNotice("SIGN_OFF_WITHOUT_EFFECT"));
  EXPECT_EQ(world_.locality().sign_offs_size(), 0);
  v1::Envelope by_itself = SignOff(kTraining);
  by_itself.mutable_trainer_sign_off()->mutable_observed_by()->set_organisation(kProvider);
  world_.Must(by_itself);
  EXPECT_NE(world_.Must(ByOwnTrainer(kWorker, "K-1")).OutcomeOf(v1::QUESTION_RECOGNISE_COMPETENCE),
            v1::OUTCOME_PERMIT);
}

TEST_F(LocalityTest, ASignOffNeedsANamedPersonWhomSomebodyVouchesFor) {
  Shows({"ctl-05", "hwb25-11"});
  v1::Envelope asserted = SignOff(kTraining);
  asserted.mutable_acting_person()->set_basis(v1::PRACTITIONER_BASIS_ASSERTED);
  EXPECT_TRUE(world_.Must(asserted).HasNotice("SIGN_OFF_WITHOUT_EFFECT"));
  v1::Envelope unnamed = SignOff(kTraining);
  unnamed.mutable_acting_person()->mutable_practitioner()->clear_name();
  EXPECT_TRUE(world_.Must(unnamed).HasNotice("SIGN_OFF_WITHOUT_EFFECT"));
  EXPECT_EQ(world_.locality().sign_offs_size(), 0);
  world_.Must(SignOff(kTraining));
  // Nobody has to be known for the office to take it back.
  asserted.mutable_trainer_sign_off()->set_withdrawn(true);
  world_.Must(asserted);
  EXPECT_TRUE(world_.locality().sign_offs(0).has_withdrawn_at());
}

TEST_F(LocalityTest, WithdrawalEndsItAndStopsNoRunningCare) {
  Shows({"hwb25-11", "b-7.3", "inv-14"});
  world_.Must(SignOff(kTraining));
  world_.Must(ByOwnTrainer(kWorker, "K-1"));
  Bring(world_, kAda, kRef, v1::DELEGATION_STATE_PROPOSED);
  world_.Must(Accepted(kAda, kRef));
  EXPECT_EQ(world_.Must(Assigned(kAda, kRef, kWorker)).OutcomeOf(v1::QUESTION_ASSIGN),
            v1::OUTCOME_PERMIT);
  world_.Must(Started(kAda, kRef, kWorker, world_.now));
  ASSERT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
  world_.now += absl::Hours(24);

  const Sent withdrawn = world_.Must(SignOff(kTraining, /*withdrawn=*/true));
  EXPECT_TRUE(withdrawn.Told(kProvider));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_AT_RISK) << "it goes on, and cover is ordered";
  EXPECT_EQ(task().assignments(0).competence(), Facts::WORKER_COMPETENCE_NOT_RECOGNISED);
  EXPECT_EQ(world_.person(kAda).covers_size(), 1);
  EXPECT_NE(
      world_.Must(ByOwnTrainer(kOtherWorker, "K-2")).OutcomeOf(v1::QUESTION_RECOGNISE_COMPETENCE),
      v1::OUTCOME_PERMIT);
  // What it was the ground of bars a new assignment, and leaves the running one.
  const Competence now = CompetenceOf(&world_.worker(kWorker), world_.person(kAda), task(),
                                      *world_.rulebook, world_.locality(), world_.now);
  EXPECT_EQ(now.value, Facts::WORKER_COMPETENCE_NOT_RECOGNISED);
  // A sign-off stated in the record itself does not revive it; a new one does.
  v1::Envelope stated = ByOwnTrainer(kOtherWorker, "K-3");
  stated.set_sender(kTraining);
  *stated.mutable_competency_record()->mutable_sign_off() = SignOff(kTraining).trainer_sign_off();
  EXPECT_NE(world_.Must(stated).OutcomeOf(v1::QUESTION_RECOGNISE_COMPETENCE), v1::OUTCOME_PERMIT);
  v1::Envelope renewed = SignOff(kTraining);
  renewed.mutable_trainer_sign_off()->set_valid_from(DayOf(world_.now));
  world_.Must(renewed);
  EXPECT_EQ(world_.locality().sign_offs(0).valid_from(), DayOf(world_.now));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE) << "what was assessed counts again";
  EXPECT_EQ(
      world_.Must(ByOwnTrainer(kOtherWorker, "K-4")).OutcomeOf(v1::QUESTION_RECOGNISE_COMPETENCE),
      v1::OUTCOME_PERMIT);
}

TEST_F(LocalityTest, ARenewedSignOffKeepsItsFirstDay) {
  Shows({"hwb25-11"});
  world_.Must(SignOff(kTraining));
  v1::Envelope renewed = SignOff(kTraining);
  renewed.mutable_trainer_sign_off()->set_valid_from("2027-01-01");  // The day after it would end.
  renewed.mutable_trainer_sign_off()->set_valid_until("2027-12-31");
  world_.Must(renewed);
  ASSERT_EQ(world_.locality().sign_offs_size(), 1);
  EXPECT_EQ(world_.locality().sign_offs(0).valid_from(), "2026-11-02");
  renewed.mutable_trainer_sign_off()->set_valid_from("2028-01-02");  // A day too late.
  world_.Must(renewed);
  EXPECT_EQ(world_.locality().sign_offs(0).valid_from(), "2028-01-02");
}

TEST_F(LocalityTest, ANewerVersionBarsNewAssignmentAndNeverStopsRunningCare) {
  Shows({"b-3.5", "b-7.3", "inv-14"});
  Bring(world_, kAda, kRef, v1::DELEGATION_STATE_ACTIVE);
  const Sent changed = world_.Must(NewVersion(kTraining, "2026-11", "2026-11-10", "2026-11-20"));
  EXPECT_TRUE(changed.Told(kProvider));
  ASSERT_EQ(world_.locality().task_versions_size(), 1);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
  EXPECT_EQ(task().assignments(0).competence_until(), "2026-11-20");
  EXPECT_EQ(changed.Count(kProvider, v1::DELIVERY_KIND_TRAINING_OFFERED), 1) << "in good time";

  Bring(world_, kBen, "REF-2", v1::DELEGATION_STATE_PROPOSED);
  world_.Must(Accepted(kBen, "REF-2"));
  const auto assign = [&] {
    return world_.Must(Assigned(kBen, "REF-2", kWorker)).OutcomeOf(v1::QUESTION_ASSIGN);
  };
  EXPECT_EQ(assign(), v1::OUTCOME_PERMIT) << "the transition has not ended";
  EXPECT_EQ(world_.delegation(kBen, "REF-2").assignments(0).competence_until(), "2026-11-20");
  absl::Time after;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, "2026-11-21T09:00:00Z", &after, nullptr));
  world_.AdvanceTo(after);
  EXPECT_NE(assign(), v1::OUTCOME_PERMIT);
  EXPECT_EQ(world_.delegation(kBen, "REF-2").assignments(0).competence(),
            Facts::WORKER_COMPETENCE_TASK_CHANGED);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_AT_RISK) << "it goes on, and cover is ordered";
  EXPECT_EQ(world_.person(kAda).covers_size(), 1);
  // A check against the new version mends it.
  world_.Must(Checked(kWorker, "K-9", world_.now));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
  EXPECT_EQ(world_.delegation(kBen, "REF-2").assignments(0).competence(),
            Facts::WORKER_COMPETENCE_IN_FORCE);
}

TEST_F(LocalityTest, OnlyTheOfficeOrTheBoardStatesAVersionAndOnlyANewerOne) {
  Shows({"b-3.5"});
  EXPECT_TRUE(world_.Must(NewVersion(kProvider, "X", "2026-11-10", ""))
                  .HasNotice("VERSION_WITHOUT_EFFECT"));
  EXPECT_TRUE(
      world_.Must(NewVersion(kTraining, "X", "2022-10-01", "")).HasNotice("VERSION_NOT_NEWER"));
  world_.Must(NewVersion(kBoard, "2026-11", "2026-11-10", ""));
  EXPECT_TRUE(
      world_.Must(NewVersion(kTraining, "Y", "2026-11-10", "")).HasNotice("VERSION_NOT_NEWER"));
  EXPECT_EQ(world_.locality().task_versions_size(), 1);
}

TEST_F(LocalityTest, SessionsAreCountedByMonthModeAndTask) {
  Shows({"b-6.1", "hwb25-14"});
  world_.Must(Session(8, v1::TRAINING_MODE_CLASSROOM));
  world_.Must(Session(5, v1::TRAINING_MODE_CLASSROOM));
  world_.Must(Session(3, v1::TRAINING_MODE_BITESIZE));
  ASSERT_EQ(world_.locality().training_counts_size(), 6);
  for (const v1::TrainingCount& count : world_.locality().training_counts()) {
    const bool classroom = count.mode() == v1::TRAINING_MODE_CLASSROOM;
    EXPECT_EQ(count.month(), "2026-11");
    EXPECT_EQ(count.sessions(), classroom ? 2u : 1u) << count.task_code();
    EXPECT_EQ(count.people(), classroom ? 13u : 3u) << count.task_code();
  }
}

TEST_F(LocalityTest, WhoAsksForTrainingWaitsUntilCompetent) {
  Shows({"hwb25-14"});
  v1::Envelope request = From(kProvider, "");
  v1::TrainingRequest& needs = *request.mutable_training_request();
  needs.set_reference("TNA-1");
  needs.set_training_provider(kTraining);
  for (const char* worker : {kWorker, kOtherWorker}) {
    v1::WorkerReference& reference = *needs.add_workers();
    reference.set_employer(kProvider);
    reference.set_employer_reference(worker);
    reference.set_name("Wilma Workerby");
  }
  needs.add_tasks()->set_code(kTask);
  world_.Must(request);
  ASSERT_EQ(world_.locality().training_waits_size(), 1);
  EXPECT_EQ(world_.locality().DebugString().find("Workerby"), std::string::npos);
  world_.now += absl::Hours(24 * 3);
  v1::Envelope failed = Checked(kWorker, "K-0", world_.now);
  failed.mutable_competency_record()->set_result(v1::COMPETENCY_RESULT_NOT_COMPETENT);
  world_.Must(failed);
  EXPECT_FALSE(world_.locality().training_waits(0).waiting(0).has_competent_at());
  world_.Must(Checked(kWorker, "K-1", world_.now));
  ASSERT_EQ(world_.locality().training_waits_size(), 1);
  EXPECT_EQ(TimeOf(world_.locality().training_waits(0).waiting(0).competent_at()), world_.now);
  EXPECT_FALSE(world_.locality().training_waits(0).waiting(1).has_competent_at());
  world_.Must(Checked(kOtherWorker, "K-2", world_.now));
  EXPECT_EQ(world_.locality().training_waits_size(), 0) << "nobody waits any longer";
}

TEST_F(LocalityTest, AChallengeStandsBesideTheRecordUntilAnswered) {
  Shows({"b-4.2"});
  world_.Must(Checked(kWorker, "K-1", world_.now));
  const Sent raised = world_.Must(Challenge("C-1", "K-1"));
  EXPECT_EQ(raised.Count(kTraining, v1::DELIVERY_KIND_REFERRAL), 1);
  EXPECT_FALSE(raised.effect.receipt.made_id().empty());
  const auto challenge = [&]() -> const v1::CompetencyChallenge& {
    return world_.worker(kWorker).competencies(0).challenges(0);
  };
  EXPECT_EQ(challenge().state(), v1::CHALLENGE_STATE_OPEN);
  EXPECT_EQ(challenge().raised_by(), kProvider);

  // It is shown with the worker, and changes nothing of what the worker may do.
  Bring(world_, kAda, kRef, v1::DELEGATION_STATE_PROPOSED);
  world_.Must(Accepted(kAda, kRef));
  const Sent assigned = world_.Must(Assigned(kAda, kRef, kWorker));
  EXPECT_EQ(assigned.OutcomeOf(v1::QUESTION_ASSIGN), v1::OUTCOME_PERMIT);
  EXPECT_TRUE(assigned.HasNotice("COMPETENCY_CHALLENGED"));

  // Past its deadline, and only then, those who must answer are told again.
  const absl::Time deadline = TimeOf(challenge().answer_by());
  const auto escalated = [&](const std::vector<Sent>& done) {
    int count = 0;
    for (const Sent& sent : done) count += sent.Count(kTraining, v1::DELIVERY_KIND_ESCALATION);
    return count;
  };
  EXPECT_EQ(escalated(world_.AdvanceTo(deadline)), 0) << "at the deadline it is in time";
  EXPECT_EQ(escalated(world_.Advance(absl::Minutes(1))), 1);

  const Sent answered = world_.Must(Checked(kWorker, "K-2", world_.now));
  EXPECT_EQ(challenge().state(), v1::CHALLENGE_STATE_ANSWERED);
  EXPECT_TRUE(answered.Told(kProvider));
  EXPECT_EQ(escalated(world_.Advance(absl::Hours(24 * 30))), 0);
  EXPECT_FALSE(world_.Must(Assigned(kAda, kRef, kWorker)).HasNotice("COMPETENCY_CHALLENGED"));
}

TEST_F(LocalityTest, AChallengeIsAnsweredByTheSameRecordOrItsEndAndTakenBackByItsSender) {
  Shows({"b-4.2"});
  world_.Must(Checked(kWorker, "K-1", world_.now));
  const auto state = [&](int i) {
    return world_.worker(kWorker).competencies(0).challenges(i).state();
  };
  world_.Must(Challenge("C-1", "K-1"));
  const absl::Time due = world_.timers().begin()->second.due_at;
  world_.now += absl::Hours(24);
  world_.Must(Challenge("C-1", "K-1"));
  EXPECT_EQ(world_.timers().begin()->second.due_at, due);  // Said once more it is due when it was.
  v1::Envelope back = Challenge("C-1", "K-1");
  back.mutable_competency_challenged()->set_withdrawn(true);
  EXPECT_TRUE(world_.Must(back).Told(kTraining));
  EXPECT_EQ(state(0), v1::CHALLENGE_STATE_WITHDRAWN);
  EXPECT_TRUE(world_.timers().empty());
  world_.Must(Challenge("C-2", "K-1"));
  world_.Must(Checked(kWorker, "K-1", world_.now));  // Confirmed as it was.
  ASSERT_EQ(world_.worker(kWorker).competencies(0).challenges_size(), 2);
  EXPECT_EQ(state(1), v1::CHALLENGE_STATE_ANSWERED);
  world_.Must(Challenge("C-3", "K-1"));
  world_.Must(Revoked(kWorker, "K-1", world_.now));
  EXPECT_EQ(state(2), v1::CHALLENGE_STATE_ANSWERED);
}

TEST_F(LocalityTest, OnlyAnEmployerOfTheWorkerChallenges) {
  Shows({"b-4.2", "ctl-04"});
  world_.Must(Checked(kWorker, "K-1", world_.now));
  EXPECT_EQ(ReasonOf(world_.Send(Challenge("C-1", "no such")).status()), "COMPETENCY_NOT_FOUND");
  v1::Envelope other = Challenge("C-1", "K-1");
  other.set_sender(kOtherProvider);
  EXPECT_EQ(ReasonOf(world_.Send(other).status()), "COMPETENCY_NOT_FOUND");
  EXPECT_EQ(world_.worker(kWorker).competencies(0).challenges_size(), 0);
}

TEST_F(LocalityTest, ChallengesHaveALimitAndOpenOnesAreNeverDropped) {
  Shows({"b-4.2", "ctl-30"});
  world_.Must(Checked(kWorker, "K-1", world_.now));
  for (int i = 0; i < kMaxChallenges; ++i) world_.Must(Challenge(absl::StrCat("C-", i), "K-1"));
  EXPECT_TRUE(world_.Must(Challenge("C-more", "K-1")).HasNotice("CHALLENGES_FULL"));
  v1::Envelope back = Challenge("C-0", "K-1");
  back.mutable_competency_challenged()->set_withdrawn(true);
  world_.Must(back);
  world_.Must(Challenge("C-more", "K-1"));
  const auto& challenges = world_.worker(kWorker).competencies(0).challenges();
  ASSERT_EQ(challenges.size(), kMaxChallenges);
  EXPECT_EQ(challenges.Get(0).reference(), "C-1");
  EXPECT_EQ(challenges.Get(kMaxChallenges - 1).reference(), "C-more");
}

TEST_F(LocalityTest, ADecisionOfTheForumIsAPrecedentWithoutAPerson) {
  Shows({"b-7.1"});
  const Sent decided = ForumDecides(v1::ANSWER_YES);
  ASSERT_EQ(world_.locality().precedents_size(), 1);
  const v1::Precedent& precedent = world_.locality().precedents(0);
  EXPECT_EQ(precedent.number(), 1u);
  EXPECT_EQ(precedent.task_code(), kTask);
  EXPECT_EQ(precedent.setting(), v1::CARE_SETTING_OWN_HOME);
  EXPECT_EQ(precedent.risk(), v1::RISK_LEVEL_LOW);
  EXPECT_EQ(precedent.may_be_delegated(), v1::ANSWER_YES);
  EXPECT_EQ(precedent.reasons_message_id(), "PANEL-1");
  EXPECT_EQ(precedent.provider_kinds_size(), 2) << "each kind once";
  const std::string kept = world_.locality().SerializeAsString();
  for (const std::string& said : {std::string(kAda), std::string("Testerley"), std::string("1941"),
                                  world_.person(kAda).person_key(), task().delegation_id()}) {
    EXPECT_EQ(kept.find(said), std::string::npos) << said;
  }
  // It has an entry of its own, which says nothing to anybody.
  ASSERT_FALSE(decided.consequences.empty());
  EXPECT_TRUE(decided.consequences.back().deliveries.empty());
}

TEST_F(LocalityTest, ALikeCaseShowsThePrecedentAndAnotherDoesNot) {
  Shows({"b-7.1"});
  ForumDecides(v1::ANSWER_NO);
  world_.Must(Episode(kBen, v1::EPISODE_CHANGE_KIND_OPENED, world_.now));
  const Sent like = world_.Must(NoConsensus(kBen, "REF-2"));
  ASSERT_TRUE(like.HasNotice("PRECEDENT"));
  for (const v1::Notice& notice : like.effect.receipt.notices()) {
    if (notice.code() != "PRECEDENT") continue;
    EXPECT_NE(notice.words().find(DayOf(world_.now)), std::string::npos) << notice.words();
    EXPECT_NE(notice.words().find("precedent 1"), std::string::npos);
    EXPECT_NE(notice.words().find("may not be handed over"), std::string::npos);
  }
  EXPECT_EQ(like.OutcomeOf(v1::QUESTION_PROPOSE), v1::OUTCOME_REFER) << "it decides nothing";
  v1::Envelope other = NoConsensus(kBen, "REF-3");
  other.mutable_delegation_proposal()->mutable_task()->set_setting(v1::CARE_SETTING_CARE_HOME);
  EXPECT_FALSE(world_.Must(other).HasNotice("PRECEDENT"));
  other = NoConsensus(kBen, "REF-4");
  other.mutable_delegation_proposal()->mutable_risk()->set_level(v1::RISK_LEVEL_HIGH);
  EXPECT_FALSE(world_.Must(other).HasNotice("PRECEDENT"));
  other = NoConsensus(kBen, "REF-5");
  other.mutable_delegation_proposal()->mutable_task()->mutable_code()->set_code("generic-6-stoma");
  EXPECT_FALSE(world_.Must(other).HasNotice("PRECEDENT"));
  // Nobody asks what the forum thought where the team agrees.
  v1::Envelope agreed = Proposal(kBen, "REF-6");
  agreed.mutable_delegation_proposal()->mutable_task()->set_slot("evening");
  EXPECT_FALSE(world_.Must(agreed).HasNotice("PRECEDENT"));
}

TEST_F(LocalityTest, WhatNobodyStatedIsLikeNothing) {
  v1::Precedent unstated;
  unstated.set_task_code(kTask);
  unstated.set_setting(v1::CARE_SETTING_OWN_HOME);
  EXPECT_FALSE(IsLikeCase(unstated, unstated)) << "no risk";
  unstated.set_risk(v1::RISK_LEVEL_LOW);
  EXPECT_TRUE(IsLikeCase(unstated, unstated));
  unstated.clear_task_code();
  EXPECT_FALSE(IsLikeCase(unstated, unstated)) << "no task";
  unstated.mutable_task()->set_code("nebuliser");
  EXPECT_TRUE(IsLikeCase(unstated, unstated)) << "a task in no catalogue";
}

TEST_F(LocalityTest, ARulingStandsBesideTheReportThatItAnswers) {
  Shows({"b-6.1"});
  v1::Envelope report = From(kProvider, "");
  report.mutable_issue_report()->set_reference("I-1");
  report.mutable_issue_report()->set_clause("B-4.5");
  report.mutable_issue_report()->set_summary("what of generic tasks");
  world_.Must(report);
  v1::Envelope ruling = From(kBoard, "");
  ruling.mutable_ruling()->set_issue_reference("I-1");
  ruling.mutable_ruling()->set_number("R-7");
  ruling.mutable_ruling()->set_decided_on("2026-11-02");
  ruling.mutable_ruling()->set_ruling("They stay generic.");
  EXPECT_TRUE(world_.Must(ruling).Told(kProvider)) << "whoever asked is told";
  ASSERT_EQ(world_.locality().issues_size(), 1);
  EXPECT_EQ(world_.locality().issues(0).ruling(), "R-7");
  EXPECT_EQ(world_.locality().issues(0).clause(), "B-4.5");
  ruling.mutable_ruling()->set_issue_reference("I-2");
  EXPECT_TRUE(world_.Must(ruling).HasNotice("ISSUE_NOT_KNOWN"));
}

TEST_F(LocalityTest, FoldingTheChangesGivesTheRecordAgain) {
  Shows({"inv-11"});
  world_.Must(SignOff(kTraining));
  world_.Must(NewVersion(kTraining, "2026-11", "2026-11-10", ""));
  world_.Must(Session(8, v1::TRAINING_MODE_CLASSROOM));
  world_.Must(Session(9, v1::TRAINING_MODE_CLASSROOM));
  ForumDecides(v1::ANSWER_YES);
  world_.Must(SignOff(kTraining, /*withdrawn=*/true));
  v1::LocalityRecord again;
  for (const v1::Change& change : world_.locality_history) Fold(change, again);
  EXPECT_EQ(again.SerializeAsString(), world_.locality().SerializeAsString());
}

}  // namespace
}  // namespace fosse::care
