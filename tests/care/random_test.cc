// Long runs of messages in any order, right and wrong, with time passing between them.
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "care/times.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "tests/care/invariants.h"
#include "tests/care/messages.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

constexpr int kRuns = 250;
constexpr int kSteps = 60;

class Dice {
 public:
  explicit Dice(uint32_t seed) : engine_(seed) {}
  int Of(int sides) { return static_cast<int>(engine_() % static_cast<uint32_t>(sides)); }
  bool OneIn(int sides) { return Of(sides) == 0; }
  template <typename T>
  T Pick(std::initializer_list<T> of) {
    return *(of.begin() + Of(static_cast<int>(of.size())));
  }

 private:
  std::mt19937 engine_;
};

v1::Envelope AProposal(Dice& dice, const std::string& person, const std::string& reference) {
  v1::Envelope envelope = Proposal(person, reference);
  v1::DelegationProposal& proposal = *envelope.mutable_delegation_proposal();
  if (dice.OneIn(6)) proposal.mutable_task()->mutable_code()->set_code("indwelling-catheter");
  if (dice.OneIn(6)) proposal.mutable_task()->mutable_code()->set_code("medication-prompt");
  if (dice.OneIn(8)) proposal.mutable_task()->mutable_code()->set_code("in-no-catalogue");
  if (dice.OneIn(6)) proposal.mutable_plan()->clear_clinical_reviewer();
  if (dice.OneIn(8)) proposal.clear_mdt();
  if (dice.OneIn(12)) proposal.set_changeover_ends_on("2027-06-01");
  if (dice.OneIn(8)) proposal.mutable_task()->set_slot("evening");
  if (dice.OneIn(6)) proposal.mutable_task()->mutable_particulars()->clear_follow_up_defined();
  if (dice.OneIn(8)) {
    envelope.set_sender(kPractice);
    proposal.set_delegating(kPractice);
  }
  return envelope;
}

v1::Envelope AnOverride(Dice& dice, World& world, const std::string& person,
                        const std::string& reference) {
  v1::Envelope envelope = From(kCommunity, person);
  v1::ClinicalOverride& override_by = *envelope.mutable_clinical_override();
  override_by.mutable_delegation()->set_reference(reference);
  override_by.add_rule_ids("propose-task-7-follow-up-missing");
  if (dice.OneIn(2)) override_by.add_rule_ids("propose-plan-names-no-reviewer");
  override_by.set_reason("the person goes home today");
  override_by.set_until(DayOf(world.now + absl::Hours(24 * dice.Of(5))));
  return envelope;
}

v1::Envelope ADelegationMessage(Dice& dice, World& world, const std::string& person,
                                const std::string& reference, const std::string& worker) {
  switch (dice.Of(10)) {
    case 9:
      return AnOverride(dice, world, person, reference);
    case 0:
    case 1: {
      v1::Envelope envelope = Accepted(person, reference);
      if (dice.OneIn(6)) {
        envelope.mutable_delegation_response()->set_answer(v1::DELEGATION_ANSWER_DECLINED);
      }
      if (dice.OneIn(8)) {
        envelope.mutable_delegation_response()->set_within_insurance(v1::ANSWER_NO);
      }
      if (dice.OneIn(10)) envelope.set_sender(kPractice);
      return envelope;
    }
    case 2:
    case 3: {
      v1::Envelope envelope = Assigned(person, reference, worker);
      if (dice.OneIn(6)) envelope.mutable_worker_assignment()->set_removes(true);
      if (dice.OneIn(8)) {
        envelope.mutable_worker_assignment()->set_worker_agrees(v1::ANSWER_NO);
      }
      return envelope;
    }
    case 4:
    case 5:
      return Started(person, reference, worker, world.now - absl::Minutes(dice.Of(3)));
    case 6:
      return Performed(person, reference, worker, world.now - absl::Hours(dice.Of(100)));
    case 7:
      return NotDone(person, reference, world.now);
    default:
      return Change(
          dice.Pick({kCommunity, kProvider, kPractice}), person, reference,
          dice.Pick({v1::DELEGATION_CHANGE_KIND_WITHDRAW, v1::DELEGATION_CHANGE_KIND_SUSPEND,
                     v1::DELEGATION_CHANGE_KIND_RESUME, v1::DELEGATION_CHANGE_KIND_END,
                     v1::DELEGATION_CHANGE_KIND_OBJECT}),
          dice.Pick({v1::ANSWER_YES, v1::ANSWER_NO}));
  }
}

