// How much is kept of the locality, and what is said past it.
#include "absl/strings/str_cat.h"
#include "care/locality.h"
#include "gtest/gtest.h"
#include "tests/care/messages.h"
#include "tests/care/world.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

TEST(LocalityLimitsTest, ListsHaveLimitsAndTheOldestGo) {
  Shows({"ctl-30", "thr-09"});
  v1::LocalityRecord record;
  v1::Change change;
  for (int i = 0; i < kMaxPrecedents + 3; ++i) {
    change.mutable_precedent()->set_number(i + 1);
    Fold(change, record);
  }
  EXPECT_EQ(record.precedents_size(), kMaxPrecedents);
  EXPECT_EQ(record.precedents(0).number(), 4u);
  for (int i = 0; i < kMaxIssues + 3; ++i) {
    change.mutable_issue()->set_reference(absl::StrCat(i));
    Fold(change, record);
  }
  EXPECT_EQ(record.issues_size(), kMaxIssues);
  EXPECT_EQ(record.issues(0).reference(), "3");
}

TEST(LocalityLimitsTest, AFullWaitingListIsSaidSo) {
  Shows({"ctl-30"});
  World world;
  v1::Envelope request = From(kProvider, "");
  v1::TrainingRequest& needs = *request.mutable_training_request();
  needs.set_training_provider(kTraining);
  for (int i = 0; i < 50; ++i) {
    needs.add_workers()->set_employer(kProvider);
    needs.mutable_workers(i)->set_employer_reference(absl::StrCat("W", i));
  }
  for (int i = 0; i < 20; ++i) needs.add_tasks()->set_code(absl::StrCat("task-", i));
  for (int i = 0; i < kMaxWaitingWorkers / 1000; ++i) {
    needs.set_reference(absl::StrCat("TNA-", i));
    EXPECT_FALSE(world.Must(request).HasNotice("WAITING_NOT_COUNTED"));
  }
  needs.set_reference("TNA-more");
  const Sent more = world.Must(request);
  EXPECT_TRUE(more.HasNotice("WAITING_NOT_COUNTED"));
  EXPECT_EQ(more.Count(kTraining, v1::DELIVERY_KIND_REFERRAL), 1) << "it is passed on all the same";
}

}  // namespace
}  // namespace fosse::care
