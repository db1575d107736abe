// Facts of the case around a proposal: who agrees for the person, what else was thought of, who
// pays, what others have decided already.
#include <algorithm>

#include "care/facts.h"
#include "care/lookup.h"
#include "care/times.h"

namespace fosse::care {
namespace {

using v1::Facts;

Facts::ConsentAuthority AuthorityOf(const v1::DelegationProposal& proposal) {
  if (proposal.consent() != v1::CONSENT_ATTORNEY_OR_DEPUTY &&
      proposal.consent() != v1::CONSENT_BEST_INTERESTS) {
    return Facts::CONSENT_AUTHORITY_NOT_NEEDED;
  }
  return proposal.consent_record().empty() ? Facts::CONSENT_AUTHORITY_NOT_RECORDED
                                           : Facts::CONSENT_AUTHORITY_RECORDED;
}

Facts::Alternatives AlternativesOf(const v1::DelegationProposal& proposal) {
  if (!proposal.has_considered()) return Facts::ALTERNATIVES_UNKNOWN;
  const v1::Considered& considered = proposal.considered();
  for (const v1::Answer answer : {considered.self_care(), considered.assistive_technology(),
                                  considered.continuity(), considered.call_frequency()}) {
    if (answer != v1::ANSWER_YES && answer != v1::ANSWER_NO) {
      return Facts::ALTERNATIVES_NOT_CONSIDERED;
    }
  }
  return Facts::ALTERNATIVES_CONSIDERED;
}

Facts::Taker TakerOf(const Directory& directory, const std::string& organisation) {
  if (IsHealthBody(directory, organisation)) return Facts::TAKER_HEALTH_BODY;
  switch (KindOf(directory, organisation)) {
    case v1::ORGANISATION_KIND_COUNCIL:
      return Facts::TAKER_COUNCIL;
    case v1::ORGANISATION_KIND_PROVIDER:
      return Facts::TAKER_PROVIDER;
    case v1::ORGANISATION_KIND_UNSPECIFIED:
      return Facts::TAKER_UNKNOWN;
    default:
      return Facts::TAKER_OTHER;
  }
}

// A yes counts only with a name to it: somebody answers for the judgement. A no needs none.
void AddCareAct(const v1::CareActTests& tests, Facts& facts) {
  const bool named = !tests.answered_by().empty();
  if (tests.incidental_or_ancillary() == v1::ANSWER_NO) {
    facts.set_care_act_ancillary(Facts::CARE_ACT_ANCILLARY_NOT_MET);
  } else if (tests.incidental_or_ancillary() == v1::ANSWER_YES && named) {
    facts.set_care_act_ancillary(Facts::CARE_ACT_ANCILLARY_MET);
  }
  if (tests.nature_expected() == v1::ANSWER_NO) {
    facts.set_care_act_nature(Facts::CARE_ACT_NATURE_NOT_MET);
  } else if (tests.nature_expected() == v1::ANSWER_YES && named) {
    facts.set_care_act_nature(Facts::CARE_ACT_NATURE_MET);
  }
}

bool IsSameTask(const v1::Delegation& a, const v1::Delegation& b) {
  if (!a.task_code().empty() || !b.task_code().empty()) return a.task_code() == b.task_code();
  const v1::Code& one = a.proposal().task().code();
  const v1::Code& other = b.proposal().task().code();
  return one.system() == other.system() && one.code() == other.code();
}

// Agreed by a team, risk weighed and on record: what another proposal would assess again.
bool HoldsAssessment(const v1::DelegationProposal& proposal, absl::Time now) {
  return proposal.mdt().outcome() == v1::MDT_OUTCOME_AGREED && !proposal.mdt().members().empty() &&
         IsNotAfter(proposal.mdt().decided_on(), now) &&
         proposal.risk().level() != v1::RISK_LEVEL_UNSPECIFIED &&
         !proposal.risk().record_reference().empty();
}

Facts::ExistingAssessment ExistingAssessmentOf(const Situation& situation,
                                               const v1::Delegation& delegation) {
  for (const v1::Delegation& other : situation.record.delegations()) {
    if (other.delegation_id() != delegation.delegation_id() && IsSameTask(other, delegation) &&
        HoldsAssessment(other.proposal(), situation.now)) {
      return Facts::EXISTING_ASSESSMENT_HELD;
    }
  }
  return Facts::EXISTING_ASSESSMENT_NONE;
}

Facts::FundingDispute DisputeOf(const v1::DisputeState& dispute) {
  if (!dispute.open()) return Facts::FUNDING_DISPUTE_NONE;
  return dispute.jointly_funded() ? Facts::FUNDING_DISPUTE_OPEN_JOINTLY_FUNDED
                                  : Facts::FUNDING_DISPUTE_OPEN;
}

Facts::PanelDecision PanelOf(const v1::SharedCareState& shared_care) {
  if (shared_care.decided_on().empty()) return Facts::PANEL_DECISION_NONE;
  switch (shared_care.may_be_delegated()) {
    case v1::ANSWER_YES:
      return Facts::PANEL_DECISION_MAY_BE_DELEGATED;
    case v1::ANSWER_NO:
      return Facts::PANEL_DECISION_MAY_NOT_BE_DELEGATED;
    default:
      return Facts::PANEL_DECISION_NONE;
  }
}

// Whether a rule looks at the worker and at nothing else, so that another worker mends it. What a
// delegator objects to is the worker (B-5.3).
bool IsAboutWorkerAlone(const v1::Rule& rule) {
  v1::When rest = rule.when();
  rest.clear_worker_competence();
  rest.clear_worker_agreement();
  rest.clear_worker_confidence();
  rest.clear_assignment();
  rest.clear_delegator_objection();
  return rest.ByteSizeLong() == 0;
}

Facts::AtRiskCause CauseOf(const Situation& situation, const v1::Delegation& delegation) {
  if (delegation.state() != v1::DELEGATION_STATE_AT_RISK) {
    return Facts::AT_RISK_CAUSE_NOT_AT_RISK;
  }
  // At risk by no rule: its provider asked to stop.
  if (delegation.missing_rules().empty()) return Facts::AT_RISK_CAUSE_OTHER;
  const auto& rules = situation.rulebook.document().rules();
  bool worker = true;
  for (const std::string& id : delegation.missing_rules()) {
    const auto rule = std::find_if(rules.begin(), rules.end(),
                                   [&id](const v1::Rule& held) { return held.id() == id; });
    // Of a rulebook that is no longer in force.
    if (rule == rules.end()) return Facts::AT_RISK_CAUSE_UNKNOWN;
    worker = worker && IsAboutWorkerAlone(*rule);
  }
  return worker ? Facts::AT_RISK_CAUSE_WORKER : Facts::AT_RISK_CAUSE_OTHER;
}

}  // namespace

void AddCaseFacts(const Situation& situation, const v1::Delegation& delegation, Facts& facts) {
  const v1::DelegationProposal& proposal = delegation.proposal();
  facts.set_consent_authority(AuthorityOf(proposal));
  facts.set_alternatives(AlternativesOf(proposal));
  facts.set_taker(TakerOf(situation.directory, proposal.delegated_to()));
  AddCareAct(proposal.care_act(), facts);
  if (proposal.package_content() == v1::PACKAGE_CONTENT_MIXED) {
    facts.set_package_content(Facts::PACKAGE_CONTENT_MIXED);
  } else if (proposal.package_content() == v1::PACKAGE_CONTENT_HEALTHCARE_ONLY) {
    facts.set_package_content(Facts::PACKAGE_CONTENT_HEALTHCARE_ONLY);
  }
  facts.set_existing_assessment(ExistingAssessmentOf(situation, delegation));
  facts.set_funding_dispute(DisputeOf(delegation.dispute()));
  facts.set_panel_decision(PanelOf(delegation.shared_care()));
  facts.set_at_risk_cause(CauseOf(situation, delegation));
}

Facts::EpisodeService EpisodeServiceOf(const v1::CareRecord& record,
                                       const v1::CatalogueTask* task) {
  if (OpenEpisode(record) == nullptr) return Facts::EPISODE_SERVICE_NO_EPISODE;
  if (task == nullptr || task->services().empty()) return Facts::EPISODE_SERVICE_FITS;
  for (const v1::Episode& episode : record.episodes()) {
    if (episode.listed() && !episode.has_closed_at() &&
        std::find(task->services().begin(), task->services().end(), episode.service()) !=
            task->services().end()) {
      return Facts::EPISODE_SERVICE_FITS;
    }
  }
  return Facts::EPISODE_SERVICE_DOES_NOT_FIT;
}

}  // namespace fosse::care
