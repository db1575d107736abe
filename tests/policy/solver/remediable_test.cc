#include "policy/solver/remediable.h"

#include <string>

#include "gtest/gtest.h"

namespace fosse::policy::solver {
namespace {

size_t PlaceOf(absl::string_view name) {
  const Fact* const fact = FindFact(name);
  return static_cast<size_t>(fact - AllFacts().data());
}

TEST(RemediableTest, EveryFactIsListedOnceWithAReason) {
  for (const Fact& fact : AllFacts()) {
    int times = 0;
    for (const Remediable& one : AllRemediable()) times += one.fact == fact.name() ? 1 : 0;
    EXPECT_EQ(times, 1) << fact.name();
  }
  for (const Remediable& one : AllRemediable()) {
    EXPECT_FALSE(one.words.empty()) << one.fact;
    EXPECT_EQ(one.remedy == Remedy::kDo, !one.to.empty()) << one.fact;
  }
}

TEST(RemediableTest, NothingBecomesUnknown) {
  for (size_t place = 0; place < AllFacts().size(); ++place) {
    for (int value = 0; value < 64; ++value) EXPECT_EQ(Reachable(place, value) & 1, 0u);
  }
}

TEST(RemediableTest, WhatIsNobodysToChangeStays) {
  EXPECT_EQ(Reachable(PlaceOf("consent"), v1::Facts::CONSENT_DECLINED), 0u);
  EXPECT_EQ(Reachable(PlaceOf("sharing_objection"), v1::Facts::SHARING_OBJECTION_OBJECTS), 0u);
  for (const char* const name : {"task_restriction", "setting", "person_exclusion"}) {
    const size_t place = PlaceOf(name);
    for (int i = 1; i < AllFacts()[place].values().value_count(); ++i) {
      EXPECT_EQ(Reachable(place, AllFacts()[place].values().value(i)->number()), 0u) << name;
    }
  }
}

TEST(RemediableTest, WhatIsNotRecordedCanBeFoundOut) {
  EXPECT_EQ(Reachable(PlaceOf("setting"), 0), AllValues(PlaceOf("setting")) & ~Values{1});
}

}  // namespace
}  // namespace fosse::policy::solver
