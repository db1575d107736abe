#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/rulebook_analysis.h"
#include "cli/rulebook_commands.h"
#include "cli/table.h"
#include "cli/words.h"
#include "policy/check.h"
#include "policy/decide.h"
#include "policy/explain.h"
#include "policy/words.h"

// `fosse rulebook explain`: one rule, or one situation, in plain words.
namespace fosse::cli {
namespace {

struct Options {
  std::string file;
  std::string rule;
  std::string question;
  std::string facts;
  std::string suite;
};

const v1::Rule* FindRule(const policy::Rulebook& rulebook, const std::string& id) {
  for (size_t n = 0; n < rulebook.size(); ++n) {
    if (rulebook.rule(n).id() == id) return &rulebook.rule(n);
  }
  return nullptr;
}

// Ids that begin alike, for whoever mistyped one.
std::vector<std::string> Near(const policy::Rulebook& rulebook, absl::string_view id) {
  std::vector<std::string> near;
  for (size_t n = 0; n < rulebook.size() && near.size() < 5; ++n) {
    const std::string& other = rulebook.rule(n).id();
    if (absl::StrContains(other, id) || absl::StartsWith(other, id.substr(0, 12))) {
      near.push_back(other);
    }
  }
  return near;
}

void PrintRule(Session& session, const policy::Rulebook& rulebook, const v1::Rule& rule,
               const v1::Suite& suite) {
  session.out() << rule.id() << "  (" << rule.clause() << ")\n\n";
  PrintLine("Question", policy::QuestionInWords(rule.question()), session.out(), 2);
  PrintLine("Answer", policy::OutcomeInWords(rule.outcome(), rule.standing()), session.out(), 2);
  PrintLine("Because", rule.because(), session.out(), 2);
  PrintLine("What to do next", rule.remedy(), session.out(), 2);
  if (rule.route() != v1::ROUTE_UNSPECIFIED) {
    const absl::string_view owner = rulebook.OwnerOf(rule.route());
    PrintLine("Who decides",
              owner.empty() ? std::string(policy::RouteInWords(rule.route()))
                            : absl::StrCat(policy::RouteInWords(rule.route()), " (", owner, ")"),
              session.out(), 2);
  }
  PrintLine("Standing",
            absl::StrCat(policy::StandingInWords(rule.standing()), " (", rule.clause(), ")"),
            session.out(), 2);
  PrintLine("Written by", rule.layer(), session.out(), 2);
  session.out() << "\n  It answers so whenever all of these hold:\n";
  for (const std::string& line : policy::ConditionInWords(rule.when())) {
    PrintLine("", line, session.out(), 4);
  }
  std::vector<std::string> rows;
  for (const v1::SuiteCase& row : suite.cases()) {
    if (std::find(row.rules().begin(), row.rules().end(), rule.id()) != row.rules().end()) {
      rows.push_back(row.name());
    }
  }
  if (rows.empty()) return;
  session.out() << "\n  Rows of the suite that show it:\n";
  for (const std::string& row : rows) PrintLine("", row, session.out(), 4);
}

ExitCode ExplainRule(Session& session, const policy::Rulebook& rulebook, const Options& options,
                     const v1::Suite& suite) {
  const v1::Rule* const rule = FindRule(rulebook, options.rule);
  if (rule == nullptr) {
    std::string said = absl::StrCat("the rulebook has no rule ", options.rule);
    for (const std::string& id : Near(rulebook, options.rule)) absl::StrAppend(&said, "\n  ", id);
    return session.Wrong(absl::InvalidArgumentError(said));
  }
  if (session.settings().json) {
    session.PrintJson(*rule);
  } else {
    PrintRule(session, rulebook, *rule, suite);
  }
  return kExitOk;
}

void PrintFinding(Session& session, const v1::Finding& finding) {
  session.out() << "\n  " << policy::OutcomeInWords(finding.outcome(), finding.standing()) << ".  "
                << finding.clause() << ", "
                << (finding.standing() == v1::STANDING_READING ? "our reading"
                                                               : "the framework's text")
                << "  [" << finding.rule_id() << "]\n";
  PrintLine("", finding.because(), session.out(), 4);
  for (const std::string& line : finding.facts_in_words()) {
    PrintLine("because", line, session.out(), 4);
  }
  PrintLine("next", finding.remedy(), session.out(), 4);
  if (finding.route() != v1::ROUTE_UNSPECIFIED) {
    PrintLine("decides", policy::RouteInWords(finding.route()), session.out(), 4);
  }
}

void PrintSituation(Session& session, const v1::Decision& decision) {
  PrintLine("", policy::QuestionInWords(decision.question()), session.out());
  PrintLine(
      "",
      absl::StrCat(policy::OutcomeInWords(decision.outcome(), policy::StandingOf(decision)), "."),
      session.out());
  if (decision.findings().empty()) {
    session.out() << "\n  No rule answers: whoever owns the rulebook decides, and is told.\n";
  }
  for (const v1::Finding& finding : decision.findings()) PrintFinding(session, finding);
  session.out() << "\n";
  PrintLine("Acts next", decision.owner(), session.out(), 2);
  if (decision.outcome() != v1::OUTCOME_PERMIT) {
    PrintLine(
        "Meanwhile",
        "whoever delivers the care now goes on; where nobody does, health delivers (B-7.3). The "
        "gateway names them in its answer.",
        session.out(), 2);
  }
  PrintLine("Rulebook", decision.rulebook_id(), session.out(), 2);
}

ExitCode ExplainSituation(Session& session, const policy::Rulebook& rulebook,
                          const Options& options, const v1::Suite& suite) {
  const absl::StatusOr<v1::Question> asked = ReadQuestion(options.question);
  if (!asked.ok()) return session.Wrong(asked.status());
  const v1::Question question = *asked;
  v1::SuiteCase row;  // Begins from the suite's base of the question, where there is one.
  row.set_question(question);
  v1::Facts facts = policy::SituationOf(suite, row);
  if (!options.facts.empty()) {
    if (const absl::Status read = ReadSituation(session, options.facts, facts); !read.ok()) {
      return session.Wrong(read);
    }
  }
  const policy::Verdict verdict = policy::Decide(rulebook, question, facts);
  const v1::Decision decision = policy::Explain(rulebook, question, facts, verdict);
  if (session.settings().json) {
    session.PrintJson(decision);
  } else {
    PrintSituation(session, decision);
  }
  return ExitCodeOf(decision.outcome());
}

ExitCode Explain(Session& session, const Options& options) {
  if (options.rule.empty() == options.question.empty()) {
    return session.Wrong(
        absl::InvalidArgumentError("give the id of a rule, or --question with --facts"));
  }
  ExitCode code = kExitOk;
  const auto rulebook = ReadRulebookFile(session, options.file, code);
  if (rulebook == nullptr) return code;
  v1::Suite suite;
  if (!options.suite.empty() && !ReadSuiteFile(session, options.suite, suite, code)) return code;
  return options.rule.empty() ? ExplainSituation(session, *rulebook, options, suite)
                              : ExplainRule(session, *rulebook, options, suite);
}

}  // namespace

void AddRulebookExplain(CLI::App& rulebook, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command =
      AddRulebookCommand(rulebook, chosen, "explain", "One rule, or one situation, in plain words",
                         [options](Session& session) { return Explain(session, *options); });
  command->add_option("FILE", options->file, "Rulebook; - for standard input")->required();
  command->add_option("RULE", options->rule, "Id of a rule; or:");
  command->add_option("--question", options->question, "What is asked, such as propose");
  command->add_option("--facts", options->facts,
                      "The situation: `performer: PERFORMER_UNPAID consent: …`, or @FILE; a fact "
                      "not stated is not known");
  command->add_option("--suite", options->suite,
                      "Its suite: the situation begins from its base, a rule shows its rows");
}

}  // namespace fosse::cli
