#include <numeric>

#include "care/facts.h"
#include "care/lookup.h"
#include "care/overseer.h"
#include "care/times.h"

namespace fosse::care {
namespace {

using v1::Facts;

constexpr uint32_t kWholeX10000 = 10000;

Facts::Consent ConsentOf(const v1::DelegationProposal& proposal) {
  switch (proposal.consent()) {
    case v1::CONSENT_GIVEN:
      return Facts::CONSENT_GIVEN;
    case v1::CONSENT_DECLINED:
      return Facts::CONSENT_DECLINED;
    case v1::CONSENT_ATTORNEY_OR_DEPUTY:
      return Facts::CONSENT_ATTORNEY_OR_DEPUTY;
    case v1::CONSENT_BEST_INTERESTS:
      // Only with a capacity record; without one, nobody knows.
      return proposal.consent_record().empty() ? Facts::CONSENT_UNKNOWN
                                               : Facts::CONSENT_BEST_INTERESTS;
    case v1::CONSENT_NOT_ASKED:
      return Facts::CONSENT_NOT_ASKED;
    default:
      return Facts::CONSENT_UNKNOWN;
  }
}

Facts::MdtDecision MdtOf(const v1::DelegationProposal& proposal, absl::Time now) {
  const v1::MdtDecision& mdt = proposal.mdt();
  switch (mdt.outcome()) {
    case v1::MDT_OUTCOME_AGREED:
      return !mdt.members().empty() && IsNotAfter(mdt.decided_on(), now)
                 ? Facts::MDT_DECISION_AGREED
                 : Facts::MDT_DECISION_INCOMPLETE;
    case v1::MDT_OUTCOME_NO_CONSENSUS:
      return Facts::MDT_DECISION_NO_CONSENSUS;
    case v1::MDT_OUTCOME_PENDING:
      return Facts::MDT_DECISION_PENDING;
    default:
      return Facts::MDT_DECISION_UNKNOWN;
  }
}

Facts::Performer PerformerOf(v1::PerformerKind performer) {
  switch (performer) {
    case v1::PERFORMER_KIND_CARE_WORKER:
    case v1::PERFORMER_KIND_PERSONAL_ASSISTANT:
    case v1::PERFORMER_KIND_HEALTH_WORKER:
      return Facts::PERFORMER_NOT_A_REGISTERED_NURSE;
    case v1::PERFORMER_KIND_REGISTERED_NURSE:
      return Facts::PERFORMER_REGISTERED_NURSE;
    case v1::PERFORMER_KIND_UNPAID_CARER:
      return Facts::PERFORMER_UNPAID;
    default:
      return Facts::PERFORMER_UNKNOWN;
  }
}

// Added time is a change of the plan, whatever the sender calls it (B-2.4).
Facts::PlanChange PlanChangeOf(const v1::DelegationProposal& proposal) {
  const bool changed =
      proposal.plan().changed() == v1::ANSWER_YES || proposal.added_minutes_per_week() > 0;
  if (!changed) {
    return proposal.plan().changed() == v1::ANSWER_NO ? Facts::PLAN_CHANGE_UNCHANGED
                                                      : Facts::PLAN_CHANGE_UNKNOWN;
  }
  const uint64_t sum = std::accumulate(
      proposal.cost_shares().begin(), proposal.cost_shares().end(), uint64_t{0},
      [](uint64_t total, const v1::CostShare& share) { return total + share.share_x10000(); });
  return sum == kWholeX10000 ? Facts::PLAN_CHANGE_CHANGED_APPORTIONED
                             : Facts::PLAN_CHANGE_CHANGED_NOT_APPORTIONED;
}

void AddAgreement(const Situation& situation, const v1::DelegationProposal& proposal,
                  Facts& facts) {
  if (proposal.involvement() == v1::INVOLVEMENT_INVOLVED) {
    facts.set_involvement(Facts::INVOLVEMENT_INVOLVED);
  } else if (proposal.involvement() == v1::INVOLVEMENT_NOT_POSSIBLE &&
             !proposal.not_involved_because().empty()) {
    facts.set_involvement(Facts::INVOLVEMENT_NOT_POSSIBLE);
  }
  facts.set_consent(ConsentOf(proposal));
  if (situation.record.identity().objects_to_sharing() ||
      proposal.objects_to_sharing() == v1::ANSWER_YES) {
    facts.set_sharing_objection(Facts::SHARING_OBJECTION_OBJECTS);
  } else if (proposal.objects_to_sharing() == v1::ANSWER_NO) {
    facts.set_sharing_objection(Facts::SHARING_OBJECTION_NONE);
  }
  facts.set_mdt_decision(MdtOf(proposal, situation.now));
  if (proposal.has_mdt()) {
    facts.set_mdt_training_type(proposal.mdt().training_class() == v1::TRAINING_CLASS_UNSPECIFIED
                                    ? Facts::MDT_TRAINING_TYPE_NOT_STATED
                                    : Facts::MDT_TRAINING_TYPE_STATED);
  }
  if (proposal.has_risk()) {
    facts.set_risk_decision(proposal.risk().level() != v1::RISK_LEVEL_UNSPECIFIED &&
                                    !proposal.risk().record_reference().empty()
                                ? Facts::RISK_DECISION_RECORDED
                                : Facts::RISK_DECISION_NOT_RECORDED);
  }
}

void AddPlan(const v1::DelegationProposal& proposal, Facts& facts) {
  const v1::CarePlan& plan = proposal.plan();
  if (!plan.training_provided_by().empty()) facts.set_plan_training(Facts::PLAN_TRAINING_NAMED);
  if (!plan.competence_assessor().empty()) facts.set_plan_assessor(Facts::PLAN_ASSESSOR_NAMED);
  if (!plan.ongoing_support().empty()) facts.set_plan_support(Facts::PLAN_SUPPORT_NAMED);
  if (!plan.clinical_reviewer().empty()) facts.set_plan_reviewer(Facts::PLAN_REVIEWER_NAMED);
  if (!plan.instructions().empty()) facts.set_plan_procedure(Facts::PLAN_PROCEDURE_WRITTEN);
  if (!plan.route_back().empty()) facts.set_route_back(Facts::ROUTE_BACK_NAMED);
  facts.set_plan_change(PlanChangeOf(proposal));
}

// The branch of B-5.5 that the delegation's overseer stands on, where one is set.
Facts::Overseer BranchOf(const Situation& situation, const v1::Delegation& delegation) {
  const std::string& holder = delegation.oversight().holder();
  const DerivedOverseer derived = DeriveOverseer(situation.record, delegation, situation.directory);
  if (holder.empty()) return derived.branch;
  if (holder == derived.organisation) return derived.branch;
  switch (KindOf(situation.directory, holder)) {
    case v1::ORGANISATION_KIND_COMMUNITY_HEALTH:
      return Facts::OVERSEER_COMMUNITY_HEALTH;
    case v1::ORGANISATION_KIND_PRACTICE:
      return Facts::OVERSEER_PRACTICE;
    default:
      return Facts::OVERSEER_NAMED;
  }
}

void AddOverseer(const Situation& situation, const v1::Delegation& delegation, Facts& facts) {
  const v1::DelegationProposal& proposal = delegation.proposal();
  const DerivedOverseer derived = DeriveOverseer(situation.record, delegation, situation.directory);
  const std::string& holder = delegation.oversight().holder();
  const std::string& overseer = holder.empty() ? derived.organisation : holder;
  facts.set_overseer(BranchOf(situation, delegation));
  if (!overseer.empty()) {
    const v1::DutyContacts contacts = delegation.oversight().has_contacts()
                                          ? delegation.oversight().contacts()
                                          : ContactsOf(situation.directory, overseer);
    facts.set_overseer_contact(AreStaffed(contacts) ? Facts::OVERSEER_CONTACT_STAFFED
                                                    : Facts::OVERSEER_CONTACT_INCOMPLETE);
  }
  facts.set_proposed_overseer(
      proposal.proposed_overseer().empty()       ? Facts::PROPOSED_OVERSEER_NOT_NAMED
      : proposal.proposed_overseer() == overseer ? Facts::PROPOSED_OVERSEER_AS_DERIVED
                                                 : Facts::PROPOSED_OVERSEER_OTHER);
  const std::string& team_practice = proposal.mdt().practice();
  const std::string& registered = situation.record.identity().registered_practice();
  if (!team_practice.empty() || !registered.empty()) {
    facts.set_practice_match(!team_practice.empty() && !registered.empty() &&
                                     team_practice != registered
                                 ? Facts::PRACTICE_MATCH_DIFFERENT
                                 : Facts::PRACTICE_MATCH_SAME);
  }
  facts.set_community_episode(OpenEpisode(situation.record) != nullptr
                                  ? Facts::COMMUNITY_EPISODE_OPEN
                                  : Facts::COMMUNITY_EPISODE_NOT_OPEN);
  facts.set_episode_service(EpisodeServiceOf(
      situation.record, situation.rulebook.FindTask(delegation.proposal().task().code())));
}

Facts::InterimDeliverer InterimOf(const Situation& situation, const v1::Delegation& delegation) {
  const Interim derived = InterimDelivererOf(situation.record, delegation.proposal(),
                                             situation.directory, situation.rulebook);
  const std::string& named = delegation.interim_deliverer();
  if (named.empty() && derived.organisation.empty()) return Facts::INTERIM_DELIVERER_NONE;
  if (named.empty() || named == derived.organisation) {
    return derived.needs_cover_order ? Facts::INTERIM_DELIVERER_COVER_ORDERED
                                     : Facts::INTERIM_DELIVERER_NAMED;
  }
  return Facts::INTERIM_DELIVERER_NAMED;
}

bool IsProposedOrLive(const v1::Delegation& delegation) {
  return IsLive(delegation) || delegation.state() == v1::DELEGATION_STATE_PROPOSED ||
         delegation.state() == v1::DELEGATION_STATE_READY;
}

// Until the end of the dated changeover.
bool ChangesOver(const v1::Delegation& delegation, absl::Time now) {
  const std::string& until = delegation.proposal().changeover_ends_on();
  return !until.empty() && !IsBefore(until, now);
}

bool IsSameCare(const v1::Delegation& a, const v1::Delegation& b) {
  const v1::DelegatedTask& one = a.proposal().task();
  const v1::DelegatedTask& other = b.proposal().task();
  const bool same_task =
      a.task_code().empty() && b.task_code().empty()
          ? one.code().system() == other.code().system() && one.code().code() == other.code().code()
          : a.task_code() == b.task_code();
  return same_task && one.setting() == other.setting() && one.slot() == other.slot();
}

}  // namespace

Facts::PractitionerBasis BasisOf(const v1::ActingPerson& acting_person) {
  const v1::Practitioner& practitioner = acting_person.practitioner();
  if (practitioner.identifier().empty() && practitioner.name().empty()) {
    return Facts::PRACTITIONER_BASIS_NONE_NAMED;
  }
  switch (acting_person.basis()) {
    case v1::PRACTITIONER_BASIS_AUTHENTICATED:
      return Facts::PRACTITIONER_BASIS_AUTHENTICATED;
    case v1::PRACTITIONER_BASIS_ATTESTED:
      return Facts::PRACTITIONER_BASIS_ATTESTED;
    case v1::PRACTITIONER_BASIS_ASSERTED:
      return Facts::PRACTITIONER_BASIS_ASSERTED;
    default:
      return Facts::PRACTITIONER_BASIS_UNKNOWN;
  }
}

bool IsRegisterCurrent(const v1::Practitioner& practitioner, absl::Time now) {
  return practitioner.register_status() == v1::REGISTER_STATUS_CURRENT &&
         IsNotAfter(practitioner.register_checked_on(), now);
}

Facts::DelegatorRegistration RegistrationOf(const v1::Practitioner& delegator,
                                            const v1::DelegationProposal& proposal,
                                            const Directory& directory, absl::Time now) {
  const std::string& employer =
      delegator.organisation().empty() ? proposal.delegating() : delegator.organisation();
  const bool named = !delegator.identifier().empty() || !delegator.name().empty();
  if (!named) return Facts::DELEGATOR_REGISTRATION_UNKNOWN;
  if (delegator.register_status() == v1::REGISTER_STATUS_LAPSED) {
    return Facts::DELEGATOR_REGISTRATION_LAPSED;
  }
  if (IsNamedRegistrant(delegator) && IsRegisterCurrent(delegator, now)) {
    return Facts::DELEGATOR_REGISTRATION_CURRENT;
  }
  const bool registers = delegator.register_() != v1::REGISTER_UNSPECIFIED &&
                         delegator.register_() != v1::REGISTER_SDS &&
                         delegator.register_() != v1::REGISTER_LOCAL;
  if (!registers && KindOf(directory, employer) == v1::ORGANISATION_KIND_COUNCIL) {
    return Facts::DELEGATOR_REGISTRATION_COUNCIL_OFFICER;
  }
  return delegator.register_status() == v1::REGISTER_STATUS_NOT_REGISTERED
             ? Facts::DELEGATOR_REGISTRATION_NOT_REGISTERED
             : Facts::DELEGATOR_REGISTRATION_UNKNOWN;
}

Facts::Direction DirectionOf(const v1::DelegationProposal& proposal, const Directory& directory,
                             const policy::Rulebook& rulebook) {
  if (proposal.direction() == v1::DELEGATION_DIRECTION_HEALTH_TO_SOCIAL_CARE) {
    return Facts::DIRECTION_HEALTH_TO_SOCIAL_CARE;
  }
  if (proposal.direction() != v1::DELEGATION_DIRECTION_SOCIAL_CARE_TO_HEALTH ||
      !IsHealthBody(directory, proposal.delegated_to())) {
    return Facts::DIRECTION_UNKNOWN;
  }
  const v1::OrganisationKind from = KindOf(directory, proposal.delegating());
  if (from != v1::ORGANISATION_KIND_COUNCIL && from != v1::ORGANISATION_KIND_PROVIDER) {
    return Facts::DIRECTION_UNKNOWN;
  }
  // What is a nurse's alone was never social care's to hand over.
  Facts task;
  AddTaskFacts(rulebook, proposal.task(), task);
  switch (task.task_restriction()) {
    case Facts::TASK_RESTRICTION_REGISTERED_NURSE_ONLY:
    case Facts::TASK_RESTRICTION_DRESSING_NOT_CLASSED:
    case Facts::TASK_RESTRICTION_CLINICIAN_DECIDES:
      return Facts::DIRECTION_UNKNOWN;
    default:
      return Facts::DIRECTION_SOCIAL_CARE_TO_HEALTH;
  }
}

Facts::CompetingDelegation CompetingOf(const v1::CareRecord& record,
                                       const v1::Delegation& delegation, absl::Time now) {
  Facts::CompetingDelegation found = Facts::COMPETING_DELEGATION_NONE;
  for (const v1::Delegation& other : record.delegations()) {
    if (other.delegation_id() == delegation.delegation_id() || !IsProposedOrLive(other) ||
        !IsSameCare(other, delegation)) {
      continue;
    }
    // Either of the two may carry the date on which the changeover ends.
    if (!ChangesOver(delegation, now) && !ChangesOver(other, now)) {
      return Facts::COMPETING_DELEGATION_LIVE;
    }
    found = Facts::COMPETING_DELEGATION_CHANGEOVER;
  }
  return found;
}

bool AreDuplicates(const v1::Delegation& a, const v1::Delegation& b, absl::Time now) {
  return a.delegation_id() != b.delegation_id() && IsProposedOrLive(a) && IsProposedOrLive(b) &&
         IsSameCare(a, b) && !ChangesOver(a, now) && !ChangesOver(b, now);
}

Facts::ReviewStatus ReviewOf(const v1::Delegation& delegation, absl::Time now) {
  if (delegation.review_on().empty()) return Facts::REVIEW_STATUS_UNKNOWN;
  return IsBefore(delegation.review_on(), now) ? Facts::REVIEW_STATUS_OVERDUE
                                               : Facts::REVIEW_STATUS_CURRENT;
}

Facts::DelegationState StateFact(v1::DelegationState state) {
  switch (state) {
    case v1::DELEGATION_STATE_HELD:
      return Facts::DELEGATION_STATE_HELD;
    case v1::DELEGATION_STATE_PROPOSED:
      return Facts::DELEGATION_STATE_PROPOSED;
    case v1::DELEGATION_STATE_REFERRED:
      return Facts::DELEGATION_STATE_REFERRED;
    case v1::DELEGATION_STATE_READY:
      return Facts::DELEGATION_STATE_READY;
    case v1::DELEGATION_STATE_ACTIVE:
      return Facts::DELEGATION_STATE_ACTIVE;
    case v1::DELEGATION_STATE_AT_RISK:
      return Facts::DELEGATION_STATE_AT_RISK;
    case v1::DELEGATION_STATE_PAUSED:
      return Facts::DELEGATION_STATE_PAUSED;
    case v1::DELEGATION_STATE_SUSPENDED:
      return Facts::DELEGATION_STATE_SUSPENDED;
    case v1::DELEGATION_STATE_ENDED:
      return Facts::DELEGATION_STATE_ENDED;
    case v1::DELEGATION_STATE_DECLINED:
      return Facts::DELEGATION_STATE_DECLINED;
    default:
      return Facts::DELEGATION_STATE_NONE;
  }
}

bool IsMadeSpecific(const Situation& situation, const v1::Delegation& delegation) {
  const v1::DelegationProposal& proposal = delegation.proposal();
  const v1::CatalogueTask* listed = situation.rulebook.FindTask(proposal.task().code());
  if (listed == nullptr || listed->generic_task() < Facts::GENERIC_TASK_TASK_1 ||
      proposal.mdt().training_class() != v1::TRAINING_CLASS_SPECIFIC) {
    return false;
  }
  const Facts::MdtDecision mdt = MdtOf(proposal, situation.now);
  const bool forum_allows = !delegation.shared_care().decided_on().empty() &&
                            delegation.shared_care().may_be_delegated() == v1::ANSWER_YES;
  return mdt == Facts::MDT_DECISION_AGREED ||
         (mdt == Facts::MDT_DECISION_NO_CONSENSUS && forum_allows);
}

Facts DelegationFacts(const Situation& situation, const v1::Delegation& delegation) {
  const v1::DelegationProposal& proposal = delegation.proposal();
  Facts facts;
  facts.set_direction(DirectionOf(proposal, situation.directory, situation.rulebook));
  // A new accountable delegator counts once the employer's register check of it is known.
  const v1::Practitioner& accountable = delegation.oversight().accountable_delegator();
  facts.set_delegator_registration(RegistrationOf(
      accountable.register_status() != v1::REGISTER_STATUS_UNSPECIFIED ? accountable
                                                                       : proposal.delegator(),
      proposal, situation.directory, situation.now));
  facts.set_practitioner_basis(BasisOf(delegation.proposed_by()));
  AddAgreement(situation, proposal, facts);
  AddTaskFacts(situation.rulebook, proposal.task(), facts);
  if (IsMadeSpecific(situation, delegation)) {
    facts.set_task_listing(Facts::TASK_LISTING_SPECIFIC);
    facts.set_generic_task(Facts::GENERIC_TASK_NONE);
  }
  facts.set_performer(PerformerOf(proposal.performer()));
  AddPlan(proposal, facts);
  AddCaseFacts(situation, delegation, facts);
  facts.set_competing_delegation(CompetingOf(situation.record, delegation, situation.now));
  AddOverseer(situation, delegation, facts);
  AddWorkerFacts(delegation, WorkerInView(delegation, situation.now), situation.now, facts);
  facts.set_delegation_state(StateFact(delegation.state()));
  facts.set_interim_deliverer(InterimOf(situation, delegation));
  facts.set_open_concern(HasOpenConcern(situation.record, delegation) ? Facts::OPEN_CONCERN_OPEN
                                                                      : Facts::OPEN_CONCERN_NONE);
  facts.set_review_status(ReviewOf(delegation, situation.now));
  facts.set_start(delegation.has_started_at() ? Facts::START_CONFIRMED : Facts::START_AWAITED);
  return facts;
}

}  // namespace fosse::care
