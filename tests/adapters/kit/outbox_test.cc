#include "adapters/kit/outbox.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/adapters/kit/kit_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const absl::Time kNow = absl::FromUnixSeconds(1664787600);

class OutboxTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Outbox>> OpenOutbox(const std::string& key = "key") {
    return Outbox::Open(folder_.path("outbox.db"), folder_.path(key), random_);
  }

  static std::vector<std::string> IdsOf(const absl::StatusOr<std::vector<v1::Envelope>>& messages) {
    std::vector<std::string> ids;
    if (!messages.ok()) return {messages.status().ToString()};
    for (const v1::Envelope& message : *messages) ids.push_back(message.message_id());
    return ids;
  }
  static std::vector<std::string> IdsOf(const absl::StatusOr<std::vector<Outbox::Item>>& items) {
    std::vector<std::string> ids;
    if (!items.ok()) return {items.status().ToString()};
    for (const Outbox::Item& item : *items) ids.push_back(item.delivery.delivery_id());
    return ids;
  }

  // Runs in a child that SIGKILL ends as soon as `keep` has returned.
  void KillRightAfter(const std::function<bool(Outbox&)>& keep) {
    const pid_t child = fork();
    if (child == 0) {
      SystemRandom random;
      auto outbox = Outbox::Open(folder_.path("outbox.db"), folder_.path("key"), random);
      if (outbox.ok() && keep(**outbox)) kill(getpid(), SIGKILL);
      _exit(1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child could not keep it";
    ASSERT_EQ(WTERMSIG(status), SIGKILL);
  }

  Folder folder_;
  SystemRandom random_;
};

TEST_F(OutboxTest, MessageSurvivesSigkillRightAfterItWasKept) {
  Shows({"haz-38", "ctl-13"});
  KillRightAfter([](Outbox& outbox) { return outbox.KeepMessage(ReportOf("m-1")).ok(); });
  ASSERT_OK_AND_ASSIGN(const auto outbox, OpenOutbox());
  ASSERT_OK_AND_ASSIGN(const auto messages, outbox->UnansweredMessages(10));
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].SerializeAsString(), ReportOf("m-1").SerializeAsString());
}

TEST_F(OutboxTest, DeliverySurvivesSigkillRightAfterItWasKept) {
  Shows({"haz-38", "ctl-13"});
  KillRightAfter([](Outbox& outbox) { return outbox.KeepDelivery(DeliveryOf("d-1"), kNow).ok(); });
  ASSERT_OK_AND_ASSIGN(const auto outbox, OpenOutbox());
  ASSERT_OK_AND_ASSIGN(const auto items, outbox->WaitingDeliveries(10));
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].delivery.SerializeAsString(), DeliveryOf("d-1").SerializeAsString());
}

TEST_F(OutboxTest, TheFirstOutcomeOfARequestStaysAndNothingOfItCanBeRead) {
  Shows({"ctl-10"});
  {
    ASSERT_OK_AND_ASSIGN(auto outbox, OpenOutbox());
    EXPECT_THAT(outbox->FindOutcome("C82999/r-1"), IsOkAndHolds(std::nullopt));
    ASSERT_THAT(outbox->KeepOutcome("C82999/r-1", "Okonjo, first"), IsOk());
    ASSERT_THAT(outbox->KeepOutcome("C82999/r-1", "second"), IsOk());
    ASSERT_THAT(outbox->KeepOutcome("C82999/r-2", ""), IsOk());
  }
  ASSERT_OK_AND_ASSIGN(auto outbox, OpenOutbox());
  EXPECT_THAT(outbox->FindOutcome("C82999/r-1"),
              IsOkAndHolds(std::optional<std::string>("Okonjo, first")));
  EXPECT_THAT(outbox->FindOutcome("C82999/r-2"), IsOkAndHolds(std::optional<std::string>("")));
  EXPECT_THAT(outbox->FindOutcome("C82998/r-1"), IsOkAndHolds(std::nullopt));
  for (const char* secret : {"Okonjo", "r-1"}) {
    EXPECT_THAT(folder_.Read("outbox.db"), Not(HasSubstr(secret)));
    EXPECT_THAT(folder_.Read("outbox.db-wal"), Not(HasSubstr(secret)));
  }
}

