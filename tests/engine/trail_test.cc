#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>

#include "audit/checkpoint.h"
#include "audit/leaf.h"
#include "audit/proof.h"
#include "audit/seal.h"
#include "audit/tree.h"
#include "base/canonical.h"
#include "base/log.h"
#include "care/handle.h"
#include "engine/message.h"
#include "engine/sealing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/decide.h"
#include "policy/explain.h"
#include "store/forwarding_reader.h"
#include "tests/support/engine_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

std::string Text(const Digest& digest) { return std::string(digest.begin(), digest.end()); }

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

// A few days of work: proposals answered late, concerns, timers, reads.
void LiveThroughSomeDays(EngineWorld& world) {
  for (const TestPerson& person : {kAda, kBede, kCleo}) {
    const std::string id = person.nhs_number;
    ASSERT_THAT(world.Submit(world.Episode(person, "e" + id)), IsOk());
    ASSERT_THAT(world.Submit(world.Proposal(person, "p" + id, "D1")), IsOk());
    ASSERT_THAT(world.Submit(world.Concern(person, "c" + id, kCommunity, "unsettled")), IsOk());
    ASSERT_THAT(world.GetPerson(kCommunity, ReferenceOf(person)), IsOk());
  }
  // A worker's record and a person's change each other.
  const v1::WorkerReference worker = WorkerOf(kProvider, "E-7");
  ASSERT_THAT(world.Submit(world.Acceptance(kAda, "r1", "D1")), IsOk());
  ASSERT_THAT(world.Submit(world.Assignment(kAda, "a1", "D1", worker)), IsOk());
  ASSERT_THAT(world.Submit(world.Competency("k1", worker)), IsOk());
  // The locality's own record, by a message of its own and as a consequence of a worker's.
  v1::Envelope issue = world.Message(kProvider, "i1", kAda);
  issue.clear_subject();
  issue.mutable_issue_report()->set_reference("I-1");
  issue.mutable_issue_report()->set_summary("what of generic tasks");
  ASSERT_THAT(world.Submit(issue), IsOk());
  v1::Envelope needs = world.Message(kProvider, "t1", kAda);
  needs.mutable_training_request()->set_reference("TNA-1");
  needs.mutable_training_request()->set_training_provider(kTraining);
  *needs.mutable_training_request()->add_workers() = worker;
  needs.mutable_training_request()->add_tasks()->set_code("generic-7-blood-sugar");
  ASSERT_THAT(world.Submit(needs), IsOk());
  ASSERT_THAT(world.Submit(world.Competency("k2", worker)), IsOk());
  v1::Envelope held = world.Proposal(kAda, "held", "D2");
  held.mutable_delegation_proposal()->mutable_plan()->clear_clinical_reviewer();
  ASSERT_THAT(world.Submit(held), IsOk());
  world.clock().Advance(absl::Hours(24 * 5));
  world.Run();
}

TEST(TrailTest, ReplayedFromEmptyItGivesTheStoredRecordsAtEveryPosition) {
  Shows({"inv-11", "ctl-11"});
  EngineWorld world;
  LiveThroughSomeDays(world);
  std::map<store::RecordKey, v1::CareRecord> people;
  std::map<store::RecordKey, v1::WorkerRecord> workers;
  v1::LocalityRecord locality;
  locality.set_locality("QK1");
  for (uint64_t i = 0; i < world.Size(); ++i) {
    const store::RecordKey key = world.store().ReadEntry(i).value()->subject;
    const v1::EntryDetail detail = world.Detail(i);
    if (detail.changes().empty()) continue;
    if (key.kind == store::RecordKind::kPerson) {
      v1::CareRecord& record = people[key];
      record.set_person_key(key.key);
      for (const v1::Change& change : detail.changes()) care::Fold(change, record);
      record.set_version(record.version() + 1);
      ASSERT_EQ(detail.record_digest(), Text(CanonicalDigest(record))) << i;
    } else if (key.kind == store::RecordKind::kLocality) {
      for (const v1::Change& change : detail.changes()) care::Fold(change, locality);
      locality.set_version(locality.version() + 1);
      ASSERT_EQ(detail.record_digest(), Text(CanonicalDigest(locality))) << i;
    } else {
      v1::WorkerRecord& record = workers[key];
      record.set_worker_key(key.key);
      for (const v1::Change& change : detail.changes()) care::Fold(change, record);
      record.set_version(record.version() + 1);
      ASSERT_EQ(detail.record_digest(), Text(CanonicalDigest(record))) << i;
    }
  }
  ASSERT_EQ(people.size(), 3u);
  ASSERT_EQ(workers.size(), 1u);
  EXPECT_EQ(locality.documents().rulebook_digest(), Text(world.engine().rulebook()->digest()));
  EXPECT_GT(workers.begin()->second.version(), 2u);
  EXPECT_EQ(locality.version(), 5u) << "two documents seen at the start, and three messages";
  EXPECT_EQ(locality.issues_size(), 1);
  EXPECT_EQ(locality.training_waits_size(), 0) << "the worker has become competent";
  for (const auto& [key, replayed] : people) {
    const auto stored = world.store().ReadRecord(key);
    ASSERT_TRUE(stored.ok() && stored->has_value());
    v1::CareRecord record;
    ASSERT_THAT(engine::ReadAndOpen(world.store(), world.keys(), key, audit::kSealRecord,
                                    (*stored)->sealed, record),
                IsOk());
    EXPECT_EQ(CanonicalBytes(record), CanonicalBytes(replayed));
  }
}

