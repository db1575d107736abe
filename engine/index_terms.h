#ifndef FOSSE_ENGINE_INDEX_TERMS_H_
#define FOSSE_ENGINE_INDEX_TERMS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "audit/keys.h"
#include "base/crypto.h"
#include "fosse/v1/common.pb.h"
#include "store/store.h"

// Keyed hashes by which records and entries are found (CTL-23). Their key is outside the database,
// so a stolen database cannot be searched by trying all NHS numbers.
namespace fosse::engine {

// How many records may claim one NHS number with differing details before a person must have
// decided between them.
inline constexpr int kMaxClaims = 4;

// Alias of the nth record (from 0) that claims the number.
inline Digest NhsNumberAlias(const audit::KeyRing& keys, absl::string_view nhs_number, int claim) {
  return keys.Index("nhs-number", std::string(nhs_number) + "/" + std::to_string(claim));
}

inline Digest WorkerNumberAlias(const audit::KeyRing& keys, absl::string_view worker_number) {
  return keys.Index("worker-number", worker_number);
}

inline Digest EmployerAlias(const audit::KeyRing& keys, const v1::WorkerReference& reference) {
  return keys.Index("employer-reference",
                    reference.employer() + "\n" + reference.employer_reference());
}

// Key of a message: sender and message id.
inline Digest MessageTerm(const audit::KeyRing& keys, absl::string_view sender,
                          absl::string_view message_id) {
  return keys.Index("message", std::string(sender) + "\n" + std::string(message_id));
}

// The record that an entry is about.
inline Digest RecordTerm(const audit::KeyRing& keys, const store::RecordKey& record) {
  return keys.Index(record.kind == store::RecordKind::kWorker ? "worker" : "person", record.key);
}

// A number that somebody asked about, whether or not it is known here.
inline Digest AskedNumberTerm(const audit::KeyRing& keys, absl::string_view nhs_number) {
  return keys.Index("asked-number", nhs_number);
}

inline Digest OrganisationTerm(const audit::KeyRing& keys, absl::string_view organisation) {
  return keys.Index("organisation", organisation);
}

inline Digest DelegationTerm(const audit::KeyRing& keys, absl::string_view delegation_id) {
  return keys.Index("delegation", delegation_id);
}

// Entries that brought a rulebook or directory into force, by the digest of its stored bytes.
inline Digest DocumentTerm(const audit::KeyRing& keys, absl::string_view digest) {
  return keys.Index("document", digest);
}

// Entries that laid a delivery of `recipient` aside; with no recipient, of anybody.
inline Digest SetAsideTerm(const audit::KeyRing& keys, absl::string_view recipient) {
  return keys.Index("set-aside", recipient);
}

// The board's ruling of this number.
inline Digest RulingTerm(const audit::KeyRing& keys, absl::string_view number) {
  return keys.Index("ruling", number);
}

// Entries that change the locality's own record, and equality returns: what reports read.
inline Digest FiguresTerm(const audit::KeyRing& keys) { return keys.Index("figures", ""); }

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_INDEX_TERMS_H_
