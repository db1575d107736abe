#include "gateway/identity.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/gateway/test_gateway.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::gateway {
namespace {

class IdentityTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto directory = care::Directory::Create(TestDirectory());
    ASSERT_TRUE(directory.ok()) << directory.status();
    directory_ = *std::move(directory);
  }
  absl::StatusOr<const v1::Participant*> Of(const std::vector<std::string>& names) {
    return ParticipantOf(names, *directory_);
  }
  std::unique_ptr<const care::Directory> directory_;
};

TEST_F(IdentityTest, ACertificateMapsToTheOneParticipantThatItNames) {
  Shows({"ctl-01"});
  ASSERT_OK_AND_ASSIGN(const v1::Participant* const found, Of({"fosse:participant:RT5"}));
  EXPECT_EQ(found->id(), "RT5");
}

TEST_F(IdentityTest, OtherNamesBesideItDoNotMatter) {
  ASSERT_OK_AND_ASSIGN(
      const v1::Participant* const found,
      Of({"https://rt5.example", "fosse:participant:RT5", "fosse:participant:RT5"}));
  EXPECT_EQ(found->id(), "RT5");
}

TEST_F(IdentityTest, NobodyIsGuessed) {
  Shows({"ctl-01", "thr-01"});
  EXPECT_THAT(Of({}), FailsWith("CERTIFICATE_UNKNOWN"));
  EXPECT_THAT(Of({"RT5"}), FailsWith("CERTIFICATE_UNKNOWN"));
  EXPECT_THAT(Of({"fosse:participant:rt5"}), FailsWith("CERTIFICATE_UNKNOWN"));
  EXPECT_THAT(Of({"fosse:participant:NOBODY"}), HasCode(absl::StatusCode::kUnauthenticated));
}

TEST_F(IdentityTest, TwoParticipantsInOneCertificateAreRefused) {
  Shows({"ctl-01"});
  EXPECT_THAT(Of({"fosse:participant:RT5", "fosse:participant:C82999"}),
              FailsWith("CERTIFICATE_AMBIGUOUS"));
}

}  // namespace
}  // namespace fosse::gateway
