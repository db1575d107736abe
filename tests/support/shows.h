#ifndef FOSSE_TESTS_SUPPORT_SHOWS_H_
#define FOSSE_TESTS_SUPPORT_SHOWS_H_

#include <initializer_list>
#include <string>

#include "gtest/gtest.h"

namespace fosse {

// Labels the running test with the clauses and safety ids that it shows: "b-3.3", "haz-14",
// "ctl-11". The labels go into the test's XML report, from which docs/traceability.md is made: an
// id counts as shown only by a test that passed.
inline void Shows(std::initializer_list<const char*> ids) {
  std::string joined;
  for (const char* id : ids) joined += (joined.empty() ? "" : " ") + std::string(id);
  ::testing::Test::RecordProperty("shows", joined);
}

}  // namespace fosse

#endif  // FOSSE_TESTS_SUPPORT_SHOWS_H_
