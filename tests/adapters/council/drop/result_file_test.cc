// The result beside a file: whole whatever happens while it is written.
#include "adapters/council/drop/result_file.h"

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::council {
namespace {

class ResultFileTest : public ::testing::Test {
 protected:
  ResultFileTest() { std::filesystem::remove(path_); }
  ~ResultFileTest() override { std::filesystem::remove(path_); }

  std::string Text() const {
    std::ifstream file(path_, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  static std::vector<ResultRow> Line(uint64_t line, const std::string& outcome = "kept") {
    return {{.line = line, .type = "person-update", .outcome = outcome, .entry = "7"}};
  }

  const std::string path_ = absl::StrCat(::testing::TempDir(), "result-", getpid(), ".csv");
};

TEST_F(ResultFileTest, GoesOnAfterTheLastLineButOne) {
  Shows({"haz-38"});
  {
    ASSERT_OK_AND_ASSIGN(const auto file, ResultFile::Open(path_));
    EXPECT_EQ(file->told(), 0u);
    for (const uint64_t line : {2, 3, 4}) ASSERT_THAT(file->Tell(Line(line)), IsOk());
  }
  ASSERT_OK_AND_ASSIGN(const auto file, ResultFile::Open(path_));
  EXPECT_EQ(file->told(), 3u) << "line 4 may have been cut, and is told anew";
  EXPECT_EQ(file->taken(), 2u);
  ASSERT_THAT(file->Tell(Line(4, "refused")), IsOk());
  EXPECT_EQ(file->refused(), 1u);
}

TEST_F(ResultFileTest, WhereverItIsCutItBecomesWhole) {
  Shows({"haz-38"});
  std::string whole;
  {
    ASSERT_OK_AND_ASSIGN(const auto file, ResultFile::Open(path_));
    for (const uint64_t line : {2, 3, 4, 5}) {
      std::vector<ResultRow> rows = Line(line);
      rows.push_back({.line = line, .type = "service-episode", .outcome = "unchanged"});
      ASSERT_THAT(file->Tell(rows), IsOk());
    }
    whole = Text();
  }
  for (size_t size = 0; size <= whole.size(); ++size) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << whole.substr(0, size);
    ASSERT_OK_AND_ASSIGN(const auto file, ResultFile::Open(path_));
    for (uint64_t line = std::max<uint64_t>(file->told(), 1) + 1; line <= 5; ++line) {
      std::vector<ResultRow> rows = Line(line);
      rows.push_back({.line = line, .type = "service-episode", .outcome = "unchanged"});
      ASSERT_THAT(file->Tell(rows), IsOk());
    }
    ASSERT_EQ(Text(), whole) << size;
    EXPECT_EQ(file->taken(), 8u) << size;
  }
}

TEST_F(ResultFileTest, NoCellStartsAFormula) {
  ASSERT_OK_AND_ASSIGN(const auto file, ResultFile::Open(path_));
  ASSERT_THAT(file->Tell({{.line = 2, .outcome = "refused", .at = "=cmd()"}}), IsOk());
  EXPECT_THAT(Text(), ::testing::HasSubstr("'=cmd()"));
}

}  // namespace
}  // namespace fosse::adapters::council