TEST_F(OutboxTest, MessagesComeBackInOrderUntilTheyAreDropped) {
  ASSERT_OK_AND_ASSIGN(auto outbox, OpenOutbox());
  for (const char* id : {"m-1", "m-2", "m-3"}) {
    ASSERT_THAT(outbox->KeepMessage(ReportOf(id)), IsOk());
  }
  EXPECT_THAT(IdsOf(outbox->UnansweredMessages(10)), ElementsAre("m-1", "m-2", "m-3"));
  EXPECT_THAT(IdsOf(outbox->UnansweredMessages(2)), ElementsAre("m-1", "m-2"));
  ASSERT_THAT(outbox->DropMessage(ReportOf("m-2")), IsOk());
  outbox.reset();
  ASSERT_OK_AND_ASSIGN(outbox, OpenOutbox());
  EXPECT_THAT(IdsOf(outbox->UnansweredMessages(10)), ElementsAre("m-1", "m-3"));
}

TEST_F(OutboxTest, TheSameMessageIsKeptOnce) {
  Shows({"haz-07", "ctl-13"});
  ASSERT_OK_AND_ASSIGN(const auto outbox, OpenOutbox());
  v1::Envelope again = ReportOf("m-1");
  again.set_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  ASSERT_THAT(outbox->KeepMessage(ReportOf("m-1")), IsOk());
  ASSERT_THAT(outbox->KeepMessage(again), IsOk());
  EXPECT_THAT(IdsOf(outbox->UnansweredMessages(10)), ElementsAre("m-1"));
  ASSERT_THAT(outbox->DropMessage(again), IsOk());
  EXPECT_THAT(IdsOf(outbox->UnansweredMessages(10)), IsEmpty());
}

TEST_F(OutboxTest, OtherContentUnderTheSameIdIsAnotherMessageAndNeitherDropsTheOther) {
  ASSERT_OK_AND_ASSIGN(const auto outbox, OpenOutbox());
  v1::Envelope other = ReportOf("m-1");
  other.mutable_task_performed()->set_observation("something else");
  ASSERT_THAT(outbox->KeepMessage(ReportOf("m-1")), IsOk());
  ASSERT_THAT(outbox->KeepMessage(other), IsOk());
  ASSERT_THAT(outbox->DropMessage(other), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto messages, outbox->UnansweredMessages(10));
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].SerializeAsString(), ReportOf("m-1").SerializeAsString());
}

TEST_F(OutboxTest, AGivenUpMessageIsAskedAgainOnlyWhenItsSenderSendsItAgain) {
  ASSERT_OK_AND_ASSIGN(const auto outbox, OpenOutbox());
  ASSERT_THAT(outbox->KeepMessage(ReportOf("m-1")), IsOk());
  ASSERT_THAT(outbox->GiveUpMessage(ReportOf("m-1")), IsOk());
  EXPECT_THAT(IdsOf(outbox->UnansweredMessages(10)), IsEmpty());
  ASSERT_THAT(outbox->KeepMessage(ReportOf("m-1")), IsOk());
  EXPECT_THAT(IdsOf(outbox->UnansweredMessages(10)), ElementsAre("m-1"));
}

TEST_F(OutboxTest, ADeliveryKeepsItsAttemptsStateAndTime) {
  ASSERT_OK_AND_ASSIGN(auto outbox, OpenOutbox());
  ASSERT_OK_AND_ASSIGN(Outbox::Item item, outbox->KeepDelivery(DeliveryOf("d-1"), kNow));
  EXPECT_EQ(item.state, Outbox::State::kWaiting);
  EXPECT_EQ(item.next_attempt, kNow);
  ASSERT_THAT(outbox->RecordAttempt("d-1", kNow + absl::Seconds(7)), IsOk());
  outbox.reset();
  ASSERT_OK_AND_ASSIGN(outbox, OpenOutbox());
  ASSERT_OK_AND_ASSIGN(const auto waiting, outbox->Find("d-1"));
  ASSERT_TRUE(waiting.has_value());
  EXPECT_EQ(waiting->attempts, 1);
  EXPECT_EQ(waiting->next_attempt, kNow + absl::Seconds(7));
  ASSERT_THAT(outbox->Finish("d-1", Outbox::State::kRefused, "http-422"), IsOk());
  EXPECT_THAT(IdsOf(outbox->WaitingDeliveries(10)), IsEmpty());
  ASSERT_OK_AND_ASSIGN(const auto untold, outbox->UntoldDeliveries(10));
  ASSERT_EQ(untold.size(), 1u);
  EXPECT_EQ(untold[0].state, Outbox::State::kRefused);
  EXPECT_EQ(untold[0].detail_code, "http-422");
  ASSERT_THAT(outbox->MarkTold("d-1"), IsOk());
  EXPECT_THAT(IdsOf(outbox->UntoldDeliveries(10)), IsEmpty());
}

