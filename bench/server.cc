#include "bench/server.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "absl/time/clock.h"
#include "bench/echo.grpc.pb.h"
#include "grpcpp/grpcpp.h"

namespace fosse::bench {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class EchoServer : public EchoService::CallbackService {
 public:
  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context, const Payload* request,
                                 Payload* response) override {
    response->set_content(request->content());
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

bool TakesConnections(int port) {
  const int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool connected =
      connect(socket_fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  close(socket_fd);
  return connected;
}

}  // namespace

Pem ReadPem(const std::string& folder, const std::string& participant) {
  return {.certificate = ReadFile(folder + "/" + participant + ".pem"),
          .key = ReadFile(folder + "/" + participant + ".key"),
          .authority = ReadFile(folder + "/ca.pem")};
}

int RunEchoServer(const Pem& pem, int port) {
  grpc::SslServerCredentialsOptions options(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = pem.authority;
  options.pem_key_cert_pairs.push_back({pem.key, pem.certificate});
  EchoServer service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:" + std::to_string(port),
                           grpc::SslServerCredentials(options));
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  server->Wait();
  return 0;
}

Server::Server(std::vector<std::string> command, int port) {
  pid_ = fork();
  if (pid_ == 0) {
    std::vector<char*> arguments;
    for (std::string& word : command) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  for (int tries = 0; tries < 200 && !up_; ++tries) {
    absl::SleepFor(absl::Milliseconds(50));
    up_ = TakesConnections(port);
  }
}

Server::~Server() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

double Server::CpuSeconds() const {
  // Fields 14 and 15 of stat, behind the name in parentheses.
  std::string stat = ReadFile("/proc/" + std::to_string(pid_) + "/stat");
  std::istringstream rest(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int n = 0; n < 11; ++n) rest >> skipped;
  double user = 0;
  double system = 0;
  rest >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace fosse::bench
