#ifndef FOSSE_POLICY_CHECK_H_
#define FOSSE_POLICY_CHECK_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "fosse/v1/rulebook.pb.h"
#include "policy/rulebook.h"

// The rows that a rulebook brings with it, and that must hold before it is activated.
namespace fosse::policy {

// Reads a suite, protobuf text. INVALID_ARGUMENT, reason SUITE_INVALID, lists every fault as
// `line:column: what is wrong and how to mend it`, one a line: text that does not parse, no
// rulebook named, two bases for a question, a row without name, question or outcome, a name used
// twice, a rule named twice, `unknown` naming what is no fact or what the row's facts state.
absl::StatusOr<v1::Suite> ParseSuite(absl::string_view text);

// The facts of a row: its question's base, without what the row calls unknown, with its own.
v1::Facts SituationOf(const v1::Suite& suite, const v1::SuiteCase& row);

// Runs a suite. Empty: all holds. Else what does not, one fault an item, in words that name the row
// or the rule:
// - the suite is for another rulebook;
// - a row has another outcome, or other rules match than exactly those it names;
// - a row asks a situation that a constraint rules out;
// - a rule is matched by no row, or by every row of its question;
// - a fact that a rule names has a value, _UNKNOWN among them, that no row of the rule's question
//   asks.
// The suite of a composed rulebook answers for the rules of the last part that its id names (a
// layer, or the rulebook over its base): the last two are asked of no others, which have suites of
// their own. Pure; thread-safe.
std::vector<std::string> CheckSuite(const Rulebook& rulebook, const v1::Suite& suite);

}  // namespace fosse::policy

#endif  // FOSSE_POLICY_CHECK_H_
