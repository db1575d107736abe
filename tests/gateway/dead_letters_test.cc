// Dead letters, their replay, and the list of participants over a real connection.
#include <set>
#include <string>

#include "fosse/v1/directories.grpc.pb.h"
#include "fosse/v1/exchange.grpc.pb.h"
#include "fosse/v1/mailbox.grpc.pb.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/gateway/test_gateway.h"
#include "tests/support/shows.h"

namespace fosse {
namespace {

using ::testing::HasSubstr;

class DeadLettersDoorTest : public ::testing::Test {
 protected:
  // RT5 asks for training; the training office's adapter gives the delivery up. Its id.
  std::string GiveUp() {
    v1::SubmitRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
        message_id: "training-1" locality: "QK1" sender: "RT5"
        training_request {
          reference: "training-1" training_provider: "TRAINING"
          workers { employer: "1-1000000001" employer_reference: "W1" }
          tasks { code: "blood-sugar-finger-prick" }
        })",
                                                              request.mutable_envelope()));
    request.mutable_envelope()->mutable_sent_at()->set_seconds(absl::ToUnixSeconds(absl::Now()));
    v1::SubmitResponse response;
    EXPECT_TRUE(v1::ExchangeService::NewStub(gateway_.ConnectAs("RT5"))
                    ->Submit(Soon().get(), request, &response)
                    .ok());
    const v1::Delivery first = FirstOf("TRAINING", v1::DELIVERY_STATE_DEAD);
    EXPECT_EQ(first.message().message_id(), "training-1");
    return first.delivery_id();
  }
  // The first item of a mailbox, acknowledged so.
  v1::Delivery FirstOf(const std::string& recipient, v1::DeliveryState state) {
    const auto stub = v1::MailboxService::NewStub(gateway_.ConnectAs(recipient));
    grpc::ClientContext context;
    const auto stream = stub->Receive(&context);
    v1::ReceiveRequest request;
    request.add_recipients(recipient);
    EXPECT_TRUE(stream->Write(request));
    v1::ReceiveResponse response;
    EXPECT_TRUE(stream->Read(&response));
    request.Clear();
    request.mutable_outcome()->set_delivery_id(response.delivery().delivery_id());
    request.mutable_outcome()->set_state(state);
    EXPECT_TRUE(stream->Write(request));
    stream->WritesDone();
    v1::ReceiveResponse more;
    while (stream->Read(&more)) {
    }
    EXPECT_TRUE(stream->Finish().ok());
    return response.delivery();
  }
  grpc::Status List(const std::string& who, const std::string& recipient,
                    v1::ListDeadLettersResponse& response) {
    v1::ListDeadLettersRequest request;
    request.set_recipient(recipient);
    request.set_purpose("test");
    return v1::MailboxService::NewStub(gateway_.ConnectAs(who))
        ->ListDeadLetters(Soon().get(), request, &response);
  }
  grpc::Status Replay(const std::string& who, const std::string& id, v1::ReplayResponse& response) {
    v1::ReplayRequest request;
    request.set_delivery_id(id);
    request.set_reason("the line is mended");
    return v1::MailboxService::NewStub(gateway_.ConnectAs(who))
        ->Replay(Soon().get(), request, &response);
  }

  TestGateway gateway_;
};

TEST_F(DeadLettersDoorTest, WhoeverSentItIsToldAndItsRecipientOrAnOperatorReplaysIt) {
  Shows({"ctl-03", "ctl-14", "haz-29"});
  const std::string id = GiveUp();
  const v1::Delivery notice = FirstOf("RT5", v1::DELIVERY_STATE_KEPT);
  EXPECT_EQ(notice.kind(), v1::DELIVERY_KIND_ESCALATION);
  EXPECT_THAT(notice.words(), HasSubstr(id));

  v1::ListDeadLettersResponse letters;
  ASSERT_TRUE(List("TRAINING", "", letters).ok());
  ASSERT_EQ(letters.dead_letters_size(), 1);
  EXPECT_EQ(letters.dead_letters(0).delivery().message().message_id(), "training-1");
  letters.Clear();
  ASSERT_TRUE(List("OPS", "", letters).ok());
  ASSERT_EQ(letters.dead_letters_size(), 1);
  EXPECT_EQ(letters.dead_letters(0).delivery().delivery_id(), id);
  EXPECT_FALSE(letters.dead_letters(0).delivery().has_message());
  EXPECT_EQ(ErrorOf(List("RT5", "TRAINING", letters)).reason(), "READER_NOT_ALLOWED");
  EXPECT_EQ(ErrorOf(List("AUDIT", "", letters)).reason(), "METHOD_NOT_ALLOWED");

  v1::ReplayResponse replayed;
  EXPECT_EQ(ErrorOf(Replay("AUDIT", id, replayed)).reason(), "METHOD_NOT_ALLOWED");
  EXPECT_EQ(ErrorOf(Replay("RT5", id, replayed)).reason(), "DELIVERY_NOT_FOUND");
  ASSERT_TRUE(Replay("OPS", id, replayed).ok());
  EXPECT_GT(replayed.entry_index(), 0u);
  EXPECT_EQ(ErrorOf(Replay("TRAINING", id, replayed)).reason(), "STATE_CONFLICT");
  EXPECT_EQ(FirstOf("TRAINING", v1::DELIVERY_STATE_KEPT).delivery_id(), id);
}

TEST_F(DeadLettersDoorTest, ParticipantsComeInPagesWithoutTheirCertificates) {
  Shows({"ctl-03"});
  const auto stub = v1::DirectoryService::NewStub(gateway_.ConnectAs("OPS"));
  std::set<std::string> ids;
  v1::ListParticipantsRequest request;
  request.set_page_size(4);
  int pages = 0;
  do {
    v1::ListParticipantsResponse response;
    ASSERT_TRUE(stub->ListParticipants(Soon().get(), request, &response).ok());
    ASSERT_LE(response.participants_size(), 4);
    for (const v1::Participant& participant : response.participants()) {
      EXPECT_TRUE(ids.empty() || *ids.rbegin() < participant.id());
      EXPECT_TRUE(participant.certificate_names().empty());
      EXPECT_FALSE(participant.name().empty());
      ids.insert(participant.id());
    }
    request.set_page_token(response.next_page_token());
    ++pages;
  } while (!request.page_token().empty() && pages < 100);
  EXPECT_EQ(ids.size(),
            static_cast<size_t>(gateway_.engine->directory()->document().participants_size()));
  EXPECT_GT(pages, 2);
}

}  // namespace
}  // namespace fosse
