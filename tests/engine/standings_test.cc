// Delegations found by how they stand, without naming a person.
#include "engine/standings.h"

#include <sqlite3.h>

#include <set>

#include "engine/index_terms.h"
#include "engine/timestamps.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class StandingsTest : public ::testing::Test {
 protected:
  StandingsTest() {
    for (const TestPerson& person : {kAda, kBede, kCleo}) {
      const std::string number = person.nhs_number;
      EXPECT_THAT(world_.Submit(world_.Episode(person, "e" + number)), IsOk());
      EXPECT_THAT(world_.Submit(world_.Proposal(person, "p" + number, "D" + number)), IsOk());
    }
    // One of them is held: the provider was never told of it.
    v1::Envelope held = world_.Proposal(kCleo, "held", "DH");
    held.mutable_delegation_proposal()->mutable_plan()->clear_clinical_reviewer();
    EXPECT_THAT(world_.Submit(held), IsOk());
  }

  absl::StatusOr<v1::ListDelegationsResponse> List(absl::string_view reader,
                                                   v1::ListDelegationsRequest request) {
    return world_.Ask<v1::ListDelegationsResponse>(
        [&](engine::Done<v1::ListDelegationsResponse> done) {
          world_.engine().ListDelegations({.participant = std::string(reader)}, request,
                                          std::move(done));
        });
  }
  // References of what is found, in no order.
  std::set<std::string> Found(absl::string_view reader, const v1::ListDelegationsRequest& request) {
    std::set<std::string> references;
    const auto list = List(reader, request);
    EXPECT_THAT(list, IsOk());
    if (!list.ok()) return references;
    for (const v1::Delegation& delegation : list->delegations()) {
      references.insert(delegation.proposal().reference());
    }
    return references;
  }
  static v1::ListDelegationsRequest With(const char* provider) {
    v1::ListDelegationsRequest request;
    request.set_provider(provider);
    request.set_purpose("test");
    return request;
  }

  EngineWorld world_;
};

TEST_F(StandingsTest, AreFoundByEachThingAskedAndByAllTogether) {
  Shows({"aud-10", "aud-01"});
  const std::set<std::string> told = {"D9990000018", "D9990000026", "D9990000034"};
  std::set<std::string> all = told;
  all.insert("DH");
  EXPECT_EQ(Found(kCommunity, With(kProvider)), all);
  EXPECT_EQ(Found(kCommunity, With("RT5")), std::set<std::string>());
  v1::ListDelegationsRequest request;
  request.set_overseer(kCommunity);
  EXPECT_EQ(Found(kCommunity, request), told);  // Nobody oversees what is held yet.
  request.set_overseer(kPractice);
  EXPECT_EQ(Found(kCommunity, request), std::set<std::string>());
  request.Clear();
  request.add_states(v1::DELEGATION_STATE_HELD);
  EXPECT_THAT(Found(kCommunity, request), ElementsAre("DH"));
  request.add_states(v1::DELEGATION_STATE_PROPOSED);
  EXPECT_EQ(Found(kCommunity, request), all);
  request.set_place("County");
  EXPECT_EQ(Found(kCommunity, request), all);
  request.set_place("City");
  EXPECT_EQ(Found(kCommunity, request), std::set<std::string>());
  request.Clear();
  request.set_gap(true);
  EXPECT_EQ(Found(kCommunity, request), std::set<std::string>());
}

TEST_F(StandingsTest, WhatIsDueIsFoundByItsTime) {
  Shows({"aud-10", "ctl-15"});
  v1::ListDelegationsRequest request;
  *request.mutable_due_before() = engine::ToTimestamp(world_.clock().Now());
  EXPECT_EQ(Found(kCommunity, request), std::set<std::string>());
  *request.mutable_due_before() = engine::ToTimestamp(world_.clock().Now() + absl::Hours(24 * 60));
  EXPECT_FALSE(Found(kCommunity, request).empty());
}

