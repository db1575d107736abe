#ifndef FOSSE_GATEWAY_GATE_H_
#define FOSSE_GATEWAY_GATE_H_

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/clock.h"
#include "care/directory.h"
#include "engine/engine.h"
#include "fosse/v1/directory.pb.h"
#include "gateway/method.h"
#include "gateway/metrics.h"
#include "grpcpp/server_context.h"

namespace fosse::gateway {

// A unary call may ask for no more time than this; a message on a stream gets kMessageTime.
inline constexpr absl::Duration kUsualTime = absl::Seconds(10);
inline constexpr absl::Duration kMostTime = absl::Seconds(60);
inline constexpr absl::Duration kMessageTime = absl::Seconds(10);

// A caller that was let in, under the directory of that moment.
struct Admitted {
  std::shared_ptr<const care::Directory> directory;  // Owns the participant.
  const v1::Participant* participant = nullptr;
  engine::Caller caller;
  absl::Time deadline = absl::InfiniteFuture();  // Infinite for streams without one.
};

// A stream that must end when the gateway stops.
class Drainable {
 public:
  virtual ~Drainable() = default;
  // Takes nothing more, answers what it took, then ends with SHUTTING_DOWN.
  virtual void Drain() = 0;
};

// The one way in: identity, method, deadline, in this order, for every call. Also what all services
// need: the engine, the figures, the list of open streams. Thread-safe.
class Gate {
 public:
  // References outlive the Gate.
  Gate(engine::Engine& engine, Metrics& metrics, const Clock& clock)
      : engine_(engine), metrics_(metrics), clock_(clock) {}

  // UNAVAILABLE, reason SHUTTING_DOWN, once Drain() was called; UNAUTHENTICATED and
  // PERMISSION_DENIED as in identity.h and authorisation.h; INVALID_ARGUMENT, DEADLINE_TOO_LONG on
  // a unary call. One without a deadline gets kUsualTime.
  // Fills `admitted` as far as it gets, so that a refused caller that is known can be named.
  absl::Status Admit(Method method, const grpc::CallbackServerContext& context,
                     Admitted& admitted) const;

  // The same later on a stream: the directory may have changed since.
  absl::Status AdmitAgain(Method method, absl::Span<const std::string> names,
                          Admitted& admitted) const;

  void CallBegan(Method method);
  // Counts the end of a call; a refusal over the caller goes into the trail as a count.
  void CallEnded(Method method, absl::string_view participant, const absl::Status& status,
                 absl::Duration took);

  void CountRefusal(Method method, absl::string_view participant, absl::string_view reason);

  // False once Drain() was called: the stream must end at once.
  bool AddStream(std::weak_ptr<Drainable> stream);

  // Lets nobody in any more, has open streams end, and waits for all calls to end, at most
  // `within`.
  void Drain(absl::Duration within);

  engine::Engine& engine() const { return engine_; }
  const Clock& clock() const { return clock_; }

 private:
  engine::Engine& engine_;
  Metrics& metrics_;
  const Clock& clock_;
  std::atomic<bool> draining_ = false;
  std::atomic<int64_t> under_way_ = 0;
  absl::Mutex mutex_;
  std::vector<std::weak_ptr<Drainable>> streams_ ABSL_GUARDED_BY(mutex_);
};

// UNIMPLEMENTED, reason NOT_BUILT.
absl::Status NotBuilt();

}  // namespace fosse::gateway

#endif  // FOSSE_GATEWAY_GATE_H_
