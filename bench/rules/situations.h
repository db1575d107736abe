#ifndef FOSSE_BENCH_RULES_SITUATIONS_H_
#define FOSSE_BENCH_RULES_SITUATIONS_H_

#include <cstdint>
#include <vector>

#include "fosse/v1/decision.pb.h"
#include "fosse/v1/facts.pb.h"
#include "fosse/v1/rulebook.pb.h"
#include "policy/vocabulary.h"

namespace fosse::bench {

// One question about one situation.
struct Asked {
  v1::Question question;
  v1::Facts facts;
};

// `count` varied situations, the same for the same seed, none ruled out by a constraint: questions
// in turn, and in equal parts every fact at any value, and the suite's starting situation of the
// question with one to eight facts at any value, where PERMIT is close.
std::vector<Asked> VariedSituations(const v1::Rulebook& rulebook, const v1::Suite& suite,
                                    size_t count, uint32_t seed);

// Whether any rule has a condition on the fact.
bool IsNamed(const policy::Fact& fact, const v1::Rulebook& rulebook);

// The same for one question and no suite: each fact that a rule names is, half the time, at the
// value that `base` gives it.
std::vector<Asked> SituationsNear(const v1::Rulebook& rulebook, v1::Question question,
                                  const v1::Facts& base, size_t count, uint32_t seed);

}  // namespace fosse::bench

#endif  // FOSSE_BENCH_RULES_SITUATIONS_H_
