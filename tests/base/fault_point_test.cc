#include "base/fault_point.h"

#include <signal.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "gtest/gtest.h"

namespace fosse {
namespace {

std::string NewDirectory() {
  std::string path = ::testing::TempDir() + "fault_point_XXXXXX";
  EXPECT_NE(mkdtemp(path.data()), nullptr);
  return path;
}

bool Exists(const std::string& path) {
  struct stat found;
  return stat(path.c_str(), &found) == 0;
}

TEST(FaultPointDeathTest, ArmedAndNamedItKillsOnce) {
  const std::string directory = NewDirectory();
  const std::string file = directory + "/before-commit";
  std::ofstream(file) << "";
  const auto pass = [&] {
    ArmFaultPoints(directory);
    FaultPoint("before-commit");
    std::_Exit(7);
  };
  EXPECT_EXIT(pass(), ::testing::KilledBySignal(SIGKILL), "");
  EXPECT_FALSE(Exists(file));
  // The restarted process gets past it.
  EXPECT_EXIT(pass(), ::testing::ExitedWithCode(7), "");
}

TEST(FaultPointDeathTest, OtherPointsAndUnarmedOnesDoNothing) {
  const std::string directory = NewDirectory();
  const std::string file = directory + "/before-commit";
  std::ofstream(file) << "";
  FaultPoint("before-commit");  // Not armed in this process.
  EXPECT_TRUE(Exists(file));
  const auto pass_another = [&] {
    ArmFaultPoints(directory);
    FaultPoint("after-commit");
    std::_Exit(7);
  };
  EXPECT_EXIT(pass_another(), ::testing::ExitedWithCode(7), "");
  EXPECT_TRUE(Exists(file));
}

}  // namespace
}  // namespace fosse
