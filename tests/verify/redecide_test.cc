#include "verify/redecide.h"

#include <fstream>
#include <sstream>

#include "absl/strings/str_replace.h"
#include "audit/checkpoint.h"
#include "audit/details.h"
#include "audit/export.h"
#include "audit/seal.h"
#include "base/canonical.h"
#include "base/encoding.h"
#include "base/fake_random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_world.h"
#include "tests/support/shows.h"
#include "tests/support/small_rulebook.h"
#include "tests/support/status_matchers.h"
#include "verify/check_trail.h"
#include "verify/run.h"

// Deciding a trail again: one that the engine made, and one with each thing changed that could be.
namespace fosse::verify {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kOrigin[] = "fosse.test/QK1";

// An export and its companion, in parts that a test may bend.
struct Files {
  std::vector<std::string> leaves;
  std::vector<v1::OpenedDetail> details;
  std::vector<v1::KeptRulebook> rulebooks;
};

// The two files as text, signed anew: so that what is found is found by deciding again, and not by
// the tree.
class MadeFiles {
 public:
  explicit MadeFiles(const Files& files) : keys_(audit::KeyRing::ForTests(kOrigin)) {
    audit::RightEdge edge;
    for (const std::string& leaf : files.leaves) edge.Append(audit::LeafHash(leaf));
    absl::StatusOr<audit::ExportWriter> writer = audit::ExportWriter::Begin(
        {.origin = kOrigin, .locality = "QK1", .count = files.leaves.size(), .verifier_key = key()},
        [this](absl::string_view line) { trail_.append(line.data(), line.size()); });
    FOSSE_CHECK(writer.ok());
    for (const std::string& leaf : files.leaves) FOSSE_CHECK(writer->Add(leaf).ok());
    FOSSE_CHECK(writer
                    ->Finish(audit::SignCheckpoint({kOrigin, files.leaves.size(), edge.Root()},
                                                   keys_.signing_key()))
                    .ok());
    audit::DetailsWriter details(
        {.origin = kOrigin, .locality = "QK1", .count = files.details.size()},
        [this](absl::string_view line) { details_.append(line.data(), line.size()); });
    for (const v1::KeptRulebook& rulebook : files.rulebooks) details.Add(rulebook);
    for (const v1::OpenedDetail& detail : files.details) FOSSE_CHECK(details.Add(detail).ok());
    FOSSE_CHECK(details.Finish().ok());
  }

  std::string key() const { return audit::VerifierKey(kOrigin, keys_.signing_key().public_key()); }
  const std::string& trail() const { return trail_; }
  const std::string& details() const { return details_; }

  absl::StatusOr<RedecideReport> Check() const { return Check(details_); }
  absl::StatusOr<RedecideReport> Check(const std::string& details_text) const {
    std::istringstream trail(trail_);
    std::istringstream details(details_text);
    absl::StatusOr<Redecider> redecider = Redecider::Begin(details);
    if (!redecider.ok()) return redecider.status();
    const absl::StatusOr<TrailReport> report =
        CheckTrail(trail, {.verifier_key = key()},
                   [&](const audit::LeafParts& leaf) { return redecider->Take(leaf); });
    if (!report.ok()) return report.status();
    return redecider->Finish(report->origin, report->locality);
  }

