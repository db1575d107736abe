#include "verify/run.h"

#include <CLI/CLI.hpp>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "audit/checkpoint.h"
#include "base/encoding.h"
#include "base/status.h"
#include "verify/check_proof.h"
#include "verify/check_trail.h"
#include "verify/redecide.h"

namespace fosse::verify {
namespace {

// Proofs, leaves, checkpoints and keys are small; a larger file is none of them.
constexpr size_t kMaxSmallFile = 1 << 20;
constexpr size_t kFileBuffer = 1 << 20;

struct Arguments {
  std::string file;
  std::string leaf_file;
  std::string key;
  std::string key_file;
  std::string previous_file;
  std::string details_file;
  bool json = false;
};

// What is printed: a name for scripts, words for people, and the value.
struct Line {
  std::string name;
  std::string label;
  std::string text;
  bool is_number = false;
};

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone());
}

// Values here are numbers, base64, times and words of the leaf's and origin's own alphabet: none
// needs escaping in JSON.
void Print(bool verified, const std::vector<Line>& lines, bool json, std::ostream& out) {
  if (json) {
    out << "{\"verified\":" << (verified ? "true" : "false");
    for (const Line& line : lines) {
      const char* const quote = line.is_number ? "" : "\"";
      out << ",\"" << line.name << "\":" << quote << line.text << quote;
    }
    out << "}\n";
    return;
  }
  out << (verified ? "Verified.\n" : "NOT VERIFIED.\n");
  for (const Line& line : lines) out << "  " << line.label << ": " << line.text << "\n";
}

int PrintFault(const absl::Status& status, bool json, std::ostream& out) {
  std::vector<Line> lines;
  for (const auto& [key, value] : MetadataOf(status)) {
    const std::string label = key == "firstEntry"  ? "from entry"
                              : key == "lastEntry" ? "to entry"
                                                   : key;
    lines.push_back({key, label, value, true});
  }
  lines.push_back({"reason", "reason", ReasonOf(status)});
  lines.push_back({"message", "what is wrong", std::string(status.message())});
  Print(false, lines, json, out);
  return kNotVerified;
}

std::optional<std::string> ReadSmallFile(const std::string& path, std::ostream& err) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(kMaxSmallFile + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  const size_t size = static_cast<size_t>(file.gcount());
  if (!file.eof() || size > kMaxSmallFile) {
    err << "fosse-verify: cannot read " << path << "\n";
    return std::nullopt;
  }
  bytes.resize(size);
  return bytes;
}

bool OpenFile(const std::string& path, std::vector<char>& buffer, std::ifstream& file,
              std::ostream& err) {
  buffer.resize(kFileBuffer);
  file.rdbuf()->pubsetbuf(buffer.data(), static_cast<std::streamsize>(buffer.size()));
  file.open(path, std::ios::binary);
  file.peek();  // A directory opens, and fails only when read.
  if (file.is_open() && !file.bad()) return true;
  err << "fosse-verify: cannot read " << path << "\n";
  return false;
}

std::vector<Line> LinesOf(const RedecideReport& report) {
  const auto number = [](const char* name, const char* label, uint64_t value) {
    return Line{name, label, absl::StrCat(value), true};
  };
  return {number("decisions", "decisions made again", report.decisions),
          number("opened", "entries opened", report.opened),
          number("redacted", "entries redacted, nothing said of them", report.redacted),
          number("withheld", "entries withheld, nothing said of them", report.withheld),
          number("rulebooks", "rulebooks", report.rulebooks),
          number("faults", "entries and rulebooks that do not hold", report.fault_count)};
}

// Words hold names of questions and rules alone, so nothing in them needs escaping.
void PrintFaults(const RedecideReport& report, bool json, std::ostream& out) {
  for (const RedecideFault& fault : report.faults) {
    const std::string where = fault.entry.has_value() ? absl::StrCat(*fault.entry) : fault.rulebook;
    const absl::string_view what = fault.entry.has_value() ? "entry" : "rulebook";
    const absl::string_view quote = fault.entry.has_value() ? "" : "\"";
    if (json) {
      out << "{\"" << what << "\":" << quote << where << quote << ",\"reason\":\"" << fault.reason
          << "\",\"message\":\"" << fault.words << "\"}\n";
    } else {
      out << "  " << what << " " << where << ": " << fault.reason << ": " << fault.words << "\n";
    }
  }
}

// The verifier key, from the argument or its file.
std::optional<std::string> KeyOf(const Arguments& arguments, std::ostream& err) {
  std::string key = arguments.key;
  if (key.empty()) {
    std::optional<std::string> text = ReadSmallFile(arguments.key_file, err);
    if (!text.has_value()) return std::nullopt;
    key = std::string(absl::StripAsciiWhitespace(*text));
  }
  if (!audit::ParseVerifierKey(key).ok()) {
    err << "fosse-verify: the key must have the form name+id+key\n";
    return std::nullopt;
  }
  return key;
}

