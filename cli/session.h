#ifndef FOSSE_CLI_SESSION_H_
#define FOSSE_CLI_SESSION_H_

#include <istream>
#include <memory>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/exit_code.h"
#include "google/protobuf/message.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"

namespace fosse::cli {

// What all commands share, from the command line and the environment.
struct Settings {
  std::string gateway = "127.0.0.1:7400";
  std::string authority;
  std::string certificate;
  std::string key;
  std::string reader;  // --as
  bool json = false;
  int timeout_seconds = 10;
};

// One run of the program: where it reads and writes, and its connection. Not thread-safe.
class Session {
 public:
  Session(const Settings& settings, std::istream& in, std::ostream& out, std::ostream& err)
      : settings_(settings), in_(in), out_(out), err_(err) {}

  const Settings& settings() const { return settings_; }
  std::istream& in() { return in_; }
  std::ostream& out() { return out_; }
  std::ostream& err() { return err_; }

  // Connects at the first call. INVALID_ARGUMENT where a certificate file cannot be read.
  absl::StatusOr<std::shared_ptr<grpc::Channel>> Connect();
  // With the deadline of the settings.
  std::unique_ptr<grpc::ClientContext> NewContext() const;

  // Calls `method` of a stub made for `Service`. The exit code is kExitOk when `response` is there;
  // otherwise what was wrong has been said.
  template <typename Service, typename Request, typename Response>
  ExitCode Call(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&,
                                                      Response*),
                const Request& request, Response& response) {
    absl::StatusOr<std::shared_ptr<grpc::Channel>> channel = Connect();
    if (!channel.ok()) return Wrong(channel.status());
    const std::unique_ptr<grpc::ClientContext> context = NewContext();
    const auto stub = Service::NewStub(*channel);
    return Refused(((*stub).*method)(context.get(), request, &response));
  }

  // Says what the gateway refused, and why; kExitOk for an OK status.
  ExitCode Refused(const grpc::Status& status);
  // Says what is wrong with the call of the program or a file that it names.
  ExitCode Wrong(const absl::Status& status, ExitCode code = kExitUsage);

  // One JSON document with the names of the contract, for scripts.
  void PrintJson(const google::protobuf::Message& message);

  // The file's bytes; `-` is standard input. INVALID_ARGUMENT where it cannot be read.
  absl::StatusOr<std::string> ReadInput(const std::string& path);
  // INVALID_ARGUMENT where it cannot be written.
  absl::Status WriteFile(const std::string& path, absl::string_view bytes);

 private:
  const Settings& settings_;
  std::istream& in_;
  std::ostream& out_;
  std::ostream& err_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace fosse::cli

#endif  // FOSSE_CLI_SESSION_H_
