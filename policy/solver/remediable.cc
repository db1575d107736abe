#include "policy/solver/remediable.h"

#include <algorithm>
#include <string>

#include "base/status.h"

namespace fosse::policy::solver {
namespace {

constexpr Remedy kDo = Remedy::kDo;
constexpr Remedy kRecord = Remedy::kRecord;
constexpr Remedy kNever = Remedy::kNever;

const std::vector<Remediable>& TheProposal() {
  static const auto* const kList = new std::vector<Remediable>{
      {"direction", kRecord, "state which way the task is handed over", {}},
      {"delegator_registration",
       kDo,
       "a registered practitioner, or the accountable officer, proposes the task",
       {"DELEGATOR_REGISTRATION_CURRENT", "DELEGATOR_REGISTRATION_COUNCIL_OFFICER"}},
      {"practitioner_basis",
       kDo,
       "send it with a user token, or from an organisation that vouches for its users",
       {"PRACTITIONER_BASIS_AUTHENTICATED", "PRACTITIONER_BASIS_ATTESTED"}},
      {"involvement",
       kDo,
       "involve person, family and carers, or record why that is not possible",
       {"INVOLVEMENT_INVOLVED", "INVOLVEMENT_NOT_POSSIBLE"}},
      {"consent",
       kDo,
       "ask the person, or whoever may decide for them; a refusal stands, and is never worked on",
       {"CONSENT_GIVEN", "CONSENT_ATTORNEY_OR_DEPUTY", "CONSENT_BEST_INTERESTS"},
       {"CONSENT_DECLINED"}},
      {"sharing_objection", kRecord, "ask the person; an objection stands", {}},
      {"mdt_decision",
       kDo,
       "the team decides, with day and members; where there is no consensus the forum decides",
       {"MDT_DECISION_AGREED"},
       {"MDT_DECISION_NO_CONSENSUS"}},
      {"mdt_training_type",
       kDo,
       "the team says what training the task needs",
       {"MDT_TRAINING_TYPE_STATED"}},
      {"risk_decision",
       kDo,
       "put the risk that the team weighed on record",
       {"RISK_DECISION_RECORDED"}},
      {"task_listing", kRecord, "state the task's code", {}},
      {"task_restriction",
       kRecord,
       "find out who alone may do it; that is not chosen for an answer",
       {}},
      {"person_exclusion",
       kRecord,
       "ask the clinicians whether they excluded it; an exclusion stands",
       {}},
      {"performer",
       kDo,
       "have someone else do the task",
       {"PERFORMER_REGISTERED_NURSE", "PERFORMER_NOT_A_REGISTERED_NURSE"}},
      {"generic_task", kRecord, "state the task's code", {}},
      {"cream_strength", kRecord, "state the strength of the cream", {}},
      {"operation_phase", kRecord, "state whether an operation is near", {}},
      {"setting", kRecord, "state where the care is given; nobody moves for an answer", {}},
      {"choking_plan", kRecord, "state how the choking risk is managed", {}},
      {"equipment_source", kRecord, "state who provides the equipment", {}},
      {"stoma_state", kRecord, "state whether the stoma is settled", {}},
      {"plan_of_care", kDo, "put the task into the plan of care", {"PLAN_OF_CARE_INCLUDED"}},
      {"follow_up", kDo, "say in the plan what to do about a reading", {"FOLLOW_UP_DEFINED"}},
      {"plan_training", kDo, "name how training is provided", {"PLAN_TRAINING_NAMED"}},
      {"plan_assessor", kDo, "name who assesses competence", {"PLAN_ASSESSOR_NAMED"}},
      {"plan_support", kDo, "name who gives support and supervision", {"PLAN_SUPPORT_NAMED"}},
      {"plan_reviewer", kDo, "name who reviews clinically", {"PLAN_REVIEWER_NAMED"}},
      {"plan_change",
       kDo,
       "state the change of plan, with parts that sum to the whole",
       {"PLAN_CHANGE_UNCHANGED", "PLAN_CHANGE_CHANGED_APPORTIONED"}},
      {"competing_delegation",
       kDo,
       "end the other delegation, or agree a dated changeover",
       {"COMPETING_DELEGATION_NONE", "COMPETING_DELEGATION_CHANGEOVER"}},
  };
  return *kList;
}

const std::vector<Remediable>& TheDelegation() {
  static const auto* const kList = new std::vector<Remediable>{
      {"proposed_overseer",
       kDo,
       "name the overseer that the framework derives, or none",
       {"PROPOSED_OVERSEER_NOT_NAMED", "PROPOSED_OVERSEER_AS_DERIVED"}},
      {"overseer", kDo, "find an overseer who accepts by name", {"OVERSEER_NAMED"}},
      {"overseer_contact",
       kDo,
       "give both duty contacts of the overseer",
       {"OVERSEER_CONTACT_STAFFED"}},
      {"practice_match", kRecord, "state the registered practice", {}},
      {"community_episode", kRecord, "state whether the person is on the caseload", {}},
      {"provider_response",
       kDo,
       "the provider answers",
       {"PROVIDER_RESPONSE_ACCEPTED"},
       {"PROVIDER_RESPONSE_DECLINED"}},
      {"feasibility",
       kDo,
       "the provider finds time, resources and capability",
       {"FEASIBILITY_FEASIBLE"}},
      {"insurance", kDo, "the provider has its insurance cover the task", {"INSURANCE_WITHIN"}},
      {"provider_registration",
       kDo,
       "the provider has its registration cover it",
       {"PROVIDER_REGISTRATION_WITHIN"}},
      {"provider_confidence",
       kDo,
       "support the provider until it is confident",
       {"PROVIDER_CONFIDENCE_CONFIDENT"}},
      {"assignment", kDo, "assign a worker", {"ASSIGNMENT_ASSIGNED"}},
      {"worker_competence",
       kDo,
       "train and assess the worker, or assign one who is competent",
       {"WORKER_COMPETENCE_IN_FORCE"}},
      {"worker_agreement",
       kDo,
       "ask a worker who agrees; nobody is talked into it",
       {"WORKER_AGREEMENT_AGREED"}},
      {"worker_confidence",
       kDo,
       "support the worker until confident",
       {"WORKER_CONFIDENCE_CONFIDENT"}},
      {"visits", kDo, "plan the visits", {"VISITS_CONFIRMED"}},
      {"contingency",
       kDo,
       "settle what happens when the worker is away",
       {"CONTINGENCY_CONFIRMED"}},
      {"delegator_objection",
       kDo,
       "ask the delegator; an objection is settled with a named clinician",
       {"DELEGATOR_OBJECTION_NONE"},
       {"DELEGATOR_OBJECTION_OBJECTS"}},
      {"delegation_state", kNever, "the record moves by messages, not by wishes", {}},
      {"interim_deliverer",
       kDo,
       "name who delivers meanwhile, or order cover",
       {"INTERIM_DELIVERER_NAMED", "INTERIM_DELIVERER_COVER_ORDERED"}},
      {"review_status",
       kDo,
       "do the review, or state in the offer that it is overdue",
       {"REVIEW_STATUS_CURRENT", "REVIEW_STATUS_OVERDUE_AND_STATED"}},
      {"start", kRecord, "record whether the worker has begun", {}},
  };
  return *kList;
}

const std::vector<Remediable>& TheCompetence() {
  static const auto* const kList = new std::vector<Remediable>{
      {"training_class", kRecord, "state the class of the competency", {}},
      {"training_mode",
       kDo,
       "train in a mode that the framework knows",
       {"TRAINING_MODE_CLASSROOM", "TRAINING_MODE_BITESIZE", "TRAINING_MODE_BLENDED",
        "TRAINING_MODE_STANDALONE_CHECK", "TRAINING_MODE_PRIOR_LEARNING",
        "TRAINING_MODE_ONE_TO_ONE"}},
      {"session_length",
       kDo,
       "keep a bitesize session within 60 minutes",
       {"SESSION_LENGTH_WITHIN_60_MINUTES"}},
      {"competence_check", kDo, "check the worker's competence", {"COMPETENCE_CHECK_CHECKED"}},
      {"prior_learning_age", kRecord, "state when the prior learning was", {}},
      {"assessor",
       kDo,
       "have a registrant assess",
       {"ASSESSOR_REGISTERED_NURSE", "ASSESSOR_OTHER_REGISTRANT"}},
      {"assessor_organisation",
       kDo,
       "have the training provider, or a signed-off trainer, assess",
       {"ASSESSOR_ORGANISATION_TRAINING_PROVIDER", "ASSESSOR_ORGANISATION_SIGNED_OFF"}},
      {"assessment_method",
       kDo,
       "record method and standard of assessment",
       {"ASSESSMENT_METHOD_RECORDED"}},
      {"competency_result", kNever, "the assessor's finding stands; train, and assess again", {}},
      {"specific_person",
       kDo,
       "name the person whom specific training serves",
       {"SPECIFIC_PERSON_NAMED"}},
  };
  return *kList;
}

const std::vector<Remediable>& TheOversight() {
  static const auto* const kList = new std::vector<Remediable>{
      {"offer_state", kDo, "the holder sends a new offer", {"OFFER_STATE_OPEN"}},
      {"offer_author",
       kDo,
       "a named registrant of the holder sends it",
       {"OFFER_AUTHOR_NAMED_CLINICIAN"}},
      {"offer_holder", kDo, "the holder sends the offer", {"OFFER_HOLDER_HOLDS"}},
      {"offer_target",
       kDo,
       "offer oversight to the practice, or back to community health",
       {"OFFER_TARGET_REGISTERED_PRACTICE", "OFFER_TARGET_COMMUNITY_HEALTH"}},
      {"offer_content", kDo, "complete the offer", {"OFFER_CONTENT_COMPLETE"}},
      {"open_concern",
       kDo,
       "settle the concern, or state it in the offer",
       {"OPEN_CONCERN_NONE", "OPEN_CONCERN_OPEN_AND_STATED"}},
      {"accepting_clinician", kDo, "a named registrant accepts", {"ACCEPTING_CLINICIAN_NAMED"}},
      {"accountable_delegator",
       kDo,
       "state who is accountable from then on",
       {"ACCOUNTABLE_DELEGATOR_NAMED"}},
      {"responder", kDo, "the organisation that was asked answers", {"RESPONDER_ASKED"}},
  };
  return *kList;
}

const std::vector<Remediable>& TheRest() {
  static const auto* const kList = new std::vector<Remediable>{
      {"consent_authority",
       kDo,
       "record the authority, or the assessment of capacity",
       {"CONSENT_AUTHORITY_RECORDED"}},
      {"existing_assessment", kRecord, "look for an assessment that could be used again", {}},
      {"ad_hoc_frequency", kRecord, "count how often it was done", {}},
      {"alternatives", kDo, "say what was thought of besides", {"ALTERNATIVES_CONSIDERED"}},
      {"cream_potency", kRecord, "state how potent the cream is", {}},
      {"medicines_arrangement",
       kDo,
       "write into the plan who is accountable for each part of medicines support",
       {"MEDICINES_ARRANGEMENT_RECORDED"}},
      {"plan_procedure",
       kDo,
       "write into the plan what to do, step by step",
       {"PLAN_PROCEDURE_WRITTEN"}},
      {"route_back",
       kDo,
       "name in the plan whom the worker turns to, and how",
       {"ROUTE_BACK_NAMED"}},
      {"package_content", kRecord, "state what the package of care holds", {}},
      {"care_act_ancillary",
       kRecord,
       "have somebody named judge the test; the judgement stands",
       {}},
      {"care_act_nature", kRecord, "have somebody named judge the test; the judgement stands", {}},
      {"taker", kRecord, "state who is asked to take the task", {}},
      {"episode_service", kRecord, "state on whose caseload the person is", {}},
      {"decline_reason", kDo, "say why it was declined", {"DECLINE_REASON_STATED"}},
      {"assessor_occupation",
       kDo,
       "have someone assess who is competent in the task",
       {"ASSESSOR_OCCUPATION_COMPETENT"}},
      {"reassessment",
       kDo,
       "set a day to look at competence again",
       {"REASSESSMENT_WITHIN_A_YEAR"}},
      {"override_cover", kNever, "whether to override is for a registrant alone to weigh", {}},
      {"override_author",
       kDo,
       "a named registrant overrides",
       {"OVERRIDE_AUTHOR_NAMED_REGISTRANT"}},
      {"override_reach", kNever, "what may be passed over is not stretched", {}},
      {"override_end",
       kDo,
       "end the override at the next team meeting",
       {"OVERRIDE_END_WITHIN_LIMIT"}},
      {"funding_dispute",
       kDo,
       "resolve the dispute by its own process; care goes on",
       {"FUNDING_DISPUTE_NONE"}},
      {"panel_decision", kNever, "the forum decides for itself", {}},
      {"at_risk_cause", kNever, "the record says what put the delegation at risk", {}},
      {"assessor_voucher",
       kDo,
       "have the assessor send the record, or the health body that answers for the assessment",
       {"ASSESSOR_VOUCHER_ASSESSOR", "ASSESSOR_VOUCHER_HEALTH_BODY"}},
  };
  return *kList;
}

Values ValuesNamed(const Fact& fact, const std::vector<absl::string_view>& names) {
  Values values = 0;
  for (const absl::string_view name : names) {
    const auto* value = fact.values().FindValueByName(std::string(name));
    FOSSE_CHECK(value != nullptr);
    values |= Values{1} << value->number();
  }
  return values;
}

// The list turned into bits, by place.
struct Ways {
  Values to = 0;
  Values from = 0;
};

const std::vector<Ways>& AllWays() {
  static const std::vector<Ways>* const kWays = [] {
    auto* all = new std::vector<Ways>(AllFacts().size());
    for (size_t place = 0; place < all->size(); ++place) {
      const Fact& fact = AllFacts()[place];
      const Remediable* remediable = FindRemediable(fact);
      if (remediable == nullptr || remediable->remedy == Remedy::kNever) continue;
      Ways& ways = (*all)[place];
      if (remediable->remedy == Remedy::kRecord) {
        ways.to = AllValues(place) & ~Values{1};
        ways.from = 1;
      } else {
        ways.to = ValuesNamed(fact, remediable->to);
        ways.from = AllValues(place) & ~ValuesNamed(fact, remediable->not_from);
      }
    }
    return all;
  }();
  return *kWays;
}

}  // namespace

const std::vector<Remediable>& AllRemediable() {
  static const std::vector<Remediable>* const kAll = [] {
    auto* all = new std::vector<Remediable>;
    for (const auto* part :
         {&TheProposal(), &TheDelegation(), &TheCompetence(), &TheOversight(), &TheRest()}) {
      all->insert(all->end(), part->begin(), part->end());
    }
    for (const Remediable& one : *all) FOSSE_CHECK(FindFact(one.fact) != nullptr);
    std::sort(all->begin(), all->end(), [](const Remediable& a, const Remediable& b) {
      return FindFact(a.fact)->number() < FindFact(b.fact)->number();
    });
    return all;
  }();
  return *kAll;
}

const Remediable* FindRemediable(const Fact& fact) {
  for (const Remediable& one : AllRemediable()) {
    if (one.fact == fact.name()) return &one;
  }
  return nullptr;
}

Values Reachable(size_t place, int value) {
  const Ways& ways = AllWays()[place];
  const Values now = Values{1} << value;
  return (ways.from & now) == 0 ? 0 : ways.to & ~now;
}

}  // namespace fosse::policy::solver
