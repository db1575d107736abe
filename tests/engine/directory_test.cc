// How a later directory is published, and what follows where somebody has left it.
#include <set>

#include "absl/strings/str_replace.h"
#include "audit/rulebook_note.h"
#include "tests/engine/many_people.h"
#include "tests/support/shows.h"

namespace fosse {
namespace {

constexpr absl::Duration kAhead = absl::Hours(1);

std::string Later(const std::string& from = "", const std::string& to = "") {
  std::string text =
      absl::StrReplaceAll(WithBoardKey(TestDirectory()), {{"qk1/test", "qk1/later"}});
  if (!from.empty()) text = absl::StrReplaceAll(text, {{from, to}});
  return text;
}
// The practice has left, or is listed as closed.
std::string WithoutPractice(bool closed) {
  return closed ? Later("id: \"C82999\"", "id: \"C82999\" closed: true")
                : absl::StrReplaceAll(Later("id: \"C82999\"", "id: \"C82997\""),
                                      {{"participant: \"C82999\"", "participant: \"C82997\""}});
}

class DirectoryTest : public ::testing::Test {
 protected:
  static EngineWorld::Options WithKey(size_t at_once = 500) {
    EngineWorld::Options options;
    options.directory_text = WithBoardKey(TestDirectory());
    options.limits.consequences = at_once;
    options.limits.sweep_step = 1;
    options.limits.busy_sweep_step = 1;
    return options;
  }
  static absl::StatusOr<v1::Receipt> Publish(EngineWorld& world,
                                             const v1::PublishDirectoryRequest& request) {
    return world.Ask<v1::Receipt>([&](engine::Done<v1::Receipt> done) {
      world.engine().PublishDirectory({.participant = request.envelope().sender()}, request,
                                      absl::InfiniteFuture(), std::move(done));
    });
  }
  static v1::ListDirectoriesResponse List(EngineWorld& world) {
    const auto found =
        world.Ask<v1::ListDirectoriesResponse>([&](engine::Done<v1::ListDirectoriesResponse> done) {
          world.engine().ListDirectories({}, std::move(done));
        });
    EXPECT_THAT(found, IsOk());
    return found.ok() ? *found : v1::ListDirectoriesResponse();
  }
};

TEST_F(DirectoryTest, IsListedBeforeAndAfterItsInstant) {
  Shows({"ctl-01", "ctl-06"});
  EngineWorld world(WithKey());
  ASSERT_THAT(world.PublishDirectory(WithoutPractice(true), world.clock().Now() + kAhead), IsOk());
  v1::ListDirectoriesResponse list = List(world);
  ASSERT_EQ(list.directories_size(), 2);
  EXPECT_EQ(list.directories(0).directory_id(), "qk1/later");
  EXPECT_EQ(list.directories(0).state(), v1::DIRECTORY_STATE_COMING);
  EXPECT_EQ(list.directories(1).state(), v1::DIRECTORY_STATE_IN_FORCE);
  // Whoever has closed is counted no more.
  EXPECT_EQ(list.directories(0).participants() + 1, list.directories(1).participants());
  world.clock().Advance(kAhead);
  world.Run();
  list = List(world);
  EXPECT_EQ(list.directories(0).state(), v1::DIRECTORY_STATE_IN_FORCE);
  EXPECT_EQ(list.directories(1).state(), v1::DIRECTORY_STATE_PAST);
  EXPECT_EQ(world.engine().directory()->Find(kPractice), nullptr);
}

// Whoever a rulebook names for cover, training or a route must be there to be told (B-7.3).
TEST_F(DirectoryTest, OneThatLacksWhomARulebookNamesIsRefused) {
  Shows({"b-7.3", "ctl-06"});
  EngineWorld world(WithKey());
  for (const std::string& text :
       {Later("id: \"RT5\"", "id: \"RT9\""), Later("id: \"RT5\"", "id: \"RT5\" closed: true")}) {
    const absl::StatusOr<v1::Receipt> refused =
        Publish(world, world.DirectoryRequest(text, world.clock().Now() + kAhead, "lacks"));
    EXPECT_THAT(refused, FailsWith("PARTICIPANT_UNKNOWN"));
    EXPECT_THAT(MetadataOf(refused.status()),
                ::testing::ElementsAre(std::pair("field", "cover_owner")));
  }
  EXPECT_EQ(List(world).directories_size(), 1);
}

TEST_F(DirectoryTest, OneThatTheBoardDidNotSignIsRefused) {
  Shows({"ctl-06", "thr-12", "thr-01"});
  EngineWorld world(WithKey());
  const absl::Time at = world.clock().Now() + kAhead;
  const v1::PublishDirectoryRequest sound = world.DirectoryRequest(Later(), at);
  const auto spoilt = [&](auto change) {
    v1::PublishDirectoryRequest request = sound;
    change(request, *request.mutable_envelope()->mutable_directory_activation());
    return Publish(world, request);
  };
  using Request = v1::PublishDirectoryRequest;
  using Activation = v1::DirectoryActivation;
  EXPECT_THAT(spoilt([](Request&, Activation& a) { a.clear_signed_note(); }),
              FailsWith("SIGNATURE_MISSING"));
  EXPECT_THAT(spoilt([&](Request&, Activation& a) {
                a.set_signed_note(
                    audit::SignDirectory({"QK1", "qk1/other", Sha256(Later()), at}, TestBoard()));
              }),
              FailsWith("SIGNATURE_WRONG"));
  // Nor does one of another instant serve: an old note brings no old directory back.
  EXPECT_THAT(
      spoilt([&](Request&, Activation& a) {
        a.set_signed_note(audit::SignDirectory(
            {"QK1", "qk1/later", Sha256(Later()), at + absl::Microseconds(1)}, TestBoard()));
      }),
      FailsWith("SIGNATURE_WRONG"));
  // A signature over a rulebook is none over a directory.
  EXPECT_THAT(spoilt([&](Request&, Activation& a) {
                a.set_signed_note(
                    audit::SignRulebook({"QK1", "qk1/later", Sha256(Later()), at}, TestBoard()));
              }),
              FailsWith("SIGNATURE_WRONG"));
  EXPECT_THAT(spoilt([](Request& r, Activation&) { r.set_stored(r.stored() + "\n"); }),
              FailsWith("DIGEST_DIFFERS"));
  EXPECT_THAT(spoilt([](Request&, Activation& a) { a.set_directory_id("qk1/other"); }),
              FailsWith("DIGEST_DIFFERS"));
  EXPECT_THAT(
      spoilt([](Request& r, Activation&) { r.mutable_envelope()->mutable_rulebook_activation(); }),
      FailsWith("BODY_MISSING"));
  EXPECT_EQ(List(world).directories_size(), 1);
  ASSERT_THAT(Publish(world, sound), IsOk());
  // The id stays this directory's, and the instant too.
  EXPECT_THAT(world.PublishDirectory(WithoutPractice(true), at + kAhead, "other"),
              FailsWith("DIRECTORY_ID_REUSED"));
  const std::string third =
      absl::StrReplaceAll(WithBoardKey(TestDirectory()), {{"qk1/test", "qk1/third"}});
  EXPECT_THAT(world.PublishDirectory(third, at, "third"), FailsWith("ACTIVATION_TAKEN"));
}

TEST_F(DirectoryTest, ALiveTaskWhoseOverseerLeavesGetsItsAlarmInTheSameCommit) {
  Shows({"inv-01", "haz-17", "b-5.4"});
  for (const bool closed : {true, false}) {
    EngineWorld world(WithKey());
    ManyPeople many(world);
    many.MakeActive(2, /*discharged=*/true);
    ASSERT_EQ(many.DelegationOf(0).oversight().holder(), kPractice);
    ASSERT_THAT(world.PublishDirectory(WithoutPractice(closed), world.clock().Now() + kAhead),
                IsOk());
    const uint64_t size = world.Size();
    world.Run();
    EXPECT_EQ(world.Size(), size);
    world.clock().Advance(kAhead);
    ASSERT_TRUE(world.engine().RunOnce());
    for (const int i : {0, 1}) {
      const v1::Delegation delegation = many.DelegationOf(i);
      EXPECT_EQ(delegation.state(), v1::DELEGATION_STATE_ACTIVE);  // Care goes on.
      EXPECT_EQ(delegation.oversight().state(), v1::OVERSIGHT_STATE_GAP);
      EXPECT_EQ(delegation.oversight().gap_owner(), kCommunity);
      EXPECT_EQ(delegation.owner(), kCommunity);
      EXPECT_EQ(delegation.oversight().offer().offered_to(), kCommunity);
      ASSERT_EQ(world.StoredPerson(many.people()[i]).covers_size(), 1);
    }
    const std::vector<uint64_t> gaps = many.EntriesOf("consequence", size);
    ASSERT_EQ(gaps.size(), 2u);
    std::set<std::string> told;
    const v1::EntryDetail detail = world.Detail(gaps[0]);
    for (const v1::DeliveryNote& note : detail.receipt().deliveries()) {
      told.insert(note.recipient());
    }
    EXPECT_EQ(told.count(kCommunity), 1u);
    EXPECT_EQ(told.count("QK1"), 1u);  // Commissioning.
    EXPECT_EQ(told.count(kProvider), 1u);
    EXPECT_EQ(told.count(kPractice), 0u);
  }
}

TEST_F(DirectoryTest, APersonWhomTheSweepHasNotReachedIsMissedFirst) {
  Shows({"inv-01", "haz-17"});
  EngineWorld world(WithKey(1));
  ManyPeople many(world);
  many.MakeActive(4, /*discharged=*/true);
  ASSERT_THAT(world.PublishDirectory(WithoutPractice(true), world.clock().Now() + kAhead), IsOk());
  world.clock().Advance(kAhead);
  ASSERT_TRUE(world.engine().RunOnce());
  int waits = -1;
  for (int i = 0; i < 4; ++i) {
    if (many.DelegationOf(i).oversight().state() == v1::OVERSIGHT_STATE_HELD) waits = i;
  }
  ASSERT_GE(waits, 0);
  v1::Envelope not_done = world.Message(kProvider, "n1", many.people()[waits]);
  not_done.mutable_task_not_done()->mutable_delegation()->set_reference(absl::StrCat("D", waits));
  not_done.mutable_task_not_done()->set_reason(v1::NOT_DONE_REASON_NO_WORKER);
  *not_done.mutable_task_not_done()->mutable_due_at() = engine::ToTimestamp(world.clock().Now());
  ASSERT_OK_AND_ASSIGN(const v1::Receipt receipt, world.Submit(not_done));
  EXPECT_EQ(receipt.standings(0).oversight(), v1::OVERSIGHT_STATE_GAP);
  world.Run();
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(many.DelegationOf(i).oversight().state(), v1::OVERSIGHT_STATE_GAP) << i;
  }
  EXPECT_EQ(world.engine().GetFigures().sweeps, 0u);
}

TEST_F(DirectoryTest, ManyGapsByOneClosureAreOneAlarmToCommissioning) {
  Shows({"haz-40", "haz-29", "inv-01"});
  EngineWorld::Options options = WithKey();
  options.rulebook_text = TestRulebook() + "\nmass_change_limit: 2\n";
  EngineWorld world(options);
  ManyPeople many(world);
  many.MakeActive(3, /*discharged=*/true);
  ASSERT_THAT(world.PublishDirectory(WithoutPractice(true), world.clock().Now() + kAhead), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto before, world.store().QueuedDeliveries("QK1", 0, 100));
  world.clock().Advance(kAhead);
  world.Run();
  ASSERT_OK_AND_ASSIGN(const auto after, world.store().QueuedDeliveries("QK1", 0, 100));
  EXPECT_EQ(after.size(), before.size() + 1);
  // Whoever must take each task hears of each.
  ASSERT_OK_AND_ASSIGN(const auto offers, world.store().QueuedDeliveries(kCommunity, 0, 1000));
  int offered = 0;
  for (const store::Delivery& delivery : offers) {
    offered += delivery.kind == static_cast<uint8_t>(v1::DELIVERY_KIND_OFFER) ? 1 : 0;
  }
  EXPECT_EQ(offered, 3);
}

TEST_F(DirectoryTest, AProviderWhoLeavesPutsItsTasksAtRiskAndStopsNone) {
  Shows({"b-7.3", "haz-09", "haz-40"});
  EngineWorld world(WithKey());
  ManyPeople many(world);
  many.MakeActive(1);
  ASSERT_THAT(
      world.PublishDirectory(Later("id: \"1-1000000001\"", "id: \"1-1000000001\" closed: true"),
                             world.clock().Now() + kAhead),
      IsOk());
  world.clock().Advance(kAhead);
  world.Run();
  EXPECT_EQ(many.DelegationOf(0).state(), v1::DELEGATION_STATE_AT_RISK);
  EXPECT_EQ(many.DelegationOf(0).owner(), kCommunity);
  EXPECT_EQ(world.StoredPerson(many.people()[0]).covers_size(), 1);
}

TEST_F(DirectoryTest, OneThatStillListsEverybodyAsksNobody) {
  Shows({"haz-29"});
  EngineWorld world(WithKey());
  ManyPeople many(world);
  many.MakeActive(2);
  ASSERT_THAT(world.PublishDirectory(Later(), world.clock().Now() + kAhead), IsOk());
  const uint64_t size = world.Size();
  world.clock().Advance(kAhead);
  world.Run();
  EXPECT_THAT(many.EntriesOf("consequence", size), ::testing::IsEmpty());
  EXPECT_EQ(many.EntriesOf("sweep_step", size).size(), 1u);
}

}  // namespace
}  // namespace fosse
