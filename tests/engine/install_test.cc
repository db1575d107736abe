#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

EngineWorld::Options WithKey() {
  EngineWorld::Options options;
  options.directory_text = WithBoardKey(TestDirectory());
  return options;
}

std::string LaterDirectory() {
  return absl::StrReplaceAll(WithBoardKey(TestDirectory()), {{"qk1/test", "qk1/later"}});
}

TEST(InstallTest, TheFirstDocumentsAreMessagesWithEntries) {
  Shows({"ctl-06", "flt-31"});
  EngineWorld world;
  ASSERT_EQ(world.Size(), 2u);
  EXPECT_EQ(world.Leaf(0).kind(), "rulebook_activation");
  EXPECT_EQ(world.Leaf(1).kind(), "directory_activation");
  EXPECT_EQ(world.Detail(0).envelope().rulebook_activation().rulebook_id(), "llr/2022-10-01");
  ASSERT_THAT(world.Restart(), IsOk());  // Installing again does nothing.
  EXPECT_EQ(world.Size(), 2u);
}

TEST(InstallTest, WithoutDocumentsTheGatewayDoesNotStart) {
  Shows({"ctl-08", "flt-31"});
  EngineWorld world;
  FakeRandom random;
  InlineExecutor executor;
  ASSERT_OK_AND_ASSIGN(
      const auto store,
      store::SqliteStore::Open({.path = world.directory() + "/empty.db", .locality = "QK1"}));
  engine::Engine engine("QK1", {*store, world.keys(), world.clock(), random, executor},
                        {.own_threads = false});
  EXPECT_THAT(engine.Install("", ""), FailsWith("NOT_INSTALLED"));
  EXPECT_THAT(engine.Install("no rulebook", TestDirectory()), FailsWith("RULEBOOK_INVALID"));
  EXPECT_THAT(engine.Start(""), FailsWith("NOT_INSTALLED"));
  EXPECT_FALSE(engine.Ready());
  std::optional<absl::StatusOr<v1::Receipt>> answer;
  engine.Submit({.participant = kCommunity}, world.Episode(kAda, "e1"), absl::InfiniteFuture(),
                [&](absl::StatusOr<v1::Receipt> given) { answer = std::move(given); });
  EXPECT_THAT(*answer, FailsWith("NOT_READY"));
}

TEST(InstallTest, WhoeverTheFirstRulebookNamesIsInTheFirstDirectory) {
  Shows({"b-7.3", "ctl-06"});
  EngineWorld world;
  FakeRandom random;
  InlineExecutor executor;
  ASSERT_OK_AND_ASSIGN(
      const auto store,
      store::SqliteStore::Open({.path = world.directory() + "/empty.db", .locality = "QK1"}));
  engine::Engine engine("QK1", {*store, world.keys(), world.clock(), random, executor},
                        {.own_threads = false});
  const std::string lacking =
      absl::StrReplaceAll(TestDirectory(), {{"id: \"QK1-SHAREDCARE\"", "id: \"QK1-OTHER\""}});
  EXPECT_THAT(engine.Install(TestRulebook(), lacking), FailsWith("PARTICIPANT_UNKNOWN"));
  EXPECT_EQ(store->GetHead()->size, 0u);  // Neither is kept: the right pair can still come.
  EXPECT_THAT(engine.Install(TestRulebook(), TestDirectory()), IsOk());
}

TEST(InstallTest, ALaterDocumentTakesEffectAtItsTimeAndNotBefore) {
  Shows({"ctl-06", "haz-23"});
  EngineWorld world(WithKey());
  ASSERT_THAT(world.Submit(world.Episode(kAda, "e1")), IsOk());
  const std::string first = world.Leaf(1).directory_digest();
  const absl::Time effective = world.clock().Now() + absl::Hours(1);
  ASSERT_THAT(world.PublishDirectory(LaterDirectory(), effective), IsOk());
  EXPECT_EQ(world.engine().directory()->document().id(), "qk1/test");

  world.clock().AdvanceTo(effective - absl::Microseconds(1));
  ASSERT_OK_AND_ASSIGN(const v1::Receipt before,
                       world.Submit(world.Concern(kAda, "c1", kPractice, "unsettled")));
  world.clock().AdvanceTo(effective);
  ASSERT_OK_AND_ASSIGN(const v1::Receipt after,
                       world.Submit(world.Concern(kAda, "c2", kPractice, "unsettled")));
  const std::string old_digest = world.Leaf(before.entry_index()).directory_digest();
  EXPECT_NE(world.Leaf(after.entry_index()).directory_digest(), old_digest);
  EXPECT_EQ(world.engine().directory()->document().id(), "qk1/later");
  ASSERT_THAT(world.Restart(), IsOk());
  EXPECT_EQ(world.engine().directory()->document().id(), "qk1/later");
}

TEST(InstallTest, ActivationInThePastIsRefused) {
  Shows({"ctl-06", "thr-12"});
  EngineWorld world(WithKey());
  const uint64_t size = world.Size();
  for (const absl::Time time :
       {absl::UnixEpoch(), world.clock().Now() - absl::Hours(1), world.clock().Now()}) {
    EXPECT_THAT(world.PublishDirectory(LaterDirectory(), time, absl::FormatTime(time)),
                FailsWith("ACTIVATION_IN_PAST"));
  }
  EXPECT_EQ(world.Size(), size);
}

TEST(InstallTest, AnActivationOfADocumentThatIsNotHereIsRefused) {
  Shows({"ctl-06", "flt-31"});
  EngineWorld world;
  v1::Envelope activation = world.Message(kBoard, "a1", kAda);
  activation.clear_subject();
  activation.mutable_rulebook_activation()->set_rulebook_id("llr/9999");
  activation.mutable_rulebook_activation()->set_digest(std::string(32, 'x'));
  activation.mutable_rulebook_activation()->mutable_effective_at()->set_seconds(
      absl::ToUnixSeconds(world.clock().Now()) + 3600);
  EXPECT_THAT(world.Submit(activation), FailsWith("DOCUMENT_UNKNOWN"));
  activation.mutable_rulebook_activation()->set_digest(std::string(
      world.engine().rulebook()->digest().begin(), world.engine().rulebook()->digest().end()));
  // Known, and under another id.
  EXPECT_THAT(world.Submit(activation), FailsWith("DIGEST_DIFFERS"));
}

}  // namespace
}  // namespace fosse