TEST(TrailTest, DecidingAgainFromTheRecordedFactsAgrees) {
  Shows({"ctl-06", "aud-05", "inv-11"});
  EngineWorld world;
  LiveThroughSomeDays(world);
  ASSERT_OK_AND_ASSIGN(const auto rulebook, policy::Rulebook::Create(TestRulebook()));
  int decided = 0;
  for (uint64_t i = 0; i < world.Size(); ++i) {
    const v1::EntryDetail detail = world.Detail(i);
    for (const v1::RecordedDecision& then : detail.decisions()) {
      ASSERT_EQ(then.rulebook_digest(), Text(rulebook->digest()));
      const policy::Verdict now = policy::Decide(*rulebook, then.question(), then.facts());
      EXPECT_EQ(now.outcome, then.outcome());
      EXPECT_THAT(policy::RuleIds(*rulebook, now.matched),
                  ::testing::ElementsAreArray(then.rule_ids()));
      ++decided;
    }
  }
  EXPECT_GE(decided, 4);
}

TEST(TrailTest, LeavesCommitToMessageSubjectAndDetail) {
  Shows({"ctl-20", "ctl-23"});
  EngineWorld world;
  LiveThroughSomeDays(world);
  for (uint64_t i = 0; i < world.Size(); ++i) {
    const auto entry = world.store().ReadEntry(i).value();
    const v1::LeafView leaf = world.Leaf(i);
    const v1::EntryDetail detail = world.Detail(i);
    EXPECT_EQ(leaf.detail_digest(), Text(Sha256(entry->detail)));
    EXPECT_EQ(leaf.subject_commitment(),
              Text(audit::Commitment(detail.subject_salt(), entry->subject.key)));
    if (detail.has_envelope()) {
      EXPECT_EQ(
          leaf.message_commitment(),
          Text(audit::Commitment(detail.message_salt(), engine::SamenessOf(detail.envelope()))));
    } else {
      EXPECT_TRUE(leaf.message_commitment().empty());
      EXPECT_GT(leaf.cause(), 0u);
    }
  }
}

TEST(TrailTest, EveryHeadIsSignedAndContinuesEveryEarlierOne) {
  Shows({"ctl-20", "ctl-21", "inv-12"});
  EngineWorld world;
  const std::string vkey =
      audit::VerifierKey(world.keys().origin(), world.keys().signing_key().public_key());
  std::vector<audit::Checkpoint> heads;
  const auto look = [&] {
    const auto head = audit::OpenCheckpoint(world.store().GetHead()->checkpoint, vkey);
    ASSERT_THAT(head, IsOk());
    heads.push_back(*head);
  };
  look();
  for (int i = 0; i < 9; ++i) {
    ASSERT_THAT(world.Submit(world.Episode(kAda, "e" + std::to_string(i))), IsOk());
    look();
  }
  for (size_t a = 0; a < heads.size(); ++a) {
    for (size_t b = a; b < heads.size(); ++b) {
      v1::GetConsistencyProofRequest request;
      request.set_from_size(heads[a].size);
      request.set_to_size(heads[b].size);
      ASSERT_OK_AND_ASSIGN(const auto proof,
                           world.Ask<v1::GetConsistencyProofResponse>([&](auto done) {
                             world.engine().GetConsistencyProof(request, std::move(done));
                           }));
      std::vector<Digest> hashes(proof.hashes_size());
      for (int n = 0; n < proof.hashes_size(); ++n) {
        ASSERT_EQ(proof.hashes(n).size(), hashes[n].size());
        std::copy(proof.hashes(n).begin(), proof.hashes(n).end(), hashes[n].begin());
      }
      EXPECT_TRUE(audit::VerifyConsistency(heads[a].size, heads[b].size, heads[a].root,
                                           heads[b].root, hashes));
    }
  }
}

