#ifndef FOSSE_TESTS_EXPLORER_SCOPES_H_
#define FOSSE_TESTS_EXPLORER_SCOPES_H_

#include <vector>

#include "tests/explorer/explorer.h"

namespace fosse::care {

// What every run explores until the frontier empties.
const std::vector<Scope>& NormalScopes();
// What `./dev test --long` explores besides, as far as its limits go.
const std::vector<Scope>& LongScopes();
// By name, of both. Null: none.
const Scope* FindScope(const std::string& name);

// As a test is named.
std::string NameOf(const Scope& scope);

// --- Where explorations start ---

// Person 1 (and 2) open to community health, and nothing else.
std::vector<State> Open(const Stepper& stepper);
// Besides, person 1's REF-1 is active with a competent worker.
std::vector<State> Active(const Stepper& stepper);

}  // namespace fosse::care

#endif  // FOSSE_TESTS_EXPLORER_SCOPES_H_
