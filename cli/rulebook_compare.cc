#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/rulebook_analysis.h"
#include "cli/rulebook_commands.h"
#include "cli/table.h"
#include "policy/solver/compare.h"

// `fosse rulebook compare`: exactly what another rulebook would change.
namespace fosse::cli {
namespace {

namespace solver = policy::solver;

// Regions that are shown of several, where not all were asked for; JSON has all.
constexpr size_t kShownRegions = 3;

struct Options {
  std::string first;
  std::string second;
  bool all = false;
};

std::string Sets(size_t count) {
  return absl::StrCat(count, count == 1 ? " set of situations" : " sets of situations");
}

std::string Words(const solver::Answer& answer) {
  return absl::StrCat(ShortName(answer.outcome), answer.is_silent ? " (no rule answers)" : "");
}

absl::string_view Headline(solver::Direction direction) {
  switch (direction) {
    case solver::Direction::kDenyToPermit:
      return "What was forbidden goes ahead: DENY becomes PERMIT";
    case solver::Direction::kLoosening:
      return "Loosened otherwise";
    case solver::Direction::kTightening:
      return "Tightened";
  }
  return "";
}

void PrintOutcomes(Session& session, const solver::Comparison& comparison, const Options& options) {
  const solver::ChangeGroup* before = nullptr;
  for (const solver::ChangeGroup& group : comparison.outcomes) {
    if (before == nullptr || before->direction != group.direction) {
      session.out() << "\n" << Headline(group.direction) << "\n";
    }
    before = &group;
    session.out() << "\n  " << ShortName(group.question) << ", by rule " << group.rule_id << ": "
                  << Sets(group.changes.size()) << "\n";
    session.out() << "    for example, " << Words(group.changes[0].before) << " becomes "
                  << Words(group.changes[0].after) << " where nothing else is in the way and\n";
    PrintRegion(session, group.matters, 6);
    if (!options.all) continue;
    for (const solver::Change& change : group.changes) {
      PrintLine(absl::StrCat(Words(change.before), " -> ", Words(change.after)),
                solver::AsWritten(change.region), session.out(), 4);
    }
  }
}

// A few in words; all of them where that was asked for.
void PrintRegions(Session& session, const std::vector<solver::Region>& regions,
                  const Options& options) {
  size_t shown = 0;
  for (const solver::Region& region : regions) {
    if (shown == kShownRegions && !options.all) {
      session.out() << "      or in one of " << regions.size() - shown
                    << " more; --all shows them\n";
      return;
    }
    if (shown++ > 0) session.out() << "      or\n";
    PrintRegion(session, region, 6);
  }
}

void PrintFindings(Session& session, const solver::Comparison& comparison, const Options& options) {
  if (comparison.findings.empty()) return;
  session.out() << "\nFindings that change; but for what is listed above, the outcome stays\n";
  for (const solver::FindingsGroup& group : comparison.findings) {
    session.out() << "\n  " << ShortName(group.question) << ", of rule " << group.rule_id
                  << ", wherever\n";
    PrintRegions(session, group.regions, options);
  }
}

void PrintPossible(Session& session, const solver::Comparison& comparison, const Options& options) {
  if (comparison.possible.empty()) return;
  session.out() << "\nPossible in one only, and left out above\n";
  for (const solver::PossibleInOne& one : comparison.possible) {
    session.out() << "\n  Only the " << (one.in_first ? "first" : "second")
                  << " allows what constraint " << one.constraint_id << " of the other rules out\n";
    PrintRegions(session, one.regions, options);
  }
}

void Print(Session& session, const v1::Rulebook& first, const v1::Rulebook& second,
           const solver::Comparison& comparison, const Options& options) {
  session.out() << "From " << first.id() << " to " << second.id() << "\n";
  if (comparison.outcomes.empty() && comparison.findings.empty() && comparison.possible.empty()) {
    session.out() << "Nothing changes: both decide every situation alike, in the same words.\n";
    return;
  }
  if (comparison.outcomes.empty()) session.out() << "No outcome changes in any situation.\n";
  PrintOutcomes(session, comparison, options);
  PrintFindings(session, comparison, options);
  PrintPossible(session, comparison, options);
}

void AnswerToJson(const solver::Answer& answer, google::protobuf::Value& json) {
  auto& fields = *json.mutable_struct_value()->mutable_fields();
  fields["outcome"].set_string_value(v1::Outcome_Name(answer.outcome));
  fields["noRuleAnswers"].set_bool_value(answer.is_silent);
}

absl::string_view NameOf(solver::Direction direction) {
  switch (direction) {
    case solver::Direction::kDenyToPermit:
      return "denyToPermit";
    case solver::Direction::kLoosening:
      return "loosening";
    case solver::Direction::kTightening:
      return "tightening";
  }
  return "";
}

void OutcomesToJson(const solver::Comparison& comparison, google::protobuf::ListValue& json) {
  for (const solver::ChangeGroup& group : comparison.outcomes) {
    auto& one = *json.add_values()->mutable_struct_value()->mutable_fields();
    one["question"].set_string_value(v1::Question_Name(group.question));
    one["direction"].set_string_value(std::string(NameOf(group.direction)));
    one["rule"].set_string_value(group.rule_id);
    ToJson(group.example, *one["example"].mutable_struct_value());
    ToJson(group.matters, *one["matters"].mutable_struct_value());
    auto& changes = *one["changes"].mutable_list_value();
    for (const solver::Change& change : group.changes) {
      auto& fields = *changes.add_values()->mutable_struct_value()->mutable_fields();
      AnswerToJson(change.before, fields["before"]);
      AnswerToJson(change.after, fields["after"]);
      ToJson(change.region, *fields["situations"].mutable_struct_value());
    }
  }
}

void FindingsToJson(const solver::Comparison& comparison, google::protobuf::ListValue& json) {
  for (const solver::FindingsGroup& group : comparison.findings) {
    auto& one = *json.add_values()->mutable_struct_value()->mutable_fields();
    one["question"].set_string_value(v1::Question_Name(group.question));
    one["rule"].set_string_value(group.rule_id);
    ToJson(group.example, *one["example"].mutable_struct_value());
    auto& regions = *one["situations"].mutable_list_value();
    for (const solver::Region& region : group.regions) {
      ToJson(region, *regions.add_values()->mutable_struct_value());
    }
  }
}

void PrintAsJson(Session& session, const v1::Rulebook& first, const v1::Rulebook& second,
                 const solver::Comparison& comparison) {
  google::protobuf::Struct document;
  auto& fields = *document.mutable_fields();
  fields["first"].set_string_value(first.id());
  fields["second"].set_string_value(second.id());
  OutcomesToJson(comparison, *fields["outcomes"].mutable_list_value());
  FindingsToJson(comparison, *fields["findings"].mutable_list_value());
  auto& possible = *fields["possibleInOneOnly"].mutable_list_value();
  for (const solver::PossibleInOne& one : comparison.possible) {
    auto& item = *possible.add_values()->mutable_struct_value()->mutable_fields();
    item["in"].set_string_value(one.in_first ? first.id() : second.id());
    item["constraint"].set_string_value(one.constraint_id);
    ToJson(one.example, *item["example"].mutable_struct_value());
    auto& regions = *item["situations"].mutable_list_value();
    for (const solver::Region& region : one.regions) {
      ToJson(region, *regions.add_values()->mutable_struct_value());
    }
  }
  session.PrintJson(document);
}

ExitCode CompareRulebooks(Session& session, const Options& options) {
  ExitCode code = kExitOk;
  const auto first = ReadRulebookFile(session, options.first, code);
  if (first == nullptr) return code;
  const auto second = ReadRulebookFile(session, options.second, code);
  if (second == nullptr) return code;
  const absl::StatusOr<solver::Comparison> comparison =
      solver::Compare(first->document(), second->document());
  if (!comparison.ok()) return session.Wrong(comparison.status());
  if (session.settings().json) {
    PrintAsJson(session, first->document(), second->document(), *comparison);
  } else {
    Print(session, first->document(), second->document(), *comparison, options);
  }
  return kExitOk;
}

}  // namespace

void AddRulebookCompare(CLI::App& rulebook, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = AddRulebookCommand(
      rulebook, chosen, "compare", "Exactly which answers change from one rulebook to another",
      [options](Session& session) { return CompareRulebooks(session, *options); });
  command->add_option("FROM", options->first, "Rulebook as it is")->required();
  command->add_option("TO", options->second, "Rulebook as it would be")->required();
  command->add_flag("--all", options->all, "Every set of situations, as a rulebook would write it");
}

}  // namespace fosse::cli
