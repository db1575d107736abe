#ifndef FOSSE_ADAPTERS_ITK3_ANSWER_CODES_H_
#define FOSSE_ADAPTERS_ITK3_ANSWER_CODES_H_

#include "absl/strings/string_view.h"

// What an answer to an ITK3 message says. Two kinds, two meanings: infrastructure, "the system took
// it"; business, "a person or practice answered". No code moves oversight: none names a clinician.
namespace fosse::adapters::itk3 {

enum class Level { kInfrastructure, kBusiness };

enum class Effect {
  kTaken,    // The system has the document: it is delivered. Nobody has decided anything.
  kRefused,  // It will never take it, or knows the person not: a dead letter; the giver keeps
             // oversight.
  kShown,    // Shown to people, and nothing else.
};

struct AnswerCode {
  int code;
  Level level;
  Effect effect;
  const char* words;  // For people.
};

// Null for a code that no published list has: kept and shown as it stands, without effect.
const AnswerCode* FindAnswerCode(absl::string_view code);

// "infrastructure" or "business".
absl::string_view WordOf(Level level);

}  // namespace fosse::adapters::itk3

#endif  // FOSSE_ADAPTERS_ITK3_ANSWER_CODES_H_
