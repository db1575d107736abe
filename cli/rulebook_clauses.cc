#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "cli/rulebook_commands.h"
#include "cli/rulebook_pages.h"
#include "policy/check.h"

// `fosse rulebook clauses`: every clause of the framework with its rules in each rulebook and how
// many rows show each, or why it is no rule; as a Markdown table.
namespace fosse::cli {
namespace {

struct Options {
  std::vector<std::string> files;  // Rulebook and suite by turns.
  std::string reg;
  std::string reasons;
};

struct Clause {
  std::string id;    // As the register writes it, in lower case.
  std::string what;  // In short.
};

// One rulebook with what its suites show.
struct Shown {
  std::unique_ptr<const policy::Rulebook> rulebook;
  std::map<std::string, std::string> as_in;  // Rule id to the earlier rulebook with the same rule.
  std::map<std::string, int> rows;
  std::map<std::string, std::vector<const v1::Rule*>> clauses;  // By id in lower case.
};

// Clauses of the framework's documents: Part B, the two reports, the national framework.
bool IsClause(absl::string_view id) {
  return absl::StartsWith(id, "b-") || absl::StartsWith(id, "hwb") || absl::StartsWith(id, "nf-");
}

std::vector<std::vector<std::string>> ReadTable(absl::string_view text) {
  std::vector<std::vector<std::string>> lines;
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    lines.push_back(absl::StrSplit(line, '\t'));
    if (lines.back()[0] == "id") lines.pop_back();
  }
  return lines;
}

// "b-4.5" of "B-4.5 task 1" and of "B-3.5 box 2": rules may cite a part of a clause.
std::string KeyOf(absl::string_view cited) {
  const std::vector<absl::string_view> words = absl::StrSplit(cited, ' ');
  return absl::AsciiStrToLower(words[0]);
}

// As the framework writes it: "B-1.7a", "HWB21-22", "B-App-A".
std::string Written(std::string id) {
  for (char& c : id) {
    if (c == '-') break;
    c = absl::ascii_toupper(c);
  }
  return absl::StrReplaceAll(id, {{"-app-a", "-App-A"}});
}

std::string Cell(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"|", "\\|"}, {"\n", " "}});
}

// A rule that is the same in an earlier rulebook is told there: composed ones take most of theirs.
void FindSame(std::vector<Shown>& all) {
  const auto same = [](v1::Rule rule) {
    rule.clear_layer();
    return rule.SerializeAsString();
  };
  Shown& last = all.back();
  for (size_t n = 0; n < last.rulebook->size(); ++n) {
    const v1::Rule& rule = last.rulebook->rule(n);
    for (size_t i = 0; i + 1 < all.size(); ++i) {
      const policy::Rulebook& earlier = *all[i].rulebook;
      for (size_t m = 0; m < earlier.size(); ++m) {
        if (earlier.rule(m).id() == rule.id() && same(earlier.rule(m)) == same(rule)) {
          last.as_in.emplace(rule.id(), earlier.document().id());
        }
      }
    }
  }
}

bool Load(Session& session, const Options& options, std::vector<Shown>& all, ExitCode& code) {
  for (size_t i = 0; i + 1 < options.files.size(); i += 2) {
    Shown& shown = all.emplace_back();
    shown.rulebook = ReadRulebookFile(session, options.files[i], code);
    if (shown.rulebook == nullptr) return false;
    const std::vector<std::string> suites = absl::StrSplit(options.files[i + 1], ',');
    for (const std::string& file : suites) {
      v1::Suite suite;
      if (!ReadSuiteFile(session, file, suite, code)) return false;
      for (const v1::SuiteCase& row : suite.cases()) {
        for (const std::string& id : row.rules()) ++shown.rows[id];
      }
    }
    FindSame(all);
    for (const ClauseRules& clause : ByClause(*shown.rulebook)) {
      auto& rules = shown.clauses[KeyOf(clause.clause)];
      for (const v1::Rule* const rule : clause.rules) {
        if (std::find(rules.begin(), rules.end(), rule) == rules.end()) rules.push_back(rule);
      }
    }
  }
  return true;
}

