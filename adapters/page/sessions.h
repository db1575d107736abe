#ifndef FOSSE_ADAPTERS_PAGE_SESSIONS_H_
#define FOSSE_ADAPTERS_PAGE_SESSIONS_H_

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "base/random.h"

namespace fosse::adapters::page {

inline constexpr absl::Duration kSignInTime = absl::Minutes(10);
inline constexpr absl::Duration kIdleTime = absl::Minutes(30);
inline constexpr absl::Duration kLongestSession = absl::Hours(10);
inline constexpr size_t kMostSessions = 10000;

// A sign-in under way, bound to one browser by a cookie.
struct SignInAttempt {
  std::string state;
  std::string nonce;
  std::string verifier;
  absl::Time until;
};

// Somebody whom a page knows.
struct Colleague {
  std::string subject;      // At the sign-in service; or of another way in.
  std::string participant;  // For whom.
  std::string name;
  std::string reference = "";  // By which the participant knows this person, where a page needs it.
};

// Somebody who is signed in.
struct Session {
  Colleague colleague;
  std::string token;  // Against forged forms: every form carries it.
  absl::Time until;   // Moves with use.
  absl::Time latest;
};

// Sign-ins under way and people signed in, in memory: after a restart everybody signs in again.
// Thread-safe.
class Sessions {
 public:
  explicit Sessions(Random& random) : random_(random) {}

  // The cookie that binds the attempt.
  std::string Begin(const SignInAttempt& attempt, absl::Time now);
  // Once: a second answer to the same attempt finds nothing.
  std::optional<SignInAttempt> Take(const std::string& cookie, absl::Time now);
  // The cookie of a new session.
  std::string Open(const Colleague& colleague, absl::Time now);
  std::optional<Session> Find(const std::string& cookie, absl::Time now);
  void Close(const std::string& cookie);

 private:
  Random& random_;
  std::mutex mutex_;
  std::map<std::string, SignInAttempt> attempts_;
  std::map<std::string, Session> sessions_;
};

}  // namespace fosse::adapters::page

#endif  // FOSSE_ADAPTERS_PAGE_SESSIONS_H_