 private:
  audit::KeyRing keys_;
  std::string trail_;
  std::string details_;
};

Files FilesOf(EngineWorld& world, const char* reader = kAuditTeam) {
  Files files;
  const auto opened = world.Ask<std::vector<engine::Engine::OpenedEntry>>(
      [&](engine::Done<std::vector<engine::Engine::OpenedEntry>> done) {
        world.engine().ReadDetails({.participant = reader}, 0, 1000, "test", std::move(done));
      });
  FOSSE_CHECK(opened.ok());
  for (const engine::Engine::OpenedEntry& entry : *opened) {
    files.leaves.push_back(entry.leaf);
    files.details.push_back(entry.detail);
  }
  const auto rulebooks = world.Ask<std::vector<v1::KeptRulebook>>(
      [&](engine::Done<std::vector<v1::KeptRulebook>> done) {
        world.engine().AllRulebooks(std::move(done));
      });
  FOSSE_CHECK(rulebooks.ok());
  files.rulebooks = *rulebooks;
  return files;
}

// A morning with proposals, answers, a worker and a concern.
void LiveAMorning(EngineWorld& world) {
  ASSERT_THAT(world.Submit(world.Episode(kAda, "e1")), IsOk());
  ASSERT_THAT(world.Submit(world.Episode(kBede, "e2")), IsOk());
  ASSERT_THAT(world.Submit(world.Proposal(kAda, "d1", "D1")), IsOk());
  v1::Envelope declined = world.Proposal(kBede, "d2", "D2");
  declined.mutable_delegation_proposal()->set_consent(v1::CONSENT_DECLINED);
  ASSERT_THAT(world.Submit(declined), IsOk());
  ASSERT_THAT(world.Submit(world.Acceptance(kAda, "a1", "D1")), IsOk());
  const v1::WorkerReference worker = WorkerOf(kProvider, "W1");
  ASSERT_THAT(world.Submit(world.Competency("k1", worker)), IsOk());
  ASSERT_THAT(world.Submit(world.Assignment(kAda, "w1", "D1", worker)), IsOk());
  ASSERT_THAT(world.Submit(world.Concern(kAda, "c1", kProvider, "unsettled")), IsOk());
  ASSERT_THAT(world.Submit(world.Risk(kAda, "r1")), IsOk());
}

class RedecideTest : public ::testing::Test {
 protected:
  void SetUp() override {
    LiveAMorning(world_);
    files_ = FilesOf(world_);
    // The first entry with a decision.
    while (world_.Detail(asked_).decisions().empty()) ++asked_;
  }

  // Puts another detail into entry `index`, with a leaf that commits to it: what only whoever holds
  // the keys of the gateway could do.
  void Replace(uint64_t index, const v1::EntryDetail& detail) {
    FakeRandom random;
    v1::OpenedDetail& opened = files_.details[index];
    const std::string data_key(32, 'k');
    opened.set_sealed(audit::SealFor(opened.subject(), data_key, audit::kSealDetail,
                                     detail.SerializeAsString(), random));
    opened.set_key(*audit::PieceKey(data_key, opened.sealed()));
    v1::LeafView leaf = *audit::DecodeLeaf(files_.leaves[index]);
    leaf.set_detail_digest(ByteView(Sha256(opened.sealed())).str());
    files_.leaves[index] = audit::EncodeLeaf(leaf);
  }
  void ExpectFault(uint64_t entry, const char* reason) {
    ASSERT_OK_AND_ASSIGN(const RedecideReport report, MadeFiles(files_).Check());
    ASSERT_GE(report.faults.size(), 1u) << reason;
    EXPECT_EQ(report.faults[0].entry, entry);
    EXPECT_EQ(report.faults[0].reason, reason);
  }

