// The same message under the rules of two areas, and under the national principles over one of
// them.
#include <memory>
#include <string>

#include "care/facts.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/compose.h"
#include "policy/decide.h"
#include "policy/explain.h"
#include "tests/care/messages.h"
#include "tests/care/world.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;

std::shared_ptr<const policy::Rulebook> Composed(const policy::Parts& parts) {
  const absl::StatusOr<std::string> text = policy::Compose(parts);
  EXPECT_TRUE(text.ok()) << text.status();
  return text.ok() ? *policy::Rulebook::Create(*text) : nullptr;
}

std::shared_ptr<const policy::Rulebook> Glos() {
  const std::string own = StoredText("policy/rulebooks/glos/2026-04-01/rulebook.txtpb");
  const std::string base = StoredRulebook();
  return Composed({.rulebook = own, .base = base});
}

std::shared_ptr<const policy::Rulebook> LlrWithNational() {
  const std::string own = StoredRulebook();
  const std::string layer = StoredText("policy/rulebooks/national/2024-11-01/layer.txtpb");
  return Composed({.rulebook = own, .layers = {layer}});
}

// Why it is no PERMIT, with who wrote the rule.
std::vector<std::string> Reasons(const v1::Decision& decision) {
  std::vector<std::string> reasons;
  for (const v1::Finding& finding : decision.findings()) {
    if (finding.outcome() != v1::OUTCOME_PERMIT) {
      reasons.push_back(finding.layer() + " " + finding.rule_id());
    }
  }
  return reasons;
}

v1::Decision Propose(std::shared_ptr<const policy::Rulebook> rulebook,
                     const v1::Envelope& proposal) {
  World world;
  world.rulebook = std::move(rulebook);
  world.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_OPENED, world.now));
  return world.Must(proposal).effect.decisions.at(0);
}

v1::Decision Recognise(const policy::Rulebook& rulebook, v1::CompetencyRecord record) {
  World world;
  // Each area's own training office sends it.
  v1::Envelope envelope = Checked(kWorker, "K", world.now);
  envelope.set_sender(rulebook.document().training_provider());
  record.mutable_assessor()->clear_organisation();
  const v1::Facts facts =
      RecognitionFacts(record, envelope, *world.directory, rulebook, {}, world.now);
  return policy::Explain(rulebook, v1::QUESTION_RECOGNISE_COMPETENCE, facts,
                         policy::Decide(rulebook, v1::QUESTION_RECOGNISE_COMPETENCE, facts));
}

TEST(LocalitiesTest, AProposalRightInOneAreaWaitsInTheNext) {
  Shows({"nf-1", "b-4.4"});
  v1::Envelope proposal = Proposal(kAda, "REF-1");
  const World llr;
  EXPECT_EQ(Propose(llr.rulebook, proposal).outcome(), v1::OUTCOME_PERMIT);
  const v1::Decision there = Propose(Glos(), proposal);
  EXPECT_EQ(there.outcome(), v1::OUTCOME_HOLD);
  EXPECT_THAT(Reasons(there), Contains("glos/2026-04-01 propose-written-procedure-missing"));
  EXPECT_EQ(there.rulebook_id(), "glos/2026-04-01");
  proposal.mutable_delegation_proposal()->mutable_plan()->set_instructions("wash, prick, read");
  EXPECT_EQ(Propose(Glos(), proposal).outcome(), v1::OUTCOME_PERMIT);
}

TEST(LocalitiesTest, TrainingThatServesAnybodyHereServesNobodyThere) {
  Shows({"nf-1", "b-4.4", "b-4.5"});
  const World llr;
  v1::CompetencyRecord record = Checked(kWorker, "K", llr.now).competency_record();
  EXPECT_EQ(Recognise(*llr.rulebook, record).outcome(), v1::OUTCOME_PERMIT);
  const v1::Decision there = Recognise(*Glos(), record);
  EXPECT_EQ(there.outcome(), v1::OUTCOME_HOLD);
  EXPECT_THAT(Reasons(there), Contains("glos/2026-04-01 competence-task-is-not-generic"));
}

TEST(LocalitiesTest, YearlyReassessmentIsAskedWhereTheAreaAsksForIt) {
  Shows({"nf-1", "b-4.2"});
  const World llr;
  v1::CompetencyRecord record = Checked(kWorker, "K", llr.now).competency_record();
  record.set_training_class(v1::TRAINING_CLASS_SPECIFIC);
  record.set_mode(v1::TRAINING_MODE_ONE_TO_ONE);
  record.set_competence_was_checked(v1::ANSWER_YES);
  record.set_assessor_competent_in_task(v1::ANSWER_YES);
  *record.mutable_for_person() = Person(kAda);
  record.set_assessed_on("2026-10-30");
  const auto there = [&](const std::string& due) {
    record.set_refresher_due_on(due);
    return Reasons(Recognise(*Glos(), record));
  };
  EXPECT_THAT(there("2027-10-30"), IsEmpty());
  EXPECT_THAT(there("2027-10-31"), Contains("glos/2026-04-01 competence-reassessment-too-late"));
  EXPECT_THAT(there(""), Contains("glos/2026-04-01 competence-reassessment-not-dated"));
  EXPECT_EQ(Recognise(*llr.rulebook, record).outcome(), v1::OUTCOME_PERMIT);
}

TEST(LocalitiesTest, TheNationalLayerAsksForAWayBack) {
  Shows({"nf-1", "b-1.7a"});
  v1::Envelope proposal = Proposal(kAda, "REF-1");
  const v1::Decision without = Propose(LlrWithNational(), proposal);
  EXPECT_EQ(without.outcome(), v1::OUTCOME_HOLD);
  EXPECT_THAT(Reasons(without),
              ::testing::ElementsAre("national/2024-11-01 national-propose-no-route-back"));
  proposal.mutable_delegation_proposal()->mutable_plan()->set_route_back(
      "duty nurse, 0116 496 0101");
  EXPECT_EQ(Propose(LlrWithNational(), proposal).outcome(), v1::OUTCOME_PERMIT);
}

}  // namespace
}  // namespace fosse::care
