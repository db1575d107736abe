#include "adapters/council/webhook/answer.h"

#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::adapters::council::webhook {
namespace {

using Result = Attempt::Result;

const absl::Time kNow = absl::FromUnixSeconds(784111777);  // Sun, 06 Nov 1994 08:49:37 GMT

Attempt Of(int status, std::map<std::string, std::string> headers = {}) {
  return AttemptOf({.status = status, .headers = std::move(headers), .body = ""}, kNow);
}

TEST(AnswerTest, EachStatusHasItsMeaning) {
  Shows({"ctl-14", "ctl-16"});
  for (const int status : {200, 201, 202, 204, 299}) {
    EXPECT_EQ(Of(status).result, Result::kDelivered) << status;
  }
  for (const int status : {400, 401, 403, 404, 405, 410, 413, 415, 422, 499}) {
    EXPECT_EQ(Of(status).result, Result::kRefused) << status;
  }
  for (const int status : {100, 103, 301, 302, 307, 308, 408, 409, 425, 429, 500, 502, 503, 504}) {
    EXPECT_EQ(Of(status).result, Result::kLater) << status;
  }
  EXPECT_EQ(Of(429).detail_code, "http-429");
}

TEST(AnswerTest, RetryAfterIsSecondsOrADate) {
  Shows({"ctl-14"});
  EXPECT_EQ(Of(503, {{"retry-after", "120"}}).wait, absl::Seconds(120));
  EXPECT_EQ(Of(429, {{"retry-after", "Sun, 06 Nov 1994 08:51:37 GMT"}}).wait, absl::Minutes(2));
  for (const char* other : {"", "soon", "-5", "Sun, 06 Nov 1994 08:00:00 GMT", "1e9"}) {
    EXPECT_EQ(Of(503, {{"retry-after", other}}).wait, absl::ZeroDuration()) << other;
  }
  EXPECT_EQ(Of(400, {{"retry-after", "120"}}).wait, absl::ZeroDuration());
}

}  // namespace
}  // namespace fosse::adapters::council::webhook
