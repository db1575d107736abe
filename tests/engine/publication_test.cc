#include <atomic>
#include <optional>

#include "absl/strings/str_replace.h"
#include "engine/engine.h"
#include "engine/timestamps.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "store/fake_store.h"
#include "tests/engine/publication_fixture.h"
#include "tests/support/shows.h"
#include "tests/support/small_rulebook.h"
#include "tests/support/status_matchers.h"

// How a rulebook is published, and from when it decides.
namespace fosse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(PublicationTest, TheOldBookDecidesBeforeTheInstantAndTheNewOneFromItOn) {
  Shows({"b-6.1", "hwb21-24", "ctl-06"});
  ASSERT_THAT(world_.Submit(world_.Episode(kAda, "e1")), IsOk());
  const v1::PublishRulebookRequest request = Sound();
  ASSERT_OK_AND_ASSIGN(const v1::Receipt receipt, Publish(request));
  EXPECT_EQ(world_.Leaf(receipt.entry_index()).kind(), "rulebook_activation");
  EXPECT_EQ(world_.Detail(receipt.entry_index()).envelope().rulebook_activation().hazard_review(),
            "HR-7");

  const absl::Time instant =
      engine::ToTime(request.envelope().rulebook_activation().effective_at());
  world_.clock().AdvanceTo(instant - absl::Microseconds(1));
  ASSERT_OK_AND_ASSIGN(const v1::Receipt before, world_.Submit(world_.Proposal(kAda, "d1", "D1")));
  EXPECT_EQ(before.decisions(0).rulebook_id(), "llr/2022-10-01");
  world_.clock().AdvanceTo(instant);
  ASSERT_OK_AND_ASSIGN(const v1::Receipt at, world_.Submit(world_.Proposal(kAda, "d2", "D2")));
  EXPECT_EQ(at.decisions(0).rulebook_id(), kLater);
  EXPECT_EQ(at.decisions(0).rulebook_digest(), request.envelope().rulebook_activation().digest());
  EXPECT_EQ(world_.Detail(at.entry_index()).decisions(0).rulebook_digest(),
            world_.Leaf(at.entry_index()).rulebook_digest());
  ASSERT_THAT(world_.Restart(), IsOk());
  EXPECT_EQ(world_.engine().rulebook()->document().id(), kLater);
}

TEST_F(PublicationTest, ARulebookIsListedAndReadBeforeAndAfterItsInstant) {
  Shows({"b-6.1"});
  const v1::PublishRulebookRequest request = Sound();
  ASSERT_OK_AND_ASSIGN(const v1::Receipt receipt, Publish(request));
  v1::ListRulebooksResponse list = List();
  ASSERT_THAT(list.rulebook_ids(), ElementsAre(kLater, "llr/2022-10-01"));
  EXPECT_EQ(list.rulebooks(0).state(), v1::RULEBOOK_STATE_COMING);
  EXPECT_EQ(list.rulebooks(0).entry_index(), receipt.entry_index());
  EXPECT_EQ(list.rulebooks(0).activation().approved_by(), "Clinical Executive, minute 12");
  EXPECT_EQ(list.rulebooks(0).rules(), 2u);
  EXPECT_EQ(list.rulebooks(1).state(), v1::RULEBOOK_STATE_IN_FORCE);
  EXPECT_EQ(list.rulebooks(1).entry_index(), 0u);

  ASSERT_OK_AND_ASSIGN(v1::GetRulebookResponse got, Get("", ""));
  EXPECT_EQ(got.rulebook_id(), "llr/2022-10-01");
  ASSERT_OK_AND_ASSIGN(got, Get(kLater, ""));
  EXPECT_EQ(got.stored(), request.stored());
  world_.clock().Advance(kAhead);
  list = List();
  EXPECT_EQ(list.rulebooks(0).state(), v1::RULEBOOK_STATE_IN_FORCE);
  EXPECT_EQ(list.rulebooks(1).state(), v1::RULEBOOK_STATE_PAST);
  // A past decision names its digest, and the text is still there.
  ASSERT_OK_AND_ASSIGN(got, Get("", list.rulebooks(1).digest()));
  EXPECT_EQ(got.rulebook_id(), "llr/2022-10-01");
  EXPECT_THAT(Get("llr/9999", ""), FailsWith("RULEBOOK_NOT_FOUND"));
  EXPECT_THAT(Get("", std::string(32, 'x')), FailsWith("RULEBOOK_NOT_FOUND"));
}