TEST(TrailTest, AnEntryIsProvedInTheHead) {
  Shows({"ctl-20", "aud-06", "goal-07"});
  EngineWorld world;
  ASSERT_OK_AND_ASSIGN(const v1::Receipt receipt, world.Submit(world.Episode(kAda, "e1")));
  v1::GetInclusionProofRequest request;
  request.set_index(receipt.entry_index());
  ASSERT_OK_AND_ASSIGN(const auto response,
                       world.Ask<v1::GetInclusionProofResponse>([&](auto done) {
                         world.engine().GetInclusionProof(request, std::move(done));
                       }));
  ASSERT_OK_AND_ASSIGN(const audit::Proof proof, audit::ParseProof(response.proof()));
  const store::Head head = *world.store().GetHead();
  EXPECT_EQ(proof.checkpoint, head.checkpoint);
  EXPECT_TRUE(audit::VerifyInclusion(audit::LeafHash(response.leaf_bytes()), proof.index, head.size,
                                     proof.hashes, head.root));
  request.set_index(head.size);
  EXPECT_THAT(world.Ask<v1::GetInclusionProofResponse>(
                  [&](auto done) { world.engine().GetInclusionProof(request, std::move(done)); }),
              FailsWith("PROOF_OUT_OF_RANGE"));
}

// A store that gives back one staged leaf with a bit flipped.
class FlippedReadBack : public store::ForwardingReader<store::Store> {
 public:
  explicit FlippedReadBack(store::Store& inner) : inner_(inner) {}
  int flip = 0;  // Which leaf of the next batch, counted from 1.

  absl::StatusOr<std::unique_ptr<store::Session>> Begin() override {
    auto session = inner_.Begin();
    if (!session.ok()) return session.status();
    return std::make_unique<Flipping>(*this, *std::move(session));
  }
  bool Healthy() const override { return inner_.Healthy(); }
  void OnCommit(std::function<void()> callback) override { inner_.OnCommit(std::move(callback)); }

 private:
  class Flipping : public store::ForwardingReader<store::Session> {
   public:
    Flipping(FlippedReadBack& outer, std::unique_ptr<store::Session> inner)
        : outer_(outer), inner_(std::move(inner)) {}
    absl::Status Stage(const store::Batch& batch) override { return inner_->Stage(batch); }
    absl::StatusOr<std::vector<std::string>> ReadBackLeaves(uint64_t from) override {
      auto leaves = inner_->ReadBackLeaves(from);
      if (leaves.ok() && outer_.flip > 0) leaves->at(outer_.flip - 1)[40] ^= 1;
      return leaves;
    }
    absl::Status Commit(const store::Head& head) override { return inner_->Commit(head); }

   private:
    absl::Status WithReader(Read read) override { return read(*inner_); }
    FlippedReadBack& outer_;
    std::unique_ptr<store::Session> inner_;
  };
  absl::Status WithReader(Read read) override { return read(inner_); }
  store::Store& inner_;
};

TEST(TrailTest, WhatIsReadBackMustBeWhatWasStoredElseSigningStops) {
  Shows({"ctl-21", "flt-06"});
  EngineWorld world;
  const uint64_t size = world.Size();
  const std::string checkpoint = world.store().GetHead()->checkpoint;
  world.engine().Stop();
  FlippedReadBack flipped(world.store());
  FakeRandom random(7);
  InlineExecutor executor;
  engine::Engine engine("QK1", {flipped, world.keys(), world.clock(), random, executor},
                        {.own_threads = false});
  ASSERT_THAT(engine.Start(checkpoint), IsOk());
  std::optional<absl::StatusOr<v1::Receipt>> answer;
  const auto submit = [&](const char* id) {
    engine.Submit({.participant = kCommunity}, world.Episode(kAda, id), absl::InfiniteFuture(),
                  [&](absl::StatusOr<v1::Receipt> given) { answer = std::move(given); });
    engine.RunOnce();
  };
  flipped.flip = 1;
  submit("e1");
  EXPECT_THAT(*answer, FailsWith("TRAIL_DAMAGED"));
  EXPECT_THAT(*answer, HasCode(absl::StatusCode::kDataLoss));
  EXPECT_THAT(MetadataOf(answer->status()),
              ::testing::Contains(::testing::Pair("index", std::to_string(size))));
  EXPECT_FALSE(engine.Ready());
  flipped.flip = 0;
  submit("e2");  // It goes on refusing: somebody must look first.
  EXPECT_THAT(*answer, FailsWith("TRAIL_DAMAGED"));
  EXPECT_EQ(world.store().GetHead()->checkpoint, checkpoint);
}

