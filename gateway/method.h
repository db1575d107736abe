#ifndef FOSSE_GATEWAY_METHOD_H_
#define FOSSE_GATEWAY_METHOD_H_

#include <cstddef>
#include <cstdint>

namespace fosse::gateway {

// Every method that the gateway serves. The order is that of the authorisation table.
enum class Method : uint8_t {
  kSubmit,
  kSubmitStream,
  kCheck,
  kReceive,
  kListDeadLetters,
  kReplay,
  kGetPerson,
  kListDelegations,
  kWatch,
  kStateAt,
  kGetTrace,
  kSearch,
  kGetCheckpoint,
  kGetInclusionProof,
  kGetConsistencyProof,
  kExportTrail,
  kGetRulebook,
  kListRulebooks,
  kPublishRulebook,
  kGetParticipant,
  kListParticipants,
  kGetTrainingFigures,
  kGetDelegationFigures,
  kGetThemes,
  kGetEqualityReturn,
  kListPrecedents,
  kListDirectories,
  kPublishDirectory,
  kGetReconciliation,
  kListTrainingQueue,
  kListCompetencies,
};
inline constexpr size_t kMethods = 31;

}  // namespace fosse::gateway

#endif  // FOSSE_GATEWAY_METHOD_H_
