#ifndef FOSSE_TESTS_SUPPORT_STATUS_MATCHERS_H_
#define FOSSE_TESTS_SUPPORT_STATUS_MATCHERS_H_

#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace fosse {

namespace internal {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& value) {
  return value.status();
}

// Like StatusOr, but with a matcher for the value inside.
template <typename Inner>
class IsOkAndHoldsMatcher {
 public:
  explicit IsOkAndHoldsMatcher(Inner inner) : inner_(std::move(inner)) {}

  template <typename StatusOrT>
  operator ::testing::Matcher<StatusOrT>() const {  // NOLINT: implicit, as gmock wants it
    return ::testing::Matcher<StatusOrT>(new Impl<StatusOrT>(inner_));
  }

 private:
  template <typename StatusOrT>
  class Impl : public ::testing::MatcherInterface<StatusOrT> {
   public:
    using Value = typename std::remove_cvref_t<StatusOrT>::value_type;

    explicit Impl(const Inner& inner) : inner_(::testing::SafeMatcherCast<const Value&>(inner)) {}

    void DescribeTo(std::ostream* os) const override {
      *os << "is OK and holds a value that ";
      inner_.DescribeTo(os);
    }
    void DescribeNegationTo(std::ostream* os) const override {
      *os << "is not OK or holds a value that ";
      inner_.DescribeNegationTo(os);
    }
    bool MatchAndExplain(StatusOrT actual, ::testing::MatchResultListener* why) const override {
      if (!actual.ok()) {
        *why << "which is " << actual.status().ToString();
        return false;
      }
      return inner_.MatchAndExplain(*actual, why);
    }

   private:
    const ::testing::Matcher<const Value&> inner_;
  };

  const Inner inner_;
};

}  // namespace internal

// A Status or StatusOr that is OK.
MATCHER(IsOk, "is OK") {
  if (arg.ok()) return true;
  *result_listener << "which is " << internal::StatusOf(arg).ToString();
  return false;
}

// A Status or StatusOr that failed with this reason of MakeError.
MATCHER_P(FailsWith, reason, std::string("fails with ") + ::testing::PrintToString(reason)) {
  const absl::Status& status = internal::StatusOf(arg);
  *result_listener << "which is " << status.ToString();
  return !status.ok() &&
         ::testing::Matches(::testing::SafeMatcherCast<std::string>(reason))(ReasonOf(status));
}

// A Status or StatusOr that has this code.
MATCHER_P(HasCode, code, std::string("has code ") + absl::StatusCodeToString(code)) {
  const absl::Status& status = internal::StatusOf(arg);
  *result_listener << "which is " << status.ToString();
  return status.code() == code;
}

// A StatusOr that is OK and whose value is, or matches, `inner`.
template <typename Inner>
internal::IsOkAndHoldsMatcher<std::decay_t<Inner>> IsOkAndHolds(Inner&& inner) {
  return internal::IsOkAndHoldsMatcher<std::decay_t<Inner>>(std::forward<Inner>(inner));
}

}  // namespace fosse

// ASSERT_OK_AND_ASSIGN(const Receipt receipt, Submit(envelope)); the test ends here when not OK.
#define ASSERT_OK_AND_ASSIGN(lhs, ...)                                                  \
  FOSSE_ASSERT_OK_AND_ASSIGN_IMPL_(FOSSE_CONCAT_(fosse_test_status_or_, __LINE__), lhs, \
                                   (__VA_ARGS__))
#define FOSSE_ASSERT_OK_AND_ASSIGN_IMPL_(holder, lhs, expr) \
  auto holder = expr;                                       \
  ASSERT_TRUE(holder.ok()) << holder.status();              \
  lhs = *std::move(holder)

#endif  // FOSSE_TESTS_SUPPORT_STATUS_MATCHERS_H_
