#ifndef FOSSE_ADAPTERS_COUNCIL_WORK_LIST_CSV_H_
#define FOSSE_ADAPTERS_COUNCIL_WORK_LIST_CSV_H_

#include <string>
#include <vector>

#include "fosse/v1/delivery.pb.h"

namespace fosse::adapters::council {

// A work list for whoever has a spreadsheet and no system: a header, and a row for each delegation
// of each item, or one for an item that is about none. No cell starts a formula. The columns are
// those of docs/formats/council-json.md. Pure.
std::string WorkListCsv(const std::vector<v1::Delivery>& deliveries);

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_WORK_LIST_CSV_H_
