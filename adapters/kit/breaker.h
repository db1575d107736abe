#ifndef FOSSE_ADAPTERS_KIT_BREAKER_H_
#define FOSSE_ADAPTERS_KIT_BREAKER_H_

#include <map>
#include <mutex>
#include <string>

#include "absl/time/time.h"
#include "base/random.h"

namespace fosse::adapters {

// When one recipient's system is let rest, and for how long: data, one for each.
struct BreakerTerms {
  int failures = 5;  // In a row; then it rests.
  absl::Duration first_rest = absl::Seconds(5);
  absl::Duration longest_rest = absl::Minutes(1);
  // Retries may be a tenth of the first tries, so that they are never most of what a system gets. A
  // quiet recipient saves up, and has one retry a minute in any case.
  double retries_for_each_try = 0.1;
  double most_saved = 10;
  absl::Duration one_more_every = absl::Minutes(1);
};

// Spares a system that does not answer (CTL-14). After so many failures in a row it rests: nothing
// is sent to it for a time between nothing and a bound that doubles with each rest (full jitter).
// Then one call tries; if that is taken, all go on, else it rests again. Recipients are apart: one
// that is away holds up no other. Thread-safe.
class Breaker {
 public:
  explicit Breaker(Random& random, BreakerTerms terms = {},
                   std::map<std::string, BreakerTerms> by_recipient = {});

  enum class Turn { kGo, kRests, kBudgetSpent };
  // Whether a call may be made now: the first for its item, or a retry. Who is told to go must call
  // Report().
  Turn MayTry(const std::string& recipient, bool retry, absl::Time now);
  // What came of it: answered, whatever the answer, or not.
  void Report(const std::string& recipient, bool answered, absl::Time now);

 private:
  struct State {
    int failures = 0;
    int rests = 0;
    bool trying = false;  // The one call after a rest is under way.
    absl::Time until = absl::InfinitePast();
    double retries = -1;  // That may still be made; negative: none was asked for yet.
    absl::Time counted = absl::InfinitePast();
  };
  bool TakeRetry(State& state, const BreakerTerms& terms, bool retry, absl::Time now);
  const BreakerTerms& TermsOf(const std::string& recipient) const;

  Random& random_;
  const BreakerTerms terms_;
  const std::map<std::string, BreakerTerms> by_recipient_;
  std::mutex mutex_;
  std::map<std::string, State> states_;
};

}  // namespace fosse::adapters

#endif  // FOSSE_ADAPTERS_KIT_BREAKER_H_
