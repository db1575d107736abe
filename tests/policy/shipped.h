#ifndef FOSSE_TESTS_POLICY_SHIPPED_H_
#define FOSSE_TESTS_POLICY_SHIPPED_H_

#include <memory>
#include <string>
#include <vector>

#include "fosse/v1/rulebook.pb.h"
#include "policy/rulebook.h"

namespace fosse::policy {

// What comes with Fosse and has a suite: a locality's rulebook or a layer, as the suite asks it.
struct Shipped {
  std::string folder;  // Under policy/rulebooks/, such as "llr/2022-10-01".
  // Ready to decide: composed of the parts that the suite's rulebook id names, and of its base.
  std::unique_ptr<const Rulebook> rulebook;
  v1::Suite suite;

  // The rules that are written in this folder; those of its other parts have suites of their own.
  std::vector<std::string> OwnRules() const;
};

// Every folder of policy/rulebooks/ that has a suite, in order of name. Stops the program where one
// does not load.
const std::vector<Shipped>& ShippedRulebooks();

}  // namespace fosse::policy

#endif  // FOSSE_TESTS_POLICY_SHIPPED_H_
