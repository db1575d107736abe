// What was not delivered: who is told, who sees it, and how it goes out once more.
#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Subscription = std::shared_ptr<engine::Engine::Subscription>;

constexpr char kOperators[] = "QK1-OPS";

std::string DirectoryWithOperators() {
  return TestDirectory(R"pb(
    participants {
      id: "QK1-OPS"
      name: "Operators"
      kind: ORGANISATION_KIND_RELAY
      roles: ROLE_OPERATOR
    }
  )pb");
}

class DeadLettersTest : public ::testing::Test {
 protected:
  DeadLettersTest() : world_({.directory_text = DirectoryWithOperators()}) {
    EXPECT_THAT(world_.Submit(world_.Episode(kAda, "e1")), IsOk());
    EXPECT_THAT(world_.Submit(world_.Proposal(kAda, "p1", "D1")), IsOk());
  }
  ~DeadLettersTest() override { CloseAll(); }

  void Open(const std::string& recipient) {
    subscriptions_[recipient] = world_.engine().Subscribe(
        {.participant = recipient}, {recipient}, 16, [this, recipient](v1::Delivery delivery) {
          seen_[recipient].push_back(std::move(delivery));
        });
  }
  void CloseAll() {
    for (const auto& [recipient, subscription] : subscriptions_) {
      world_.engine().Unsubscribe(subscription);
    }
    subscriptions_.clear();
  }
  absl::StatusOr<uint64_t> Acknowledge(const std::string& recipient, const std::string& id,
                                       v1::DeliveryState state) {
    v1::DeliveryOutcome outcome;
    outcome.set_delivery_id(id);
    outcome.set_state(state);
    return world_.Ask<uint64_t>([&](engine::Done<uint64_t> done) {
      world_.engine().Acknowledge(subscriptions_.at(recipient), outcome, std::move(done));
    });
  }
  // The provider's adapter gives the proposal up. Its id.
  std::string GiveUpProposal() {
    Open(kProvider);
    EXPECT_EQ(seen_[kProvider].size(), 1u);
    const std::string id = seen_[kProvider].at(0).delivery_id();
    EXPECT_THAT(Acknowledge(kProvider, id, v1::DELIVERY_STATE_DEAD), IsOk());
    return id;
  }
  absl::StatusOr<v1::ListDeadLettersResponse> List(const std::string& caller,
                                                   const std::string& recipient = "",
                                                   uint32_t page_size = 0,
                                                   const std::string& token = "") {
    v1::ListDeadLettersRequest request;
    request.set_recipient(recipient);
    request.set_purpose("test");
    request.set_page_size(page_size);
    request.set_page_token(token);
    return world_.Ask<v1::ListDeadLettersResponse>(
        [&](engine::Done<v1::ListDeadLettersResponse> done) {
          world_.engine().ListDeadLetters({.participant = caller}, request, std::move(done));
        });
  }
  absl::StatusOr<v1::ReplayResponse> Replay(const std::string& caller, const std::string& id,
                                            const std::string& reason = "the line is mended") {
    v1::ReplayRequest request;
    request.set_delivery_id(id);
    request.set_reason(reason);
    return world_.Ask<v1::ReplayResponse>([&](engine::Done<v1::ReplayResponse> done) {
      world_.engine().Replay({.participant = caller}, request, std::move(done));
    });
  }
  store::DeliveryState StateOf(const std::string& id) {
    return (*world_.store().ReadDelivery(id))->state;
  }
  // Time passes in small steps, as it does.
  void Pass(absl::Duration time) {
    for (absl::Duration passed; passed < time; passed += absl::Seconds(1)) {
      world_.clock().Advance(absl::Seconds(1));
      world_.Run();
    }
    world_.Run();
  }

  EngineWorld world_;
  std::map<std::string, std::vector<v1::Delivery>> seen_;
  std::map<std::string, Subscription> subscriptions_;
};

