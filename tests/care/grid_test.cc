// The table of outcome and question: what each answer does to the record, and who is told.
#include <vector>

#include "care/reading.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/care/messages.h"
#include "tests/care/world.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

struct Must {
  std::string recipient;
  v1::DeliveryKind kind;
  int count = 1;
};

struct Cell {
  const char* name;
  v1::Question question;
  v1::Outcome outcome;
  v1::DelegationState state;
  std::string owner;
  std::string delivers_now;
  std::vector<Must> deliveries;
};

constexpr char kRef[] = "REF-1";

// What must have happened before the message that asks the question.
v1::DelegationState StateBefore(v1::Question question) {
  switch (question) {
    case v1::QUESTION_PROPOSE:
      return v1::DELEGATION_STATE_UNSPECIFIED;
    case v1::QUESTION_RESPOND:
    case v1::QUESTION_RECOGNISE_COMPETENCE:
    case v1::QUESTION_ASSIGN:
      return v1::DELEGATION_STATE_PROPOSED;
    case v1::QUESTION_ACTIVATE:
      return v1::DELEGATION_STATE_READY;
    default:
      return v1::DELEGATION_STATE_ACTIVE;
  }
}

Sent Ask(World& world, v1::Question question) {
  switch (question) {
    case v1::QUESTION_PROPOSE:
      return world.Must(Proposal(kAda, kRef));
    case v1::QUESTION_RESPOND:
      return world.Must(Accepted(kAda, kRef));
    case v1::QUESTION_RECOGNISE_COMPETENCE:
      return world.Must(Checked(kWorker, "K-9", world.now));
    case v1::QUESTION_ASSIGN:
      return world.Must(Assigned(kAda, kRef, kWorker));
    case v1::QUESTION_ACTIVATE:
      return world.Must(Started(kAda, kRef, kWorker, world.now));
    case v1::QUESTION_PERFORM:
      return world.Must(Performed(kAda, kRef, kWorker, world.now));
    case v1::QUESTION_CONTINUE: {
      v1::Envelope consent = From(kCommunity, kAda);
      consent.mutable_consent_changed()->mutable_delegation()->set_reference(kRef);
      consent.mutable_consent_changed()->set_consent(v1::CONSENT_GIVEN);
      return world.Must(consent);
    }
    case v1::QUESTION_OFFER_OVERSIGHT:
      return world.Must(Offer(kAda, "O-REF", kRef));
    default:
      world.Must(Offer(kAda, "O-REF", kRef));
      return world.Must(Answer(kAda, kPractice, "O-REF", v1::OVERSIGHT_ANSWER_ACCEPTED));
  }
}

class Grid : public ::testing::TestWithParam<Cell> {};

TEST_P(Grid, DoesWhatTheTableSays) {
  Shows({"b-3.1", "b-7.3", "inv-15", "haz-24"});
  const Cell& cell = GetParam();
  World world;
  world.rulebook = AllPermit();
  world.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_OPENED, world.now));
  if (StateBefore(cell.question) != v1::DELEGATION_STATE_UNSPECIFIED) {
    if (cell.question == v1::QUESTION_ASSIGN) {
      world.Must(Proposal(kAda, kRef));
      world.Must(Accepted(kAda, kRef));
      world.Must(Checked(kWorker, "K-1", world.now));
    } else if (cell.question == v1::QUESTION_RECOGNISE_COMPETENCE) {
      world.Must(Proposal(kAda, kRef));
      world.Must(Accepted(kAda, kRef));
      world.Must(Assigned(kAda, kRef, kWorker));
    } else {
      Bring(world, kAda, kRef, StateBefore(cell.question));
    }
  }
  world.rulebook = Forced(cell.question, cell.outcome);
  const Sent sent = Ask(world, cell.question);

  EXPECT_EQ(sent.OutcomeOf(cell.question), cell.outcome);
  const v1::Delegation& delegation = world.delegation(kAda, kRef);
  EXPECT_EQ(v1::DelegationState_Name(delegation.state()), v1::DelegationState_Name(cell.state));
  EXPECT_EQ(delegation.owner(), cell.owner);
  EXPECT_EQ(StandingOf(delegation).delivers_now(), cell.delivers_now);
  for (const Must& must : cell.deliveries) {
    EXPECT_EQ(sent.Count(must.recipient, must.kind), must.count)
        << must.recipient << " " << v1::DeliveryKind_Name(must.kind);
  }
  // Whoever waits knows when it is looked at again.
  EXPECT_EQ(delegation.owner().empty(), !delegation.has_next_action_at());
  for (const v1::Decision& decision : sent.effect.decisions) {
    if (decision.outcome() != v1::OUTCOME_PERMIT && !decision.delegation_id().empty()) {
      EXPECT_NE(decision.delivers_meanwhile(), "") << v1::Question_Name(decision.question());
    }
  }
}

