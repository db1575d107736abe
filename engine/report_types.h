#ifndef FOSSE_ENGINE_REPORT_TYPES_H_
#define FOSSE_ENGINE_REPORT_TYPES_H_

#include <cstdint>
#include <variant>

#include "fosse/v1/reports.pb.h"

namespace fosse::engine {

// One of the questions of reports, and its answer: the alternatives stand in the same order.
using ReportRequest = std::variant<v1::GetTrainingFiguresRequest, v1::GetDelegationFiguresRequest,
                                   v1::GetThemesRequest, v1::GetEqualityReturnRequest,
                                   v1::ListPrecedentsRequest, v1::GetReconciliationRequest>;

struct ReportAnswer {
  std::variant<v1::GetTrainingFiguresResponse, v1::GetDelegationFiguresResponse,
               v1::GetThemesResponse, v1::GetEqualityReturnResponse, v1::ListPrecedentsResponse,
               v1::GetReconciliationResponse>
      response;

  void set_entry_index(uint64_t index) {
    std::visit([index](auto& answer) { answer.set_entry_index(index); }, response);
  }
};

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_REPORT_TYPES_H_
