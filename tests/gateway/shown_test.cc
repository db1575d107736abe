// What is shown to whom, over a real connection with mutual TLS.

#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "fosse/v1/audit.grpc.pb.h"
#include "fosse/v1/care_records.grpc.pb.h"
#include "fosse/v1/directories.grpc.pb.h"
#include "fosse/v1/exchange.grpc.pb.h"
#include "grpcpp/create_channel.h"
#include "gtest/gtest.h"
#include "tests/gateway/door.h"
#include "tests/gateway/test_gateway.h"
#include "tests/support/shows.h"

namespace fosse {
namespace {

using grpc::StatusCode;

class ShownTest : public DoorTest {};

TEST_F(ShownTest, AStrangerCannotTellAPersonItMayNotSeeFromNobody) {
  Shows({"ctl-04"});
  ASSERT_TRUE(Submit(gateway_->ConnectAs("RT5"), EpisodeOpened("door-8", "9990000034")).ok());
  const auto stub = v1::CareRecordsService::NewStub(gateway_->ConnectAs("C82999"));
  const auto get = [&](const v1::PersonReference& person) {
    v1::GetPersonRequest request;
    *request.mutable_person() = person;
    request.set_purpose("direct care");
    v1::GetPersonResponse response;
    const auto context = Soon();
    return stub->GetPerson(context.get(), request, &response);
  };
  v1::PersonReference other_birthday = TestPerson("9990000034");
  other_birthday.set_date_of_birth("1950-01-01");
  const grpc::Status nobody = get(TestPerson("9990000042"));
  EXPECT_EQ(nobody.error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(ErrorOf(nobody).reason(), "PERSON_NOT_VISIBLE");
  for (const grpc::Status& other : {get(TestPerson("9990000034")), get(other_birthday)}) {
    EXPECT_EQ(other.error_code(), nobody.error_code());
    EXPECT_EQ(other.error_message(), nobody.error_message());
    EXPECT_EQ(other.error_details(), nobody.error_details());
  }
  // Whoever has the relationship sees the person, and is told nothing else for a wrong birthday.
  const auto own = v1::CareRecordsService::NewStub(gateway_->ConnectAs("RT5"));
  v1::GetPersonRequest request;
  *request.mutable_person() = TestPerson("9990000034");
  v1::GetPersonResponse response;
  const auto context = Soon();
  EXPECT_TRUE(own->GetPerson(context.get(), request, &response).ok());
}

TEST_F(ShownTest, ReadingForOthersNeedsTheRightToSpeak) {
  Shows({"ctl-01"});
  v1::GetPersonRequest request;
  *request.mutable_person() = TestPerson();
  request.set_reader("RT5");
  v1::GetPersonResponse response;
  const auto context = Soon();
  const grpc::Status status = v1::CareRecordsService::NewStub(gateway_->ConnectAs("C82999"))
                                  ->GetPerson(context.get(), request, &response);
  EXPECT_EQ(status.error_code(), StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(ErrorOf(status).reason(), "READER_NOT_ALLOWED");
}

TEST_F(ShownTest, ARecordAtATimeIsReadAndOnlyByReaders) {
  Shows({"aud-04", "ctl-03"});
  ASSERT_TRUE(Submit(gateway_->ConnectAs("RT5"), EpisodeOpened("door-state")).ok());
  v1::StateAtRequest request;
  *request.mutable_person() = TestPerson();
  // The episode was opened in the second that is under way.
  const absl::Time at = absl::Now();
  request.mutable_at()->set_seconds(absl::ToUnixSeconds(at));
  request.mutable_at()->set_nanos(static_cast<int32_t>(
      (at - absl::FromUnixSeconds(absl::ToUnixSeconds(at))) / absl::Nanoseconds(1)));
  request.set_sense(v1::STATE_SENSE_KNOWN_THEN);
  v1::StateAtResponse response;
  const auto context = Soon();
  const grpc::Status status = v1::CareRecordsService::NewStub(gateway_->ConnectAs("RT5"))
                                  ->StateAt(context.get(), request, &response);
  ASSERT_TRUE(status.ok()) << ErrorOf(status).reason() << " " << status.error_message();
  EXPECT_EQ(response.record().identity().reference().nhs_number(), TestPerson().nhs_number());
  EXPECT_GT(response.entry_index(), 0u);
  const auto other = Soon();
  const grpc::Status refused = v1::CareRecordsService::NewStub(gateway_->ConnectAs("OPS"))
                                   ->StateAt(other.get(), request, &response);
  EXPECT_EQ(ErrorOf(refused).reason(), "METHOD_NOT_ALLOWED");
}

TEST_F(ShownTest, APersonIsFollowedAndAStrangerIsNot) {
  Shows({"ctl-04"});
  ASSERT_TRUE(Submit(gateway_->ConnectAs("RT5"), EpisodeOpened("door-watch")).ok());
  v1::WatchRequest request;
  *request.mutable_person() = TestPerson();
  v1::WatchResponse item;
  const auto streaming = Soon();
  const auto watch =
      v1::CareRecordsService::NewStub(gateway_->ConnectAs("RT5"))->Watch(streaming.get(), request);
  ASSERT_TRUE(watch->Read(&item));
  EXPECT_FALSE(item.has_change_index());
  EXPECT_GT(item.entry_index(), 0u);
  streaming->TryCancel();
  EXPECT_FALSE(watch->Read(&item));
  EXPECT_EQ(watch->Finish().error_code(), StatusCode::CANCELLED);

  request.mutable_person()->set_family_name("Somebody");
  const auto stranger = Soon();
  const auto none =
      v1::CareRecordsService::NewStub(gateway_->ConnectAs("RT5"))->Watch(stranger.get(), request);
  EXPECT_FALSE(none->Read(&item));
  EXPECT_EQ(ErrorOf(none->Finish()).reason(), "PERSON_NOT_VISIBLE");
  const auto refused = Soon();
  const auto operators =
      v1::CareRecordsService::NewStub(gateway_->ConnectAs("OPS"))->Watch(refused.get(), request);
  EXPECT_FALSE(operators->Read(&item));
  EXPECT_EQ(ErrorOf(operators->Finish()).reason(), "METHOD_NOT_ALLOWED");
}

TEST_F(ShownTest, AParticipantIsShownWithoutItsCertificates) {
  v1::GetParticipantRequest request;
  request.set_participant("RT5");
  v1::GetParticipantResponse response;
  const auto stub = v1::DirectoryService::NewStub(gateway_->ConnectAs("OPS"));
  const auto context = Soon();
  ASSERT_TRUE(stub->GetParticipant(context.get(), request, &response).ok());
  EXPECT_EQ(response.participant().name(), "Community nursing");
  EXPECT_EQ(response.participant().certificate_names_size(), 0);
  EXPECT_EQ(response.directory_digest().size(), 32u);
  request.set_participant("NOBODY");
  const auto again = Soon();
  EXPECT_EQ(ErrorOf(stub->GetParticipant(again.get(), request, &response)).reason(),
            "PARTICIPANT_NOT_FOUND");
}

TEST_F(ShownTest, OnlySendersAndAuditorsGetTheProofOfAnEntry) {
  Shows({"ctl-04"});
  v1::Receipt receipt;
  ASSERT_TRUE(Submit(gateway_->ConnectAs("RT5"), EpisodeOpened("door-9"), &receipt).ok());
  const auto prove = [&](const std::string& who, uint64_t index) {
    v1::GetInclusionProofRequest request;
    request.set_index(index);
    v1::GetInclusionProofResponse response;
    const auto context = Soon();
    return v1::AuditService::NewStub(gateway_->ConnectAs(who))
        ->GetInclusionProof(context.get(), request, &response);
  };
  EXPECT_TRUE(prove("RT5", receipt.entry_index()).ok());
  EXPECT_TRUE(prove("RELAY", receipt.entry_index()).ok());
  EXPECT_TRUE(prove("AUDIT", receipt.entry_index()).ok());
  const grpc::Status stranger = prove("C82999", receipt.entry_index());
  const grpc::Status beyond = prove("C82999", 1000000);
  EXPECT_EQ(ErrorOf(stranger).reason(), "ENTRY_NOT_FOUND");
  EXPECT_EQ(stranger.error_message(), beyond.error_message());
  EXPECT_EQ(stranger.error_details(), beyond.error_details());
}

}  // namespace
}  // namespace fosse
