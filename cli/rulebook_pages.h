#ifndef FOSSE_CLI_RULEBOOK_PAGES_H_
#define FOSSE_CLI_RULEBOOK_PAGES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "fosse/v1/rulebook.pb.h"
#include "policy/rulebook.h"

// A rulebook as a document for those who govern it. Pure.
namespace fosse::cli {

// What a page shows besides the rulebook itself.
struct Page {
  const policy::Rulebook* rulebook = nullptr;
  std::map<std::string, int> rows;             // Rule id to rows of the suite that it matches.
  std::map<std::string, std::string> clauses;  // Clause id in lower case to what it says.
};

// One self-contained file: no script, no font, picture or style from elsewhere. For reading on a
// screen, with a screen reader, and in print.
std::string RulebookAsHtml(const Page& page);
// The same contents as Markdown.
std::string RulebookAsMarkdown(const Page& page);

// Rules of one question, strongest answer first, then by clause and id.
struct QuestionRules {
  v1::Question question = v1::QUESTION_UNSPECIFIED;
  std::vector<const v1::Rule*> rules;
};
std::vector<QuestionRules> ByQuestion(const policy::Rulebook& rulebook);

// Clauses that rules cite, in the order of the framework, with those rules by question and id. A
// rule that cites several stands under each.
struct ClauseRules {
  std::string clause;
  std::vector<const v1::Rule*> rules;
};
std::vector<ClauseRules> ByClause(const policy::Rulebook& rulebook);

// "B-4.5" and "HWB21-27" of "B-4.5, HWB21-27".
std::vector<std::string> ClausesOf(const v1::Rule& rule);

// What a deadline is for: "an offer of oversight to be answered".
absl::string_view DeadlineInWords(v1::TimerKind kind);
// "14 days", "36 hours", "90 minutes".
std::string DurationInWords(uint32_t minutes);
// "Yes", "Not yet", "Refer", "No": one word or two, for a mark beside a rule.
absl::string_view OutcomeMark(v1::Outcome outcome);

}  // namespace fosse::cli

#endif  // FOSSE_CLI_RULEBOOK_PAGES_H_
