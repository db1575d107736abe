#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/encoding.h"
#include "cli/rulebook_analysis.h"
#include "cli/rulebook_commands.h"
#include "cli/table.h"
#include "policy/check.h"
#include "policy/rulebook.h"
#include "policy/solver/faults.h"

// `fosse rulebook check`: the text, the rules as a whole, and the suite.
namespace fosse::cli {
namespace {

namespace solver = policy::solver;

struct Options {
  std::string file;
  std::string suite;
};

struct Found {
  std::string id;
  std::string digest;
  size_t rules = 0;
  int cases = 0;
  std::vector<std::string> faults;  // Of the text and the suite, each with its place.
  std::vector<std::string> impossible;
  std::vector<solver::Gap> gaps;
  std::vector<solver::DeadRule> dead;
  std::vector<solver::ContradictoryRules> contradictions;

  size_t count() const {
    return faults.size() + (impossible.empty() ? 0 : 1) + gaps.size() + dead.size() +
           contradictions.size();
  }
};

// Located faults come one a line, `line:column: what is wrong and how to mend it`, below a headline
// that says no more than that there are some.
void AddFaults(const std::string& path, const absl::Status& status, Found& found) {
  std::vector<absl::string_view> lines = absl::StrSplit(status.message(), '\n', absl::SkipEmpty());
  if (lines.size() > 1 && !absl::ascii_isdigit(lines[0][0])) lines.erase(lines.begin());
  for (const absl::string_view line : lines) found.faults.push_back(absl::StrCat(path, ":", line));
}

void Analyse(const v1::Rulebook& document, Found& found) {
  found.impossible = solver::FindImpossibleConstraints(document);
  if (!found.impossible.empty()) return;
  found.gaps = solver::FindGaps(document);
  found.dead = solver::FindDeadRules(document);
  found.contradictions = solver::FindContradictions(document);
}

void PrintGap(Session& session, const solver::Gap& gap) {
  session.out() << "\nNo rule answers " << ShortName(gap.question) << " where\n";
  PrintRegion(session, gap.region, 4);
  PrintLine("as written", solver::AsWritten(gap.region), session.out(), 2);
  PrintLine("mend it",
            "write a rule for this, or a constraint where it cannot be; until then whoever owns "
            "the rulebook is asked",
            session.out(), 2);
}

void PrintDead(Session& session, const solver::DeadRule& dead) {
  session.out() << "\nRule " << dead.rule_id << " can never match: it needs\n";
  PrintRegion(session, dead.impossible, 4);
  PrintLine("ruled out by", absl::StrJoin(dead.constraints, ", "), session.out(), 2);
  PrintLine("mend it", "correct the rule's condition or the constraint, or drop the rule",
            session.out(), 2);
}

void PrintContradiction(Session& session, const solver::ContradictoryRules& pair) {
  session.out() << "\nRules " << pair.first << " and " << pair.second
                << " contradict each other: " << solver::InWords(pair.kind)
                << ". Both match where\n";
  PrintRegion(session, pair.region, 4);
  PrintLine("mend it", "narrow one of the conditions, or make one rule of both", session.out(), 2);
}

void Print(Session& session, const Found& found) {
  for (const std::string& fault : found.faults) session.out() << fault << "\n";
  if (!found.impossible.empty()) {
    PrintLine("Constraints that together allow nothing", absl::StrJoin(found.impossible, ", "),
              session.out());
  }
  for (const solver::Gap& gap : found.gaps) PrintGap(session, gap);
  for (const solver::DeadRule& dead : found.dead) PrintDead(session, dead);
  for (const solver::ContradictoryRules& pair : found.contradictions) {
    PrintContradiction(session, pair);
  }
  if (found.count() > 0) {
    session.out() << (found.gaps.empty() && found.dead.empty() && found.contradictions.empty()
                          ? ""
                          : "\n")
                  << found.count() << (found.count() == 1 ? " fault.\n" : " faults.\n");
    return;
  }
  session.out() << "Rulebook " << found.id << ": " << found.rules << " rules"
                << ", no gap, no dead rule, no contradiction";
  if (found.cases > 0) session.out() << ", " << found.cases << " rows of its suite hold";
  session.out() << ".\nsha256: " << found.digest << "\n";
}

void PrintAsJson(Session& session, const Found& found) {
  google::protobuf::Struct document;
  auto& fields = *document.mutable_fields();
  fields["ok"].set_bool_value(found.count() == 0);
  fields["rulebookId"].set_string_value(found.id);
  fields["sha256"].set_string_value(found.digest);
  fields["rules"].set_number_value(static_cast<double>(found.rules));
  fields["cases"].set_number_value(found.cases);
  auto& faults = *fields["faults"].mutable_list_value();
  for (const std::string& fault : found.faults) faults.add_values()->set_string_value(fault);
  auto& impossible = *fields["constraintsThatAllowNothing"].mutable_list_value();
  for (const std::string& id : found.impossible) impossible.add_values()->set_string_value(id);
  auto& gaps = *fields["gaps"].mutable_list_value();
  for (const solver::Gap& gap : found.gaps) {
    auto& one = *gaps.add_values()->mutable_struct_value()->mutable_fields();
    one["question"].set_string_value(v1::Question_Name(gap.question));
    ToJson(gap.region, *one["situations"].mutable_struct_value());
    ToJson(gap.example, *one["example"].mutable_struct_value());
  }
  auto& dead = *fields["deadRules"].mutable_list_value();
  for (const solver::DeadRule& rule : found.dead) {
    auto& one = *dead.add_values()->mutable_struct_value()->mutable_fields();
    one["rule"].set_string_value(rule.rule_id);
    ToJson(rule.impossible, *one["impossible"].mutable_struct_value());
    auto& constraints = *one["constraints"].mutable_list_value();
    for (const std::string& id : rule.constraints) {
      constraints.add_values()->set_string_value(id);
    }
  }
  auto& contradictions = *fields["contradictions"].mutable_list_value();
  for (const solver::ContradictoryRules& pair : found.contradictions) {
    auto& one = *contradictions.add_values()->mutable_struct_value()->mutable_fields();
    one["first"].set_string_value(pair.first);
    one["second"].set_string_value(pair.second);
    one["kind"].set_string_value(solver::InWords(pair.kind));
    ToJson(pair.region, *one["situations"].mutable_struct_value());
    ToJson(pair.example, *one["example"].mutable_struct_value());
  }
  session.PrintJson(document);
}

ExitCode CheckRulebook(Session& session, const Options& options) {
  const absl::StatusOr<std::string> text = session.ReadInput(options.file);
  if (!text.ok()) return session.Wrong(text.status());
  Found found;
  const auto rulebook = policy::Rulebook::Create(*text);
  if (!rulebook.ok()) {
    AddFaults(options.file, rulebook.status(), found);
  } else {
    found.id = (*rulebook)->document().id();
    found.digest = Hex((*rulebook)->digest());
    found.rules = (*rulebook)->size();
    Analyse((*rulebook)->document(), found);
  }
  if (!options.suite.empty()) {
    const absl::StatusOr<std::string> suite_text = session.ReadInput(options.suite);
    if (!suite_text.ok()) return session.Wrong(suite_text.status());
    const absl::StatusOr<v1::Suite> suite = policy::ParseSuite(*suite_text);
    if (!suite.ok()) {
      AddFaults(options.suite, suite.status(), found);
    } else {
      found.cases = suite->cases_size();
      if (rulebook.ok()) {
        for (const std::string& fault : policy::CheckSuite(**rulebook, *suite)) {
          found.faults.push_back(absl::StrCat(options.suite, ": ", fault));
        }
      }
    }
  }
  if (session.settings().json) {
    PrintAsJson(session, found);
  } else {
    Print(session, found);
  }
  return found.count() == 0 ? kExitOk : kExitNotVerified;
}

}  // namespace

void AddRulebookCheck(CLI::App& rulebook, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = AddRulebookCommand(
      rulebook, chosen, "check",
      "Check a rulebook: its text, gaps, dead rules, contradictions, and its suite",
      [options](Session& session) { return CheckRulebook(session, *options); });
  command->add_option("FILE", options->file, "Rulebook; - for standard input")->required();
  command->add_option("--suite", options->suite, "Its suite");
}

}  // namespace fosse::cli