int RunTrail(const Arguments& arguments, std::ostream& out, std::ostream& err) {
  std::optional<std::string> key = KeyOf(arguments, err);
  if (!key.has_value()) return kUsage;
  TrailTerms terms{.verifier_key = *std::move(key)};
  if (!arguments.previous_file.empty()) {
    terms.previous = ReadSmallFile(arguments.previous_file, err);
    if (!terms.previous.has_value()) return kUsage;
  }
  std::vector<char> buffers[2];
  std::ifstream file;
  if (!OpenFile(arguments.file, buffers[0], file, err)) return kUsage;
  std::ifstream details;
  LookAtLeaf look;
  std::optional<Redecider> redecider;
  if (!arguments.details_file.empty()) {
    if (!OpenFile(arguments.details_file, buffers[1], details, err)) return kUsage;
    absl::StatusOr<Redecider> begun = Redecider::Begin(details);
    if (!begun.ok()) return PrintFault(begun.status(), arguments.json, out);
    redecider.emplace(*std::move(begun));
    look = [&redecider](const audit::LeafParts& leaf) { return redecider->Take(leaf); };
  }
  const absl::StatusOr<TrailReport> report = CheckTrail(file, terms, look);
  if (!report.ok()) return PrintFault(report.status(), arguments.json, out);
  RedecideReport again;
  if (redecider.has_value()) {
    absl::StatusOr<RedecideReport> finished = redecider->Finish(report->origin, report->locality);
    if (!finished.ok()) return PrintFault(finished.status(), arguments.json, out);
    again = *std::move(finished);
  }
  std::vector<Line> lines = {
      {"origin", "trail", report->origin},
      {"locality", "locality", report->locality},
      {"count", "entries", absl::StrCat(report->count), true},
      {"from", "first entry", absl::StrCat(report->from), true},
      {"root", "root", Base64(report->root)},
  };
  if (report->count > 0) {
    lines.push_back({"firstTime", "earliest", TimeText(report->first)});
    lines.push_back({"lastTime", "latest", TimeText(report->last)});
  }
  if (report->previous_size.has_value()) {
    lines.push_back({"previousSize", "continues the earlier checkpoint of size",
                     absl::StrCat(*report->previous_size), true});
  }
  if (redecider.has_value()) {
    for (Line& line : LinesOf(again)) lines.push_back(std::move(line));
  }
  Print(again.fault_count == 0, lines, arguments.json, out);
  PrintFaults(again, arguments.json, out);
  if (again.fault_count > 0) return kNotVerified;
  if (!again.decided_nothing()) return kVerified;
  err << "fosse-verify: the trail is whole, but nothing could be decided again: entries are "
         "redacted "
         "or withheld\n";
  return kNothingDecided;
}

int RunProof(const Arguments& arguments, std::ostream& out, std::ostream& err) {
  const std::optional<std::string> key = KeyOf(arguments, err);
  if (!key.has_value()) return kUsage;
  const std::optional<std::string> proof = ReadSmallFile(arguments.file, err);
  const std::optional<std::string> leaf = ReadSmallFile(arguments.leaf_file, err);
  if (!proof.has_value() || !leaf.has_value()) return kUsage;
  const absl::StatusOr<ProvenEntry> proven = CheckProof(*proof, *leaf, *key);
  if (!proven.ok()) return PrintFault(proven.status(), arguments.json, out);
  const v1::LeafView& view = proven->leaf;
  const absl::Time time = absl::FromUnixSeconds(view.committed_at().seconds()) +
                          absl::Nanoseconds(view.committed_at().nanos());
  Print(true,
        {{"origin", "trail", proven->checkpoint.origin},
         {"size", "entries signed", absl::StrCat(proven->checkpoint.size), true},
         {"root", "root", Base64(proven->checkpoint.root)},
         {"entry", "entry", absl::StrCat(view.index()), true},
         {"time", "committed", TimeText(time)},
         {"locality", "locality", view.locality()},
         {"kind", "kind", view.kind()},
         {"sender", "sender", view.sender()},
         {"question", "question", v1::Question_Name(view.question())},
         {"outcome", "outcome", v1::Outcome_Name(view.outcome())}},
        arguments.json, out);
  return kVerified;
}

void AddKeyOptions(CLI::App& command, Arguments& arguments) {
  CLI::Option* const key =
      command.add_option("--key", arguments.key, "Verifier key of the trail: name+id+key");
  CLI::Option* const key_file =
      command.add_option("--key-file", arguments.key_file, "File that holds the verifier key");
  key->excludes(key_file);
  command.add_flag("--json", arguments.json, "One JSON object instead of words");
}

}  // namespace

int Run(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
  Arguments arguments;
  CLI::App app(
      "Checks the trail of a Fosse gateway. Needs no network and trusts nobody but the\n"
      "key that you give it. Exit status: 0 verified, 1 not verified, 2 wrong call,\n"
      "3 verified, and nothing could be decided again.",
      "fosse-verify");
  app.require_subcommand(1);
  CLI::App* const trail = app.add_subcommand("trail", "Check an exported trail");
  trail->add_option("FILE", arguments.file, "The export")->required();
  AddKeyOptions(*trail, arguments);
  trail->add_option("--previous", arguments.previous_file,
                    "Earlier checkpoint that the trail must continue");
  trail->add_option("--redecide", arguments.details_file,
                    "Details of the same export: decide every entry again");
  CLI::App* const proof = app.add_subcommand("proof", "Check that one entry is in the trail");
  proof->add_option("FILE", arguments.file, "The proof (tlog-proof)")->required();
  proof->add_option("--leaf", arguments.leaf_file, "The bytes of the entry's leaf")->required();
  AddKeyOptions(*proof, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, out, err) == 0 ? kVerified : kUsage;
  }
  if (arguments.key.empty() && arguments.key_file.empty()) {
    err << "fosse-verify: give --key or --key-file; a key in the file itself proves nothing\n";
    return kUsage;
  }
  return trail->parsed() ? RunTrail(arguments, out, err) : RunProof(arguments, out, err);
}

}  // namespace fosse::verify
