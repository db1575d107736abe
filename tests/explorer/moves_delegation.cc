// Rows of the alphabet about tasks, workers and care given.
#include "absl/strings/str_cat.h"
#include "care/times.h"
#include "tests/care/messages.h"
#include "tests/explorer/moves.h"

namespace fosse::care::rows {
namespace {

const std::string& Worker(const About& about) { return ReferenceOf(about.worker); }

// Who employs the worker. Nobody names another's worker by a reference of its own: that would be
// another worker.
std::string EmployerOf(const Bounds& bounds, const About& about) {
  return bounds.rivals && about.worker == 1 ? kOtherProvider : kProvider;
}

bool Propose(const State& state, const Bounds& bounds, const About& about, const char* sender,
             v1::Envelope& envelope) {
  if (!MayPropose(state, bounds, about)) return false;
  envelope = Proposal(Number(about), Ref(about));
  envelope.set_sender(sender);
  envelope.mutable_delegation_proposal()->set_delegating(sender);
  return true;
}

bool ProposeIncomplete(const State& state, const Bounds& bounds, const About& about,
                       const char* sender, v1::Envelope& envelope) {
  if (!Propose(state, bounds, about, sender, envelope)) return false;
  envelope.mutable_delegation_proposal()->mutable_plan()->clear_clinical_reviewer();
  return true;
}

bool ProposeUndecided(const State& state, const Bounds& bounds, const About& about,
                      const char* sender, v1::Envelope& envelope) {
  if (!Propose(state, bounds, about, sender, envelope)) return false;
  envelope.mutable_delegation_proposal()->mutable_mdt()->set_outcome(v1::MDT_OUTCOME_NO_CONSENSUS);
  return true;
}

bool ProposeReserved(const State& state, const Bounds& bounds, const About& about,
                     const char* sender, v1::Envelope& envelope) {
  if (!Propose(state, bounds, about, sender, envelope)) return false;
  envelope.mutable_delegation_proposal()->mutable_task()->mutable_code()->set_code(
      "indwelling-catheter");
  return true;
}

bool ProposePerformerUnknown(const State& state, const Bounds& bounds, const About& about,
                             const char* sender, v1::Envelope& envelope) {
  if (!ProposeReserved(state, bounds, about, sender, envelope)) return false;
  envelope.mutable_delegation_proposal()->clear_performer();
  return true;
}

bool ProposeRival(const State& state, const Bounds& bounds, const About& about, const char* sender,
                  v1::Envelope& envelope) {
  if (!Propose(state, bounds, about, sender, envelope)) return false;
  envelope.mutable_delegation_proposal()->set_delegated_to(kOtherProvider);
  return true;
}

bool ProposePrompts(const State& state, const Bounds& bounds, const About& about,
                    const char* sender, v1::Envelope& envelope) {
  if (!Propose(state, bounds, about, sender, envelope)) return false;
  envelope.mutable_delegation_proposal()->mutable_task()->mutable_code()->set_code(
      "medication-prompt");
  return true;
}

bool Accept(const State& state, const Bounds&, const About& about, const char* sender,
            v1::Envelope& envelope) {
  if (TaskOf(state, about) == nullptr) return false;
  envelope = Accepted(Number(about), Ref(about));
  envelope.set_sender(sender);
  return true;
}

bool AcceptIncomplete(const State& state, const Bounds& bounds, const About& about,
                      const char* sender, v1::Envelope& envelope) {
  if (!Accept(state, bounds, about, sender, envelope)) return false;
  envelope.mutable_delegation_response()->clear_within_insurance();
  return true;
}

bool Decline(const State& state, const Bounds& bounds, const About& about, const char* sender,
             v1::Envelope& envelope) {
  if (!Accept(state, bounds, about, sender, envelope)) return false;
  envelope.mutable_delegation_response()->set_answer(v1::DELEGATION_ANSWER_DECLINED);
  return true;
}

bool Assign(const State& state, const Bounds& bounds, const About& about, const char* sender,
            v1::Envelope& envelope) {
  if (TaskOf(state, about) == nullptr || EmployerOf(bounds, about) != sender) return false;
  envelope = Assigned(Number(about), Ref(about), Worker(about));
  envelope.set_sender(sender);
  envelope.mutable_worker_assignment()->mutable_worker()->set_employer(sender);
  return true;
}

bool AssignUnwilling(const State& state, const Bounds& bounds, const About& about,
                     const char* sender, v1::Envelope& envelope) {
  if (!Assign(state, bounds, about, sender, envelope)) return false;
  envelope.mutable_worker_assignment()->set_worker_agrees(v1::ANSWER_NO);
  return true;
}

bool Remove(const State& state, const Bounds& bounds, const About& about, const char* sender,
            v1::Envelope& envelope) {
  if (!Assign(state, bounds, about, sender, envelope)) return false;
  envelope.mutable_worker_assignment()->set_removes(true);
  return true;
}

bool Start(const State& state, const Bounds& bounds, const About& about, const char* sender,
           v1::Envelope& envelope) {
  if (TaskOf(state, about) == nullptr || EmployerOf(bounds, about) != sender) return false;
  envelope = Started(Number(about), Ref(about), Worker(about), state.now);
  envelope.set_sender(sender);
  envelope.mutable_start_confirmed()->mutable_worker()->set_employer(sender);
  return true;
}

int AdHocReports(const v1::CareRecord& person) {
  int reports = 0;
  for (const v1::Performance& performance : person.performances()) reports += performance.ad_hoc();
  return reports;
}

bool Perform(const State& state, const Bounds& bounds, const About& about, const char* sender,
             v1::Envelope& envelope) {
  const v1::CareRecord* person = PersonOf(state, about);
  if (person == nullptr || EmployerOf(bounds, about) != sender) return false;
  envelope = Performed(Number(about), Ref(about), Worker(about), state.now);
  envelope.set_sender(sender);
  envelope.mutable_task_performed()->mutable_worker()->set_employer(sender);
  return true;
}

// Given while the task ran, and told now, whatever has become of it since.
bool PerformedEarlier(const State& state, const Bounds& bounds, const About& about,
                      const char* sender, v1::Envelope& envelope) {
  const v1::Delegation* delegation = TaskOf(state, about);
  if (delegation == nullptr || !delegation->has_started_at()) return false;
  if (!Perform(state, bounds, about, sender, envelope)) return false;
  *envelope.mutable_task_performed()->mutable_performed_at() = delegation->started_at();
  return true;
}

bool PerformAdHoc(const State& state, const Bounds& bounds, const About& about, const char* sender,
                  v1::Envelope& envelope) {
  const v1::CareRecord* person = PersonOf(state, about);
  if (person == nullptr) return false;
  if (AdHocReports(*person) >= bounds.ad_hoc) return false;
  if (!Perform(state, bounds, about, sender, envelope)) return false;
  v1::TaskPerformed& performed = *envelope.mutable_task_performed();
  performed.clear_delegation();
  performed.set_ad_hoc(true);
  performed.mutable_task()->mutable_code()->set_code(kTask);
  performed.mutable_task()->set_setting(v1::CARE_SETTING_OWN_HOME);
  return true;
}

bool ReportNotDone(const State& state, const Bounds&, const About& about, const char* sender,
                   v1::Envelope& envelope) {
  if (TaskOf(state, about) == nullptr) return false;
  envelope = NotDone(Number(about), Ref(about), state.now);
  envelope.set_sender(sender);
  return true;
}

// A new check has a new reference, and so many are made as the scope allows.
std::string CheckReference(const State& state, const About& about, const Bounds& bounds) {
  const auto& worker = state.workers[static_cast<size_t>(about.worker)];
  int revoked = 0;
  if (worker != nullptr) {
    for (const v1::Competency& competency : worker->competencies()) {
      revoked += competency.has_revoked_at();
    }
  }
  return revoked >= bounds.checks ? "" : absl::StrCat("K-", Worker(about), "-", revoked);
}

bool Check(const State& state, const Bounds& bounds, const About& about, const char*,
           v1::Envelope& envelope) {
  const std::string reference = CheckReference(state, about, bounds);
  if (reference.empty()) return false;
  envelope = Checked(Worker(about), reference, state.now);
  envelope.mutable_subject()->mutable_worker()->set_employer(EmployerOf(bounds, about));
  return true;
}

bool CheckForFiveDays(const State& state, const Bounds& bounds, const About& about,
                      const char* sender, v1::Envelope& envelope) {
  if (!Check(state, bounds, about, sender, envelope)) return false;
  envelope.mutable_competency_record()->set_refresher_due_on(
      DayOf(state.now + absl::Hours(24 * 5)));
  return true;
}

bool CheckFailed(const State& state, const Bounds& bounds, const About& about, const char* sender,
                 v1::Envelope& envelope) {
  if (!Check(state, bounds, about, sender, envelope)) return false;
  envelope.mutable_competency_record()->set_result(v1::COMPETENCY_RESULT_NOT_COMPETENT);
  return true;
}

bool Revoke(const State& state, const Bounds& bounds, const About& about, const char*,
            v1::Envelope& envelope) {
  const auto& worker = state.workers[static_cast<size_t>(about.worker)];
  if (worker == nullptr || worker->competencies().empty()) return false;
  const v1::Competency& last = worker->competencies(worker->competencies_size() - 1);
  if (last.has_revoked_at()) return false;
  envelope = Revoked(Worker(about), last.record().reference(), state.now);
  envelope.mutable_subject()->mutable_worker()->set_employer(EmployerOf(bounds, about));
  return true;
}

template <v1::DelegationChangeKind kKind, v1::Answer kNeedHasEnded = v1::ANSWER_NO>
bool ChangeIt(const State& state, const Bounds&, const About& about, const char* sender,
              v1::Envelope& envelope) {
  if (TaskOf(state, about) == nullptr) return false;
  envelope = Change(sender, Number(about), Ref(about), kKind, kNeedHasEnded);
  return true;
}

}  // namespace

std::vector<Row> OfDelegation() {
  using enum Group;
  return {
      {"proposes the task", kPropose, kPer, kPer, kNot, {kCommunity}, Propose},
      {"proposes the task incompletely",
       kFlawed,
       kPer,
       kPer,
       kNot,
       {kCommunity},
       ProposeIncomplete},
      {"proposes what the team did not agree on",
       kFlawed,
       kPer,
       kPer,
       kNot,
       {kCommunity},
       ProposeUndecided},
      {"proposes a nurse's task", kReserved, kPer, kPer, kNot, {kCommunity}, ProposeReserved},
      {"proposes a nurse's task for nobody known",
       kReserved,
       kPer,
       kPer,
       kNot,
       {kCommunity},
       ProposePerformerUnknown},
      {"proposes the task to another provider",
       kRival,
       kPer,
       kPer,
       kNot,
       {kCommunity},
       ProposeRival},
      {"proposes prompts to take medicines",
       kPrompts,
       kPer,
       kPer,
       kNot,
       {kCommunity},
       ProposePrompts},
      {"accepts the task", kPropose, kPer, kPer, kNot, {kProvider}, Accept},
      {"accepts the task", kRival, kPer, kPer, kNot, {kOtherProvider}, Accept},
      {"accepts the task without insurance stated",
       kFlawed,
       kPer,
       kPer,
       kNot,
       {kProvider},
       AcceptIncomplete},
      {"declines the task", kPropose, kPer, kPer, kNot, {kProvider}, Decline},
      {"withdraws the proposal",
       kPropose,
       kPer,
       kPer,
       kNot,
       {kCommunity},
       ChangeIt<v1::DELEGATION_CHANGE_KIND_WITHDRAW>},
      {"assigns", kStaffing, kPer, kPer, kPer, {kProvider}, Assign},
      {"assigns", kRival, kPer, kPer, kPer, {kOtherProvider}, Assign},
      {"assigns against the worker's will",
       kStaffing,
       kPer,
       kPer,
       kPer,
       {kProvider},
       AssignUnwilling},
      {"takes off", kStaffing, kPer, kPer, kPer, {kProvider}, Remove},
      {"confirms the start", kStaffing, kPer, kPer, kPer, {kProvider}, Start},
      {"confirms the start", kRival, kPer, kPer, kPer, {kOtherProvider}, Start},
      {"reports care given", kReports, kPer, kPer, kPer, {kProvider}, Perform},
      {"reports care given", kRival, kPer, kPer, kPer, {kOtherProvider}, Perform},
      {"reports care given while it ran",
       kLateReports,
       kPer,
       kPer,
       kPer,
       {kProvider},
       PerformedEarlier},
      {"reports ad hoc care given", kLateReports, kPer, kNot, kPer, {kProvider}, PerformAdHoc},
      {"reports care not given", kReports, kPer, kPer, kNot, {kProvider}, ReportNotDone},
      {"finds competent", kCompetence, kNot, kNot, kPer, {kTraining}, Check},
      {"finds competent for five days",
       kCompetence,
       kNot,
       kNot,
       kPer,
       {kTraining},
       CheckForFiveDays},
      {"finds not competent", kCompetence, kNot, kNot, kPer, {kTraining}, CheckFailed},
      {"revokes the competence of", kCompetence, kNot, kNot, kPer, {kTraining}, Revoke},
      {"suspends the task",
       kChanges,
       kPer,
       kPer,
       kNot,
       {kCommunity, kProvider, kPractice},
       ChangeIt<v1::DELEGATION_CHANGE_KIND_SUSPEND>},
      {"resumes the task",
       kChanges,
       kPer,
       kPer,
       kNot,
       {kCommunity, kPractice},
       ChangeIt<v1::DELEGATION_CHANGE_KIND_RESUME>},
      {"ends the task",
       kChanges,
       kPer,
       kPer,
       kNot,
       {kCommunity, kProvider},
       ChangeIt<v1::DELEGATION_CHANGE_KIND_END>},
      {"ends the task, the need being over",
       kChanges,
       kPer,
       kPer,
       kNot,
       {kCommunity},
       ChangeIt<v1::DELEGATION_CHANGE_KIND_END, v1::ANSWER_YES>},
      {"objects to the worker",
       kChanges,
       kPer,
       kPer,
       kNot,
       {kCommunity},
       ChangeIt<v1::DELEGATION_CHANGE_KIND_OBJECT>},
  };
}

}  // namespace fosse::care::rows