TEST_F(OutboxTest, AFinalStateStays) {
  ASSERT_OK_AND_ASSIGN(const auto outbox, OpenOutbox());
  ASSERT_THAT(outbox->KeepDelivery(DeliveryOf("d-1"), kNow), IsOk());
  ASSERT_THAT(outbox->Finish("d-1", Outbox::State::kDelivered, "http-200"), IsOk());
  ASSERT_THAT(outbox->Finish("d-1", Outbox::State::kDead, "timeout"), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto item, outbox->Find("d-1"));
  EXPECT_EQ(item->state, Outbox::State::kDelivered);
  EXPECT_EQ(item->detail_code, "http-200");
}

TEST_F(OutboxTest, ARepeatedDeliveryIsNotStartedAgainAndItsEndIsToldOnceMore) {
  Shows({"ctl-13", "haz-07"});
  ASSERT_OK_AND_ASSIGN(const auto outbox, OpenOutbox());
  ASSERT_THAT(outbox->KeepDelivery(DeliveryOf("d-1"), kNow), IsOk());
  ASSERT_THAT(outbox->RecordAttempt("d-1", kNow + absl::Hours(1)), IsOk());
  ASSERT_OK_AND_ASSIGN(Outbox::Item item, outbox->KeepDelivery(DeliveryOf("d-1"), kNow));
  EXPECT_EQ(item.attempts, 1);
  EXPECT_EQ(item.next_attempt, kNow + absl::Hours(1));
  ASSERT_THAT(outbox->Finish("d-1", Outbox::State::kDelivered, "http-200"), IsOk());
  ASSERT_THAT(outbox->MarkTold("d-1"), IsOk());
  ASSERT_OK_AND_ASSIGN(item, outbox->KeepDelivery(DeliveryOf("d-1"), kNow));
  EXPECT_EQ(item.state, Outbox::State::kDelivered);
  EXPECT_THAT(IdsOf(outbox->WaitingDeliveries(10)), IsEmpty());
  EXPECT_THAT(IdsOf(outbox->UntoldDeliveries(10)), ElementsAre("d-1"));
}

TEST_F(OutboxTest, AReplayOfADeadDeliveryStartsItAgain) {
  Shows({"ctl-14"});
  ASSERT_OK_AND_ASSIGN(const auto outbox, OpenOutbox());
  ASSERT_THAT(outbox->KeepDelivery(DeliveryOf("d-1"), kNow), IsOk());
  ASSERT_THAT(outbox->RecordAttempt("d-1", kNow + absl::Hours(1)), IsOk());
  ASSERT_THAT(outbox->Finish("d-1", Outbox::State::kDead, "timeout"), IsOk());
  // The gateway does not know yet: no replay.
  ASSERT_OK_AND_ASSIGN(Outbox::Item item, outbox->KeepDelivery(DeliveryOf("d-1"), kNow));
  EXPECT_EQ(item.state, Outbox::State::kDead);
  ASSERT_THAT(outbox->MarkTold("d-1"), IsOk());
  ASSERT_OK_AND_ASSIGN(item, outbox->KeepDelivery(DeliveryOf("d-1"), kNow));
  EXPECT_EQ(item.state, Outbox::State::kWaiting);
  EXPECT_EQ(item.attempts, 0);
  EXPECT_EQ(item.next_attempt, kNow);
  EXPECT_THAT(IdsOf(outbox->WaitingDeliveries(10)), ElementsAre("d-1"));
}

