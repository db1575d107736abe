// Links by which somebody comes in whom another organisation vouches for.
#include "adapters/council/page/links.h"

#include "gmock/gmock.h"
#include "tests/adapters/kit/kit_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::page {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

const absl::Time kNow = absl::FromUnixSeconds(1795000000);

class LinksTest : public ::testing::Test {
 protected:
  LinksTest() { Open(); }
  // As a stop and a new start: only what is kept is left.
  void Open() {
    links_.reset();
    outbox_.reset();
    outbox_ = *Outbox::Open(folder_.path("outbox"), folder_.path("key"), random_);
    links_ = std::make_unique<Links>(*outbox_, random_);
  }
  NewLink Make(const std::string& reference = "pa-7") {
    return *links_->Make(
        {.subject = "", .participant = "PA-7", .name = "Solveig Underhill", .reference = reference},
        kNow);
  }
  static std::string Wrong(const std::string& code) {
    return code == "000000" ? "000001" : "000000";
  }

  Folder folder_;
  SystemRandom random_;
  std::unique_ptr<Outbox> outbox_;
  std::unique_ptr<Links> links_;
};

TEST_F(LinksTest, ServesOnceWithItsCodeAlsoAfterARestart) {
  Shows({"ctl-01"});
  const NewLink link = Make();
  EXPECT_THAT(link.code, MatchesRegex("[0-9]{6}"));
  EXPECT_TRUE(links_->IsOpen(link.address, kNow));
  Open();
  const std::string spaced = link.code.substr(0, 3) + " " + link.code.substr(3);
  ASSERT_OK_AND_ASSIGN(const Colleague colleague, links_->Use(link.address, spaced, kNow));
  EXPECT_EQ(colleague.participant, "PA-7");
  EXPECT_EQ(colleague.name, "Solveig Underhill");
  EXPECT_EQ(colleague.reference, "pa-7");
  EXPECT_THAT(links_->Use(link.address, link.code, kNow), FailsWith("LINK_SPENT"));
  Open();
  EXPECT_FALSE(links_->IsOpen(link.address, kNow));
}

TEST_F(LinksTest, FiveWrongCodesMakeItVoid) {
  Shows({"ctl-01", "haz-32"});
  const NewLink link = Make();
  for (int i = 1; i < kMostWrongCodes; ++i) {
    EXPECT_THAT(links_->Use(link.address, Wrong(link.code), kNow), FailsWith("LINK_CODE_WRONG"));
    Open();  // The count is kept.
  }
  EXPECT_THAT(links_->Use(link.address, "", kNow), FailsWith("LINK_SPENT"));
  EXPECT_THAT(links_->Use(link.address, link.code, kNow), FailsWith("LINK_SPENT"));
}

TEST_F(LinksTest, ANewerOneForTheSamePersonVoidsTheOneBefore) {
  Shows({"ctl-01"});
  const NewLink first = Make();
  const NewLink of_another = Make("pa-8");
  const NewLink second = Make();
  EXPECT_FALSE(links_->IsOpen(first.address, kNow));
  EXPECT_TRUE(links_->IsOpen(of_another.address, kNow));
  EXPECT_TRUE(links_->IsOpen(second.address, kNow));
  EXPECT_THAT(links_->Use(first.address, first.code, kNow), FailsWith("LINK_SPENT"));
}

TEST_F(LinksTest, RunsOutAfterThreeDays) {
  const NewLink link = Make();
  EXPECT_TRUE(links_->IsOpen(link.address, kNow + kLinkTime - absl::Seconds(1)));
  EXPECT_THAT(links_->Use(link.address, link.code, kNow + kLinkTime), FailsWith("LINK_SPENT"));
  EXPECT_THAT(links_->Use("guess", link.code, kNow), FailsWith("LINK_SPENT"));
}

TEST_F(LinksTest, NothingOfItIsReadableInTheFile) {
  Shows({"ctl-23"});
  const NewLink link = Make();
  const std::string file = folder_.Read("outbox") + folder_.Read("outbox-wal");
  EXPECT_THAT(file, Not(HasSubstr(link.address)));
  EXPECT_THAT(file, Not(HasSubstr("Solveig Underhill")));
}

}  // namespace
}  // namespace fosse::adapters::page
