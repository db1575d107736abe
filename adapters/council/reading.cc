#include "adapters/council/reading.h"

#include "absl/strings/str_cat.h"
#include "base/crypto.h"
#include "base/encoding.h"

namespace fosse::adapters::council {

void NameMessage(uint64_t version, Said& said) {
  // When it was sent and its bytes too: both are part of what makes a message the same one.
  const v1::Envelope& envelope = said.envelope;
  const std::string name =
      absl::StrCat(envelope.sender().size(), ":", envelope.sender(), said.about, said.content,
                   version, "/", envelope.sent_at().seconds(), ".", envelope.sent_at().nanos(), "/",
                   envelope.original().content());
  const Digest digest = Sha256(name);
  said.envelope.set_message_id(absl::StrCat("row-", Hex(ByteView(digest.data(), 20))));
}

}  // namespace fosse::adapters::council
