#ifndef FOSSE_CARE_FACTS_H_
#define FOSSE_CARE_FACTS_H_

#include <string>

#include "absl/time/time.h"
#include "care/directory.h"
#include "fosse/v1/envelope.pb.h"
#include "fosse/v1/facts.pb.h"
#include "fosse/v1/record.pb.h"
#include "policy/rulebook.h"

// Facts from what the record, the directory and the message say at one time. Pure. What nobody said
// is _UNKNOWN; nothing here decides anything.
namespace fosse::care {

struct Situation {
  const v1::CareRecord& record;
  const Directory& directory;
  const policy::Rulebook& rulebook;
  absl::Time now;
};

// --- The proposal, its task and plan, its overseer (facts_proposal.cc, facts_task.cc) ---

// Everything of a delegation itself: proposal, task, plan, response, assigned worker, state,
// overseer, concern and review. The acting person is the proposal's own (CTL-05): a message that
// merely brings a missing fact lends its own standing to nothing.
v1::Facts DelegationFacts(const Situation& situation, const v1::Delegation& delegation);

// What stands around the proposal (facts_case.cc): who agrees for the person, alternatives, who
// pays, an earlier assessment, the Shared Care forum's decision, what put it at risk.
void AddCaseFacts(const Situation& situation, const v1::Delegation& delegation, v1::Facts& facts);
// Whether an open listed episode is of a service that the task belongs to; `task` null: any fits.
v1::Facts::EpisodeService EpisodeServiceOf(const v1::CareRecord& record,
                                           const v1::CatalogueTask* task);

// Whether the team, or the forum where the team found no consensus, asks for specific training in
// one of the seven generic tasks. It is then no generic task, so that the limits of B-4.5 do not
// bind it and training serves this person alone (B-4.4).
bool IsMadeSpecific(const Situation& situation, const v1::Delegation& delegation);

// The task alone: for care given under no delegation.
void AddTaskFacts(const policy::Rulebook& rulebook, const v1::DelegatedTask& task,
                  v1::Facts& facts);

// Which way the task is handed over. What the proposal says counts only where it can be so: social
// care hands to health only from a council or provider, to a health body, and no task that is a
// nurse's alone. Else UNKNOWN, which the rules hold.
v1::Facts::Direction DirectionOf(const v1::DelegationProposal& proposal, const Directory& directory,
                                 const policy::Rulebook& rulebook);
v1::Facts::PractitionerBasis BasisOf(const v1::ActingPerson& acting_person);
v1::Facts::DelegatorRegistration RegistrationOf(const v1::Practitioner& delegator,
                                                const v1::DelegationProposal& proposal,
                                                const Directory& directory, absl::Time now);
// An employer's dated check of the register that found it current, dated today at the latest.
bool IsRegisterCurrent(const v1::Practitioner& practitioner, absl::Time now);
// Another delegation of the task in the same setting and slot that is proposed or live (INV-06).
v1::Facts::CompetingDelegation CompetingOf(const v1::CareRecord& record,
                                           const v1::Delegation& delegation, absl::Time now);
v1::Facts::ReviewStatus ReviewOf(const v1::Delegation& delegation, absl::Time now);
v1::Facts::DelegationState StateFact(v1::DelegationState state);

// --- Workers and competence (facts_worker.cc, facts_competence.cc) ---

// The worker of `assignment`; null: none.
void AddWorkerFacts(const v1::Delegation& delegation, const v1::Assignment* assignment,
                    absl::Time now, v1::Facts& facts);
// The worker that a question about the whole delegation looks at: the first assigned one whose
// competence holds, else the first assigned one, else the latest named. Null: none was named.
const v1::Assignment* WorkerInView(const v1::Delegation& delegation, absl::Time now);

struct Competence {
  v1::Facts::WorkerCompetence value = v1::Facts::WORKER_COMPETENCE_NONE;
  std::string until;  // Last day in force; empty: no end is known.
};
// A worker's competence in this delegation's task at `at` (B-2.3, B-4.4, B-4.5). A version of the
// task on the locality's record counts as one of the catalogue does (B-3.5 box 2), and a record
// that rests on a sign-off counts until that is withdrawn (HWB25-11).
Competence CompetenceOf(const v1::WorkerRecord* worker, const v1::CareRecord& person,
                        const v1::Delegation& delegation, const policy::Rulebook& rulebook,
                        const v1::LocalityRecord& locality, absl::Time at);
// What an assignment's remembered competence is worth at `now`.
v1::Facts::WorkerCompetence CompetenceNow(const v1::Assignment& assignment, absl::Time now);

// What was found of a worker, for RECOGNISE_COMPETENCE.
v1::Facts RecognitionFacts(const v1::CompetencyRecord& record, const v1::Envelope& envelope,
                           const Directory& directory, const policy::Rulebook& rulebook,
                           const v1::LocalityRecord& locality, absl::Time now);

// Whether both are proposed or live and are the same care in the same slot, with no dated
// changeover between them (B-1.7b).
bool AreDuplicates(const v1::Delegation& a, const v1::Delegation& b, absl::Time now);

// --- Clinical override (facts_override.cc, CTL-07) ---

// For OVERRIDE. A rule may be passed over where it holds or refers, and names `override_cover`
// without COVERED: the rulebook itself says which.
v1::Facts OverrideFacts(const Situation& situation, const v1::Delegation& delegation,
                        const v1::ClinicalOverride& override_by, const v1::ActingPerson& acting);
// Whether overrides in force name every rule that keeps `question` from PERMIT with these facts.
// One that leaves any of them out covers nothing.
v1::Facts::OverrideCover OverrideCoverOf(const policy::Rulebook& rulebook, v1::Question question,
                                         const v1::Delegation& delegation, absl::Time now,
                                         const v1::Facts& facts);

// --- Oversight (facts_oversight.cc) ---

// What an offer or a hand-back says, for OFFER_OVERSIGHT.
struct OfferTerms {
  std::string reference;
  std::string offered_by;
  std::string offered_to;
  v1::Practitioner author;
  bool complete = false;        // Everything that B-5.5d asks for is there.
  bool states_concern = false;  // An open concern or overdue review is stated.
  bool hand_back = false;
};
OfferTerms TermsOf(const v1::OversightOffer& offer);
OfferTerms TermsOf(const v1::OversightHandBack& hand_back);

v1::Facts OfferFacts(const Situation& situation, const v1::Delegation& delegation,
                     const OfferTerms& terms, const v1::Envelope& envelope);
v1::Facts TakeFacts(const Situation& situation, const v1::Delegation& delegation,
                    const v1::OfferState& offer, const v1::Envelope& envelope);
// An offer that nobody has closed is past its deadline only after it, never at it.
v1::Facts::OfferState StateOf(const v1::OfferState& offer, absl::Time now);

}  // namespace fosse::care

#endif  // FOSSE_CARE_FACTS_H_
