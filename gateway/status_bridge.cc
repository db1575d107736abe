#include "gateway/status_bridge.h"

#include <string>

#include "absl/strings/numbers.h"
#include "base/status.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace fosse::gateway {
namespace {

constexpr char kDomain[] = "fosse";
// A batch is committed many times a second, so a full queue has room again soon; a restart takes
// longer.
constexpr int64_t kRetryQueueMs = 1000;
constexpr int64_t kRetryTroubleMs = 5000;

// 0: waiting does not help. An error that knows better says so in its metadata.
int64_t RetryMilliseconds(absl::StatusCode code, absl::string_view said) {
  int64_t milliseconds = 0;
  if (absl::SimpleAtoi(said, &milliseconds) && milliseconds > 0) return milliseconds;
  switch (code) {
    case absl::StatusCode::kResourceExhausted:
      return kRetryQueueMs;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kUnknown:
      return kRetryTroubleMs;
    default:
      return 0;
  }
}

// The same error gives the same bytes: the order of a map says nothing about what was asked.
std::string Deterministic(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

void AddDetail(const google::protobuf::Message& detail, google::rpc::Status& details) {
  google::protobuf::Any& any = *details.add_details();
  any.set_type_url("type.googleapis.com/" + detail.GetDescriptor()->full_name());
  any.set_value(Deterministic(detail));
}

}  // namespace

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const std::string reason = ReasonOf(status);
  const bool ours = !reason.empty();
  const std::string sentence =
      ours ? std::string(status.message()) : "the gateway is in trouble; its log says more";

  google::rpc::ErrorInfo error;
  error.set_reason(ours ? reason : "INTERNAL");
  error.set_domain(kDomain);
  for (const auto& [key, value] : MetadataOf(status)) (*error.mutable_metadata())[key] = value;

  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(sentence);
  AddDetail(error, details);
  const auto said = error.metadata().find("retryAfterMs");
  const int64_t wait = RetryMilliseconds(
      status.code(), said == error.metadata().end() ? absl::string_view() : said->second);
  if (wait > 0) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(wait / 1000);
    retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(wait % 1000 * 1000000));
    AddDetail(retry, details);
  }
  // Both enums number the canonical codes alike.
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), sentence,
                      Deterministic(details));
}

}  // namespace fosse::gateway
