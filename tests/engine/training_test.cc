// The training register: who waits, who was found competent, and who may know.
#include "base/local_date.h"
#include "engine/timestamps.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kTask[] = "generic-7-blood-sugar";

class TrainingTest : public ::testing::Test {
 protected:
  absl::StatusOr<v1::Receipt> Needs(const char* id, absl::string_view employer,
                                    std::vector<const char*> references) {
    v1::Envelope needs = world_.Message(employer, id, kAda);
    needs.clear_subject();
    v1::TrainingRequest& body = *needs.mutable_training_request();
    body.set_reference(id);
    body.set_training_provider(kTraining);
    for (const char* const reference : references)
      *body.add_workers() = WorkerOf(employer, reference);
    body.add_tasks()->set_code(kTask);
    return world_.Submit(needs);
  }
  absl::StatusOr<v1::ListTrainingQueueResponse> Queue(absl::string_view reader,
                                                      uint32_t page_size = 0,
                                                      const std::string& token = "") {
    v1::ListTrainingQueueRequest request;
    request.set_purpose("test");
    request.set_page_size(page_size);
    request.set_page_token(token);
    return world_.Ask<v1::ListTrainingQueueResponse>(
        [&](engine::Done<v1::ListTrainingQueueResponse> done) {
          world_.engine().ListTrainingQueue({.participant = std::string(reader)}, request,
                                            std::move(done));
        });
  }
  std::vector<std::string> Waiting(absl::string_view reader) {
    std::vector<std::string> waiting;
    const auto queue = Queue(reader);
    EXPECT_THAT(queue, IsOk());
    if (!queue.ok()) return waiting;
    for (const v1::TrainingQueueRow& row : queue->rows()) {
      waiting.push_back(absl::StrCat(row.worker().employer_reference(), " ", row.waiting_days()));
    }
    return waiting;
  }
  absl::StatusOr<v1::ListCompetenciesResponse> Register(absl::string_view reader,
                                                        uint32_t page_size = 0,
                                                        const std::string& token = "") {
    v1::ListCompetenciesRequest request;
    request.set_purpose("test");
    request.set_page_size(page_size);
    request.set_page_token(token);
    return world_.Ask<v1::ListCompetenciesResponse>(
        [&](engine::Done<v1::ListCompetenciesResponse> done) {
          world_.engine().ListCompetencies({.participant = std::string(reader)}, request,
                                           std::move(done));
        });
  }
  // "E-7 IN_FORCE" for each row.
  std::vector<std::string> Held(absl::string_view reader) {
    std::vector<std::string> held;
    const auto list = Register(reader);
    EXPECT_THAT(list, IsOk());
    if (!list.ok()) return held;
    for (const v1::CompetencyRow& row : list->rows()) {
      held.push_back(absl::StrCat(row.worker().employer_reference(), " ",
                                  v1::CompetencyStanding_Name(row.standing()).substr(20)));
    }
    return held;
  }

  EngineWorld world_;
  const v1::WorkerReference worker_ = WorkerOf(kProvider, "E-7");
};

TEST_F(TrainingTest, TheQueueSaysWhoWaitsSinceWhenUntilCompetenceIsFound) {
  Shows({"hwb25-14", "b-4.6"});
  ASSERT_THAT(Needs("N-1", kProvider, {"E-7", "E-8"}), IsOk());
  world_.clock().Advance(absl::Hours(24 * 3));
  ASSERT_THAT(Needs("N-2", kProvider, {"E-9"}), IsOk());
  EXPECT_THAT(Waiting(kTraining), ElementsAre("E-7 3", "E-8 3", "E-9 0"));
  EXPECT_THAT(Waiting(kProvider), ElementsAre("E-7 3", "E-8 3", "E-9 0"));
  ASSERT_THAT(world_.Submit(world_.Competency("k1", worker_)), IsOk());
  EXPECT_THAT(Waiting(kProvider), ElementsAre("E-8 3", "E-9 0"));
}

TEST_F(TrainingTest, OnlyThoseWhoAskedOrAreAskedSeeTheQueue) {
  Shows({"ctl-04", "hwb25-14"});
  ASSERT_THAT(Needs("N-1", kProvider, {"E-7"}), IsOk());
  for (const char* const other : {kCouncil, kPractice, kOtherPractice}) {
    EXPECT_THAT(Waiting(other), IsEmpty()) << other;
    EXPECT_THAT(Held(other), IsEmpty()) << other;
  }
}

