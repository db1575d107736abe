#ifndef FOSSE_AUDIT_LEAF_H_
#define FOSSE_AUDIT_LEAF_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/crypto.h"
#include "fosse/v1/trail.pb.h"

namespace fosse::audit {

// The bytes of an entry that the tree is built over: fixed for ever, ours, and with no person in
// clear (CTL-20, CTL-23). docs/formats/leaf.md gives the layout and test vectors. Equal views have
// equal bytes; bytes that decode are exactly those that the decoded view encodes to. All functions
// are pure and thread-safe.

// What any leaf may measure; the layout of version 1 stays far below it.
inline constexpr size_t kMaxLeafSize = 65535;
// Longest locality, kind, sender and relay, in bytes.
inline constexpr size_t kMaxLeafWord = 64;
// Size of the random salt of a commitment: 128 bits, one salt for each commitment (CTL-23).
inline constexpr size_t kSaltSize = 16;

// Whether `leaf` can be encoded. Locality, kind, sender and relay are words: at most kMaxLeafWord
// of A-Z a-z 0-9 _ - . : and not ten digits, so neither free text nor an NHS number fits. Digests
// have 32 bytes or none; enums have values of the contract; committed_at lies in years 1 to 9999.
// INVALID_ARGUMENT, reason LEAF_INVALID.
absl::Status CheckLeaf(const v1::LeafView& leaf);

// The canonical bytes. `leaf` must pass CheckLeaf(); another is a broken invariant and aborts. Time
// is kept in whole microseconds, rounded down.
std::string EncodeLeaf(const v1::LeafView& leaf);

// The view that `bytes` encode. Strict: wrong magic or version, trailing bytes and whatever
// CheckLeaf() refuses are INVALID_ARGUMENT, reason LEAF_INVALID.
absl::StatusOr<v1::LeafView> DecodeLeaf(absl::string_view bytes);

// The same without building a message: what a reader of a million leaves needs. Strings point into
// the bytes that were parsed.
struct LeafParts {
  uint64_t index = 0;
  int64_t committed_at_us = 0;  // Since 1970-01-01T00:00:00Z.
  uint64_t cause = 0;           // The entry that caused this one, plus one.
  v1::SubjectKind subject_kind = v1::SUBJECT_KIND_UNSPECIFIED;
  v1::Question question = v1::QUESTION_UNSPECIFIED;
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  absl::string_view rulebook_digest;  // 32 bytes, all zero where there is none; so the next four.
  absl::string_view directory_digest;
  absl::string_view message_commitment;
  absl::string_view subject_commitment;
  absl::string_view detail_digest;
  absl::string_view locality;
  absl::string_view kind;
  absl::string_view sender;
  absl::string_view relay;
};
absl::StatusOr<LeafParts> ParseLeaf(absl::string_view bytes);

// Hash of a leaf in the tree: SHA-256(0x00, leaf) (RFC 6962 section 2.1).
Digest LeafHash(ByteView leaf);

// SHA-256(salt, bytes): holds `bytes` fixed without showing them. `salt` has kSaltSize bytes, else
// it aborts. Without the salt, guesses cannot be tried.
Digest Commitment(ByteView salt, ByteView bytes);

}  // namespace fosse::audit

#endif  // FOSSE_AUDIT_LEAF_H_
