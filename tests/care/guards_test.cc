// What no message can talk the gateway into: what is stated is held against what is known.
#include "care/facts.h"
#include "care/lookup.h"
#include "care/overseer.h"
#include "care/times.h"
#include "gtest/gtest.h"
#include "tests/care/task_fixture.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

using v1::Facts;

v1::Envelope FromSocialCare(const std::string& from, const std::string& to,
                            const std::string& task) {
  v1::Envelope envelope = Proposal(kAda, kRef);
  v1::DelegationProposal& proposal = *envelope.mutable_delegation_proposal();
  envelope.set_sender(from);
  proposal.set_delegating(from);
  proposal.set_delegated_to(to);
  proposal.set_direction(v1::DELEGATION_DIRECTION_SOCIAL_CARE_TO_HEALTH);
  proposal.mutable_task()->mutable_code()->set_code(task);
  proposal.mutable_mdt()->clear_practice();
  return envelope;
}

class GuardsTest : public TaskFixture {
 protected:
  Sent Away(bool returned) {
    v1::Envelope away = From(kCommunity, kAda);
    away.mutable_person_away()->set_returned(returned);
    return world_.Must(away);
  }
  Sent Update(v1::PersonUpdateKind kind) {
    v1::Envelope update = From(kPractice, kAda);
    update.mutable_person_update()->set_kind(kind);
    return world_.Must(update);
  }
};

TEST_F(GuardsTest, ADirectionThatCannotBeIsUnknown) {
  Shows({"b-2.1", "inv-04"});
  const auto direction = [&](const v1::Envelope& envelope) {
    return DirectionOf(envelope.delegation_proposal(), *world_.directory, *world_.rulebook);
  };
  EXPECT_EQ(direction(FromSocialCare(kCouncil, kCommunity, "medication-prompt")),
            Facts::DIRECTION_SOCIAL_CARE_TO_HEALTH);
  EXPECT_EQ(direction(FromSocialCare(kProvider, kCommunity, "medication-prompt")),
            Facts::DIRECTION_SOCIAL_CARE_TO_HEALTH);
  EXPECT_EQ(direction(FromSocialCare(kCouncil, kProvider, "medication-prompt")),
            Facts::DIRECTION_UNKNOWN);
  EXPECT_EQ(direction(FromSocialCare(kPractice, kCommunity, "medication-prompt")),
            Facts::DIRECTION_UNKNOWN);
  EXPECT_EQ(direction(FromSocialCare(kCouncil, kCommunity, "iv-drugs")), Facts::DIRECTION_UNKNOWN);
}

TEST_F(GuardsTest, NoStatedDirectionTakesTheOverseerAway) {
  Shows({"b-2.1", "b-5.4", "inv-01"});
  world_.Must(Registered(kAda, kPractice));
  for (const char* code : {"insulin", "iv-drugs"}) {
    for (const char* from : {kPractice, kCouncil}) {
      v1::Envelope proposal = FromSocialCare(from, kProvider, code);
      proposal.mutable_delegation_proposal()->set_reference(std::string(code) + from);
      const absl::StatusOr<Sent> sent = world_.Send(proposal);
      ASSERT_TRUE(sent.ok()) << sent.status();
      EXPECT_NE(sent->OutcomeOf(v1::QUESTION_PROPOSE), v1::OUTCOME_PERMIT) << code << from;
      EXPECT_FALSE(sent->Told(kProvider));
    }
  }
}

TEST_F(GuardsTest, WhateverTheRulesSayAnUnknownDirectionNeedsAnOverseer) {
  Shows({"inv-01"});
  v1::Rulebook document = AllPermit()->document();
  for (v1::Rule& rule : *document.mutable_rules()) {
    if (rule.when().direction_size() > 0)
      rule.mutable_when()->add_direction(Facts::DIRECTION_UNKNOWN);
  }
  auto loaded = policy::Rulebook::Create(document.DebugString());
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  world_.rulebook = *std::move(loaded);
  world_.Must(Registered(kAda, kPractice));
  v1::Envelope proposal = FromSocialCare(kPractice, kProvider, "insulin");
  world_.Must(proposal);
  world_.Must(Accepted(kAda, kRef));
  v1::Envelope check = Checked(kWorker, "K-1", world_.now);
  check.mutable_competency_record()->mutable_task()->set_code("insulin");
  *check.mutable_competency_record()->mutable_for_person() = Person(kAda);
  world_.Must(check);
  world_.Must(Assigned(kAda, kRef, kWorker));
  ASSERT_EQ(task().oversight().holder(), "");
  EXPECT_TRUE(world_.Must(Started(kAda, kRef, kWorker, world_.now)).HasNotice("START_BARRED"));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PROPOSED);
}

