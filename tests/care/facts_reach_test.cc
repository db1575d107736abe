// Whatever is sent, in whatever order: no situation is made that the rulebook calls impossible, and
// every value of every fact comes about. So rules are written for situations that there are, and
// the checks that search within the constraints search where messages lead.
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "care/facts.h"
#include "care/times.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/vocabulary.h"
#include "tests/care/messages.h"
#include "tests/care/world.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr uint32_t kRuns = 700;
constexpr int kSteps = 45;

// Facts that no message can bring about, and why.
const std::map<std::string, std::string>& Unreachable() {
  static const auto* const kReasons = new std::map<std::string, std::string>{
      {"generic_task: GENERIC_TASK_UNKNOWN", "every question is about a task with a code"},
      {"task_listing: TASK_LISTING_UNKNOWN", "every question is about a task with a code"},
      {"interim_deliverer: INTERIM_DELIVERER_NONE",
       "a rulebook without somebody to ask for cover is refused (B-7.3)"},
  };
  return *kReasons;
}

// The locality's rulebook with what its catalogue has no task for yet: one that is social care's
// alone, and one that belongs to a single service.
std::string RulebookText() {
  return absl::StrCat(StoredRulebook(), R"(
catalogue {
  code: "bathing" name: "Bathe" generic_task: GENERIC_TASK_NONE
  training_class: TRAINING_CLASS_NONE restriction: TASK_RESTRICTION_SOCIAL_CARE_ONLY version: "1"
}
catalogue {
  code: "splint" name: "Put on a splint" generic_task: GENERIC_TASK_NONE
  training_class: TRAINING_CLASS_SPECIFIC restriction: TASK_RESTRICTION_NONE version: "1"
  services: "THERAPY"
}
)");
}

// A practice that nobody can be reached at.
std::string DirectoryText() {
  return absl::StrCat(StoredDirectory(), R"(
participants { id: "C82003" name: "Practice three" kind: ORGANISATION_KIND_PRACTICE
  roles: ROLE_EXCHANGE attests: true }
)");
}

class Dice {
 public:
  explicit Dice(uint32_t seed) : engine_(seed) {}
  int Of(int sides) { return static_cast<int>(engine_() % static_cast<uint32_t>(sides)); }
  bool OneIn(int sides) { return Of(sides) == 0; }
  std::string Pick(const std::vector<std::string>& of) {
    return of[static_cast<size_t>(Of(static_cast<int>(of.size())))];
  }

 private:
  std::mt19937 engine_;
};

// Gives some fields other values: enums any, texts none, numbers around the limits that rules know.
void Spoil(Dice& dice, int one_in, Message& message) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    if (field->is_repeated() || field->name() == "delegation" || field->name() == "reference") {
      continue;
    }
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      if (reflection.HasField(message, field)) {
        Spoil(dice, one_in, *reflection.MutableMessage(&message, field));
      }
      continue;
    }
    if (!dice.OneIn(one_in)) continue;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      reflection.SetEnumValue(&message, field, dice.Of(field->enum_type()->value_count()));
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_UINT32) {
      const uint32_t kNear[] = {0, 1, 60, 61, 100, 101};
      reflection.SetUInt32(&message, field, kNear[dice.Of(6)]);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
      reflection.SetBool(&message, field, dice.OneIn(2));
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING && dice.OneIn(3)) {
      reflection.ClearField(&message, field);
    }
  }
}

std::string Day(const World& world, int days) { return DayOf(world.now + absl::Hours(24) * days); }