TEST(TrailTest, AStoreOlderThanTheLastWitnessedHeadIsNotStarted) {
  Shows({"ctl-22", "flt-07", "haz-27", "thr-05"});
  EngineWorld old_world, new_world;
  for (EngineWorld* world : {&old_world, &new_world}) {
    ASSERT_THAT(world->Submit(world->Episode(kAda, "e1")), IsOk());
  }
  ASSERT_THAT(new_world.Submit(new_world.Episode(kBede, "e2")), IsOk());
  const std::string newer = new_world.store().GetHead()->checkpoint;
  const std::string older = old_world.store().GetHead()->checkpoint;
  const absl::Status refused = old_world.Restart(newer);
  EXPECT_THAT(refused, FailsWith("TRAIL_ROLLED_BACK"));
  EXPECT_THAT(refused, HasCode(absl::StatusCode::kDataLoss));
  EXPECT_THAT(new_world.Restart(older), IsOk());  // Same seeds, same trail: an earlier head of it.
  EXPECT_THAT(new_world.Restart("no note at all"), FailsWith("TRAIL_DAMAGED"));
}

TEST(TrailTest, AForkedTrailIsNotStarted) {
  Shows({"ctl-22", "thr-06"});
  EngineWorld world, fork;
  ASSERT_THAT(world.Submit(world.Episode(kAda, "e1")), IsOk());
  ASSERT_THAT(fork.Submit(fork.Episode(kBede, "e1")), IsOk());
  ASSERT_EQ(world.Size(), fork.Size());
  EXPECT_THAT(world.Restart(fork.store().GetHead()->checkpoint), FailsWith("TRAIL_DAMAGED"));
}

TEST(TrailTest, NothingOfAPersonIsInTheFilesOrTheLog) {
  Shows({"ctl-23", "ctl-26", "thr-07", "thr-08", "goal-13"});
  constexpr TestPerson kCanary = {"9990000042", "1903-05-17", "Zwartkanarie"};
  std::string log;
  ScopedLogSink sink([&log](absl::string_view line) { log.append(line.data(), line.size()); });
  SetLogLevel(Severity::kDebug);
  EngineWorld world;
  std::string errors;
  ASSERT_THAT(world.Submit(world.Episode(kCanary, "e1")), IsOk());
  v1::Envelope proposal = world.Proposal(kCanary, "p1", "D1");
  proposal.mutable_delegation_proposal()->mutable_plan()->set_instructions("canary-plan-words");
  proposal.mutable_original()->set_media_type("text/plain");
  proposal.mutable_original()->set_content("canary-original-bytes");
  ASSERT_THAT(world.Submit(proposal), IsOk());
  ASSERT_THAT(world.Submit(world.Concern(kCanary, "c1", kCommunity, "canary-summary-words")),
              IsOk());
  ASSERT_THAT(world.GetPerson(kCommunity, ReferenceOf(kCanary)), IsOk());
  errors += world.GetPerson(kOtherPractice, ReferenceOf(kCanary)).status().ToString();
  proposal.mutable_delegation_proposal()->set_reference("D2");
  errors += world.Submit(proposal).status().ToString();
  v1::Envelope mismatch = world.Concern(kCanary, "c2", kCommunity, "canary-summary-words");
  mismatch.mutable_subject()->mutable_person()->set_date_of_birth("1903-05-18");
  errors += world.Submit(mismatch).status().ToString();
  world.clock().Advance(absl::Hours(24 * 5));
  world.Run();
  SetLogLevel(Severity::kInfo);

  const std::string database = ReadFile(world.directory() + "/store.db");
  const std::string journal = ReadFile(world.directory() + "/store.db-wal");
  ASSERT_FALSE(database.empty() && journal.empty());
  // The search itself works: the sender's code, which is no person's, is there in clear.
  ASSERT_NE((database + journal).find(kCommunity), std::string::npos);
  for (const char* canary : {kCanary.nhs_number, kCanary.date_of_birth, kCanary.family_name,
                             "Zwartkan", "999000004", "canary-plan-words", "canary-original-bytes",
                             "canary-summary-words", "Nurse Invented", "12A3456E"}) {
    EXPECT_EQ(database.find(canary), std::string::npos) << canary;
    EXPECT_EQ(journal.find(canary), std::string::npos) << canary;
    EXPECT_EQ(log.find(canary), std::string::npos) << canary;
    EXPECT_EQ(errors.find(canary), std::string::npos) << canary;
    EXPECT_EQ(ReadFile(world.breadcrumb_path()).find(canary), std::string::npos) << canary;
  }
}

}  // namespace
}  // namespace fosse