const Cell kCells[] = {
    {"ProposePermit",
     v1::QUESTION_PROPOSE,
     v1::OUTCOME_PERMIT,
     v1::DELEGATION_STATE_PROPOSED,
     kProvider,
     kCommunity,
     {{kProvider, v1::DELIVERY_KIND_PROPOSAL}}},
    {"ProposeHold",
     v1::QUESTION_PROPOSE,
     v1::OUTCOME_HOLD,
     v1::DELEGATION_STATE_HELD,
     kCommunity,
     kCommunity,
     {{kProvider, v1::DELIVERY_KIND_PROPOSAL, 0}}},
    {"ProposeRefer",
     v1::QUESTION_PROPOSE,
     v1::OUTCOME_REFER,
     v1::DELEGATION_STATE_REFERRED,
     kSharedCare,
     kCommunity,
     {{kSharedCare, v1::DELIVERY_KIND_REFERRAL}, {kProvider, v1::DELIVERY_KIND_PROPOSAL, 0}}},
    {"ProposeDeny",
     v1::QUESTION_PROPOSE,
     v1::OUTCOME_DENY,
     v1::DELEGATION_STATE_DECLINED,
     "",
     kCommunity,
     {{kProvider, v1::DELIVERY_KIND_PROPOSAL, 0}}},

    {"RespondPermit",
     v1::QUESTION_RESPOND,
     v1::OUTCOME_PERMIT,
     v1::DELEGATION_STATE_PROPOSED,
     kProvider,
     kCommunity,
     {{kCommunity, v1::DELIVERY_KIND_TOLD}}},
    {"RespondHold",
     v1::QUESTION_RESPOND,
     v1::OUTCOME_HOLD,
     v1::DELEGATION_STATE_PROPOSED,
     kProvider,
     kCommunity,
     {{kCommunity, v1::DELIVERY_KIND_TOLD}}},
    {"RespondRefer",
     v1::QUESTION_RESPOND,
     v1::OUTCOME_REFER,
     v1::DELEGATION_STATE_REFERRED,
     kSharedCare,
     kCommunity,
     {{kSharedCare, v1::DELIVERY_KIND_REFERRAL}}},
    {"RespondDeny",
     v1::QUESTION_RESPOND,
     v1::OUTCOME_DENY,
     v1::DELEGATION_STATE_PROPOSED,
     kProvider,
     kCommunity,
     {{kCommunity, v1::DELIVERY_KIND_TOLD}}},

    {"RecognisePermit",
     v1::QUESTION_RECOGNISE_COMPETENCE,
     v1::OUTCOME_PERMIT,
     v1::DELEGATION_STATE_READY,
     kProvider,
     kCommunity,
     {{kCommunity, v1::DELIVERY_KIND_TOLD}, {kProvider, v1::DELIVERY_KIND_TRAINING_OFFERED, 0}}},
    {"RecogniseHold",
     v1::QUESTION_RECOGNISE_COMPETENCE,
     v1::OUTCOME_HOLD,
     v1::DELEGATION_STATE_PROPOSED,
     kProvider,
     kCommunity,
     {{kProvider, v1::DELIVERY_KIND_TRAINING_OFFERED}}},
    {"RecogniseRefer",
     v1::QUESTION_RECOGNISE_COMPETENCE,
     v1::OUTCOME_REFER,
     v1::DELEGATION_STATE_PROPOSED,
     kProvider,
     kCommunity,
     {{kProvider, v1::DELIVERY_KIND_TRAINING_OFFERED}}},
    {"RecogniseDeny",
     v1::QUESTION_RECOGNISE_COMPETENCE,
     v1::OUTCOME_DENY,
     v1::DELEGATION_STATE_PROPOSED,
     kProvider,
     kCommunity,
     {{kProvider, v1::DELIVERY_KIND_TRAINING_OFFERED}}},

    {"AssignPermit",
     v1::QUESTION_ASSIGN,
     v1::OUTCOME_PERMIT,
     v1::DELEGATION_STATE_READY,
     kProvider,
     kCommunity,
     {{kCommunity, v1::DELIVERY_KIND_TOLD}}},
    {"AssignHold",
     v1::QUESTION_ASSIGN,
     v1::OUTCOME_HOLD,
     v1::DELEGATION_STATE_PROPOSED,
     kProvider,
     kCommunity,
     {}},
    {"AssignRefer",
     v1::QUESTION_ASSIGN,
     v1::OUTCOME_REFER,
     v1::DELEGATION_STATE_PROPOSED,
     kProvider,
     kCommunity,
     {{kSharedCare, v1::DELIVERY_KIND_REFERRAL}}},
    {"AssignDeny",
     v1::QUESTION_ASSIGN,
     v1::OUTCOME_DENY,
     v1::DELEGATION_STATE_PROPOSED,
     kProvider,
     kCommunity,
     {}},

    {"ActivatePermit",
     v1::QUESTION_ACTIVATE,
     v1::OUTCOME_PERMIT,
     v1::DELEGATION_STATE_ACTIVE,
     "",
     kProvider,
     {{kCommunity, v1::DELIVERY_KIND_CLINICAL_RECORD},
      {kCommunity, v1::DELIVERY_KIND_TOLD},
      {kCouncil, v1::DELIVERY_KIND_TOLD}}},
    {"ActivateHold",
     v1::QUESTION_ACTIVATE,
     v1::OUTCOME_HOLD,
     v1::DELEGATION_STATE_PROPOSED,
     kProvider,
     kCommunity,
     {{kCommunity, v1::DELIVERY_KIND_TOLD}, {kCommunity, v1::DELIVERY_KIND_CLINICAL_RECORD, 0}}},
    {"ActivateRefer",
     v1::QUESTION_ACTIVATE,
     v1::OUTCOME_REFER,
     v1::DELEGATION_STATE_REFERRED,
     kSharedCare,
     kCommunity,
     {{kSharedCare, v1::DELIVERY_KIND_REFERRAL}}},
    {"ActivateDeny",
     v1::QUESTION_ACTIVATE,
     v1::OUTCOME_DENY,
     v1::DELEGATION_STATE_PROPOSED,
     kProvider,
     kCommunity,
     {{kCommunity, v1::DELIVERY_KIND_TOLD}}},

    {"PerformPermit",
     v1::QUESTION_PERFORM,
     v1::OUTCOME_PERMIT,
     v1::DELEGATION_STATE_ACTIVE,
     "",
     kProvider,
     {{kCommunity, v1::DELIVERY_KIND_TOLD}, {kCommunity, v1::DELIVERY_KIND_INCIDENT, 0}}},
    {"PerformHold",
     v1::QUESTION_PERFORM,
     v1::OUTCOME_HOLD,
     v1::DELEGATION_STATE_ACTIVE,
     "",
     kProvider,
     {{kCommunity, v1::DELIVERY_KIND_INCIDENT}, {kProvider, v1::DELIVERY_KIND_INCIDENT}}},
    {"PerformRefer",
     v1::QUESTION_PERFORM,
     v1::OUTCOME_REFER,
     v1::DELEGATION_STATE_ACTIVE,
     "",
     kProvider,
     {{kCommunity, v1::DELIVERY_KIND_INCIDENT}, {kProvider, v1::DELIVERY_KIND_INCIDENT}}},
    {"PerformDeny",
     v1::QUESTION_PERFORM,
     v1::OUTCOME_DENY,
     v1::DELEGATION_STATE_ACTIVE,
     "",
     kProvider,
     {{kCommunity, v1::DELIVERY_KIND_INCIDENT}, {kProvider, v1::DELIVERY_KIND_INCIDENT}}},

    {"ContinuePermit",
     v1::QUESTION_CONTINUE,
     v1::OUTCOME_PERMIT,
     v1::DELEGATION_STATE_ACTIVE,
     "",
     kProvider,
     {{kCommunity, v1::DELIVERY_KIND_COVER_ORDER, 0}}},
    {"ContinueHold",
     v1::QUESTION_CONTINUE,
     v1::OUTCOME_HOLD,
     v1::DELEGATION_STATE_AT_RISK,
     kProvider,
     kProvider,
     {{kCommunity, v1::DELIVERY_KIND_COVER_ORDER},
      {kProvider, v1::DELIVERY_KIND_TOLD},
      {kCouncil, v1::DELIVERY_KIND_TOLD}}},
    {"ContinueRefer",
     v1::QUESTION_CONTINUE,
     v1::OUTCOME_REFER,
     v1::DELEGATION_STATE_AT_RISK,
     kSharedCare,
     kProvider,
     {{kCommunity, v1::DELIVERY_KIND_COVER_ORDER}, {kSharedCare, v1::DELIVERY_KIND_REFERRAL}}},
    {"ContinueDeny",
     v1::QUESTION_CONTINUE,
     v1::OUTCOME_DENY,
     v1::DELEGATION_STATE_AT_RISK,
     kCommunity,
     kProvider,
     {{kCommunity, v1::DELIVERY_KIND_COVER_ORDER}, {kProvider, v1::DELIVERY_KIND_TOLD}}},

    {"OfferPermit",
     v1::QUESTION_OFFER_OVERSIGHT,
     v1::OUTCOME_PERMIT,
     v1::DELEGATION_STATE_ACTIVE,
     kPractice,
     kProvider,
     {{kPractice, v1::DELIVERY_KIND_OFFER}}},
    {"OfferHold",
     v1::QUESTION_OFFER_OVERSIGHT,
     v1::OUTCOME_HOLD,
     v1::DELEGATION_STATE_ACTIVE,
     "",
     kProvider,
     {{kPractice, v1::DELIVERY_KIND_OFFER, 0}}},
    {"OfferRefer",
     v1::QUESTION_OFFER_OVERSIGHT,
     v1::OUTCOME_REFER,
     v1::DELEGATION_STATE_ACTIVE,
     "",
     kProvider,
     {{kPractice, v1::DELIVERY_KIND_OFFER, 0}, {kSharedCare, v1::DELIVERY_KIND_REFERRAL}}},
    {"OfferDeny",
     v1::QUESTION_OFFER_OVERSIGHT,
     v1::OUTCOME_DENY,
     v1::DELEGATION_STATE_ACTIVE,
     "",
     kProvider,
     {{kPractice, v1::DELIVERY_KIND_OFFER, 0}}},

    {"TakePermit",
     v1::QUESTION_TAKE_OVERSIGHT,
     v1::OUTCOME_PERMIT,
     v1::DELEGATION_STATE_ACTIVE,
     "",
     kProvider,
     {{kCommunity, v1::DELIVERY_KIND_TOLD},
      {kProvider, v1::DELIVERY_KIND_TOLD},
      {kCouncil, v1::DELIVERY_KIND_TOLD}}},
    {"TakeHold",
     v1::QUESTION_TAKE_OVERSIGHT,
     v1::OUTCOME_HOLD,
     v1::DELEGATION_STATE_ACTIVE,
     kPractice,
     kProvider,
     {{kCommunity, v1::DELIVERY_KIND_TOLD}, {kProvider, v1::DELIVERY_KIND_TOLD, 0}}},
    {"TakeRefer",
     v1::QUESTION_TAKE_OVERSIGHT,
     v1::OUTCOME_REFER,
     v1::DELEGATION_STATE_ACTIVE,
     kPractice,
     kProvider,
     {{kProvider, v1::DELIVERY_KIND_TOLD, 0}}},
    {"TakeDeny",
     v1::QUESTION_TAKE_OVERSIGHT,
     v1::OUTCOME_DENY,
     v1::DELEGATION_STATE_ACTIVE,
     kPractice,
     kProvider,
     {{kProvider, v1::DELIVERY_KIND_TOLD, 0}}},
};

