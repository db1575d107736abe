#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "audit/details.h"
#include "base/status.h"
#include "cli/rulebook_commands.h"
#include "cli/table.h"
#include "cli/words.h"
#include "google/protobuf/struct.pb.h"
#include "policy/decide.h"
#include "policy/explain.h"

// `fosse rulebook simulate`: what a draft rulebook would have answered over a recorded trail.
// Counts and examples name entries, rules, tasks and organisations, and no person.
namespace fosse::cli {
namespace {

// Examples told of one kind of flip.
constexpr size_t kExamples = 5;

struct Options {
  std::string file;
  std::string details;
};

// One way an answer changed.
struct Flip {
  v1::Question question = v1::QUESTION_UNSPECIFIED;
  v1::Outcome before = v1::OUTCOME_UNSPECIFIED;
  v1::Outcome after = v1::OUTCOME_UNSPECIFIED;

  // What becomes allowed comes first, then what is let through further than before.
  auto Order() const {
    return std::make_tuple(static_cast<int>(after) - static_cast<int>(before), -before, after,
                           question);
  }
  bool operator<(const Flip& other) const { return Order() < other.Order(); }
  std::string Words() const {
    return absl::StrCat(absl::AsciiStrToUpper(EnumText(before)), " to ",
                        absl::AsciiStrToUpper(EnumText(after)));
  }
};

struct Example {
  uint64_t entry = 0;
  std::string task;
  std::string provider;
  std::vector<std::string> gone;  // Rules that matched then and not now.
  std::vector<std::string> come;  // Rules that match now and did not then.
};

struct Seen {
  uint64_t count = 0;
  std::vector<Example> examples;
};

// About whom a decision was, in words that name no person.
struct About {
  std::string task = "(no task)";
  std::string provider = "(no provider)";
};

// What the trail would look like under the draft.
class Simulation {
 public:
  explicit Simulation(const policy::Rulebook& draft) : draft_(draft) {}

  void Take(uint64_t entry, const v1::EntryDetail& detail);
  void Pass(v1::DetailState state) { ++(state == v1::DETAIL_STATE_REDACTED ? redacted : withheld); }

  uint64_t entries = 0;
  uint64_t decisions = 0;
  uint64_t redacted = 0;
  uint64_t withheld = 0;
  uint64_t same = 0;
  uint64_t other_rules = 0;  // The same answer, by other rules.
  std::map<Flip, Seen> flips;
  std::map<std::string, std::map<Flip, uint64_t>> by_task;
  std::map<std::string, std::map<Flip, uint64_t>> by_provider;
  std::map<std::string, std::map<Flip, uint64_t>> by_direction;

 private:
  void Remember(const v1::EntryDetail& detail);
  About AboutOf(const v1::EntryDetail& detail, const v1::RecordedDecision& decision) const;