v1::Envelope AProposal(Dice& dice, const World& world, const std::string& reference) {
  v1::Envelope envelope = Proposal(kAda, reference);
  v1::DelegationProposal& proposal = *envelope.mutable_delegation_proposal();
  std::vector<std::string> codes = {"in-no-catalogue", kTask, kTask};
  for (const v1::CatalogueTask& task : world.rulebook->document().catalogue()) {
    codes.push_back(task.code());
  }
  proposal.mutable_task()->mutable_code()->set_code(dice.Pick(codes));
  proposal.mutable_task()->mutable_particulars()->set_cream_strength_percent_x100(0);
  if (dice.OneIn(3)) proposal.mutable_considered()->set_self_care(v1::ANSWER_YES);
  if (dice.OneIn(6)) {
    for (const int field : {1, 2, 3, 4}) {
      v1::Considered& considered = *proposal.mutable_considered();
      considered.GetReflection()->SetEnumValue(
          &considered, considered.GetDescriptor()->FindFieldByNumber(field), v1::ANSWER_YES);
    }
  }
  if (dice.OneIn(2)) proposal.mutable_care_act()->set_answered_by("head of service");
  if (dice.OneIn(3)) proposal.set_consent_record("CR-1");
  if (dice.OneIn(3)) proposal.set_not_involved_because("asleep");
  if (dice.OneIn(3)) proposal.mutable_plan()->set_instructions("step by step");
  if (dice.OneIn(3)) proposal.mutable_plan()->set_route_back("the duty nurse");
  if (dice.OneIn(4)) proposal.mutable_plan()->set_review_on(Day(world, dice.Of(9) - 2));
  if (dice.OneIn(4)) proposal.set_changeover_ends_on(Day(world, 20));
  if (dice.OneIn(4)) proposal.set_proposed_overseer(dice.Pick({kCommunity, kPractice}));
  if (dice.OneIn(4)) proposal.set_delegated_to(dice.Pick({kCouncil, kPractice, kBoard}));
  for (const uint32_t share : {4000u, 6000u}) {
    if (dice.OneIn(2)) proposal.add_cost_shares()->set_share_x10000(share);
  }
  if (dice.OneIn(5)) {
    proposal.set_direction(v1::DELEGATION_DIRECTION_SOCIAL_CARE_TO_HEALTH);
    proposal.set_delegated_to(kCommunity);
  }
  if (dice.OneIn(2)) Spoil(dice, 5, proposal);
  const std::string from = dice.OneIn(4) ? dice.Pick({kCouncil, kPractice}) : kCommunity;
  envelope.set_sender(from);
  proposal.set_delegating(from);
  if (from == kCouncil) proposal.set_interim_deliverer("");
  if (from == kCouncil && dice.OneIn(2)) {
    *proposal.mutable_delegator() = From(kCouncil, kAda).acting_person().practitioner();
  }
  if (dice.OneIn(3)) Spoil(dice, 4, *envelope.mutable_acting_person());
  return envelope;
}

v1::Envelope ACompetency(Dice& dice, const World& world, const std::string& worker) {
  v1::Envelope envelope = Checked(worker, absl::StrCat("K-", dice.Of(6)), world.now);
  v1::CompetencyRecord& record = *envelope.mutable_competency_record();
  if (dice.OneIn(3)) record.set_trained_on(dice.Pick({"2020-01-01", "2022-01-01", "2026-01-01"}));
  if (dice.OneIn(3)) record.set_refresher_due_on(Day(world, dice.Of(4) * 300 - 1));
  if (dice.OneIn(8)) {
    record.set_mode(v1::TRAINING_MODE_PRIOR_LEARNING);
    record.set_trained_on(dice.Pick({"2020-01-01", "2026-01-01"}));
  }
  if (dice.OneIn(3)) {
    record.set_training_class(v1::TRAINING_CLASS_SPECIFIC);
    record.set_mode(v1::TRAINING_MODE_ONE_TO_ONE);
    *record.mutable_for_person() = Person(dice.OneIn(2) ? kAda : kBen);
  }
  if (dice.OneIn(3)) {
    *record.mutable_assessor() = Nurse(kProvider);
    v1::TrainerSignOff& sign_off = *record.mutable_sign_off();
    *sign_off.mutable_trainer() = Nurse(kProvider);
    sign_off.set_organisation(kProvider);
    *sign_off.add_tasks() = record.task();
    sign_off.set_valid_from("2026-01-01");
    sign_off.set_valid_until(dice.Pick({"2026-06-01", "2028-01-01"}));
    *sign_off.mutable_observed_by() = Nurse(kTraining);
  }
  if (dice.OneIn(2)) Spoil(dice, 6, record);
  if (dice.OneIn(3)) {  // The provider writes of it itself: the assessor, or a clerk of its own.
    envelope.set_sender(kProvider);
    *envelope.mutable_acting_person() = From(kProvider, "").acting_person();
    if (dice.OneIn(2)) *envelope.mutable_acting_person()->mutable_practitioner() = Nurse(kProvider);
  }
  return envelope;
}