INSTANTIATE_TEST_SUITE_P(Cells, Grid, ::testing::ValuesIn(kCells),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(GridTest, OversightMovesOnlyOnPermit) {
  Shows({"b-5.5d", "inv-02", "haz-14"});
  for (const v1::Outcome outcome :
       {v1::OUTCOME_PERMIT, v1::OUTCOME_HOLD, v1::OUTCOME_REFER, v1::OUTCOME_DENY}) {
    World world;
    world.rulebook = AllPermit();
    Bring(world, kAda, kRef, v1::DELEGATION_STATE_ACTIVE);
    world.rulebook = Forced(v1::QUESTION_TAKE_OVERSIGHT, outcome);
    Ask(world, v1::QUESTION_TAKE_OVERSIGHT);
    const v1::Oversight& oversight = world.delegation(kAda, kRef).oversight();
    const bool moved = outcome == v1::OUTCOME_PERMIT;
    EXPECT_EQ(oversight.holder(), moved ? kPractice : kCommunity);
    EXPECT_EQ(oversight.state(), moved ? v1::OVERSIGHT_STATE_HELD : v1::OVERSIGHT_STATE_OFFERED);
    EXPECT_EQ(oversight.accountable_delegator().identifier(), moved ? "1234567" : "12A3456E");
  }
}

TEST(GridTest, OnlyAPermittedReportCounts) {
  Shows({"b-2.3", "inv-05"});
  for (const v1::Outcome outcome :
       {v1::OUTCOME_PERMIT, v1::OUTCOME_HOLD, v1::OUTCOME_REFER, v1::OUTCOME_DENY}) {
    World world;
    world.rulebook = AllPermit();
    Bring(world, kAda, kRef, v1::DELEGATION_STATE_ACTIVE);
    world.rulebook = Forced(v1::QUESTION_PERFORM, outcome);
    Ask(world, v1::QUESTION_PERFORM);
    ASSERT_EQ(world.person(kAda).performances_size(), 1);
    EXPECT_EQ(world.person(kAda).performances(0).counts(), outcome == v1::OUTCOME_PERMIT);
  }
}

TEST(GridTest, EveryQuestionHasEveryOutcome) {
  Shows({"b-3.1"});
  std::set<std::pair<int, int>> seen;
  for (const Cell& cell : kCells) seen.insert({cell.question, cell.outcome});
  EXPECT_EQ(seen.size(), 9u * 4u);
}

}  // namespace
}  // namespace fosse::care
