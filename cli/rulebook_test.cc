#include <memory>
#include <string>
#include <vector>

#include "cli/rulebook_commands.h"
#include "google/protobuf/struct.pb.h"
#include "policy/check.h"

// `fosse rulebook test`: runs the suites of a rulebook.
namespace fosse::cli {
namespace {

struct Options {
  std::string file;
  std::vector<std::string> suites;
};

struct SuiteRun {
  std::string file;
  int rows = 0;
  std::vector<std::string> faults;
};

void Print(Session& session, const policy::Rulebook& rulebook, const std::vector<SuiteRun>& runs) {
  for (const SuiteRun& run : runs) {
    for (const std::string& fault : run.faults) {
      session.out() << run.file << ": " << fault << "\n";
    }
    session.out() << run.file << ": " << run.rows << " rows, "
                  << (run.faults.empty() ? "all hold" : "not all hold") << " for "
                  << rulebook.document().id() << ".\n";
  }
}

void PrintAsJson(Session& session, const std::vector<SuiteRun>& runs, bool all_hold) {
  google::protobuf::Struct document;
  (*document.mutable_fields())["ok"].set_bool_value(all_hold);
  auto& suites = *(*document.mutable_fields())["suites"].mutable_list_value();
  for (const SuiteRun& run : runs) {
    auto& fields = *suites.add_values()->mutable_struct_value()->mutable_fields();
    fields["file"].set_string_value(run.file);
    fields["rows"].set_number_value(run.rows);
    auto& faults = *fields["faults"].mutable_list_value();
    for (const std::string& fault : run.faults) faults.add_values()->set_string_value(fault);
  }
  session.PrintJson(document);
}

ExitCode TestRulebook(Session& session, const Options& options) {
  ExitCode code = kExitOk;
  const auto rulebook = ReadRulebookFile(session, options.file, code);
  if (rulebook == nullptr) return code;
  std::vector<SuiteRun> runs;
  bool all_hold = true;
  for (const std::string& file : options.suites) {
    v1::Suite suite;
    if (!ReadSuiteFile(session, file, suite, code)) return code;
    runs.push_back({file, suite.cases_size(), policy::CheckSuite(*rulebook, suite)});
    all_hold = all_hold && runs.back().faults.empty();
  }
  if (session.settings().json) {
    PrintAsJson(session, runs, all_hold);
  } else {
    Print(session, *rulebook, runs);
  }
  return all_hold ? kExitOk : kExitNotVerified;
}

}  // namespace

void AddRulebookTest(CLI::App& rulebook, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command =
      AddRulebookCommand(rulebook, chosen, "test", "Run the suites of a rulebook",
                         [options](Session& session) { return TestRulebook(session, *options); });
  command->add_option("FILE", options->file, "Rulebook; - for standard input")->required();
  command->add_option("SUITE", options->suites, "Its suites")->required();
}

}  // namespace fosse::cli