TEST_F(StandingsTest, AreOnlyThoseTheReaderIsPartyTo) {
  Shows({"ctl-04"});
  v1::ListDelegationsRequest request;
  request.add_states(v1::DELEGATION_STATE_PROPOSED);
  request.add_states(v1::DELEGATION_STATE_HELD);
  const std::set<std::string> told = {"D9990000018", "D9990000026", "D9990000034"};
  // What it was never told of is not there; nor is anything for somebody without a part in it.
  EXPECT_EQ(Found(kProvider, request), told);
  EXPECT_EQ(Found(kOtherPractice, request), std::set<std::string>());
  // The practice sees a person's delegations when it names the person, and is party to none.
  EXPECT_EQ(Found(kPractice, request), std::set<std::string>());
  // Fields outside the reader's audience are cut.
  const auto list = List(kProvider, request);
  ASSERT_THAT(list, IsOk());
  ASSERT_THAT(list->delegations(), SizeIs(3));
  ASSERT_THAT(list->persons(), SizeIs(3));
  EXPECT_EQ(list->delegations(0).proposal().risk().summary(), "");
  EXPECT_FALSE(list->persons(0).nhs_number().empty());
}

TEST_F(StandingsTest, AuditorsSeeAllWithinTheirRemitAndNamesOnlyForAReason) {
  Shows({"ctl-25", "aud-10"});
  v1::ListDelegationsRequest request = With(kProvider);
  EXPECT_THAT(Found(kAuditTeam, request), SizeIs(4));
  EXPECT_THAT(Found(kPracticeAudit, request), SizeIs(0));
  request.clear_purpose();
  const auto list = List(kAuditTeam, request);
  ASSERT_THAT(list, IsOk());
  ASSERT_THAT(list->persons(), SizeIs(4));
  for (const v1::PersonReference& person : list->persons()) EXPECT_EQ(person.nhs_number(), "");
}

TEST_F(StandingsTest, PagesComeInAnOrderThatStays) {
  Shows({"aud-01"});
  v1::ListDelegationsRequest request = With(kProvider);
  request.set_page_size(1);
  std::vector<std::string> ids;
  while (true) {
    const auto page = List(kCommunity, request);
    ASSERT_THAT(page, IsOk());
    for (const v1::Delegation& delegation : page->delegations()) {
      ids.push_back(delegation.delegation_id());
    }
    if (page->next_page_token().empty()) break;
    request.set_page_token(page->next_page_token());
    // A change of one does not move the others.
    ASSERT_THAT(world_.Submit(world_.Concern(kAda, "c" + std::to_string(ids.size()), kCommunity,
                                             "unsettled")),
                IsOk());
  }
  EXPECT_THAT(ids, SizeIs(4));
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
}

TEST_F(StandingsTest, FollowTheRecordThroughChangesAndARestart) {
  Shows({"ctl-11", "inv-11"});
  v1::ListDelegationsRequest ready;
  ready.add_states(v1::DELEGATION_STATE_PROPOSED);
  v1::Envelope decline = world_.Acceptance(kAda, "r1", "D9990000018");
  decline.mutable_delegation_response()->set_answer(v1::DELEGATION_ANSWER_DECLINED);
  decline.mutable_delegation_response()->set_decline_reason(v1::DECLINE_REASON_CAPACITY);
  ASSERT_THAT(world_.Submit(decline), IsOk());
  ASSERT_THAT(world_.Restart(), IsOk());
  EXPECT_EQ(Found(kCommunity, ready), (std::set<std::string>{"D9990000026", "D9990000034"}));
  v1::ListDelegationsRequest ended = With(kProvider);
  EXPECT_THAT(Found(kCommunity, ended), SizeIs(3));
  ended.set_include_ended(true);
  EXPECT_THAT(Found(kCommunity, ended), SizeIs(4));
}

