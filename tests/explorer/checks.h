#ifndef FOSSE_TESTS_EXPLORER_CHECKS_H_
#define FOSSE_TESTS_EXPLORER_CHECKS_H_

#include "tests/care/invariants.h"
#include "tests/explorer/state.h"

// What must hold besides tests/care/invariants.h: what only an exploration can see, or see in every
// state.
namespace fosse::care {

// A report of care, a concern raised and news of an episode are always kept (INV-05).
Broken CheckRefusal(const v1::Envelope& envelope, const absl::Status& status);

// An acknowledgement by a system moves nothing (CTL-16). Whether a record is one person's stays in
// question until a person decides (HAZ-02). Whatever waits has an owner and a timer (CTL-15).
Broken CheckMore(const Step& step, const State& after);

}  // namespace fosse::care

#endif  // FOSSE_TESTS_EXPLORER_CHECKS_H_
