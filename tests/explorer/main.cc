// Explores the scopes named, or all that every run explores, and prints what it found.
//   explorer [--long] [--states N] [--memory MIB] [--threads N] [BOUND...] [SCOPE...]
// A bound takes the place of the scope's own: --time, --messages, --offers, --checks,
// --delegations,
// --workers, each with a number.
// Exit code 0: nothing is broken; 1: something is; 2: not a scope.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "tests/explorer/scopes.h"

namespace fosse::care {
namespace {

// Bounds given by hand, by the words of the command line.
int* BoundNamed(const std::string& argument, Bounds& bounds) {
  if (argument == "--time") return &bounds.time_steps;
  if (argument == "--messages") return &bounds.messages;
  if (argument == "--offers") return &bounds.offers;
  if (argument == "--checks") return &bounds.checks;
  if (argument == "--delegations") return &bounds.delegations;
  if (argument == "--workers") return &bounds.workers;
  return nullptr;
}

int Run(const std::vector<std::string>& names, const Limits& limits,
        const std::map<std::string, int>& by_hand) {
  bool broken = false;
  for (const std::string& name : names) {
    const Scope* found = FindScope(name);
    if (found == nullptr) {
      std::fprintf(stderr, "no scope %s\n", name.c_str());
      return 2;
    }
    Scope scope = *found;
    for (const auto& [bound, value] : by_hand) *BoundNamed(bound, scope.bounds) = value;
    const Exploration result = Explore(scope, StepperFor(scope), limits);
    std::fputs(ReportOf(scope, result, *ExplorerRulebook()).c_str(), stdout);
    std::fflush(stdout);
    broken = broken || !result.broken.empty();
  }
  return broken ? 1 : 0;
}

int Main(int count, char** arguments) {
  std::vector<std::string> names;
  Limits limits;
  std::map<std::string, int> by_hand;
  Bounds any;
  for (int n = 1; n < count; ++n) {
    const std::string argument = arguments[n];
    const auto number = [&]() -> uint64_t {
      return n + 1 < count ? std::strtoull(arguments[++n], nullptr, 10) : 0;
    };
    if (argument == "--long") {
      for (const Scope& scope : LongScopes()) names.push_back(scope.name);
      limits.states = 10'000'000;
    } else if (argument == "--states") {
      limits.states = number();
    } else if (argument == "--memory") {
      limits.memory_mib = number();
    } else if (argument == "--threads") {
      limits.threads = static_cast<int>(number());
    } else if (BoundNamed(argument, any) != nullptr) {
      by_hand[argument] = static_cast<int>(number());
    } else {
      names.push_back(argument);
    }
  }
  if (names.empty()) {
    for (const Scope& scope : NormalScopes()) names.push_back(scope.name);
  }
  return Run(names, limits, by_hand);
}

}  // namespace
}  // namespace fosse::care

int main(int count, char** arguments) { return fosse::care::Main(count, arguments); }