TEST_F(PublicationTest, PagesOfTheListFitTogether) {
  ASSERT_THAT(Publish(Sound()), IsOk());
  v1::ListRulebooksRequest request;
  request.set_page_size(1);
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    ASSERT_OK_AND_ASSIGN(
        const v1::ListRulebooksResponse page,
        world_.Ask<v1::ListRulebooksResponse>([&](engine::Done<v1::ListRulebooksResponse> done) {
          world_.engine().ListRulebooks(request, std::move(done));
        }));
    for (const std::string& id : page.rulebook_ids()) ids.push_back(id);
    request.set_page_token(page.next_page_token());
    if (page.next_page_token().empty()) break;
  }
  EXPECT_THAT(ids, ElementsAre(kLater, "llr/2022-10-01"));
}

TEST_F(PublicationTest, WithoutTheBoardsSignatureItIsRefused) {
  Shows({"b-6.1", "ctl-06", "thr-12"});
  v1::PublishRulebookRequest request = Sound();
  v1::RulebookActivation& activation = *request.mutable_envelope()->mutable_rulebook_activation();
  activation.clear_signed_note();
  ExpectRefused(request, "SIGNATURE_MISSING");
  // A key that the directory does not have, under the board's own name.
  const audit::RulebookStatement wanted = StatementOf(activation);
  activation.set_signed_note(audit::SignRulebook(wanted, SignerOf(std::string(32, 'x'))));
  ExpectRefused(request, "SIGNATURE_MISSING");
  // The board's key over another id, text, locality, instant, suite.
  std::vector<audit::RulebookStatement> others(5, wanted);
  others[0].id = "llr/2026-12-02";
  others[1].digest = Sha256("other");
  others[2].locality = "QK2";
  others[3].effective_at += absl::Microseconds(1);
  others[4].suite_digest = Sha256("other");
  for (const audit::RulebookStatement& other : others) {
    activation.set_signed_note(audit::SignRulebook(other, Board()));
    ExpectRefused(request, "SIGNATURE_WRONG");
  }
  std::string forged = audit::SignRulebook(wanted, Board());
  forged.replace(forged.find(kLater), 14, "llr/2026-12-09");
  activation.set_signed_note(forged);
  ExpectRefused(request, "SIGNATURE_WRONG");
}

TEST_F(PublicationTest, OnlyTheBoardMayPublish) {
  Shows({"ctl-06", "thr-12"});
  v1::PublishRulebookRequest request = Sound();
  request.mutable_envelope()->set_sender(kCommunity);
  ExpectRefused(request, "SENDER_NOT_ALLOWED");
  request = Sound();
  request.mutable_envelope()->clear_rulebook_activation();
  ExpectRefused(request, "BODY_MISSING");
}

TEST_F(PublicationTest, BothApprovalsAreNeededAndMustHaveHappened) {
  Shows({"b-6.1", "hwb21-24"});
  using Clear = void (v1::RulebookActivation::*)();
  for (const Clear clear :
       {&v1::RulebookActivation::clear_approved_by, &v1::RulebookActivation::clear_approved_on,
        &v1::RulebookActivation::clear_hazard_review,
        &v1::RulebookActivation::clear_hazard_reviewed_on}) {
    v1::PublishRulebookRequest request = Sound();
    (request.mutable_envelope()->mutable_rulebook_activation()->*clear)();
    ExpectRefused(request, "APPROVAL_MISSING");
  }
  v1::PublishRulebookRequest request = Sound();
  request.mutable_envelope()->mutable_rulebook_activation()->set_approved_on("2022-10-04");
  ExpectRefused(request, "TIME_IN_FUTURE");
}

