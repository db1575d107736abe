#ifndef FOSSE_AUDIT_SEAL_H_
#define FOSSE_AUDIT_SEAL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "base/random.h"

namespace fosse::audit {

// What the store keeps of a subject, readable only with that subject's data key (CTL-23):
// AES-256-GCM with a fresh random nonce. Subject and purpose are bound in, so sealed bytes moved to
// another subject, or from one place to another, do not open. Thread-safe.
//
// Each piece is sealed with a key of its own, made from the subject's data key and the nonce. So
// one entry's detail can be opened for an auditor, who then sees that it is the very bytes that the
// leaf has the digest of, without a key to anything else of that subject.

inline constexpr absl::string_view kSealDetail = "detail";      // EntryDetail.
inline constexpr absl::string_view kSealRecord = "record";      // CareRecord, WorkerRecord.
inline constexpr absl::string_view kSealReceipt = "receipt";    // Receipt.
inline constexpr absl::string_view kSealDelivery = "delivery";  // Delivery.

// `subject` is the record key of whose data key `key32` is; `purpose` one of our own words.
std::string SealFor(absl::string_view subject, ByteView key32, absl::string_view purpose,
                    ByteView plain, Random& random);

// DATA_LOSS, reason SEAL_BROKEN, where key, subject, purpose or bytes are not those of SealFor().
absl::StatusOr<std::string> OpenFor(absl::string_view subject, ByteView key32,
                                    absl::string_view purpose, ByteView sealed);

// The key of one piece that SealFor() sealed. DATA_LOSS, reason SEAL_BROKEN, where `sealed` is too
// short to be one.
absl::StatusOr<std::string> PieceKey(ByteView key32, ByteView sealed);

// What OpenFor() gives, from the piece's own key.
absl::StatusOr<std::string> OpenPiece(absl::string_view subject, ByteView piece_key32,
                                      absl::string_view purpose, ByteView sealed);

}  // namespace fosse::audit

#endif  // FOSSE_AUDIT_SEAL_H_
