#include "engine/index_terms.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

class VisibilityTest : public ::testing::Test {
 protected:
  VisibilityTest() {
    EXPECT_THAT(world_.Submit(world_.Episode(kAda, "e1")), IsOk());
    EXPECT_THAT(world_.Submit(world_.Proposal(kAda, "p1", "D1")), IsOk());
  }

  absl::Status SearchStatus(absl::string_view reader, const v1::PersonReference& person) {
    return Search(reader, person).status();
  }
  absl::StatusOr<v1::SearchResponse> Search(absl::string_view reader,
                                            const std::optional<v1::PersonReference>& person) {
    v1::SearchRequest request;
    if (person.has_value()) *request.mutable_person() = *person;
    request.set_purpose("test");
    return world_.Ask<v1::SearchResponse>([&](engine::Done<v1::SearchResponse> done) {
      world_.engine().Search({.participant = std::string(reader)}, request, std::move(done));
    });
  }
  absl::StatusOr<v1::CheckResponse> Check(v1::Envelope envelope) {
    const engine::Caller caller{.participant = envelope.sender()};
    return world_.Ask<v1::CheckResponse>([&](engine::Done<v1::CheckResponse> done) {
      world_.engine().Check(caller, envelope, absl::InfiniteFuture(), std::move(done));
    });
  }

  EngineWorld world_;
};

TEST_F(VisibilityTest, APersonNotVisibleAnswersExactlyLikeOneNotExisting) {
  Shows({"ctl-04", "haz-01"});
  v1::PersonReference wrong_birth = ReferenceOf(kAda);
  wrong_birth.set_date_of_birth("1941-03-03");
  v1::PersonReference wrong_name = ReferenceOf(kAda);
  wrong_name.set_family_name("Quillfether");
  const absl::Status unknown = world_.GetPerson(kOtherPractice, ReferenceOf(kCleo)).status();
  EXPECT_THAT(unknown, FailsWith("PERSON_NOT_VISIBLE"));
  EXPECT_THAT(unknown, HasCode(absl::StatusCode::kNotFound));
  // Unrelated reader; and a related one who gives other details than the record's.
  EXPECT_EQ(world_.GetPerson(kOtherPractice, ReferenceOf(kAda)).status(), unknown);
  EXPECT_EQ(world_.GetPerson(kCommunity, wrong_birth).status(), unknown);
  EXPECT_EQ(world_.GetPerson(kCommunity, wrong_name).status(), unknown);
  EXPECT_EQ(SearchStatus(kOtherPractice, ReferenceOf(kAda)), unknown);
  EXPECT_EQ(SearchStatus(kOtherPractice, ReferenceOf(kCleo)), unknown);
  EXPECT_EQ(SearchStatus(kCommunity, wrong_birth), unknown);
  EXPECT_EQ(world_.ListDelegations(kOtherPractice, kAda).status(), unknown);

  for (const TestPerson& person : {kAda, kCleo}) {
    v1::Envelope concern = world_.Concern(person, "c1", kOtherPractice, "unsettled");
    EXPECT_EQ(Check(concern).status(), unknown);
    EXPECT_EQ(world_.Submit(concern).status(), unknown);
  }
  v1::Envelope mismatch = world_.Proposal(kAda, "p9", "D1");
  *mismatch.mutable_subject()->mutable_person() = wrong_birth;
  EXPECT_EQ(world_.Submit(mismatch).status(), unknown);
  EXPECT_EQ(Check(mismatch).status(), unknown);
}

TEST_F(VisibilityTest, InvisibleReadsLeaveLikeEntries) {
  Shows({"ctl-04", "ctl-25"});
  uint64_t at = world_.Size();
  EXPECT_THAT(world_.GetPerson(kOtherPractice, ReferenceOf(kAda)), FailsWith("PERSON_NOT_VISIBLE"));
  EXPECT_THAT(world_.GetPerson(kOtherPractice, ReferenceOf(kCleo)),
              FailsWith("PERSON_NOT_VISIBLE"));
  ASSERT_EQ(world_.Size(), at + 2);
  for (uint64_t i = at; i < at + 2; ++i) {
    EXPECT_EQ(world_.Leaf(i).kind(), "access_recorded");
    EXPECT_EQ(world_.Detail(i).envelope().access_recorded().rows(), 0u);
  }
  // Who asked about a number is found by it, whether or not the number is known here.
  for (const TestPerson& person : {kAda, kCleo}) {
    store::Search search;
    search.term = engine::AskedNumberTerm(world_.keys(), person.nhs_number);
    EXPECT_EQ(world_.store().FindEntries(search).value().size(), 1u);
  }
}

