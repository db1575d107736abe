#include "engine/message.h"

#include "base/canonical.h"

namespace fosse::engine {

Digest SamenessOf(const v1::Envelope& envelope) {
  // The basis is nested, so it is taken out of the acting person, not excluded by name.
  static const auto* const excluded = new std::vector<std::string>{"traceparent", "relay"};
  if (envelope.acting_person().basis() == v1::PRACTITIONER_BASIS_UNSPECIFIED) {
    return CanonicalDigest(envelope, *excluded);
  }
  v1::Envelope as_sent = envelope;
  as_sent.mutable_acting_person()->clear_basis();
  return CanonicalDigest(as_sent, *excluded);
}

absl::string_view BodyNameOf(const v1::Envelope& envelope) {
  if (envelope.body_case() == v1::Envelope::BODY_NOT_SET) return "";
  return v1::Envelope::descriptor()
      ->FindFieldByNumber(static_cast<int>(envelope.body_case()))
      ->name();
}

}  // namespace fosse::engine
