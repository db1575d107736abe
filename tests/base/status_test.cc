#include "base/status.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "fosse/v1/terms.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

// What cannot be built cannot leak: no string of any kind becomes a value, and no text that exists
// only while running becomes a code.
static_assert(!std::is_constructible_v<MetaValue, std::string>);
static_assert(!std::is_constructible_v<MetaValue, absl::string_view>);
static_assert(!std::is_constructible_v<MetaValue, std::string_view>);
static_assert(!std::is_constructible_v<MetaValue, const char*>);
static_assert(!std::is_constructible_v<MetaValue, char>);
static_assert(!std::is_constructible_v<Code, std::string>);
static_assert(!std::is_constructible_v<Code, absl::string_view>);
static_assert(!std::is_constructible_v<Code, const char*>);
static_assert(!std::is_constructible_v<FieldPath, std::string>);
static_assert(!std::is_constructible_v<FieldPath, absl::string_view>);
static_assert(std::is_constructible_v<MetaValue, absl::Time>);
static_assert(std::is_constructible_v<MetaValue, int64_t>);
static_assert(std::is_constructible_v<MetaValue, size_t>);

TEST(StatusTest, ErrorCarriesReasonSentenceAndMetadata) {
  Shows({"ctl-26"});
  const absl::Time time = absl::FromUnixSeconds(1664787600);
  const absl::Status status =
      MakeError(absl::StatusCode::kAlreadyExists, "MESSAGE_ID_REUSED", "message id was used",
                {{"firstSeen", time},
                 {"count", -3},
                 {"most", UINT64_MAX},
                 {"kind", Code("body.a-b")},
                 {"form", CodeOf(v1::FORMAT_UUID)},
                 {"field", FieldPath("plan.reference")}});
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(status.message(), "message id was used");
  EXPECT_EQ(ReasonOf(status), "MESSAGE_ID_REUSED");
  EXPECT_THAT(MetadataOf(status),
              ElementsAre(Pair("firstSeen", "2022-10-03T09:00:00+00:00"), Pair("count", "-3"),
                          Pair("most", "18446744073709551615"), Pair("kind", "body.a-b"),
                          Pair("form", "FORMAT_UUID"), Pair("field", "plan.reference")));
}

TEST(StatusTest, OtherErrorsHaveNoReason) {
  EXPECT_EQ(ReasonOf(absl::OkStatus()), "");
  EXPECT_EQ(ReasonOf(absl::InternalError("MESSAGE_ID_REUSED")), "");
  EXPECT_THAT(MetadataOf(absl::InternalError("x")), IsEmpty());
  EXPECT_THAT(MetadataOf(MakeError(absl::StatusCode::kAborted, "CONFLICT", "x")), IsEmpty());
}

TEST(StatusDeathTest, ReasonsAndKeysOfAnotherShapeAbort) {
  EXPECT_DEATH((void)MakeError(absl::StatusCode::kAborted, "not a reason", "x"), "IsReason");
  EXPECT_DEATH((void)MakeError(absl::StatusCode::kAborted, "A\nb=c", "x"), "IsReason");
  EXPECT_DEATH((void)MakeError(absl::StatusCode::kAborted, "A", "x", {{"a=b", 1}}), "IsKey");
  EXPECT_DEATH((void)MakeError(absl::StatusCode::kOk, "A", "x"), "kOk");
}

TEST(StatusDeathTest, CheckNamesFileLineAndCondition) {
  const int two = 2;
  FOSSE_CHECK(two == 2);
  EXPECT_DEATH(FOSSE_CHECK(two == 3), "status_test.cc:[0-9]+: broken invariant: two == 3");
}

TEST(CodeTest, EnumNumbersOutsideTheContractAreNamedAsSuch) {
  EXPECT_EQ(CodeOf(v1::AUDIENCE_CLINICAL).text(), "AUDIENCE_CLINICAL");
  EXPECT_EQ(CodeOf(static_cast<v1::Audience>(99)).text(), "UNRECOGNISED");
  EXPECT_EQ(CodeOf(absl::StatusCode::kDataLoss).text(), "DATA_LOSS");
}

absl::Status Fail() { return MakeError(absl::StatusCode::kAborted, "CONFLICT", "x"); }
absl::StatusOr<std::string> FailOr() { return Fail(); }
absl::StatusOr<std::unique_ptr<int>> Seven() { return std::make_unique<int>(7); }

absl::StatusOr<int> UseMacros(bool fail_first, bool fail_second) {
  FOSSE_RETURN_IF_ERROR(fail_first ? Fail() : absl::OkStatus());
  FOSSE_RETURN_IF_ERROR(Seven());
  FOSSE_ASSIGN_OR_RETURN(const std::unique_ptr<int> seven, Seven());
  std::string text;
  FOSSE_ASSIGN_OR_RETURN(text, fail_second ? FailOr() : absl::StatusOr<std::string>("four"));
  return *seven + static_cast<int>(text.size());
}

TEST(StatusTest, MacrosReturnTheErrorOrGoOn) {
  EXPECT_THAT(UseMacros(false, false), IsOkAndHolds(11));
  EXPECT_THAT(UseMacros(true, false), FailsWith("CONFLICT"));
  EXPECT_THAT(UseMacros(false, true), FailsWith("CONFLICT"));
}

TEST(StatusMatchersTest, MatchOnlyWhatTheySay) {
  EXPECT_THAT(absl::OkStatus(), IsOk());
  EXPECT_THAT(Seven(), IsOk());
  EXPECT_THAT(Fail(), Not(IsOk()));
  EXPECT_THAT(FailOr(), Not(IsOk()));
  EXPECT_THAT(absl::OkStatus(), Not(FailsWith("")));
  EXPECT_THAT(Fail(), Not(FailsWith("OTHER")));
  EXPECT_THAT(FailOr(), FailsWith(::testing::StartsWith("CON")));
  EXPECT_THAT(FailOr(), Not(IsOkAndHolds("four")));
  EXPECT_THAT(Seven(), IsOkAndHolds(::testing::Pointee(7)));
  EXPECT_THAT(FailOr(), HasCode(absl::StatusCode::kAborted));
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<int> seven, Seven());
  EXPECT_EQ(*seven, 7);
}

}  // namespace
}  // namespace fosse
