#ifndef FOSSE_ADAPTERS_PAGE_SIGN_IN_H_
#define FOSSE_ADAPTERS_PAGE_SIGN_IN_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "adapters/kit/config.pb.h"
#include "adapters/page/sessions.h"
#include "base/random.h"

namespace fosse::adapters::page {

// Our part in signing in, and whose service it is.
struct SignInTerms {
  std::string origin;  // The page's address as browsers know it.
  std::string issuer;
  std::string client_id;
  std::string client_secret_file;
  Credentials credentials;  // Towards the service.
};

// OpenID Connect as a client: authorisation code with PKCE (S256), state and nonce. Blocks on the
// sign-in service, at most ten seconds a call. Thread-safe.
//
// Errors: UNAVAILABLE, reason SIGN_IN_UNREACHABLE; UNAUTHENTICATED, reasons SIGN_IN_REFUSED and
// ID_TOKEN_INVALID.
class SignIn {
 public:
  // FAILED_PRECONDITION, reason CREDENTIALS_UNREADABLE, where the client's secret cannot be read.
  static absl::StatusOr<std::unique_ptr<SignIn>> Create(const SignInTerms& terms, Random& random);

  // Where the browser goes; fills the attempt that its return is checked against.
  absl::StatusOr<std::string> Begin(SignInAttempt& attempt);
  // The subject, from the code that the browser brought back.
  absl::StatusOr<std::string> Finish(const SignInAttempt& attempt, const std::string& code);

 private:
  struct Endpoints {
    std::string authorization;
    std::string token;
    std::string keys;
  };
  SignIn(const SignInTerms& terms, std::string secret, Random& random)
      : terms_(terms), secret_(std::move(secret)), random_(random) {}
  absl::StatusOr<Endpoints> Discover();
  std::string Return() const;

  const SignInTerms terms_;
  const std::string secret_;
  Random& random_;
};

}  // namespace fosse::adapters::page

#endif  // FOSSE_ADAPTERS_PAGE_SIGN_IN_H_
