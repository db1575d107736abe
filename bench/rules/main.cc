// fosse-bench-rules: decisions a second on one thread, over 10,000 varied situations. Of the full
// rulebook: the decision alone (outcome and set of rules), and with all findings in words. Of the
// twelve rules that other engines are asked too: written as JSON for them, and timed. Run it from
// the checkout's root; `./dev bench rules` runs it beside the others.

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "bench/rules/situations.h"
#include "google/protobuf/text_format.h"
#include "policy/check.h"
#include "policy/decide.h"
#include "policy/explain.h"
#include "policy/vocabulary.h"

namespace fosse::bench {
namespace {

constexpr size_t kSituations = 10'000;
constexpr uint32_t kSeed = 20221001;

// Where the twelve rules permit: half of the facts of a situation are like this.
constexpr char kTwelveBase[] =
    "delegator_registration: DELEGATOR_REGISTRATION_CURRENT consent: CONSENT_GIVEN "
    "mdt_decision: MDT_DECISION_AGREED risk_decision: RISK_DECISION_RECORDED "
    "task_listing: TASK_LISTING_SPECIFIC task_restriction: TASK_RESTRICTION_NONE "
    "person_exclusion: PERSON_EXCLUSION_NONE performer: PERFORMER_NOT_A_REGISTERED_NURSE";

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::unique_ptr<const policy::Rulebook> Load(const std::string& path) {
  auto rulebook = policy::Rulebook::Create(ReadFile(path));
  if (rulebook.ok()) return *std::move(rulebook);
  std::fprintf(stderr, "%s: %s\n", path.c_str(), rulebook.status().ToString().c_str());
  return nullptr;
}

double Seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// How often something was done a second: by the clock on the wall, and of processor time, which
// other programs on the machine disturb less.
struct Rate {
  double by_wall = 0;
  double by_processor = 0;
};

// Goes through all situations again and again for `seconds`. What `ask` returns is summed, so that
// nothing can be left out; the sum goes where the compiler cannot know that nobody looks.
template <typename Ask>
Rate Measure(const std::vector<Asked>& situations, double seconds, Ask ask) {
  size_t sum = 0;
  size_t asked = 0;
  const double wall = Seconds(CLOCK_MONOTONIC);
  const double processor = Seconds(CLOCK_THREAD_CPUTIME_ID);
  do {
    for (const Asked& each : situations) sum += ask(each);
    asked += situations.size();
  } while (Seconds(CLOCK_MONOTONIC) - wall < seconds);
  [[maybe_unused]] volatile size_t kept = sum;
  const double n = static_cast<double>(asked);
  return {n / (Seconds(CLOCK_MONOTONIC) - wall),
          n / (Seconds(CLOCK_THREAD_CPUTIME_ID) - processor)};
}

size_t Decided(const policy::Rulebook& rulebook, const Asked& asked) {
  const policy::Verdict verdict = policy::Decide(rulebook, asked.question, asked.facts);
  return verdict.matched.any() + static_cast<size_t>(verdict.outcome);
}

size_t Told(const policy::Rulebook& rulebook, const Asked& asked) {
  const v1::Decision decision = policy::Explain(
      rulebook, asked.question, asked.facts, policy::Decide(rulebook, asked.question, asked.facts));
  return static_cast<size_t>(decision.findings_size());
}

size_t ToldAgain(const policy::Rulebook& rulebook, const Asked& asked, v1::Decision& decision) {
  policy::ExplainInto(rulebook, asked.question, asked.facts,
                      policy::Decide(rulebook, asked.question, asked.facts), decision);
  return static_cast<size_t>(decision.findings_size());
}

void PrintMedian(const char* what, std::vector<Rate> rates) {
  const auto median = [&](auto member) {
    std::sort(rates.begin(), rates.end(),
              [&](const Rate& a, const Rate& b) { return a.*member < b.*member; });
    return rates[rates.size() / 2].*member;
  };
  const double by_wall = median(&Rate::by_wall);
  const double by_processor = median(&Rate::by_processor);
  std::printf("%-44s %12.0f %12.0f %8.0f\n", what, by_wall, by_processor, 1e9 / by_processor);
}

void PrintWhatIsAsked(const policy::Rulebook& rulebook, const std::vector<Asked>& situations) {
  std::vector<size_t> outcomes(static_cast<size_t>(v1::Outcome_ARRAYSIZE));
  size_t findings = 0;
  size_t bytes = 0;
  for (const Asked& asked : situations) {
    const policy::Verdict verdict = policy::Decide(rulebook, asked.question, asked.facts);
    ++outcomes[static_cast<size_t>(verdict.outcome)];
    findings += verdict.matched.count();
    bytes += policy::Explain(rulebook, asked.question, asked.facts, verdict).ByteSizeLong();
  }
  const double n = static_cast<double>(situations.size());
  std::printf("%s: %zu rules, %zu facts; %zu situations, seed %u\n",
              rulebook.document().id().c_str(), rulebook.size(), policy::AllFacts().size(),
              situations.size(), kSeed);
  std::printf("a decision has %.2f findings and, in words, %.0f bytes;",
              static_cast<double>(findings) / n, static_cast<double>(bytes) / n);
  for (int outcome = v1::Outcome_MAX; outcome > 0; --outcome) {
    std::printf(" %s %zu", v1::Outcome_Name(static_cast<v1::Outcome>(outcome)).c_str() + 8,
                outcomes[static_cast<size_t>(outcome)]);
  }
  std::printf("\n");
}

int RunFull(const std::string& folder, double seconds, int rounds) {
  const auto rulebook = Load(folder + "/rulebook.txtpb");
  const auto suite = policy::ParseSuite(ReadFile(folder + "/suite.txtpb"));
  if (rulebook == nullptr || !suite.ok()) return 1;
  const std::vector<Asked> situations =
      VariedSituations(rulebook->document(), *suite, kSituations, kSeed);
  PrintWhatIsAsked(*rulebook, situations);
  std::vector<Rate> decided, told, told_again;
  v1::Decision decision;
  for (int round = 0; round < rounds; ++round) {
    decided.push_back(Measure(situations, seconds,
                              [&](const Asked& asked) { return Decided(*rulebook, asked); }));
    told.push_back(
        Measure(situations, seconds, [&](const Asked& asked) { return Told(*rulebook, asked); }));
    told_again.push_back(Measure(situations, seconds, [&](const Asked& asked) {
      return ToldAgain(*rulebook, asked, decision);
    }));
  }
  std::printf("%-44s %12s %12s %8s\n", "one thread", "a second", "a proc. s", "ns each");
  PrintMedian("decide: outcome and set of rules", decided);
  PrintMedian("decide, in words, a new message each", told);
  PrintMedian("decide, in words, one message used again", told_again);
  return 0;
}

std::vector<Asked> TwelveSituations(const policy::Rulebook& twelve) {
  v1::Facts base;
  google::protobuf::TextFormat::ParseFromString(kTwelveBase, &base);
  return SituationsNear(twelve.document(), v1::QUESTION_PROPOSE, base, kSituations, kSeed);
}

std::string Quoted(absl::string_view word) { return absl::StrCat("\"", word, "\""); }

// The rules, strongest first, as other engines can be given them. Names need no escaping.
std::string RuleJson(const v1::Rule& rule) {
  std::vector<std::string> conditions;
  for (const policy::Fact& fact : policy::AllFacts()) {
    std::vector<std::string> values;
    for (const int value : policy::ValuesOf(fact, rule.when())) {
      values.push_back(Quoted(policy::ValueName(fact, value)));
    }
    if (values.empty()) continue;
    conditions.push_back(
        absl::StrCat(Quoted(fact.name()), ": [", absl::StrJoin(values, ", "), "]"));
  }
  return absl::StrCat("{\"id\": ", Quoted(rule.id()),
                      ", \"outcome\": ", Quoted(v1::Outcome_Name(rule.outcome()).substr(8)),
                      ", \"when\": {", absl::StrJoin(conditions, ", "), "}}");
}

int WriteTwelve(const std::string& path, const std::string& out_path) {
  const auto twelve = Load(path);
  if (twelve == nullptr) return 1;
  std::vector<std::string> rules, rows;
  for (const size_t n : twelve->MasksOf(v1::QUESTION_PROPOSE).in_order_of_telling()) {
    rules.push_back(RuleJson(twelve->rule(n)));
  }
  for (const Asked& asked : TwelveSituations(*twelve)) {
    const policy::Verdict verdict = policy::Decide(*twelve, asked.question, asked.facts);
    std::vector<std::string> facts, ids;
    for (const policy::Fact& fact : policy::AllFacts()) {
      // Others are not made to carry facts that no rule names.
      if (!IsNamed(fact, twelve->document())) continue;
      facts.push_back(
          absl::StrCat(Quoted(fact.name()), ":",
                       Quoted(policy::ValueName(fact, policy::ValueOf(fact, asked.facts)))));
    }
    for (const std::string& id : policy::RuleIds(*twelve, verdict.matched)) {
      ids.push_back(Quoted(id));
    }
    rows.push_back(absl::StrCat(
        "{\"outcome\":", Quoted(v1::Outcome_Name(verdict.outcome).substr(8)), ",\"rules\":[",
        absl::StrJoin(ids, ","), "],\"facts\":{", absl::StrJoin(facts, ","), "}}"));
  }
  std::ofstream out(out_path, std::ios::binary);
  out << "{\"seed\": " << kSeed << ", \"rules\": [\n"
      << absl::StrJoin(rules, ",\n") << "],\n\"situations\": [\n"
      << absl::StrJoin(rows, ",\n") << "]}\n";
  return out.good() ? 0 : 1;
}

// One line of JSON for whoever runs all engines in turn.
int TimeTwelve(const std::string& path, double seconds) {
  const auto twelve = Load(path);
  if (twelve == nullptr) return 1;
  const std::vector<Asked> situations = TwelveSituations(*twelve);
  const Rate decided =
      Measure(situations, seconds, [&](const Asked& asked) { return Decided(*twelve, asked); });
  const Rate told =
      Measure(situations, seconds, [&](const Asked& asked) { return Told(*twelve, asked); });
  const auto json = [](const Rate& rate) {
    return absl::StrFormat("{\"wall\": %.0f, \"processor\": %.0f}", rate.by_wall,
                           rate.by_processor);
  };
  std::printf("{\"decide\": %s, \"words\": %s}\n", json(decided).c_str(), json(told).c_str());
  return 0;
}

}  // namespace
}  // namespace fosse::bench

int main(int argc, char** argv) {
  CLI::App app{"Decisions a second on one thread"};
  std::string folder = "policy/rulebooks/llr/2022-10-01";
  std::string twelve = "bench/rules/twelve.txtpb";
  std::string write_to;
  double seconds = 1;
  double time_twelve = 0;
  int rounds = 5;
  app.add_option("--rulebook", folder, "Folder of a rulebook and its suite");
  app.add_option("--seconds", seconds, "Length of each part of a round");
  app.add_option("--rounds", rounds, "Rounds; the medians are told");
  app.add_option("--write-twelve", write_to, "Write the twelve rules, situations and answers");
  app.add_option("--time-twelve", time_twelve, "Time the twelve rules for so many seconds");
  CLI11_PARSE(app, argc, argv);
  if (!write_to.empty()) return fosse::bench::WriteTwelve(twelve, write_to);
  if (time_twelve > 0) return fosse::bench::TimeTwelve(twelve, time_twelve);
  return fosse::bench::RunFull(folder, seconds, rounds);
}
