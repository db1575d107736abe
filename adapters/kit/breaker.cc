#include "adapters/kit/breaker.h"

#include <algorithm>

#include "adapters/kit/retry.h"
#include "base/log.h"

namespace fosse::adapters {

Breaker::Breaker(Random& random, BreakerTerms terms,
                 std::map<std::string, BreakerTerms> by_recipient)
    : random_(random), terms_(terms), by_recipient_(std::move(by_recipient)) {}

const BreakerTerms& Breaker::TermsOf(const std::string& recipient) const {
  const auto found = by_recipient_.find(recipient);
  return found == by_recipient_.end() ? terms_ : found->second;
}

bool Breaker::TakeRetry(State& state, const BreakerTerms& terms, bool retry, absl::Time now) {
  if (state.retries < 0) {
    state.retries = terms.most_saved;
  } else {
    state.retries += absl::FDivDuration(now - state.counted, terms.one_more_every);
  }
  state.counted = now;
  if (!retry) state.retries += terms.retries_for_each_try;
  state.retries = std::min(state.retries, terms.most_saved);
  if (!retry) return true;
  if (state.retries < 1) return false;
  state.retries -= 1;
  return true;
}

Breaker::Turn Breaker::MayTry(const std::string& recipient, bool retry, absl::Time now) {
  const std::lock_guard lock(mutex_);
  State& state = states_[recipient];
  if (state.rests > 0 && (now < state.until || state.trying)) return Turn::kRests;
  if (!TakeRetry(state, TermsOf(recipient), retry, now)) return Turn::kBudgetSpent;
  state.trying = state.rests > 0;
  return Turn::kGo;
}

void Breaker::Report(const std::string& recipient, bool answered, absl::Time now) {
  const std::lock_guard lock(mutex_);
  State& state = states_[recipient];
  const BreakerTerms& terms = TermsOf(recipient);
  if (answered) {
    if (state.rests > 0) Log(Severity::kInfo, "breaker-closed", {});
    state.failures = state.rests = 0;
    state.trying = false;
    return;
  }
  ++state.failures;
  if (state.failures < terms.failures && !state.trying) return;
  if (state.rests == 0) Log(Severity::kWarning, "breaker-open", {{"failures", state.failures}});
  state.trying = false;
  ++state.rests;
  state.until = now + JitteredDelay(terms.first_rest, terms.longest_rest, state.rests, random_);
}

}  // namespace fosse::adapters
