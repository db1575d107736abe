#ifndef FOSSE_AUDIT_SIGNER_KEY_H_
#define FOSSE_AUDIT_SIGNER_KEY_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/crypto.h"

namespace fosse::audit {

// A key that signs notes, with the name under which it does.
struct NoteSigner {
  std::string name;
  SigningKey key;
};

// `PRIVATE+KEY+<name>+<id in hex>+<base64 of 0x01 and the seed>`: the text form in which Go's
// sumdb/note keeps signer keys. `signer.name` must be a key name, else it aborts. Whoever has the
// text can sign: a file of it is for its owner alone.
std::string SignerKey(const NoteSigner& signer);

// INVALID_ARGUMENT, reason SIGNER_KEY_INVALID, also where the id does not belong to name and key.
absl::StatusOr<NoteSigner> ParseSignerKey(absl::string_view text);

}  // namespace fosse::audit

#endif  // FOSSE_AUDIT_SIGNER_KEY_H_
