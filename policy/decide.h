#ifndef FOSSE_POLICY_DECIDE_H_
#define FOSSE_POLICY_DECIDE_H_

#include "fosse/v1/decision.pb.h"
#include "fosse/v1/facts.pb.h"
#include "policy/masks.h"
#include "policy/rulebook.h"

namespace fosse::policy {

// Pure: no clock, I/O, randomness or log, so a past decision can be decided again. Never fails.
// DENY beats REFER beats HOLD beats PERMIT; silence is REFER with no bit set. A missing fact is its
// _UNKNOWN value: HOLD rules match it, and it is never by itself a reason to DENY.
// Well below a microsecond for 300 rules (docs/performance.md). Allocates nothing. Thread-safe.
Verdict Decide(const Rulebook& rulebook, v1::Question question, const v1::Facts& facts);

// Whether PERMIT must become HOLD while the time is not sure: the question would start something
// (CTL-43). A stronger answer stands as it is.
bool IsHeldWhileClockIsUnsure(v1::Question question, const Verdict& verdict);

}  // namespace fosse::policy

#endif  // FOSSE_POLICY_DECIDE_H_