TEST_F(PublicationTest, TheInstantMustBeToComeAndItsOwn) {
  Shows({"b-6.1", "ctl-06"});
  v1::PublishRulebookRequest request = Sound();
  v1::RulebookActivation& activation = *request.mutable_envelope()->mutable_rulebook_activation();
  const absl::Time now = world_.clock().Now();
  for (const absl::Time time : {now - absl::Hours(1), now}) {
    *activation.mutable_effective_at() = engine::ToTimestamp(time);
    Sign(activation);
    ExpectRefused(request, "ACTIVATION_IN_PAST");
  }
  activation.clear_effective_at();
  Sign(activation);
  ExpectRefused(request, "ACTIVATION_IN_PAST");
  *activation.mutable_effective_at() = engine::ToTimestamp(now + absl::Hours(24 * 366 * 6));
  Sign(activation);
  ExpectRefused(request, "FIELD_INVALID");

  ASSERT_THAT(Publish(Sound()), IsOk());
  const std::string other = SmallRulebook("llr/2026-12-02");
  request = Request(other, SmallSuite("llr/2026-12-02"), "p2");
  v1::RulebookActivation& second = *request.mutable_envelope()->mutable_rulebook_activation();
  second.set_rulebook_id("llr/2026-12-02");
  Sign(second);
  EXPECT_THAT(Publish(request), FailsWith("ACTIVATION_TAKEN"));
}

TEST_F(PublicationTest, AnIdIsOneRulebooksForEver) {
  Shows({"b-6.1", "ctl-06"});
  ASSERT_THAT(Publish(Sound()), IsOk());
  v1::PublishRulebookRequest request =
      Request(SmallRulebook(kLater) + "# changed\n", SmallSuite(kLater), "p2");
  v1::RulebookActivation& activation = *request.mutable_envelope()->mutable_rulebook_activation();
  *activation.mutable_effective_at() = engine::ToTimestamp(world_.clock().Now() + absl::Hours(2));
  Sign(activation);
  EXPECT_THAT(Publish(request), FailsWith("RULEBOOK_ID_REUSED"));
  EXPECT_EQ(List().rulebooks_size(), 2);
}

TEST_F(PublicationTest, TheSameMessageTwiceIsOneActivation) {
  Shows({"ctl-10"});
  const v1::PublishRulebookRequest request = Sound();
  ASSERT_OK_AND_ASSIGN(const v1::Receipt first, Publish(request));
  ASSERT_OK_AND_ASSIGN(const v1::Receipt again, Publish(request));
  EXPECT_EQ(first.entry_index(), again.entry_index());
  EXPECT_EQ(List().rulebooks_size(), 2);
}

TEST_F(PublicationTest, TextSuiteAndDigestsMustFit) {
  Shows({"b-6.1", "ctl-06", "flt-31"});
  v1::PublishRulebookRequest request = Sound();
  request.mutable_stored()->append("# more\n");
  ExpectRefused(request, "DIGEST_DIFFERS");
  request = Sound();
  request.mutable_suite()->append("# more\n");
  ExpectRefused(request, "DIGEST_DIFFERS");
  request = Sound();
  request.mutable_envelope()->mutable_rulebook_activation()->set_rulebook_id("llr/2026-12-09");
  ExpectRefused(request, "DIGEST_DIFFERS");
  ExpectRefused(Request("no rulebook", SmallSuite(kLater)), "RULEBOOK_INVALID");
  ExpectRefused(Request(SmallRulebook(kLater), "no suite"), "SUITE_INVALID");
  // A row that does not hold; a suite that never matches a rule; one of another rulebook.
  ExpectRefused(Request(SmallRulebook(kLater),
                        SmallSuite(kLater,
                                   "cases { name: \"wrong\" question: QUESTION_PROPOSE "
                                   "outcome: OUTCOME_PERMIT }")),
                "SUITE_FAILED");
  ExpectRefused(Request(SmallRulebook(kLater), "rulebook_id: \"llr/2026-12-01\""), "SUITE_FAILED");
  ExpectRefused(Request(SmallRulebook(kLater), SmallSuite("llr/2022-10-01")), "SUITE_FAILED");
  ExpectRefused(
      Request(absl::StrReplaceAll(SmallRulebook(kLater), {{"QK1\"", "QK2\""}}), SmallSuite(kLater)),
      "LOCALITY_NOT_SERVED");
  ExpectRefused(
      Request(absl::StrReplaceAll(SmallRulebook(kLater), {{"vocabulary: ", "vocabulary: 9"}}),
              SmallSuite(kLater)),
      "RULEBOOK_INVALID");
}