  const policy::Rulebook& draft_;
  std::map<std::string, About> delegations_;  // By id, as last recorded.
};

void Simulation::Remember(const v1::EntryDetail& detail) {
  for (const v1::Change& change : detail.changes()) {
    if (!change.has_delegation()) continue;
    const v1::Delegation& delegation = change.delegation();
    About& about = delegations_[delegation.delegation_id()];
    if (!delegation.task_code().empty()) about.task = delegation.task_code();
    if (!delegation.proposal().delegated_to().empty()) {
      about.provider = delegation.proposal().delegated_to();
    }
  }
}

About Simulation::AboutOf(const v1::EntryDetail& detail,
                          const v1::RecordedDecision& decision) const {
  const auto found = delegations_.find(decision.delegation_id());
  if (found != delegations_.end()) return found->second;
  About about;
  const v1::Envelope& envelope = detail.envelope();
  if (envelope.has_delegation_proposal()) {
    about.task = envelope.delegation_proposal().task().code().code();
    about.provider = envelope.delegation_proposal().delegated_to();
  } else if (envelope.has_competency_record()) {
    about.task = envelope.competency_record().task().code();
  }
  return about;
}

void Simulation::Take(uint64_t entry, const v1::EntryDetail& detail) {
  ++entries;
  Remember(detail);
  for (const v1::RecordedDecision& recorded : detail.decisions()) {
    ++decisions;
    const policy::Verdict verdict = policy::Decide(draft_, recorded.question(), recorded.facts());
    std::vector<std::string> now = policy::RuleIds(draft_, verdict.matched);
    std::vector<std::string> then(recorded.rule_ids().begin(), recorded.rule_ids().end());
    std::sort(then.begin(), then.end());
    if (verdict.outcome == recorded.outcome()) {
      ++(now == then ? same : other_rules);
      continue;
    }
    const Flip flip{recorded.question(), recorded.outcome(), verdict.outcome};
    const About about = AboutOf(detail, recorded);
    Seen& seen = flips[flip];
    ++seen.count;
    ++by_task[about.task][flip];
    ++by_provider[about.provider][flip];
    const std::string direction = EnumText(recorded.facts().direction());
    ++by_direction[direction.empty() ? "not known" : direction][flip];
    if (seen.examples.size() == kExamples) continue;
    Example& example = seen.examples.emplace_back();
    example.entry = entry;
    example.task = about.task;
    example.provider = about.provider;
    std::set_difference(then.begin(), then.end(), now.begin(), now.end(),
                        std::back_inserter(example.gone));
    std::set_difference(now.begin(), now.end(), then.begin(), then.end(),
                        std::back_inserter(example.come));
  }
}

void PrintBy(Session& session, const char* header,
             const std::map<std::string, std::map<Flip, uint64_t>>& by) {
  session.out() << "\n";
  Table table({header, "QUESTION", "CHANGE", "DECISIONS"});
  for (const auto& [name, flips] : by) {
    for (const auto& [flip, count] : flips) {
      table.Row({name, EnumText(flip.question), flip.Words(), absl::StrCat(count)});
    }
  }
  table.Print(session.out());
}

void Print(Session& session, const policy::Rulebook& draft, const Simulation& found) {
  uint64_t flipped = 0;
  for (const auto& [flip, seen] : found.flips) flipped += seen.count;
  session.out() << "Under " << draft.document().id() << ", " << flipped << " of " << found.decisions
                << " decisions in " << found.entries << " entries would be answered otherwise; "
                << found.other_rules << " the same by other rules.\n";
  if (found.redacted + found.withheld > 0) {
    session.out() << found.redacted << " entries are redacted and " << found.withheld
                  << " withheld: nothing is said of them.\n";
  }
  if (found.flips.empty()) return;
  session.out() << "\n";
  Table table({"QUESTION", "CHANGE", "DECISIONS", "EXAMPLES"});
  for (const auto& [flip, seen] : found.flips) {
    std::vector<std::string> entries;
    for (const Example& example : seen.examples) entries.push_back(absl::StrCat(example.entry));
    table.Row({EnumText(flip.question), flip.Words(), absl::StrCat(seen.count),
               absl::StrCat("entry ", absl::StrJoin(entries, ", "))});
    const Example& first = seen.examples.front();
    table.Note("task", first.task);
    table.Note("provider", first.provider);
    table.Note("no longer", absl::StrJoin(first.gone, ", "));
    table.Note("now", absl::StrJoin(first.come, ", "));
  }
  table.Print(session.out());
  PrintBy(session, "TASK", found.by_task);
  PrintBy(session, "PROVIDER", found.by_provider);
  PrintBy(session, "DIRECTION", found.by_direction);
}

google::protobuf::Value NumberOf(uint64_t number) {
  google::protobuf::Value value;
  value.set_number_value(static_cast<double>(number));
  return value;
}

void AddFlip(const Flip& flip, uint64_t count, google::protobuf::Struct& out) {
  auto& fields = *out.mutable_fields();
  fields["question"].set_string_value(v1::Question_Name(flip.question));
  fields["before"].set_string_value(v1::Outcome_Name(flip.before));
  fields["after"].set_string_value(v1::Outcome_Name(flip.after));
  fields["decisions"] = NumberOf(count);
}

void PrintAsJson(Session& session, const Simulation& found) {
  google::protobuf::Struct document;
  auto& fields = *document.mutable_fields();
  fields["entries"] = NumberOf(found.entries);
  fields["decisions"] = NumberOf(found.decisions);
  fields["redacted"] = NumberOf(found.redacted);
  fields["withheld"] = NumberOf(found.withheld);
  fields["same"] = NumberOf(found.same);
  fields["sameByOtherRules"] = NumberOf(found.other_rules);
  auto& flips = *fields["flips"].mutable_list_value();
  for (const auto& [flip, seen] : found.flips) {
    google::protobuf::Struct& one = *flips.add_values()->mutable_struct_value();
    AddFlip(flip, seen.count, one);
    auto& examples = *(*one.mutable_fields())["examples"].mutable_list_value();
    for (const Example& example : seen.examples) {
      auto& told = *examples.add_values()->mutable_struct_value()->mutable_fields();
      told["entry"] = NumberOf(example.entry);
      told["task"].set_string_value(example.task);
      told["provider"].set_string_value(example.provider);
      for (const std::string& id : example.gone) {
        told["noLonger"].mutable_list_value()->add_values()->set_string_value(id);
      }
      for (const std::string& id : example.come) {
        told["now"].mutable_list_value()->add_values()->set_string_value(id);
      }
    }
  }
  for (const auto& [name, by] :
       {std::pair<const char*, const std::map<std::string, std::map<Flip, uint64_t>>*>{
            "byTask", &found.by_task},
        {"byProvider", &found.by_provider},
        {"byDirection", &found.by_direction}}) {
    auto& groups = *fields[name].mutable_struct_value()->mutable_fields();
    for (const auto& [group, counts] : *by) {
      auto& list = *groups[group].mutable_list_value();
      for (const auto& [flip, count] : counts) {
        AddFlip(flip, count, *list.add_values()->mutable_struct_value());
      }
    }
  }
  session.PrintJson(document);
}

absl::Status ReadDetails(std::istream& file, Simulation& simulation) {
  audit::DetailsReader reader(file);
  while (true) {
    FOSSE_ASSIGN_OR_RETURN(const audit::DetailsLine line, reader.Read());
    if (std::holds_alternative<audit::DetailsEnd>(line)) return absl::OkStatus();
    const auto* const opened = std::get_if<v1::OpenedDetail>(&line);
    if (opened == nullptr) continue;
    if (opened->state() != v1::DETAIL_STATE_PRESENT) {
      simulation.Pass(opened->state());
      continue;
    }
    FOSSE_ASSIGN_OR_RETURN(const v1::EntryDetail detail, audit::OpenDetail(*opened));
    simulation.Take(opened->index(), detail);
  }
}

ExitCode Simulate(Session& session, const Options& options) {
  ExitCode code = kExitOk;
  const auto draft = ReadRulebookFile(session, options.file, code);
  if (draft == nullptr) return code;
  std::ifstream file(options.details, std::ios::binary);
  if (!file.is_open()) {
    return session.Wrong(absl::InvalidArgumentError(options.details + ": cannot be read"));
  }
  Simulation simulation(*draft);
  const absl::Status read = ReadDetails(file, simulation);
  if (!read.ok()) return session.Wrong(read, kExitNotVerified);
  if (session.settings().json) {
    PrintAsJson(session, simulation);
  } else {
    Print(session, *draft, simulation);
  }
  return kExitOk;
}

}  // namespace

void AddRulebookSimulate(CLI::App& rulebook, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = AddRulebookCommand(
      rulebook, chosen, "simulate", "What a draft would have answered over a recorded trail",
      [options](Session& session) { return Simulate(session, *options); });
  command->add_option("FILE", options->file, "The draft; - for standard input")->required();
  command
      ->add_option("--details", options->details, "Details of a trail, of `fosse export --details`")
      ->required();
}

}  // namespace fosse::cli
