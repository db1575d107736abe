// The adapter is the judge of its own files.
#include <cstdlib>
#include <fstream>
#include <string>

#include "cli/exit_code.h"
#include "gtest/gtest.h"
#include "tests/cli/program.h"
#include "tests/support/shows.h"

namespace fosse::cli {
namespace {

TEST(AdapterCommandTest, AShippedProfileHoldsAndABrokenOneIsNamed) {
  Shows({"haz-21"});
  const char* const source = std::getenv("FOSSE_SOURCE");
  const std::string shipped =
      std::string(source == nullptr ? "." : source) + "/adapters/community/sites/itk-strict.txtpb";
  EXPECT_EQ(RunFosse({"adapter", "check", "community", shipped}).code, kExitOk);
  const std::string broken = ::testing::TempDir() + "broken-site.txtpb";
  std::ofstream(broken) << "organisation: 'RT5' events { event: 'ADT^A03' meaning: 'GONE' }";
  EXPECT_EQ(RunFosse({"adapter", "check", "community", shipped, broken}).code, kExitUsage);
  EXPECT_EQ(RunFosse({"adapter", "check", "community", "/nowhere/at/all"}).code, kExitUsage);
}

TEST(AdapterCommandTest, NamesTheAdaptersThatItKnows) {
  const ProgramEnd end = RunFosse({"adapter", "check", "fax", "x"});
  EXPECT_EQ(end.code, kExitUsage);
  EXPECT_NE(end.err.find("community"), std::string::npos);
}

}  // namespace
}  // namespace fosse::cli
