#include <algorithm>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/rulebook_commands.h"
#include "cli/rulebook_pages.h"
#include "policy/check.h"
#include "policy/decide.h"

// `fosse rulebook render`: the rulebook as a document; and what its pages have in common.
namespace fosse::cli {
namespace {

struct Options {
  std::string file;
  std::string suite;
  std::string clauses;
  std::string output = "-";
  bool markdown = false;
};

// Numbers in a clause by their value, so that B-1.10 comes after B-1.9.
std::vector<std::pair<int, std::string>> OrderOf(absl::string_view clause) {
  std::vector<std::pair<int, std::string>> parts;
  for (size_t i = 0; i < clause.size();) {
    if (absl::ascii_isdigit(clause[i])) {
      int number = 0;
      for (; i < clause.size() && absl::ascii_isdigit(clause[i]) && number < 100000; ++i) {
        number = number * 10 + (clause[i] - '0');
      }
      parts.emplace_back(number, "");
    } else {
      parts.emplace_back(-1, std::string(1, clause[i++]));
    }
  }
  return parts;
}

// Tab-separated lines of id, state and words: the register of clauses.
std::map<std::string, std::string> ReadClauses(absl::string_view text) {
  std::map<std::string, std::string> clauses;
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::vector<absl::string_view> cells = absl::StrSplit(line, '\t');
    if (cells.size() < 3 || cells[0] == "id") continue;
    clauses[absl::AsciiStrToLower(cells[0])] = std::string(cells[2]);
  }
  return clauses;
}

ExitCode Render(Session& session, const Options& options) {
  ExitCode code = kExitOk;
  const auto rulebook = ReadRulebookFile(session, options.file, code);
  if (rulebook == nullptr) return code;
  Page page;
  page.rulebook = rulebook.get();
  if (!options.suite.empty()) {
    v1::Suite suite;
    if (!ReadSuiteFile(session, options.suite, suite, code)) return code;
    for (const v1::SuiteCase& row : suite.cases()) {
      for (const std::string& id : row.rules()) ++page.rows[id];
    }
  }
  if (!options.clauses.empty()) {
    const absl::StatusOr<std::string> text = session.ReadInput(options.clauses);
    if (!text.ok()) return session.Wrong(text.status());
    page.clauses = ReadClauses(*text);
  }
  const std::string document = options.markdown ? RulebookAsMarkdown(page) : RulebookAsHtml(page);
  const absl::Status written = WriteOutput(session, options.output, document);
  return written.ok() ? kExitOk : session.Wrong(written);
}

}  // namespace

std::vector<QuestionRules> ByQuestion(const policy::Rulebook& rulebook) {
  std::vector<QuestionRules> questions;
  for (int n = 1; n < v1::Question_ARRAYSIZE; ++n) {
    QuestionRules here;
    here.question = static_cast<v1::Question>(n);
    for (size_t i = 0; i < rulebook.size(); ++i) {
      if (rulebook.rule(i).question() == n) here.rules.push_back(&rulebook.rule(i));
    }
    const auto order = [](const v1::Rule* rule) {
      return std::make_tuple(-static_cast<int>(rule->outcome()), OrderOf(rule->clause()),
                             absl::string_view(rule->id()));
    };
    std::sort(here.rules.begin(), here.rules.end(),
              [&](const v1::Rule* a, const v1::Rule* b) { return order(a) < order(b); });
    if (!here.rules.empty()) questions.push_back(std::move(here));
  }
  return questions;
}

std::vector<ClauseRules> ByClause(const policy::Rulebook& rulebook) {
  std::map<std::vector<std::pair<int, std::string>>, ClauseRules> clauses;
  for (const QuestionRules& question : ByQuestion(rulebook)) {
    for (const v1::Rule* const rule : question.rules) {
      for (const std::string& clause : ClausesOf(*rule)) {
        ClauseRules& here = clauses[OrderOf(clause)];
        here.clause = clause;
        here.rules.push_back(rule);
      }
    }
  }
  std::vector<ClauseRules> in_order;
  for (auto& [order, here] : clauses) in_order.push_back(std::move(here));
  return in_order;
}

std::vector<std::string> ClausesOf(const v1::Rule& rule) {
  std::vector<std::string> clauses;
  for (const absl::string_view part : absl::StrSplit(rule.clause(), absl::ByAnyChar(",;"))) {
    const absl::string_view clause = absl::StripAsciiWhitespace(part);
    if (!clause.empty()) clauses.emplace_back(clause);
  }
  return clauses;
}

absl::string_view DeadlineInWords(v1::TimerKind kind) {
  switch (kind) {
    case v1::TIMER_KIND_OFFER_DEADLINE:
      return "an offer of oversight to be answered";
    case v1::TIMER_KIND_RESPONSE_DEADLINE:
      return "a provider to answer a proposal";
    case v1::TIMER_KIND_HELD_DEADLINE:
      return "a held proposal to be completed";
    case v1::TIMER_KIND_REVIEW_DUE:
      return "a review that is due to be done";
    case v1::TIMER_KIND_CONCERN_DEADLINE:
      return "a concern to be acted on";
    case v1::TIMER_KIND_START_DUE:
      return "an agreed start to be confirmed";
    case v1::TIMER_KIND_OFFER_PROMPT_DEADLINE:
      return "the clinician asked for an offer of oversight to make it";
    case v1::TIMER_KIND_REGISTRATION_ACTION:
      return "a question about the registered practice to be settled";
    case v1::TIMER_KIND_COVER_DEADLINE:
      return "a cover order to be confirmed";
    case v1::TIMER_KIND_COMPETENCE_WARNING:
      return "a warning ahead of a worker's last day of competence";
    case v1::TIMER_KIND_SHARED_CARE_STEP:
      return "a step of a Shared Care case to be taken";
    case v1::TIMER_KIND_CHALLENGE_DEADLINE:
      return "a challenge to a record of competence to be answered";
    default:
      return "something else";
  }
}

std::string DurationInWords(uint32_t minutes) {
  const auto words = [](uint32_t number, const char* unit) {
    return absl::StrCat(number, " ", unit, number == 1 ? "" : "s");
  };
  if (minutes % (24 * 60) == 0) return words(minutes / (24 * 60), "day");
  if (minutes % 60 == 0) return words(minutes / 60, "hour");
  return words(minutes, "minute");
}

absl::string_view OutcomeMark(v1::Outcome outcome) {
  switch (outcome) {
    case v1::OUTCOME_PERMIT:
      return "Yes";
    case v1::OUTCOME_HOLD:
      return "Not yet";
    case v1::OUTCOME_REFER:
      return "Refer";
    case v1::OUTCOME_DENY:
      return "No";
    default:
      return "";
  }
}

void AddRulebookRender(CLI::App& rulebook, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = AddRulebookCommand(
      rulebook, chosen, "render", "The rulebook as a document: HTML, or Markdown",
      [options](Session& session) { return Render(session, *options); });
  command->add_option("FILE", options->file, "Rulebook; - for standard input")->required();
  command->add_option("--suite", options->suite,
                      "Its suite: each rule tells how many rows show it");
  command->add_option("--clauses", options->clauses,
                      "Register of clauses, tab-separated: id, state, what it says");
  command->add_flag("--markdown", options->markdown, "Markdown instead of HTML");
  command->add_option("-o,--output", options->output, "File; - for standard output")
      ->capture_default_str();
}

}  // namespace fosse::cli
