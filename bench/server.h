#ifndef FOSSE_BENCH_SERVER_H_
#define FOSSE_BENCH_SERVER_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace fosse::bench {

// PEM bytes of one side.
struct Pem {
  std::string certificate;
  std::string key;
  std::string authority;
};
Pem ReadPem(const std::string& folder, const std::string& participant);

// Serves the bare echo over mutual TLS on loopback until killed.
int RunEchoServer(const Pem& pem, int port);

// A server process, killed when this goes.
class Server {
 public:
  explicit Server(std::vector<std::string> command, int port);
  ~Server();

  // Processor seconds that it has used so far, user and system.
  double CpuSeconds() const;
  // Whether it came to take connections.
  bool up() const { return up_; }

 private:
  pid_t pid_ = 0;
  bool up_ = false;
};

}  // namespace fosse::bench

#endif  // FOSSE_BENCH_SERVER_H_