TEST_F(GuardsTest, OnlyAPracticeOverseesAsAPractice) {
  Shows({"b-5.5b"});
  v1::CareRecord record;
  v1::Delegation delegation;
  delegation.set_training_class(v1::TRAINING_CLASS_GENERIC);
  const auto overseer = [&](const char* team, const char* registered) {
    delegation.mutable_proposal()->mutable_mdt()->set_practice(team);
    record.mutable_identity()->set_registered_practice(registered);
    return DeriveOverseer(record, delegation, *world_.directory).organisation;
  };
  EXPECT_EQ(overseer(kProvider, ""), "");
  EXPECT_EQ(overseer("", kProvider), "");
  EXPECT_EQ(overseer(kProvider, kPractice), kPractice);
  EXPECT_EQ(overseer(kOtherPractice, kPractice), kOtherPractice);
}

TEST_F(GuardsTest, ASupersedingProposalKeepsNothingOfTheOneBefore) {
  Shows({"b-3.4", "b-5.3", "inv-10"});
  To(v1::DELEGATION_STATE_READY);
  world_.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_OBJECT));
  ASSERT_EQ(task().state(), v1::DELEGATION_STATE_REFERRED);
  ASSERT_EQ(task().assignments_size(), 1);
  v1::Envelope next = Proposal(kAda, kRef);
  next.mutable_delegation_proposal()->set_delegated_to(kOtherProvider);
  next.mutable_delegation_proposal()->set_interim_deliverer(kPractice);
  const Sent sent = world_.Must(next);
  EXPECT_EQ(task().assignments_size(), 0);
  EXPECT_FALSE(task().delegator_objects());
  EXPECT_TRUE(world_.worker(kWorker).tasks(0).removed());
  EXPECT_EQ(sent.Count(kProvider, v1::DELIVERY_KIND_WITHDRAWAL), 1);
  EXPECT_EQ(sent.Count(kOtherProvider, v1::DELIVERY_KIND_PROPOSAL), 1);
  for (const v1::Delivery& delivery : sent.deliveries()) {
    EXPECT_EQ(delivery.words().find("The delegated task runs"), std::string::npos)
        << delivery.recipient();
  }
  EXPECT_EQ(Refused(Accepted(kAda, kRef)), "DELEGATION_NOT_FOUND");
}

TEST_F(GuardsTest, AStartNamesItsWorker) {
  Shows({"b-2.3", "inv-03"});
  To(v1::DELEGATION_STATE_READY);
  v1::Envelope start = Started(kAda, kRef, kWorker, world_.now);
  start.mutable_start_confirmed()->clear_worker();
  EXPECT_EQ(Refused(start), "FIELD_REQUIRED");
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_READY);
}

TEST_F(GuardsTest, NothingStartsWhileThePersonIsAway) {
  Shows({"b-5.4", "haz-41"});
  To(v1::DELEGATION_STATE_READY);
  const Sent gone = Away(/*returned=*/false);
  EXPECT_TRUE(gone.Told(kProvider));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PROPOSED);
  EXPECT_TRUE(world_.Must(Started(kAda, kRef, kWorker, world_.now)).HasNotice("PERSON_AWAY"));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PROPOSED);
  Away(/*returned=*/true);
  // Back, and the overseer has not spoken.
  world_.Must(Started(kAda, kRef, kWorker, world_.now));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PROPOSED);
  EXPECT_EQ(task().owner(), kCommunity);
  EXPECT_EQ(Refused(Change(kProvider, kAda, kRef, v1::DELEGATION_CHANGE_KIND_RESUME)),
            "DELEGATION_NOT_FOUND");
  world_.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_RESUME));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_READY);
  world_.Must(Started(kAda, kRef, kWorker, world_.now));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
}

TEST_F(GuardsTest, NothingBecomesReadyForOneReportedDead) {
  Shows({"b-5.4"});
  To(v1::DELEGATION_STATE_PROPOSED);
  Update(v1::PERSON_UPDATE_KIND_DEATH);
  world_.Must(Accepted(kAda, kRef));
  world_.Must(Checked(kWorker, "K-1", world_.now));
  world_.Must(Assigned(kAda, kRef, kWorker));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PROPOSED);
  Update(v1::PERSON_UPDATE_KIND_DEATH_CORRECTED);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_READY);
  Update(v1::PERSON_UPDATE_KIND_DEATH);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PROPOSED);
}

