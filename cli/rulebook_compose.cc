#include <memory>
#include <string>
#include <vector>

#include "base/crypto.h"
#include "base/encoding.h"
#include "cli/rulebook_commands.h"
#include "policy/compose.h"

// `fosse rulebook compose`: one text out of a locality's rulebook, its base and its layers. That
// text is what is checked, signed and published.
namespace fosse::cli {
namespace {

struct Options {
  std::string file;
  std::string base;
  std::vector<std::string> layers;
  std::string output = "-";
};

ExitCode Compose(Session& session, const Options& options) {
  const absl::StatusOr<std::string> rulebook = session.ReadInput(options.file);
  if (!rulebook.ok()) return session.Wrong(rulebook.status());
  std::string base;
  if (!options.base.empty()) {
    absl::StatusOr<std::string> text = session.ReadInput(options.base);
    if (!text.ok()) return session.Wrong(text.status());
    base = *std::move(text);
  }
  std::vector<std::string> layers;
  for (const std::string& file : options.layers) {
    absl::StatusOr<std::string> text = session.ReadInput(file);
    if (!text.ok()) return session.Wrong(text.status());
    layers.push_back(*std::move(text));
  }
  const absl::StatusOr<std::string> composed = policy::Compose(
      {.rulebook = *rulebook, .base = base, .layers = {layers.begin(), layers.end()}});
  if (!composed.ok()) {
    SayFaults(session, options.file, composed.status());
    return kExitNotVerified;
  }
  const absl::Status written = WriteOutput(session, options.output, *composed);
  if (!written.ok()) return session.Wrong(written);
  if (options.output != "-") {
    session.out() << options.output << "\nsha256: " << Hex(Sha256(*composed)) << "\n";
  }
  return kExitOk;
}

}  // namespace

void AddRulebookCompose(CLI::App& rulebook, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = AddRulebookCommand(
      rulebook, chosen, "compose", "One text of a rulebook, its base and its layers",
      [options](Session& session) { return Compose(session, *options); });
  command->add_option("FILE", options->file, "The locality's rulebook")->required();
  command->add_option("--base", options->base, "The rulebook that it names as its base");
  command->add_option("--layer", options->layers, "A layer over it; any number");
  command->add_option("-o,--output", options->output, "File; - for standard output")
      ->capture_default_str();
}

}  // namespace fosse::cli
