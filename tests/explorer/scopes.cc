#include "tests/explorer/scopes.h"

#include "absl/strings/str_replace.h"
#include "base/status.h"
#include "tests/care/messages.h"

namespace fosse::care {
namespace {

State Sent(const Stepper& stepper, State state, v1::Envelope envelope) {
  envelope.set_message_id("m-0");
  envelope.set_locality("QK1");
  Taken taken = stepper.Send(state, envelope);
  FOSSE_CHECK(taken.status.ok());
  FOSSE_CHECK(taken.broken.empty());
  return std::move(taken.after);
}

State OpenState(const Stepper& stepper) {
  State state;
  state.now = FirstInstant();
  for (int person = 0; person < stepper.bounds().persons; ++person) {
    state = Sent(stepper, std::move(state),
                 Episode(NumberOf(person), v1::EPISODE_CHANGE_KIND_OPENED, state.now));
  }
  return state;
}

State AcceptedState(const Stepper& stepper, State state, int person) {
  const std::string& number = NumberOf(person);
  state = Sent(stepper, std::move(state), Proposal(number, "REF-1"));
  return Sent(stepper, std::move(state), Accepted(number, "REF-1"));
}

State ReadyState(const Stepper& stepper, State state, int person) {
  state = AcceptedState(stepper, std::move(state), person);
  if (state.workers[0] == nullptr) {
    state = Sent(stepper, std::move(state), Checked(kWorker, "K-W100-0", FirstInstant()));
  }
  return Sent(stepper, std::move(state), Assigned(NumberOf(person), "REF-1", kWorker));
}

State ActiveState(const Stepper& stepper, State state, int person) {
  state = ReadyState(stepper, std::move(state), person);
  return Sent(stepper, std::move(state),
              Started(NumberOf(person), "REF-1", kWorker, FirstInstant()));
}

// The provider has accepted; nobody is assigned.
std::vector<State> AcceptedOnly(const Stepper& stepper) {
  return {AcceptedState(stepper, OpenState(stepper), 0)};
}

std::vector<State> Ready(const Stepper& stepper) {
  return {ReadyState(stepper, OpenState(stepper), 0)};
}

std::vector<State> ReadyOrActive(const Stepper& stepper) {
  return {ReadyState(stepper, OpenState(stepper), 0), ActiveState(stepper, OpenState(stepper), 0)};
}

// The same, and active where it is in question who the person is: the number came with other
// details before.
std::vector<State> ReadyActiveOrInQuestion(const Stepper& stepper) {
  std::vector<State> states = ReadyOrActive(stepper);
  State state = states.back();
  auto record = std::make_shared<v1::CareRecord>(*state.persons[0]);
  record->mutable_identity()->set_identity_in_question(true);
  state.persons[0] = std::move(record);
  states.push_back(std::move(state));
  return states;
}

std::vector<State> BothActive(const Stepper& stepper) {
  State state = OpenState(stepper);
  for (int person = 0; person < stepper.bounds().persons; ++person) {
    state = ActiveState(stepper, std::move(state), person);
  }
  return {state};
}

// Each of two persons has a task of the same kind, under a reference of its own; the second
// person's worker has yet to begin.
std::vector<State> OneOfEach(const Stepper& stepper) {
  State state = ActiveState(stepper, OpenState(stepper), 0);
  state = Sent(stepper, std::move(state), Proposal(kBen, "REF-2"));
  state = Sent(stepper, std::move(state), Accepted(kBen, "REF-2"));
  state = Sent(stepper, std::move(state), Assigned(kBen, "REF-2", kWorker));
  State active = Sent(stepper, state, Started(kBen, "REF-2", kWorker, FirstInstant()));
  return {std::move(state), std::move(active)};
}

// The team could not agree whether to hand the task over.
std::vector<State> Undecided(const Stepper& stepper) {
  v1::Envelope proposal = Proposal(kAda, "REF-1");
  proposal.mutable_delegation_proposal()->mutable_mdt()->set_outcome(v1::MDT_OUTCOME_NO_CONSENSUS);
  return {Sent(stepper, OpenState(stepper), proposal)};
}

// Both workers are competent, and nothing is proposed.
std::vector<State> Trained(const Stepper& stepper) {
  State state = OpenState(stepper);
  state = Sent(stepper, std::move(state), Checked(kWorker, "K-W100-0", FirstInstant()));
  v1::Envelope other = Checked(kOtherWorker, "K-W200-0", FirstInstant());
  if (stepper.bounds().rivals) {
    other.mutable_subject()->mutable_worker()->set_employer(kOtherProvider);
  }
  return {Sent(stepper, std::move(state), other)};
}

// Discharged, and the practice has taken the oversight of the live task.
std::vector<State> WithPractice(const Stepper& stepper) {
  State state = ActiveState(stepper, OpenState(stepper), 0);
  state = Sent(stepper, std::move(state),
               Episode(kAda, v1::EPISODE_CHANGE_KIND_CLOSED, FirstInstant()));
  state = Sent(stepper, std::move(state), Offer(kAda, "OF-0", "REF-1"));
  return {Sent(stepper, std::move(state),
               Answer(kAda, kPractice, "OF-0", v1::OVERSIGHT_ANSWER_ACCEPTED))};
}

}  // namespace

std::vector<State> Open(const Stepper& stepper) { return {OpenState(stepper)}; }

std::vector<State> Active(const Stepper& stepper) {
  return {ActiveState(stepper, OpenState(stepper), 0)};
}

const std::vector<Scope>& NormalScopes() {
  using enum Group;
  static const std::vector<Scope>& scopes = *new std::vector<Scope>{
      {.name = "beginning",
       .about = "from an open episode to a live task and its end",
       .groups = {kPropose, kStaffing, kCompetence, kChanges, kReceipts},
       .bounds = {.time_steps = 0},
       .starts = Open},
      {.name = "proposals",
       .about = "proposals and answers that lack something, and what is a nurse's alone",
       .groups = {kPropose, kFlawed, kReserved, kChanges, kTime},
       .bounds = {.time_steps = 1},
       .starts = Open},
      {.name = "staffing",
       .about = "two workers on one accepted task, and reports of their care",
       .groups = {kStaffing, kCompetence, kReports},
       .bounds = {.workers = 2, .time_steps = 0},
       .symmetry = {.workers = true},
       .starts = AcceptedOnly},
      {.name = "late-reports",
       .about = "care reported late, or ad hoc, of a live task that changes meanwhile",
       .groups = {kReports, kLateReports, kCompetence, kChanges, kTime},
       .bounds = {.ad_hoc = 1, .time_steps = 1},
       .symmetry = {.late_reports = true},
       .starts = Active},
      {.name = "oversight",
       .about = "a live task's oversight offered, answered, handed back, and its practices closing",
       .groups = {kEpisodes, kRegistration, kOffers, kHandBack, kReceipts, kTime},
       .bounds = {.offers = 2, .time_steps = 1},
       .starts = Active},
      {.name = "gap",
       .about = "a live task whose practice closes, with its cover",
       .groups = {kRegistration, kCover, kHandBack, kTime},
       .bounds = {.offers = 2, .time_steps = 1},
       .starts = WithPractice},
      {.name = "concerns",
       .about = "a live task with a practice, its concerns and reviews, while practices close",
       .groups = {kRegistration, kConcerns, kReviews, kTime},
       .bounds = {.offers = 2, .time_steps = 1},
       .starts = WithPractice},
      {.name = "risk",
       .about = "what puts a live task at risk, its cover and reviews",
       .groups = {kCompetence, kReviews, kCover, kChanges, kReports, kTime},
       .bounds = {.time_steps = 1},
       .starts = Active},
      {.name = "absence",
       .about = "a ready or live task while the person is away",
       .groups = {kStaffing, kAbsence, kChanges, kTime},
       .bounds = {.time_steps = 1},
       .starts = Ready},
      {.name = "death",
       .about = "a ready or live task of a person who is said to have died",
       .groups = {kDeath, kAbsence, kEpisodes, kChanges, kReports, kTime},
       .bounds = {.time_steps = 1},
       .starts = ReadyActiveOrInQuestion},
      {.name = "rivals",
       .about = "one task proposed to two providers, each with a worker",
       .groups = {kPropose, kRival, kStaffing},
       .bounds = {.tasks = 2,
                  .workers = 2,
                  .delegations = 2,
                  .time_steps = 0,
                  .rivals = true,
                  .messages = 9},
       .starts = Trained},
      {.name = "beginning-whole",
       .about = "from an open episode to a live task and its end, with what lacks something",
       .groups = {kPropose, kFlawed, kReserved, kStaffing, kCompetence, kChanges, kReceipts, kTime},
       .bounds = {.time_steps = 1},
       .starts = Open},
      {.name = "gap-whole",
       .about = "a live task whose practice closes, with its cover, concerns and reviews",
       .groups = {kRegistration, kCover, kConcerns, kReviews, kHandBack, kTime},
       .bounds = {.offers = 2, .time_steps = 1},
       .starts = WithPractice},
      {.name = "consent",
       .about = "a live task whose person declines, over which others dispute, with overrides",
       .groups = {kConsent, kDispute, kOverride, kCover, kReviews, kPrompts, kTime},
       .bounds = {.time_steps = 2},
       .starts = Active},
      {.name = "identity",
       .about = "two persons, each with a task, who are said to be one and to be two",
       .groups = {kIdentity, kTime},
       .bounds = {.persons = 2, .tasks = 2, .time_steps = 2},
       .starts = OneOfEach},
      {.name = "identity-and-care",
       .about =
           "two records joined and parted while their tasks change, in histories of four steps",
       .groups = {kIdentity, kChanges, kEpisodes, kTime},
       .bounds = {.persons = 2, .tasks = 2, .time_steps = 1, .messages = 4},
       .starts = OneOfEach},
      {.name = "shared-care",
       .about = "a task over which the team did not agree, its Shared Care case and the panel",
       .groups = {kSharedCare, kDispute, kTime},
       .bounds = {.time_steps = 2},
       .starts = Undecided},
      {.name = "to-health",
       .about = "a task of social care's that health is asked to do, to its end",
       .groups = {kToHealth, kEpisodes, kTime},
       .bounds = {.time_steps = 1},
       .starts = Open},
      {.name = "two-persons",
       .about = "two persons with one worker, whose competence comes and goes",
       .groups = {kCompetence, kCover, kReports, kTime},
       .bounds = {.persons = 2, .time_steps = 1},
       .symmetry = {.persons = true},
       .starts = BothActive},
  };
  return scopes;
}

const std::vector<Scope>& LongScopes() {
  using enum Group;
  static const std::vector<Scope>& scopes = *new std::vector<Scope>{
      {.name = "two-persons-whole",
       .about = "two persons with one worker, whose competence comes and goes, and reviews",
       .groups = {kCompetence, kCover, kReports, kReviews, kTime},
       .bounds = {.persons = 2, .time_steps = 1},
       .symmetry = {.persons = true},
       .starts = BothActive},
      {.name = "identity-long",
       .about = "two records that are joined and parted while their tasks change",
       .groups = {kIdentity, kChanges, kEpisodes, kTime},
       .bounds = {.persons = 2, .tasks = 2, .time_steps = 1},
       .starts = OneOfEach},
      {.name = "beginning-long",
       .about = "from an open episode to a live task and its end, and once again, with two workers",
       .groups = {kPropose, kFlawed, kReserved, kPrompts, kStaffing, kCompetence, kReports,
                  kChanges, kReceipts, kTime},
       .bounds = {.workers = 2, .delegations = 2, .checks = 2, .time_steps = 2},
       .symmetry = {.workers = true},
       .starts = Open},
      {.name = "oversight-long",
       .about = "the oversight of a live task with its concerns and reviews",
       .groups = {kEpisodes, kRegistration, kOffers, kHandBack, kConcerns, kReviews, kChanges,
                  kReceipts, kTime},
       .bounds = {.offers = 3, .time_steps = 3},
       .starts = Active},
      {.name = "risk-long",
       .about = "all that puts a live task at risk or stops it",
       .groups = {kCompetence, kReports, kLateReports, kReviews, kCover, kConsent, kDispute,
                  kOverride, kChanges, kTime},
       .bounds = {.checks = 2, .ad_hoc = 3, .time_steps = 2},
       .symmetry = {.late_reports = true},
       .starts = Active},
      {.name = "everything",
       .about = "all moves, with two persons, two tasks and two workers, up to eight steps",
       .groups = {kPropose,  kFlawed,      kReserved, kPrompts,  kStaffing,     kCompetence,
                  kReports,  kLateReports, kChanges,  kEpisodes, kRegistration, kOffers,
                  kHandBack, kConcerns,    kReviews,  kCover,    kConsent,      kAbsence,
                  kDeath,    kDispute,     kOverride, kReceipts, kTime},
       .bounds = {.persons = 2,
                  .tasks = 2,
                  .workers = 2,
                  .delegations = 2,
                  .offers = 2,
                  .checks = 2,
                  .ad_hoc = 2,
                  .time_steps = 2,
                  .messages = 8},
       .symmetry = {.workers = true, .persons = true, .late_reports = true},
       .starts = Open},
  };
  return scopes;
}

std::string NameOf(const Scope& scope) { return absl::StrReplaceAll(scope.name, {{"-", "_"}}); }

const Scope* FindScope(const std::string& name) {
  for (const std::vector<Scope>* scopes : {&NormalScopes(), &LongScopes()}) {
    for (const Scope& scope : *scopes) {
      if (name == scope.name) return &scope;
    }
  }
  return nullptr;
}

}  // namespace fosse::care
