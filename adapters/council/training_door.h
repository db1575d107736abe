#ifndef FOSSE_ADAPTERS_COUNCIL_TRAINING_DOOR_H_
#define FOSSE_ADAPTERS_COUNCIL_TRAINING_DOOR_H_

#include <string>

#include "adapters/kit/gateway_client.h"
#include "adapters/kit/https_server.h"

// The training register, read from the gateway in the participant's name and answered as a table.
// 503 where the gateway does not answer, or where there are more rows than kMaxRegisterRows.
// Thread-safe; the gateway outlives the answer.
namespace fosse::adapters::council {

inline constexpr size_t kMaxRegisterRows = 50'000;

void SendTrainingQueue(GatewayClient& gateway, const std::string& participant,
                       HttpsServer::Respond respond);
void SendTrainingRegister(GatewayClient& gateway, const std::string& participant,
                          HttpsServer::Respond respond);

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_TRAINING_DOOR_H_
