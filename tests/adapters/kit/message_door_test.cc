#include "adapters/kit/message_door.h"

#include <sqlite3.h>

#include <condition_variable>
#include <thread>

#include "base/log.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/adapters/kit/kit_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr absl::Duration kLongWait = absl::Minutes(5);
constexpr absl::Duration kShortWait = absl::Milliseconds(200);

// Lets calls go on when it is opened.
class Gate {
 public:
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void Pass() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

class MessageDoorTest : public ::testing::Test {
 protected:
  MessageDoorTest() {
    auto outbox = Outbox::Open(folder_.path("outbox.db"), folder_.path("key"), random_);
    FOSSE_CHECK(outbox.ok());
    outbox_ = *std::move(outbox);
    auto client = GatewayClient::Create(gateway_.ConfigOf(certificates_.Participant("RELAY")));
    FOSSE_CHECK(client.ok());
    client_ = *std::move(client);
  }

  void OpenDoor(absl::Duration wait) {
    door_ = std::make_unique<MessageDoor>(*outbox_, *client_, random_, wait);
  }

  // Hands it over; the answer comes into answers().
  void Hand(const v1::Envelope& envelope) {
    door_->Hand(envelope, [this](const Answer& answer) {
      const std::lock_guard lock(mutex_);
      answers_.push_back(answer);
    });
  }
  std::vector<Answer> answers() {
    const std::lock_guard lock(mutex_);
    return answers_;
  }
  std::vector<Answer::Kind> kinds() {
    std::vector<Answer::Kind> kinds;
    for (const Answer& answer : answers()) kinds.push_back(answer.kind);
    return kinds;
  }
  bool Answered(size_t count) {
    return Eventually([&] { return answers().size() >= count; });
  }
  size_t Unanswered() { return outbox_->UnansweredMessages(100)->size(); }
  // All rows of the outbox, the given up ones too.
  int Rows() {
    sqlite3* database = nullptr;
    sqlite3_open(folder_.path("outbox.db").c_str(), &database);
    int rows = -1;
    sqlite3_exec(
        database, "SELECT count(*) FROM message",
        [](void* out, int, char** values, char**) {
          *static_cast<int*>(out) = std::atoi(values[0]);
          return 0;
        },
        &rows, nullptr);
    sqlite3_close(database);
    return rows;
  }