v1::Envelope AnOverride(Dice& dice, const World& world, const std::string& reference) {
  v1::Envelope envelope = From(kCommunity, kAda);
  v1::ClinicalOverride& override_by = *envelope.mutable_clinical_override();
  override_by.mutable_delegation()->set_reference(reference);
  // What the task waits for, or something that nobody may pass over.
  for (const v1::Delegation& delegation : world.person(kAda).delegations()) {
    if (delegation.proposal().reference() == reference) {
      *override_by.mutable_rule_ids() = delegation.missing_rules();
    }
  }
  if (dice.OneIn(3) || override_by.rule_ids().empty()) {
    override_by.add_rule_ids(dice.Pick(
        {"propose-nurse-only", "propose-consent-missing", "propose-mdt-pending", "no-such-rule"}));
  }
  override_by.set_reason("until the team meets");
  override_by.set_until(Day(world, dice.Of(5) * 7 - 7));
  if (dice.OneIn(4)) Spoil(dice, 3, *envelope.mutable_acting_person());
  return envelope;
}

v1::Envelope AnOversightMessage(Dice& dice, World& world, const std::string& reference) {
  const std::string offer = absl::StrCat("OF-", dice.Of(3));
  switch (dice.Of(4)) {
    case 0: {
      v1::Envelope envelope = Offer(kAda, offer, reference);
      if (dice.OneIn(2)) envelope.mutable_oversight_offer()->set_open_concern("a fall");
      if (dice.OneIn(5)) envelope.mutable_oversight_offer()->set_withdrawn(true);
      if (dice.OneIn(3)) envelope.mutable_oversight_offer()->set_offered_to(kOtherPractice);
      if (dice.OneIn(3)) Spoil(dice, 5, *envelope.mutable_oversight_offer()->mutable_author());
      if (dice.OneIn(4)) envelope.mutable_oversight_offer()->clear_thresholds();
      if (dice.OneIn(5)) envelope.set_sender(kPractice);
      return envelope;
    }
    case 1:
      return HandBack(kAda, offer, reference, kPractice);
    default: {
      v1::Envelope envelope =
          Answer(kAda, dice.Pick({kPractice, kPractice, kCommunity}), offer,
                 dice.OneIn(4) ? v1::OVERSIGHT_ANSWER_DECLINED : v1::OVERSIGHT_ANSWER_ACCEPTED);
      if (dice.OneIn(4)) envelope.mutable_oversight_response()->clear_accountable_delegator();
      if (dice.OneIn(3)) {
        Spoil(dice, 4, *envelope.mutable_oversight_response());
        envelope.mutable_oversight_response()->set_answer(v1::OVERSIGHT_ANSWER_ACCEPTED);
        envelope.mutable_oversight_response()->set_offer_reference(offer);
      }
      return envelope;
    }
  }
}

