// What a practice is answered to each sample: decided by the real rules over one record, written by
// the door's own writers. Beside each sample: NAME.json, NAME.txtpb (what it means), NAME.answer.
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "adapters/fhir/answers.h"
#include "adapters/fhir/translate.h"
#include "base/status.h"
#include "care/times.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/adapters/fhir/samples.h"
#include "tests/care/messages.h"
#include "tests/care/world.h"
#include "tests/support/shows.h"

namespace fosse::adapters::fhir {
namespace {

// What must have come before the others; of these, in this order.
const char* const kFirst[] = {
    "alone-episode-opened", "registration-change",   "proposal-no-reviewer",   "proposal",
    "proposal-unlisted",    "alone-episode-planned", "alone-episode-finished", "oversight-offer",
    "oversight-question",   "oversight-accepted"};

std::vector<std::string> InOrder() {
  std::vector<std::string> names(std::begin(kFirst), std::end(kFirst));
  const std::set<std::string> first(names.begin(), names.end());
  for (const char* const name : kSamples) {
    if (!first.contains(name)) names.emplace_back(name);
  }
  return names;
}

std::unique_ptr<const care::Directory> SampleDirectory() {
  auto directory =
      care::Directory::Create(care::StoredText("tests/partners/locality/directory.txtpb"));
  EXPECT_TRUE(directory.ok()) << directory.status();
  return directory.ok() ? *std::move(directory) : nullptr;
}

// As the engine takes it in: the certificate vouches, and the offer has the id that it was given.
v1::Envelope Arrived(const std::string& sample) {
  v1::Envelope envelope = FromFhir(sample, {.sender = "", .locality = "QK1"}).envelope;
  envelope.clear_original();
  if (envelope.has_acting_person()) {
    envelope.mutable_acting_person()->set_basis(v1::PRACTITIONER_BASIS_ATTESTED);
  }
  if (envelope.has_oversight_response()) {
    envelope.mutable_oversight_response()->set_offer_reference("offer-1");
  }
  return envelope;
}

// A practice names another's task by the gateway's id, as it was delivered to it.
v1::Envelope WithIds(const v1::Envelope& envelope, const care::World& world) {
  if (envelope.sender() != "C82999") return envelope;
  std::string text = envelope.DebugString();
  for (const auto& [number, record] : world.persons()) {
    for (const v1::Delegation& delegation : record.delegations()) {
      const std::string id = absl::StrCat("{\n    delegation_id: \"", delegation.delegation_id());
      text = absl::StrReplaceAll(
          text, {{absl::StrCat("{\n    reference: \"", delegation.proposal().reference()), id}});
    }
  }
  v1::Envelope named;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &named));
  return named;
}

// What the provider and the training office say in formats of their own, until the task is live.
void BecomeLive(const v1::Envelope& proposal, care::World& world) {
  const auto send = [&](const v1::Envelope& made) {
    std::string text = made.DebugString();
    text = absl::StrReplaceAll(text, {{care::kProvider, "1-1000000001"}});
    v1::Envelope envelope;
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &envelope));
    if (envelope.subject().has_person()) *envelope.mutable_subject() = proposal.subject();
    world.Must(envelope);
  };
  send(care::Accepted(care::kAda, "dlg-1"));
  send(care::Checked(care::kWorker, "chk-7", world.now));
  send(care::Assigned(care::kAda, "dlg-1", care::kWorker));
  send(care::Started(care::kAda, "dlg-1", care::kWorker, world.now));
}

std::string Text(const HttpResponse& response) {
  return absl::StrCat("HTTP ", response.status, "\n\n", Json::parse(response.body).dump(2), "\n");
}

TEST(AnswerGoldenTest, EverySampleIsAnsweredAsItWas) {
  Shows({"ctl-05", "haz-21", "b-3.1"});
  care::World world;
  world.directory = SampleDirectory();
  ASSERT_NE(world.directory, nullptr);
  world.now += absl::Minutes(31);
  std::map<int, int> statuses;
  std::set<v1::Outcome> outcomes;
  uint64_t entry = 0;
  for (const std::string& name : InOrder()) {
    SCOPED_TRACE(name);
    const absl::StatusOr<care::Sent> sent =
        world.Send(WithIds(Arrived(Sample(name + ".json")), world));
    HttpResponse response;
    if (sent.ok()) {
      v1::Receipt receipt = sent->effect.receipt;
      receipt.set_entry_index(entry++);
      *receipt.mutable_committed_at() = care::Timestamp(world.now);
      for (const v1::Decision& decision : receipt.decisions()) outcomes.insert(decision.outcome());
      response = FhirAnswer(200, ReceiptBundle(receipt, "QK1"));
    } else {
      response = RefusalAnswer({.code = sent.status().code(),
                                .reason = ReasonOf(sent.status()),
                                .sentence = std::string(sent.status().message()),
                                .metadata = MetadataOf(sent.status())});
    }
    if (name == "proposal") BecomeLive(Arrived(Sample("proposal.json")), world);
    ++statuses[response.status];
    const std::string file = name + ".answer";
    if (std::getenv("UPDATE_GOLDEN") != nullptr) {
      std::ofstream(SampleFolder() / file, std::ios::binary) << Text(response);
    }
    EXPECT_EQ(Text(response), Sample(file));
  }
  // It is no list of refusals.
  EXPECT_GT(statuses[200], 25);
  EXPECT_TRUE(outcomes.contains(v1::OUTCOME_PERMIT));
  EXPECT_TRUE(outcomes.contains(v1::OUTCOME_HOLD));
  EXPECT_TRUE(outcomes.contains(v1::OUTCOME_REFER));
}

}  // namespace
}  // namespace fosse::adapters::fhir
