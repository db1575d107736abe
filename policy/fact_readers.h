#ifndef FOSSE_POLICY_FACT_READERS_H_
#define FOSSE_POLICY_FACT_READERS_H_

#include "fosse/v1/facts.pb.h"

// Facts read without reflection, which costs ten times as much and is all that a decision would
// wait for. The table is one line a fact and is no second vocabulary: a fact that it lacks is read
// by reflection, so that answers never hang on it; a test tells when a line is missing.
namespace fosse::policy {

using FactReader = int (*)(const v1::Facts& facts);

// Null where the table has no such fact. Thread-safe.
FactReader ReaderOf(int fact_number);

}  // namespace fosse::policy

#endif  // FOSSE_POLICY_FACT_READERS_H_
