#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/encoding.h"
#include "cli/rulebook_pages.h"
#include "cli/words.h"
#include "policy/words.h"

// A rulebook as one HTML file.
namespace fosse::cli {
namespace {

// Colours have a contrast of 4.5 to 1 or more on their grounds, and nothing is told by colour
// alone: answers have words, readings a word and a dashed edge. Print keeps rules whole and drops
// the list of contents' second column.
constexpr char kStyle[] = R"css(
:root { --ink: #1d2733; --soft: #4d5b6a; --line: #d5dbe1; --paper: #fff; --ground: #f4f6f8;
  --accent: #0b4f71; --deny: #8f1d1d; --deny-ground: #fbeaea; --refer: #6b3f00;
  --refer-ground: #fdf3e1; --hold: #1f4b8f; --hold-ground: #e9f0fb; --permit: #17603a;
  --permit-ground: #e6f4ec; }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.55 "Source Sans 3", "Segoe UI", "Noto Sans", "DejaVu Sans", Arial, sans-serif; }
a { color: var(--accent); }
a:focus-visible, summary:focus-visible { outline: 3px solid #f2a900; outline-offset: 2px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem 1rem; z-index: 1; }
header.page { background: var(--accent); color: #fff; padding: 2.6rem 1.5rem 2rem; }
.wide { max-width: 72rem; margin: 0 auto; }
h1 { font-size: 2.1rem; line-height: 1.2; margin: 0 0 .4rem; font-weight: 650; }
header.page p { margin: 0; color: #e3eef4; }
.facts { display: flex; flex-wrap: wrap; gap: .4rem 2rem; margin: 1.4rem 0 0; padding: 0; }
.facts div { min-width: 8rem; }
.facts dt { font-size: .8rem; letter-spacing: .04em; color: #c9dde7; }
.facts dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
.layout { display: grid; grid-template-columns: 17rem minmax(0, 1fr); gap: 2.5rem;
  padding: 2rem 1.5rem 4rem; max-width: 75rem; }
nav { position: sticky; top: 1rem; align-self: start; max-height: calc(100vh - 2rem);
  overflow: auto; font-size: .95rem; }
nav h2 { font-size: 1rem; margin: 0 0 .4rem; }
nav ol { list-style: none; margin: 0; padding: 0; border-left: 2px solid var(--line); }
nav li a { display: flex; justify-content: space-between; gap: .5rem; padding: .28rem .8rem;
  text-decoration: none; }
nav li a:hover { background: #e6ecf1; }
nav .count { color: var(--soft); font-variant-numeric: tabular-nums; }
section { margin: 0 0 3rem; }
h2 { font-size: 1.55rem; line-height: 1.25; margin: 0 0 .8rem; font-weight: 650; }
h3 { font-size: 1.1rem; margin: 1.8rem 0 .8rem; padding-bottom: .3rem;
  border-bottom: 2px solid currentColor; }
h3.deny, .mark.deny { color: var(--deny); } h3.refer, .mark.refer { color: var(--refer); }
h3.hold, .mark.hold { color: var(--hold); } h3.permit, .mark.permit { color: var(--permit); }
.mark.deny { background: var(--deny-ground); } .mark.refer { background: var(--refer-ground); }
.mark.hold { background: var(--hold-ground); } .mark.permit { background: var(--permit-ground); }
.rule { background: var(--paper); border: 1px solid var(--line); border-left: 5px solid var(--soft);
  border-radius: 6px; padding: 1rem 1.2rem 1.1rem; margin: 0 0 1rem; break-inside: avoid; }
.rule.deny { border-left-color: var(--deny); } .rule.refer { border-left-color: #b06a00; }
.rule.hold { border-left-color: var(--hold); } .rule.permit { border-left-color: var(--permit); }
.rule.reading { border-left-style: dashed; }
.rule:target { box-shadow: 0 0 0 3px #f2a900; }
.rule h4 { margin: 0 0 .5rem; font-size: 1.08rem; font-weight: 600; line-height: 1.35; }
.tags { display: flex; flex-wrap: wrap; gap: .35rem .6rem; align-items: center; margin: 0 0 .7rem;
  font-size: .88rem; color: var(--soft); }
.mark { font-weight: 700; border-radius: 4px; padding: .05rem .5rem; }
.standing { border-radius: 4px; padding: 0 .5rem; font-weight: 600; color: var(--ink);
  white-space: nowrap; }
td .standing { font-size: .85rem; padding: 0 .35rem; }
.standing.explicit { border: 1.5px solid var(--ink); }
.standing.reading { border: 1.5px dashed #6b4a9c; color: #563985; background: #f5f0fc;
  font-style: italic; }
code { font: .88em/1.4 "Source Code Pro", "DejaVu Sans Mono", Consolas, monospace;
  overflow-wrap: anywhere; }
.when { margin: 0 0 .7rem; padding: 0; list-style: none; }
.when li { padding: .22rem 0 .22rem 1.2rem; position: relative; }
.when li::before { content: ""; position: absolute; left: .15rem; top: .8em; width: .4rem;
  height: .4rem; border-radius: 50%; background: var(--line); border: 1px solid var(--soft); }
.when b { font-weight: 600; } .when i { color: var(--soft); }
.next { margin: .2rem 0 0; }
.next b { font-weight: 600; }
.small { font-size: .88rem; color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; background: var(--paper);
  border: 1px solid var(--line); }
caption { text-align: left; color: var(--soft); padding: 0 0 .6rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem;
  border-bottom: 1px solid var(--line); }
thead th { background: #e6ecf1; font-weight: 650; }
tbody th { font-weight: 600; }
#clauses tbody th { white-space: nowrap; } #clauses td:last-child { width: 60%; }
td code { white-space: nowrap; overflow-wrap: normal; }
td ul { margin: 0; padding: 0; list-style: none; }
td li { padding: .1rem 0; }
.local { display: inline-block; border: 1.5px solid #17603a; color: #17603a; border-radius: 4px;
  padding: 0 .45rem; font-size: .85rem; font-weight: 600; }
.key { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: .8rem;
  margin: 1rem 0 0; padding: 0; list-style: none; }
.key li { background: var(--paper); border: 1px solid var(--line); border-radius: 6px;
  padding: .8rem 1rem; }
.key p { margin: .35rem 0 0; }
@media (max-width: 60rem) { .layout { grid-template-columns: minmax(0, 1fr); }
  nav { position: static; max-height: none; } }
@media print {
  @page { size: A4; margin: 15mm 14mm 16mm; }
  html { font-size: 11px; }
  body { background: #fff; font-size: 9pt; line-height: 1.4; }
  header.page { background: none; color: #000; padding: 0 0 6mm; border-bottom: 2pt solid #000; }
  header.page p, .facts dt, .facts dd { color: #000; }
  .layout { display: block; padding: 6mm 0 0; } nav { position: static; max-height: none;
    margin: 0 0 8mm; columns: 2; } nav h2 { column-span: all; }
  section { break-before: page; margin: 0; } #reading { break-before: auto; }
  h2, h3 { break-after: avoid; } .rule { padding: .6rem .9rem .7rem; margin: 0 0 .7rem; }
  .rule, tr { break-inside: avoid; } thead { display: table-header-group; }
  .skip { display: none; } a { color: inherit; text-decoration: none; }
  .mark, .standing, .local { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
)css";

std::string Escaped(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

// "deny": the class of an outcome, and the anchor of a question.
std::string ClassOf(v1::Outcome outcome) { return EnumText(outcome); }
std::string AnchorOf(v1::Question question) {
  return absl::StrCat("question-", absl::StrReplaceAll(EnumText(question), {{" ", "-"}}));
}

void AddWhen(const v1::When& when, std::string& out) {
  absl::StrAppend(&out, "<ul class=\"when\">\n");
  for (const policy::Fact& fact : policy::AllFacts()) {
    std::vector<std::string> values;
    for (const int value : policy::ValuesOf(fact, when)) {
      values.push_back(Escaped(policy::ValueInWords(fact, value)));
    }
    if (values.empty()) continue;
    absl::StrAppend(&out, "<li>", Escaped(policy::FactLabel(fact)), ": <b>",
                    absl::StrJoin(values, "</b> <i>or</i> <b>"), "</b></li>\n");
  }
  absl::StrAppend(&out, "</ul>\n");
}

std::string StandingTag(const v1::Rule& rule) {
  const bool reading = rule.standing() == v1::STANDING_READING;
  return absl::StrCat("<span class=\"standing ", reading ? "reading" : "explicit", "\">",
                      reading ? "Our reading" : "Text of the framework", "</span>");
}

void AddRule(const Page& page, const v1::Rule& rule, std::string& out) {
  const std::string outcome = ClassOf(rule.outcome());
  absl::StrAppend(&out, "<article class=\"rule ", outcome,
                  rule.standing() == v1::STANDING_READING ? " reading" : "", "\" id=\"",
                  Escaped(rule.id()), "\">\n<h4>", Escaped(rule.because()),
                  "</h4>\n<p class=\"tags\"><span class=\"mark ", outcome, "\">",
                  OutcomeMark(rule.outcome()), "</span>", StandingTag(rule), "<span>",
                  Escaped(rule.clause()), "</span><code>", Escaped(rule.id()), "</code></p>\n");
  AddWhen(rule.when(), out);
  if (!rule.remedy().empty()) {
    absl::StrAppend(&out, "<p class=\"next\"><b>What to do next:</b> ", Escaped(rule.remedy()),
                    "</p>\n");
  }
  if (rule.route() != v1::ROUTE_UNSPECIFIED) {
    absl::StrAppend(&out, "<p class=\"next\"><b>Who decides:</b> ",
                    Escaped(policy::RouteInWords(rule.route())), "</p>\n");
  }
  const auto rows = page.rows.find(rule.id());
  if (rows != page.rows.end() || !rule.layer().empty()) {
    absl::StrAppend(&out, "<p class=\"next small\">");
    if (rows != page.rows.end()) {
      absl::StrAppend(&out, "Shown by ", rows->second, rows->second == 1 ? " row" : " rows",
                      " of the suite. ");
    }
    if (!rule.layer().empty()) absl::StrAppend(&out, "Written by ", Escaped(rule.layer()), ".");
    absl::StrAppend(&out, "</p>\n");
  }
  absl::StrAppend(&out, "</article>\n");
}

void AddQuestion(const Page& page, const QuestionRules& question, std::string& out) {
  absl::StrAppend(&out, "<section id=\"", AnchorOf(question.question), "\" aria-labelledby=\"",
                  AnchorOf(question.question), "-title\">\n<h2 id=\"", AnchorOf(question.question),
                  "-title\">", policy::QuestionInWords(question.question), "</h2>\n");
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  for (const v1::Rule* const rule : question.rules) {
    if (rule->outcome() != outcome) {
      outcome = rule->outcome();
      absl::StrAppend(&out, "<h3 class=\"", ClassOf(outcome), "\">",
                      policy::OutcomeInWords(outcome), "</h3>\n");
    }
    AddRule(page, *rule, out);
  }
  absl::StrAppend(&out, "</section>\n");
}

// A table with a caption and column headers; rows are added as HTML.
void BeginTable(const char* id, const char* title, const char* caption,
                const std::vector<const char*>& columns, std::string& out) {
  absl::StrAppend(&out, "<section id=\"", id, "\" aria-labelledby=\"", id, "-title\">\n<h2 id=\"",
                  id, "-title\">", title, "</h2>\n<div class=\"scroll\"><table>\n<caption>",
                  caption, "</caption>\n<thead><tr>");
  for (const char* const column : columns) {
    absl::StrAppend(&out, "<th scope=\"col\">", column, "</th>");
  }
  absl::StrAppend(&out, "</tr></thead>\n<tbody>\n");
}

void EndTable(std::string& out) { absl::StrAppend(&out, "</tbody></table></div>\n</section>\n"); }

void AddClauses(const Page& page, std::string& out) {
  BeginTable("clauses", "Clauses and their rules",
             "Every clause that a rule cites. A dashed mark is our reading of the text.",
             {"Clause", "What it says", "Rules"}, out);
  for (const ClauseRules& clause : ByClause(*page.rulebook)) {
    const auto words = page.clauses.find(absl::AsciiStrToLower(clause.clause));
    absl::StrAppend(&out, "<tr><th scope=\"row\">", Escaped(clause.clause), "</th><td>",
                    words == page.clauses.end() ? "" : Escaped(words->second), "</td><td><ul>");
    for (const v1::Rule* const rule : clause.rules) {
      absl::StrAppend(&out, "<li><span class=\"mark ", ClassOf(rule->outcome()), "\">",
                      OutcomeMark(rule->outcome()), "</span> <a href=\"#", Escaped(rule->id()),
                      "\"><code>", Escaped(rule->id()), "</code></a>",
                      rule->standing() == v1::STANDING_READING
                          ? " <span class=\"standing reading\">our reading</span>"
                          : "",
                      "</li>");
    }
    absl::StrAppend(&out, "</ul></td></tr>\n");
  }
  EndTable(out);
}

void AddTasks(const v1::Rulebook& document, std::string& out) {
  BeginTable("tasks", "Tasks of the catalogue", "Tasks outside it go to the team (B-1.8).",
             {"Task", "Code", "Training", "Who alone may do it", "Version"}, out);
  const policy::Fact& restriction = *policy::FindFact("task_restriction");
  for (const v1::CatalogueTask& task : document.catalogue()) {
    absl::StrAppend(&out, "<tr><th scope=\"row\">", Escaped(task.name()), "</th><td><code>",
                    Escaped(task.code()), "</code></td><td>", EnumText(task.training_class()),
                    "</td><td>", Escaped(policy::ValueInWords(restriction, task.restriction())),
                    "</td><td>", Escaped(task.version()), "</td></tr>\n");
  }
  EndTable(out);
}

void AddLocal(const v1::Rulebook& document, std::string& out) {
  BeginTable("deadlines", "Deadlines", "All are the locality&#39;s own: the framework sets none.",
             {"Time for", "Deadline", "Whose"}, out);
  for (const v1::Deadline& deadline : document.deadlines()) {
    absl::StrAppend(&out, "<tr><td>", DeadlineInWords(deadline.kind()), "</td><td>",
                    DurationInWords(deadline.minutes()),
                    "</td><td><span class=\"local\">local</span></td></tr>\n");
  }
  EndTable(out);
  BeginTable("routes", "Who decides what is referred",
             "Where no rule answers, whoever owns the rulebook decides, and is told.",
             {"Route", "Organisation", "In words"}, out);
  for (const v1::RouteOwner& owner : document.routes()) {
    absl::StrAppend(
        &out, "<tr><th scope=\"row\">", Escaped(policy::RouteInWords(owner.route())), "</th><td>",
        owner.organisation().empty() ? "whoever hands over" : Escaped(owner.organisation()),
        "</td><td>", Escaped(owner.words()), "</td></tr>\n");
  }
  EndTable(out);
  if (document.constraints().empty()) return;
  BeginTable("constraints", "What cannot be", "Combinations of facts that no record can give.",
             {"Never together", "Because"}, out);
  for (const v1::Constraint& constraint : document.constraints()) {
    absl::StrAppend(&out, "<tr><td>");
    AddWhen(constraint.never(), out);
    absl::StrAppend(&out, "</td><td>", Escaped(constraint.because()), "</td></tr>\n");
  }
  EndTable(out);
}

void AddHeader(const Page& page, size_t readings, std::string& out) {
  const v1::Rulebook& document = page.rulebook->document();
  const auto fact = [&out](absl::string_view name, const std::string& value) {
    if (value.empty()) return;
    absl::StrAppend(&out, "<div><dt>", name, "</dt><dd>", value, "</dd></div>\n");
  };
  absl::StrAppend(
      &out, "<header class=\"page\"><div class=\"wide\">\n<h1>", Escaped(document.name()),
      "</h1>\n<p>The rules by which delegated care is decided.</p>\n", "<dl class=\"facts\">\n");
  fact("Rulebook", Escaped(document.id()));
  fact("Locality", Escaped(document.locality()));
  fact("Framework of", Escaped(document.framework_date()));
  fact("Rules", absl::StrCat(document.rules_size()));
  fact("Of these our reading", absl::StrCat(readings));
  std::vector<std::string> parts;
  for (const v1::Part& part : document.parts()) parts.push_back(Escaped(part.id()));
  fact("Made of", absl::StrJoin(parts, ", "));
  fact("SHA-256", absl::StrCat("<code>", Hex(page.rulebook->digest()), "</code>"));
  absl::StrAppend(&out, "</dl>\n</div></header>\n");
}

void AddContents(const std::vector<QuestionRules>& questions, bool constraints, std::string& out) {
  const auto item = [&out](const std::string& anchor, absl::string_view words,
                           const std::string& count) {
    absl::StrAppend(&out, "<li><a href=\"#", anchor, "\"><span>", words,
                    "</span><span class=\"count\">", count, "</span></a></li>\n");
  };
  absl::StrAppend(&out,
                  "<nav aria-labelledby=\"contents\"><h2 id=\"contents\">Contents</h2>\n<ol>\n");
  item("reading", "How to read it", "");
  for (const QuestionRules& question : questions) {
    item(AnchorOf(question.question), policy::QuestionInWords(question.question),
         absl::StrCat(question.rules.size()));
  }
  item("clauses", "Clauses and their rules", "");
  item("tasks", "Tasks of the catalogue", "");
  item("deadlines", "Deadlines", "");
  item("routes", "Who decides what is referred", "");
  if (constraints) item("constraints", "What cannot be", "");
  absl::StrAppend(&out, "</ol></nav>\n");
}

void AddKey(std::string& out) {
  absl::StrAppend(&out, R"html(<section id="reading" aria-labelledby="reading-title">
<h2 id="reading-title">How to read it</h2>
<p>A rule answers one question. It matches when every line below it holds; what it does not name
does not matter to it. All rules that match are told, and the strongest answer stands: No, then
Refer, then Not yet, then Yes. Where none matches, whoever owns the rulebook decides. Whatever the
answer, care goes on: whoever delivers now goes on, or health delivers (B-7.3).</p>
<ul class="key">
<li><span class="mark deny">No</span><p>The framework forbids it, by its text or by our reading; the rule says which.</p></li>
<li><span class="mark refer">Refer</span><p>A person must decide; the rule says who.</p></li>
<li><span class="mark hold">Not yet</span><p>Something is missing; the rule says what.</p></li>
<li><span class="mark permit">Yes</span><p>It may go ahead, or something is only told.</p></li>
<li><span class="standing explicit">Text of the framework</span><p>What the rule says stands in the
clause that it cites.</p></li>
<li><span class="standing reading">Our reading</span><p>The text leaves it open or says less, and
the locality chose. The board may choose otherwise.</p></li>
</ul>
</section>
)html");
}

}  // namespace

std::string RulebookAsHtml(const Page& page) {
  const v1::Rulebook& document = page.rulebook->document();
  const std::vector<QuestionRules> questions = ByQuestion(*page.rulebook);
  size_t readings = 0;
  for (const v1::Rule& rule : document.rules()) {
    readings += rule.standing() == v1::STANDING_READING ? 1 : 0;
  }
  std::string out = absl::StrCat(
      "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n",
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
      Escaped(document.name()), " (", Escaped(document.id()), ")</title>\n<style>", kStyle,
      "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#rules\">Skip to the rules</a>\n");
  AddHeader(page, readings, out);
  absl::StrAppend(&out, "<div class=\"layout wide\">\n");
  AddContents(questions, !document.constraints().empty(), out);
  absl::StrAppend(&out, "<main id=\"rules\">\n");
  AddKey(out);
  for (const QuestionRules& question : questions) AddQuestion(page, question, out);
  AddClauses(page, out);
  AddTasks(document, out);
  AddLocal(document, out);
  absl::StrAppend(&out, "</main>\n</div>\n</body>\n</html>\n");
  return out;
}

}  // namespace fosse::cli