TEST_F(VisibilityTest, NothingIsKeptOfAMessageAboutAnInvisiblePersonButItsCount) {
  Shows({"ctl-04"});
  const uint64_t size = world_.Size();
  EXPECT_THAT(world_.Submit(world_.Concern(kAda, "c1", kOtherPractice, "unsettled")),
              FailsWith("PERSON_NOT_VISIBLE"));
  EXPECT_EQ(world_.Size(), size);
  world_.clock().Advance(absl::Minutes(2));
  world_.Run();
  ASSERT_EQ(world_.Size(), size + 1);
  EXPECT_EQ(world_.Detail(size).envelope().refused_attempts().reason(), "PERSON_NOT_VISIBLE");
}

TEST_F(VisibilityTest, TheReadIsInTheTrailBeforeItIsAnswered) {
  Shows({"ctl-25", "aud-09"});
  const uint64_t size = world_.Size();
  ASSERT_OK_AND_ASSIGN(const v1::GetPersonResponse response,
                       world_.GetPerson(kCommunity, ReferenceOf(kAda)));
  EXPECT_EQ(response.entry_index(), size);
  EXPECT_EQ(response.identity().reference().family_name(), kAda.family_name);
  EXPECT_EQ(response.delegations_size(), 1);
  const v1::EntryDetail detail = world_.Detail(size);
  EXPECT_EQ(detail.envelope().sender(), kCommunity);
  EXPECT_EQ(detail.envelope().access_recorded().method(), "GetPerson");
  EXPECT_EQ(detail.envelope().access_recorded().purpose(), "test");
  EXPECT_EQ(detail.envelope().access_recorded().query_shape(), "person");
  EXPECT_EQ(detail.envelope().access_recorded().rows(), 1u);

  world_.faults().FailAt(
      store::FaultyStore::Call::kCommit, 1,
      MakeError(absl::StatusCode::kUnavailable, "COMMIT_FAILED", "nothing was kept"),
      store::FaultyStore::Afterwards::kGoesOn);
  EXPECT_THAT(world_.GetPerson(kCommunity, ReferenceOf(kAda)), FailsWith("COMMIT_FAILED"));
}

TEST_F(VisibilityTest, AReaderActsForWhomTheDirectorySays) {
  Shows({"ctl-01"});
  v1::GetPersonRequest request;
  *request.mutable_person() = ReferenceOf(kAda);
  request.set_reader(kPractice);
  const auto as = [&](const char* caller) {
    return world_.Ask<v1::GetPersonResponse>([&](engine::Done<v1::GetPersonResponse> done) {
      world_.engine().GetPerson({.participant = caller}, request, std::move(done));
    });
  };
  EXPECT_THAT(as(kRelay), IsOk());
  EXPECT_THAT(as(kProvider), FailsWith("SENDER_NOT_ALLOWED"));
}

TEST_F(VisibilityTest, DetailsAreForAuditorsInTheirRemitAndForThoseWhoseMessageItIs) {
  Shows({"ctl-04", "ctl-25", "aud-03"});
  const uint64_t episode = 2, proposal = 3;  // After the two documents.
  ASSERT_EQ(world_.Leaf(proposal).kind(), "delegation_proposal");
  ASSERT_OK_AND_ASSIGN(const v1::GetTraceResponse audited, world_.Trace(kAuditTeam, proposal));
  EXPECT_EQ(audited.entries(0).detail_state(), v1::DETAIL_STATE_PRESENT);
  EXPECT_GT(audited.entries(0).detail().changes_size(), 0);
  EXPECT_GT(audited.entries(0).deliveries_size(), 0);
  EXPECT_EQ(audited.entries(0).deliveries(0).state(), "queued");
  EXPECT_THAT(world_.Trace(kPracticeAudit, proposal), FailsWith("ENTRY_NOT_FOUND"));
  EXPECT_EQ(world_.Trace(kPracticeAudit, proposal).status(),
            world_.Trace(kPracticeAudit, 999999).status());
  EXPECT_EQ(world_.Trace(kOtherPractice, proposal).status(),
            world_.Trace(kOtherPractice, ~uint64_t{0}).status());

  ASSERT_OK_AND_ASSIGN(const v1::GetTraceResponse sender, world_.Trace(kCommunity, proposal));
  EXPECT_EQ(sender.entries(0).detail_state(), v1::DETAIL_STATE_PRESENT);
  EXPECT_TRUE(sender.entries(0).detail().has_receipt());
  EXPECT_EQ(sender.entries(0).detail().changes_size(), 0);
  ASSERT_OK_AND_ASSIGN(const v1::GetTraceResponse recipient, world_.Trace(kProvider, proposal));
  EXPECT_EQ(recipient.entries(0).detail_state(), v1::DETAIL_STATE_PRESENT);
  EXPECT_FALSE(recipient.entries(0).detail().has_receipt());
  EXPECT_FALSE(
      recipient.entries(0).detail().envelope().delegation_proposal().risk().summary().size() > 0);
  EXPECT_THAT(world_.Trace(kProvider, episode), FailsWith("ENTRY_NOT_FOUND"));
}