v1::Envelope ACaseMessage(Dice& dice, World& world, const std::string& reference) {
  v1::Envelope envelope = From(kCommunity, kAda);
  switch (dice.Of(7)) {
    case 0: {
      v1::Envelope episode = Episode(
          kAda, dice.OneIn(2) ? v1::EPISODE_CHANGE_KIND_OPENED : v1::EPISODE_CHANGE_KIND_CLOSED,
          world.now);
      if (dice.OneIn(2)) episode.mutable_episode_change()->set_service("THERAPY");
      return episode;
    }
    case 1:
      return Registered(kAda, dice.Pick({kPractice, kOtherPractice, "C82003"}));
    case 2:
      envelope.mutable_shared_care_referral()->set_reference("SC-1");
      envelope.mutable_shared_care_referral()->mutable_delegation()->set_reference(reference);
      envelope.mutable_shared_care_referral()->set_reason("no consensus");
      return envelope;
    case 3:
      envelope = From(kSharedCare, kAda);
      envelope.mutable_panel_decision()->set_referral_reference("SC-1");
      envelope.mutable_panel_decision()->set_decided_on(DayOf(world.now));
      envelope.mutable_panel_decision()->set_reasons("weighed");
      envelope.mutable_panel_decision()->set_may_be_delegated(dice.OneIn(2) ? v1::ANSWER_YES
                                                                            : v1::ANSWER_NO);
      return envelope;
    case 4:
      envelope.mutable_person_away()->set_place(v1::AWAY_PLACE_HOSPITAL);
      *envelope.mutable_person_away()->mutable_from() = Timestamp(world.now);
      envelope.mutable_person_away()->set_returned(dice.OneIn(2));
      return envelope;
    case 5:
      envelope.mutable_dispute_raised()->set_reference("DIS-1");
      envelope.mutable_dispute_raised()->mutable_delegation()->set_reference(reference);
      envelope.mutable_dispute_raised()->set_summary("who pays");
      envelope.mutable_dispute_raised()->set_jointly_funded(dice.OneIn(2));
      return envelope;
    default:
      return Concern(kAda, kProvider, absl::StrCat("C-", dice.Of(3)), v1::CONCERN_KIND_CLINICAL,
                     reference);
  }
}

v1::Envelope ATaskMessage(Dice& dice, World& world, const std::string& reference,
                          const std::string& worker) {
  switch (dice.Of(6)) {
    case 0: {
      v1::Envelope envelope = Accepted(kAda, reference);
      if (dice.OneIn(2)) Spoil(dice, 6, *envelope.mutable_delegation_response());
      if (dice.OneIn(8)) {
        envelope.mutable_delegation_response()->set_within_insurance(v1::ANSWER_NO);
        envelope.mutable_delegation_response()->set_within_registration(v1::ANSWER_NO);
      }
      if (dice.OneIn(6)) envelope.set_sender(kPractice);
      if (dice.OneIn(5)) {
        envelope.mutable_delegation_response()->set_answer(v1::DELEGATION_ANSWER_DECLINED);
        envelope.mutable_delegation_response()->set_decline_reason(
            dice.OneIn(2) ? v1::DECLINE_REASON_CAPACITY : v1::DECLINE_REASON_UNSPECIFIED);
      }
      return envelope;
    }
    case 1:
    case 2: {
      v1::Envelope envelope = Assigned(kAda, reference, worker);
      if (dice.OneIn(3)) Spoil(dice, 8, *envelope.mutable_worker_assignment());
      return envelope;
    }
    case 3:
      return Started(kAda, reference, worker, world.now);
    case 4: {
      v1::Envelope envelope = Performed(kAda, reference, worker, world.now);
      if (dice.OneIn(2)) {
        *envelope.mutable_task_performed()->mutable_task() =
            Proposal(kAda, reference).delegation_proposal().task();
        envelope.mutable_task_performed()->clear_delegation();
        envelope.mutable_task_performed()->set_ad_hoc(true);
      }
      return envelope;
    }
    default:
      return Change(dice.Pick({kCommunity, kProvider}), kAda, reference,
                    static_cast<v1::DelegationChangeKind>(1 + dice.Of(5)));
  }
}

v1::Envelope AMessage(Dice& dice, World& world) {
  const std::string reference = absl::StrCat("REF-", dice.Of(3));
  const std::string worker = dice.OneIn(3) ? kOtherWorker : kWorker;
  if (!world.Knows(kAda)) {
    return dice.OneIn(3) ? Registered(kAda, kPractice)
                         : Episode(kAda, v1::EPISODE_CHANGE_KIND_OPENED, world.now);
  }
  switch (dice.Of(8)) {
    case 0:
    case 1:
      return AProposal(dice, world, reference);
    case 2:
      if (dice.OneIn(6)) return Revoked(worker, absl::StrCat("K-", dice.Of(6)), world.now);
      return ACompetency(dice, world, worker);
    case 3:
      return AnOverride(dice, world, reference);
    case 4:
      return AnOversightMessage(dice, world, reference);
    case 5:
      return ACaseMessage(dice, world, reference);
    default:
      return ATaskMessage(dice, world, reference, worker);
  }
}