TEST_F(DeadLettersTest, WhatIsGivenUpIsToldToWhoeverAnswersForIt) {
  Shows({"ctl-14", "haz-29", "haz-03", "inv-07"});
  Open(kCommunity);
  const size_t before = seen_[kCommunity].size();
  const std::string id = GiveUpProposal();
  EXPECT_EQ(StateOf(id), store::DeliveryState::kDead);
  std::vector<v1::Delivery>& told = seen_[kCommunity];
  while (told.size() == before || told.back().kind() != v1::DELIVERY_KIND_ESCALATION) {
    const size_t had = told.size();
    ASSERT_THAT(Acknowledge(kCommunity, told.back().delivery_id(), v1::DELIVERY_STATE_KEPT),
                IsOk());
    ASSERT_GT(told.size(), had);
  }
  const v1::Delivery& notice = told.back();
  EXPECT_EQ(notice.urgency(), v1::URGENCY_SAME_DAY);
  EXPECT_THAT(notice.words(), HasSubstr(kProvider));
  EXPECT_THAT(notice.words(), HasSubstr(id));
  EXPECT_EQ(notice.message().subject().person().nhs_number(), kAda.nhs_number);
  ASSERT_EQ(notice.standings_size(), 1);
  EXPECT_EQ(notice.standings(0).reference(), "D1");
  // Nobody who is no party to it hears of it, and whoever gave it up least of all.
  ASSERT_OK_AND_ASSIGN(const auto entry, world_.store().ReadEntry(notice.entry_index()));
  EXPECT_EQ(entry->delivery_ids.size(), 1u);
  EXPECT_EQ(world_.Leaf(notice.entry_index()).kind(), "delivery_outcome");
  // No state of care has moved.
  EXPECT_EQ(world_.StoredPerson(kAda).delegations(0).state(), v1::DELEGATION_STATE_PROPOSED);
}

TEST_F(DeadLettersTest, ANoticeThatIsGivenUpMakesNoFurtherOne) {
  Shows({"ctl-14", "haz-29"});
  GiveUpProposal();
  Open(kCommunity);
  std::vector<v1::Delivery>& told = seen_[kCommunity];
  ASSERT_FALSE(told.empty());
  while (told.back().kind() != v1::DELIVERY_KIND_ESCALATION) {
    const size_t had = told.size();
    ASSERT_THAT(Acknowledge(kCommunity, told.back().delivery_id(), v1::DELIVERY_STATE_KEPT),
                IsOk());
    ASSERT_GT(told.size(), had);
  }
  ASSERT_OK_AND_ASSIGN(const uint64_t index,
                       Acknowledge(kCommunity, told.back().delivery_id(), v1::DELIVERY_STATE_DEAD));
  ASSERT_OK_AND_ASSIGN(const auto entry, world_.store().ReadEntry(index));
  EXPECT_THAT(entry->delivery_ids, IsEmpty());
  ASSERT_OK_AND_ASSIGN(const v1::ListDeadLettersResponse mine, List(kCommunity));
  EXPECT_EQ(mine.dead_letters_size(), 1);
}