  Certificates certificates_;
  Folder folder_;
  SystemRandom random_;
  FakeGateway gateway_{certificates_};
  std::unique_ptr<Outbox> outbox_;
  std::unique_ptr<GatewayClient> client_;
  std::mutex mutex_;
  std::vector<Answer> answers_;
  std::unique_ptr<MessageDoor> door_;  // Last: it goes first.
};

TEST_F(MessageDoorTest, AReceiptIsHandedBackAndTheMessageDropped) {
  Shows({"haz-38"});
  size_t kept_when_asked = 0;
  gateway_.set_decide([&](const v1::Envelope&, v1::Receipt& receipt) {
    kept_when_asked = Unanswered();
    receipt.set_entry_index(7);
    return grpc::Status::OK;
  });
  OpenDoor(kLongWait);
  Hand(ReportOf("m-1"));
  ASSERT_TRUE(Answered(1));
  EXPECT_EQ(answers()[0].kind, Answer::Kind::kReceipt);
  EXPECT_EQ(answers()[0].receipt.message_id(), "m-1");
  EXPECT_EQ(answers()[0].receipt.entry_index(), 7u);
  EXPECT_EQ(kept_when_asked, 1u);
  EXPECT_EQ(Rows(), 0);
}

TEST_F(MessageDoorTest, ARefusalForGoodIsHandedBackWithItsReasonAndTheMessageDropped) {
  gateway_.set_decide([](const v1::Envelope&, v1::Receipt&) {
    return Refused(grpc::StatusCode::INVALID_ARGUMENT, "FIELD_INVALID");
  });
  OpenDoor(kLongWait);
  Hand(ReportOf("m-1"));
  ASSERT_TRUE(Answered(1));
  const Answer answer = answers()[0];
  EXPECT_EQ(answer.kind, Answer::Kind::kRefused);
  EXPECT_EQ(answer.refusal.code, absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(answer.refusal.reason, "FIELD_INVALID");
  EXPECT_EQ(answer.refusal.sentence, "a fixed sentence");
  EXPECT_THAT(answer.refusal.metadata, ElementsAre(Pair("path", "task_performed.worker")));
  EXPECT_EQ(Rows(), 0);
  EXPECT_THAT(gateway_.asked(), SizeIs(1));
}

TEST_F(MessageDoorTest, WhatTheTransportFindsTooLargeIsRefusedAndNotAskedForEver) {
  Shows({"flt-27"});
  gateway_.set_decide([](const v1::Envelope&, v1::Receipt&) {
    return grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "larger than max");
  });
  OpenDoor(kLongWait);
  Hand(ReportOf("m-1"));
  ASSERT_TRUE(Answered(1));
  EXPECT_EQ(answers()[0].kind, Answer::Kind::kRefused);
  EXPECT_EQ(answers()[0].refusal.reason, "MESSAGE_TOO_LARGE");
  EXPECT_EQ(Rows(), 0);
}

TEST_F(MessageDoorTest, TroubleOfTheGatewayIsAskedAgainWithTheSameKey) {
  Shows({"ctl-13", "ctl-14"});
  std::atomic<int> calls = 0;
  gateway_.set_decide([&](const v1::Envelope&, v1::Receipt&) {
    return ++calls < 3 ? Refused(grpc::StatusCode::UNKNOWN, "COMMIT_UNKNOWN") : grpc::Status::OK;
  });
  OpenDoor(kLongWait);
  Hand(ReportOf("m-1"));
  ASSERT_TRUE(Answered(1));
  EXPECT_THAT(kinds(), ElementsAre(Answer::Kind::kReceipt));
  EXPECT_THAT(gateway_.asked(), ElementsAre("m-1", "m-1", "m-1"));
}

TEST_F(MessageDoorTest, WithTheGatewayAwayTheCallerIsToldKeptAndTheAskingGoesOn) {
  Shows({"haz-26", "ctl-13"});
  gateway_.Stop();
  OpenDoor(kShortWait);
  Hand(ReportOf("m-1"));
  ASSERT_TRUE(Answered(1));
  EXPECT_THAT(kinds(), ElementsAre(Answer::Kind::kKept));
  EXPECT_EQ(Unanswered(), 1u);
  gateway_.Start();
  EXPECT_TRUE(Eventually([&] { return Rows() == 0; }));
  EXPECT_THAT(gateway_.asked(), ElementsAre("m-1"));
  door_.reset();
  EXPECT_THAT(kinds(), ElementsAre(Answer::Kind::kKept));  // Told once.
}

TEST_F(MessageDoorTest, ARestartAsksAgainAboutWhatHasNoAnswer) {
  Shows({"haz-38", "ctl-13", "haz-03"});
  ASSERT_THAT(outbox_->KeepMessage(ReportOf("m-1")), IsOk());
  ASSERT_THAT(outbox_->KeepMessage(ReportOf("m-2")), IsOk());
  OpenDoor(kLongWait);
  EXPECT_TRUE(Eventually([&] { return Rows() == 0; }));
  EXPECT_THAT(gateway_.asked(), ::testing::UnorderedElementsAre("m-1", "m-2"));
}

TEST_F(MessageDoorTest, ARefusalAfterKeptStaysInTheOutboxForAPersonAndIsNotAskedAgain) {
  Shows({"haz-38", "haz-03"});
  std::vector<std::string> lines;
  std::mutex lines_mutex;
  const ScopedLogSink sink([&](absl::string_view line) {
    const std::lock_guard lock(lines_mutex);
    lines.emplace_back(line);
  });
  Gate gate;
  gateway_.set_decide([&](const v1::Envelope&, v1::Receipt&) {
    gate.Pass();
    return Refused(grpc::StatusCode::NOT_FOUND, "PERSON_NOT_VISIBLE");
  });
  OpenDoor(kShortWait);
  Hand(ReportOf("m-1"));
  EXPECT_TRUE(Answered(1));
  gate.Open();
  EXPECT_TRUE(Eventually([&] { return Unanswered() == 0; }));
  EXPECT_THAT(kinds(), ElementsAre(Answer::Kind::kKept));
  EXPECT_EQ(Rows(), 1);
  door_.reset();
  OpenDoor(kLongWait);
  Hand(ReportOf("m-2"));
  EXPECT_TRUE(Answered(2));
  EXPECT_THAT(gateway_.asked(), ElementsAre("m-1", "m-2"));
  const std::lock_guard lock(lines_mutex);
  EXPECT_THAT(lines, ::testing::Contains(::testing::HasSubstr("message-refused-after-kept")));
  for (const std::string& line : lines) {
    for (const std::string& word : PlantedWords()) EXPECT_EQ(line.find(word), std::string::npos);
  }
}

TEST_F(MessageDoorTest, TheSameMessageHandedInAgainSharesOneAsking) {
  Shows({"haz-07", "ctl-14"});
  Gate gate;
  gateway_.set_decide([&](const v1::Envelope&, v1::Receipt&) {
    gate.Pass();
    return grpc::Status::OK;
  });
  OpenDoor(kLongWait);
  for (int n = 0; n < 20; ++n) Hand(ReportOf("m-1"));
  EXPECT_TRUE(Eventually([&] { return gateway_.asked().size() == 1; }));
  gate.Open();
  ASSERT_TRUE(Answered(20));
  for (const Answer& answer : answers()) {
    EXPECT_EQ(answer.kind, Answer::Kind::kReceipt);
    EXPECT_EQ(answer.receipt.message_id(), "m-1");
  }
  EXPECT_THAT(gateway_.asked(), ElementsAre("m-1"));
  EXPECT_EQ(Rows(), 0);
}

TEST_F(MessageDoorTest, ManyCallersOnManyThreadsAreEachToldOnce) {
  OpenDoor(kLongWait);
  constexpr int kThreads = 4;
  constexpr int kEach = 25;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([this, thread] {
      // Two threads hand in the same messages.
      for (int n = 0; n < kEach; ++n) {
        Hand(ReportOf("m-" + std::to_string(thread / 2) + "-" + std::to_string(n)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(Answered(kThreads * kEach));
  door_.reset();
  EXPECT_THAT(answers(), SizeIs(kThreads * kEach));
  for (const Answer& answer : answers()) EXPECT_EQ(answer.kind, Answer::Kind::kReceipt);
  EXPECT_EQ(Rows(), 0);
}

TEST_F(MessageDoorTest, GoesWithCallsUnderWayAndTellsEveryCaller) {
  Shows({"haz-38"});
  std::atomic<int> deciding = 0;
  gateway_.set_decide([&](const v1::Envelope&, v1::Receipt&) {
    ++deciding;
    return Refused(grpc::StatusCode::UNAVAILABLE, "COMMIT_FAILED");
  });
  for (int round = 0; round < 20; ++round) {
    OpenDoor(kLongWait);
    const size_t before = answers().size();
    for (int n = 0; n < 4; ++n) Hand(ReportOf("m-" + std::to_string(round * 4 + n)));
    if (round % 2 == 0) {
      EXPECT_TRUE(Eventually([&] { return deciding > round; }));
    }
    door_.reset();
    EXPECT_EQ(answers().size(), before + 4);
  }
  for (const Answer& answer : answers()) EXPECT_EQ(answer.kind, Answer::Kind::kKept);
  EXPECT_EQ(Unanswered(), 80u);
}

TEST_F(MessageDoorTest, TheClientMayGoAsSoonAsItsCallsAreAnswered) {
  for (int round = 0; round < 40; ++round) {
    OpenDoor(kLongWait);
    Hand(ReportOf("m-" + std::to_string(round)));
    ASSERT_TRUE(Answered(round + 1));
    door_.reset();
    client_.reset();
    auto client = GatewayClient::Create(gateway_.ConfigOf(certificates_.Files("RELAY")));
    ASSERT_THAT(client, IsOk());
    client_ = *std::move(client);
  }
}

TEST_F(MessageDoorTest, WhatCannotBeKeptIsNotAskedAndTheCallerSendsAgain) {
  Shows({"haz-38"});
  OpenDoor(kLongWait);
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(folder_.path("outbox.db").c_str(), &database), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(database, "DROP TABLE message", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(database);
  Hand(ReportOf("m-1"));
  ASSERT_TRUE(Answered(1));
  EXPECT_THAT(kinds(), ElementsAre(Answer::Kind::kNotKept));
  EXPECT_THAT(gateway_.asked(), SizeIs(0));
}

}  // namespace
}  // namespace fosse::adapters
