#ifndef FOSSE_ENGINE_TRAINING_QUERIES_H_
#define FOSSE_ENGINE_TRAINING_QUERIES_H_

#include "engine/reads.h"
#include "fosse/v1/training.pb.h"

// Reads of the training register (B-4.6, HWB25-14). Each call reads the store as committed, on the
// executor's thread; errors are those of engine.h.
namespace fosse::engine {

// Who waits for training: what the reader asked for, and what it is asked to train.
absl::StatusOr<v1::ListTrainingQueueResponse> ReadTrainingQueue(
    const ReadDeps& deps, const v1::ListTrainingQueueRequest& request, ReadNote& note);

// Records of competence that the reader sent, and those of its workers of which it was told.
absl::StatusOr<v1::ListCompetenciesResponse> ReadCompetencies(
    const ReadDeps& deps, const v1::ListCompetenciesRequest& request, ReadNote& note);

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_TRAINING_QUERIES_H_
