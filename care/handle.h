#ifndef FOSSE_CARE_HANDLE_H_
#define FOSSE_CARE_HANDLE_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "care/directory.h"
#include "fosse/v1/delivery.pb.h"
#include "fosse/v1/envelope.pb.h"
#include "fosse/v1/receipt.pb.h"
#include "fosse/v1/record.pb.h"
#include "fosse/v1/trail.pb.h"
#include "policy/rulebook.h"

// What a message does to the record. Everything here is pure: time and ids come in as arguments, so
// that a past message can be handled again, every state explored, a whole day simulated.
namespace fosse::care {

// Everything that a message may read. Pointers are never null unless said so.
//
// A record that a message may make comes in empty but for its key; the handling itself gives it its
// identity. Where an establishing message names a number that is held with other details
// (IsSamePerson() says no), the new record comes in with identity.identity_in_question set and is
// kept apart until a person decides.
struct View {
  const v1::CareRecord* person;        // Null: the message is about no person.
  const v1::WorkerRecord* worker;      // Null: no worker is named, or none is needed.
  const v1::CareRecord* other_person;  // Null unless wanted: see Wants::other_person.
  const policy::Rulebook* rulebook;
  const Directory* directory;
  const v1::LocalityRecord* locality = nullptr;  // Null: nothing is kept of the locality yet.
  const v1::Delivery* delivery = nullptr;  // DeliveryOutcome alone: the one it is of, if given up.
  // The gateway is not sure of the time: what would start something is HOLD (CTL-43).
  bool clock_unsure = false;
  // For kLookAfresh: the records of the workers on the person's tasks.
  std::vector<const v1::WorkerRecord*> workers = {};
};

// What comes from outside into one handling. Ids are made from `id_seed` (32 random bytes) and a
// counter, so that the same seed gives the same ids.
struct Moment {
  absl::Time now;
  std::string id_seed;
};

// Asks the engine to set or cancel a timer. Timers belong to the record whose handling set them.
struct TimerChange {
  std::string timer_id;  // The same id replaces.
  v1::TimerKind kind = v1::TIMER_KIND_UNSPECIFIED;
  absl::Time due_at;  // absl::InfinitePast(): cancel.
  std::string about;  // Id of the delegation, offer or concern.
};

// Another record that must look at what happened: the engine handles it in the same commit, as an
// entry of its own, through HandleConsequence().
struct Consequence {
  enum class Kind {
    kWorkerTask,
    kCompetenceChanged,
    kIdentityClaimed,  // Somebody says, or takes back, that this record and the other are one.
    kJoined,           // This record's items are the other one's from now on, and its names too.
    kTakenApart,       // What came from this record is its own again, and its names too.
    kLocality,         // The locality's own record changes.
    kLookAfresh,       // A cause that concerns many persons has come to this one.
  };
  Kind kind;
  // All but kWorkerTask: whose delegations to ask again. Of kLookAfresh empty: everybody's, which
  // the engine brings about by a sweep.
  std::string person_key = {};
  // kWorkerTask: whose record to change; else whose competence changed.
  std::string worker_key = {};
  std::string delegation_id = {};  // The delegation concerned; empty: all that have this worker.
  bool removed = false;            // kWorkerTask: the task is taken off.
  // Of records that are one or come apart: key of the other record.
  std::string other_key = {};
  // To that record, or of kLocality to the locality's.
  std::vector<v1::Change> changes = {};
  // What the parties of that record are told.
  std::string words = {};
  v1::SweepKind why = v1::SWEEP_KIND_UNSPECIFIED;  // kLookAfresh.
};

// All that handling one message gives. Deliveries are complete except for entry index, commit time
// and digest, which the engine fills in; the message is already cut to the recipient's audience.
struct Effect {
  std::vector<v1::RecordedDecision> recorded;  // As they go into the trail; asked one first.
  std::vector<v1::Decision> decisions;         // The same in words.
  std::vector<v1::Change> changes;             // To the entry's own subject's record.
  std::vector<v1::Delivery> deliveries;
  std::vector<TimerChange> timers;
  std::vector<Consequence> consequences;
  bool held_for_clock =
      false;            // Something was HOLD only for want of a sure time: asked again then.
  v1::Receipt receipt;  // Without entry index and commit time.
};

// Which records a message needs, and whether it may make them.
struct Wants {
  bool person = false;             // Envelope.subject.person
  bool worker = false;             // A worker named in subject or body: `worker_reference`.
  bool other_person = false;       // CompetencyRecord.for_person, PersonUpdate.other_person
  bool may_create_person = false;  // EpisodeChange opened, RegistrationChange.
  bool may_create_other = false;   // PersonUpdate, merge: a number may replace another.
  bool may_create_worker = false;  // A worker named by the employer, or by the training provider.
  v1::WorkerReference worker_reference;
  v1::PersonReference other_person_reference;
};
Wants WhatItWants(const v1::Envelope& envelope);

// Whether `sender` may make a worker known by this employer's reference: the employer itself, or
// the locality's training provider. Anybody else could take a name that is another's.
bool MayNameWorker(const v1::WorkerReference& reference, absl::string_view sender,
                   const policy::Rulebook& rulebook);

// INVALID_ARGUMENT, reason FIELD_REQUIRED, FIELD_INVALID (an episode of another organisation than
// the sender), BODY_MISSING, SUBJECT_WRONG or BODY_INTERNAL: what the field terms cannot say, such
// as a proposal without a person, or a caller sending TimerDue.
absl::Status CheckShape(const v1::Envelope& envelope, bool from_gateway);

// INVALID_ARGUMENT, reason TIME_IN_FUTURE, where the message says that it was sent, or that what it
// reports happened, more than five minutes after `now`: what has not happened cannot be reported.
absl::Status CheckTimes(const v1::Envelope& envelope, absl::Time now);

// Whether `reference` is this person: number, date of birth and family name (compared without case,
// marks and spaces) all agree (HAZ-01).
bool IsSamePerson(const v1::PersonReference& held, const v1::PersonReference& reference);

// The same, for a person whose other records were joined into this one: any of their references.
bool IsThisPerson(const v1::PersonIdentity& identity, const v1::PersonReference& reference);
// The key among joined records that two references of one person name: the one that is not the
// surviving record's own. Empty where they name none.
std::string JoinedKeyOf(const v1::PersonIdentity& identity, const v1::PersonReference& one,
                        const v1::PersonReference& other);

// Whether `organisation` has a live relationship with the person: delegation (as either side),
// registration, open episode, oversight held or offered, an open concern or cover order that it
// owns (CTL-04). An ended delegation is no relationship after 30 days.
bool HasLiveRelationship(const v1::CareRecord& record, absl::string_view organisation,
                         absl::Time now);

// Whether the message answers an offer of oversight once made to its sender: up to 30 days past the
// offer's deadline it is heard, also where the offer was its sender's only relationship and is
// closed. Whoever believes that it has taken oversight must learn that it came too late.
bool AnswersOffer(const v1::CareRecord& record, const v1::Envelope& envelope, absl::Time now);

// Whether a body needs a live relationship before it is handled. EpisodeChange and
// RegistrationChange make one; all others about a person need one.
bool NeedsRelationship(const v1::Envelope& envelope);

// Handles one message. A refusal by policy is an Effect. Errors concern the caller's message
// against the record, change nothing, and are few: NOT_FOUND DELEGATION_NOT_FOUND, OFFER_NOT_FOUND,
// CONCERN_NOT_FOUND, COVER_NOT_FOUND, COMPETENCY_NOT_FOUND; FAILED_PRECONDITION STATE_CONFLICT
// (with what was expected); INVALID_ARGUMENT PARTICIPANT_UNKNOWN, where an organisation that must
// act on the message is not in the directory. A delegation that is not the sender's to change is
// answered as one that does not exist. A report of care given, a concern and a discharge never fail
// so: they are kept (INV-05).
absl::StatusOr<Effect> Handle(const View& view, const v1::Envelope& envelope, const Moment& moment);

// Handles what another record's message means for this one; `cause` is the message. kWorkerTask:
// `view.worker` is the record concerned. kCompetenceChanged: `view.person` is, and `view.worker` is
// the worker's record as the message left it. kLocality: `view.locality` is. kLookAfresh:
// `view.person` is; every open question is asked again and whoever left the directory is missed
// (B-7.3: nothing that runs stops). Nothing of the cause but its id, sender and time goes into
// deliveries: it is about somebody else.
Effect HandleConsequence(const View& view, const Consequence& consequence,
                         const v1::Envelope& cause, const Moment& moment);

// Of a record that is taken apart: what the timers are about that go with its items. The engine's
// timers lie by record.
std::set<std::string> TimersThatGo(const Consequence& taken_apart);

// Whether a cause that is still on its way would find something of this person that the record does
// not know yet: remembered competence that differs, a question last answered by another rulebook,
// an overseer who has left. Then the cause must come to the person before anything else is decided.
bool IsConcerned(const View& view, const Consequence& consequence, absl::Time now);

// Applies one change to a record: the only way a record ever changes. The version is the engine's
// to raise, once for each entry.
void Fold(const v1::Change& change, v1::CareRecord& record);
void Fold(const v1::Change& change, v1::WorkerRecord& record);
void Fold(const v1::Change& change, v1::LocalityRecord& record);

}  // namespace fosse::care

#endif  // FOSSE_CARE_HANDLE_H_
