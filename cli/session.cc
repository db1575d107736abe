#include "cli/session.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/code.h"
#include "base/status.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/util/json_util.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"

namespace fosse::cli {
namespace {

constexpr size_t kMostInput = 16 << 20;
constexpr int kMostAnswerBytes = 8 << 20;

absl::StatusOr<std::string> ReadAll(std::istream& stream) {
  std::string text;
  char buffer[16384];
  while (text.size() <= kMostInput &&
         (stream.read(buffer, sizeof(buffer)) || stream.gcount() > 0)) {
    text.append(buffer, static_cast<size_t>(stream.gcount()));
  }
  if (stream.bad() || text.size() > kMostInput) {
    return absl::InvalidArgumentError("cannot be read, or is longer than 16 MiB");
  }
  return text;
}

absl::StatusOr<std::string> ReadPem(const std::string& path, absl::string_view option) {
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (path.empty() || text.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(option, " must name a PEM file that can be read"));
  }
  return text;
}

// What the gateway said besides code and sentence; nothing where it was not the gateway who spoke.
google::rpc::ErrorInfo ErrorOf(const grpc::Status& status) {
  google::rpc::ErrorInfo error;
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return error;
  for (const google::protobuf::Any& any : details.details()) {
    if (any.UnpackTo(&error)) break;
  }
  return error;
}

google::protobuf::Struct ErrorJson(const grpc::Status& status, const std::string& code,
                                   const google::rpc::ErrorInfo& error) {
  google::protobuf::Struct document;
  auto& fields = *(*document.mutable_fields())["error"].mutable_struct_value()->mutable_fields();
  fields["code"].set_string_value(code);
  fields["reason"].set_string_value(error.reason());
  fields["message"].set_string_value(status.error_message());
  auto& metadata = *fields["metadata"].mutable_struct_value()->mutable_fields();
  for (const auto& [key, value] : error.metadata()) metadata[key].set_string_value(value);
  return document;
}

// 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z.
constexpr int64_t kFirstSecond = -62135596800;
constexpr int64_t kLastSecond = 253402300799;
constexpr int32_t kLastNano = 999999999;

void BringIntoRange(google::protobuf::Timestamp& time) {
  if (time.seconds() < kFirstSecond) {
    time.set_seconds(kFirstSecond);
    time.set_nanos(0);
  } else if (time.seconds() > kLastSecond) {
    time.set_seconds(kLastSecond);
    time.set_nanos(kLastNano);
  }
  time.set_nanos(std::clamp(time.nanos(), 0, kLastNano));
}

// Every timestamp in `message`, however deep.
void BringTimesIntoRange(google::protobuf::Message& message) {
  using google::protobuf::FieldDescriptor;
  if (message.GetDescriptor() == google::protobuf::Timestamp::descriptor()) {
    return BringIntoRange(static_cast<google::protobuf::Timestamp&>(message));
  }
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* const field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      BringTimesIntoRange(*reflection.MutableMessage(&message, field));
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      BringTimesIntoRange(*reflection.MutableRepeatedMessage(&message, field, i));
    }
  }
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> Session::Connect() {
  if (channel_ != nullptr) return channel_;
  grpc::SslCredentialsOptions options;
  FOSSE_ASSIGN_OR_RETURN(options.pem_root_certs, ReadPem(settings_.authority, "--ca"));
  FOSSE_ASSIGN_OR_RETURN(options.pem_cert_chain, ReadPem(settings_.certificate, "--cert"));
  FOSSE_ASSIGN_OR_RETURN(options.pem_private_key, ReadPem(settings_.key, "--key"));
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMostAnswerBytes);
  channel_ = grpc::CreateCustomChannel(settings_.gateway, grpc::SslCredentials(options), arguments);
  return channel_;
}

std::unique_ptr<grpc::ClientContext> Session::NewContext() const {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(std::chrono::system_clock::now() +
                        std::chrono::seconds(settings_.timeout_seconds));
  return context;
}

ExitCode Session::Refused(const grpc::Status& status) {
  if (status.ok()) return kExitOk;
  const google::rpc::ErrorInfo error = ErrorOf(status);
  const std::string code(CodeOf(static_cast<absl::StatusCode>(status.error_code())).text());
  if (settings_.json) PrintJson(ErrorJson(status, code, error));
  if (error.reason().empty() && (status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                                 status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED)) {
    err_
        << "fosse: no answer from " << settings_.gateway << " (" << code << ")\n"
        << "  Check address and certificates, or wait and run the same command again: sending the\n"
        << "  same message twice is safe.\n";
    return kExitUnreachable;
  }
  err_ << "fosse: refused: " << (error.reason().empty() ? code : error.reason()) << ": "
       << status.error_message() << "\n";
  for (const auto& [key, value] :
       std::map<std::string, std::string>(error.metadata().begin(), error.metadata().end())) {
    err_ << "  " << key << ": " << value << "\n";
  }
  return kExitRefused;
}

ExitCode Session::Wrong(const absl::Status& status, ExitCode code) {
  const std::string reason = ReasonOf(status);
  err_ << "fosse: " << (reason.empty() ? "" : reason + ": ") << std::string(status.message())
       << "\n";
  return code;
}

void Session::PrintJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  std::string json;
  if (google::protobuf::util::MessageToJsonString(message, &json, options).ok()) {
    out_ << json;
    return;
  }
  // Times outside the years 1 to 9999 have no JSON, and whatever sent them is shown all the same.
  const std::unique_ptr<google::protobuf::Message> copy(message.New());
  copy->CopyFrom(message);
  BringTimesIntoRange(*copy);
  err_ << "fosse: a time outside the years 1 to 9999 is shown as the nearest within\n";
  json.clear();
  const auto status = google::protobuf::util::MessageToJsonString(*copy, &json, options);
  if (status.ok()) {
    out_ << json;
  } else {
    err_ << "fosse: the answer has no JSON: " << status.ToString() << "\n";
  }
}

absl::StatusOr<std::string> Session::ReadInput(const std::string& path) {
  absl::StatusOr<std::string> text;
  if (path == "-") {
    text = ReadAll(in_);
  } else {
    std::ifstream file(path, std::ios::binary);
    text = file.is_open() ? ReadAll(file) : absl::InvalidArgumentError("cannot be opened");
  }
  if (text.ok()) return text;
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", text.status().message()));
}

absl::Status Session::WriteFile(const std::string& path, absl::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (file.good()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(path, ": cannot be written"));
}

}  // namespace fosse::cli
