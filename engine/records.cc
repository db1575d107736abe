#include "engine/records.h"

#include <utility>

#include "audit/seal.h"
#include "base/status.h"
#include "care/handle.h"
#include "engine/index_terms.h"
#include "engine/sealing.h"

namespace fosse::engine {
namespace {

// Records joined one into the next.
constexpr int kMaxJoins = 16;

}  // namespace

const google::protobuf::Message& Slot::record() const {
  if (key.kind == store::RecordKind::kPerson) return person;
  if (key.kind == store::RecordKind::kWorker) return worker;
  return locality;
}

google::protobuf::Message& Slot::record() {
  return const_cast<google::protobuf::Message&>(std::as_const(*this).record());
}

Decoy::Decoy(const audit::KeyRing& keys, Random& random) : keys_(keys) {
  key_ = {store::RecordKind::kPerson, random.Bytes(16)};
  v1::CareRecord record;
  reference_.set_nhs_number("0000000000");
  reference_.set_date_of_birth("1900-01-01");
  reference_.set_family_name("decoy");
  // About as large as the record of somebody with two delegations.
  record.mutable_identity()->mutable_reference()->set_family_name("nobody");
  for (int i = 0; i < 2; ++i) {
    v1::Delegation& delegation = *record.add_delegations();
    delegation.set_delegation_id(std::string(26, '0'));
    delegation.mutable_proposal()->mutable_plan()->set_instructions(std::string(600, ' '));
  }
  const audit::KeyRing::DataKey data_key = keys.NewDataKey(key_.key, random);
  wrapped_ = data_key.wrapped;
  sealed_ = SealMessage(key_, data_key.key, audit::kSealRecord, record, random);
}

void Decoy::Open(store::Reader& reader) const {
  // Answers are not needed; the work is.
  (void)reader.ReadRecord(key_);
  (void)reader.ReadKey(key_);
  const absl::StatusOr<std::string> data_key = keys_.Unwrap(key_.key, wrapped_);
  FOSSE_CHECK(data_key.ok());
  v1::CareRecord record;
  FOSSE_CHECK(OpenMessage(key_, *data_key, audit::kSealRecord, sealed_, record).ok());
  FOSSE_CHECK(!care::IsSamePerson(record.identity().reference(), reference_));
}

absl::StatusOr<Slot*> Records::Find(const store::RecordKey& key) {
  if (const auto it = slots_.find(key); it != slots_.end()) return it->second.get();
  auto slot = std::make_unique<Slot>();
  slot->key = key;
  const bool is_locality = key.kind == store::RecordKind::kLocality;
  FOSSE_ASSIGN_OR_RETURN(const std::optional<store::Record> record, reader_.ReadRecord(key));
  if (!record.has_value() && !is_locality) return nullptr;
  FOSSE_ASSIGN_OR_RETURN(slot->data_key, ReadDataKey(reader_, keys_, key));
  if (is_locality) slot->locality.set_locality(key.key);
  if (record.has_value()) {
    FOSSE_RETURN_IF_ERROR(
        OpenMessage(key, slot->data_key, audit::kSealRecord, record->sealed, slot->record()));
    if (slot->version() != record->version) {
      return MakeError(absl::StatusCode::kDataLoss, "STORE_DAMAGED",
                       "a record is not of the version that the store says");
    }
  }
  return Adopt(std::move(slot));
}

absl::StatusOr<Slot*> Records::FindSurvivor(const store::RecordKey& key) {
  store::RecordKey at = key;
  // A record is joined into one that stands; a chain comes only of older ones joined again.
  for (int i = 0; i < kMaxJoins; ++i) {
    FOSSE_ASSIGN_OR_RETURN(Slot* const slot, Find(at));
    if (slot == nullptr || slot->person.identity().merged_into().empty()) return slot;
    at.key = slot->person.identity().merged_into();
  }
  return MakeError(absl::StatusCode::kDataLoss, "STORE_DAMAGED",
                   "records are joined into each other in a circle");
}

absl::StatusOr<std::optional<Digest>> Records::AliasOf(absl::string_view nhs_number,
                                                       const store::RecordKey& record) {
  for (int claim = 0; claim < kMaxClaims; ++claim) {
    const Digest alias = NhsNumberAlias(keys_, nhs_number, claim);
    FOSSE_ASSIGN_OR_RETURN(const std::optional<store::RecordKey> named, FindAlias(alias));
    if (!named.has_value()) break;
    if (*named == record) return std::optional<Digest>(alias);
  }
  return std::optional<Digest>();
}

absl::StatusOr<Slot*> Records::FindPerson(const v1::PersonReference& reference) {
  for (int claim = 0; claim < kMaxClaims; ++claim) {
    FOSSE_ASSIGN_OR_RETURN(const std::optional<store::RecordKey> key,
                           FindAlias(NhsNumberAlias(keys_, reference.nhs_number(), claim)));
    if (!key.has_value()) {
      if (claim == 0) decoy_.Open(reader_);
      return nullptr;
    }
    FOSSE_ASSIGN_OR_RETURN(Slot* const slot, Find(*key));
    if (slot == nullptr) {
      return MakeError(absl::StatusCode::kDataLoss, "STORE_DAMAGED",
                       "an alias names a record that is not there");
    }
    if (care::IsThisPerson(slot->person.identity(), reference)) return slot;
  }
  return nullptr;
}

absl::StatusOr<Slot*> Records::FindWorker(const v1::WorkerReference& reference) {
  std::optional<store::RecordKey> key;
  if (!reference.worker_number().empty()) {
    FOSSE_ASSIGN_OR_RETURN(key, FindAlias(WorkerNumberAlias(keys_, reference.worker_number())));
  } else if (!reference.employer().empty() && !reference.employer_reference().empty()) {
    FOSSE_ASSIGN_OR_RETURN(key, FindAlias(EmployerAlias(keys_, reference)));
  }
  if (!key.has_value()) return nullptr;
  return Find(*key);
}

absl::StatusOr<std::optional<store::RecordKey>> Records::FindAlias(const Digest& alias) {
  if (const auto it = aliases_.find(alias); it != aliases_.end()) return it->second;
  return reader_.FindAlias(alias);
}

Slot* Records::Adopt(std::unique_ptr<Slot> slot) {
  Slot* const adopted = slot.get();
  slots_[adopted->key] = std::move(slot);
  return adopted;
}

void Records::AdoptAlias(const Digest& alias, const store::RecordKey& record) {
  aliases_[alias] = record;
}

absl::StatusOr<int> Records::CountClaims(absl::string_view nhs_number) {
  for (int claim = 0; claim < kMaxClaims; ++claim) {
    FOSSE_ASSIGN_OR_RETURN(const std::optional<store::RecordKey> key,
                           FindAlias(NhsNumberAlias(keys_, nhs_number, claim)));
    if (!key.has_value()) return claim;
  }
  return kMaxClaims;
}

}  // namespace fosse::engine
