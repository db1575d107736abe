#ifndef FOSSE_ADAPTERS_MESH_COURIER_H_
#define FOSSE_ADAPTERS_MESH_COURIER_H_

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/kit/adapter.h"
#include "adapters/kit/delivery_loop.h"
#include "adapters/mesh/client.h"

namespace fosse::adapters::mesh {

// Carries deliveries to practices over MESH as ITK3, and brings their systems' answers back.
//
//   taken by MESH                    under way: nothing is said to the gateway
//   infrastructure or business code  delivered, or dead: FindAnswerCode() says which
//   not collected, undeliverable     dead: the gateway tells who must reach the practice otherwise
//
// No answer moves oversight. An answer counts only where it names a message that we sent and comes
// from the mailbox that we sent it to; all others, and late ones, are kept as notes and change
// nothing. What is under way is known by notes in the outbox and by MESH's own tracking, so that a
// process that is killed sends nothing twice and forgets nothing. Thread-safe.
class Courier {
 public:
  static absl::StatusOr<std::unique_ptr<Courier>> Create(Adapter& adapter);
  ~Courier();

  // Whether a recipient is reached over MESH.
  bool Serves(absl::string_view participant) const;
  // Hands a delivery to MESH, once.
  Attempt Post(const v1::Delivery& delivery);
  // Begins to look at the inbox; `loop` is told how deliveries end and must outlive the courier's
  // Stop().
  void Start(DeliveryLoop& loop);
  void Stop();
  // One look: the inbox, then what is under way. For Start() and tests.
  void Look(DeliveryLoop& loop);

 private:
  Courier(Adapter& adapter, std::unique_ptr<Client> client)
      : adapter_(adapter), client_(std::move(client)) {}
  const MeshRoute* RouteOf(absl::string_view participant) const;
  absl::Status SendOnce(const v1::Delivery& delivery, const MeshRoute& route,
                        const std::string& local_id);
  absl::Status TakeIn(const std::string& message_id, DeliveryLoop& loop);
  absl::Status TakeAnswer(const Incoming& message, DeliveryLoop& loop);
  absl::Status TakeReport(const Incoming& message, DeliveryLoop& loop);
  absl::Status KeepStray(const Incoming& message);
  void TrackWaiting(DeliveryLoop& loop);
  void TrackOne(const Outbox::Item& item, DeliveryLoop& loop);
  absl::Status Settle(const std::string& delivery_id, Outbox::State state, const std::string& code,
                      DeliveryLoop& loop);

  Adapter& adapter_;
  const std::unique_ptr<Client> client_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread looking_;
};

// What people are shown of the answers to a delivery: one line each, "infrastructure 20013: …",
// oldest first.
std::vector<std::string> AnswersTo(Outbox& outbox, absl::string_view delivery_id);

}  // namespace fosse::adapters::mesh

#endif  // FOSSE_ADAPTERS_MESH_COURIER_H_
