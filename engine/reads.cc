#include "engine/reads.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "base/field_check.h"
#include "base/status.h"
#include "care/handle.h"
#include "engine/index_terms.h"
#include "engine/scene.h"
#include "engine/timestamps.h"

namespace fosse::engine {
namespace {

constexpr size_t kMaxPurpose = 200;

}  // namespace

bool ReadAs::Audits(absl::string_view organisation) const {
  if (!auditor) return false;
  return participant.audits().empty() ||
         std::find(participant.audits().begin(), participant.audits().end(), organisation) !=
             participant.audits().end();
}

absl::StatusOr<ReadAs> WhoReads(const ReadDeps& deps, const Caller& caller,
                                absl::string_view on_behalf_of) {
  const InForce in_force = deps.documents.Get();
  const absl::Status denied = MakeError(absl::StatusCode::kPermissionDenied, "SENDER_NOT_ALLOWED",
                                        "the caller may not read in the name of this participant",
                                        {{"field", FieldPath("reader")}});
  if (in_force.directory == nullptr) return denied;
  const v1::Participant* const speaker = in_force.directory->Find(caller.participant);
  const v1::Participant* reader = speaker;
  if (!on_behalf_of.empty() && on_behalf_of != caller.participant) {
    reader = in_force.directory->Find(on_behalf_of);
    const bool speaks = speaker != nullptr &&
                        std::any_of(speaker->speaks_for().begin(), speaker->speaks_for().end(),
                                    [&](const v1::SpeaksFor& other) {
                                      return other.participant() == on_behalf_of;
                                    });
    if (!speaks) return denied;
  }
  if (reader == nullptr) return denied;
  ReadAs read_as;
  read_as.participant = *reader;
  read_as.auditor = std::find(reader->roles().begin(), reader->roles().end(), v1::ROLE_AUDITOR) !=
                    reader->roles().end();
  return read_as;
}

bool IsVisible(const v1::CareRecord& record, const ReadAs& reader, absl::Time now) {
  if (care::HasLiveRelationship(record, reader.participant.id(), now)) return true;
  if (!reader.auditor) return false;
  if (reader.participant.audits().empty()) return true;
  return std::any_of(
      reader.participant.audits().begin(), reader.participant.audits().end(),
      [&](const std::string& audited) { return care::HasLiveRelationship(record, audited, now); });
}

absl::StatusOr<Slot*> FindVisible(const ReadDeps& deps, Records& records, const ReadAs& reader,
                                  const v1::PersonReference& reference, ReadNote& note) {
  FOSSE_RETURN_IF_ERROR(CheckFields(reference));
  note.terms.push_back(AskedNumberTerm(deps.keys, reference.nhs_number()));
  FOSSE_ASSIGN_OR_RETURN(Slot* const slot, records.FindPerson(reference));
  if (slot == nullptr || !IsVisible(slot->person, reader, deps.clock.Now())) {
    return PersonNotVisible();
  }
  for (const store::RecordKey& key : RecordsOf(*slot)) {
    note.terms.push_back(RecordTerm(deps.keys, key));
  }
  return slot;
}

std::vector<store::RecordKey> RecordsOf(const Slot& slot) {
  std::vector<store::RecordKey> keys = {slot.key};
  for (const v1::JoinedRecord& joined : slot.person.identity().joined()) {
    keys.push_back({store::RecordKind::kPerson, joined.person_key()});
  }
  return keys;
}

void RecordRead(const ReadDeps& deps, ReadNote note,
                std::function<void(absl::StatusOr<uint64_t>)> then) {
  v1::Envelope envelope;
  v1::AccessRecorded& access = *envelope.mutable_access_recorded();
  access.set_method(note.method);
  access.set_purpose(note.purpose);
  access.set_query_shape(note.query_shape);
  access.set_rows(note.rows);
  envelope.set_relay(note.caller.participant);
  Item item;
  item.message = OwnMessage({deps.locality, deps.keys, deps.limits}, MessageKind::kNote,
                            note.reader.empty() ? note.caller.participant : note.reader,
                            "read-" + Base32Crockford(deps.random.Bytes(16)), std::move(envelope),
                            deps.clock.Now());
  item.message.terms = std::move(note.terms);
  item.done = [then](absl::StatusOr<v1::Receipt> receipt) {
    if (!receipt.ok()) return then(std::move(receipt).status());
    then(receipt->entry_index());
  };
  const absl::Status queued = deps.queue.Push(item);
  if (!queued.ok()) then(queued);
}

absl::Status CheckPurpose(absl::string_view purpose) {
  if (purpose.size() <= kMaxPurpose) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "FIELD_TOO_LONG", "the purpose is too long",
                   {{"field", FieldPath("purpose")}, {"maxBytes", kMaxPurpose}});
}

}  // namespace fosse::engine
