#include "adapters/council/training_csv.h"

#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::adapters::council {
namespace {

TEST(TrainingCsvTest, AQueueSaysWhoWaitsForWhatSinceWhen) {
  Shows({"haz-21"});
  v1::TrainingQueueRow row;
  row.set_requested_by("1-1000000001");
  row.set_reference("=TNA");
  row.set_training_provider("RT5-TRAINING");
  row.mutable_requested_at()->set_seconds(1793610000);
  row.mutable_worker()->set_employer("1-1000000001");
  row.mutable_worker()->set_employer_reference("hc-1");
  row.mutable_worker()->set_name("Grey, Ottoline");
  row.set_task_code("generic-1");
  row.set_waiting_days(12);
  EXPECT_EQ(TrainingQueueCsv({row}),
            "Asked by,Worker employer,Worker reference,Worker name,Worker number,Task,Asked "
            "at,Days waiting,Asked of,Request\r\n"
            "1-1000000001,1-1000000001,hc-1,\"Grey, Ottoline\",,generic-1,2026-11-02 "
            "09:00,12,RT5-TRAINING,'=TNA\r\n");
}

TEST(TrainingCsvTest, ARegisterSaysWhoIsCompetentInWhat) {
  v1::CompetencyRow row;
  row.mutable_worker()->set_worker_number("W1");
  row.set_task_code("generic-1");
  row.set_training_class(v1::TRAINING_CLASS_GENERIC);
  row.set_mode(v1::TRAINING_MODE_PRIOR_LEARNING);
  row.set_result(v1::COMPETENCY_RESULT_COMPETENT);
  row.set_standing(v1::COMPETENCY_STANDING_NOT_RECOGNISED);
  row.set_challenged(true);
  const std::string csv = TrainingRegisterCsv({row});
  EXPECT_EQ(csv.substr(csv.find('\n') + 1),
            "W1,,,,generic-1,generic,prior-learning,,,competent,,not-recognised,no,yes,,,\r\n");
  EXPECT_EQ(TrainingRegisterCsv({}).find("\r\n"), TrainingRegisterCsv({}).size() - 2);
}

}  // namespace
}  // namespace fosse::adapters::council
