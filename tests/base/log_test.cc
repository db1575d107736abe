#include "base/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "fosse/v1/terms.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;

static_assert(!std::is_constructible_v<LogValue, std::string>);
static_assert(!std::is_constructible_v<LogValue, absl::string_view>);
static_assert(!std::is_constructible_v<LogValue, std::string_view>);
static_assert(!std::is_constructible_v<LogValue, const char*>);
static_assert(!std::is_constructible_v<LogValue, char>);
static_assert(!std::is_constructible_v<ParticipantId, std::string>);

class LogTest : public ::testing::Test {
 protected:
  ~LogTest() override { SetLogLevel(Severity::kInfo); }

  std::vector<std::string> lines_;
  ScopedLogSink sink_{[this](absl::string_view line) { lines_.emplace_back(line); }};
};

TEST_F(LogTest, LineIsOneJsonObject) {
  Shows({"ctl-26"});
  const absl::Status status =
      MakeError(absl::StatusCode::kUnavailable, "COMMIT_FAILED", "a sentence that is not logged");
  Log(Severity::kWarning, "batch.done",
      {{"entries", 3},
       {"left", uint64_t{18446744073709551615u}},
       {"step", int64_t{-5}},
       {"late", true},
       {"took", absl::Milliseconds(1500)},
       {"back", -absl::Milliseconds(250)},
       {"at", absl::FromUnixSeconds(1664787600)},
       {"form", CodeOf(v1::FORMAT_UUID)},
       {"organisation", *ParticipantId::Parse("RT5")},
       {"field", FieldPath("plan.reference")},
       {"error", status},
       {"foreign", absl::InternalError("Smith, 9990000018")}});
  ASSERT_THAT(lines_, SizeIs(1));
  EXPECT_THAT(lines_[0],
              MatchesRegex("\\{\"time\":\"....-..-..T..:..:..\\.......Z\",\"severity\":\"WARNING\","
                           "\"event\":\"batch.done\",.*"));
  EXPECT_THAT(
      lines_[0],
      EndsWith("\"entries\":3,\"left\":18446744073709551615,\"step\":-5,\"late\":true,"
               "\"took\":1.500000,\"back\":-0.250000,\"at\":\"2022-10-03T09:00:00.000000Z\","
               "\"form\":\"FORMAT_UUID\",\"organisation\":\"RT5\",\"field\":\"plan.reference\","
               "\"error\":\"UNAVAILABLE COMMIT_FAILED\",\"foreign\":\"INTERNAL\"}"));
}

TEST_F(LogTest, LinesBelowTheLevelAreNotWritten) {
  Log(Severity::kDebug, "quiet");
  EXPECT_THAT(lines_, IsEmpty());
  SetLogLevel(Severity::kDebug);
  Log(Severity::kDebug, "quiet");
  EXPECT_THAT(lines_, SizeIs(1));
  SetLogLevel(Severity::kError);
  Log(Severity::kWarning, "quiet");
  EXPECT_THAT(lines_, SizeIs(1));
}

TEST_F(LogTest, LinesOfManyThreadsStayWhole) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int n = 0; n < 100; ++n) Log(Severity::kInfo, "same", {{"n", 1}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(lines_, SizeIs(400));
  EXPECT_THAT(lines_, ::testing::Each(EndsWith("\"event\":\"same\",\"n\":1}")));
}

// Stderr becomes a pipe that nobody reads until the test does.
class BlockedStderr {
 public:
  BlockedStderr() {
    saved_ = dup(STDERR_FILENO);
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    read_end_ = ends[0];
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    fcntl(STDERR_FILENO, F_SETFL, O_NONBLOCK);
    const std::string filler(4096, '.');
    while (write(STDERR_FILENO, filler.data(), filler.size()) > 0) {
    }
    fcntl(STDERR_FILENO, F_SETFL, 0);  // As a real stderr is: a full pipe makes a writer wait.
    fcntl(read_end_, F_SETFL, O_NONBLOCK);
  }
  ~BlockedStderr() {
    dup2(saved_, STDERR_FILENO);
    close(saved_);
    close(read_end_);
  }
  std::string Drain() {
    std::string text;
    char part[4096];
    for (ssize_t n; (n = read(read_end_, part, sizeof(part))) > 0;) text.append(part, n);
    return text;
  }

 private:
  int saved_ = -1;
  int read_end_ = -1;
};

TEST(LogToStderrTest, BlockedStderrDropsLinesAndSaysSoLater) {
  Shows({"flt-36"});
  std::string text;
  {
    BlockedStderr blocked;
    Log(Severity::kError, "lost");  // Would wait for ever if it wrote.
    Log(Severity::kError, "lost");
    EXPECT_THAT(blocked.Drain(), Not(HasSubstr("lost")));
    Log(Severity::kError, "kept");
    Log(Severity::kError, "after");
    text = blocked.Drain();
  }
  EXPECT_THAT(text, AllOf(HasSubstr("\"event\":\"kept\",\"lines-dropped\":2}\n"),
                          HasSubstr("\"event\":\"after\"}\n")));
}

}  // namespace
}  // namespace fosse
