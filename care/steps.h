#ifndef FOSSE_CARE_STEPS_H_
#define FOSSE_CARE_STEPS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/code.h"
#include "base/field_path.h"
#include "care/facts.h"
#include "care/work.h"

// Steps that several messages take. Each changes one delegation of the work's record and tells whom
// it concerns; none fails.
namespace fosse::care {

Situation SituationOf(const Work& work);

// --- Finding (find.cc) ---

// The delegation named, where the sender has a part in it: it delegates, is asked, oversees, is
// offered oversight, delivers meanwhile or owns the next step. Else DELEGATION_NOT_FOUND.
absl::StatusOr<v1::Delegation*> SendersDelegation(Work& work,
                                                  const v1::DelegationReference& reference);
// The same to look at only; null: none. A reference that fits two is none's: ids are never
// ambiguous.
const v1::Delegation* FindSendersDelegation(const Work& work,
                                            const v1::DelegationReference& reference);
absl::Status StateConflict(Code expected);
absl::Status CheckParticipant(const Work& work, const std::string& organisation,
                              const FieldPath& field);
// A registrant acted, and we have reason to believe it (CTL-05).
bool IsNamedClinician(const v1::ActingPerson& acting_person);
// The assignment of this worker; null: none.
v1::Assignment* AssignmentOf(v1::Delegation& delegation, absl::string_view worker_key);
// The worker named, where it is the sender's to speak for: named by the sender's own reference, or
// by a number that already has one. Else null, as for a worker that nobody knows.
const v1::WorkerRecord* SendersWorker(const Work& work, const v1::WorkerReference& named);
// Takes off every worker but the one with key `keep`; all where it is empty.
void TakeOffOthers(Work& work, v1::Delegation& delegation, const std::string& keep);
// The gateway's number of a worker, the same however often it is worked out.
std::string WorkerNumberOf(const v1::WorkerRecord& worker);

// --- Telling (tell.cc) ---

// Everybody with a part in it now, each once: delegating, asked (once it was told), overseer,
// interim deliverer, owner of a gap, councils concerned.
std::vector<std::string> PartiesOf(const Work& work, const v1::Delegation& delegation);
void TellParties(Work& work, const v1::Delegation& delegation, v1::Urgency urgency,
                 absl::string_view words);
// Those of them who care for the person: councils and cover are left out of clinical news.
std::vector<std::string> CareTeamOf(const v1::Delegation& delegation);
void TellCareTeam(Work& work, const v1::Delegation& delegation, v1::Urgency urgency,
                  absl::string_view words);
// Tells, and remembers that this organisation knows of the task (INV-10).
void TellOfTask(Work& work, v1::Delegation& delegation, Telling telling);
// Ids of the rules that kept the last answer from PERMIT.
void NoteMissing(const Work& work, v1::Delegation& delegation);
// Who must act next, and by when.
void SetOwner(v1::Delegation& delegation, const std::string& owner, absl::Time by);
void ClearOwner(v1::Delegation& delegation);
// The provider must act next: its deadline, and the timer that chases it, begin anew.
void AwaitProvider(Work& work, v1::Delegation& delegation);
// Whoever was to act has: names who must act next as things stand, with the timer that chases it;
// nobody where care runs undisturbed. Of what is live.
void PassOwner(Work& work, v1::Delegation& delegation);
// Passes the last answer to whoever must decide it.
void Refer(Work& work, v1::Delegation& delegation);
void ReferTo(Work& work, v1::Delegation& delegation, const std::string& owner);

// --- Questions (delegation/) ---

// Asks PROPOSE and does what follows. `again`: a fact arrived for a proposal that waits.
void AskPropose(Work& work, v1::Delegation& delegation, bool again);

// The start that somebody reports, for ACTIVATE.
struct StartReport {
  absl::Time started_at;
  const v1::Assignment* worker;  // Null where no worker was named: the one in view counts.
  bool worker_unknown;           // One was named who is not on this task.
};
// Asks ACTIVATE where that is open (AwaitsStart), and does what follows.
void AskActivate(Work& work, v1::Delegation& delegation, const StartReport* start = nullptr);
// Nobody starts with a person who is away, or is reported or known to have died.
bool IsAbsent(const v1::CareRecord& record);
// Was ready when the person went, and waits for the overseer's word after the return: PROPOSED,
// resuming as READY.
bool AwaitsReturn(const v1::Delegation& delegation);
// The person has gone: what was ready to start waits again, and all are told.
void HoldForReturn(Work& work, v1::Delegation& delegation);
// Asks CONTINUE where care runs, and does what follows: AT_RISK never stops it.
void AskContinue(Work& work, v1::Delegation& delegation);
// Takes what one worker stated out of facts that another worker's are put into: what this one has
// not said is not known.
void ForgetWorker(v1::Facts& facts);
// Asks ASSIGN for one worker and says whether the worker may do the task from now on.
v1::Outcome AskAssign(Work& work, v1::Delegation& delegation, v1::Assignment& assignment);
// What let the proposal pass has gone before its start: it is held, referred or denied as the last
// answer, which must be to PROPOSE, says; the provider's acceptance of it has gone too.
void GoBackToProposal(Work& work, v1::Delegation& delegation, v1::Outcome outcome);
// A fact about the person arrived: every open question is asked again.
void AskOpenQuestions(Work& work);
// A cause that concerns many has come to this person (afresh.cc).
void LookAfresh(Work& work, v1::SweepKind why);

// --- Clinical overrides (governance/override.cc, CTL-07) ---

// What overrides that have ended passed over and is still missing. PERMIT: nothing.
struct Lapsed {
  v1::Outcome outcome = v1::OUTCOME_PERMIT;
  std::string referred_to;         // Where it refers.
  std::string sent_by;             // Who can send what is missing.
  std::vector<std::string> rules;  // Those in the way.
};
// Asks again what ended overrides let pass, as long as they stand; where nothing is in the way any
// more without an override, they are taken off. Asks nothing where none has ended.
Lapsed AskLapsedOverrides(Work& work, v1::Delegation& delegation);
// Sets the timer for the end of the last day of the override that ends next.
void ArmOverrideTimer(Work& work, const v1::Delegation& delegation);
void OverrideEnds(Work& work, v1::Delegation& delegation);

// --- Competence running out (delegation/competence_watch.cc) ---

// Sets the timer that warns of a worker's last day ahead of it, and of that day's end.
void ArmCompetenceTimer(Work& work, const v1::Delegation& delegation);
// Warns now, where a worker's last day is nearer than the time ahead of it at which one is warned.
void WarnWhereSoon(Work& work, const v1::Delegation& delegation);
// The timer: warns where a worker's competence runs out soon; bars those of whom it has, before the
// start.
void CompetenceRunsOut(Work& work, v1::Delegation& delegation);
// Notes the workers whose competence has run out since last looked at. False: none.
bool NoteLapsedWorkers(Work& work, v1::Delegation& delegation);

// --- Care meanwhile (meanwhile.cc) ---

// Names who delivers until it is active, unless named already; orders cover where nobody said so.
void NameInterim(Work& work, v1::Delegation& delegation);
// Ends interim delivery and cover, telling them `words`.
void StandDownInterim(Work& work, v1::Delegation& delegation,
                      absl::string_view words =
                          "The delegated task runs: you need not deliver this care any longer.");
// Orders cover unless an order is open.
void OrderCover(Work& work, const v1::Delegation& delegation, const std::string& cover_by,
                v1::Urgency urgency);
void EndCovers(Work& work, const v1::Delegation& delegation);
// Who must act on a cover order next, and the timer that chases it. By the locality's deadline of
// `kind`.
void ChaseCover(Work& work, v1::CoverOrderState& cover, const std::string& owner,
                v1::TimerKind kind);
// The order is over: nobody is chased any more, and who settles what it cost is told (B-2.4).
void CloseCover(Work& work, v1::CoverOrderState& cover);
// Not confirmed in time, or still going on (clinical/cover.cc).
void CoverUnsettled(Work& work, const std::string& cover_id);

// --- States (states.cc) ---

// ENDED or DECLINED: closes oversight, offer and timers, tells everybody who was told of it. Care
// that is still needed is delivered by the interim deliverer from now on.
void EndDelegation(Work& work, v1::Delegation& delegation, v1::DelegationState state,
                   absl::string_view because, bool need_has_ended, absl::string_view words);
// On a named clinician's word, or once cover has come.
void Suspend(Work& work, v1::Delegation& delegation, absl::string_view words);
// The person is away, or said to have died.
void Pause(Work& work, v1::Delegation& delegation, v1::Urgency urgency, absl::string_view words);
// Asks CONTINUE of a paused or suspended one; goes on only on PERMIT.
void Resume(Work& work, v1::Delegation& delegation);
// Ids of other live delegations of the same care that no changeover allows any more.
std::vector<std::string> OverlapsOf(const Work& work, const v1::Delegation& delegation);
// Sets the day of the next review, and the timer that chases it and any lapse of competence.
void SetReview(Work& work, v1::Delegation& delegation,
               const std::string& day);  // An overdue review is chased once in the time that
                                         // whoever must act has, counted from its day, so that
// nothing said meanwhile puts it off.
struct ReviewChase {
  absl::Time next;
  bool again = false;  // It was chased before: it goes up.
};
ReviewChase NextReviewChase(const Work& work, const v1::Delegation& delegation);
void ArmReviewTimer(Work& work, const v1::Delegation& delegation);

// --- The person (person.cc, merge.cc) ---

// Asks the overseer of each task that waits for the person's return whether it goes on.
void PromptOverseers(Work& work, absl::string_view words);
// The delegation is over: no other is its duplicate any more.
void ClearDuplicatesOf(Work& work, const std::string& delegation_id);

// --- Oversight (oversight/) ---

// Before it is live the overseer follows B-5.5 as things stand.
void RefreshOverseer(Work& work, v1::Delegation& delegation);
// Asks a named clinician of the holder to send an offer, with a deadline.
void PromptForOffer(Work& work, v1::Delegation& delegation, absl::string_view words);
// The person has gone where nobody can be offered oversight: the holder keeps it and is told
// `words`; commissioning owns the question, and is chased.
void AskWhoOversees(Work& work, v1::Delegation& delegation, absl::string_view words);
// That question is still open.
bool AwaitsCommissioning(const Work& work, const v1::Delegation& delegation);
// Nobody oversees a live task any longer: `what_happened` is a sentence.
void OpenGap(Work& work, v1::Delegation& delegation, absl::string_view what_happened);
// Closes the open offer, if there is one. The holder stays.
void CloseOffer(Work& work, v1::Delegation& delegation, v1::OfferClosure closure,
                absl::string_view words_to_recipient);
// Who is called on where nobody else acted.
std::string EscalationOwner(const Work& work, const v1::Delegation& delegation, v1::Route route);

}  // namespace fosse::care

#endif  // FOSSE_CARE_STEPS_H_
