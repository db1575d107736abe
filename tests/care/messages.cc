#include "tests/care/messages.h"

#include "absl/strings/str_cat.h"
#include "care/times.h"
#include "gtest/gtest.h"

namespace fosse::care {

v1::PersonReference Person(const std::string& nhs_number) {
  v1::PersonReference person;
  person.set_nhs_number(nhs_number);
  person.set_date_of_birth(nhs_number == kAda ? "1941-03-05" : "1938-07-21");
  person.set_family_name(nhs_number == kAda ? "Testerley" : "Samplewick");
  person.set_given_name(nhs_number == kAda ? "Ada" : "Ben");
  return person;
}

v1::Practitioner Nurse(const std::string& organisation) {
  v1::Practitioner nurse;
  nurse.set_register_(v1::REGISTER_NMC);
  nurse.set_identifier("12A3456E");
  nurse.set_register_part(v1::REGISTER_PART_NURSE);
  nurse.set_register_status(v1::REGISTER_STATUS_CURRENT);
  nurse.set_register_checked_on("2026-10-01");
  nurse.set_name("Nell Nurseworth");
  nurse.set_organisation(organisation);
  return nurse;
}

v1::Practitioner Doctor(const std::string& organisation) {
  v1::Practitioner doctor = Nurse(organisation);
  doctor.set_register_(v1::REGISTER_GMC);
  doctor.set_identifier("1234567");
  doctor.set_register_part(v1::REGISTER_PART_DOCTOR);
  doctor.set_name("Dora Doctorham");
  return doctor;
}

v1::Envelope From(const std::string& sender, const std::string& nhs_number) {
  v1::Envelope envelope;
  envelope.set_sender(sender);
  if (!nhs_number.empty()) {
    *envelope.mutable_subject()->mutable_person() = Person(nhs_number);
  }
  const bool practice = sender == kPractice || sender == kOtherPractice;
  v1::ActingPerson& acting = *envelope.mutable_acting_person();
  *acting.mutable_practitioner() = practice ? Doctor(sender) : Nurse(sender);
  if (sender == kProvider || sender == kOtherProvider || sender == kCouncil) {
    acting.mutable_practitioner()->set_register_(v1::REGISTER_LOCAL);
    acting.mutable_practitioner()->set_identifier("staff-7");
    acting.mutable_practitioner()->clear_register_part();
    acting.mutable_practitioner()->clear_register_status();
  }
  acting.set_basis(v1::PRACTITIONER_BASIS_ATTESTED);
  return envelope;
}

v1::Envelope Episode(const std::string& nhs_number, v1::EpisodeChangeKind kind, absl::Time at) {
  v1::Envelope envelope = From(kCommunity, nhs_number);
  v1::EpisodeChange& change = *envelope.mutable_episode_change();
  change.set_episode_reference("E-" + nhs_number);
  change.set_kind(kind);
  change.set_service("NURSING");
  change.set_organisation(kCommunity);
  *change.mutable_occurred_at() = Timestamp(at);
  change.set_registered_practice(kPractice);
  return envelope;
}

v1::Envelope Registered(const std::string& nhs_number, const std::string& practice) {
  v1::Envelope envelope = From(practice, nhs_number);
  envelope.mutable_registration_change()->set_practice(practice);
  envelope.mutable_registration_change()->set_registered_on("2026-11-01");
  return envelope;
}

v1::Envelope Proposal(const std::string& nhs_number, const std::string& reference) {
  v1::Envelope envelope = From(kCommunity, nhs_number);
  v1::DelegationProposal& proposal = *envelope.mutable_delegation_proposal();
  proposal.set_reference(reference);
  proposal.set_direction(v1::DELEGATION_DIRECTION_HEALTH_TO_SOCIAL_CARE);
  proposal.mutable_task()->mutable_code()->set_code(kTask);
  proposal.mutable_task()->set_setting(v1::CARE_SETTING_OWN_HOME);
  proposal.mutable_task()->set_slot("morning");
  proposal.mutable_task()->mutable_particulars()->set_in_plan_of_care(v1::ANSWER_YES);
  proposal.mutable_task()->mutable_particulars()->set_follow_up_defined(v1::ANSWER_YES);
  proposal.mutable_task()->mutable_particulars()->set_excluded_for_person(v1::ANSWER_NO);
  proposal.set_delegating(kCommunity);
  proposal.set_delegated_to(kProvider);
  *proposal.mutable_delegator() = Nurse(kCommunity);
  proposal.set_performer(v1::PERFORMER_KIND_CARE_WORKER);
  proposal.set_involvement(v1::INVOLVEMENT_INVOLVED);
  proposal.set_consent(v1::CONSENT_GIVEN);
  proposal.set_objects_to_sharing(v1::ANSWER_NO);
  proposal.mutable_mdt()->set_outcome(v1::MDT_OUTCOME_AGREED);
  proposal.mutable_mdt()->set_decided_on("2026-10-30");
  proposal.mutable_mdt()->add_members("community nurse");
  proposal.mutable_mdt()->add_members("social worker");
  proposal.mutable_mdt()->set_training_class(v1::TRAINING_CLASS_GENERIC);
  proposal.mutable_mdt()->set_practice(kPractice);
  proposal.mutable_risk()->set_level(v1::RISK_LEVEL_LOW);
  proposal.mutable_risk()->set_record_reference("R-1");
  proposal.mutable_plan()->set_training_provided_by("training office");
  proposal.mutable_plan()->set_competence_assessor("training office nurse");
  proposal.mutable_plan()->set_ongoing_support("community nursing");
  proposal.mutable_plan()->set_clinical_reviewer("community nurse");
  proposal.mutable_plan()->set_changed(v1::ANSWER_NO);
  proposal.mutable_plan()->set_review_on("2027-01-15");
  return envelope;
}

v1::Envelope Accepted(const std::string& nhs_number, const std::string& reference) {
  v1::Envelope envelope = From(kProvider, nhs_number);
  v1::DelegationResponse& response = *envelope.mutable_delegation_response();
  response.mutable_delegation()->set_reference(reference);
  response.set_answer(v1::DELEGATION_ANSWER_ACCEPTED);
  response.set_subject_to_training(v1::ANSWER_YES);
  response.set_time_feasible(v1::ANSWER_YES);
  response.set_resources_feasible(v1::ANSWER_YES);
  response.set_capability_feasible(v1::ANSWER_YES);
  response.set_cost_feasible(v1::ANSWER_YES);
  response.set_within_insurance(v1::ANSWER_YES);
  response.set_within_registration(v1::ANSWER_YES);
  response.set_provider_confident(v1::ANSWER_YES);
  return envelope;
}

static v1::WorkerReference Worker(const std::string& worker) {
  v1::WorkerReference reference;
  reference.set_employer(kProvider);
  reference.set_employer_reference(worker);
  return reference;
}

v1::Envelope Assigned(const std::string& nhs_number, const std::string& reference,
                      const std::string& worker) {
  v1::Envelope envelope = From(kProvider, nhs_number);
  v1::WorkerAssignment& assignment = *envelope.mutable_worker_assignment();
  assignment.mutable_delegation()->set_reference(reference);
  *assignment.mutable_worker() = Worker(worker);
  assignment.set_worker_agrees(v1::ANSWER_YES);
  assignment.set_worker_confident(v1::ANSWER_YES);
  assignment.set_provider_confident(v1::ANSWER_YES);
  assignment.set_visits_confirmed(v1::ANSWER_YES);
  assignment.set_contingency_confirmed(v1::ANSWER_YES);
  return envelope;
}

v1::Envelope Started(const std::string& nhs_number, const std::string& reference,
                     const std::string& worker, absl::Time at) {
  v1::Envelope envelope = From(kProvider, nhs_number);
  v1::StartConfirmed& start = *envelope.mutable_start_confirmed();
  start.mutable_delegation()->set_reference(reference);
  *start.mutable_worker() = Worker(worker);
  *start.mutable_started_at() = Timestamp(at);
  return envelope;
}

v1::Envelope Performed(const std::string& nhs_number, const std::string& reference,
                       const std::string& worker, absl::Time at) {
  v1::Envelope envelope = From(kProvider, nhs_number);
  v1::TaskPerformed& performed = *envelope.mutable_task_performed();
  performed.mutable_delegation()->set_reference(reference);
  *performed.mutable_worker() = Worker(worker);
  *performed.mutable_performed_at() = Timestamp(at);
  return envelope;
}

v1::Envelope NotDone(const std::string& nhs_number, const std::string& reference, absl::Time at) {
  v1::Envelope envelope = From(kProvider, nhs_number);
  v1::TaskNotDone& not_done = *envelope.mutable_task_not_done();
  not_done.mutable_delegation()->set_reference(reference);
  *not_done.mutable_due_at() = Timestamp(at);
  not_done.set_reason(v1::NOT_DONE_REASON_PERSON_AWAY);
  return envelope;
}

v1::Envelope Change(const std::string& sender, const std::string& nhs_number,
                    const std::string& reference, v1::DelegationChangeKind kind,
                    v1::Answer need_has_ended) {
  v1::Envelope envelope = From(sender, nhs_number);
  v1::DelegationChange& change = *envelope.mutable_delegation_change();
  change.mutable_delegation()->set_reference(reference);
  change.set_kind(kind);
  change.set_reason("because the test says so");
  change.set_need_has_ended(need_has_ended);
  return envelope;
}

v1::Envelope Checked(const std::string& worker, const std::string& reference, absl::Time on) {
  v1::Envelope envelope = From(kTraining, "");
  *envelope.mutable_subject()->mutable_worker() = Worker(worker);
  v1::CompetencyRecord& record = *envelope.mutable_competency_record();
  record.set_reference(reference);
  record.mutable_task()->set_code(kTask);
  record.set_training_class(v1::TRAINING_CLASS_GENERIC);
  record.set_mode(v1::TRAINING_MODE_STANDALONE_CHECK);
  record.set_assessed_on(DayOf(on));
  *record.mutable_assessor() = Nurse(kTraining);
  record.set_competence_was_checked(v1::ANSWER_YES);
  record.set_method("observed twice");
  record.set_standard("local standard 7");
  record.set_result(v1::COMPETENCY_RESULT_COMPETENT);
  return envelope;
}

v1::Envelope Revoked(const std::string& worker, const std::string& reference, absl::Time at) {
  v1::Envelope envelope = From(kTraining, "");
  *envelope.mutable_subject()->mutable_worker() = Worker(worker);
  v1::CompetencyRevoked& revoked = *envelope.mutable_competency_revoked();
  revoked.set_reference(reference);
  revoked.mutable_task()->set_code(kTask);
  revoked.set_reason("technique");
  *revoked.mutable_revoked_at() = Timestamp(at);
  return envelope;
}

v1::Envelope Offer(const std::string& nhs_number, const std::string& reference,
                   const std::string& of_delegation) {
  v1::Envelope envelope = From(kCommunity, nhs_number);
  v1::OversightOffer& offer = *envelope.mutable_oversight_offer();
  offer.set_reference(reference);
  offer.add_delegations()->set_reference(of_delegation);
  offer.set_offered_by(kCommunity);
  offer.set_offered_to(kPractice);
  *offer.mutable_author() = Nurse(kCommunity);
  offer.set_task_summary("finger-prick test each morning");
  offer.set_plan_summary("test before breakfast");
  offer.set_thresholds("call below 4 or above 15");
  offer.set_risk_summary("low");
  offer.set_recent_events("none");
  offer.set_next_review_on("2027-01-15");
  offer.mutable_contacts()->mutable_in_hours()->set_telephone("0116 496 0101");
  offer.mutable_contacts()->mutable_out_of_hours()->set_telephone("0116 496 0102");
  return envelope;
}

v1::Envelope HandBack(const std::string& nhs_number, const std::string& reference,
                      const std::string& of_delegation, const std::string& from) {
  v1::Envelope envelope = From(from, nhs_number);
  v1::OversightHandBack& hand_back = *envelope.mutable_oversight_hand_back();
  hand_back.set_reference(reference);
  hand_back.add_delegations()->set_reference(of_delegation);
  hand_back.set_offered_by(from);
  hand_back.set_offered_to(kCommunity);
  *hand_back.mutable_author() = Doctor(from);
  hand_back.set_reason("needs have changed");
  hand_back.mutable_contacts()->mutable_in_hours()->set_telephone("0116 496 0201");
  hand_back.mutable_contacts()->mutable_out_of_hours()->set_telephone("0116 496 0202");
  return envelope;
}

v1::Envelope Answer(const std::string& nhs_number, const std::string& sender,
                    const std::string& offer, v1::OversightAnswer answer) {
  v1::Envelope envelope = From(sender, nhs_number);
  v1::OversightResponse& response = *envelope.mutable_oversight_response();
  response.set_offer_reference(offer);
  response.set_answer(answer);
  *response.mutable_clinician() = envelope.acting_person().practitioner();
  *response.mutable_accountable_delegator() = Doctor(sender);
  response.mutable_contacts()->mutable_in_hours()->set_telephone("0116 496 0201");
  response.mutable_contacts()->mutable_out_of_hours()->set_telephone("0116 496 0202");
  return envelope;
}

v1::Envelope Concern(const std::string& nhs_number, const std::string& sender,
                     const std::string& reference, v1::ConcernKind kind,
                     const std::string& of_delegation) {
  v1::Envelope envelope = From(sender, nhs_number);
  v1::ConcernRaised& concern = *envelope.mutable_concern_raised();
  concern.set_reference(reference);
  concern.set_kind(kind);
  if (!of_delegation.empty()) concern.mutable_delegation()->set_reference(of_delegation);
  concern.set_summary("readings rise");
  *concern.mutable_noticed_at() = Timestamp(absl::FromUnixSeconds(1793610000));
  return envelope;
}

v1::Envelope Review(const std::string& nhs_number, const std::string& sender,
                    const std::string& of_delegation, v1::ReviewConclusion conclusion,
                    const std::string& next_on) {
  v1::Envelope envelope = From(sender, nhs_number);
  v1::ClinicalReview& review = *envelope.mutable_clinical_review();
  review.add_delegations()->set_reference(of_delegation);
  *review.mutable_reviewer() = envelope.acting_person().practitioner();
  *review.mutable_reviewed_at() = Timestamp(absl::FromUnixSeconds(1793610000));
  review.set_conclusion(conclusion);
  review.set_next_review_on(next_on);
  return envelope;
}

void Bring(World& world, const std::string& nhs_number, const std::string& reference,
           v1::DelegationState to, const std::string& worker) {
  const auto there = [&] {
    if (!world.Knows(nhs_number)) return false;
    for (const v1::Delegation& delegation : world.person(nhs_number).delegations()) {
      if (delegation.proposal().reference() == reference && delegation.state() == to) return true;
    }
    return false;
  };
  if (!world.Knows(nhs_number)) {
    world.Must(Episode(nhs_number, v1::EPISODE_CHANGE_KIND_OPENED, world.now));
  }
  world.Must(Proposal(nhs_number, reference));
  if (there()) return;
  world.Must(Accepted(nhs_number, reference));
  world.Must(Checked(worker, "K-" + worker, world.now));
  world.Must(Assigned(nhs_number, reference, worker));
  if (there()) return;
  world.Must(Started(nhs_number, reference, worker, world.now));
  EXPECT_TRUE(there()) << "the task did not get to " << to;
}

}  // namespace fosse::care
