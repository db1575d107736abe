#ifndef FOSSE_CARE_SHARED_CARE_STEPS_H_
#define FOSSE_CARE_SHARED_CARE_STEPS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "care/work.h"
#include "fosse/v1/envelope.pb.h"
#include "fosse/v1/internal.pb.h"

// A Shared Care case and its steps (Appendix A, B-7.1), kept with the delegation it is about:
//
//   need spotted -> team met -> form completed -> head of service passed it on -> panel decided
//     -> worker told
//
// While a case is open it always has a next step, an owner of that step and a time. No step moves
// the care itself: what runs goes on, and what waits is delivered by health meanwhile (B-7.3). Only
// the panel's decision is a fact that a question may see.
namespace fosse::care {

// What the field terms cannot say of referral, decision and funding: FIELD_REQUIRED or
// FIELD_INVALID. What each step must bring, and shares that do not come to the whole.
absl::Status CheckSharedCare(const v1::Envelope& envelope);

bool IsOpenCase(const v1::SharedCareState& state);

// What is to be done for a step, as a sentence to its owner.
absl::string_view ActionFor(v1::SharedCareStep step);

// The case waits for `next` from now on: names the owner, sets the deadline, tells the owner.
void AwaitStep(Work& work, v1::Delegation& delegation, v1::SharedCareStep next);
// Nothing is waited for any longer.
void CloseCase(Work& work, v1::Delegation& delegation);

// A deadline has passed: the owner is chased once, then it is escalated each time. Moves nothing.
void SharedCareStepDue(Work& work, const v1::TimerDue& due);

// Tells whoever the rulebook names for a route.
void TellRoute(Work& work, v1::Route route, v1::DeliveryKind kind, absl::string_view words,
               const std::string& delegation_id);

}  // namespace fosse::care

#endif  // FOSSE_CARE_SHARED_CARE_STEPS_H_
