// What the parameters of each kind of message are; docs/formats/fhir.md lists them for people.
#include "adapters/fhir/parameters.h"

namespace fosse::adapters::fhir {
namespace {

constexpr Parameter kProposal[] = {
    {"direction", "direction", Form::kChoice, true},
    {"performer", "performer", Form::kChoice},
    {"slot", "task.slot", Form::kCode},
    {"cream-strength-percent-x100", "task.particulars.cream_strength_percent_x100", Form::kNumber},
    {"operation-phase", "task.particulars.operation_phase", Form::kChoice},
    {"choking-plan", "task.particulars.choking_plan", Form::kChoice},
    {"equipment-source", "task.particulars.equipment_source", Form::kChoice},
    {"stoma-state", "task.particulars.stoma_state", Form::kChoice},
    {"in-plan-of-care", "task.particulars.in_plan_of_care", Form::kAnswer},
    {"follow-up-defined", "task.particulars.follow_up_defined", Form::kAnswer},
    {"dressing-class", "task.particulars.dressing_class", Form::kChoice},
    {"clinician-class", "task.particulars.clinician_class", Form::kChoice},
    {"cream-potency", "task.particulars.cream_potency", Form::kChoice},
    {"medicines-arranged", "task.particulars.medicines_arranged", Form::kAnswer},
    {"excluded-for-person", "task.particulars.excluded_for_person", Form::kAnswer},
    {"involvement", "involvement", Form::kChoice},
    {"not-involved-because", "not_involved_because", Form::kText},
    {"consent", "consent", Form::kChoice},
    {"consent-record", "consent_record", Form::kText},
    {"objects-to-sharing", "objects_to_sharing", Form::kAnswer},
    {"plan-changed", "plan.changed", Form::kAnswer},
    {"mdt-outcome", "mdt.outcome", Form::kChoice},
    {"mdt-training-class", "mdt.training_class", Form::kChoice},
    {"mdt-practice", "mdt.practice", Form::kOrganisation},
    {"considered-self-care", "considered.self_care", Form::kAnswer},
    {"considered-assistive-technology", "considered.assistive_technology", Form::kAnswer},
    {"considered-continuity", "considered.continuity", Form::kAnswer},
    {"considered-call-frequency", "considered.call_frequency", Form::kAnswer},
    {"added-minutes-per-week", "added_minutes_per_week", Form::kNumber},
    {"proposed-overseer", "proposed_overseer", Form::kOrganisation},
    {"interim-deliverer", "interim_deliverer", Form::kOrganisation},
    {"incidental-or-ancillary", "care_act.incidental_or_ancillary", Form::kAnswer},
    {"nature-expected", "care_act.nature_expected", Form::kAnswer},
    {"care-act-answered-by", "care_act.answered_by", Form::kText},
    {"changeover-ends-on", "changeover_ends_on", Form::kDay},
    {"package-content", "package_content", Form::kChoice},
    {"route-back", "plan.route_back", Form::kText},
};

constexpr Parameter kProposalParts[] = {
    {"task-description", "task.description", Form::kText},
    {"setting", "task.setting", Form::kChoice},
    {"delegating", "delegating", Form::kOrganisation},
    {"delegated-to", "delegated_to", Form::kOrganisation},
    {"delegator-name", "delegator.name", Form::kText},
    {"delegator-role", "delegator.role", Form::kText},
    {"mdt-decided-on", "mdt.decided_on", Form::kDay},
    {"mdt-member", "mdt.members", Form::kText},
    {"risk-level", "risk.level", Form::kChoice},
    {"risk-summary", "risk.summary", Form::kText},
    {"risk-record", "risk.record_reference", Form::kText},
    {"plan-reference", "plan.reference", Form::kText},
    {"plan-summary", "plan.instructions", Form::kText},
    {"thresholds", "plan.thresholds", Form::kText},
    {"next-review", "plan.review_on", Form::kDay},
    {"training-provided-by", "plan.training_provided_by", Form::kText},
    {"competence-assessor", "plan.competence_assessor", Form::kText},
    {"ongoing-support", "plan.ongoing_support", Form::kText},
    {"clinical-reviewer", "plan.clinical_reviewer", Form::kText},
};

constexpr Parameter kResponse[] = {
    {"subject-to-training", "subject_to_training", Form::kAnswer},
    {"time-feasible", "time_feasible", Form::kAnswer},
    {"resources-feasible", "resources_feasible", Form::kAnswer},
    {"capability-feasible", "capability_feasible", Form::kAnswer},
    {"cost-feasible", "cost_feasible", Form::kAnswer},
    {"within-insurance", "within_insurance", Form::kAnswer},
    {"within-registration", "within_registration", Form::kAnswer},
    {"provider-confident", "provider_confident", Form::kAnswer},
    {"decline-reason", "decline_reason", Form::kChoice},
};

constexpr Parameter kChange[] = {
    {"kind", "kind", Form::kChoice, true},
    {"need-has-ended", "need_has_ended", Form::kAnswer},
};

constexpr Parameter kAssignment[] = {
    {"delegation", "delegation", Form::kDelegation},
    {"worker", "worker", Form::kWorker, true},
    {"worker-agrees", "worker_agrees", Form::kAnswer},
    {"worker-confident", "worker_confident", Form::kAnswer},
    {"provider-confident", "provider_confident", Form::kAnswer},
    {"visits-confirmed", "visits_confirmed", Form::kAnswer},
    {"contingency-confirmed", "contingency_confirmed", Form::kAnswer},
    {"agreed-start", "agreed_start", Form::kTime},
    {"removes", "removes", Form::kBoolean},
};

constexpr Parameter kStart[] = {
    {"delegation", "delegation", Form::kDelegation},
    {"worker", "worker", Form::kWorker, true},
    {"started-at", "started_at", Form::kTime, true},
};

constexpr Parameter kPerformed[] = {
    {"delegation", "delegation", Form::kDelegation},
    {"task", "task.code", Form::kConcept},
    {"task-description", "task.description", Form::kText},
    {"setting", "task.setting", Form::kChoice},
    {"worker", "worker", Form::kWorker, true},
    {"performed-at", "performed_at", Form::kTime, true},
    {"ad-hoc", "ad_hoc", Form::kBoolean},
    {"observation", "observation", Form::kText},
};

constexpr Parameter kNotDone[] = {
    {"delegation", "delegation", Form::kDelegation},
    {"due-at", "due_at", Form::kTime, true},
    {"not-done-reason", "reason", Form::kChoice, true},
    {"note", "note", Form::kText},
};

constexpr Parameter kTrainingRequest[] = {
    {"reference", "reference", Form::kText},
    {"training-provider", "training_provider", Form::kOrganisation, true},
    {"worker", "workers", Form::kWorker, true},
    {"task", "tasks", Form::kConcept, true},
    {"preferred-mode", "preferred_mode", Form::kChoice},
    {"delegation", "delegation", Form::kDelegation},
};

constexpr Parameter kChallenge[] = {
    {"reference", "reference", Form::kText},
    {"competency-reference", "competency_reference", Form::kText, true},
    {"task", "task", Form::kConcept, true},
    {"recorded-by", "recorded_by", Form::kOrganisation},
    {"reason", "reason", Form::kText, true},
    {"raised-by-worker", "raised_by_worker", Form::kAnswer},
    {"withdrawn", "withdrawn", Form::kBoolean},
};

constexpr Parameter kOversightOffer[] = {
    {"delegation", "delegations", Form::kDelegation, true},
    {"task-summary", "task_summary", Form::kText},
    {"plan-summary", "plan_summary", Form::kText},
    {"thresholds", "thresholds", Form::kText},
    {"risk-summary", "risk_summary", Form::kText},
    {"recent-events", "recent_events", Form::kText},
    {"open-concern", "open_concern", Form::kText},
    {"next-review", "next_review_on", Form::kDay},
    {"contact-in-hours", "contacts.in_hours", Form::kContact},
    {"contact-out-of-hours", "contacts.out_of_hours", Form::kContact},
};

constexpr Parameter kOversightResponse[] = {
    {"accountable-delegator", "accountable_delegator", Form::kPractitioner},
    {"contact-in-hours", "contacts.in_hours", Form::kContact},
    {"contact-out-of-hours", "contacts.out_of_hours", Form::kContact},
    {"reason", "reason", Form::kText},
};

constexpr Parameter kHandBack[] = {
    {"delegation", "delegations", Form::kDelegation, true},
    {"reason", "reason", Form::kText, true},
    {"contact-in-hours", "contacts.in_hours", Form::kContact},
    {"contact-out-of-hours", "contacts.out_of_hours", Form::kContact},
};

constexpr Parameter kConcernRaised[] = {
    {"concern", "reference", Form::kConcern},        {"concern-kind", "kind", Form::kChoice},
    {"delegation", "delegation", Form::kDelegation}, {"concern-summary", "summary", Form::kText},
    {"noticed-at", "noticed_at", Form::kTime},       {"closed", "closed", Form::kBoolean},
};

constexpr Parameter kAdvice[] = {
    {"concern", "concern_reference", Form::kConcern},
    {"delegation", "delegation", Form::kDelegation},
    {"advice", "advice", Form::kText},
};

constexpr Parameter kReview[] = {
    {"conclusion", "conclusion", Form::kChoice, true},
    {"next-review", "next_review_on", Form::kDay, true},
    {"findings", "findings", Form::kText},
    {"closes-concern", "closes_concerns", Form::kConcern},
};

constexpr Parameter kCoverConfirmed[] = {
    {"cover-state", "state", Form::kChoice},
    {"visits", "visits", Form::kNumber},
};

constexpr Parameter kCoverOrder[] = {
    {"reference", "reference", Form::kText}, {"delegation", "delegation", Form::kDelegation},
    {"task", "task", Form::kConcept},        {"cover-by", "cover_by", Form::kOrganisation, true},
    {"from", "from", Form::kTime, true},     {"reason", "reason", Form::kText},
};

constexpr Parameter kDispute[] = {
    {"reference", "reference", Form::kText},
    {"delegation", "delegation", Form::kDelegation},
    {"jointly-funded", "jointly_funded", Form::kBoolean},
    {"summary", "summary", Form::kText, true},
    {"resolved", "resolved", Form::kBoolean},
};

constexpr Parameter kIssueReport[] = {
    {"reference", "reference", Form::kText},
    {"clause", "clause", Form::kCode},
    {"summary", "summary", Form::kText, true},
};

constexpr Parameter kBreakGlass[] = {
    {"reason-code", "reason_code", Form::kCode, true},
    {"reason", "reason", Form::kText, true},
    {"minutes", "minutes", Form::kNumber},
};

constexpr Parameter kOverride[] = {
    {"delegation", "delegation", Form::kDelegation},
    {"rule", "rule_ids", Form::kText, true},
    {"reason", "reason", Form::kText, true},
    {"until", "until", Form::kDay, true},
};

// The other record's person is named in words: a second Patient would be taken for the first.
constexpr Parameter kPersonUpdate[] = {
    {"update", "kind", Form::kChoice, true},
    {"occurred-at", "occurred_at", Form::kTime, true},
    {"other-nhs-number", "other_person.nhs_number", Form::kCode},
    {"other-date-of-birth", "other_person.date_of_birth", Form::kDay},
    {"other-family-name", "other_person.family_name", Form::kText},
    {"other-given-name", "other_person.given_name", Form::kText},
    {"registered-practice", "registered_practice", Form::kOrganisation},
    {"address", "address", Form::kText},
    {"location-restricted", "location_restricted", Form::kBoolean},
};

constexpr Parameter kRegistrationChange[] = {
    {"practice", "practice", Form::kOrganisation},
    {"registered-on", "registered_on", Form::kDay, true},
    {"practice-closing", "practice_closing", Form::kBoolean},
};

constexpr Parameter kSharedCareReferral[] = {
    {"delegation", "delegation", Form::kDelegation},
    {"step", "step", Form::kChoice},
    {"reason", "reason", Form::kText, true},
    {"head-of-service", "head_of_service", Form::kText},
    {"form-reference", "form_reference", Form::kText},
    {"mdt-outcome", "mdt.outcome", Form::kChoice},
    {"mdt-decided-on", "mdt.decided_on", Form::kDay},
    {"mdt-member", "mdt.members", Form::kText},
    {"person-took-part", "person_took_part", Form::kAnswer},
    {"raised-by-worker", "raised_by_worker", Form::kText},
};

constexpr Parameter kRiskChange[] = {
    {"risk-level", "risk.level", Form::kChoice, true},
    {"risk-summary", "risk.summary", Form::kText},
    {"risk-record", "risk.record_reference", Form::kText},
    {"delegation", "delegations", Form::kDelegation},
    {"review-by", "review_by", Form::kDay},
};

constexpr Parameter kConsentChanged[] = {
    {"delegation", "delegation", Form::kDelegation},
    {"consent", "consent", Form::kChoice},
    {"objects-to-sharing", "objects_to_sharing", Form::kAnswer},
    {"consent-record", "record_reference", Form::kText},
};

constexpr Parameter kDelegatorChanged[] = {
    {"delegation", "delegation", Form::kDelegation, true},
    {"delegator", "delegator", Form::kPractitioner},
    {"accepted", "accepted", Form::kAnswer},
    {"reason", "reason", Form::kText},
};

constexpr Parameter kPersonAway[] = {
    {"place", "place", Form::kChoice, true},
    {"from", "from", Form::kTime, true},
    {"until", "until", Form::kTime},
    {"returned", "returned", Form::kBoolean},
};

struct Table {
  absl::string_view body;
  absl::Span<const Parameter> parameters;
};

constexpr Table kTables[] = {
    {"delegation_proposal", kProposal},
    {"delegation_response", kResponse},
    {"delegation_change", kChange},
    {"worker_assignment", kAssignment},
    {"start_confirmed", kStart},
    {"task_performed", kPerformed},
    {"task_not_done", kNotDone},
    {"oversight_offer", kOversightOffer},
    {"oversight_response", kOversightResponse},
    {"oversight_hand_back", kHandBack},
    {"concern_raised", kConcernRaised},
    {"advice_given", kAdvice},
    {"clinical_review", kReview},
    {"cover_confirmed", kCoverConfirmed},
    {"registration_change", kRegistrationChange},
    {"shared_care_referral", kSharedCareReferral},
    {"risk_change", kRiskChange},
    {"consent_changed", kConsentChanged},
    {"delegator_changed", kDelegatorChanged},
    {"person_away", kPersonAway},
    {"person_update", kPersonUpdate},
    {"training_request", kTrainingRequest},
    {"competency_challenged", kChallenge},
    {"cover_order", kCoverOrder},
    {"dispute_raised", kDispute},
    {"issue_report", kIssueReport},
    {"break_glass", kBreakGlass},
    {"clinical_override", kOverride},
};

}  // namespace

absl::Span<const Parameter> ParametersOf(absl::string_view body) {
  for (const Table& table : kTables) {
    if (table.body == body) return table.parameters;
  }
  return {};
}

absl::Span<const Parameter> ProposalParts() { return kProposalParts; }

}  // namespace fosse::adapters::fhir
