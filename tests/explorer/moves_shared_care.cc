// Rows of the alphabet about Shared Care (Appendix A) and tasks of social care that health does
// (B-2.1).
#include "absl/strings/str_cat.h"
#include "care/times.h"
#include "tests/care/messages.h"
#include "tests/explorer/moves.h"

namespace fosse::care::rows {
namespace {

// One case for each task, under its one reference.
template <v1::SharedCareStep kStep, v1::MdtOutcome kOutcome = v1::MDT_OUTCOME_AGREED>
bool Report(const State& state, const Bounds&, const About& about, const char* sender,
            v1::Envelope& envelope) {
  if (TaskOf(state, about) == nullptr) return false;
  envelope = From(sender, Number(about));
  v1::SharedCareReferral& referral = *envelope.mutable_shared_care_referral();
  referral.set_reference("SC-1");
  referral.mutable_delegation()->set_reference(Ref(about));
  referral.set_reason("the care mixes health and social care");
  referral.set_step(kStep);
  if (kStep == v1::SHARED_CARE_STEP_NEED_SPOTTED) referral.set_raised_by_worker(kWorker);
  if (kStep == v1::SHARED_CARE_STEP_TEAM_MET) {
    referral.mutable_mdt()->set_outcome(kOutcome);
    referral.mutable_mdt()->add_members("community nurse");
    referral.mutable_mdt()->add_members("social worker");
    referral.set_person_took_part(v1::ANSWER_YES);
  }
  if (kStep == v1::SHARED_CARE_STEP_FORM_COMPLETED) referral.set_form_reference("FORM-7");
  if (kStep == v1::SHARED_CARE_STEP_PASSED_ON) referral.set_head_of_service("Head of nursing");
  return true;
}

template <v1::Answer kMayBeDelegated>
bool Decide(const State& state, const Bounds&, const About& about, const char* sender,
            v1::Envelope& envelope) {
  const v1::Delegation* task = TaskOf(state, about);
  if (task == nullptr || task->shared_care().reference().empty()) return false;
  envelope = From(sender, Number(about));
  v1::PanelDecision& decision = *envelope.mutable_panel_decision();
  decision.set_referral_reference("SC-1");
  decision.set_decided_on(DayOf(state.now));
  decision.set_may_be_delegated(kMayBeDelegated);
  decision.set_reasons("weighed");
  v1::PanelElement& element = *decision.add_elements();
  element.set_element("the morning test");
  element.set_provided_by(kProvider);
  for (const auto& [payer, part] : {std::pair(kCommissioner, 6000U), {kCouncil, 4000U}}) {
    v1::CostShare& share = *element.add_funded_by();
    share.set_organisation(payer);
    share.set_share_x10000(part);
  }
  return true;
}

// Breakfast, which the nurses who come each morning could make.
bool ProposeToHealth(const State& state, const Bounds& bounds, const About& about,
                     const char* sender, v1::Envelope& envelope) {
  if (!MayPropose(state, bounds, about)) return false;
  envelope = From(sender, Number(about));
  v1::DelegationProposal& proposal = *envelope.mutable_delegation_proposal();
  proposal = Proposal(Number(about), Ref(about)).delegation_proposal();
  proposal.set_direction(v1::DELEGATION_DIRECTION_SOCIAL_CARE_TO_HEALTH);
  proposal.mutable_task()->mutable_code()->set_code("meal-preparation");
  proposal.mutable_task()->mutable_particulars()->set_clinician_class(
      v1::CLINICIAN_CLASS_MAY_DELEGATE);
  proposal.set_delegating(sender);
  proposal.set_delegated_to(kCommunity);
  *proposal.mutable_delegator() = envelope.acting_person().practitioner();
  proposal.mutable_mdt()->set_training_class(v1::TRAINING_CLASS_NONE);
  return true;
}

template <v1::DelegationAnswer kAnswer>
bool AnswerAsHealth(const State& state, const Bounds&, const About& about, const char* sender,
                    v1::Envelope& envelope) {
  if (TaskOf(state, about) == nullptr) return false;
  v1::DelegationResponse response = Accepted(Number(about), Ref(about)).delegation_response();
  response.set_answer(kAnswer);
  envelope = From(sender, Number(about));
  *envelope.mutable_delegation_response() = std::move(response);
  return true;
}

bool AssignOfHealth(const State& state, const Bounds&, const About& about, const char* sender,
                    v1::Envelope& envelope) {
  if (TaskOf(state, about) == nullptr) return false;
  envelope = Assigned(Number(about), Ref(about), ReferenceOf(about.worker));
  envelope.set_sender(sender);
  envelope.mutable_worker_assignment()->mutable_worker()->set_employer(sender);
  return true;
}

bool StartOfHealth(const State& state, const Bounds&, const About& about, const char* sender,
                   v1::Envelope& envelope) {
  if (TaskOf(state, about) == nullptr) return false;
  envelope = Started(Number(about), Ref(about), ReferenceOf(about.worker), state.now);
  envelope.set_sender(sender);
  envelope.mutable_start_confirmed()->mutable_worker()->set_employer(sender);
  return true;
}

bool PerformOfHealth(const State& state, const Bounds&, const About& about, const char* sender,
                     v1::Envelope& envelope) {
  if (TaskOf(state, about) == nullptr) return false;
  envelope = Performed(Number(about), Ref(about), ReferenceOf(about.worker), state.now);
  envelope.set_sender(sender);
  envelope.mutable_task_performed()->mutable_worker()->set_employer(sender);
  return true;
}

template <v1::DelegationChangeKind kKind>
bool ChangeIt(const State& state, const Bounds&, const About& about, const char* sender,
              v1::Envelope& envelope) {
  if (TaskOf(state, about) == nullptr) return false;
  envelope = Change(sender, Number(about), Ref(about), kKind, v1::ANSWER_NO);
  return true;
}

}  // namespace

std::vector<Row> OfSharedCare() {
  constexpr Group kGroup = Group::kSharedCare;
  return {
      {"reports that a shared need was seen",
       kGroup,
       kPer,
       kPer,
       kNot,
       {kProvider, kCommunity},
       Report<v1::SHARED_CARE_STEP_NEED_SPOTTED>},
      {"reports that the team met and agreed",
       kGroup,
       kPer,
       kPer,
       kNot,
       {kCommunity},
       Report<v1::SHARED_CARE_STEP_TEAM_MET>},
      {"reports that the team met and did not agree",
       kGroup,
       kPer,
       kPer,
       kNot,
       {kCommunity},
       Report<v1::SHARED_CARE_STEP_TEAM_MET, v1::MDT_OUTCOME_NO_CONSENSUS>},
      {"reports the form",
       kGroup,
       kPer,
       kPer,
       kNot,
       {kCommunity},
       Report<v1::SHARED_CARE_STEP_FORM_COMPLETED>},
      {"passes the form on",
       kGroup,
       kPer,
       kPer,
       kNot,
       {kCommunity},
       Report<v1::SHARED_CARE_STEP_PASSED_ON>},
      {"decides: it may be delegated",
       kGroup,
       kPer,
       kPer,
       kNot,
       {kSharedCare},
       Decide<v1::ANSWER_YES>},
      {"decides: it may not be delegated",
       kGroup,
       kPer,
       kPer,
       kNot,
       {kSharedCare},
       Decide<v1::ANSWER_NO>},
      {"tells the worker the decision",
       kGroup,
       kPer,
       kPer,
       kNot,
       {kProvider, kCommunity},
       Report<v1::SHARED_CARE_STEP_TOLD>},
  };
}

std::vector<Row> OfSocialCare() {
  constexpr Group kGroup = Group::kToHealth;
  return {
      {"asks health to make breakfast", kGroup, kPer, kPer, kNot, {kCouncil}, ProposeToHealth},
      {"accepts it",
       kGroup,
       kPer,
       kPer,
       kNot,
       {kCommunity},
       AnswerAsHealth<v1::DELEGATION_ANSWER_ACCEPTED>},
      {"declines it",
       kGroup,
       kPer,
       kPer,
       kNot,
       {kCommunity},
       AnswerAsHealth<v1::DELEGATION_ANSWER_DECLINED>},
      {"assigns its own", kGroup, kPer, kPer, kPer, {kCommunity}, AssignOfHealth},
      {"confirms that its own has begun", kGroup, kPer, kPer, kPer, {kCommunity}, StartOfHealth},
      {"reports breakfast made", kGroup, kPer, kPer, kPer, {kCommunity}, PerformOfHealth},
      {"suspends it",
       kGroup,
       kPer,
       kPer,
       kNot,
       {kCouncil, kCommunity},
       ChangeIt<v1::DELEGATION_CHANGE_KIND_SUSPEND>},
      {"resumes it",
       kGroup,
       kPer,
       kPer,
       kNot,
       {kCouncil, kCommunity},
       ChangeIt<v1::DELEGATION_CHANGE_KIND_RESUME>},
      {"ends it",
       kGroup,
       kPer,
       kPer,
       kNot,
       {kCouncil, kCommunity},
       ChangeIt<v1::DELEGATION_CHANGE_KIND_END>},
      {"objects to who does it",
       kGroup,
       kPer,
       kPer,
       kNot,
       {kCouncil},
       ChangeIt<v1::DELEGATION_CHANGE_KIND_OBJECT>},
  };
}

}  // namespace fosse::care::rows
