// docs/errors.md is what the sources can say: every reason, and no other.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>

#include "fosse/v1/envelope.pb.h"
#include "fosse/v1/facts.pb.h"
#include "fosse/v1/receipt.pb.h"
#include "fosse/v1/rulebook.pb.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"

namespace fosse {
namespace {

std::string SourceRoot() {
  const char* const source = std::getenv("FOSSE_SOURCE");
  return source == nullptr ? "." : source;
}

std::string ReadText(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

const std::set<std::string> kFolders = {"base",   "policy",  "care",     "audit", "store",
                                        "engine", "gateway", "adapters", "cli",   "verify"};

// Words of this shape that are neither reasons nor notices: canonical codes, names in the
// environment.
const std::set<std::string> kOtherWords = {
    "ALREADY_EXISTS",
    "DATA_LOSS",
    "FAILED_PRECONDITION",
    "INVALID_ARGUMENT",
    "NOT_FOUND",
    "OUT_OF_RANGE",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "NOT_BLANK",  // Forms that FIELD_INVALID names.
    "NO_CONTROLS",
    "QF_FD",  // Finite domains, as Z3 calls them.
    "FOSSE_AS",
    "FOSSE_CA",
    "FOSSE_CERT",
    "FOSSE_GATEWAY",
    "FOSSE_KEY",
    "GRPC_SSL_CIPHER_SUITES",
    "GRPC_VERBOSITY",
};

// Names of values of the contract are no reasons either.
bool IsValueName(const std::string& word) {
  const google::protobuf::DescriptorPool& pool =
      *google::protobuf::DescriptorPool::generated_pool();
  // It finds values only in files that something has already asked for.
  static const bool asked = [&pool] {
    for (const auto& file :
         std::filesystem::directory_iterator(SourceRoot() + "/protos/fosse/v1")) {
      pool.FindFileByName("fosse/v1/" + file.path().filename().string());
    }
    return true;
  }();
  (void)asked;
  return pool.FindEnumValueByName("fosse.v1." + word) != nullptr ||
         pool.FindEnumValueByName("fosse.v1.Facts." + word) != nullptr;
}

// By reason, the file where it was found. Adapters also have issues of native messages, which are
// listed with each adapter; of theirs only calls of MakeError() count.
std::map<std::string, std::string> ReasonsOfSources() {
  std::map<std::string, std::string> reasons;
  const std::regex made(R"(MakeError(?:Of)?\(\s*absl::StatusCode::k\w+,\s*"([A-Z0-9_]+)\")");
  const std::regex said(R"re("([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)")re");
  for (const std::string& folder : kFolders) {
    const std::filesystem::path root = std::filesystem::path(SourceRoot()) / folder;
    const std::regex& form = folder == "adapters" ? made : said;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".cc" && extension != ".h") continue;
      const std::string text = ReadText(entry.path());
      for (std::sregex_iterator it(text.begin(), text.end(), form), end; it != end; ++it) {
        if (kOtherWords.count((*it)[1].str()) == 0 && !IsValueName((*it)[1].str())) {
          reasons.emplace((*it)[1].str(), entry.path().string());
        }
      }
    }
  }
  return reasons;
}

// First column of the tables: | `REASON` | … | Notices may be named as errors are.
std::set<std::string> ReasonsOfDocument() {
  std::set<std::string> reasons;
  const std::string text = ReadText(SourceRoot() + "/docs/errors.md");
  const std::regex row(R"(\n\| `([A-Z0-9_]+)` \|)");
  for (std::sregex_iterator it(text.begin(), text.end(), row), end; it != end; ++it) {
    EXPECT_TRUE(reasons.insert((*it)[1].str()).second) << (*it)[1].str() << " stands there twice";
  }
  return reasons;
}

TEST(ErrorsDocumentTest, EveryReasonIsExplained) {
  const std::set<std::string> explained = ReasonsOfDocument();
  ASSERT_FALSE(explained.empty());
  for (const auto& [reason, file] : ReasonsOfSources()) {
    EXPECT_EQ(explained.count(reason), 1u)
        << reason << " of " << file << " is not in docs/errors.md";
  }
}

TEST(ErrorsDocumentTest, EveryExplainedReasonIsSaidSomewhere) {
  std::string all;
  for (const std::string& folder : kFolders) {
    const std::filesystem::path root = std::filesystem::path(SourceRoot()) / folder;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (entry.is_regular_file()) all += ReadText(entry.path());
    }
  }
  for (const std::string& reason : ReasonsOfDocument()) {
    EXPECT_NE(all.find("\"" + reason + "\""), std::string::npos)
        << reason << " is explained, but nothing says it";
  }
}

}  // namespace
}  // namespace fosse
