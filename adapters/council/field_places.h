#ifndef FOSSE_ADAPTERS_COUNCIL_FIELD_PLACES_H_
#define FOSSE_ADAPTERS_COUNCIL_FIELD_PLACES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace fosse::adapters::council {

// Where in a JSON message a field of the contract stands, such as /person/nhsNumber for
// subject.person.nhs_number: for what the gateway finds wrong. Empty where JSON has no such member.
// Pure.
std::string PointerOf(absl::string_view field);

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_FIELD_PLACES_H_
