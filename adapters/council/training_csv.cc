#include "adapters/council/training_csv.h"

#include <sstream>

#include "absl/strings/str_cat.h"
#include "adapters/council/local_time.h"
#include "adapters/csv/writer.h"
#include "adapters/kit/words.h"

namespace fosse::adapters::council {

std::string TrainingQueueCsv(const std::vector<v1::TrainingQueueRow>& rows) {
  std::ostringstream out;
  csv::WriteRow({"Asked by", "Worker employer", "Worker reference", "Worker name", "Worker number",
                 "Task", "Asked at", "Days waiting", "Asked of", "Request"},
                out);
  for (const v1::TrainingQueueRow& row : rows) {
    csv::WriteRow({row.requested_by(), row.worker().employer(), row.worker().employer_reference(),
                   row.worker().name(), row.worker().worker_number(), row.task_code(),
                   LocalTime(row.requested_at()), absl::StrCat(row.waiting_days()),
                   row.training_provider(), row.reference()},
                  out);
  }
  return out.str();
}

std::string TrainingRegisterCsv(const std::vector<v1::CompetencyRow>& rows) {
  std::ostringstream out;
  csv::WriteRow(
      {"Worker number", "Worker employer", "Worker reference", "Worker name", "Task",
       "Training class", "Training type", "Trained on", "Assessed on", "Result", "Renew by",
       "Standing", "For one person", "Challenged", "Recorded by", "Record", "Recorded at"},
      out);
  const auto yes_no = [](bool value) { return std::string(value ? "yes" : "no"); };
  for (const v1::CompetencyRow& row : rows) {
    csv::WriteRow(
        {row.worker().worker_number(), row.worker().employer(), row.worker().employer_reference(),
         row.worker().name(), row.task_code(),
         WordOf(*v1::TrainingClass_descriptor(), row.training_class()),
         WordOf(*v1::TrainingMode_descriptor(), row.mode()), row.trained_on(), row.assessed_on(),
         WordOf(*v1::CompetencyResult_descriptor(), row.result()), row.refresher_due_on(),
         WordOf(*v1::CompetencyStanding_descriptor(), row.standing()), yes_no(row.for_one_person()),
         yes_no(row.challenged()), row.recorded_by(), row.reference(),
         LocalTime(row.recorded_at())},
        out);
  }
  return out.str();
}

}  // namespace fosse::adapters::council
