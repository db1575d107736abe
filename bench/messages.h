#ifndef FOSSE_BENCH_MESSAGES_H_
#define FOSSE_BENCH_MESSAGES_H_

#include <string>
#include <vector>

#include "fosse/v1/envelope.pb.h"

namespace fosse::bench {

// NHS numbers of the test range with a right check digit.
std::vector<std::string> TestNhsNumbers(size_t count);

// A person comes onto the community nursing caseload.
v1::Envelope EpisodeOpened(const std::string& nhs_number, uint64_t sequence);

// A proposal of task 7 whose plan names no clinical reviewer: all rules of the question are asked,
// the answer is HOLD, and the next one takes its place, so the record does not grow.
v1::Envelope Proposal(const std::string& nhs_number, uint64_t sequence);

}  // namespace fosse::bench

#endif  // FOSSE_BENCH_MESSAGES_H_
