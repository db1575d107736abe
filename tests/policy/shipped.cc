#include "tests/policy/shipped.h"

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status.h"
#include "policy/compose.h"
#include "tests/policy/llr.h"

namespace fosse::policy {
namespace {

namespace fs = std::filesystem;

fs::path All() {
  const char* root = std::getenv("FOSSE_SOURCE");
  return fs::path(root == nullptr ? "." : root) / "policy/rulebooks";
}

// Folders that have a suite.
std::vector<std::string> Folders() {
  std::vector<std::string> folders;
  for (const auto& entry : fs::recursive_directory_iterator(All())) {
    if (entry.path().filename() == "suite.txtpb") {
      folders.push_back(fs::relative(entry.path().parent_path(), All()).string());
    }
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

std::string Text(absl::string_view folder, absl::string_view file) {
  return SourceFile(absl::StrCat("policy/rulebooks/", folder, "/", file));
}

// Ids are folders: "llr/2022-10-01", or with layers "llr/2022-10-01:national/2024-11-01".
std::unique_ptr<const Rulebook> Composed(const std::string& id) {
  const std::vector<std::string> parts = absl::StrSplit(id, ':');
  const std::string own = Text(parts[0], "rulebook.txtpb");
  const absl::StatusOr<std::string> base_id = BaseIdOf(own);
  FOSSE_CHECK(base_id.ok());
  const std::string base = base_id->empty() ? "" : Text(*base_id, "rulebook.txtpb");
  std::vector<std::string> layers;
  for (size_t n = 1; n < parts.size(); ++n) layers.push_back(Text(parts[n], "layer.txtpb"));
  const absl::StatusOr<std::string> text =
      Compose({.rulebook = own, .base = base, .layers = {layers.begin(), layers.end()}});
  if (!text.ok()) std::cerr << id << ": " << text.status() << "\n";
  FOSSE_CHECK(text.ok());
  auto rulebook = Rulebook::Create(*text);
  FOSSE_CHECK(rulebook.ok());
  return *std::move(rulebook);
}

}  // namespace

std::vector<std::string> Shipped::OwnRules() const {
  std::vector<std::string> ids;
  for (const v1::Rule& rule : rulebook->document().rules()) {
    if (rule.layer().empty() || rule.layer() == folder) ids.push_back(rule.id());
  }
  return ids;
}

const std::vector<Shipped>& ShippedRulebooks() {
  static const std::vector<Shipped>* const kShipped = [] {
    auto* shipped = new std::vector<Shipped>;
    for (const std::string& folder : Folders()) {
      auto suite = ParseSuite(Text(folder, "suite.txtpb"));
      FOSSE_CHECK(suite.ok());
      shipped->push_back({folder, Composed(suite->rulebook_id()), *std::move(suite)});
    }
    FOSSE_CHECK(!shipped->empty());
    return shipped;
  }();
  return *kShipped;
}

}  // namespace fosse::policy
