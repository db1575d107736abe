// What the engine keeps from being lost, named or seen.
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "engine/index_terms.h"
#include "engine/timestamps.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

constexpr char kOtherProvider[] = "1-2000000002";
constexpr char kOtherProviderRow[] = R"pb(
  participants {
    id: "1-2000000002"
    name: "Fernbank Home Care"
    kind: ORGANISATION_KIND_PROVIDER
    roles: [ ROLE_EXCHANGE, ROLE_CARE_READER ]
    attests: true
  }
)pb";

EngineWorld::Options WithOtherProvider() {
  EngineWorld::Options options;
  options.directory_text = WithBoardKey(TestDirectory(kOtherProviderRow));
  return options;
}

class GuardsTest : public ::testing::Test {
 protected:
  GuardsTest() : world_(WithOtherProvider()) {
    EXPECT_THAT(world_.Submit(world_.Episode(kAda, "e1")), IsOk());
    EXPECT_THAT(world_.Submit(world_.Proposal(kAda, "p1", "D1")), IsOk());
  }

  // A directory without these, in force within the hour: none that would be taken today, but a
  // store may hold one from before.
  void Without(const std::vector<std::string>& organisations) {
    std::string text = absl::StrReplaceAll(WithBoardKey(TestDirectory(kOtherProviderRow)),
                                           {{"qk1/test", "qk1/later"}});
    for (const std::string& organisation : organisations) {
      text = absl::StrReplaceAll(text, {{absl::StrCat("id: \"", organisation, "\""),
                                         absl::StrCat("id: \"X", organisation, "\"")}});
    }
    const absl::Time at = world_.clock().Now() + absl::Hours(1);
    store::Document document;
    document.kind = store::Document::Kind::kDirectory;
    document.id = "qk1/later";
    document.stored = text;
    document.digest = Sha256(text);
    document.effective_at = at;
    {
      ASSERT_OK_AND_ASSIGN(const auto session, world_.store().Begin());
      ASSERT_OK_AND_ASSIGN(const store::Head head, session->GetHead());
      store::Batch batch;
      batch.documents.push_back(document);
      ASSERT_THAT(session->Stage(batch), IsOk());
      ASSERT_THAT(session->Commit(head), IsOk());
    }
    ASSERT_THAT(world_.Restart(), IsOk());
    world_.clock().AdvanceTo(at);
    world_.Run();
  }
  absl::StatusOr<v1::SearchResponse> Search(absl::string_view reader) {
    v1::SearchRequest request;
    *request.mutable_person() = ReferenceOf(kAda);
    request.set_purpose("test");
    return world_.Ask<v1::SearchResponse>([&](engine::Done<v1::SearchResponse> done) {
      world_.engine().Search({.participant = std::string(reader)}, request, std::move(done));
    });
  }

  EngineWorld world_;
};

TEST_F(GuardsTest, AMessageIsKeptWhoeverTheDirectoryLacks) {
  Shows({"inv-05", "ctl-11"});
  Without({kCommunity});
  // Its owner is gone from the directory, and so is whoever would cover.
  ASSERT_OK_AND_ASSIGN(const v1::Receipt kept,
                       world_.Submit(world_.Concern(kAda, "c1", kPractice, "unsettled")));
  ASSERT_GE(kept.deliveries_size(), 1);
  EXPECT_EQ(kept.deliveries(0).recipient(), "QK1");
}

TEST_F(GuardsTest, ATimerThatReachesNobodyComesAgain) {
  Shows({"ctl-15", "inv-13"});
  Without({kCommunity, kProvider, "QK1"});
  const uint64_t size = world_.Size();
  const absl::Time due = *world_.store().NextTimer().value();
  world_.clock().AdvanceTo(due + absl::Seconds(1));
  world_.Run();
  ASSERT_GT(world_.Size(), size);
  ASSERT_EQ(world_.Leaf(size).kind(), "timer_due");
  const std::string id = world_.Detail(size).envelope().timer_due().timer_id();
  const absl::Time next = *world_.store().NextTimer().value();
  EXPECT_EQ(next, world_.clock().Now() + absl::Minutes(10));
  world_.clock().AdvanceTo(next + absl::Seconds(1));
  const uint64_t later = world_.Size();
  world_.Run();
  ASSERT_GT(world_.Size(), later);
  EXPECT_EQ(world_.Detail(later).envelope().timer_due().timer_id(), id);
}