std::string RulesCell(const Shown& shown, const std::string& clause) {
  const auto found = shown.clauses.find(clause);
  if (found == shown.clauses.end()) return "";
  std::map<v1::Outcome, std::vector<std::string>> by_outcome;
  std::map<std::string, int> as_in;
  for (const v1::Rule* const rule : found->second) {
    const auto same = shown.as_in.find(rule->id());
    if (same != shown.as_in.end()) {
      ++as_in[same->second];
      continue;
    }
    const auto rows = shown.rows.find(rule->id());
    by_outcome[rule->outcome()].push_back(
        absl::StrCat("`", rule->id(), "`", rule->standing() == v1::STANDING_READING ? "\\*" : "",
                     " ", rows == shown.rows.end() ? 0 : rows->second));
  }
  std::vector<std::string> lines;
  for (auto it = by_outcome.rbegin(); it != by_outcome.rend(); ++it) {
    lines.push_back(absl::StrCat(OutcomeMark(it->first), ": ", absl::StrJoin(it->second, ", ")));
  }
  for (const auto& [id, count] : as_in) {
    lines.push_back(absl::StrCat(lines.empty() ? "" : "and ", count, " as in ", id));
  }
  return absl::StrJoin(lines, "<br>");
}

void PrintTable(Session& session, const std::vector<Clause>& clauses,
                const std::map<std::string, std::string>& reasons, const std::vector<Shown>& all,
                std::vector<std::string>& faults) {
  session.out() << "| Clause | In short |";
  for (const Shown& shown : all)
    session.out() << " Rules of " << shown.rulebook->document().id() << " |";
  session.out() << " Why not a rule, or what else |\n| --- | --- |";
  for (size_t i = 0; i <= all.size(); ++i) session.out() << " --- |";
  session.out() << "\n";
  for (const Clause& clause : clauses) {
    session.out() << "| " << Written(clause.id) << " | " << Cell(clause.what) << " |";
    bool any = false;
    for (const Shown& shown : all) {
      const std::string cell = RulesCell(shown, clause.id);
      any = any || !cell.empty();
      session.out() << " " << cell << " |";
    }
    const auto reason = reasons.find(clause.id);
    session.out() << " " << (reason == reasons.end() ? "" : Cell(reason->second)) << " |\n";
    if (!any && reason == reasons.end()) {
      faults.push_back(absl::StrCat(clause.id, " has neither a rule nor a reason"));
    }
  }
}

ExitCode Clauses(Session& session, const Options& options) {
  if (options.files.size() % 2 != 0) {
    return session.Wrong(absl::InvalidArgumentError("give each rulebook with its suite"));
  }
  const absl::StatusOr<std::string> reg = session.ReadInput(options.reg);
  const absl::StatusOr<std::string> why = session.ReadInput(options.reasons);
  if (!reg.ok()) return session.Wrong(reg.status());
  if (!why.ok()) return session.Wrong(why.status());
  std::vector<Clause> clauses;
  std::set<std::string> known;
  for (const std::vector<std::string>& cells : ReadTable(*reg)) {
    if (cells.size() < 3 || !IsClause(cells[0])) continue;
    clauses.push_back({cells[0], cells[2]});
    known.insert(cells[0]);
  }
  std::map<std::string, std::string> reasons;
  std::vector<std::string> faults;
  for (const std::vector<std::string>& cells : ReadTable(*why)) {
    if (cells.size() < 2 || cells[1].empty()) continue;
    reasons[cells[0]] = cells[1];
    if (known.count(cells[0]) == 0) {
      faults.push_back(absl::StrCat(cells[0], " has a reason, and is no clause of the register"));
    }
  }
  std::vector<Shown> all;
  ExitCode code = kExitOk;
  if (!Load(session, options, all, code)) return code;
  // What rules cite besides, such as our own controls, comes last.
  std::set<std::string> besides;
  for (const Shown& shown : all) {
    for (const auto& [id, rules] : shown.clauses) {
      if (known.count(id) == 0) besides.insert(id);
    }
  }
  for (const std::string& id : besides) {
    clauses.push_back({id, "cited by rules; no clause of the framework"});
  }
  PrintTable(session, clauses, reasons, all, faults);
  for (const std::string& fault : faults) session.err() << fault << "\n";
  return faults.empty() ? kExitOk : kExitNotVerified;
}

}  // namespace

void AddRulebookClauses(CLI::App& rulebook, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = AddRulebookCommand(
      rulebook, chosen, "clauses", "Every clause with its rules, or why it is none, as Markdown",
      [options](Session& session) { return Clauses(session, *options); });
  command
      ->add_option("RULEBOOK SUITE", options->files,
                   "Rulebooks, each followed by its suites, joined by commas")
      ->required();
  command->add_option("--register", options->reg, "Register: id, state, what it says")->required();
  command->add_option("--reasons", options->reasons, "Why a clause is no rule: id, reason")
      ->required();
}

}  // namespace fosse::cli
