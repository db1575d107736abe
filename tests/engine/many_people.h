#ifndef FOSSE_TESTS_ENGINE_MANY_PEOPLE_H_
#define FOSSE_TESTS_ENGINE_MANY_PEOPLE_H_

#include <deque>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/local_date.h"
#include "engine/timestamps.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_world.h"
#include "tests/support/status_matchers.h"

namespace fosse {

// Many invented people, all of whose tasks one worker does, for causes that concern them all.
class ManyPeople {
 public:
  explicit ManyPeople(EngineWorld& world) : world_(world) {}

  const v1::WorkerReference& worker() const { return worker_; }
  const std::vector<TestPerson>& people() const { return people_; }

  // `count` people whose task is ready to start. The practice oversees where `discharged`, else
  // community nursing.
  void MakeReady(int count, bool discharged = false) {
    EXPECT_THAT(world_.Submit(world_.Competency("k1", worker_)), IsOk());
    for (int i = 0; i < count; ++i) {
      const TestPerson person = NewPerson();
      people_.push_back(person);
      const std::string n = absl::StrCat(i);
      EXPECT_THAT(world_.Submit(world_.Episode(person, "e" + n)), IsOk());
      EXPECT_THAT(world_.Submit(world_.Proposal(person, "p" + n, "D" + n)), IsOk());
      EXPECT_THAT(world_.Submit(world_.Acceptance(person, "r" + n, "D" + n)), IsOk());
      EXPECT_THAT(world_.Submit(world_.Assignment(person, "a" + n, "D" + n, worker_)), IsOk());
      if (!discharged) continue;
      world_.clock().Advance(absl::Seconds(1));
      v1::Envelope closed = world_.Episode(person, "c" + n);
      closed.mutable_episode_change()->set_kind(v1::EPISODE_CHANGE_KIND_CLOSED);
      EXPECT_THAT(world_.Submit(closed), IsOk());
    }
  }
  v1::Envelope Start(int i) {
    v1::Envelope start = world_.Message(kProvider, absl::StrCat("s", i), people_[i]);
    start.mutable_start_confirmed()->mutable_delegation()->set_reference(absl::StrCat("D", i));
    *start.mutable_start_confirmed()->mutable_worker() = worker_;
    *start.mutable_start_confirmed()->mutable_started_at() =
        engine::ToTimestamp(world_.clock().Now());
    return start;
  }
  // The same, and begun.
  void MakeActive(int count, bool discharged = false) {
    MakeReady(count, discharged);
    world_.clock().Advance(absl::Hours(25));
    world_.Run();
    for (int i = 0; i < count; ++i) EXPECT_THAT(world_.Submit(Start(i)), IsOk());
    EXPECT_EQ(Count(v1::DELEGATION_STATE_ACTIVE), count);
  }

  v1::Envelope Revocation() {
    v1::Envelope envelope = world_.Message(kTraining, "revoked", kAda);
    *envelope.mutable_subject()->mutable_worker() = worker_;
    v1::CompetencyRevoked& revoked = *envelope.mutable_competency_revoked();
    revoked.set_reference("K-k1");
    revoked.mutable_task()->set_code("generic-7-blood-sugar");
    revoked.set_reason("Seen to leave out a step");
    *revoked.mutable_revoked_at() = engine::ToTimestamp(world_.clock().Now());
    return envelope;
  }

  // The way the task is done changes, at once and without a transition.
  v1::Envelope NewVersion() {
    v1::Envelope envelope = world_.Message(kTraining, "version", kAda);
    envelope.clear_subject();
    v1::TaskVersionChanged& changed = *envelope.mutable_task_version_changed();
    changed.mutable_task()->set_code("generic-7-blood-sugar");
    changed.set_version("next");
    changed.set_changed_on(FormatLocalDate(LondonDay(world_.clock().Now())));
    return envelope;
  }

  v1::Delegation DelegationOf(int i) {
    const v1::CareRecord record = world_.StoredPerson(people_[i]);
    return record.delegations_size() == 0 ? v1::Delegation() : record.delegations(0);
  }
  int Count(v1::DelegationState state) {
    int count = 0;
    for (size_t i = 0; i < people_.size(); ++i) count += DelegationOf(i).state() == state ? 1 : 0;
    return count;
  }
  // One whom a sweep has not reached yet; -1: none.
  int FirstIn(v1::DelegationState state) {
    for (size_t i = 0; i < people_.size(); ++i) {
      if (DelegationOf(i).state() == state) return static_cast<int>(i);
    }
    return -1;
  }
  // Indices of entries of a kind from `from` on.
  std::vector<uint64_t> EntriesOf(absl::string_view kind, uint64_t from) {
    std::vector<uint64_t> found;
    for (uint64_t i = from; i < world_.Size(); ++i) {
      if (world_.Leaf(i).kind() == kind) found.push_back(i);
    }
    return found;
  }

 private:
  // The next number of the test range with a sound check digit.
  TestPerson NewPerson() {
    while (true) {
      const std::string nine = absl::StrCat("999", 100000 + next_++);
      int sum = 0;
      for (int i = 0; i < 9; ++i) sum += (nine[i] - '0') * (10 - i);
      const int check = (11 - sum % 11) % 11;
      if (check == 10) continue;
      return {Keep(absl::StrCat(nine, check)), "1940-01-01", Keep(absl::StrCat("Person", next_))};
    }
  }
  const char* Keep(std::string text) {
    texts_.push_back(std::move(text));
    return texts_.back().c_str();
  }

  EngineWorld& world_;
  const v1::WorkerReference worker_ = WorkerOf(kProvider, "E-7");
  std::vector<TestPerson> people_;
  std::deque<std::string> texts_;
  int next_ = 0;
};

}  // namespace fosse

#endif  // FOSSE_TESTS_ENGINE_MANY_PEOPLE_H_
