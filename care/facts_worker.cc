#include "care/facts.h"
#include "care/times.h"

namespace fosse::care {
namespace {

using v1::Facts;

Facts::ProviderResponse AnswerOf(const v1::Delegation& delegation) {
  if (!delegation.has_response()) return Facts::PROVIDER_RESPONSE_AWAITED;
  switch (delegation.response().answer()) {
    case v1::DELEGATION_ANSWER_ACCEPTED:
      return delegation.response().subject_to_training() == v1::ANSWER_YES
                 ? Facts::PROVIDER_RESPONSE_ACCEPTED_SUBJECT_TO_TRAINING
                 : Facts::PROVIDER_RESPONSE_ACCEPTED;
    case v1::DELEGATION_ANSWER_DECLINED:
      return Facts::PROVIDER_RESPONSE_DECLINED;
    default:
      return Facts::PROVIDER_RESPONSE_UNKNOWN;
  }
}

// All four, or at least one not, or nobody knows (B-3.5 box 1).
Facts::Feasibility FeasibilityOf(const v1::DelegationResponse& response) {
  bool all = true;
  for (const v1::Answer answer : {response.time_feasible(), response.resources_feasible(),
                                  response.capability_feasible(), response.cost_feasible()}) {
    if (answer == v1::ANSWER_NO) return Facts::FEASIBILITY_NOT_FEASIBLE;
    all = all && answer == v1::ANSWER_YES;
  }
  return all ? Facts::FEASIBILITY_FEASIBLE : Facts::FEASIBILITY_UNKNOWN;
}

void AddResponse(const v1::Delegation& delegation, Facts& facts) {
  const v1::DelegationResponse& response = delegation.response();
  facts.set_provider_response(AnswerOf(delegation));
  if (response.answer() == v1::DELEGATION_ANSWER_DECLINED) {
    facts.set_decline_reason(response.decline_reason() == v1::DECLINE_REASON_UNSPECIFIED
                                 ? Facts::DECLINE_REASON_NOT_STATED
                                 : Facts::DECLINE_REASON_STATED);
  } else if (response.answer() != v1::DELEGATION_ANSWER_UNSPECIFIED) {
    facts.set_decline_reason(Facts::DECLINE_REASON_NOT_DECLINED);
  }
  facts.set_feasibility(FeasibilityOf(response));
  if (response.within_insurance() == v1::ANSWER_YES) {
    facts.set_insurance(Facts::INSURANCE_WITHIN);
  } else if (response.within_insurance() == v1::ANSWER_NO) {
    facts.set_insurance(Facts::INSURANCE_OUTSIDE);
  }
  if (response.within_registration() == v1::ANSWER_YES) {
    facts.set_provider_registration(Facts::PROVIDER_REGISTRATION_WITHIN);
  } else if (response.within_registration() == v1::ANSWER_NO) {
    facts.set_provider_registration(Facts::PROVIDER_REGISTRATION_OUTSIDE);
  }
}

void AddStatements(const v1::WorkerAssignment& stated, Facts& facts) {
  if (stated.worker_agrees() == v1::ANSWER_YES) {
    facts.set_worker_agreement(Facts::WORKER_AGREEMENT_AGREED);
  } else if (stated.worker_agrees() == v1::ANSWER_NO) {
    facts.set_worker_agreement(Facts::WORKER_AGREEMENT_DECLINED);
  }
  if (stated.worker_confident() == v1::ANSWER_YES) {
    facts.set_worker_confidence(Facts::WORKER_CONFIDENCE_CONFIDENT);
  } else if (stated.worker_confident() == v1::ANSWER_NO) {
    facts.set_worker_confidence(Facts::WORKER_CONFIDENCE_NOT_CONFIDENT);
  }
  if (stated.visits_confirmed() == v1::ANSWER_YES) {
    facts.set_visits(Facts::VISITS_CONFIRMED);
  } else if (stated.visits_confirmed() == v1::ANSWER_NO) {
    facts.set_visits(Facts::VISITS_NOT_CONFIRMED);
  }
  if (stated.contingency_confirmed() == v1::ANSWER_YES) {
    facts.set_contingency(Facts::CONTINGENCY_CONFIRMED);
  } else if (stated.contingency_confirmed() == v1::ANSWER_NO) {
    facts.set_contingency(Facts::CONTINGENCY_NOT_CONFIRMED);
  }
}

}  // namespace

Facts::WorkerCompetence CompetenceNow(const v1::Assignment& assignment, absl::Time now) {
  if (assignment.competence() == Facts::WORKER_COMPETENCE_IN_FORCE &&
      IsBefore(assignment.competence_until(), now)) {
    return Facts::WORKER_COMPETENCE_EXPIRED;
  }
  return assignment.competence();
}

const v1::Assignment* WorkerInView(const v1::Delegation& delegation, absl::Time now) {
  const v1::Assignment* found = nullptr;
  for (const v1::Assignment& assignment : delegation.assignments()) {
    const Facts::WorkerCompetence competence = CompetenceNow(assignment, now);
    const bool holds = competence == Facts::WORKER_COMPETENCE_IN_FORCE ||
                       competence == Facts::WORKER_COMPETENCE_NOT_NEEDED;
    if (assignment.assigned() && holds) return &assignment;
    if (assignment.assigned() || found == nullptr || !found->assigned()) found = &assignment;
  }
  return found;
}

void AddWorkerFacts(const v1::Delegation& delegation, const v1::Assignment* assignment,
                    absl::Time now, Facts& facts) {
  AddResponse(delegation, facts);
  // The provider speaks again once the worker is trained (B-3.5 box 3): the later word counts.
  v1::Answer confident = delegation.response().provider_confident();
  if (assignment != nullptr) {
    const v1::WorkerAssignment& stated = assignment->assignment();
    AddStatements(stated, facts);
    facts.set_worker_competence(CompetenceNow(*assignment, now));
    if (stated.provider_confident() != v1::ANSWER_UNSPECIFIED) {
      confident = stated.provider_confident();
    }
  } else if (delegation.training_class() == v1::TRAINING_CLASS_NONE) {
    facts.set_worker_competence(Facts::WORKER_COMPETENCE_NOT_NEEDED);
  }
  if (confident == v1::ANSWER_YES) {
    facts.set_provider_confidence(Facts::PROVIDER_CONFIDENCE_CONFIDENT);
  } else if (confident == v1::ANSWER_NO) {
    facts.set_provider_confidence(Facts::PROVIDER_CONFIDENCE_NOT_CONFIDENT);
  }
  facts.set_assignment(assignment != nullptr && assignment->assigned() ? Facts::ASSIGNMENT_ASSIGNED
                                                                       : Facts::ASSIGNMENT_NONE);
  facts.set_delegator_objection(delegation.delegator_objects() ? Facts::DELEGATOR_OBJECTION_OBJECTS
                                                               : Facts::DELEGATOR_OBJECTION_NONE);
}

}  // namespace fosse::care
