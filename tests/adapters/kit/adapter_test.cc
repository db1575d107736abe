#include "adapters/kit/adapter.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/adapters/kit/kit_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters {
namespace {

TEST(AdapterTest, ReadsAConfigAndFindsWhoIsWho) {
  Certificates certificates;
  certificates.folder().Write("config.txtpb", R"(
    gateway: "localhost:7400" locality: "QK1" recipients: "1-1000000001"
    clients { certificate_name: "fosse:participant:1-1000000001" participant: "1-1000000001" }
    endpoints { participant: "C82999" url: "https://localhost:8443/FHIR/R4" }
  )");
  ASSERT_OK_AND_ASSIGN(AdapterConfig config,
                       ReadConfig(certificates.folder().path("config.txtpb")));
  *config.mutable_credentials() = certificates.Participant("RELAY");
  config.set_outbox(certificates.folder().path("outbox.db"));
  config.set_outbox_key(certificates.folder().path("outbox.key"));
  ASSERT_OK_AND_ASSIGN(const auto adapter, Adapter::Open(config));
  EXPECT_EQ(adapter->ParticipantOf("fosse:participant:1-1000000001"), "1-1000000001");
  EXPECT_EQ(adapter->ParticipantOf("fosse:participant:1-10000000012"), "");
  EXPECT_EQ(adapter->ParticipantOf(""), "");
  EXPECT_EQ(adapter->EndpointOf("C82999"), "https://localhost:8443/FHIR/R4");
  EXPECT_EQ(adapter->EndpointOf("C82998"), "");
}

TEST(AdapterTest, AFaultyConfigIsNamedByPlaceAndAMissingOneByPath) {
  Folder folder;
  folder.Write("config.txtpb", "gateway: \"localhost:7400\"\nno_such_field: 1\n");
  ::testing::internal::CaptureStderr();
  EXPECT_THAT(ReadConfig(folder.path("config.txtpb")), FailsWith("CONFIG_INVALID"));
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), ::testing::HasSubstr("config.txtpb:2:"));
  EXPECT_THAT(ReadConfig(folder.path("missing.txtpb")), FailsWith("CONFIG_UNREADABLE"));
}

TEST(AdapterTest, DoesNotOpenWithoutItsCredentials) {
  Folder folder;
  AdapterConfig config;
  config.set_outbox(folder.path("outbox.db"));
  config.set_outbox_key(folder.path("outbox.key"));
  config.mutable_credentials()->set_certificate(folder.path("missing.pem"));
  EXPECT_THAT(Adapter::Open(config), FailsWith("CREDENTIALS_UNREADABLE"));
}

TEST(RefusalTest, PassesWhereSendingAgainMayHelp) {
  Shows({"ctl-14", "flt-27"});
  using Code = absl::StatusCode;
  const struct {
    Code code;
    const char* reason;
    bool may_pass;
  } cases[] = {
      {Code::kUnavailable, "", true},
      {Code::kUnavailable, "COMMIT_FAILED", true},
      {Code::kUnknown, "COMMIT_UNKNOWN", true},
      {Code::kDeadlineExceeded, "", true},
      {Code::kCancelled, "", true},
      {Code::kAborted, "", true},
      {Code::kResourceExhausted, "QUEUE_FULL", true},
      // Too large stays too large.
      {Code::kResourceExhausted, "MESSAGE_TOO_LARGE", false},
      // The gateway gives a reason; the transport does not.
      {Code::kInternal, "MESSAGE_FAILED_CHECK", false},
      {Code::kInternal, "", true},
      {Code::kInvalidArgument, "FIELD_INVALID", false},
      {Code::kNotFound, "PERSON_NOT_VISIBLE", false},
      {Code::kAlreadyExists, "MESSAGE_ID_REUSED", false},
      {Code::kPermissionDenied, "", false},
      {Code::kUnauthenticated, "", false},
      {Code::kUnimplemented, "", false},
  };
  for (const auto& row : cases) {
    Refusal refusal;
    refusal.code = row.code;
    refusal.reason = row.reason;
    EXPECT_EQ(refusal.MayPass(), row.may_pass)
        << absl::StatusCodeToString(row.code) << " " << row.reason;
  }
}

}  // namespace
}  // namespace fosse::adapters
