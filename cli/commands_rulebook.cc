#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/encoding.h"
#include "base/status.h"
#include "cli/commands.h"
#include "google/protobuf/struct.pb.h"
#include "policy/check.h"
#include "policy/rulebook.h"

namespace fosse::cli {
namespace {

struct Found {
  std::vector<std::string> faults;
  std::string id;
  std::string digest;
  size_t rules = 0;
  int cases = 0;
};

// Located faults come one a line, `line:column: what is wrong and how to mend it`, below a headline
// that says no more than that there are some.
void AddFaults(const std::string& path, const absl::Status& status, Found& found) {
  std::vector<absl::string_view> lines = absl::StrSplit(status.message(), '\n', absl::SkipEmpty());
  if (lines.size() > 1 && !absl::ascii_isdigit(lines[0][0])) lines.erase(lines.begin());
  for (const absl::string_view line : lines) found.faults.push_back(absl::StrCat(path, ":", line));
}

void Print(Session& session, const Found& found) {
  for (const std::string& fault : found.faults) session.out() << fault << "\n";
  if (!found.faults.empty()) {
    session.out() << found.faults.size() << (found.faults.size() == 1 ? " fault.\n" : " faults.\n");
    return;
  }
  session.out() << "Rulebook " << found.id << ": " << found.rules << " rules";
  if (found.cases > 0) session.out() << ", " << found.cases << " rows of its suite hold";
  session.out() << ".\nsha256: " << found.digest << "\n";
}

void PrintAsJson(Session& session, const Found& found) {
  google::protobuf::Struct document;
  auto& fields = *document.mutable_fields();
  fields["ok"].set_bool_value(found.faults.empty());
  fields["rulebookId"].set_string_value(found.id);
  fields["sha256"].set_string_value(found.digest);
  fields["rules"].set_number_value(static_cast<double>(found.rules));
  fields["cases"].set_number_value(found.cases);
  auto& faults = *fields["faults"].mutable_list_value();
  for (const std::string& fault : found.faults) faults.add_values()->set_string_value(fault);
  session.PrintJson(document);
}

}  // namespace

ExitCode CheckRulebook(Session& session, const RulebookOptions& options) {
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
  return found.faults.empty() ? kExitOk : kExitNotVerified;
}

}  // namespace fosse::cli
