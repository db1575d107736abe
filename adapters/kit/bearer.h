#ifndef FOSSE_ADAPTERS_KIT_BEARER_H_
#define FOSSE_ADAPTERS_KIT_BEARER_H_

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/kit/config.pb.h"
#include "base/random.h"

namespace fosse::adapters {

// Clients that have no certificate: each signs a JWT with a key of its own, and exchanges it for an
// access token (RFC 6749 4.4, RFC 7523 2.2), as the national application-restricted APIs have it.
// What was given out lives in memory: after a restart clients ask again. Thread-safe.
class BearerTokens {
 public:
  static constexpr absl::Duration kLife = absl::Minutes(10);    // Of an access token.
  static constexpr absl::Duration kLongest = absl::Minutes(5);  // From now to `exp`.
  static constexpr absl::Duration kClockSlack = absl::Seconds(30);
  static constexpr size_t kMost = 10'000;  // Tokens, and JWTs remembered, at any time.

  // Reads the keys. FAILED_PRECONDITION, reason BEARER_KEYS_UNUSABLE.
  static absl::StatusOr<std::unique_ptr<BearerTokens>> Create(const Bearer& config, Random& random);

  // An access token for the body of a request to /oauth2/token. INVALID_ARGUMENT, reason
  // GRANT_UNSUPPORTED, for another form of request; UNAUTHENTICATED, reason TOKEN_INVALID, for a
  // JWT that is not by a key of the client that it names, or not for us, out of time, or seen
  // before; RESOURCE_EXHAUSTED, reason TOKENS_TOO_MANY.
  absl::StatusOr<std::string> Exchange(absl::string_view form, absl::Time now);

  // For whom the header Authorization speaks; empty: for nobody.
  std::string ParticipantOf(absl::string_view authorization, absl::Time now);

 private:
  struct Client {
    std::string issuer;
    std::string participant;
    std::string jwks;
  };
  struct Given {
    std::string participant;
    absl::Time until;
  };
  BearerTokens(std::string token_url, Random& random)
      : token_url_(std::move(token_url)), random_(random) {}

  // The participant of a JWT that may be believed, which is remembered.
  absl::StatusOr<std::string> Believe(absl::string_view assertion, absl::Time now);
  void ForgetOld(absl::Time now);

  const std::string token_url_;
  Random& random_;
  std::vector<Client> clients_;

  std::mutex mutex_;
  std::map<std::string, Given> given_;      // By digest of the access token.
  std::map<std::string, absl::Time> seen_;  // Issuer and jti of a JWT, until it has expired.
};

}  // namespace fosse::adapters

#endif  // FOSSE_ADAPTERS_KIT_BEARER_H_
