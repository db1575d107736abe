// Rulebooks over the wire: who may publish, what a refusal tells, what everybody may read.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "audit/details.h"
#include "audit/rulebook_note.h"
#include "base/bytes.h"
#include "fosse/v1/audit.grpc.pb.h"
#include "fosse/v1/exchange.grpc.pb.h"
#include "fosse/v1/rulebooks.grpc.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/gateway/test_gateway.h"
#include "tests/support/shows.h"
#include "tests/support/small_rulebook.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

using ::testing::HasSubstr;

constexpr char kId[] = "llr/2026-12-01";

class RulebooksTest : public ::testing::Test {
 protected:
  static v1::PublishRulebookRequest Request(const std::string& suite = SmallSuite(kId)) {
    v1::PublishRulebookRequest request;
    request.set_stored(SmallRulebook(kId));
    request.set_suite(suite);
    v1::Envelope& envelope = *request.mutable_envelope();
    envelope.set_message_id("publish-1");
    envelope.set_locality("QK1");
    envelope.set_sender("BOARD");
    envelope.mutable_sent_at()->set_seconds(absl::ToUnixSeconds(absl::Now()));
    v1::RulebookActivation& activation = *envelope.mutable_rulebook_activation();
    activation.set_rulebook_id(kId);
    activation.set_digest(ByteView(Sha256(request.stored())).str());
    activation.set_suite_digest(ByteView(Sha256(suite)).str());
    activation.mutable_effective_at()->set_seconds(absl::ToUnixSeconds(absl::Now()) + 3600);
    activation.set_approved_by("Clinical Executive");
    activation.set_approved_on("2022-09-28");
    activation.set_hazard_review("HR-7");
    activation.set_hazard_reviewed_on("2022-09-27");
    activation.set_signed_note(audit::SignRulebook(
        {"QK1", kId, Sha256(request.stored()),
         absl::FromUnixSeconds(activation.effective_at().seconds()), Sha256(suite)},
        TestBoardKey()));
    return request;
  }
  grpc::Status Publish(const std::string& who, const v1::PublishRulebookRequest& request) {
    v1::PublishRulebookResponse response;
    return v1::RulebooksService::NewStub(gateway_.ConnectAs(who))
        ->PublishRulebook(Soon().get(), request, &response);
  }
  v1::ListRulebooksResponse List(const std::string& who) {
    v1::ListRulebooksResponse response;
    const grpc::Status status = v1::RulebooksService::NewStub(gateway_.ConnectAs(who))
                                    ->ListRulebooks(Soon().get(), {}, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  TestGateway gateway_;
};

TEST_F(RulebooksTest, TheBoardPublishesAndEverybodyReads) {
  Shows({"b-6.1", "ctl-03"});
  EXPECT_EQ(ErrorOf(Publish("RT5", Request())).reason(), "METHOD_NOT_ALLOWED");
  const grpc::Status status = Publish("BOARD", Request());
  ASSERT_TRUE(status.ok()) << ErrorOf(status).reason() << " " << status.error_message();
  const v1::ListRulebooksResponse list = List("C82999");
  ASSERT_EQ(list.rulebooks_size(), 2);
  EXPECT_EQ(list.rulebooks(0).rulebook_id(), kId);
  EXPECT_EQ(list.rulebooks(0).state(), v1::RULEBOOK_STATE_COMING);
  EXPECT_EQ(list.rulebooks(0).activation().hazard_review(), "HR-7");
}

// An error travels in the trailers of a call, which hold some kilobytes.
TEST_F(RulebooksTest, ManyFaultsStillComeBackInWords) {
  Shows({"b-6.1", "ctl-30"});
  std::string rows;
  for (int i = 0; i < 500; ++i) {
    absl::StrAppend(&rows, "cases { name: \"wrong ", i,
                    "\" question: QUESTION_PROPOSE outcome: OUTCOME_DENY }\n");
  }
  const grpc::Status status = Publish("BOARD", Request(SmallSuite(kId, rows)));
  EXPECT_EQ(ErrorOf(status).reason(), "SUITE_FAILED");
  EXPECT_THAT(status.error_message(), HasSubstr("row \"wrong 0\""));
  EXPECT_THAT(status.error_message(), HasSubstr("and more"));
  EXPECT_EQ(List("RT5").rulebooks_size(), 1);
}

TEST_F(RulebooksTest, DetailsGoToAuditTeamsAndOpenForTheirLeaves) {
  Shows({"aud-08", "ctl-03", "ctl-23"});
  v1::SubmitRequest submit;
  *submit.mutable_envelope() = EpisodeOpened("details-1");
  v1::SubmitResponse kept;
  ASSERT_TRUE(v1::ExchangeService::NewStub(gateway_.ConnectAs("RT5"))
                  ->Submit(Soon().get(), submit, &kept)
                  .ok());
  v1::ExportTrailRequest request;
  request.set_with_details(true);
  request.set_purpose("test");
  const auto read = [&](const std::string& who, std::vector<v1::ExportTrailResponse>& items) {
    const auto context = Soon();
    const auto reader =
        v1::AuditService::NewStub(gateway_.ConnectAs(who))->ExportTrail(context.get(), request);
    v1::ExportTrailResponse item;
    while (reader->Read(&item)) items.push_back(item);
    return reader->Finish();
  };
  std::vector<v1::ExportTrailResponse> items;
  EXPECT_EQ(ErrorOf(read("RT5", items)).reason(), "METHOD_NOT_ALLOWED");
  ASSERT_TRUE(read("AUDIT", items).ok());
  ASSERT_GE(items.size(), 8u);
  EXPECT_EQ(items[0].rulebook().stored(), TestRulebook());
  for (size_t i = 1; i + 1 < items.size(); i += 2) {
    ASSERT_TRUE(items[i].has_leaf_bytes());
    ASSERT_EQ(items[i + 1].opened().state(), v1::DETAIL_STATE_PRESENT);
    EXPECT_THAT(audit::OpenDetail(*audit::ParseLeaf(items[i].leaf_bytes()), items[i + 1].opened()),
                IsOk());
  }
  EXPECT_TRUE(items.back().has_checkpoint());
}

}  // namespace
}  // namespace fosse
