#ifndef FOSSE_TESTS_CARE_TASK_FIXTURE_H_
#define FOSSE_TESTS_CARE_TASK_FIXTURE_H_

#include <string>

#include "base/status.h"
#include "gtest/gtest.h"
#include "tests/care/messages.h"
#include "tests/care/world.h"

namespace fosse::care {

// Reference of the one task of a TaskFixture.
inline constexpr char kRef[] = "REF-1";

// A world with one person, kAda, and at most one task of hers, under kRef.
class TaskFixture : public ::testing::Test {
 protected:
  const v1::Delegation& task() { return world_.delegation(kAda, kRef); }
  // She comes onto the community caseload.
  void Open() { world_.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_OPENED, world_.now)); }
  void To(v1::DelegationState state) { Bring(world_, kAda, kRef, state); }
  // Why the message is refused; empty where it is taken.
  std::string Refused(const v1::Envelope& envelope) {
    return ReasonOf(world_.Send(envelope).status());
  }

  World world_;
};

}  // namespace fosse::care

#endif  // FOSSE_TESTS_CARE_TASK_FIXTURE_H_