TEST_F(VisibilityTest, SearchShowsBareLeavesToARelationshipAndWholeEntriesToAuditors) {
  Shows({"ctl-04", "aud-01"});
  ASSERT_OK_AND_ASSIGN(const v1::SearchResponse practice, Search(kPractice, ReferenceOf(kAda)));
  ASSERT_GE(practice.entries_size(), 2);
  bool withheld = false;
  for (const v1::EntryView& entry : practice.entries()) {
    withheld |= entry.detail_state() == v1::DETAIL_STATE_WITHHELD && !entry.has_detail();
  }
  EXPECT_TRUE(withheld);
  ASSERT_OK_AND_ASSIGN(const v1::SearchResponse own, Search(kOtherPractice, std::nullopt));
  for (const v1::EntryView& entry : own.entries()) EXPECT_EQ(entry.leaf().sender(), kOtherPractice);
  ASSERT_OK_AND_ASSIGN(const v1::SearchResponse all, Search(kAuditTeam, ReferenceOf(kAda)));
  ASSERT_GE(all.entries_size(), 2);
  for (const v1::EntryView& entry : all.entries()) {
    EXPECT_EQ(entry.detail_state(), v1::DETAIL_STATE_PRESENT);
  }
}

TEST_F(VisibilityTest, ASearchInAnothersNameShowsWhatThatOneMaySeeAndIsThatOnesRead) {
  Shows({"ctl-04", "ctl-25"});
  const auto search = [&](absl::string_view caller, absl::string_view reader) {
    v1::SearchRequest request;
    *request.mutable_person() = ReferenceOf(kAda);
    request.set_reader(std::string(reader));
    return world_.Ask<v1::SearchResponse>([&](engine::Done<v1::SearchResponse> done) {
      world_.engine().Search({.participant = std::string(caller)}, request, std::move(done));
    });
  };
  ASSERT_OK_AND_ASSIGN(const v1::SearchResponse own, search(kPractice, ""));
  ASSERT_OK_AND_ASSIGN(const v1::SearchResponse relayed, search(kRelay, kPractice));
  EXPECT_EQ(relayed.entries_size(), own.entries_size() + 1) << "the practice's own read is new";
  EXPECT_EQ(relayed.entries(0).SerializeAsString(), own.entries(0).SerializeAsString());
  EXPECT_EQ(search(kRelay, "").status(), SearchStatus(kOtherPractice, ReferenceOf(kAda)));
  EXPECT_THAT(search(kRelay, kCommunity), FailsWith("SENDER_NOT_ALLOWED"));
}

TEST_F(VisibilityTest, CheckDecidesWithoutEffectAndIsRecordedAsARead) {
  Shows({"ctl-25"});
  const uint64_t size = world_.Size();
  ASSERT_OK_AND_ASSIGN(const v1::CheckResponse response, Check(world_.Proposal(kAda, "p2", "D2")));
  ASSERT_GE(response.decisions_size(), 1);
  EXPECT_EQ(response.decisions(0).outcome(), v1::OUTCOME_PERMIT);
  EXPECT_EQ(response.entry_index(), size);
  EXPECT_EQ(world_.Size(), size + 1);
  EXPECT_EQ(world_.StoredPerson(kAda).delegations_size(), 1);
  EXPECT_THAT(world_.Submit(world_.Proposal(kAda, "p2", "D2")), IsOk());  // Its key is still free.
}

TEST_F(VisibilityTest, ANumberKnownUnderOtherDetailsGetsARecordOfItsOwn) {
  Shows({"haz-01"});
  constexpr TestPerson kOther = {"9990000018", "1975-01-01", "Marchbank"};
  ASSERT_THAT(world_.Submit(world_.Episode(kOther, "e2")), IsOk());
  ASSERT_OK_AND_ASSIGN(const v1::GetPersonResponse other,
                       world_.GetPerson(kCommunity, ReferenceOf(kOther)));
  // That somebody else has this number is for auditors alone.
  EXPECT_FALSE(other.identity().identity_in_question());
  ASSERT_OK_AND_ASSIGN(const v1::GetPersonResponse audited,
                       world_.GetPerson(kAuditTeam, ReferenceOf(kOther)));
  EXPECT_TRUE(audited.identity().identity_in_question());
  EXPECT_EQ(other.delegations_size(), 0);
  ASSERT_OK_AND_ASSIGN(const v1::GetPersonResponse ada,
                       world_.GetPerson(kCommunity, ReferenceOf(kAda)));
  EXPECT_FALSE(ada.identity().identity_in_question());
  EXPECT_EQ(ada.delegations_size(), 1);
  EXPECT_EQ(world_.StoredPerson(kAda).identity().reference().family_name(), kAda.family_name);
}

}  // namespace
}  // namespace fosse
