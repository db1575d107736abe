// Whole stories, kept as text for people to review: tests/golden/care_*.txtpb and their .golden.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "gtest/gtest.h"
#include "tests/care/render.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> Scenarios() {
  const char* root = std::getenv("FOSSE_SOURCE");
  std::vector<std::string> paths;
  for (const auto& entry :
       fs::directory_iterator(fs::path(root == nullptr ? "." : root) / "tests" / "golden")) {
    const std::string name = entry.path().filename().string();
    if (name.rfind("care_", 0) == 0 && entry.path().extension() == ".txtpb") {
      paths.push_back(entry.path().string());
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

TEST(GoldenTest, TracesAreUnchanged) {
  Shows({"b-1.7e", "b-2.1", "b-2.3", "b-3.3", "b-3.4", "b-4.1", "b-4.6", "b-5.3", "b-5.4", "b-5.5a",
         "b-5.5c", "b-5.5d", "b-6.1", "b-7.3", "haz-01", "haz-02", "haz-14", "haz-39", "inv-11"});
  const std::vector<std::string> paths = Scenarios();
  ASSERT_GE(paths.size(), 4u) << "set FOSSE_SOURCE to the source tree";
  for (const std::string& path : paths) {
    SCOPED_TRACE(path);
    const std::string got = RenderScenario(ReadFile(path));
    const fs::path golden = fs::path(path).replace_extension(".golden");
    if (std::getenv("UPDATE_GOLDEN") != nullptr) {
      std::ofstream(golden, std::ios::binary) << got;
      ADD_FAILURE() << "rewrote " << golden << "; review the diff, then run without UPDATE_GOLDEN";
      continue;
    }
    EXPECT_EQ(got, ReadFile(golden)) << "a decision changes through a new rulebook, not in place";
  }
}

}  // namespace
}  // namespace fosse::care