TEST_F(DeadLettersTest, TheRecipientSeesThemWholeAndAnOperatorFromOutside) {
  Shows({"ctl-04", "ctl-14", "ctl-25", "aud-10", "haz-29"});
  const std::string id = GiveUpProposal();
  ASSERT_OK_AND_ASSIGN(const v1::ListDeadLettersResponse mine, List(kProvider));
  ASSERT_EQ(mine.dead_letters_size(), 1);
  EXPECT_EQ(mine.dead_letters(0).delivery().delivery_id(), id);
  EXPECT_EQ(mine.dead_letters(0).state(), v1::DELIVERY_STATE_DEAD);
  EXPECT_EQ(mine.dead_letters(0).delivery().message().subject().person().family_name(),
            kAda.family_name);
  EXPECT_EQ(mine.deliveries(0).delivery_id(), id);
  EXPECT_EQ(world_.Leaf(mine.entry_index()).kind(), "access_recorded");

  for (const std::string& recipient : {std::string(), std::string(kProvider)}) {
    ASSERT_OK_AND_ASSIGN(const v1::ListDeadLettersResponse all, List(kOperators, recipient));
    ASSERT_EQ(all.dead_letters_size(), 1);
    EXPECT_EQ(all.dead_letters(0).delivery().delivery_id(), id);
    EXPECT_EQ(all.dead_letters(0).delivery().recipient(), kProvider);
    EXPECT_EQ(all.dead_letters(0).delivery().kind(), v1::DELIVERY_KIND_PROPOSAL);
    EXPECT_THAT(all.SerializeAsString(), Not(HasSubstr(kAda.family_name)));
    EXPECT_FALSE(all.dead_letters(0).delivery().has_message());
    EXPECT_THAT(all.dead_letters(0).delivery().words(), IsEmpty());
  }
  EXPECT_THAT(List(kCommunity, kProvider), FailsWith("READER_NOT_ALLOWED"));
  EXPECT_THAT(List(kRelay, kOtherPractice), FailsWith("READER_NOT_ALLOWED"));  // Some bodies alone.
  EXPECT_THAT(List(kRelay, kPractice), IsOk());
  ASSERT_OK_AND_ASSIGN(const v1::ListDeadLettersResponse none, List(kOtherPractice));
  EXPECT_EQ(none.dead_letters_size(), 0);
  EXPECT_THAT(List(kProvider, "", 0, "no token"), FailsWith("FIELD_INVALID"));
}