v1::Envelope AnOversightMessage(Dice& dice, World& world, const std::string& person,
                                const std::string& reference) {
  switch (dice.Of(6)) {
    case 0:
      if (dice.OneIn(4)) break;
      return Episode(
          person,
          dice.Pick({v1::EPISODE_CHANGE_KIND_OPENED, v1::EPISODE_CHANGE_KIND_CLOSED,
                     v1::EPISODE_CHANGE_KIND_REOPENED, v1::EPISODE_CHANGE_KIND_DISCHARGE_PLANNED,
                     v1::EPISODE_CHANGE_KIND_CANCELLED}),
          world.now);
    case 1: {
      v1::Envelope envelope = Registered(person, dice.Pick({kPractice, kOtherPractice}));
      if (dice.OneIn(5)) envelope.mutable_registration_change()->set_practice_closing(true);
      if (dice.OneIn(6)) {  // To one that takes no part here.
        envelope = Registered(person, kPractice);
        envelope.set_sender(kCommissioner);
        envelope.mutable_registration_change()->set_practice("Y99999");
      }
      return envelope;
    }
    case 2: {
      v1::Envelope envelope = Offer(person, absl::StrCat("OF-", dice.Of(3)), reference);
      if (dice.OneIn(6)) envelope.mutable_oversight_offer()->set_withdrawn(true);
      return envelope;
    }
    case 3:
      return HandBack(person, absl::StrCat("OF-", dice.Of(3)), reference,
                      dice.Pick({kPractice, kOtherPractice}));
    default:
      return Answer(person, dice.Pick({kPractice, kCommunity, kOtherPractice}),
                    absl::StrCat("OF-", dice.Of(3)),
                    dice.Pick({v1::OVERSIGHT_ANSWER_ACCEPTED, v1::OVERSIGHT_ANSWER_ACCEPTED,
                               v1::OVERSIGHT_ANSWER_DECLINED, v1::OVERSIGHT_ANSWER_QUESTION}));
  }
  // The owner of a gap takes oversight by the offer that the gap itself made.
  std::string offer = "none";
  for (const v1::Delegation& delegation : world.person(person).delegations()) {
    if (delegation.oversight().state() == v1::OVERSIGHT_STATE_GAP) {
      offer = delegation.oversight().offer().offer_id();
    }
  }
  return Answer(person, kCommunity, offer, v1::OVERSIGHT_ANSWER_ACCEPTED);
}

v1::Envelope APersonMessage(Dice& dice, World& world, const std::string& person,
                            const std::string& reference) {
  v1::Envelope envelope = From(kCommunity, person);
  switch (dice.Of(6)) {
    case 0:
      return Concern(person, dice.Pick({kProvider, kCommunity}), absl::StrCat("CR-", dice.Of(3)),
                     dice.Pick({v1::CONCERN_KIND_CLINICAL, v1::CONCERN_KIND_SAFEGUARDING}),
                     reference);
    case 1:
      return Review(person, dice.Pick({kCommunity, kPractice}), reference,
                    dice.Pick({v1::REVIEW_CONCLUSION_CONTINUE, v1::REVIEW_CONCLUSION_SUSPEND,
                               v1::REVIEW_CONCLUSION_END}),
                    DayOf(world.now + absl::Hours(24 * 60)));
    case 2:
      envelope.mutable_person_away()->set_place(
          dice.Pick({v1::AWAY_PLACE_HOSPITAL, v1::AWAY_PLACE_OUT_OF_AREA}));
      if (dice.OneIn(3)) {
        *envelope.mutable_person_away()->mutable_until() = Timestamp(world.now + absl::Hours(72));
      }
      *envelope.mutable_person_away()->mutable_from() = Timestamp(world.now);
      envelope.mutable_person_away()->set_returned(dice.OneIn(2));
      return envelope;
    case 3:
      envelope.mutable_consent_changed()->mutable_delegation()->set_reference(reference);
      envelope.mutable_consent_changed()->set_consent(
          dice.Pick({v1::CONSENT_GIVEN, v1::CONSENT_DECLINED}));
      return envelope;
    case 4:
      envelope.mutable_dispute_raised()->set_reference("DIS-1");
      envelope.mutable_dispute_raised()->mutable_delegation()->set_reference(reference);
      envelope.mutable_dispute_raised()->set_summary("who pays");
      return envelope;
    default:
      if (!dice.OneIn(6)) {
        envelope.mutable_cover_confirmed()->set_order_reference(
            world.person(person).covers().empty()
                ? "none"
                : world.person(person)
                      .covers(dice.Of(world.person(person).covers_size()))
                      .cover_id());
        envelope.mutable_cover_confirmed()->set_state(
            dice.Pick({v1::COVER_STATE_CONFIRMED, v1::COVER_STATE_STARTED, v1::COVER_STATE_REFUSED,
                       v1::COVER_STATE_ENDED}));
        *envelope.mutable_cover_confirmed()->mutable_at() = Timestamp(world.now);
        return envelope;
      }
      envelope.mutable_person_update()->set_kind(
          dice.Pick({v1::PERSON_UPDATE_KIND_DEATH, v1::PERSON_UPDATE_KIND_DEATH_CORRECTED,
                     v1::PERSON_UPDATE_KIND_DEATH_CONFIRMED}));
      *envelope.mutable_person_update()->mutable_occurred_at() = Timestamp(world.now);
      return envelope;
  }
}

