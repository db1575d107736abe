#ifndef FOSSE_TESTS_EXPLORER_PLANTED_H_
#define FOSSE_TESTS_EXPLORER_PLANTED_H_

#include <vector>

#include "tests/explorer/explorer.h"

// Copies of care::Handle with one bug each, which an exploration must find.
namespace fosse::care {

struct PlantedBug {
  const char* name;
  const char* words;
  HandleFunction handle;
  const char* scope;   // Which finds it.
  const char* breaks;  // What the first finding begins with.
  size_t steps;        // Of the shortest history that shows it.
};

const std::vector<PlantedBug>& PlantedBugs();

}  // namespace fosse::care

#endif  // FOSSE_TESTS_EXPLORER_PLANTED_H_