TEST_F(StandingsTest, AStoreFromBeforeThereWereRowsIsFilledAtItsStart) {
  Shows({"flt-35"});
  const std::set<std::string> all = Found(kCommunity, With(kProvider));
  ASSERT_THAT(all, SizeIs(4));
  const std::string path = world_.directory() + "/store.db";
  world_.Close();
  sqlite3* file = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &file), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(file, "DELETE FROM standing; DELETE FROM standing_term", nullptr, nullptr,
                         nullptr),
            SQLITE_OK);
  sqlite3_close(file);
  ASSERT_THAT(world_.Restart(), IsOk());
  EXPECT_EQ(Found(kCommunity, With(kProvider)), all);
}

TEST_F(StandingsTest, TheReadingIsInTheTrailWithWhomItShowed) {
  Shows({"ctl-25", "aud-09"});
  v1::ListDelegationsRequest request = With(kProvider);
  request.add_states(v1::DELEGATION_STATE_PROPOSED);
  const uint64_t at = world_.Size();
  const auto list = List(kProvider, request);
  ASSERT_THAT(list, IsOk());
  EXPECT_EQ(list->entry_index(), at);
  const v1::AccessRecorded access = world_.Detail(at).envelope().access_recorded();
  EXPECT_EQ(access.query_shape(), "provider,state");
  EXPECT_EQ(access.rows(), 3u);
  store::Search search;
  search.term = engine::RecordTerm(
      world_.keys(), {store::RecordKind::kPerson, world_.StoredPerson(kAda).person_key()});
  EXPECT_THAT(world_.store().FindEntries(search).value(), ::testing::Contains(at));
}

TEST_F(StandingsTest, WhatCannotBeAskedIsSaid) {
  v1::ListDelegationsRequest request;
  EXPECT_THAT(List(kCommunity, request), FailsWith("FIELD_REQUIRED"));
  request.add_states(v1::DELEGATION_STATE_UNSPECIFIED);
  EXPECT_THAT(List(kCommunity, request), FailsWith("FIELD_INVALID"));
  request = With(kProvider);
  request.set_page_token(std::string(65, 'x'));
  EXPECT_THAT(List(kCommunity, request), FailsWith("FIELD_INVALID"));
}

TEST_F(StandingsTest, APersonsOwnAreFilteredTheSameWay) {
  v1::ListDelegationsRequest request;
  *request.mutable_person() = ReferenceOf(kCleo);
  EXPECT_THAT(Found(kCommunity, request), SizeIs(2));
  request.add_states(v1::DELEGATION_STATE_HELD);
  EXPECT_THAT(Found(kCommunity, request), ElementsAre("DH"));
  request.clear_states();
  request.set_overseer(kPractice);
  EXPECT_THAT(Found(kCommunity, request), SizeIs(0));
}

TEST(StandingRowTest, AGapIsNobodysAndHoldsNoName) {
  Shows({"inv-01", "ctl-23", "haz-14"});
  const audit::KeyRing keys = audit::KeyRing::ForTests("fosse.test/QK1");
  v1::Delegation delegation;
  delegation.set_delegation_id("D-1");
  delegation.set_state(v1::DELEGATION_STATE_ACTIVE);
  delegation.mutable_proposal()->set_delegating("RT5");
  delegation.mutable_oversight()->set_holder("C82999");
  delegation.mutable_oversight()->set_state(v1::OVERSIGHT_STATE_HELD);
  const store::RecordKey key{store::RecordKind::kPerson, std::string(16, 'k')};
  const size_t held = engine::StandingOf(keys, key, delegation, nullptr).terms.size();
  delegation.mutable_oversight()->set_state(v1::OVERSIGHT_STATE_GAP);
  delegation.mutable_oversight()->set_gap_owner("C82999");
  const store::Standing gap = engine::StandingOf(keys, key, delegation, nullptr);
  EXPECT_EQ(gap.oversight, v1::OVERSIGHT_STATE_GAP);
  EXPECT_EQ(gap.terms.size(), held - 1);  // Party as before, overseer of nothing.
  for (const Digest& term : gap.terms) {
    EXPECT_EQ(std::string(term.begin(), term.end()).find("C82999"), std::string::npos);
  }
}

}  // namespace
}  // namespace fosse