bool Matches(const v1::When& when, const v1::Facts& facts) {
  for (const policy::Fact& fact : policy::AllFacts()) {
    const std::vector<int> values = policy::ValuesOf(fact, when);
    if (!values.empty() &&
        std::find(values.begin(), values.end(), policy::ValueOf(fact, facts)) == values.end()) {
      return false;
    }
  }
  return true;
}

class FactsReachTest : public ::testing::Test {
 protected:
  FactsReachTest() {
    auto rulebook = policy::Rulebook::Create(RulebookText());
    EXPECT_TRUE(rulebook.ok()) << rulebook.status();
    rulebook_ = *std::move(rulebook);
  }

  // Empty, or what is impossible about the facts of an answer.
  std::string Note(const Sent& sent) {
    std::vector<const Effect*> effects = {&sent.effect};
    for (const Effect& effect : sent.consequences) effects.push_back(&effect);
    for (const Effect* effect : effects) {
      for (const v1::RecordedDecision& recorded : effect->recorded) {
        for (const v1::Constraint& constraint : rulebook_->document().constraints()) {
          if (Matches(constraint.never(), recorded.facts())) {
            return absl::StrCat(constraint.id(), ": ", recorded.facts().ShortDebugString());
          }
        }
        for (const policy::Fact& fact : policy::AllFacts()) {
          reached_.insert(absl::StrCat(
              fact.name(), ": ", policy::ValueName(fact, policy::ValueOf(fact, recorded.facts()))));
        }
      }
    }
    return "";
  }

  std::string RunOnce(uint32_t seed) {
    Dice dice(seed);
    World world;
    world.rulebook = rulebook_;
    world.directory = *Directory::Create(DirectoryText());
    // Half begin with a live task, so that what follows one is reached often.
    if (seed % 2 == 0) {
      const std::string first = "REF-0";
      Bring(world, kAda, first, v1::DELEGATION_STATE_ACTIVE);
      if (seed % 4 == 0) {
        world.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_CLOSED, world.now));
        world.Must(Registered(kAda, kPractice));
        world.Must(Offer(kAda, "OF-0", first));
        world.Must(Answer(kAda, kPractice, "OF-0", v1::OVERSIGHT_ANSWER_DECLINED));
      }
    }
    for (int n = 0; n < kSteps; ++n) {
      if (dice.OneIn(5)) {
        const absl::Time to = world.now + absl::Hours(dice.OneIn(6) ? 24 * 9 : dice.Of(60));
        for (const Sent& sent : world.AdvanceTo(to)) {
          if (const std::string wrong = Note(sent); !wrong.empty()) return wrong;
        }
      }
      const absl::StatusOr<Sent> sent = world.Send(AMessage(dice, world));
      if (!sent.ok()) continue;
      if (const std::string wrong = Note(*sent); !wrong.empty()) return wrong;
    }
    return "";
  }

  std::shared_ptr<const policy::Rulebook> rulebook_;
  std::set<std::string> reached_;
};

TEST_F(FactsReachTest, NothingImpossibleIsMadeAndEveryValueIsReached) {
  Shows({"haz-24", "haz-25"});
  for (uint32_t seed = 1; seed <= kRuns; ++seed) {
    ASSERT_EQ(RunOnce(seed), "") << "seed " << seed;
  }
  std::vector<std::string> missing;
  for (const policy::Fact& fact : policy::AllFacts()) {
    for (int i = 0; i < fact.values().value_count(); ++i) {
      const std::string value = absl::StrCat(fact.name(), ": ", fact.values().value(i)->name());
      const bool reached = reached_.count(value) != 0;
      if (Unreachable().count(value) != 0) {
        EXPECT_FALSE(reached) << value << " is reached after all";
      } else if (!reached) {
        missing.push_back(value);
      }
    }
  }
  EXPECT_THAT(missing, ::testing::IsEmpty());
}

}  // namespace
}  // namespace fosse::care
