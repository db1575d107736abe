#ifndef FOSSE_ADAPTERS_COUNCIL_TRAINING_CSV_H_
#define FOSSE_ADAPTERS_COUNCIL_TRAINING_CSV_H_

#include <string>
#include <vector>

#include "fosse/v1/training.pb.h"

// The training register for whoever has a spreadsheet: a header and a row each. No cell starts a
// formula; times are by the clock of Europe/London. Pure.
namespace fosse::adapters::council {

std::string TrainingQueueCsv(const std::vector<v1::TrainingQueueRow>& rows);
std::string TrainingRegisterCsv(const std::vector<v1::CompetencyRow>& rows);

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_TRAINING_CSV_H_