TEST_F(GuardsTest, NobodySpeaksForAnothersWorker) {
  Shows({"b-2.3", "inv-05"});
  To(v1::DELEGATION_STATE_ACTIVE);
  const std::string number = world_.worker(kWorker).worker_number();
  ASSERT_FALSE(number.empty());
  // The other provider has a task of its own, and has come by the number.
  v1::Envelope proposal = Proposal(kBen, "REF-2");
  proposal.mutable_delegation_proposal()->set_delegated_to(kOtherProvider);
  world_.Must(Episode(kBen, v1::EPISODE_CHANGE_KIND_OPENED, world_.now));
  world_.Must(proposal);
  v1::Envelope accepted = Accepted(kBen, "REF-2");
  accepted.set_sender(kOtherProvider);
  world_.Must(accepted);
  v1::Envelope assigned = Assigned(kBen, "REF-2", kWorker);  // Employer: the first provider.
  assigned.set_sender(kOtherProvider);
  v1::Envelope by_number = assigned;
  v1::WorkerReference& worker = *by_number.mutable_worker_assignment()->mutable_worker();
  worker.clear_employer();
  worker.clear_employer_reference();
  worker.set_worker_number(number);
  v1::Envelope by_no_number = by_number;
  by_no_number.mutable_worker_assignment()->mutable_worker()->set_worker_number("W-NOBODY");
  const std::string words_for_nobody =
      world_.Must(by_no_number).effect.decisions[0].findings(0).rule_id();
  for (const v1::Envelope& envelope : {assigned, by_number, by_number}) {
    const Sent sent = world_.Must(envelope);
    EXPECT_EQ(sent.OutcomeOf(v1::QUESTION_ASSIGN), v1::OUTCOME_HOLD);
    EXPECT_TRUE(sent.HasNotice("WORKER_NOT_KNOWN"));
    EXPECT_EQ(sent.effect.receipt.worker_number(), "");
    EXPECT_EQ(sent.effect.decisions[0].findings(0).rule_id(), words_for_nobody);
    EXPECT_EQ(world_.delegation(kBen, "REF-2").assignments_size(), 0);
  }
  v1::Envelope performed = Performed(kBen, "REF-2", kWorker, world_.now);
  performed.set_sender(kOtherProvider);
  const Sent kept = world_.Must(performed);
  ASSERT_EQ(world_.person(kBen).performances_size(), 1);
  EXPECT_FALSE(world_.person(kBen).performances(0).counts());
  EXPECT_EQ(world_.person(kBen).performances(0).worker_key(), "");
  EXPECT_EQ(kept.effect.receipt.worker_number(), "");
  // Its own employer may use the number alone.
  v1::Envelope own = Performed(kAda, kRef, kWorker, world_.now);
  *own.mutable_task_performed()->mutable_worker() = worker;
  world_.Must(own);
  EXPECT_TRUE(world_.person(kAda).performances(0).counts());
}

TEST_F(GuardsTest, AReferenceIsSoughtAmongTheSendersOwn) {
  Shows({"ctl-04"});
  To(v1::DELEGATION_STATE_PROPOSED);
  world_.Must(Registered(kAda, kPractice));
  // Another organisation gives its proposal the same reference, for another provider.
  v1::Envelope other = Proposal(kAda, kRef);
  other.set_sender(kPractice);
  other.mutable_acting_person()->mutable_practitioner()->CopyFrom(Doctor(kPractice));
  other.mutable_delegation_proposal()->set_delegating(kPractice);
  other.mutable_delegation_proposal()->set_delegated_to(kOtherProvider);
  other.mutable_delegation_proposal()->mutable_task()->set_slot("evening");
  world_.Must(other);
  ASSERT_EQ(world_.person(kAda).delegations_size(), 2);
  world_.Must(Accepted(kAda, kRef));
  EXPECT_TRUE(world_.person(kAda).delegations(0).has_response());
  EXPECT_FALSE(world_.person(kAda).delegations(1).has_response());
  // The community service oversees both: the reference alone does not say which.
  EXPECT_EQ(Refused(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_END)),
            "DELEGATION_NOT_FOUND");
}

TEST_F(GuardsTest, ADressingThatNobodyClassedIsReferred) {
  Shows({"b-3.3", "haz-10"});
  Open();
  v1::Envelope dressing = Proposal(kAda, kRef);
  v1::DelegatedTask& code = *dressing.mutable_delegation_proposal()->mutable_task();
  code.mutable_code()->set_code("wound-dressing");
  Sent sent = world_.Must(dressing);
  EXPECT_EQ(sent.OutcomeOf(v1::QUESTION_PROPOSE), v1::OUTCOME_REFER);
  ASSERT_EQ(task().missing_rules_size(), 1);
  EXPECT_EQ(task().missing_rules(0), "propose-dressing-not-classed");
  code.mutable_particulars()->set_dressing_class(v1::DRESSING_CLASS_MAY_DELEGATE);
  EXPECT_EQ(world_.Must(dressing).OutcomeOf(v1::QUESTION_PROPOSE), v1::OUTCOME_PERMIT);
  v1::Envelope nurses = dressing;
  nurses.mutable_delegation_proposal()->set_reference("REF-2");
  nurses.mutable_delegation_proposal()->mutable_task()->set_slot("evening");
  nurses.mutable_delegation_proposal()->mutable_task()->mutable_particulars()->set_dressing_class(
      v1::DRESSING_CLASS_NURSE_ONLY);
  EXPECT_EQ(world_.Must(nurses).OutcomeOf(v1::QUESTION_PROPOSE), v1::OUTCOME_DENY);
}

}  // namespace
}  // namespace fosse::care