v1::Envelope AMessage(Dice& dice, World& world) {
  const std::string person = dice.Pick({kAda, kBen});
  const std::string reference = dice.Pick({"REF-1", "REF-2"});
  const std::string worker = dice.Pick({kWorker, kOtherWorker});
  if (!world.Knows(person)) return Episode(person, v1::EPISODE_CHANGE_KIND_OPENED, world.now);
  if (dice.OneIn(6)) return AProposal(dice, person, reference);
  if (dice.OneIn(6)) {
    if (dice.OneIn(3)) return Revoked(worker, "K-" + worker, world.now);
    v1::Envelope envelope = Checked(worker, "K-" + worker, world.now);
    if (dice.OneIn(4)) {
      envelope.mutable_competency_record()->set_result(v1::COMPETENCY_RESULT_NOT_COMPETENT);
    }
    if (dice.OneIn(3)) {
      envelope.mutable_competency_record()->set_refresher_due_on(
          DayOf(world.now + absl::Hours(24 * 5)));
    }
    return envelope;
  }
  switch (dice.Of(4)) {
    case 0:
    case 1:
      return ADelegationMessage(dice, world, person, reference, worker);
    case 2:
      return AnOversightMessage(dice, world, person, reference);
    default:
      return APersonMessage(dice, world, person, reference);
  }
}

struct Reached {
  std::set<int> states;
  std::set<int> oversight;
  int outside = 0;
  int counted = 0;
};

void NoteReached(const World& world, Reached& reached) {
  for (const auto& [person, record] : world.persons()) {
    for (const v1::Delegation& delegation : record.delegations()) {
      reached.states.insert(delegation.state());
      reached.oversight.insert(delegation.oversight().state());
    }
    for (const v1::Performance& performance : record.performances()) {
      ++(performance.counts() ? reached.counted : reached.outside);
    }
  }
}

// Of everybody the world knows: what is open and that nobody looks after.
Broken WithoutOwner(const World& world) {
  Broken broken;
  for (const auto& [person, record] : world.persons()) {
    for (const std::string& what : CheckOwners(world, person)) broken.push_back(what);
  }
  return broken;
}

