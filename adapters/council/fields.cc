#include "adapters/council/fields.h"

#include <iterator>

namespace fosse::adapters::council {
namespace {

constexpr Field kEnvelope[] = {
    {"/id", "message_id", Form::kText, true},
    {"/sentAt", "sent_at", Form::kTime, true},
    {"/correlationId", "correlation_id"},
    {"/urgency", "urgency", Form::kChoice},
};

constexpr Field kPerson[] = {
    {"/nhsNumber", "nhs_number", Form::kText, true},
    {"/dateOfBirth", "date_of_birth", Form::kText, true},
    {"/familyName", "family_name", Form::kText, true},
    {"/givenName", "given_name"},
};

constexpr Field kPractitioner[] = {
    {"/register", "register", Form::kChoice},
    {"/identifier", "identifier"},
    {"/registerPart", "register_part", Form::kChoice},
    {"/registerStatus", "register_status", Form::kChoice},
    {"/registerCheckedOn", "register_checked_on"},
    {"/name", "name"},
    {"/role", "role"},
};

constexpr Field kWorker[] = {
    {"/number", "worker_number"},
    {"/employer", "employer"},
    {"/reference", "employer_reference"},
    {"/name", "name"},
};

constexpr Field kProposal[] = {
    {"/reference", "reference", Form::kText, true},
    {"/direction", "direction", Form::kChoice, true},
    {"/task/code", "task.code.code", Form::kText, true},
    {"/task/system", "task.code.system"},
    {"/task/display", "task.code.display"},
    {"/task/description", "task.description"},
    {"/task/setting", "task.setting", Form::kChoice},
    {"/task/slot", "task.slot"},
    {"/task/creamStrengthPercentX100", "task.particulars.cream_strength_percent_x100",
     Form::kNumber},
    {"/task/operationPhase", "task.particulars.operation_phase", Form::kChoice},
    {"/task/chokingPlan", "task.particulars.choking_plan", Form::kChoice},
    {"/task/equipmentSource", "task.particulars.equipment_source", Form::kChoice},
    {"/task/stomaState", "task.particulars.stoma_state", Form::kChoice},
    {"/task/inPlanOfCare", "task.particulars.in_plan_of_care", Form::kAnswer},
    {"/task/followUpDefined", "task.particulars.follow_up_defined", Form::kAnswer},
    {"/task/dressingClass", "task.particulars.dressing_class", Form::kChoice},
    {"/task/clinicianClass", "task.particulars.clinician_class", Form::kChoice},
    {"/task/creamPotency", "task.particulars.cream_potency", Form::kChoice},
    {"/task/medicinesArranged", "task.particulars.medicines_arranged", Form::kAnswer},
    {"/task/excludedForPerson", "task.particulars.excluded_for_person", Form::kAnswer},
    {"/delegating", "delegating", Form::kText, true},
    {"/delegatedTo", "delegated_to", Form::kText, true},
    {"/delegator/register", "delegator.register", Form::kChoice},
    {"/delegator/identifier", "delegator.identifier"},
    {"/delegator/registerPart", "delegator.register_part", Form::kChoice},
    {"/delegator/registerStatus", "delegator.register_status", Form::kChoice},
    {"/delegator/registerCheckedOn", "delegator.register_checked_on"},
    {"/delegator/name", "delegator.name"},
    {"/delegator/role", "delegator.role"},
    {"/delegator/organisation", "delegator.organisation"},
    {"/performer", "performer", Form::kChoice},
    {"/involvement", "involvement", Form::kChoice},
    {"/notInvolvedBecause", "not_involved_because"},
    {"/consent", "consent", Form::kChoice},
    {"/consentRecord", "consent_record"},
    {"/objectsToSharing", "objects_to_sharing", Form::kAnswer},
    {"/mdt/outcome", "mdt.outcome", Form::kChoice},
    {"/mdt/decidedOn", "mdt.decided_on"},
    {"/mdt/members", "mdt.members", Form::kTexts},
    {"/mdt/trainingClass", "mdt.training_class", Form::kChoice},
    {"/mdt/practice", "mdt.practice"},
    {"/risk/level", "risk.level", Form::kChoice},
    {"/risk/summary", "risk.summary"},
    {"/risk/recordReference", "risk.record_reference"},
    {"/plan/reference", "plan.reference"},
    {"/plan/trainingProvidedBy", "plan.training_provided_by"},
    {"/plan/competenceAssessor", "plan.competence_assessor"},
    {"/plan/ongoingSupport", "plan.ongoing_support"},
    {"/plan/clinicalReviewer", "plan.clinical_reviewer"},
    {"/plan/changed", "plan.changed", Form::kAnswer},
    {"/plan/instructions", "plan.instructions"},
    {"/plan/thresholds", "plan.thresholds"},
    {"/plan/reviewOn", "plan.review_on"},
    {"/plan/routeBack", "plan.route_back"},
    {"/considered/selfCare", "considered.self_care", Form::kAnswer},
    {"/considered/assistiveTechnology", "considered.assistive_technology", Form::kAnswer},
    {"/considered/continuity", "considered.continuity", Form::kAnswer},
    {"/considered/callFrequency", "considered.call_frequency", Form::kAnswer},
    {"/addedMinutesPerWeek", "added_minutes_per_week", Form::kNumber},
    {"/proposedOverseer", "proposed_overseer"},
    {"/interimDeliverer", "interim_deliverer"},
    {"/changeoverEndsOn", "changeover_ends_on"},
};

constexpr Field kResponse[] = {
    {"/delegation/id", "delegation.delegation_id"},
    {"/delegation/reference", "delegation.reference"},
    {"/answer", "answer", Form::kChoice, true},
    {"/subjectToTraining", "subject_to_training", Form::kAnswer},
    {"/timeFeasible", "time_feasible", Form::kAnswer},
    {"/resourcesFeasible", "resources_feasible", Form::kAnswer},
    {"/capabilityFeasible", "capability_feasible", Form::kAnswer},
    {"/costFeasible", "cost_feasible", Form::kAnswer},
    {"/withinInsurance", "within_insurance", Form::kAnswer},
    {"/withinRegistration", "within_registration", Form::kAnswer},
    {"/providerConfident", "provider_confident", Form::kAnswer},
    {"/declineReason", "decline_reason", Form::kChoice},
    {"/note", "note"},
};

constexpr Field kAssignment[] = {
    {"/delegation/id", "delegation.delegation_id"},
    {"/delegation/reference", "delegation.reference"},
    {"/worker/number", "worker.worker_number"},
    {"/worker/employer", "worker.employer"},
    {"/worker/reference", "worker.employer_reference"},
    {"/worker/name", "worker.name"},
    {"/workerAgrees", "worker_agrees", Form::kAnswer},
    {"/workerConfident", "worker_confident", Form::kAnswer},
    {"/providerConfident", "provider_confident", Form::kAnswer},
    {"/visitsConfirmed", "visits_confirmed", Form::kAnswer},
    {"/contingencyConfirmed", "contingency_confirmed", Form::kAnswer},
    {"/agreedStart", "agreed_start", Form::kTime},
    {"/removes", "removes", Form::kBoolean},
};

constexpr Field kStart[] = {
    {"/delegation/id", "delegation.delegation_id"},
    {"/delegation/reference", "delegation.reference"},
    {"/worker/number", "worker.worker_number"},
    {"/worker/employer", "worker.employer"},
    {"/worker/reference", "worker.employer_reference"},
    {"/worker/name", "worker.name"},
    {"/startedAt", "started_at", Form::kTime, true},
};

constexpr Field kPerformed[] = {
    {"/delegation/id", "delegation.delegation_id"},
    {"/delegation/reference", "delegation.reference"},
    {"/task/code", "task.code.code"},
    {"/task/setting", "task.setting", Form::kChoice},
    {"/worker/number", "worker.worker_number"},
    {"/worker/employer", "worker.employer"},
    {"/worker/reference", "worker.employer_reference"},
    {"/worker/name", "worker.name"},
    {"/performedAt", "performed_at", Form::kTime, true},
    {"/adHoc", "ad_hoc", Form::kBoolean},
    {"/observation", "observation"},
};

constexpr Field kNotDone[] = {
    {"/delegation/id", "delegation.delegation_id"},
    {"/delegation/reference", "delegation.reference"},
    {"/dueAt", "due_at", Form::kTime, true},
    {"/reason", "reason", Form::kChoice, true},
    {"/note", "note"},
};

constexpr Field kConcern[] = {
    {"/reference", "reference", Form::kText, true},
    {"/kind", "kind", Form::kChoice, true},
    {"/delegation/id", "delegation.delegation_id"},
    {"/delegation/reference", "delegation.reference"},
    {"/summary", "summary", Form::kText, true},
    {"/noticedAt", "noticed_at", Form::kTime, true},
    {"/worker/number", "noticed_by.worker_number"},
    {"/worker/employer", "noticed_by.employer"},
    {"/worker/reference", "noticed_by.employer_reference"},
    {"/worker/name", "noticed_by.name"},
    {"/closed", "closed", Form::kBoolean},
};

constexpr Field kChange[] = {
    {"/delegation/id", "delegation.delegation_id"},
    {"/delegation/reference", "delegation.reference"},
    {"/kind", "kind", Form::kChoice, true},
    {"/reason", "reason", Form::kText, true},
    {"/needHasEnded", "need_has_ended", Form::kAnswer},
};

constexpr Field kCompetency[] = {
    {"/reference", "reference", Form::kText, true},
    {"/task/code", "task.code", Form::kText, true},
    {"/task/system", "task.system"},
    {"/taskVersion", "task_version"},
    {"/trainingClass", "training_class", Form::kChoice, true},
    {"/mode", "mode", Form::kChoice, true},
    {"/trainedOn", "trained_on"},
    {"/assessedOn", "assessed_on", Form::kText, true},
    {"/sessionMinutes", "session_minutes", Form::kNumber},
    {"/assessor/register", "assessor.register", Form::kChoice},
    {"/assessor/identifier", "assessor.identifier"},
    {"/assessor/registerPart", "assessor.register_part", Form::kChoice},
    {"/assessor/registerStatus", "assessor.register_status", Form::kChoice},
    {"/assessor/registerCheckedOn", "assessor.register_checked_on"},
    {"/assessor/name", "assessor.name"},
    {"/assessor/role", "assessor.role"},
    {"/assessor/organisation", "assessor.organisation"},
    {"/competenceWasChecked", "competence_was_checked", Form::kAnswer},
    {"/assessorCompetentInTask", "assessor_competent_in_task", Form::kAnswer},
    {"/method", "method"},
    {"/standard", "standard"},
    {"/result", "result", Form::kChoice, true},
    {"/refresherDueOn", "refresher_due_on"},
    {"/evidenceReference", "evidence_reference"},
    {"/forPerson/nhsNumber", "for_person.nhs_number"},
    {"/forPerson/dateOfBirth", "for_person.date_of_birth"},
    {"/forPerson/familyName", "for_person.family_name"},
    {"/forPerson/givenName", "for_person.given_name"},
};

constexpr Field kAdvice[] = {
    {"/concernReference", "concern_reference"},
    {"/delegation/id", "delegation.delegation_id"},
    {"/delegation/reference", "delegation.reference"},
    {"/advice", "advice", Form::kText, true},
    {"/clinician/name", "clinician.name"},
    {"/clinician/role", "clinician.role"},
    {"/clinician/register", "clinician.register", Form::kChoice},
    {"/clinician/identifier", "clinician.identifier"},
};

constexpr Field kRevoked[] = {
    {"/reference", "reference", Form::kText, true},
    {"/task/code", "task.code", Form::kText, true},
    {"/task/system", "task.system"},
    {"/reason", "reason", Form::kText, true},
    {"/revokedAt", "revoked_at", Form::kTime, true},
};

constexpr Field kCoverConfirmed[] = {
    {"/order", "order_reference", Form::kText, true},
    {"/state", "state", Form::kChoice, true},
    {"/at", "at", Form::kTime, true},
    {"/visits", "visits", Form::kNumber},
};

constexpr Field kSharedCareReferral[] = {
    {"/reference", "reference", Form::kText, true},
    {"/delegation/id", "delegation.delegation_id"},
    {"/delegation/reference", "delegation.reference"},
    {"/step", "step", Form::kChoice},
    {"/reason", "reason", Form::kText, true},
    {"/headOfService", "head_of_service"},
    {"/formReference", "form_reference"},
    {"/mdt/outcome", "mdt.outcome", Form::kChoice},
    {"/mdt/decidedOn", "mdt.decided_on"},
    {"/mdt/members", "mdt.members", Form::kTexts},
    {"/personTookPart", "person_took_part", Form::kAnswer},
    {"/raisedByWorker", "raised_by_worker"},
};

constexpr Field kShare[] = {
    {"/organisation", "organisation", Form::kText, true},
    {"/shareX10000", "share_x10000", Form::kNumber, true},
};

constexpr Field kElement[] = {
    {"/element", "element", Form::kText, true},
    {"/providedBy", "provided_by", Form::kText, true},
    {"/fundedBy", "funded_by", Form::kItems, true, kShare, std::size(kShare)},
};

constexpr Field kPanelDecision[] = {
    {"/referralReference", "referral_reference", Form::kText, true},
    {"/decidedOn", "decided_on", Form::kText, true},
    {"/mayBeDelegated", "may_be_delegated", Form::kAnswer},
    {"/elements", "elements", Form::kItems, false, kElement, std::size(kElement)},
    {"/reasons", "reasons", Form::kText, true},
    {"/decidedBy", "decided_by", Form::kTexts},
};

constexpr Field kFundingDecision[] = {
    {"/delegation/id", "delegation.delegation_id"},
    {"/delegation/reference", "delegation.reference"},
    {"/shares", "shares", Form::kItems, true, kShare, std::size(kShare)},
    {"/decidedOn", "decided_on", Form::kText, true},
};

constexpr Field kDispute[] = {
    {"/reference", "reference", Form::kText, true},
    {"/delegation/id", "delegation.delegation_id"},
    {"/delegation/reference", "delegation.reference"},
    {"/jointlyFunded", "jointly_funded", Form::kBoolean},
    {"/summary", "summary", Form::kText, true},
    {"/resolved", "resolved", Form::kBoolean},
};

constexpr Field kPersonUpdate[] = {
    {"/kind", "kind", Form::kChoice, true},
    {"/occurredAt", "occurred_at", Form::kTime, true},
    {"/otherPerson/nhsNumber", "other_person.nhs_number"},
    {"/otherPerson/dateOfBirth", "other_person.date_of_birth"},
    {"/otherPerson/familyName", "other_person.family_name"},
    {"/otherPerson/givenName", "other_person.given_name"},
    {"/registeredPractice", "registered_practice"},
    {"/address", "address"},
    {"/locationRestricted", "location_restricted", Form::kBoolean},
};

constexpr Field kCode[] = {
    {"/code", "code", Form::kText, true},
    {"/system", "system"},
};

constexpr Field kTrainingRequest[] = {
    {"/reference", "reference", Form::kText, true},
    {"/trainingProvider", "training_provider", Form::kText, true},
    {"/workers", "workers", Form::kItems, true, kWorker, std::size(kWorker)},
    {"/tasks", "tasks", Form::kItems, true, kCode, std::size(kCode)},
    {"/preferredMode", "preferred_mode", Form::kChoice},
    {"/delegation/id", "delegation.delegation_id"},
    {"/delegation/reference", "delegation.reference"},
};

constexpr Field kTrainingSession[] = {
    {"/reference", "reference", Form::kText, true},
    {"/heldAt", "held_at", Form::kTime, true},
    {"/minutes", "minutes", Form::kNumber},
    {"/mode", "mode", Form::kChoice, true},
    {"/tasks", "tasks", Form::kItems, true, kCode, std::size(kCode)},
    {"/people", "people", Form::kNumber},
    {"/trainer/register", "trainer.register", Form::kChoice},
    {"/trainer/identifier", "trainer.identifier"},
    {"/trainer/registerPart", "trainer.register_part", Form::kChoice},
    {"/trainer/registerStatus", "trainer.register_status", Form::kChoice},
    {"/trainer/registerCheckedOn", "trainer.register_checked_on"},
    {"/trainer/name", "trainer.name"},
    {"/trainer/role", "trainer.role"},
    {"/trainer/organisation", "trainer.organisation"},
};

constexpr Field kPersonAway[] = {
    {"/place", "place", Form::kChoice, true},
    {"/from", "from", Form::kTime, true},
    {"/until", "until", Form::kTime},
    {"/returned", "returned", Form::kBoolean},
};

constexpr Field kEpisode[] = {
    {"/reference", "episode_reference", Form::kText, true},
    {"/kind", "kind", Form::kChoice, true},
    {"/service", "service", Form::kText, true},
    {"/organisation", "organisation", Form::kText, true},
    {"/occurredAt", "occurred_at", Form::kTime, true},
};

constexpr MessageType kTypes[] = {
    {"delegation-proposal", "delegation_proposal", About::kPerson, kProposal},
    {"delegation-response", "delegation_response", About::kPerson, kResponse},
    {"worker-assignment", "worker_assignment", About::kPerson, kAssignment},
    {"start-confirmed", "start_confirmed", About::kPerson, kStart},
    {"task-performed", "task_performed", About::kPerson, kPerformed},
    {"task-not-done", "task_not_done", About::kPerson, kNotDone},
    {"delegation-change", "delegation_change", About::kPerson, kChange},
    {"concern", "concern_raised", About::kPerson, kConcern},
    {"competency-record", "competency_record", About::kWorker, kCompetency},
    {"advice", "advice_given", About::kPerson, kAdvice},
    {"competency-revoked", "competency_revoked", About::kWorker, kRevoked},
    {"cover-confirmed", "cover_confirmed", About::kPerson, kCoverConfirmed},
    {"shared-care-referral", "shared_care_referral", About::kPerson, kSharedCareReferral},
    {"panel-decision", "panel_decision", About::kPerson, kPanelDecision},
    {"funding-decision", "funding_decision", About::kPerson, kFundingDecision},
    {"dispute", "dispute_raised", About::kPerson, kDispute},
    {"person-update", "person_update", About::kPerson, kPersonUpdate},
    {"training-request", "training_request", About::kNobody, kTrainingRequest},
    {"training-session", "training_session", About::kNobody, kTrainingSession},
    {"person-away", "person_away", About::kPerson, kPersonAway},
    {"episode-change", "episode_change", About::kPerson, kEpisode},
};

}  // namespace

absl::Span<const MessageType> MessageTypes() { return kTypes; }
absl::Span<const Field> EnvelopeFields() { return kEnvelope; }
absl::Span<const Field> PersonFields() { return kPerson; }
absl::Span<const Field> PractitionerFields() { return kPractitioner; }
absl::Span<const Field> WorkerFields() { return kWorker; }

const MessageType* FindByName(absl::string_view name) {
  for (const MessageType& type : kTypes) {
    if (type.name == name) return &type;
  }
  return nullptr;
}

const MessageType* FindByBody(absl::string_view body) {
  for (const MessageType& type : kTypes) {
    if (type.body == body) return &type;
  }
  return nullptr;
}

}  // namespace fosse::adapters::council
