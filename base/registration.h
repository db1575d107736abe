#ifndef FOSSE_BASE_REGISTRATION_H_
#define FOSSE_BASE_REGISTRATION_H_

#include "absl/strings/string_view.h"

namespace fosse {

// The shapes of professional registration numbers. A right shape proves no registration, and not
// which part of a register: a nursing associate has an NMC PIN too. Exact text: no spaces, upper
// case.

// Nursing and Midwifery Council PIN: 12A3456E.
bool IsNmcPin(absl::string_view text);

// Health and Care Professions Council: two letters of the profession and five or six digits.
bool IsHcpcNumber(absl::string_view text);

// General Medical Council: seven digits, or those after a C (the consultant-code form).
bool IsGmcNumber(absl::string_view text);

// General medical practitioner code of the prescribing service: G and seven digits.
bool IsGmpCode(absl::string_view text);

// General Pharmaceutical Council: seven digits that begin with 2.
bool IsGphcNumber(absl::string_view text);

}  // namespace fosse

#endif  // FOSSE_BASE_REGISTRATION_H_
