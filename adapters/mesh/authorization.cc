#include "adapters/mesh/authorization.h"

#include "absl/strings/str_cat.h"
#include "base/crypto.h"
#include "base/encoding.h"

namespace fosse::adapters::mesh {

std::string AuthorizationOf(const MailboxSecrets& secrets, absl::string_view nonce, int count,
                            absl::Time now) {
  const std::string time = absl::FormatTime("%Y%m%d%H%M", now, absl::UTCTimeZone());
  const std::string digest =
      Hex(HmacSha256(secrets.shared_key, absl::StrCat(secrets.mailbox, ":", nonce, ":", count, ":",
                                                      secrets.password, ":", time)));
  return absl::StrCat("NHSMESH ", secrets.mailbox, ":", nonce, ":", count, ":", time, ":", digest);
}

}  // namespace fosse::adapters::mesh
