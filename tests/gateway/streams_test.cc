// Streams over a real connection: messages in, deliveries out, the trail out.

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/leaf.h"
#include "audit/tree.h"
#include "fosse/v1/audit.grpc.pb.h"
#include "fosse/v1/care_records.grpc.pb.h"
#include "fosse/v1/exchange.grpc.pb.h"
#include "fosse/v1/mailbox.grpc.pb.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/gateway/test_gateway.h"
#include "tests/support/shows.h"

namespace fosse {
namespace {

using grpc::StatusCode;

class StreamsTest : public ::testing::Test {
 protected:
  // Training is asked for: a message that goes to TRAINING and needs nothing before it.
  static v1::Envelope TrainingAsked(const std::string& message_id) {
    v1::Envelope envelope;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
        locality: "QK1" sender: "RT5"
        training_request {
          training_provider: "TRAINING"
          workers { employer: "1-1000000001" employer_reference: "W1" }
          tasks { code: "blood-sugar-finger-prick" }
        })",
                                                              &envelope));
    envelope.set_message_id(message_id);
    envelope.mutable_training_request()->set_reference(message_id);
    envelope.mutable_sent_at()->set_seconds(absl::ToUnixSeconds(absl::Now()));
    return envelope;
  }

  v1::Receipt Submit(const v1::Envelope& envelope) {
    v1::SubmitRequest request;
    *request.mutable_envelope() = envelope;
    v1::SubmitResponse response;
    const auto context = Soon();
    const grpc::Status status = v1::ExchangeService::NewStub(gateway_.ConnectAs("RT5"))
                                    ->Submit(context.get(), request, &response);
    EXPECT_TRUE(status.ok()) << ErrorOf(status).reason() << " " << status.error_message();
    return response.receipt();
  }

  TestGateway gateway_;
};

TEST_F(StreamsTest, EveryMessageOfAStreamIsAnsweredOnce) {
  const auto stub = v1::ExchangeService::NewStub(gateway_.ConnectAs("RT5"));
  grpc::ClientContext context;
  const auto stream = stub->SubmitStream(&context);
  constexpr int kMessages = 200;  // More than may be under way at once.
  std::thread sender([&] {
    for (int i = 0; i < kMessages; ++i) {
      v1::SubmitStreamRequest request;
      *request.mutable_envelope() = EpisodeOpened("stream-" + std::to_string(i));
      if (i == 100) request.mutable_envelope()->set_sender("C82999");  // Not the caller's to say.
      stream->Write(request);
    }
    stream->WritesDone();
  });
  std::map<std::string, v1::SubmitStreamResponse> answers;
  v1::SubmitStreamResponse response;
  while (stream->Read(&response)) {
    EXPECT_TRUE(answers.emplace(response.message_id(), response).second);
  }
  sender.join();
  const grpc::Status ended = stream->Finish();
  EXPECT_TRUE(ended.ok()) << ended.error_message();
  ASSERT_EQ(answers.size(), static_cast<size_t>(kMessages));
  for (const auto& [id, answer] : answers) {
    if (id == "stream-100") {
      EXPECT_EQ(answer.error_reason(), "SENDER_NOT_ALLOWED");
      EXPECT_EQ(answer.error_code(), static_cast<int>(StatusCode::PERMISSION_DENIED));
      EXPECT_FALSE(answer.has_receipt());
    } else {
      EXPECT_EQ(answer.error_reason(), "") << id;
      EXPECT_EQ(answer.receipt().message_id(), id);
    }
  }
}

