#include <string>
#include <utility>
#include <vector>

#include "base/field_check.h"
#include "base/status.h"
#include "fosse/v1/mailbox.grpc.pb.h"
#include "gateway/authorisation.h"
#include "gateway/services.h"
#include "gateway/stream.h"
#include "gateway/unary.h"

namespace fosse::gateway {
namespace {

using Wire = grpc::ByteBuffer;
using Base = v1::MailboxService::WithRawCallbackMethod_Receive<
    v1::MailboxService::WithRawCallbackMethod_ListDeadLetters<
        v1::MailboxService::WithRawCallbackMethod_Replay<v1::MailboxService::Service>>>;

constexpr uint32_t kUsualWindow = 16;
constexpr uint32_t kMostWindow = 64;
constexpr int kMostRecipients = 64;

// One open set of mailboxes. The engine hands out no more than the window, and an item that waits
// here is not queued twice, so a slow reader holds at most a window of items. Acknowledgements
// under way are bounded by the window too.
class ReceiveCall : public Stream<BidiReactor> {
 public:
  using Stream::Stream;

  void OnReadDone(bool ok) override {
    if (!ok) return End(absl::OkStatus());  // It will acknowledge nothing more.
    v1::ReceiveRequest request;
    absl::Status status = ReadMessage(incoming_, request);
    if (status.ok()) status = opened_ ? Acknowledge(request) : OpenMailboxes(request);
    if (!status.ok()) return End(status);
    ReadWhenThereIsRoom();
  }

  void Drain() override {
    End(MakeError(absl::StatusCode::kUnavailable, "SHUTTING_DOWN",
                  "the gateway is stopping; connect again"));
  }

 protected:
  void Open() override {
    UnlessEnding([this] { StartRead(&incoming_); });
  }

  void Done() override {
    // No lock: the library has let go, and Unsubscribe() waits for a delivery under way.
    if (subscription_ != nullptr) gate().engine().Unsubscribe(subscription_);
    subscription_.reset();
  }

 private:
  absl::Status OpenMailboxes(const v1::ReceiveRequest& request) {
    if (request.has_outcome() || request.recipients().empty() ||
        request.recipients_size() > kMostRecipients || request.window() > kMostWindow) {
      return MakeError(absl::StatusCode::kInvalidArgument, "MAILBOX_REQUEST_INVALID",
                       "the first request names 1 to 64 mailboxes and a window of at most 64",
                       {{"mostWindow", kMostWindow}, {"mostRecipients", kMostRecipients}});
    }
    for (const std::string& recipient : request.recipients()) {
      FOSSE_RETURN_IF_ERROR(AuthoriseReader(*admitted().participant, recipient));
    }
    recipients_.assign(request.recipients().begin(), request.recipients().end());
    window_ = request.window() == 0 ? kUsualWindow : request.window();
    opened_ = true;
    subscription_ = gate().engine().Subscribe(
        admitted().caller, recipients_, window_, [weak = weak_from_this()](v1::Delivery delivery) {
          if (const auto call = std::static_pointer_cast<ReceiveCall>(weak.lock())) {
            call->Deliver(std::move(delivery));
          }
        });
    return absl::OkStatus();
  }

  void Deliver(v1::Delivery delivery) {
    // A participant that was taken out of the directory gets nothing more on an old connection.
    Admitted now;
    absl::Status status = AdmitAgain(now);
    if (status.ok()) status = AuthoriseReader(*now.participant, delivery.recipient());
    if (!status.ok()) return CloseNow(status);
    v1::ReceiveResponse response;
    const std::string id = delivery.delivery_id();
    *response.mutable_delivery() = std::move(delivery);
    Send(WriteMessage(response), id);
  }

  absl::Status Acknowledge(const v1::ReceiveRequest& request) {
    if (!request.has_outcome() || !request.recipients().empty()) {
      return MakeError(absl::StatusCode::kInvalidArgument, "MAILBOX_REQUEST_INVALID",
                       "a later request says what became of one item, and nothing else");
    }
    FOSSE_RETURN_IF_ERROR(CheckFields(request.outcome()));
    Admitted now;
    FOSSE_RETURN_IF_ERROR(AdmitAgain(now));
    {
      absl::MutexLock lock(&mutex_);
      if (end_.has_value()) return absl::OkStatus();
      ++acknowledging_;
    }
    gate().engine().Acknowledge(
        subscription_, request.outcome(),
        [self = std::static_pointer_cast<ReceiveCall>(shared_from_this())](
            absl::StatusOr<uint64_t> entry) { self->Acknowledged(entry.status()); });
    return absl::OkStatus();
  }

  void Acknowledged(const absl::Status& status) {
    {
      absl::MutexLock lock(&mutex_);
      --acknowledging_;
      if (!status.ok() && !end_.has_value()) end_ = status;
      if (end_.has_value()) {
        if (acknowledging_ == 0) Close(*end_);
        return;
      }
      if (!paused_) return;
      paused_ = false;
    }
    ReadWhenThereIsRoom();
  }

  void ReadWhenThereIsRoom() {
    {
      absl::MutexLock lock(&mutex_);
      if (end_.has_value()) return;
      paused_ = acknowledging_ >= window_;
      if (paused_) return;
    }
    UnlessEnding([this] { StartRead(&incoming_); });
  }

  // No more acknowledgements are read; the stream ends when those read are kept.
  void End(const absl::Status& status) {
    absl::MutexLock lock(&mutex_);
    if (!end_.has_value()) end_ = status;
    if (acknowledging_ == 0) Close(*end_);
  }

  Wire incoming_;
  // Written before the first acknowledgement is read, by the one reader.
  bool opened_ = false;
  std::vector<std::string> recipients_;
  uint32_t window_ = kUsualWindow;
  std::shared_ptr<engine::Engine::Subscription> subscription_;

  // Before the lock of Stream, never after it.
  absl::Mutex mutex_;
  uint32_t acknowledging_ ABSL_GUARDED_BY(mutex_) = 0;
  bool paused_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mutex_);
};

class MailboxServiceOverEngine final : public Base {
 public:
  explicit MailboxServiceOverEngine(Gate& gate) : gate_(gate) {}

  BidiReactor* Receive(grpc::CallbackServerContext* context) override {
    return ReceiveCall::Run(std::make_shared<ReceiveCall>(gate_, Method::kReceive, context),
                            context);
  }

  grpc::ServerUnaryReactor* ListDeadLetters(grpc::CallbackServerContext* context,
                                            const Wire* request, Wire* response) override {
    return ServeUnary<v1::ListDeadLettersRequest, v1::ListDeadLettersResponse>(
        gate_, Method::kListDeadLetters, context, request, response,
        [this](const Admitted& caller, v1::ListDeadLettersRequest message,
               engine::Done<v1::ListDeadLettersResponse> done) {
          gate_.engine().ListDeadLetters(caller.caller, std::move(message), std::move(done));
        });
  }

  grpc::ServerUnaryReactor* Replay(grpc::CallbackServerContext* context, const Wire* request,
                                   Wire* response) override {
    return ServeUnary<v1::ReplayRequest, v1::ReplayResponse>(
        gate_, Method::kReplay, context, request, response,
        [this](const Admitted& caller, const v1::ReplayRequest& message,
               engine::Done<v1::ReplayResponse> done) {
          gate_.engine().Replay(caller.caller, message, std::move(done));
        });
  }

 private:
  Gate& gate_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeMailboxService(Gate& gate) {
  return std::make_unique<MailboxServiceOverEngine>(gate);
}

}  // namespace fosse::gateway