TEST_F(DeadLettersTest, ARefusedOneLiesThereTooAndPagesFitTogether) {
  Shows({"ctl-14", "ctl-16"});
  ASSERT_THAT(world_.Submit(world_.Proposal(kAda, "p2", "D2")), IsOk());
  ASSERT_THAT(world_.Submit(world_.Proposal(kAda, "p3", "D3")), IsOk());
  Open(kProvider);
  std::vector<std::string> ids;
  for (const v1::DeliveryState state :
       {v1::DELIVERY_STATE_DEAD, v1::DELIVERY_STATE_REFUSED, v1::DELIVERY_STATE_DEAD}) {
    ids.push_back(seen_[kProvider].back().delivery_id());
    ASSERT_THAT(Acknowledge(kProvider, ids.back(), state), IsOk());
  }
  world_.clock().Advance(absl::Seconds(1));
  ASSERT_THAT(Replay(kProvider, ids[0]), IsOk());
  ASSERT_THAT(Acknowledge(kProvider, ids[0], v1::DELIVERY_STATE_DEAD), IsOk());
  // It died again: last in the list, and there once.
  std::vector<std::string> listed;
  std::string token;
  do {
    ASSERT_OK_AND_ASSIGN(const v1::ListDeadLettersResponse page, List(kProvider, "", 1, token));
    ASSERT_LE(page.dead_letters_size(), 1);
    for (const v1::DeadLetter& letter : page.dead_letters()) {
      listed.push_back(letter.delivery().delivery_id());
    }
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_THAT(listed, ElementsAre(ids[1], ids[2], ids[0]));
  ASSERT_OK_AND_ASSIGN(const v1::ListDeadLettersResponse all, List(kProvider));
  EXPECT_EQ(all.dead_letters(0).state(), v1::DELIVERY_STATE_REFUSED);
}

TEST_F(DeadLettersTest, AReplayIsALoggedActAndTheItemComesAgain) {
  Shows({"ctl-14", "haz-03", "inv-13"});
  const std::string id = GiveUpProposal();
  const uint64_t size = world_.Size();
  ASSERT_OK_AND_ASSIGN(const v1::ReplayResponse replayed, Replay(kProvider, id));
  EXPECT_EQ(replayed.entry_index(), size);
  EXPECT_EQ(world_.Leaf(size).kind(), "delivery_replayed");
  EXPECT_EQ(world_.Leaf(size).sender(), kProvider);
  EXPECT_EQ(world_.Detail(size).envelope().delivery_replayed().reason(), "the line is mended");
  EXPECT_EQ(StateOf(id), store::DeliveryState::kQueued);
  ASSERT_EQ(seen_[kProvider].size(), 2u);
  EXPECT_EQ(seen_[kProvider].back().delivery_id(), id);
  ASSERT_OK_AND_ASSIGN(const v1::ListDeadLettersResponse none, List(kProvider));
  EXPECT_EQ(none.dead_letters_size(), 0);
  EXPECT_THAT(Replay(kProvider, id), FailsWith("STATE_CONFLICT"));  // It waits already.
  ASSERT_THAT(Acknowledge(kProvider, id, v1::DELIVERY_STATE_KEPT), IsOk());
  EXPECT_EQ(StateOf(id), store::DeliveryState::kKept);
}

TEST_F(DeadLettersTest, OnlyTheRecipientAndOperatorsReplay) {
  Shows({"ctl-03", "ctl-04", "ctl-14", "thr-02"});
  const std::string id = GiveUpProposal();
  EXPECT_THAT(Replay(kCommunity, id), FailsWith("DELIVERY_NOT_FOUND"));
  EXPECT_THAT(Replay(kAuditTeam, id), FailsWith("DELIVERY_NOT_FOUND"));
  EXPECT_THAT(Replay(kProvider, "never-was"), FailsWith("DELIVERY_NOT_FOUND"));
  EXPECT_THAT(Replay(kProvider, id, ""), FailsWith("FIELD_REQUIRED"));
  EXPECT_THAT(Replay(kProvider, id, " "), FailsWith("FIELD_INVALID"));
  EXPECT_EQ(StateOf(id), store::DeliveryState::kDead);
  EXPECT_THAT(Replay(kOperators, id), IsOk());
  EXPECT_EQ(StateOf(id), store::DeliveryState::kQueued);
}

TEST_F(DeadLettersTest, ReplayedBeforeARestartItComesAfterIt) {
  Shows({"ctl-14", "inv-07"});
  const std::string id = GiveUpProposal();
  CloseAll();
  ASSERT_THAT(Replay(kProvider, id), IsOk());
  ASSERT_THAT(world_.Restart(), IsOk());
  seen_.clear();
  Open(kProvider);
  ASSERT_EQ(seen_[kProvider].size(), 1u);
  EXPECT_EQ(seen_[kProvider][0].delivery_id(), id);
}

TEST_F(DeadLettersTest, AnUrgentItemPassesWhatIsStuckAndEveryGapIsNamed) {
  Shows({"ctl-12", "ctl-15", "haz-05", "haz-06", "haz-19", "inv-09", "inv-10"});
  // A task is proposed and taken back again; another is live to be told about.
  ASSERT_THAT(world_.Submit(world_.Proposal(kAda, "p2", "D2")), IsOk());
  v1::Envelope end = world_.Message(kCommunity, "end-1", kAda);
  end.mutable_delegation_change()->mutable_delegation()->set_reference("D1");
  end.mutable_delegation_change()->set_kind(v1::DELEGATION_CHANGE_KIND_END);
  end.mutable_delegation_change()->set_need_has_ended(v1::ANSWER_NO);
  end.mutable_delegation_change()->set_reason("not needed from you");
  ASSERT_THAT(world_.Submit(end), IsOk());
  Open(kProvider);
  ASSERT_EQ(seen_[kProvider].size(), 1u);  // The first proposal, which it never acknowledges.
  v1::Envelope risk = world_.Risk(kAda, "risk-1");
  risk.mutable_risk_change()->mutable_risk()->set_level(v1::RISK_LEVEL_HIGH);
  ASSERT_THAT(world_.Submit(risk), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto queued, world_.store().QueuedDeliveries(kProvider, 0, 10));
  ASSERT_EQ(queued.size(), 4u);
  ASSERT_EQ(queued[2].kind, v1::DELIVERY_KIND_WITHDRAWAL);
  ASSERT_EQ(queued[3].urgency, v1::URGENCY_URGENT);

  const absl::Time sent = world_.clock().Now();
  Pass(absl::Minutes(5) - absl::Seconds(1));
  EXPECT_EQ(StateOf(queued[0].delivery_id), store::DeliveryState::kQueued);
  while (seen_[kProvider].back().delivery_id() != queued[3].delivery_id) {
    ASSERT_LT(world_.clock().Now() - sent, absl::Minutes(6));
    Pass(absl::Seconds(1));
  }
  std::vector<std::string> stuck;
  for (size_t i = 0; i < 3; ++i) {
    stuck.push_back(queued[i].delivery_id);
    EXPECT_EQ(StateOf(stuck.back()), store::DeliveryState::kParked) << i;
  }
  const v1::Delivery urgent = seen_[kProvider].back();
  EXPECT_EQ(std::vector<std::string>(urgent.parked_before().begin(), urgent.parked_before().end()),
            stuck);

  // What is taken back is said in words to whoever would go on with it.
  ASSERT_THAT(Acknowledge(kProvider, urgent.delivery_id(), v1::DELIVERY_STATE_KEPT), IsOk());
  const v1::Delivery warning = seen_[kProvider].back();
  EXPECT_EQ(warning.kind(), v1::DELIVERY_KIND_ESCALATION);
  EXPECT_EQ(warning.urgency(), v1::URGENCY_URGENT);
  EXPECT_THAT(warning.words(), HasSubstr(stuck[2]));
  EXPECT_EQ(world_.Leaf(warning.entry_index()).sender(), "gateway");
  // Whoever sent them hears of each.
  ASSERT_OK_AND_ASSIGN(const auto told, world_.store().QueuedDeliveries(kCommunity, 0, 100));
  int escalations = 0;
  for (const store::Delivery& delivery : told) {
    escalations += delivery.kind == v1::DELIVERY_KIND_ESCALATION ? 1 : 0;
  }
  EXPECT_EQ(escalations, 3);

  // A restart forgets no gap; they lie there to be replayed, and come in their old order.
  CloseAll();
  ASSERT_THAT(world_.Restart(), IsOk());
  seen_.clear();
  Open(kProvider);
  ASSERT_EQ(seen_[kProvider].size(), 1u);
  EXPECT_EQ(seen_[kProvider][0].delivery_id(), warning.delivery_id());
  EXPECT_EQ(seen_[kProvider][0].parked_before_size(), 3);
  ASSERT_OK_AND_ASSIGN(const v1::ListDeadLettersResponse mine, List(kProvider));
  ASSERT_EQ(mine.dead_letters_size(), 3);
  EXPECT_EQ(mine.dead_letters(2).state(), v1::DELIVERY_STATE_PARKED);
  ASSERT_THAT(Acknowledge(kProvider, warning.delivery_id(), v1::DELIVERY_STATE_KEPT), IsOk());
  for (const std::string& id : {stuck[2], stuck[0]}) ASSERT_THAT(Replay(kProvider, id), IsOk());
  EXPECT_EQ(seen_[kProvider].back().delivery_id(), stuck[2]);
  ASSERT_THAT(Acknowledge(kProvider, stuck[2], v1::DELIVERY_STATE_KEPT), IsOk());
  EXPECT_EQ(seen_[kProvider].back().delivery_id(), stuck[0]);
  EXPECT_THAT(seen_[kProvider].back().parked_before(), IsEmpty());
}

// No adapter parks anything: that is the gateway's to do.
TEST_F(DeadLettersTest, ARecipientCannotPark) {
  Shows({"ctl-12", "flt-18"});
  Open(kProvider);
  const std::string id = seen_[kProvider].at(0).delivery_id();
  EXPECT_THAT(Acknowledge(kProvider, id, v1::DELIVERY_STATE_PARKED), FailsWith("STATE_CONFLICT"));
  EXPECT_THAT(Acknowledge(kProvider, id, v1::DELIVERY_STATE_QUEUED), FailsWith("STATE_CONFLICT"));
  EXPECT_EQ(StateOf(id), store::DeliveryState::kQueued);
}

}  // namespace
}  // namespace fosse
