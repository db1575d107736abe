#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "cli/rulebook_analysis.h"
#include "cli/rulebook_commands.h"
#include "cli/table.h"
#include "policy/solver/remediable.h"
#include "policy/solver/what_if.h"
#include "policy/words.h"

// `fosse rulebook what-if`: the least that would have to be otherwise for a PERMIT.
namespace fosse::cli {
namespace {

namespace solver = policy::solver;

struct Options {
  std::string file;
  std::string question;
  std::string facts;
  unsigned most = static_cast<unsigned>(solver::kMaxWays);
};

const v1::Rule* FindRule(const policy::Rulebook& rulebook, const std::string& id) {
  for (size_t n = 0; n < rulebook.size(); ++n) {
    if (rulebook.rule(n).id() == id) return &rulebook.rule(n);
  }
  return nullptr;
}

std::string HowTo(const policy::Fact& fact) {
  const solver::Remediable* const remediable = solver::FindRemediable(fact);
  return remediable == nullptr ? "" : std::string(remediable->words);
}

// It is as it is: recording it helps only where it turns out so.
bool IsOnlyRecorded(const policy::Fact& fact) {
  const solver::Remediable* const remediable = solver::FindRemediable(fact);
  return remediable != nullptr && remediable->remedy == solver::Remedy::kRecord;
}

void Print(Session& session, const policy::Rulebook& rulebook, v1::Question question,
           const solver::WhatIf& found) {
  PrintLine("", policy::QuestionInWords(question), session.out());
  PrintLine("As it is", absl::StrCat(ShortName(found.outcome), "."), session.out());
  if (found.outcome == v1::OUTCOME_PERMIT) return;
  if (found.ways.empty()) {
    session.out() << "\nNothing that a person could remedy makes this a PERMIT.\n";
  }
  for (const std::string& id : found.standing_rules) {
    session.out() << "\n  Rule " << id << " stands\n";
    if (const v1::Rule* const rule = FindRule(rulebook, id); rule != nullptr) {
      PrintLine("because", rule->because(), session.out(), 4);
      PrintLine("next", rule->remedy(), session.out(), 4);
    }
  }
  size_t number = 0;
  for (const solver::Way& way : found.ways) {
    session.out() << "\n  " << ++number << ". PERMIT, with "
                  << (way.size() == 1 ? "this" : absl::StrCat("these ", way.size())) << "\n";
    for (const solver::FactChange& change : way) {
      const policy::Fact& fact = policy::AllFacts()[change.place];
      PrintLine("",
                absl::StrCat(policy::FactInWords(fact, change.to),
                             " (now: ", policy::ValueInWords(fact, change.from), ")"),
                session.out(), 5);
      PrintLine(IsOnlyRecorded(fact) ? "if it is so" : "how", HowTo(fact), session.out(), 7);
    }
  }
  if (found.has_more) session.out() << "\nThere are more ways; --most shows more.\n";
}

void PrintAsJson(Session& session, v1::Question question, const solver::WhatIf& found) {
  google::protobuf::Struct document;
  auto& fields = *document.mutable_fields();
  fields["question"].set_string_value(v1::Question_Name(question));
  fields["outcome"].set_string_value(v1::Outcome_Name(found.outcome));
  fields["hasMore"].set_bool_value(found.has_more);
  auto& standing = *fields["standingRules"].mutable_list_value();
  for (const std::string& id : found.standing_rules) standing.add_values()->set_string_value(id);
  auto& ways = *fields["ways"].mutable_list_value();
  for (const solver::Way& way : found.ways) {
    auto& changes = *ways.add_values()->mutable_list_value();
    for (const solver::FactChange& change : way) {
      const policy::Fact& fact = policy::AllFacts()[change.place];
      auto& one = *changes.add_values()->mutable_struct_value()->mutable_fields();
      one["fact"].set_string_value(fact.name());
      one["from"].set_string_value(policy::ValueName(fact, change.from));
      one["to"].set_string_value(policy::ValueName(fact, change.to));
      one["how"].set_string_value(HowTo(fact));
      one["onlyIfSo"].set_bool_value(IsOnlyRecorded(fact));
    }
  }
  session.PrintJson(document);
}

ExitCode WhatIf(Session& session, const Options& options) {
  const absl::StatusOr<v1::Question> asked = ReadQuestion(options.question);
  if (!asked.ok()) return session.Wrong(asked.status());
  const v1::Question question = *asked;
  ExitCode code = kExitOk;
  const auto rulebook = ReadRulebookFile(session, options.file, code);
  if (rulebook == nullptr) return code;
  v1::Facts facts;
  if (const absl::Status read = ReadSituation(session, options.facts, facts); !read.ok()) {
    return session.Wrong(read);
  }
  const absl::StatusOr<solver::WhatIf> found =
      solver::FindWays(rulebook->document(), question, facts, options.most);
  if (!found.ok()) return session.Wrong(found.status());
  if (session.settings().json) {
    PrintAsJson(session, question, *found);
  } else {
    Print(session, *rulebook, question, *found);
  }
  return ExitCodeOf(found->outcome);
}

}  // namespace

void AddRulebookWhatIf(CLI::App& rulebook, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = AddRulebookCommand(
      rulebook, chosen, "what-if", "The least that a person would have to remedy to get a PERMIT",
      [options](Session& session) { return WhatIf(session, *options); });
  command->add_option("FILE", options->file, "Rulebook; - for standard input")->required();
  command->add_option("--question", options->question, "What is asked, such as propose")
      ->required();
  command
      ->add_option("--facts", options->facts,
                   "The situation: `performer: PERFORMER_UNPAID consent: …`, or @FILE; a fact not "
                   "stated is not known")
      ->required();
  command->add_option("--most", options->most, "Most ways to tell")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
}

}  // namespace fosse::cli
