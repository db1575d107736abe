#include "gateway/status_bridge.h"

#include <string>

#include "base/status.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "tests/gateway/test_gateway.h"
#include "tests/support/shows.h"

namespace fosse::gateway {
namespace {

google::rpc::RetryInfo RetryOf(const grpc::Status& status) {
  google::rpc::RetryInfo retry;
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  for (const google::protobuf::Any& any : details.details()) any.UnpackTo(&retry);
  return retry;
}

TEST(StatusBridgeTest, OkIsOk) { EXPECT_TRUE(ToGrpc(absl::OkStatus()).ok()); }

TEST(StatusBridgeTest, CarriesCodeSentenceReasonAndMetadata) {
  const grpc::Status status =
      ToGrpc(MakeError(absl::StatusCode::kAlreadyExists, "MESSAGE_ID_REUSED",
                       "message id was already used for other content", {{"count", 3}}));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(status.error_message(), "message id was already used for other content");
  const google::rpc::ErrorInfo error = ErrorOf(status);
  EXPECT_EQ(error.reason(), "MESSAGE_ID_REUSED");
  EXPECT_EQ(error.domain(), "fosse");
  EXPECT_EQ(error.metadata().at("count"), "3");
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  EXPECT_EQ(details.code(), status.error_code());
  EXPECT_EQ(details.message(), status.error_message());
  // Clients of other languages know the detail by this name.
  EXPECT_EQ(details.details(0).type_url(), "type.googleapis.com/google.rpc.ErrorInfo");
}

TEST(StatusBridgeTest, EveryCanonicalCodeKeepsItsNumber) {
  for (int code = 1; code <= 16; ++code) {
    const grpc::Status status =
        ToGrpc(MakeError(static_cast<absl::StatusCode>(code), "A_REASON", "a sentence"));
    EXPECT_EQ(static_cast<int>(status.error_code()), code);
  }
}

TEST(StatusBridgeTest, WordsOfALibraryStayInside) {
  Shows({"ctl-26"});
  const grpc::Status status =
      ToGrpc(absl::InternalError("near 'Quillfeather' at table person_9990000018"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(ErrorOf(status).reason(), "INTERNAL");
  const std::string all = status.error_message() + status.error_details();
  EXPECT_EQ(all.find("Quillfeather"), std::string::npos);
  EXPECT_EQ(all.find("9990000018"), std::string::npos);
}

TEST(StatusBridgeTest, SaysWhenToTryAgain) {
  Shows({"ctl-18"});
  EXPECT_EQ(RetryOf(ToGrpc(MakeError(absl::StatusCode::kResourceExhausted, "QUEUE_FULL", "full",
                                     {{"retryAfterMs", 250}})))
                .retry_delay()
                .nanos(),
            250000000);
  EXPECT_GT(RetryOf(ToGrpc(MakeError(absl::StatusCode::kUnavailable, "COMMIT_FAILED", "x")))
                .retry_delay()
                .seconds(),
            0);
  EXPECT_FALSE(RetryOf(ToGrpc(MakeError(absl::StatusCode::kInvalidArgument, "FIELD_INVALID", "x")))
                   .has_retry_delay());
}

}  // namespace
}  // namespace fosse::gateway
