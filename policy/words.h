#ifndef FOSSE_POLICY_WORDS_H_
#define FOSSE_POLICY_WORDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "fosse/v1/decision.pb.h"
#include "fosse/v1/facts.pb.h"
#include "policy/vocabulary.h"

// The vocabulary in plain English, for whoever must act on an answer or govern a rulebook and knows
// no names of ours. The words are data (words_table.cc); a test fails where a fact or a value has
// none. They name no person. Thread-safe.
namespace fosse::policy {

// What the fact is about: "Who does the task". The fact's own name where it has no words.
absl::string_view FactLabel(const Fact& fact);

// A value: "a registered nurse"; "not known" for every zero. Its own name where it has no words.
std::string ValueInWords(const Fact& fact, int value);

// Both: "Who does the task: a registered nurse".
std::string FactInWords(const Fact& fact, int value);

// A condition, one line a fact: "Who does the task: a registered nurse, or not known".
std::vector<std::string> ConditionInWords(const v1::When& when);

// "May this task be handed over?"
absl::string_view QuestionInWords(v1::Question question);

// What an outcome means: "Not yet: something is missing".
absl::string_view OutcomeInWords(v1::Outcome outcome);
// The same with whose word it is, where it is a denial: "No: the framework forbids it", or that it
// does as we read it.
absl::string_view OutcomeInWords(v1::Outcome outcome, v1::Standing standing);

// "the multi-disciplinary team"; empty for none.
absl::string_view RouteInWords(v1::Route route);

// "The framework says so" or "Our reading".
absl::string_view StandingInWords(v1::Standing standing);

// Whether the table has words for the fact, and for that value of it.
bool HasWords(const Fact& fact);
bool HasWords(const Fact& fact, int value);

// Names of facts and values in the table that the vocabulary does not have: none.
std::vector<std::string> WordsOfNothing();

}  // namespace fosse::policy

#endif  // FOSSE_POLICY_WORDS_H_
