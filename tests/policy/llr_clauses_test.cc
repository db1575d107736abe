// One table, clause by clause: what the rulebook of Leicester, Leicestershire and Rutland answers
// when one thing is changed in a situation where all is in order.
#include <ostream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/decide.h"
#include "policy/explain.h"
#include "tests/policy/llr.h"
#include "tests/support/shows.h"

namespace fosse::policy {
namespace {

using ::testing::Contains;
using ::testing::UnorderedElementsAreArray;

constexpr auto P = v1::OUTCOME_PERMIT;
constexpr auto H = v1::OUTCOME_HOLD;
constexpr auto R = v1::OUTCOME_REFER;
constexpr auto D = v1::OUTCOME_DENY;

struct Case {
  const char* name;
  const char* shows;
  v1::Question question;
  const char* facts;                 // Besides the base of the question.
  std::vector<const char*> unknown;  // Facts of the base that nobody knows.
  v1::Outcome outcome;
  std::vector<const char*> against;  // Exactly the rules that do not permit.
  const char* permits = nullptr;     // A permitting rule that is told as well.
};

void PrintTo(const Case& row, std::ostream* out) { *out << row.name; }

// One row a case, not one line a field.
// clang-format off
constexpr auto kPropose = v1::QUESTION_PROPOSE;
const Case kProposals[] = {
    {"RegistrationUnknown", "b-1.5", kPropose, "", {"delegator_registration"}, H,
     {"propose-delegator-unknown"}},
    {"RegistrationLapsed", "b-1.5", kPropose,
     "delegator_registration: DELEGATOR_REGISTRATION_LAPSED", {}, D, {"propose-delegator-lapsed"}},
    {"NotRegistered", "b-1.5", kPropose,
     "delegator_registration: DELEGATOR_REGISTRATION_NOT_REGISTERED", {}, D,
     {"propose-delegator-not-registered"}},
    {"CouncilOfficerForASocialCareTask", "b-1.5", kPropose,
     "direction: DIRECTION_SOCIAL_CARE_TO_HEALTH "
     "delegator_registration: DELEGATOR_REGISTRATION_COUNCIL_OFFICER",
     {}, P, {}, "propose-social-care-task-to-health"},
    {"BothWays", "b-2.1", kPropose,
     "direction: DIRECTION_SOCIAL_CARE_TO_HEALTH "
     "delegator_registration: DELEGATOR_REGISTRATION_COUNCIL_OFFICER",
     {"overseer", "overseer_contact"}, P, {}, "propose-social-care-task-to-health"},
    {"InvolvementUnknown", "b-1.7a", kPropose, "", {"involvement"}, H,
     {"propose-involvement-unknown"}},
    {"ConsentUnknown", "b-1.7a", kPropose, "", {"consent"}, H, {"propose-consent-missing"}},
    {"NotAsked", "b-1.7a", kPropose, "consent: CONSENT_NOT_ASKED", {}, H,
     {"propose-consent-missing"}},
    {"PersonDeclines", "b-1.7a", kPropose, "consent: CONSENT_DECLINED", {}, D,
     {"propose-consent-declined"}},
    {"ObjectsToSharing", "b-1.7a", kPropose, "sharing_objection: SHARING_OBJECTION_OBJECTS", {}, R,
     {"propose-sharing-objected"}},
    {"AssessmentToUseAgain", "b-1.7b", kPropose,
     "existing_assessment: EXISTING_ASSESSMENT_HELD", {}, P, {}, "propose-assessment-to-use-again"},
    {"AlternativesNotConsideredAreNoReasonToWait", "b-1.7g", kPropose,
     "alternatives: ALTERNATIVES_NOT_CONSIDERED", {}, P, {}, "propose-alternatives-not-considered"},
    {"ReviewDayPast", "b-1.7d", kPropose, "review_status: REVIEW_STATUS_OVERDUE", {}, H,
     {"propose-review-day-past"}},
    {"SuprapubicChange", "b-3.3", kPropose, "task_restriction: TASK_RESTRICTION_CLINICIAN_DECIDES",
     {}, R, {"propose-clinician-has-not-classed"}},
    {"CareActNotAncillary", "hwb21-22", kPropose, "care_act_ancillary: CARE_ACT_ANCILLARY_NOT_MET",
     {}, R, {"propose-care-act-not-ancillary"}},
    {"CareActNotOfTheNature", "hwb21-22", kPropose, "care_act_nature: CARE_ACT_NATURE_NOT_MET", {},
     R, {"propose-care-act-not-of-the-nature"}},
    {"CouncilWithoutEitherTest", "hwb21-22", kPropose, "taker: TAKER_COUNCIL",
     {"care_act_ancillary", "care_act_nature"}, H,
     {"propose-care-act-ancillary-unknown", "propose-care-act-nature-unknown"}},
    {"HealthcareOnlyWithoutEitherTest", "hwb21-22", kPropose,
     "package_content: PACKAGE_CONTENT_HEALTHCARE_ONLY", {"care_act_ancillary", "care_act_nature"},
     R,
     {"propose-healthcare-only-ancillary-unknown", "propose-healthcare-only-nature-unknown"}},
    {"WeakCreamOfStrongerPotency", "b-5.5b", kPropose,
     "task_listing: TASK_LISTING_NO_TRAINING generic_task: GENERIC_TASK_NONE "
     "cream_strength: CREAM_STRENGTH_ONE_PERCENT_OR_LESS cream_potency: CREAM_POTENCY_STRONGER",
     {}, R, {"propose-weak-cream-of-stronger-potency"}},
    {"SupportCreamWithoutStrength", "b-5.5 haz-25", kPropose,
     "task_listing: TASK_LISTING_NO_TRAINING generic_task: GENERIC_TASK_NONE "
     "cream_potency: CREAM_POTENCY_MILD",
     {}, H, {"propose-support-cream-strength-unknown"}},
    {"SupportCreamOfStrongerPotency", "b-5.5", kPropose,
     "task_listing: TASK_LISTING_NO_TRAINING generic_task: GENERIC_TASK_NONE "
     "cream_potency: CREAM_POTENCY_STRONGER",
     {}, R, {"propose-support-cream-of-stronger-potency", "propose-support-cream-strength-unknown"}},
    {"PotentCreamWithSpecificTraining", "b-4.4", kPropose,
     "task_listing: TASK_LISTING_SPECIFIC generic_task: GENERIC_TASK_NONE "
     "cream_strength: CREAM_STRENGTH_ONE_PERCENT_OR_LESS cream_potency: CREAM_POTENCY_STRONGER",
     {}, P, {}, "propose-agreed-by-mdt"},
    {"AuthorityUnknown", "b-1.7a", kPropose, "consent: CONSENT_ATTORNEY_OR_DEPUTY",
     {"consent_authority"}, H, {"propose-consent-authority-unknown"}},
    {"ProvidersPackageNotStated", "hwb21-22", kPropose, "",
     {"package_content", "care_act_ancillary", "care_act_nature"}, P, {},
     "propose-package-and-ancillary-not-stated"},
    {"ServiceThatDoesNotFit", "b-5.5c", kPropose, "episode_service: EPISODE_SERVICE_DOES_NOT_FIT",
     {}, P, {}, "propose-service-does-not-fit"},
    {"PanelDecidesInTheTeamsPlace", "b-7.1", kPropose,
     "mdt_decision: MDT_DECISION_NO_CONSENSUS panel_decision: PANEL_DECISION_MAY_BE_DELEGATED", {},
     P, {}, "propose-panel-lets-it-be-delegated"},
    {"DisputeStopsNothing", "b-7.3", kPropose, "funding_dispute: FUNDING_DISPUTE_OPEN", {}, P, {},
     "propose-funding-disputed"},
    {"JointDisputeStopsNothing", "b-7.2", kPropose,
     "funding_dispute: FUNDING_DISPUTE_OPEN_JOINTLY_FUNDED", {}, P, {},
     "propose-jointly-funded-dispute"},
    {"OverriddenUntilTheTeamMeets", "ctl-07", kPropose,
     "mdt_decision: MDT_DECISION_PENDING override_cover: OVERRIDE_COVER_COVERED", {}, P, {},
     "propose-overridden"},
    {"NoOverrideOfAMissingOverseer", "ctl-07", kPropose,
     "overseer: OVERSEER_NONE_DERIVED override_cover: OVERRIDE_COVER_COVERED", {}, R,
     {"propose-no-overseer-derived"}},
    {"NoOverrideOfARefusal", "ctl-07", kPropose,
     "consent: CONSENT_DECLINED override_cover: OVERRIDE_COVER_COVERED", {}, D,
     {"propose-consent-declined"}},
    {"SecondLiveDelegation", "b-1.7b", kPropose,
     "competing_delegation: COMPETING_DELEGATION_LIVE", {}, D, {"propose-competing-live"}},
    {"DatedChangeover", "b-1.7b", kPropose,
     "competing_delegation: COMPETING_DELEGATION_CHANGEOVER", {}, P, {}, "propose-changeover"},
    {"NoMdtDecision", "b-1.7e", kPropose, "", {"mdt_decision"}, H, {"propose-mdt-missing"}},
    {"MdtWithoutDayOrMembers", "b-1.7e", kPropose, "mdt_decision: MDT_DECISION_INCOMPLETE", {}, H,
     {"propose-mdt-incomplete"}},
    {"NoConsensus", "b-7.1", kPropose, "mdt_decision: MDT_DECISION_NO_CONSENSUS", {}, R,
     {"propose-mdt-no-consensus"}},
    {"UnlistedWithoutTrainingType", "b-1.8", kPropose,
     "task_listing: TASK_LISTING_NOT_LISTED generic_task: GENERIC_TASK_NONE", {"mdt_training_type"},
     R, {"propose-unlisted-task-without-training-type"}},
    {"UnlistedWithTrainingTypeNotStated", "b-1.8", kPropose,
     "task_listing: TASK_LISTING_NOT_LISTED generic_task: GENERIC_TASK_NONE "
     "mdt_training_type: MDT_TRAINING_TYPE_NOT_STATED",
     {}, R, {"propose-unlisted-task-without-training-type"}},
    {"UnlistedDecidedByMdt", "b-1.8", kPropose,
     "task_listing: TASK_LISTING_NOT_LISTED generic_task: GENERIC_TASK_NONE "
     "mdt_training_type: MDT_TRAINING_TYPE_STATED",
     {}, P, {}, "propose-unlisted-task-decided-by-mdt"},
    {"CostNotApportioned", "b-2.4", kPropose, "plan_change: PLAN_CHANGE_CHANGED_NOT_APPORTIONED",
     {}, H, {"propose-cost-not-apportioned"}},
    {"CostApportioned", "b-5.2", kPropose, "plan_change: PLAN_CHANGE_CHANGED_APPORTIONED", {}, P,
     {}, "propose-plan-changed-and-apportioned"},
    {"CatheterByACareWorker", "b-3.3 haz-10 inv-04", kPropose,
     "task_listing: TASK_LISTING_SPECIFIC generic_task: GENERIC_TASK_NONE "
     "task_restriction: TASK_RESTRICTION_REGISTERED_NURSE_ONLY",
     {}, D, {"propose-nurse-only"}},
    {"PerformerUnknown", "b-3.3", kPropose,
     "task_restriction: TASK_RESTRICTION_REGISTERED_NURSE_ONLY", {"performer"}, H,
     {"propose-performer-unknown"}},
    {"NurseOfTheProvider", "b-3.3", kPropose, "performer: PERFORMER_REGISTERED_NURSE", {}, R,
     {"propose-performer-is-providers-nurse"}},
    {"RestrictionUnknown", "b-3.3", kPropose, "", {"task_restriction"}, H,
     {"propose-restriction-unknown"}},
    {"DressingNotClassed", "b-3.3", kPropose,
     "task_restriction: TASK_RESTRICTION_DRESSING_NOT_CLASSED", {}, R,
     {"propose-dressing-not-classed"}},
    {"SocialCareOnly", "b-3.3", kPropose, "task_restriction: TASK_RESTRICTION_SOCIAL_CARE_ONLY",
     {}, R, {"propose-social-care-only"}},
    {"ExcludedForThisPerson", "b-3.3", kPropose, "person_exclusion: PERSON_EXCLUSION_EXCLUDED", {},
     D, {"propose-excluded-for-person"}},
    {"NoTrainingNamed", "b-4.1", kPropose, "", {"plan_training"}, H,
     {"propose-plan-names-no-training"}},
    {"NoAssessorNamed", "b-4.1", kPropose, "", {"plan_assessor"}, H,
     {"propose-plan-names-no-assessor"}},
    {"NoSupportNamed", "b-4.1", kPropose, "", {"plan_support"}, H,
     {"propose-plan-names-no-support"}},
    {"NoReviewerNamed", "b-4.1", kPropose, "", {"plan_reviewer"}, H,
     {"propose-plan-names-no-reviewer"}},
    {"RiskNotRecorded", "b-5.5a", kPropose, "risk_decision: RISK_DECISION_NOT_RECORDED", {}, H,
     {"propose-risk-not-recorded"}},
    {"RiskUnknown", "b-5.5a", kPropose, "", {"risk_decision"}, H, {"propose-risk-not-recorded"}},
    {"NoStaffedContact", "b-5.4", kPropose, "overseer_contact: OVERSEER_CONTACT_INCOMPLETE", {}, H,
     {"propose-overseer-contact-missing"}},
    {"OverseerUnknown", "b-5.4", kPropose, "", {"overseer"}, H, {"propose-overseer-unknown"}},
    {"PracticeForOrdinarySupport", "b-5.5b", kPropose,
     "overseer: OVERSEER_PRACTICE community_episode: COMMUNITY_EPISODE_NOT_OPEN "
     "task_listing: TASK_LISTING_NO_TRAINING generic_task: GENERIC_TASK_NONE "
     "cream_strength: CREAM_STRENGTH_NOT_A_CREAM",
     {}, P, {}, "propose-practice-oversees-no-training"},
    {"PracticeForAGenericTask", "b-5.5b", kPropose,
     "overseer: OVERSEER_PRACTICE community_episode: COMMUNITY_EPISODE_NOT_OPEN", {}, P, {},
     "propose-practice-oversees-generic"},
    {"NoBranchFits", "b-5.5b", kPropose,
     "overseer: OVERSEER_NONE_DERIVED community_episode: COMMUNITY_EPISODE_NOT_OPEN "
     "task_listing: TASK_LISTING_SPECIFIC generic_task: GENERIC_TASK_NONE",
     {}, R, {"propose-no-overseer-derived"}},
    {"OverseerCorrected", "b-5.5b", kPropose, "proposed_overseer: PROPOSED_OVERSEER_OTHER", {}, P,
     {}, "propose-overseer-corrected"},
    {"CommunityHealthOversees", "b-5.5c", kPropose, "", {}, P, {},
     "propose-community-health-oversees"},
    {"NobodyDeliversMeanwhile", "b-7.3", kPropose, "interim_deliverer: INTERIM_DELIVERER_NONE", {},
     H, {"propose-nobody-delivers-meanwhile"}},
    {"CoverOrdered", "b-7.3", kPropose, "interim_deliverer: INTERIM_DELIVERER_COVER_ORDERED", {}, P,
     {}, "propose-cover-ordered"},
    {"OnlyAsserted", "ctl-05", kPropose, "practitioner_basis: PRACTITIONER_BASIS_ASSERTED", {}, H,
     {"propose-basis-too-weak"}},
};

const Case kGenericTasks[] = {
    {"Task1Within", "b-4.5", kPropose,
     "generic_task: GENERIC_TASK_TASK_1 cream_strength: CREAM_STRENGTH_ABOVE_ONE_PERCENT", {}, P,
     {}},
    {"Task1Outside", "b-4.5", kPropose,
     "generic_task: GENERIC_TASK_TASK_1 cream_strength: CREAM_STRENGTH_ONE_PERCENT_OR_LESS", {}, R,
     {"propose-task-1-cream-too-weak"}},
    {"Task1Unknown", "b-4.5", kPropose, "generic_task: GENERIC_TASK_TASK_1", {}, H,
     {"propose-task-1-strength-unknown"}},
    {"Task2Within", "b-4.5", kPropose,
     "generic_task: GENERIC_TASK_TASK_2 operation_phase: OPERATION_PHASE_NOT_OPERATIVE", {}, P, {}},
    {"Task2Outside", "b-4.5", kPropose,
     "generic_task: GENERIC_TASK_TASK_2 operation_phase: OPERATION_PHASE_PRE_OR_POST_OPERATIVE", {},
     R, {"propose-task-2-operative"}},
    {"Task2Unknown", "b-4.5", kPropose, "generic_task: GENERIC_TASK_TASK_2", {}, H,
     {"propose-task-2-phase-unknown"}},
    {"Task3Within", "b-4.5", kPropose,
     "generic_task: GENERIC_TASK_TASK_3 setting: SETTING_CARE_HOME", {}, P, {}},
    {"Task3Outside", "b-4.5", kPropose, "generic_task: GENERIC_TASK_TASK_3", {}, R,
     {"propose-task-3-not-in-care-home"}},
    {"Task3Unknown", "b-4.5", kPropose, "generic_task: GENERIC_TASK_TASK_3", {"setting"}, H,
     {"propose-setting-unknown", "propose-task-3-setting-unknown"}},
    {"Task4Within", "b-4.5", kPropose,
     "generic_task: GENERIC_TASK_TASK_4 choking_plan: CHOKING_PLAN_STANDARD", {}, P, {}},
    {"Task4Outside", "b-4.5", kPropose,
     "generic_task: GENERIC_TASK_TASK_4 choking_plan: CHOKING_PLAN_BESPOKE", {}, R,
     {"propose-task-4-bespoke-plan"}},
    {"Task4Unknown", "b-4.5", kPropose, "generic_task: GENERIC_TASK_TASK_4", {}, H,
     {"propose-task-4-plan-unknown"}},
    {"Task5Within", "b-4.5", kPropose,
     "generic_task: GENERIC_TASK_TASK_5 equipment_source: EQUIPMENT_SOURCE_NHS", {}, P, {}},
    {"Task5Outside", "b-4.5", kPropose,
     "generic_task: GENERIC_TASK_TASK_5 equipment_source: EQUIPMENT_SOURCE_OTHER", {}, R,
     {"propose-task-5-not-nhs-equipment"}},
    {"Task5Unknown", "b-4.5", kPropose, "generic_task: GENERIC_TASK_TASK_5", {}, H,
     {"propose-task-5-source-unknown"}},
    {"Task6Within", "b-4.5", kPropose,
     "generic_task: GENERIC_TASK_TASK_6 stoma_state: STOMA_STATE_ESTABLISHED", {}, P, {}},
    {"Task6Outside", "b-4.5", kPropose,
     "generic_task: GENERIC_TASK_TASK_6 stoma_state: STOMA_STATE_NEW_OR_COMPLICATED", {}, R,
     {"propose-task-6-stoma-not-settled"}},
    {"Task6Unknown", "b-4.5", kPropose, "generic_task: GENERIC_TASK_TASK_6", {}, H,
     {"propose-task-6-stoma-unknown"}},
    {"Task7Within", "b-4.5", kPropose, "generic_task: GENERIC_TASK_TASK_7", {}, P, {}},
    {"Task7Outside", "b-4.5", kPropose, "plan_of_care: PLAN_OF_CARE_NOT_INCLUDED", {}, R,
     {"propose-task-7-not-in-plan"}},
    {"Task7Unknown", "b-4.5", kPropose, "", {"plan_of_care"}, H, {"propose-task-7-plan-unknown"}},
    {"Task7WithoutFollowUp", "b-4.5", kPropose, "follow_up: FOLLOW_UP_NOT_DEFINED", {}, H,
     {"propose-task-7-follow-up-missing"}},
};

constexpr auto kRespond = v1::QUESTION_RESPOND;
constexpr auto kCompetence = v1::QUESTION_RECOGNISE_COMPETENCE;
constexpr auto kAssign = v1::QUESTION_ASSIGN;
const Case kProvidersAndWorkers[] = {
    {"SubjectToTraining", "b-3.4 b-3.5", kRespond,
     "provider_response: PROVIDER_RESPONSE_ACCEPTED_SUBJECT_TO_TRAINING", {}, P, {},
     "respond-accepted-subject-to-training"},
    {"FeasibilityMissing", "b-3.5", kRespond, "", {"feasibility"}, H,
     {"respond-feasibility-missing"}},
    {"NotFeasible", "b-3.5", kRespond, "feasibility: FEASIBILITY_NOT_FEASIBLE", {}, R,
     {"respond-not-feasible"}},
    {"InsuranceMissing", "b-3.4", kRespond, "", {"insurance"}, H, {"respond-insurance-missing"}},
    {"OutsideInsurance", "b-3.4", kRespond, "insurance: INSURANCE_OUTSIDE", {}, R,
     {"respond-outside-insurance"}},
    {"OutsideRegistration", "b-3.4", kRespond,
     "provider_registration: PROVIDER_REGISTRATION_OUTSIDE", {}, R,
     {"respond-outside-registration"}},
    {"PriorLearningTooOld", "b-4.6 haz-12", kCompetence,
     "training_mode: TRAINING_MODE_PRIOR_LEARNING "
     "prior_learning_age: PRIOR_LEARNING_AGE_OVER_THREE_YEARS",
     {}, H, {"competence-prior-learning-too-old"}},
    {"PriorLearningUnproved", "b-4.6 haz-12", kCompetence,
     "training_mode: TRAINING_MODE_PRIOR_LEARNING "
     "prior_learning_age: PRIOR_LEARNING_AGE_WITHIN_THREE_YEARS "
     "competence_check: COMPETENCE_CHECK_NOT_CHECKED",
     {}, H, {"competence-prior-learning-unproved"}},
    {"PriorLearningInTime", "b-4.6", kCompetence,
     "training_mode: TRAINING_MODE_PRIOR_LEARNING "
     "prior_learning_age: PRIOR_LEARNING_AGE_WITHIN_THREE_YEARS",
     {}, P, {}, "competence-generic-serves-anyone"},
    {"StandaloneCheck", "b-4.6", kCompetence, "", {}, P, {}, "competence-generic-serves-anyone"},
    {"BitesizeTooLong", "b-4.6", kCompetence,
     "training_mode: TRAINING_MODE_BITESIZE session_length: SESSION_LENGTH_OVER_60_MINUTES", {}, H,
     {"competence-bitesize-too-long"}},
    {"BlendedWithoutCheck", "b-4.6", kCompetence,
     "training_mode: TRAINING_MODE_BLENDED competence_check: COMPETENCE_CHECK_NOT_CHECKED", {}, H,
     {"competence-not-checked"}},
    {"ELearningOnly", "b-4.6", kCompetence, "training_mode: TRAINING_MODE_E_LEARNING_ONLY", {}, H,
     {"competence-e-learning-only"}},
    {"AssessorIsNoNurse", "b-4.6", kCompetence, "assessor: ASSESSOR_OTHER_REGISTRANT", {}, H,
     {"competence-assessor-not-a-nurse"}},
    {"TrainerNotSignedOff", "hwb25-11", kCompetence,
     "assessor_organisation: ASSESSOR_ORGANISATION_OTHER", {}, H,
     {"competence-trainer-not-signed-off"}},
    {"TrainerSignedOff", "hwb25-11", kCompetence,
     "assessor_organisation: ASSESSOR_ORGANISATION_SIGNED_OFF", {}, P, {},
     "competence-trainer-signed-off"},
    {"MethodMissing", "b-4.2", kCompetence, "", {"assessment_method"}, H,
     {"competence-method-missing"}},
    {"NotCompetent", "b-4.2", kCompetence, "competency_result: COMPETENCY_RESULT_NOT_COMPETENT",
     {}, D, {"competence-not-competent"}},
    {"SpecificForNobody", "b-4.4 haz-13", kCompetence,
     "training_class: TRAINING_CLASS_SPECIFIC training_mode: TRAINING_MODE_ONE_TO_ONE "
     "specific_person: SPECIFIC_PERSON_NOT_NAMED task_listing: TASK_LISTING_SPECIFIC "
     "generic_task: GENERIC_TASK_NONE",
     {}, H, {"competence-specific-person-missing"}},
    {"SpecificForOne", "b-4.4", kCompetence,
     "training_class: TRAINING_CLASS_SPECIFIC training_mode: TRAINING_MODE_ONE_TO_ONE "
     "specific_person: SPECIFIC_PERSON_NAMED task_listing: TASK_LISTING_SPECIFIC "
     "generic_task: GENERIC_TASK_NONE",
     {}, P, {}, "competence-specific-serves-one-person"},
    {"SpecificByAClerksWord", "b-4.6 haz-11", kCompetence,
     "training_class: TRAINING_CLASS_SPECIFIC training_mode: TRAINING_MODE_ONE_TO_ONE "
     "specific_person: SPECIFIC_PERSON_NAMED task_listing: TASK_LISTING_SPECIFIC "
     "generic_task: GENERIC_TASK_NONE assessor_voucher: ASSESSOR_VOUCHER_OTHER",
     {}, H, {"competence-specific-not-vouched-for"}},
    {"PriorLearningByAnOutsideTrainer", "b-4.6", kCompetence,
     "training_mode: TRAINING_MODE_PRIOR_LEARNING "
     "prior_learning_age: PRIOR_LEARNING_AGE_WITHIN_THREE_YEARS "
     "assessor_organisation: ASSESSOR_ORGANISATION_SIGNED_OFF",
     {}, H, {"competence-prior-learning-not-for-the-trainer"}},
    {"StandaloneCheckUnstated", "b-4.6", kCompetence, "", {"competence_check"}, H,
     {"competence-check-without-check"}},
    {"NotConfidentWhileRunning", "b-3.5", kAssign, "delegation_state: DELEGATION_STATE_ACTIVE",
     {"worker_confidence"}, H, {"assign-worker-not-confident-while-running"}},
    {"NoCompetence", "b-2.3", kAssign, "worker_competence: WORKER_COMPETENCE_NONE", {}, H,
     {"assign-no-competence"}},
    {"ForAnotherPerson", "b-4.4 haz-13", kAssign,
     "worker_competence: WORKER_COMPETENCE_FOR_ANOTHER_PERSON", {}, H,
     {"assign-competence-for-another-person"}},
    {"Expired", "b-2.3 haz-12", kAssign, "worker_competence: WORKER_COMPETENCE_EXPIRED", {}, H,
     {"assign-competence-expired"}},
    {"TaskChanged", "b-3.5 haz-12", kAssign, "worker_competence: WORKER_COMPETENCE_TASK_CHANGED",
     {}, H, {"assign-task-changed-since-training"}},
    {"Revoked", "b-4.2", kAssign, "worker_competence: WORKER_COMPETENCE_REVOKED", {}, D,
     {"assign-not-competent"}},
    {"WorkerNotAsked", "b-2.3", kAssign, "", {"worker_agreement"}, H, {"assign-agreement-missing"}},
    {"WorkerDeclines", "b-2.3", kAssign, "worker_agreement: WORKER_AGREEMENT_DECLINED", {}, D,
     {"assign-worker-declined"}},
    {"AtRiskForMoreThanItsWorker", "b-7.3", kAssign,
     "delegation_state: DELEGATION_STATE_AT_RISK at_risk_cause: AT_RISK_CAUSE_OTHER", {}, H,
     {"assign-delegation-at-risk"}},
    {"ReplacementWhileAtRisk", "b-7.3", kAssign,
     "delegation_state: DELEGATION_STATE_AT_RISK at_risk_cause: AT_RISK_CAUSE_WORKER", {}, P, {},
     "assign-replacement-while-at-risk"},
};

constexpr auto kActivate = v1::QUESTION_ACTIVATE;
constexpr auto kPerform = v1::QUESTION_PERFORM;
constexpr auto kContinue = v1::QUESTION_CONTINUE;
const Case kRunning[] = {
    {"ReadyWhileStartIsAwaited", "b-2.3", kActivate, "", {}, P, {}, "activate-ready"},
    {"ActiveAtTheStart", "b-2.3", kActivate, "start: START_CONFIRMED", {}, P, {},
     "activate-started"},
    {"StartUnknown", "b-7.3", kActivate, "", {"start"}, H, {"activate-start-unknown"}},
    {"AcceptanceAwaited", "b-3.4", kActivate, "provider_response: PROVIDER_RESPONSE_AWAITED", {}, H,
     {"activate-no-acceptance"}},
    {"AcceptedAndNothingElse", "b-3.4 b-2.3 b-3.5", kActivate,
     "assignment: ASSIGNMENT_NONE",
     {"worker_competence", "worker_agreement", "worker_confidence", "provider_confidence", "visits",
      "contingency"},
     H,
     {"activate-agreement-missing", "activate-competence-missing",
      "activate-contingency-not-confirmed", "activate-no-assignment",
      "activate-provider-not-confident", "activate-visits-not-confirmed",
      "activate-worker-not-confident"}},
    {"ReservedAtTheStart", "b-3.3 haz-10 inv-04", kActivate,
     "start: START_CONFIRMED task_restriction: TASK_RESTRICTION_REGISTERED_NURSE_ONLY", {}, D,
     {"activate-nurse-only"}},
    {"DelegatorObjects", "b-5.3", kActivate, "delegator_objection: DELEGATOR_OBJECTION_OBJECTS", {},
     R, {"activate-delegator-objects"}},
    {"NoContactAtTheStart", "b-5.4", kActivate, "", {"overseer_contact"}, H,
     {"activate-overseer-contact-missing"}},
    {"ConsentWithdrawnBeforeTheStart", "b-1.7a", kActivate, "consent: CONSENT_DECLINED", {}, D,
     {"activate-consent-declined"}},
    {"UntrainedWorker", "b-2.3", kPerform, "worker_competence: WORKER_COMPETENCE_NONE", {}, H,
     {"perform-without-competence"}},
    {"CompetentWorker", "b-2.3", kPerform, "", {}, P, {}, "perform-competent"},
    {"AdHocByACompetentWorker", "b-1.7c", kPerform, "delegation_state: DELEGATION_STATE_NONE", {},
     P, {}, "perform-ad-hoc-competent"},
    {"AdHocPastItsLimit", "b-4.5 b-1.7c", kPerform,
     "delegation_state: DELEGATION_STATE_NONE generic_task: GENERIC_TASK_TASK_7 "
     "task_listing: TASK_LISTING_GENERIC plan_of_care: PLAN_OF_CARE_NOT_INCLUDED",
     {}, H, {"perform-ad-hoc-task-7-not-in-plan"}},
    {"AdHocWithAnUnstatedLimit", "b-4.5 b-1.7c", kPerform,
     "delegation_state: DELEGATION_STATE_NONE generic_task: GENERIC_TASK_TASK_7 "
     "task_listing: TASK_LISTING_GENERIC", {}, P, {}, "perform-ad-hoc-task-7-plan-not-stated"},
    {"SocialCareOnlyWhileItRuns", "b-3.3", kContinue,
     "task_restriction: TASK_RESTRICTION_SOCIAL_CARE_ONLY", {}, R, {"continue-social-care-only"}},
    {"DelegatorObjectsWhileItRuns", "b-5.3", kContinue,
     "delegator_objection: DELEGATOR_OBJECTION_OBJECTS", {}, R, {"continue-delegator-objects"}},
    {"BeforeTheStart", "b-3.4", kPerform, "delegation_state: DELEGATION_STATE_READY", {}, H,
     {"perform-delegation-not-in-force"}},
    {"ReservedTaskDone", "b-3.3 haz-10", kPerform,
     "task_restriction: TASK_RESTRICTION_REGISTERED_NURSE_ONLY", {}, D, {"perform-nurse-only"}},
    {"NothingLapsed", "b-7.3", kContinue, "", {}, P, {}, "continue-care-goes-on"},
    {"CompetenceLapsed", "b-7.3 haz-12", kContinue, "worker_competence: WORKER_COMPETENCE_EXPIRED",
     {}, H, {"continue-competence-lapsed"}},
    {"CompetenceRevoked", "b-4.2", kContinue, "worker_competence: WORKER_COMPETENCE_REVOKED", {}, D,
     {"continue-not-competent"}},
    {"NobodyOversees", "b-5.4", kContinue, "overseer: OVERSEER_NONE_DERIVED", {}, R,
     {"continue-no-overseer"}},
    {"ReviewOverdueGoesOn", "b-7.3", kContinue, "review_status: REVIEW_STATUS_OVERDUE", {}, P, {},
     "continue-review-overdue"},
};

constexpr auto kOffer = v1::QUESTION_OFFER_OVERSIGHT;
constexpr auto kTake = v1::QUESTION_TAKE_OVERSIGHT;
const Case kHandovers[] = {
    {"NamedNurseOffers", "b-5.5d", kOffer, "", {}, P, {}, "offer-to-registered-practice"},
    {"NobodyNamedOffers", "b-5.5d", kOffer, "offer_author: OFFER_AUTHOR_NOT_NAMED", {}, H,
     {"offer-author-not-named"}},
    {"OfferIncomplete", "b-5.5d", kOffer, "offer_content: OFFER_CONTENT_INCOMPLETE", {}, H,
     {"offer-content-missing"}},
    {"ConcernNotStated", "b-5.5d", kOffer, "open_concern: OPEN_CONCERN_OPEN", {}, H,
     {"offer-concern-not-stated"}},
    {"HandBackWithoutAReason", "b-5.5d", kOffer,
     "offer_target: OFFER_TARGET_COMMUNITY_HEALTH offer_content: OFFER_CONTENT_INCOMPLETE "
     "open_concern: OPEN_CONCERN_OPEN", {}, H,
     {"offer-content-missing", "offer-concern-not-stated"}},
    {"HandBackWithAConcernOpen", "b-5.5d b-5.5c", kOffer,
     "offer_target: OFFER_TARGET_COMMUNITY_HEALTH open_concern: OPEN_CONCERN_OPEN_AND_STATED", {},
     P, {}, "offer-back-concern-open"},
    {"NotTheHolder", "b-5.4", kOffer, "offer_holder: OFFER_HOLDER_DOES_NOT_HOLD", {}, D,
     {"offer-not-the-holder"}},
    {"OfferedElsewhere", "b-5.5d", kOffer, "offer_target: OFFER_TARGET_OTHER", {}, R,
     {"offer-target-other"}},
    {"NamedClinicianAccepts", "b-5.5d", kTake, "", {}, P, {}, "take-accepted-by-named-clinician"},
    {"FollowsTheService", "hwb25-6", kTake, "", {}, P, {}, "take-follows-the-service"},
    {"SystemAnswers", "b-5.5d", kTake, "accepting_clinician: ACCEPTING_CLINICIAN_NOT_NAMED", {}, H,
     {"take-clinician-not-named"}},
    {"OfferExpired", "b-5.5d", kTake, "offer_state: OFFER_STATE_EXPIRED", {}, D,
     {"take-offer-not-open"}},
    {"AnotherAnswers", "b-5.5d", kTake, "responder: RESPONDER_OTHER", {}, D,
     {"take-responder-not-asked"}},
    {"NoAccountableDelegator", "b-5.3", kTake, "", {"accountable_delegator"}, H,
     {"take-delegator-not-named"}},
    {"NoContacts", "b-5.4", kTake, "overseer_contact: OVERSEER_CONTACT_INCOMPLETE", {}, H,
     {"take-contact-missing"}},
    {"ConcernOpen", "b-5.5d", kTake, "open_concern: OPEN_CONCERN_OPEN_AND_STATED", {}, H,
     {"take-concern-open"}},
    {"ReviewOverdue", "b-5.5d", kTake, "review_status: REVIEW_STATUS_OVERDUE", {}, H,
     {"take-review-overdue"}},
    {"StillOpenToCommunityHealth", "b-5.5c", kTake, "community_episode: COMMUNITY_EPISODE_OPEN", {},
     H, {"take-episode-still-open"}},
    {"OnlyAsserted", "ctl-05", kTake, "practitioner_basis: PRACTITIONER_BASIS_ASSERTED", {}, H,
     {"take-basis-too-weak"}},
};

// clang-format on

class Clause : public ::testing::TestWithParam<Case> {};

TEST_P(Clause, IsAnswered) {
  const Case& row = GetParam();
  Shows({row.shows});
  v1::Facts facts = BaseOf(row.question);
  for (const char* name : row.unknown) Forget(name, facts);
  facts.MergeFrom(FactsOf(row.facts));
  const v1::Decision decision =
      Explain(Llr(), row.question, facts, Decide(Llr(), row.question, facts));
  EXPECT_EQ(decision.outcome(), row.outcome);
  std::vector<std::string> against, permits;
  for (const v1::Finding& finding : decision.findings()) {
    (finding.outcome() == P ? permits : against).push_back(finding.rule_id());
  }
  EXPECT_THAT(against, UnorderedElementsAreArray(row.against));
  if (row.permits != nullptr) {
    EXPECT_THAT(permits, Contains(row.permits));
  }
}

const auto kName = [](const auto& test) { return std::string(test.param.name); };
INSTANTIATE_TEST_SUITE_P(Propose, Clause, ::testing::ValuesIn(kProposals), kName);
INSTANTIATE_TEST_SUITE_P(Generic, Clause, ::testing::ValuesIn(kGenericTasks), kName);
INSTANTIATE_TEST_SUITE_P(Provider, Clause, ::testing::ValuesIn(kProvidersAndWorkers), kName);
INSTANTIATE_TEST_SUITE_P(Running, Clause, ::testing::ValuesIn(kRunning), kName);
INSTANTIATE_TEST_SUITE_P(Handover, Clause, ::testing::ValuesIn(kHandovers), kName);

// What the training office is told about old prior learning: a check is offered, and by whom.
TEST(LlrWordsTest, OldPriorLearningIsOfferedACheck) {
  Shows({"b-4.6"});
  v1::Facts facts = BaseOf(kCompetence);
  facts.set_training_mode(v1::Facts::TRAINING_MODE_PRIOR_LEARNING);
  facts.set_prior_learning_age(v1::Facts::PRIOR_LEARNING_AGE_OVER_THREE_YEARS);
  const v1::Decision decision =
      Explain(Llr(), kCompetence, facts, Decide(Llr(), kCompetence, facts));
  ASSERT_EQ(decision.outcome(), H);
  EXPECT_EQ(decision.findings(0).clause(), "B-4.6");
  EXPECT_EQ(decision.findings(0).remedy(), "A competency check is offered.");
  EXPECT_EQ(decision.findings(0).route(), v1::ROUTE_TRAINING_PROVIDER);
}

}  // namespace
}  // namespace fosse::policy
