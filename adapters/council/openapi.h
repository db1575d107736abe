#ifndef FOSSE_ADAPTERS_COUNCIL_OPENAPI_H_
#define FOSSE_ADAPTERS_COUNCIL_OPENAPI_H_

#include <string>

#include "absl/strings/string_view.h"

namespace fosse::adapters::council {

// What the door takes and answers, as an OpenAPI 3.1 document: made of the tables that read the
// messages and of the terms of the contract, so that it says what is so. The same each time.
// Thread-safe.
const std::string& OpenApi();

// Of one kind of message, by its name: everything that it can have, or nothing but what it must.
// For people to copy, and for tests.
std::string ExampleOf(absl::string_view type, bool whole);

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_OPENAPI_H_