  EngineWorld world_;
  Files files_;
  uint64_t asked_ = 0;
};

TEST_F(RedecideTest, EveryDecisionOfTheEngineComesOutAgain) {
  Shows({"aud-05", "inv-12", "aud-07", "b-3.1"});
  ASSERT_OK_AND_ASSIGN(const RedecideReport report, MadeFiles(files_).Check());
  EXPECT_THAT(report.faults, IsEmpty());
  EXPECT_EQ(report.entries, files_.leaves.size());
  EXPECT_EQ(report.opened, files_.leaves.size());
  EXPECT_GE(report.decisions, 6u);
  EXPECT_EQ(report.rulebooks, 1u);
}

TEST(RedecideClockTest, WhatADoubtedClockHeldBackComesOutAgain) {
  Shows({"ctl-43", "aud-05"});
  EngineWorld world;
  ASSERT_THAT(world.Submit(world.Episode(kAda, "e1")), IsOk());
  world.clock().Set(world.clock().Now() + absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(const v1::Receipt held, world.Submit(world.Proposal(kAda, "d1", "D1")));
  ASSERT_TRUE(world.Detail(held.entry_index()).decisions(0).clock_unsure());
  const Files files = FilesOf(world);
  ASSERT_OK_AND_ASSIGN(const RedecideReport report, MadeFiles(files).Check());
  EXPECT_THAT(report.faults, IsEmpty());
}

TEST_F(RedecideTest, AChangedFactIsNamedByItsEntry) {
  Shows({"aud-05", "inv-12", "aud-07"});
  v1::EntryDetail detail = world_.Detail(asked_);
  detail.mutable_decisions(0)->mutable_facts()->set_consent(v1::Facts::CONSENT_DECLINED);
  Replace(asked_, detail);
  ExpectFault(asked_, "DECISION_DIFFERS");
}

TEST_F(RedecideTest, AChangedAnswerIsNamedByItsEntry) {
  Shows({"aud-05", "inv-12", "aud-07"});
  v1::EntryDetail detail = world_.Detail(asked_);
  detail.mutable_decisions(0)->set_outcome(v1::OUTCOME_DENY);
  Replace(asked_, detail);
  ExpectFault(asked_, "LEAF_DIFFERS");
  detail = world_.Detail(asked_);
  detail.mutable_decisions(0)->add_rule_ids("zz-no-such-rule");
  Replace(asked_, detail);
  ExpectFault(asked_, "DECISION_DIFFERS");
}

TEST_F(RedecideTest, ADetailThatTheLeafDoesNotCommitToIsNamed) {
  Shows({"aud-07", "ctl-23"});
  // A fact that no rule asked about: only the commitment can tell.
  v1::EntryDetail detail = world_.Detail(asked_);
  detail.mutable_now()->set_nanos(1);
  const std::string leaf = files_.leaves[asked_];
  Replace(asked_, detail);
  files_.leaves[asked_] = leaf;
  ExpectFault(asked_, "DETAIL_DIFFERS");
}

TEST_F(RedecideTest, AMessageOrSubjectOfAnotherEntryIsNamed) {
  Shows({"aud-07", "ctl-23"});
  v1::EntryDetail detail = world_.Detail(asked_);
  detail.mutable_envelope()->set_correlation_id("another");
  Replace(asked_, detail);
  ExpectFault(asked_, "MESSAGE_DIFFERS");
  files_ = FilesOf(world_);
  files_.details[asked_].set_subject("another");
  ExpectFault(asked_, "SEAL_BROKEN");
  files_ = FilesOf(world_);
  files_.details[asked_].set_key(std::string(32, 'x'));
  ExpectFault(asked_, "SEAL_BROKEN");
}

TEST_F(RedecideTest, AChangedRuleIsNamedByEveryEntryItDecided) {
  Shows({"aud-05", "inv-12", "b-6.1"});
  v1::KeptRulebook& rulebook = files_.rulebooks[0];
  const std::string original = rulebook.stored();
  rulebook.set_stored(absl::StrReplaceAll(original, {{"CONSENT_DECLINED", "CONSENT_GIVEN"}}));
  ASSERT_NE(rulebook.stored(), original);
  ASSERT_OK_AND_ASSIGN(const RedecideReport report, MadeFiles(files_).Check());
  ASSERT_GE(report.faults.size(), 2u);
  EXPECT_EQ(report.faults[0].rulebook, Hex(rulebook.digest()));
  EXPECT_EQ(report.faults[0].reason, "RULEBOOK_CHANGED");
  EXPECT_EQ(report.faults[1].entry, asked_);
  EXPECT_EQ(report.faults[1].reason, "RULEBOOK_CHANGED");
  // With a digest of its own it is nobody's rulebook.
  rulebook.set_digest(ByteView(Sha256(rulebook.stored())).str());
  ExpectFault(asked_, "RULEBOOK_MISSING");
  rulebook.set_stored("no rulebook");
  rulebook.set_digest(ByteView(Sha256(rulebook.stored())).str());
  ExpectFault(asked_, "RULEBOOK_MISSING");
  // And where the entries name the changed one, it decides otherwise.
  files_ = FilesOf(world_);
  v1::KeptRulebook& other = files_.rulebooks[0];
  other.set_stored(SmallRulebook("llr/2022-10-01"));
  other.set_digest(ByteView(Sha256(other.stored())).str());
  v1::EntryDetail detail = world_.Detail(asked_);
  for (v1::RecordedDecision& decision : *detail.mutable_decisions()) {
    decision.set_rulebook_digest(other.digest());
  }
  Replace(asked_, detail);
  v1::LeafView leaf = *audit::DecodeLeaf(files_.leaves[asked_]);
  leaf.set_rulebook_digest(other.digest());
  files_.leaves[asked_] = audit::EncodeLeaf(leaf);
  ExpectFault(asked_, "DECISION_DIFFERS");
}

TEST_F(RedecideTest, AChangedRulebookThatDecidedNothingIsNamedToo) {
  Shows({"aud-05", "aud-07", "b-6.1"});
  v1::KeptRulebook unused;
  unused.set_stored(SmallRulebook("llr/2026-12-01"));
  unused.set_digest(ByteView(Sha256(unused.stored())).str());
  files_.rulebooks.push_back(unused);
  ASSERT_OK_AND_ASSIGN(RedecideReport report, MadeFiles(files_).Check());
  EXPECT_THAT(report.faults, IsEmpty());
  files_.rulebooks.back().mutable_stored()->append("# changed\n");
  ASSERT_OK_AND_ASSIGN(report, MadeFiles(files_).Check());
  ASSERT_EQ(report.fault_count, 1u);
  EXPECT_EQ(report.faults[0].entry, std::nullopt);
  EXPECT_EQ(report.faults[0].rulebook, Hex(unused.digest()));
  EXPECT_EQ(report.faults[0].reason, "RULEBOOK_CHANGED");
}

TEST_F(RedecideTest, AnUnreadableRulebookIsSaidAndNotGuessed) {
  Shows({"aud-05", "inv-12"});
  v1::KeptRulebook& rulebook = files_.rulebooks[0];
  rulebook.set_stored("no rulebook");
  rulebook.set_digest(ByteView(Sha256(rulebook.stored())).str());
  v1::EntryDetail detail = world_.Detail(asked_);
  for (v1::RecordedDecision& decision : *detail.mutable_decisions()) {
    decision.set_rulebook_digest(rulebook.digest());
  }
  Replace(asked_, detail);
  v1::LeafView leaf = *audit::DecodeLeaf(files_.leaves[asked_]);
  leaf.set_rulebook_digest(rulebook.digest());
  files_.leaves[asked_] = audit::EncodeLeaf(leaf);
  ExpectFault(asked_, "RULEBOOK_UNREADABLE");
}

TEST_F(RedecideTest, RedactedAndWithheldAreAThirdAnswer) {
  Shows({"ctl-24", "aud-07"});
  v1::OpenedDetail redacted;
  redacted.set_index(asked_);
  redacted.set_state(v1::DETAIL_STATE_REDACTED);
  files_.details[asked_] = redacted;
  ASSERT_OK_AND_ASSIGN(RedecideReport report, MadeFiles(files_).Check());
  EXPECT_EQ(report.redacted, 1u);
  EXPECT_EQ(report.opened, report.entries - 1);
  EXPECT_THAT(report.faults, IsEmpty());
  // An audit team whose remit is another practice gets no key at all.
  files_ = FilesOf(world_, kPracticeAudit);
  ASSERT_OK_AND_ASSIGN(report, MadeFiles(files_).Check());
  EXPECT_GE(report.withheld, 9u);
  EXPECT_EQ(report.decisions, 0u);
  EXPECT_TRUE(report.decided_nothing());
  for (const v1::OpenedDetail& detail : files_.details) {
    if (detail.state() == v1::DETAIL_STATE_WITHHELD) {
      EXPECT_TRUE(detail.key().empty() && detail.sealed().empty() && detail.subject().empty());
    }
  }
}

TEST_F(RedecideTest, FilesOfTwoExportsDoNotGoTogether) {
  Shows({"aud-07"});
  const MadeFiles made(files_);
  const std::string& text = made.details();
  EXPECT_THAT(made.Check(text.substr(0, text.size() - 2)), FailsWith("DETAILS_CUT_SHORT"));
  EXPECT_THAT(made.Check(""), FailsWith("DETAILS_CUT_SHORT"));
  EXPECT_THAT(made.Check("{\"end\":0}\n"), FailsWith("DETAILS_INVALID"));
  EXPECT_THAT(made.Check("words\n" + text), FailsWith("DETAILS_LINE_INVALID"));
  EXPECT_THAT(made.Check(text + "{\"end\":0}\n"), FailsWith("DETAILS_INVALID"));
  EXPECT_THAT(made.Check(absl::StrReplaceAll(text, {{"{\"index\":3,", "{\"index\":4,"}})),
              FailsWith("DETAILS_INVALID"));
  EXPECT_THAT(made.Check(absl::StrReplaceAll(text, {{kOrigin, "fosse.test/QK2"}})),
              FailsWith("DETAILS_INVALID"));
  Files shorter = files_;
  shorter.details.pop_back();
  EXPECT_THAT(MadeFiles(shorter).Check(), FailsWith("DETAILS_INVALID"));
}

TEST_F(RedecideTest, NoByteOfTheDetailsCanBeChangedUnnoticed) {
  Shows({"aud-07", "ctl-23"});
  const MadeFiles made(files_);
  const std::string& text = made.details();
  ASSERT_OK_AND_ASSIGN(const RedecideReport whole, made.Check());
  ASSERT_EQ(whole.fault_count, 0u);
  const size_t manifest = text.find('\n') + 1;
  const size_t end = text.rfind('\n', text.size() - 2) + 1;
  // All of the first and last line, and bytes here and there between them.
  const size_t step = (end - manifest) / 60;
  for (size_t i = 0; i < text.size(); i += i < manifest || i >= end ? 1 : step) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const absl::StatusOr<RedecideReport> report = made.Check(changed);
    EXPECT_TRUE(!report.ok() || report->fault_count > 0) << i;
  }
}

TEST_F(RedecideTest, TheProgramSaysWhatItFoundAndEndsSo) {
  Shows({"aud-05", "inv-12", "aud-07"});
  const auto run = [&](const Files& files, bool json) {
    const MadeFiles made(files);
    const std::string trail = world_.directory() + "/trail.ndjson";
    const std::string details = world_.directory() + "/details.ndjson";
    std::ofstream(trail, std::ios::binary) << made.trail();
    std::ofstream(details, std::ios::binary) << made.details();
    std::vector<std::string> arguments = {"fosse-verify", "trail",      trail,  "--key",
                                          made.key(),     "--redecide", details};
    if (json) arguments.push_back("--json");
    std::vector<const char*> argv;
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    std::ostringstream out;
    std::ostringstream err;
    const int code = verify::Run(static_cast<int>(argv.size()), argv.data(), out, err);
    return std::make_pair(code, out.str());
  };
  auto [code, out] = run(files_, false);
  EXPECT_EQ(code, kVerified) << out;
  EXPECT_THAT(out, HasSubstr("decisions made again: "));
  EXPECT_THAT(out, HasSubstr("entries and rulebooks that do not hold: 0"));
  // All that matters is withheld: whole, and nothing said of it.
  std::tie(code, out) = run(FilesOf(world_, kPracticeAudit), false);
  EXPECT_EQ(code, kNothingDecided) << out;
  EXPECT_THAT(out, HasSubstr("decisions made again: 0"));
  Files changed = files_;
  changed.rulebooks[0].mutable_stored()->append("# changed\n");
  std::tie(code, out) = run(changed, true);
  EXPECT_EQ(code, kNotVerified);
  EXPECT_THAT(out, HasSubstr(absl::StrCat("{\"rulebook\":\"", Hex(changed.rulebooks[0].digest()),
                                          "\",\"reason\":\"RULEBOOK_CHANGED\"")));
  v1::EntryDetail detail = world_.Detail(asked_);
  detail.mutable_decisions(0)->mutable_facts()->set_consent(v1::Facts::CONSENT_DECLINED);
  Replace(asked_, detail);
  std::tie(code, out) = run(files_, true);
  EXPECT_EQ(code, kNotVerified);
  EXPECT_THAT(out, HasSubstr("\"verified\":false"));
  EXPECT_THAT(out,
              HasSubstr(absl::StrCat("{\"entry\":", asked_, ",\"reason\":\"DECISION_DIFFERS\"")));
}

}  // namespace
}  // namespace fosse::verify