TEST_F(OutboxTest, WaitingDeliveriesAreReadInPagesAndByRecipient) {
  ASSERT_OK_AND_ASSIGN(const auto outbox, OpenOutbox());
  for (const char* id : {"d-1", "d-2", "d-3"}) {
    ASSERT_THAT(outbox->KeepDelivery(DeliveryOf(id), kNow), IsOk());
  }
  ASSERT_THAT(outbox->KeepDelivery(DeliveryOf("d-4", "9990000026", "C82999"), kNow), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto page, outbox->WaitingDeliveries(2));
  EXPECT_THAT(IdsOf(page), ElementsAre("d-1", "d-2"));
  EXPECT_THAT(IdsOf(outbox->WaitingDeliveries(2, page.back().sequence)), ElementsAre("d-3", "d-4"));
  EXPECT_THAT(IdsOf(outbox->ItemsOf("C82999", Outbox::State::kWaiting, 10)), ElementsAre("d-4"));
  EXPECT_THAT(IdsOf(outbox->ItemsOf("C82999", Outbox::State::kDelivered, 10)), IsEmpty());
}

TEST_F(OutboxTest, NothingAboutAPersonStandsInItsFilesUnsealed) {
  ASSERT_OK_AND_ASSIGN(const auto outbox, OpenOutbox());
  ASSERT_THAT(outbox->KeepMessage(ReportOf("message-of-1")), IsOk());
  ASSERT_THAT(outbox->KeepDelivery(DeliveryOf("d-1"), kNow), IsOk());
  ASSERT_THAT(outbox->KeepMessage(ReportOf("message-of-2")), IsOk());
  ASSERT_THAT(outbox->GiveUpMessage(ReportOf("message-of-2")), IsOk());
  const std::string files = folder_.Read("outbox.db") + folder_.Read("outbox.db-wal");
  EXPECT_THAT(files, HasSubstr("d-1"));  // What is read here is what was written.
  for (const std::string& word : PlantedWords()) EXPECT_EQ(files.find(word), std::string::npos);
  EXPECT_EQ(files.find(folder_.Read("key")), std::string::npos);
  for (const char* name : {"outbox.db", "outbox.db-wal", "key"}) {
    struct stat file = {};
    ASSERT_EQ(stat(folder_.path(name).c_str(), &file), 0) << name;
    EXPECT_EQ(file.st_mode & 0777, 0600u) << name;
  }
}

TEST_F(OutboxTest, AnotherKeyOpensNothingAndSaysSo) {
  {
    ASSERT_OK_AND_ASSIGN(const auto outbox, OpenOutbox());
    ASSERT_THAT(outbox->KeepMessage(ReportOf("m-1")), IsOk());
    ASSERT_THAT(outbox->KeepDelivery(DeliveryOf("d-1"), kNow), IsOk());
  }
  ASSERT_OK_AND_ASSIGN(const auto outbox, OpenOutbox("other-key"));
  EXPECT_THAT(outbox->UnansweredMessages(10), FailsWith("OUTBOX_DAMAGED"));
  EXPECT_THAT(outbox->WaitingDeliveries(10), FailsWith("OUTBOX_DAMAGED"));
  EXPECT_THAT(outbox->Find("d-1"), FailsWith("OUTBOX_DAMAGED"));
}

TEST_F(OutboxTest, AKeyThatCannotBeReadIsNotReplaced) {
  folder_.Write("key", "too short");
  EXPECT_THAT(OpenOutbox(), FailsWith("OUTBOX_KEY_UNUSABLE"));
  EXPECT_EQ(folder_.Read("key"), "too short");
  ASSERT_EQ(symlink("loop", folder_.path("loop").c_str()), 0);
  EXPECT_THAT(OpenOutbox("loop"), FailsWith("OUTBOX_KEY_UNUSABLE"));
  EXPECT_THAT(OpenOutbox("no-such-folder/key"), FailsWith("OUTBOX_KEY_UNUSABLE"));
}

TEST_F(OutboxTest, AFileThatIsNoDatabaseIsAnErrorAndIsLeftAlone) {
  folder_.Write("outbox.db", std::string(4096, 'x'));
  EXPECT_THAT(OpenOutbox(), FailsWith("OUTBOX_FAILED"));
  EXPECT_EQ(folder_.Read("outbox.db"), std::string(4096, 'x'));
}

}  // namespace
}  // namespace fosse::adapters