TEST_F(PublicationTest, ARulingIsAnsweredByTheRulebookThatNamesIt) {
  Shows({"b-6.1"});
  v1::PublishRulebookRequest request = Sound();
  request.mutable_envelope()->mutable_rulebook_activation()->add_answers_rulings("R-12");
  ExpectRefused(request, "RULING_UNKNOWN");
  v1::Envelope ruling = world_.Message(kBoard, "r1", kAda);
  ruling.clear_subject();
  ruling.mutable_ruling()->set_issue_reference("I-3");
  ruling.mutable_ruling()->set_number("R-12");
  ruling.mutable_ruling()->set_decided_on("2022-10-01");
  ruling.mutable_ruling()->set_ruling("Ask again.");
  ASSERT_THAT(world_.Submit(ruling), IsOk());
  ASSERT_THAT(Publish(request), IsOk());
  EXPECT_THAT(List().rulebooks(0).activation().answers_rulings(), ElementsAre("R-12"));
}

// The new book forbids what runs. Nothing happens to it by the change itself; asked again, it is at
// risk, and runs.
TEST_F(PublicationTest, AChangeOfRulesNeverStopsRunningCare) {
  Shows({"b-7.3", "haz-40"});
  ASSERT_THAT(world_.Submit(world_.Episode(kAda, "e1")), IsOk());
  ASSERT_THAT(world_.Submit(world_.Proposal(kAda, "d1", "D1")), IsOk());
  ASSERT_THAT(world_.Submit(world_.Acceptance(kAda, "a1", "D1")), IsOk());
  const v1::WorkerReference worker = WorkerOf(kProvider, "W1");
  ASSERT_THAT(world_.Submit(world_.Competency("k1", worker)), IsOk());
  ASSERT_THAT(world_.Submit(world_.Assignment(kAda, "w1", "D1", worker)), IsOk());
  world_.clock().Advance(absl::Hours(25));
  v1::Envelope start = world_.Message(kProvider, "s1", kAda);
  start.mutable_start_confirmed()->mutable_delegation()->set_reference("D1");
  *start.mutable_start_confirmed()->mutable_worker() = worker;
  *start.mutable_start_confirmed()->mutable_started_at() =
      engine::ToTimestamp(world_.clock().Now() - absl::Hours(1));
  ASSERT_THAT(world_.Submit(start), IsOk());
  ASSERT_EQ(world_.StoredPerson(kAda).delegations(0).state(), v1::DELEGATION_STATE_ACTIVE);

  constexpr char kForbids[] = R"(rules {
  id: "continue-no-more"
  clause: "B-6.1"
  standing: STANDING_READING
  question: QUESTION_CONTINUE
  when { direction: DIRECTION_HEALTH_TO_SOCIAL_CARE }
  outcome: OUTCOME_DENY
  because: "No longer."
  remedy: "Health delivers."
})";
  constexpr char kRows[] = R"(
cases { name: "no more" question: QUESTION_CONTINUE
  facts { direction: DIRECTION_HEALTH_TO_SOCIAL_CARE } outcome: OUTCOME_DENY
  rules: "continue-no-more" }
cases { name: "other way" question: QUESTION_CONTINUE
  facts { direction: DIRECTION_SOCIAL_CARE_TO_HEALTH } outcome: OUTCOME_REFER }
cases { name: "unknown way" question: QUESTION_CONTINUE outcome: OUTCOME_REFER })";
  ASSERT_THAT(Publish(Request(SmallRulebook(kLater, kForbids), SmallSuite(kLater, kRows))), IsOk());
  world_.clock().Advance(kAhead);
  world_.Run();
  EXPECT_EQ(world_.StoredPerson(kAda).delegations(0).state(), v1::DELEGATION_STATE_AT_RISK);

  ASSERT_THAT(world_.Submit(world_.Risk(kAda, "risk-1")), IsOk());
  const v1::Delegation asked = world_.StoredPerson(kAda).delegations(0);
  EXPECT_NE(asked.state(), v1::DELEGATION_STATE_SUSPENDED);
  EXPECT_NE(asked.state(), v1::DELEGATION_STATE_ENDED);
  EXPECT_FALSE(asked.proposal().delegated_to().empty());
}

