#ifndef FOSSE_GATEWAY_STREAM_H_
#define FOSSE_GATEWAY_STREAM_H_

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "gateway/gate.h"
#include "gateway/identity.h"
#include "gateway/status_bridge.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"

namespace fosse::gateway {

using BidiReactor = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;
using WriteReactor = grpc::ServerWriteReactor<grpc::ByteBuffer>;

// One open stream: writes one message at a time, ends once, and lives until the library and
// everybody who may still answer have let go of it. The answers may come from any thread.
//
// `Reactor` is BidiReactor or WriteReactor. The library never runs a reaction inside a call of ours
// to StartRead, StartWrite or Finish, so these are called under the lock.
template <class Reactor>
class Stream : public Reactor, public Drainable, public std::enable_shared_from_this<Drainable> {
 public:
  Stream(Gate& gate, Method method, grpc::CallbackServerContext* context)
      : gate_(gate),
        method_(method),
        names_(CertificateNames(*context->auth_context())),
        began_(gate.clock().Monotonic()) {
    gate_.CallBegan(method_);
  }

  // Hands the stream to the library: it keeps itself alive until OnDone(). Begins with Open().
  static Reactor* Run(std::shared_ptr<Stream> stream, grpc::CallbackServerContext* context) {
    stream->self_ = stream;
    const absl::Status admitted = stream->gate_.Admit(stream->method_, *context, stream->admitted_);
    if (!admitted.ok()) {
      stream->CloseNow(admitted);
    } else {
      stream->Open();
      // Stopping began meanwhile: this stream was not in the list of those to end.
      if (!stream->gate_.AddStream(stream->weak_from_this())) stream->Drain();
    }
    return stream.get();
  }

  void OnCancel() final {
    CloseNow(absl::CancelledError());
    Cancelled();
  }

  void OnDone() final {
    Done();
    self_.reset();  // May delete this.
  }

  void OnWriteDone(bool ok) final {
    {
      absl::MutexLock lock(&mutex_);
      outbox_.pop_front();
      writing_ = false;
      if (!ok) {
        outbox_.clear();
        if (!end_.has_value()) end_ = absl::CancelledError();
      }
      Step();
    }
    if (ok) Sent();
  }

 protected:
  // Called once, when the caller was let in.
  virtual void Open() = 0;
  // One message was taken by the caller's side.
  virtual void Sent() {}
  // The caller went away.
  virtual void Cancelled() {}
  // The library has let go; nothing may be sent any more.
  virtual void Done() {}

  // Queues a message; nothing once the stream is ending. An item with a tag that still waits here
  // is not queued again.
  void Send(grpc::ByteBuffer bytes, std::string tag = "") {
    absl::MutexLock lock(&mutex_);
    if (end_.has_value()) return;
    for (const Outgoing& other : outbox_) {
      if (!tag.empty() && other.tag == tag) return;
    }
    outbox_.push_back({std::move(bytes), std::move(tag)});
    Step();
  }

  // Ends the stream after what is queued.
  void Close(const absl::Status& status) {
    absl::MutexLock lock(&mutex_);
    if (!end_.has_value()) end_ = status;
    Step();
  }

  // Ends the stream at once; what is queued is not sent.
  void CloseNow(const absl::Status& status) {
    absl::MutexLock lock(&mutex_);
    if (!end_.has_value()) end_ = status;
    // The one under way belongs to the library until it is written.
    while (outbox_.size() > (writing_ ? 1u : 0u)) outbox_.pop_back();
    Step();
  }

  // Runs `start` (a StartRead) unless the stream is ending.
  template <typename Start>
  void UnlessEnding(Start start) {
    absl::MutexLock lock(&mutex_);
    if (!end_.has_value()) start();
  }

  Gate& gate() const { return gate_; }
  Method method() const { return method_; }
  // As of the opening. AdmitAgain() for later.
  const Admitted& admitted() const { return admitted_; }
  absl::Status AdmitAgain(Admitted& admitted) const {
    return gate_.AdmitAgain(method_, names_, admitted);
  }

 private:
  struct Outgoing {
    grpc::ByteBuffer bytes;
    std::string tag;
  };

  void Step() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (finished_ || writing_) return;
    if (!outbox_.empty()) {
      writing_ = true;
      this->StartWrite(&outbox_.front().bytes);
      return;
    }
    if (!end_.has_value()) return;
    finished_ = true;
    gate_.CallEnded(method_, admitted_.caller.participant, *end_,
                    gate_.clock().Monotonic() - began_);
    this->Finish(ToGrpc(*end_));
  }

  Gate& gate_;
  const Method method_;
  const std::vector<std::string> names_;
  const absl::Duration began_;
  Admitted admitted_;  // Written before Open() only.
  std::shared_ptr<Stream> self_;

  absl::Mutex mutex_;
  std::deque<Outgoing> outbox_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;   // The first of outbox_ is being written.
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;  // Finish() was called.
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace fosse::gateway

#endif  // FOSSE_GATEWAY_STREAM_H_
