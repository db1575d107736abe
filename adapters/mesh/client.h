#ifndef FOSSE_ADAPTERS_MESH_CLIENT_H_
#define FOSSE_ADAPTERS_MESH_CLIENT_H_

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/kit/config.pb.h"
#include "adapters/kit/https_client.h"
#include "adapters/mesh/authorization.h"
#include "base/random.h"

namespace fosse::adapters::mesh {

struct Outgoing {
  std::string to;        // Mailbox.
  std::string workflow;  // Such as GPFED_CONSULT_REPORT.
  std::string local_id;  // Ours; what is under way is found again by it.
  std::string content;
};

struct Incoming {
  std::string message_id;
  std::string from;  // Mailbox.
  std::string workflow;
  bool report = false;     // MESH itself speaks: something could not be delivered.
  std::string linked_id;   // Report: MESH's id of the message in question.
  std::string local_id;    // Report: ours.
  std::string error_code;  // Report: such as 14, not collected, or EPL-151.
  std::string content;     // Whole and uncompressed.
};

// How a message that we sent stands.
struct Tracked {
  std::string message_id;
  std::string status;  // accepted, acknowledged, undeliverable, …
};

// Our mailbox on MESH over mutual TLS: one connection a call, each with a nonce of its own. Blocks,
// at most 30 seconds a call. Thread-safe.
//
// Errors: UNAVAILABLE, reason MESH_UNREACHABLE, where no answer came or one that may pass;
// FAILED_PRECONDITION, reason MESH_REFUSED (metadata: the HTTP status), where MESH will not take
// the call as it is; INVALID_ARGUMENT, reasons MESH_ANSWER_INVALID, GZIP_INVALID,
// CHUNK_RANGE_INVALID.
class Client {
 public:
  // FAILED_PRECONDITION, reason CREDENTIALS_UNREADABLE.
  static absl::StatusOr<std::unique_ptr<Client>> Create(const MeshMailbox& config, Random& random);

  // Whether mailbox, password and key are right.
  absl::Status Handshake();
  // Sends, compressed and in chunks where it is large; gives MESH's id. Sent is not delivered.
  absl::StatusOr<std::string> Send(const Outgoing& message);
  // Ids that wait in the inbox, 100 at most.
  absl::StatusOr<std::vector<std::string>> Inbox();
  absl::StatusOr<Incoming> Download(const std::string& message_id);
  // Takes it out of the inbox, for good: only once it is kept.
  absl::Status Acknowledge(const std::string& message_id);
  // NOT_FOUND, reason MESH_MESSAGE_UNKNOWN, where MESH knows none of that local id.
  absl::StatusOr<Tracked> Track(const std::string& local_id);

 private:
  Client(const MeshMailbox& config, MailboxSecrets secrets, Random& random);
  absl::StatusOr<HttpResponse> Call(const std::string& method, const std::string& path,
                                    std::map<std::string, std::string> headers = {},
                                    std::string body = "");

  const MeshMailbox config_;
  const MailboxSecrets secrets_;
  Random& random_;
};

}  // namespace fosse::adapters::mesh

#endif  // FOSSE_ADAPTERS_MESH_CLIENT_H_