// Time runs on between any two looks at it, as on a machine that stands still now and then.
class RunawayClock : public Clock {
 public:
  absl::Time Now() const override {
    return absl::FromUnixSeconds(1664787600) + absl::Minutes(looks_++);
  }
  absl::Duration Monotonic() const override { return absl::Minutes(looks_.load()); }

 private:
  mutable std::atomic<int64_t> looks_ = 0;
};

// The activation and a proposal are in one batch, and the instant falls anywhere about them: the
// proposal is decided by the right book, or not at all.
TEST_F(PublicationTest, NoBatchIsSoSlowThatTheOldBookDecidesPastTheInstant) {
  Shows({"b-6.1", "ctl-06", "ctl-43"});
  int put_off = 0;
  for (int minutes = 1; minutes < 60; ++minutes) {
    store::FakeStore store;
    RunawayClock clock;
    FakeRandom random;
    InlineExecutor executor;
    engine::Engine engine("QK1", {store, world_.keys(), clock, random, executor},
                          {.own_threads = false});
    ASSERT_THAT(engine.Install(TestRulebook(), DirectoryWithKey()), IsOk());
    ASSERT_THAT(engine.Start(""), IsOk());
    std::optional<absl::StatusOr<v1::Receipt>> first;
    engine.Submit({.participant = kCommunity}, world_.Episode(kAda, "e1"), absl::InfiniteFuture(),
                  [&](absl::StatusOr<v1::Receipt> given) { first = std::move(given); });
    while (!first.has_value()) engine.RunOnce();
    ASSERT_THAT(*first, IsOk());

    v1::PublishRulebookRequest request = Sound();
    const absl::Time instant = clock.Now() + absl::Minutes(minutes);
    v1::RulebookActivation& activation = *request.mutable_envelope()->mutable_rulebook_activation();
    *activation.mutable_effective_at() = engine::ToTimestamp(instant);
    Sign(activation);
    std::optional<absl::StatusOr<v1::Receipt>> published;
    std::optional<absl::StatusOr<v1::Receipt>> decided;
    engine.PublishRulebook(
        {.participant = kBoard}, request, absl::InfiniteFuture(),
        [&](absl::StatusOr<v1::Receipt> given) { published = std::move(given); });
    engine.Submit({.participant = kCommunity}, world_.Proposal(kAda, "d1", "D1"),
                  absl::InfiniteFuture(),
                  [&](absl::StatusOr<v1::Receipt> given) { decided = std::move(given); });
    while (!published.has_value() || !decided.has_value()) engine.RunOnce();
    if (!published->ok()) continue;  // The instant had passed before it was decided.
    if (!decided->ok()) {
      EXPECT_THAT(*decided, FailsWith("COMMIT_FAILED"));
      ++put_off;
      continue;
    }
    const bool past = engine::ToTime((*decided)->committed_at()) >= instant;
    EXPECT_EQ((*decided)->decisions(0).rulebook_id(), past ? kLater : "llr/2022-10-01") << minutes;
  }
  EXPECT_GE(put_off, 1);
}

TEST_F(PublicationTest, KeysOfTheDirectoryAreTheBoardsAlone) {
  Shows({"ctl-06"});
  const auto publish = [&](const std::string& text) {
    return world_.PublishDirectory(text, world_.clock().Now() + kAhead);
  };
  const audit::NoteSigner board = Board();
  const std::string key = audit::VerifierKey(board.name, board.key.public_key());
  EXPECT_THAT(publish(absl::StrReplaceAll(
                  DirectoryWithKey(),
                  {{"name: \"Training\"",
                    absl::StrCat("name: \"Training\" publishing_keys: \"", key, "\"")}})),
              FailsWith("DIRECTORY_INVALID"));
  EXPECT_THAT(publish(absl::StrReplaceAll(DirectoryWithKey(), {{key, "no key"}})),
              FailsWith("DIRECTORY_INVALID"));
}

}  // namespace
}  // namespace fosse
