#ifndef FOSSE_ADAPTERS_COMMUNITY_MLLP_SERVER_H_
#define FOSSE_ADAPTERS_COMMUNITY_MLLP_SERVER_H_

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/kit/config.pb.h"

namespace fosse::adapters::community {

struct MllpRequest {
  std::string bytes;    // A message without its framing.
  std::string client;   // Name in the client's certificate: fosse:participant:….
  bool is_cut = false;  // Longer than the limit: `bytes` is its beginning, good for answering only.
};

struct MllpLimits {
  size_t frame_bytes = 1u << 20;
  size_t stray_bytes = 4u << 10;  // Outside any frame, on one connection; then it is closed.
  size_t broken_frames = 16;      // That break off, on one connection; then it is closed.
  // Further ones are closed at once, unless some have not finished their handshake: the oldest of
  // those makes room, so that nobody without a certificate keeps others out.
  size_t connections = 1024;
  absl::Duration handshake = absl::Seconds(10);
  absl::Duration idle = absl::Minutes(5);
  absl::Duration frame = absl::Seconds(30);  // From the first byte of a frame to its last.
};

// HL7 v2 frames over mutual TLS. All connections share two threads, so idle ones cost nothing and
// delay nobody. On one connection messages are taken strictly in order, the next one only after the
// last was answered; the sender may have sent it long before. A frame that breaks off is never
// handed on: its sender got no answer and sends it again.
class MllpServer {
 public:
  // The messages to send back, each in a frame of its own; none where the sender wanted none.
  using Respond = std::function<void(std::vector<std::string> answers)>;
  // Called from the server's threads and must not block; `respond` may be called from any thread,
  // once, also after the server is gone.
  using Handle = std::function<void(MllpRequest, Respond)>;

  // UNAVAILABLE, reason ADDRESS_UNUSABLE; FAILED_PRECONDITION, reason CREDENTIALS_UNREADABLE.
  static absl::StatusOr<std::unique_ptr<MllpServer>> Listen(const Door& door, MllpLimits limits,
                                                            Handle handle);
  ~MllpServer();

  int port() const;

 private:
  struct Impl;
  explicit MllpServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<Impl> impl_;
  std::vector<std::thread> threads_;
};

}  // namespace fosse::adapters::community

#endif  // FOSSE_ADAPTERS_COMMUNITY_MLLP_SERVER_H_
