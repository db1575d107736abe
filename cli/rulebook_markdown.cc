#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/encoding.h"
#include "cli/rulebook_pages.h"
#include "cli/words.h"
#include "policy/words.h"

// A rulebook as Markdown.
namespace fosse::cli {
namespace {

// Text that no Markdown is read in.
std::string Plain(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\\", "\\\\"},
                                    {"|", "\\|"},
                                    {"*", "\\*"},
                                    {"_", "\\_"},
                                    {"`", "\\`"},
                                    {"<", "&lt;"},
                                    {"[", "\\["},
                                    {"\n", " "}});
}

std::string Named(absl::string_view id) { return absl::StrCat("`", id, "`"); }

void AddRule(const Page& page, const v1::Rule& rule, std::string& out) {
  const bool reading = rule.standing() == v1::STANDING_READING;
  absl::StrAppend(&out, "#### ", Plain(rule.because()), "\n\n");
  absl::StrAppend(&out, "**", OutcomeMark(rule.outcome()), "** · ", Plain(rule.clause()), " · ",
                  reading ? "*our reading*" : "the framework's text", " · ", Named(rule.id()),
                  "\n\n");
  for (const std::string& line : policy::ConditionInWords(rule.when())) {
    absl::StrAppend(&out, "- ", Plain(line), "\n");
  }
  absl::StrAppend(&out, "\n");
  if (!rule.remedy().empty()) {
    absl::StrAppend(&out, "What to do next: ", Plain(rule.remedy()), "\n\n");
  }
  if (rule.route() != v1::ROUTE_UNSPECIFIED) {
    absl::StrAppend(&out, "Who decides: ", policy::RouteInWords(rule.route()), "\n\n");
  }
  const auto rows = page.rows.find(rule.id());
  if (rows != page.rows.end()) {
    absl::StrAppend(&out, "Rows of the suite: ", rows->second, "\n\n");
  }
}

void AddClauses(const Page& page, std::string& out) {
  absl::StrAppend(&out, "## Clauses\n\nA star marks our reading of the text.\n\n",
                  "| Clause | What it says | Rules |\n| --- | --- | --- |\n");
  for (const ClauseRules& clause : ByClause(*page.rulebook)) {
    const auto words = page.clauses.find(absl::AsciiStrToLower(clause.clause));
    std::vector<std::string> rules;
    for (const v1::Rule* const rule : clause.rules) {
      rules.push_back(absl::StrCat(OutcomeMark(rule->outcome()), ": ", Named(rule->id()),
                                   rule->standing() == v1::STANDING_READING ? " \\*" : ""));
    }
    absl::StrAppend(&out, "| ", Plain(clause.clause), " | ",
                    words == page.clauses.end() ? "" : Plain(words->second), " | ",
                    absl::StrJoin(rules, "<br>"), " |\n");
  }
  absl::StrAppend(&out, "\n");
}

void AddLocal(const v1::Rulebook& document, std::string& out) {
  absl::StrAppend(&out, "## Tasks\n\n| Task | Code | Training | Who alone may do it | Version |\n",
                  "| --- | --- | --- | --- | --- |\n");
  const policy::Fact& restriction = *policy::FindFact("task_restriction");
  for (const v1::CatalogueTask& task : document.catalogue()) {
    absl::StrAppend(&out, "| ", Plain(task.name()), " | ", Named(task.code()), " | ",
                    EnumText(task.training_class()), " | ",
                    policy::ValueInWords(restriction, task.restriction()), " | ",
                    Plain(task.version()), " |\n");
  }
  absl::StrAppend(&out,
                  "\n## Deadlines\n\nAll are the locality's own: the framework sets none.\n\n",
                  "| Time for | Local deadline |\n| --- | --- |\n");
  for (const v1::Deadline& deadline : document.deadlines()) {
    absl::StrAppend(&out, "| ", DeadlineInWords(deadline.kind()), " | ",
                    DurationInWords(deadline.minutes()), " |\n");
  }
  absl::StrAppend(&out,
                  "\n## Who decides what is referred\n\n| Route | Organisation | In words |\n",
                  "| --- | --- | --- |\n");
  for (const v1::RouteOwner& owner : document.routes()) {
    absl::StrAppend(&out, "| ", policy::RouteInWords(owner.route()), " | ",
                    owner.organisation().empty() ? "whoever hands over" : owner.organisation(),
                    " | ", Plain(owner.words()), " |\n");
  }
  if (document.constraints().empty()) return;
  absl::StrAppend(&out, "\n## What cannot be\n\n");
  for (const v1::Constraint& constraint : document.constraints()) {
    absl::StrAppend(&out, "- ", Plain(constraint.because()), " (",
                    absl::StrJoin(policy::ConditionInWords(constraint.never()), "; "), ")\n");
  }
}

}  // namespace

std::string RulebookAsMarkdown(const Page& page) {
  const v1::Rulebook& document = page.rulebook->document();
  std::string out = absl::StrCat("# ", Plain(document.name()), "\n\n");
  absl::StrAppend(&out, "- Rulebook ", Named(document.id()), " of locality ",
                  Named(document.locality()), "\n- Framework of ", document.framework_date(),
                  "\n- SHA-256 ", Named(Hex(page.rulebook->digest())), "\n- ",
                  document.rules_size(), " rules\n");
  for (const v1::Part& part : document.parts()) {
    absl::StrAppend(&out, "- Made of ", Named(part.id()), " ", Plain(part.name()), "\n");
  }
  absl::StrAppend(
      &out,
      "\nAll rules that match are told, and the strongest answer stands: No, then Refer, then Not\n"
      "yet, then Yes. Where no rule matches, whoever owns the rulebook decides.\n\n");
  for (const QuestionRules& question : ByQuestion(*page.rulebook)) {
    absl::StrAppend(&out, "## ", policy::QuestionInWords(question.question), "\n\n");
    v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
    for (const v1::Rule* const rule : question.rules) {
      if (rule->outcome() != outcome) {
        outcome = rule->outcome();
        absl::StrAppend(&out, "### ", policy::OutcomeInWords(outcome), "\n\n");
      }
      AddRule(page, *rule, out);
    }
  }
  AddClauses(page, out);
  AddLocal(document, out);
  return out;
}

}  // namespace fosse::cli