TEST_F(GuardsTest, NobodyTakesAnotherEmployersNameForAWorker) {
  Shows({"b-4.4", "ctl-04"});
  const v1::WorkerReference worker = WorkerOf(kProvider, "E-7");
  v1::Envelope foreign = world_.Competency("k1", worker);
  foreign.set_sender(kOtherProvider);
  EXPECT_THAT(world_.Submit(foreign), FailsWith("WORKER_NOT_FOUND"));
  EXPECT_FALSE(
      world_.store().FindAlias(engine::EmployerAlias(world_.keys(), worker)).value().has_value());
  v1::Envelope own = world_.Competency("k2", worker);
  own.set_sender(kProvider);
  EXPECT_THAT(world_.Submit(own), IsOk());
}

TEST_F(GuardsTest, AListHoldsWhatTheReaderIsPartyTo) {
  Shows({"ctl-04"});
  v1::Envelope second = world_.Proposal(kAda, "p2", "D2");
  second.mutable_delegation_proposal()->set_delegated_to(kOtherProvider);
  ASSERT_THAT(world_.Submit(second), IsOk());
  for (const char* provider : {kProvider, kOtherProvider}) {
    ASSERT_OK_AND_ASSIGN(const v1::ListDelegationsResponse list,
                         world_.ListDelegations(provider, kAda));
    ASSERT_EQ(list.delegations_size(), 1) << provider;
    EXPECT_EQ(list.delegations(0).proposal().delegated_to(), provider);
  }
  EXPECT_EQ(world_.ListDelegations(kCommunity, kAda)->delegations_size(), 2);
  EXPECT_EQ(world_.ListDelegations(kAuditTeam, kAda)->delegations_size(), 2);
}

TEST_F(GuardsTest, ATraceHoldsNoMoreThanTheDeliveryDid) {
  Shows({"ctl-04", "b-4.4"});
  const v1::WorkerReference worker = WorkerOf(kProvider, "E-7");
  v1::Envelope record = world_.Competency("k1", worker);
  record.mutable_competency_record()->set_training_class(v1::TRAINING_CLASS_SPECIFIC);
  *record.mutable_competency_record()->mutable_for_person() = ReferenceOf(kAda);
  ASSERT_OK_AND_ASSIGN(const v1::Receipt kept, world_.Submit(record));
  ASSERT_OK_AND_ASSIGN(const v1::GetTraceResponse sender,
                       world_.Trace(kTraining, kept.entry_index()));
  EXPECT_TRUE(sender.entries(0).detail().envelope().competency_record().has_for_person());
  ASSERT_OK_AND_ASSIGN(const v1::GetTraceResponse employer,
                       world_.Trace(kProvider, kept.entry_index()));
  EXPECT_TRUE(employer.entries(0).detail().envelope().has_competency_record());
  EXPECT_FALSE(employer.entries(0).detail().envelope().competency_record().has_for_person());
}

TEST_F(GuardsTest, ASearchDoesNotTellWhoRaisedAConcern) {
  Shows({"haz-43", "ctl-04"});
  v1::Envelope concern = world_.Concern(kAda, "c1", kPractice, "unsettled");
  concern.mutable_concern_raised()->set_kind(v1::CONCERN_KIND_SAFEGUARDING);
  ASSERT_OK_AND_ASSIGN(const v1::Receipt kept, world_.Submit(concern));
  const auto shows = [&](const char* reader) {
    const absl::StatusOr<v1::SearchResponse> found = Search(reader);
    EXPECT_THAT(found, IsOk());
    for (const v1::EntryView& entry : found->entries()) {
      if (entry.leaf().index() == kept.entry_index()) return true;
    }
    return false;
  };
  EXPECT_FALSE(shows(kProvider));
  EXPECT_FALSE(shows(kCommunity));
  EXPECT_TRUE(shows(kPractice));  // Its own.
  EXPECT_TRUE(shows(kAuditTeam));
}

}  // namespace
}  // namespace fosse