TEST_F(TrainingTest, TheQueueComesInPages) {
  ASSERT_THAT(Needs("N-1", kProvider, {"E-1", "E-2", "E-3"}), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto first, Queue(kTraining, 2));
  EXPECT_THAT(first.rows(), SizeIs(2));
  ASSERT_OK_AND_ASSIGN(const auto second, Queue(kTraining, 2, first.next_page_token()));
  EXPECT_THAT(second.rows(), SizeIs(1));
  EXPECT_EQ(second.next_page_token(), "");
  EXPECT_THAT(Queue(kTraining, 2, "x"), FailsWith("FIELD_INVALID"));
}

TEST_F(TrainingTest, TheRegisterSaysWhatEachRecordIsWorth) {
  Shows({"b-4.6", "b-4.2"});
  ASSERT_OK_AND_ASSIGN(const v1::Receipt sound, world_.Submit(world_.Competency("k1", worker_)));
  v1::Envelope lapsing = world_.Competency("k2", WorkerOf(kProvider, "E-8"));
  lapsing.mutable_competency_record()->set_reference("R-2");
  lapsing.mutable_competency_record()->set_refresher_due_on(
      FormatLocalDate(LondonDay(world_.clock().Now()) + 1));
  ASSERT_THAT(world_.Submit(lapsing), IsOk());
  v1::Envelope unchecked = world_.Competency("k3", WorkerOf(kProvider, "E-9"));
  unchecked.mutable_competency_record()->set_reference("R-3");
  unchecked.mutable_competency_record()->set_mode(v1::TRAINING_MODE_E_LEARNING_ONLY);
  unchecked.mutable_competency_record()->set_competence_was_checked(v1::ANSWER_NO);
  ASSERT_THAT(world_.Submit(unchecked), IsOk());
  EXPECT_THAT(Held(kTraining), ElementsAre("E-7 IN_FORCE", "E-8 IN_FORCE", "E-9 NOT_RECOGNISED"));
  world_.clock().Advance(absl::Hours(48));
  v1::Envelope revoked = world_.Message(kTraining, "v1", kAda);
  *revoked.mutable_subject()->mutable_worker() = worker_;
  v1::CompetencyRevoked& body = *revoked.mutable_competency_revoked();
  body.set_reference(world_.Detail(sound.entry_index()).envelope().competency_record().reference());
  body.mutable_task()->set_code(kTask);
  body.set_reason("found otherwise");
  *body.mutable_revoked_at() = engine::ToTimestamp(world_.clock().Now());
  ASSERT_THAT(world_.Submit(revoked), IsOk());
  EXPECT_THAT(Held(kProvider), ElementsAre("E-7 REVOKED", "E-8 LAPSED", "E-9 NOT_RECOGNISED"));
}

TEST_F(TrainingTest, ARecordSentAnewStandsOnce) {
  ASSERT_OK_AND_ASSIGN(const v1::Receipt first, world_.Submit(world_.Competency("k1", worker_)));
  v1::Envelope anew = world_.Competency("k2", worker_);
  anew.mutable_competency_record()->set_reference(
      world_.Detail(first.entry_index()).envelope().competency_record().reference());
  world_.clock().Advance(absl::Hours(1));
  ASSERT_THAT(world_.Submit(anew), IsOk());
  EXPECT_THAT(Held(kTraining), ElementsAre("E-7 IN_FORCE"));
  ASSERT_OK_AND_ASSIGN(const auto list, Register(kTraining));
  EXPECT_EQ(list.rows(0).worker().worker_number(), first.worker_number());
  EXPECT_EQ(list.rows(0).recorded_by(), kTraining);
}

TEST_F(TrainingTest, EachReadIsInTheTrailAndItsPagesJoin) {
  Shows({"ctl-25"});
  for (const char* const reference : {"E-1", "E-2", "E-3"}) {
    v1::Envelope record = world_.Competency(reference, WorkerOf(kProvider, reference));
    record.mutable_competency_record()->set_reference(reference);
    ASSERT_THAT(world_.Submit(record), IsOk());
  }
  std::vector<std::string> all;
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(const auto page, Register(kProvider, 1, token));
    EXPECT_EQ(world_.Leaf(page.entry_index()).kind(), "access_recorded");
    for (const v1::CompetencyRow& row : page.rows()) {
      all.push_back(row.worker().employer_reference());
    }
    token = page.next_page_token();
  } while (!token.empty() && all.size() < 9);
  EXPECT_THAT(all, ElementsAre("E-1", "E-2", "E-3"));
}

}  // namespace
}  // namespace fosse
