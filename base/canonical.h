#ifndef FOSSE_BASE_CANONICAL_H_
#define FOSSE_BASE_CANONICAL_H_

#include <string>

#include "absl/types/span.h"
#include "base/crypto.h"
#include "google/protobuf/message.h"

namespace fosse {

// The one encoding of a message that digests are taken over: for sameness (CTL-10), for decisions,
// for bytes delivered. Protobuf's own bytes will not do: they differ between libraries and
// versions for equal messages. docs/formats/canonical.md gives the format and test vectors.
//
// Equal messages have equal bytes, different messages different ones. A field that is absent and a
// plain scalar that has its zero are the same, as they are in proto3. Fields that the contract does
// not know are not in it: CheckFields() refuses them first.
//
// `excluded_top_level_fields` are left out, by name; a name that the message type does not have is
// a broken invariant of ours and aborts, as do maps, floats and doubles: the contract has none.
//
// Thread-safe. Like CheckFields(), it keeps what it learns of a message type, whose descriptor must
// live as long as the program.
std::string CanonicalBytes(const google::protobuf::Message& message,
                           absl::Span<const std::string> excluded_top_level_fields = {});

// SHA-256 of CanonicalBytes().
Digest CanonicalDigest(const google::protobuf::Message& message,
                       absl::Span<const std::string> excluded_top_level_fields = {});

}  // namespace fosse

#endif  // FOSSE_BASE_CANONICAL_H_