// A caller that sends and never reads its answers: the gateway stops reading, so that what it keeps
// for this caller stays bounded, and others are served.
TEST_F(StreamsTest, ACallerThatReadsNoAnswersHoldsUpItselfOnly) {
  Shows({"ctl-18", "thr-09"});
  const auto stub = v1::ExchangeService::NewStub(gateway_.ConnectAs("RT5"));
  grpc::ClientContext context;
  const auto stream = stub->SubmitStream(&context);
  std::atomic<int> written = 0;
  constexpr int kMany = 20000;
  std::thread sender([&] {
    for (int i = 0; i < kMany; ++i) {
      v1::SubmitStreamRequest request;
      // Refused at once, so that it is answers and not decisions that pile up.
      request.mutable_envelope()->set_message_id(std::string(4000, 'x'));
      request.mutable_envelope()->set_sender("C82999");
      if (!stream->Write(request)) break;
      ++written;
    }
  });
  // Until the pipe is full: nothing more is written for a while.
  int before = -1;
  for (int i = 0; i < 100 && written != before; ++i) {
    before = written;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  EXPECT_LT(written, kMany);
  Submit(EpisodeOpened("beside"));
  context.TryCancel();
  sender.join();
  EXPECT_EQ(stream->Finish().error_code(), StatusCode::CANCELLED);
}

// Delivered until it is acknowledged as kept, and then never again.
TEST_F(StreamsTest, AMailboxGivesWhatIsQueuedUntilItIsKept) {
  Shows({"ctl-13"});
  const v1::Receipt receipt = Submit(TrainingAsked("training-1"));
  ASSERT_EQ(receipt.deliveries_size(), 1);
  const auto channel = gateway_.ConnectAs("TRAINING");
  const auto stub = v1::MailboxService::NewStub(channel);
  const auto first_of = [](auto& stream) {
    v1::ReceiveRequest open;
    open.add_recipients("TRAINING");
    EXPECT_TRUE(stream->Write(open));
    v1::ReceiveResponse response;
    EXPECT_TRUE(stream->Read(&response));
    return response.delivery();
  };
  {
    grpc::ClientContext context;
    const auto stream = stub->Receive(&context);
    EXPECT_EQ(first_of(stream).message().message_id(), "training-1");
    context.TryCancel();  // Gone without a word.
    stream->Finish();
  }
  {
    grpc::ClientContext context;
    const auto stream = stub->Receive(&context);
    const v1::Delivery again = first_of(stream);
    EXPECT_EQ(again.delivery_id(), receipt.deliveries(0).delivery_id());
    v1::ReceiveRequest kept;
    kept.mutable_outcome()->set_delivery_id(again.delivery_id());
    kept.mutable_outcome()->set_state(v1::DELIVERY_STATE_KEPT);
    EXPECT_TRUE(stream->Write(kept));
    // The end of the stream waits for the acknowledgement to be kept.
    stream->WritesDone();
    v1::ReceiveResponse none;
    EXPECT_FALSE(stream->Read(&none));
    EXPECT_TRUE(stream->Finish().ok());
  }
  Submit(TrainingAsked("training-2"));
  grpc::ClientContext context;
  const auto stream = stub->Receive(&context);
  EXPECT_EQ(first_of(stream).message().message_id(), "training-2");
  context.TryCancel();
  stream->Finish();
}

TEST_F(StreamsTest, AStreamOfBytesThatAreNoMessageEnds) {
  Shows({"flt-29"});
  const auto stub = v1::MailboxService::NewStub(gateway_.ConnectAs("RT5"));
  grpc::ClientContext context;
  const auto stream = stub->Receive(&context);
  v1::ReceiveRequest request;
  request.mutable_outcome()->set_delivery_id("D");  // The first request must open mailboxes.
  stream->Write(request);
  v1::ReceiveResponse response;
  EXPECT_FALSE(stream->Read(&response));
  const grpc::Status ended = stream->Finish();
  EXPECT_EQ(ended.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ErrorOf(ended).reason(), "MAILBOX_REQUEST_INVALID");
}

TEST_F(StreamsTest, AnothersMailboxStaysClosed) {
  Shows({"ctl-01", "thr-02"});
  for (const char* const other : {"RT5", "NOBODY"}) {
    const auto stub = v1::MailboxService::NewStub(gateway_.ConnectAs("C82999"));
    grpc::ClientContext context;
    const auto stream = stub->Receive(&context);
    v1::ReceiveRequest request;
    request.add_recipients("C82999");
    request.add_recipients(other);
    stream->Write(request);
    v1::ReceiveResponse response;
    EXPECT_FALSE(stream->Read(&response));
    const grpc::Status ended = stream->Finish();
    EXPECT_EQ(ended.error_code(), StatusCode::PERMISSION_DENIED);
    EXPECT_EQ(ErrorOf(ended).reason(), "READER_NOT_ALLOWED");
  }
}

TEST_F(StreamsTest, AFalseAcknowledgementEndsTheStream) {
  const auto stub = v1::MailboxService::NewStub(gateway_.ConnectAs("C82999"));
  grpc::ClientContext context;
  const auto stream = stub->Receive(&context);
  v1::ReceiveRequest open;
  open.add_recipients("C82999");
  stream->Write(open);
  v1::ReceiveRequest acknowledge;
  acknowledge.mutable_outcome()->set_delivery_id("NONE");
  acknowledge.mutable_outcome()->set_state(v1::DELIVERY_STATE_KEPT);
  stream->Write(acknowledge);
  v1::ReceiveResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(ErrorOf(stream->Finish()).reason(), "DELIVERY_NOT_FOUND");
}

// What is exported is the tree that the checkpoint at its end signs.
TEST_F(StreamsTest, AnExportIsTheTreeOfItsCheckpoint) {
  Shows({"aud-08"});
  for (int i = 0; i < 20; ++i) Submit(EpisodeOpened("export-" + std::to_string(i)));
  const auto stub = v1::AuditService::NewStub(gateway_.ConnectAs("AUDIT"));
  v1::GetCheckpointResponse head;
  const auto asking = Soon();
  ASSERT_TRUE(stub->GetCheckpoint(asking.get(), v1::GetCheckpointRequest(), &head).ok());

  grpc::ClientContext context;
  v1::ExportTrailRequest request;
  request.set_purpose("yearly audit");
  const auto stream = stub->ExportTrail(&context, request);
  audit::RightEdge tree;
  std::string checkpoint;
  v1::ExportTrailResponse item;
  while (stream->Read(&item)) {
    if (item.has_leaf_bytes()) {
      EXPECT_EQ(checkpoint, "");  // It is the last.
      tree.Append(audit::LeafHash(item.leaf_bytes()));
    } else {
      checkpoint = item.checkpoint();
    }
  }
  ASSERT_TRUE(stream->Finish().ok());
  const auto opened = audit::OpenCheckpoint(checkpoint, head.verifier_key());
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_GT(opened->size, 20u);
  EXPECT_EQ(tree.size(), opened->size);
  EXPECT_EQ(tree.Root(), opened->root);
}

TEST_F(StreamsTest, AnExportIsForAuditorsOnly) {
  Shows({"ctl-03"});
  const auto stub = v1::AuditService::NewStub(gateway_.ConnectAs("RT5"));
  grpc::ClientContext context;
  const auto stream = stub->ExportTrail(&context, v1::ExportTrailRequest());
  v1::ExportTrailResponse item;
  EXPECT_FALSE(stream->Read(&item));
  EXPECT_EQ(ErrorOf(stream->Finish()).reason(), "METHOD_NOT_ALLOWED");
}

// Open streams end when the gateway stops, with a reason that says: connect again.
TEST_F(StreamsTest, DrainingEndsOpenStreams) {
  Shows({"ctl-52"});
  const auto mailbox = v1::MailboxService::NewStub(gateway_.ConnectAs("C82999"));
  grpc::ClientContext receiving;
  const auto stream = mailbox->Receive(&receiving);
  v1::ReceiveRequest open;
  open.add_recipients("C82999");
  ASSERT_TRUE(stream->Write(open));
  const auto exchange = v1::ExchangeService::NewStub(gateway_.ConnectAs("RT5"));
  grpc::ClientContext sending;
  const auto messages = exchange->SubmitStream(&sending);
  v1::SubmitStreamRequest request;
  *request.mutable_envelope() = EpisodeOpened("before-the-end");
  ASSERT_TRUE(messages->Write(request));
  v1::SubmitStreamResponse answer;
  ASSERT_TRUE(messages->Read(&answer));

  gateway_.server->Drain(absl::Seconds(10));
  v1::ReceiveResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(ErrorOf(stream->Finish()).reason(), "SHUTTING_DOWN");
  EXPECT_FALSE(messages->Read(&answer));
  EXPECT_EQ(ErrorOf(messages->Finish()).reason(), "SHUTTING_DOWN");
}

TEST_F(StreamsTest, DrainingEndsThoseWhoFollowAPerson) {
  Shows({"ctl-52"});
  Submit(EpisodeOpened("watched"));
  v1::WatchRequest request;
  *request.mutable_person() = TestPerson();
  grpc::ClientContext context;
  const auto records = v1::CareRecordsService::NewStub(gateway_.ConnectAs("RT5"));
  const auto watch = records->Watch(&context, request);
  v1::WatchResponse item;
  ASSERT_TRUE(watch->Read(&item));
  gateway_.server->Drain(absl::Seconds(10));
  EXPECT_FALSE(watch->Read(&item));
  EXPECT_EQ(ErrorOf(watch->Finish()).reason(), "SHUTTING_DOWN");
}

// A call that comes while the gateway stops is told so, as something that passes.
TEST_F(StreamsTest, WhoComesLateIsSentElsewhere) {
  Shows({"ctl-52"});
  gateway_.gate->Drain(absl::ZeroDuration());
  v1::SubmitRequest request;
  *request.mutable_envelope() = EpisodeOpened("late");
  v1::SubmitResponse response;
  const auto context = Soon();
  const grpc::Status status = v1::ExchangeService::NewStub(gateway_.ConnectAs("RT5"))
                                  ->Submit(context.get(), request, &response);
  EXPECT_EQ(status.error_code(), StatusCode::UNAVAILABLE);
  EXPECT_EQ(ErrorOf(status).reason(), "SHUTTING_DOWN");
}

}  // namespace
}  // namespace fosse
