#include "adapters/council/webhook/answer.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace fosse::adapters::council::webhook {
namespace {

constexpr int kMayPass[] = {408, 409, 425, 429};

}  // namespace

absl::Duration RetryAfter(absl::string_view text, absl::Time now) {
  uint32_t seconds = 0;
  if (absl::SimpleAtoi(text, &seconds)) return absl::Seconds(seconds);
  absl::Time at;
  // RFC 9110, 5.6.7: of the three forms, the one that is written today.
  if (!absl::ParseTime("%a, %d %b %Y %H:%M:%S GMT", std::string(text), absl::UTCTimeZone(), &at,
                       nullptr)) {
    return absl::ZeroDuration();
  }
  return std::max(at - now, absl::ZeroDuration());
}

Attempt AttemptOf(const HttpResponse& response, absl::Time now) {
  const int status = response.status;
  Attempt attempt{.detail_code = absl::StrCat("http-", status)};
  const bool may_pass =
      std::find(std::begin(kMayPass), std::end(kMayPass), status) != std::end(kMayPass);
  if (status >= 200 && status < 300) {
    attempt.result = Attempt::Result::kDelivered;
  } else if (status >= 400 && status < 500 && !may_pass) {
    attempt.result = Attempt::Result::kRefused;
  } else if (const auto found = response.headers.find("retry-after");
             found != response.headers.end()) {
    attempt.wait = RetryAfter(found->second, now);
  }
  return attempt;
}

}  // namespace fosse::adapters::council::webhook
