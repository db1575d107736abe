#ifndef FOSSE_AUDIT_RECONCILIATION_NOTE_H_
#define FOSSE_AUDIT_RECONCILIATION_NOTE_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/crypto.h"

namespace fosse::audit {

// What the gateway signs of a day's exchange between two organisations (CTL-17): a C2SP signed note
// by the trail's key, with numbers and digests and nothing else, so that it can be passed on.
// docs/formats/reconciliation-note.md has the bytes and a test vector. Pure and thread-safe.

struct DeliverySet {
  uint64_t count = 0;
  Digest digest{};
  friend bool operator==(const DeliverySet&, const DeliverySet&) = default;
};

// Number and digest of these delivery ids, in whatever order and however often they are given: both
// sides get the same from the same deliveries.
DeliverySet SetOf(std::vector<std::string> delivery_ids);

struct DirectionStatement {
  std::string sender;
  std::string recipient;
  DeliverySet sent;
  DeliverySet delivered;
  DeliverySet acted;
  DeliverySet outstanding;
  friend bool operator==(const DirectionStatement&, const DirectionStatement&) = default;
};

struct ReconciliationStatement {
  std::string locality;
  std::string day;   // YYYY-MM-DD, Europe/London.
  absl::Time as_of;  // In whole microseconds.
  std::array<DirectionStatement, 2> directions;
  friend bool operator==(const ReconciliationStatement&, const ReconciliationStatement&) = default;
};

// The signed note. Aborts where a name is not a word of printable ASCII, 1 to 64 bytes.
std::string SignReconciliation(const ReconciliationStatement& statement, absl::string_view origin,
                               const SigningKey& key);

// What the key of `vkey` signed. INVALID_ARGUMENT: VERIFIER_KEY_INVALID; RECONCILIATION_INVALID, no
// such note. UNAUTHENTICATED: RECONCILIATION_FORGED, not signed by this key, or changed since.
absl::StatusOr<ReconciliationStatement> OpenReconciliation(absl::string_view note,
                                                           absl::string_view vkey);

}  // namespace fosse::audit

#endif  // FOSSE_AUDIT_RECONCILIATION_NOTE_H_