// One run; what it breaks first, with the seed that finds it again.
std::string RunOnce(uint32_t seed, Reached& reached) {
  Dice dice(seed);
  World world;
  Watch watch;
  // Half of the runs begin with a live task, so that what follows one is reached often.
  if (seed % 2 == 0) Bring(world, kAda, "REF-1", v1::DELEGATION_STATE_ACTIVE);
  if (seed % 4 == 0) {  // And some with a practice that oversees it.
    world.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_CLOSED, world.now));
    world.Must(Offer(kAda, "OF-9", "REF-1"));
    world.Must(Answer(kAda, kPractice, "OF-9", v1::OVERSIGHT_ANSWER_ACCEPTED));
  }
  for (int n = 0; n < kSteps; ++n) {
    auto before = world.persons();
    if (dice.OneIn(4)) {
      // Timers are steps of their own.
      const absl::Time to = world.now + absl::Hours(dice.Of(100));
      for (const Sent& sent : world.AdvanceTo(to)) {
        const Broken broken = watch.After({nullptr, &sent, &before, &world});
        if (!broken.empty()) return absl::StrCat("seed ", seed, ", timer: ", broken[0]);
      }
      const Broken open = WithoutOwner(world);
      if (!open.empty()) return absl::StrCat("seed ", seed, ", timers: ", open[0]);
      before = world.persons();
    }
    const v1::Envelope envelope = AMessage(dice, world);
    const absl::StatusOr<Sent> sent = world.Send(envelope);
    if (!sent.ok()) {
      const bool kept_always = envelope.has_task_performed() || (envelope.has_concern_raised()) ||
                               envelope.has_episode_change();
      if (kept_always) return absl::StrCat("seed ", seed, ": refused: ", sent.status().ToString());
      continue;
    }
    Broken broken = watch.After({&envelope, &*sent, &before, &world});
    for (const std::string& what : WithoutOwner(world)) broken.push_back(what);
    if (!broken.empty()) {
      return absl::StrCat("seed ", seed, ", step ", n, ": ", absl::StrJoin(broken, "; "), "\n",
                          envelope.ShortDebugString());
    }
    NoteReached(world, reached);
  }
  return "";
}

TEST(RandomTest, InvariantsHoldInAnyOrderOfMessages) {
  Shows({"inv-01", "inv-02", "inv-03", "inv-04", "inv-05", "inv-06", "inv-10", "inv-14", "inv-15",
         "haz-08", "haz-09", "haz-10", "haz-14", "haz-40", "haz-42", "b-5.4", "b-7.3", "ctl-15",
         "inv-13"});
  Reached reached;
  for (uint32_t seed = 1; seed <= kRuns; ++seed) {
    const std::string broken = RunOnce(seed, reached);
    ASSERT_EQ(broken, "");
  }
  // The runs went everywhere; otherwise they would show little.
  for (int state = v1::DELEGATION_STATE_HELD; state <= v1::DELEGATION_STATE_DECLINED; ++state) {
    EXPECT_EQ(reached.states.count(state), 1u)
        << v1::DelegationState_Name(static_cast<v1::DelegationState>(state));
  }
  EXPECT_EQ(reached.oversight.count(v1::OVERSIGHT_STATE_OFFERED), 1u);
  EXPECT_EQ(reached.oversight.count(v1::OVERSIGHT_STATE_GAP), 1u);
  EXPECT_GT(reached.counted, 0);
  EXPECT_GT(reached.outside, 0);
}

TEST(RandomTest, FoldingTheChangesGivesTheRecordAgain) {
  Shows({"inv-11"});
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    Dice dice(seed);
    World world;
    for (int n = 0; n < kSteps; ++n) {
      world.Advance(absl::Hours(dice.Of(30)));
      (void)world.Send(AMessage(dice, world));
    }
    std::map<std::string, v1::CareRecord> replayed;
    for (const auto& [person, record] : world.persons()) {
      replayed[person].set_person_key(record.person_key());
    }
    for (const auto& [person, change] : world.history) Fold(change, replayed[person]);
    for (const auto& [person, record] : world.persons()) {
      EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(replayed[person], record));
    }
  }
}

TEST(RandomTest, TheSameMessageAtTheSameMomentDoesTheSame) {
  Shows({"inv-11"});
  for (uint32_t seed = 1; seed <= 5; ++seed) {
    World one;
    World other;
    Dice first(seed);
    Dice second(seed);
    for (int n = 0; n < kSteps; ++n) {
      const absl::StatusOr<Sent> a = one.Send(AMessage(first, one));
      const absl::StatusOr<Sent> b = other.Send(AMessage(second, other));
      ASSERT_EQ(a.status(), b.status());
      if (!a.ok()) continue;
      ASSERT_EQ(a->effect.receipt.SerializeAsString(), b->effect.receipt.SerializeAsString());
      ASSERT_EQ(a->deliveries().size(), b->deliveries().size());
      for (size_t i = 0; i < a->deliveries().size(); ++i) {
        ASSERT_EQ(a->deliveries()[i].SerializeAsString(), b->deliveries()[i].SerializeAsString());
      }
    }
  }
}

}  // namespace
}  // namespace fosse::care
