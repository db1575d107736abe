// A rulebook that is kept already comes back into force; and whom a rulebook names.
#include <tuple>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/engine/publication_fixture.h"
#include "tests/support/shows.h"

namespace fosse {
namespace {

using ::testing::ElementsAre;

using BringBackTest = PublicationTest;

TEST_F(BringBackTest, AnEarlierRulebookComesBackByItsActivationAlone) {
  Shows({"b-6.1"});
  ASSERT_THAT(Publish(Sound()), IsOk());
  world_.clock().Advance(kAhead);
  ASSERT_EQ(List().rulebooks(0).state(), v1::RULEBOOK_STATE_IN_FORCE);
  ASSERT_OK_AND_ASSIGN(const v1::GetRulebookResponse old, Get("llr/2022-10-01", ""));
  v1::Envelope back = Sound().envelope();
  back.set_message_id("back");
  v1::RulebookActivation& activation = *back.mutable_rulebook_activation();
  activation.set_rulebook_id("llr/2022-10-01");
  activation.set_digest(old.digest());
  EXPECT_THAT(world_.Submit(back), FailsWith("SIGNATURE_WRONG"));
  Sign(activation);
  ASSERT_THAT(world_.Submit(back), IsOk());
  world_.clock().Advance(kAhead);
  world_.Run();
  ASSERT_THAT(world_.Submit(world_.Episode(kAda, "e1")), IsOk());
  EXPECT_EQ(world_.engine().rulebook()->document().id(), "llr/2022-10-01");
}

TEST_F(BringBackTest, AnOldNoteBringsNoOldRulebookBack) {
  Shows({"b-6.1", "ctl-06", "thr-12", "haz-23"});
  const v1::PublishRulebookRequest first = Sound();
  ASSERT_THAT(Publish(first), IsOk());
  world_.clock().Advance(kAhead);
  v1::PublishRulebookRequest next =
      Request(SmallRulebook("llr/2026-12-02"), SmallSuite("llr/2026-12-02"), "p2");
  next.mutable_envelope()->mutable_rulebook_activation()->set_rulebook_id("llr/2026-12-02");
  Sign(*next.mutable_envelope()->mutable_rulebook_activation());
  ASSERT_THAT(Publish(next), IsOk());
  world_.clock().Advance(kAhead);
  // The board's certificate and its note of then, and no signature of now.
  v1::Envelope back = first.envelope();
  back.set_message_id("back");
  v1::RulebookActivation& activation = *back.mutable_rulebook_activation();
  EXPECT_THAT(world_.Submit(back), FailsWith("ACTIVATION_IN_PAST"));
  *activation.mutable_effective_at() = engine::ToTimestamp(world_.clock().Now() + kAhead);
  EXPECT_THAT(world_.Submit(back), FailsWith("SIGNATURE_WRONG"));
  activation.set_suite_digest("short");
  EXPECT_THAT(world_.Submit(back), FailsWith("DIGEST_DIFFERS"));
  EXPECT_EQ(List().rulebooks_size(), 3);
  EXPECT_EQ(List().rulebooks(0).rulebook_id(), "llr/2026-12-02");
}

// As a program of an earlier vocabulary left it.
TEST_F(BringBackTest, AKeptRulebookThatNoLongerLoadsIsRefusedAtOnce) {
  Shows({"b-6.1", "ctl-06", "flt-31"});
  constexpr char kOld[] = "llr/2020-01-01";
  store::Document document;
  document.id = kOld;
  document.stored = absl::StrReplaceAll(SmallRulebook(kOld), {{"vocabulary: ", "vocabulary: 9"}});
  document.digest = Sha256(document.stored);
  document.effective_at = world_.clock().Now() - absl::Hours(24 * 365);
  {
    ASSERT_OK_AND_ASSIGN(const auto session, world_.store().Begin());
    ASSERT_OK_AND_ASSIGN(const store::Head head, session->GetHead());
    store::Batch batch;
    batch.documents.push_back(document);
    ASSERT_THAT(session->Stage(batch), IsOk());
    ASSERT_THAT(session->Commit(head), IsOk());
  }
  v1::Envelope back = Sound().envelope();
  v1::RulebookActivation& activation = *back.mutable_rulebook_activation();
  activation.set_rulebook_id(kOld);
  activation.set_digest(ByteView(document.digest).str());
  Sign(activation);
  EXPECT_THAT(world_.Submit(back), FailsWith("RULEBOOK_INVALID"));
  world_.clock().Advance(2 * kAhead);
  ASSERT_THAT(world_.Submit(world_.Episode(kAda, "e1")), IsOk());
  EXPECT_EQ(world_.engine().rulebook()->document().id(), "llr/2022-10-01");
}

TEST_F(BringBackTest, WhoeverARulebookNamesIsInTheDirectory) {
  Shows({"b-7.3", "ctl-06"});
  const auto with = [this](absl::string_view from, absl::string_view to) {
    return Request(absl::StrReplaceAll(SmallRulebook(kLater), {{from, to}}), SmallSuite(kLater));
  };
  for (const auto& [from, to, field] :
       {std::tuple("cover_owner: \"RT5\"", "cover_owner: \"RT9\"", "cover_owner"),
        std::tuple("\"RT5-TRAINING\"", "\"RT9-TRAINING\"", "training_provider"),
        std::tuple("\"QK1-IPCB\"", "\"QK9-IPCB\"", "routes[0].organisation")}) {
    const v1::PublishRulebookRequest request = with(from, to);
    const absl::StatusOr<v1::Receipt> answer = Publish(request);
    EXPECT_THAT(answer, FailsWith("PARTICIPANT_UNKNOWN"));
    EXPECT_THAT(MetadataOf(answer.status()), ElementsAre(std::pair("field", field)));
  }
  EXPECT_EQ(List().rulebooks_size(), 1);
}

}  // namespace
}  // namespace fosse
