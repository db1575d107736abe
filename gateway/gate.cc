#include "gateway/gate.h"

#include <chrono>
#include <utility>

#include "absl/time/clock.h"
#include "base/status.h"
#include "gateway/authorisation.h"
#include "gateway/identity.h"

namespace fosse::gateway {
namespace {

// A deadline travels as a rounded time span, so one of exactly the limit may arrive as a little
// more.
constexpr absl::Duration kRounding = absl::Seconds(1);
constexpr absl::Duration kLookAgain = absl::Milliseconds(5);

absl::StatusOr<absl::Time> DeadlineOf(const grpc::CallbackServerContext& context, bool unary) {
  const std::chrono::system_clock::time_point deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) {
    return unary ? absl::Now() + kUsualTime : absl::InfiniteFuture();
  }
  const absl::Time time = absl::FromChrono(deadline);
  // gRPC gives the deadline as a moment of the machine's own clock, made from the span just now.
  if (unary && time - absl::Now() > kMostTime + kRounding) {
    return MakeError(absl::StatusCode::kInvalidArgument, "DEADLINE_TOO_LONG",
                     "the call asks for more time than any call gets",
                     {{"mostSeconds", absl::ToInt64Seconds(kMostTime)}});
  }
  return time;
}

}  // namespace

absl::Status Gate::Admit(Method method, const grpc::CallbackServerContext& context,
                         Admitted& admitted) const {
  if (draining_) {
    return MakeError(absl::StatusCode::kUnavailable, "SHUTTING_DOWN",
                     "the gateway is stopping; connect again");
  }
  FOSSE_RETURN_IF_ERROR(AdmitAgain(method, CertificateNames(*context.auth_context()), admitted));
  FOSSE_ASSIGN_OR_RETURN(admitted.deadline, DeadlineOf(context, RowOf(method).unary));
  return absl::OkStatus();
}

absl::Status Gate::AdmitAgain(Method method, absl::Span<const std::string> names,
                              Admitted& admitted) const {
  admitted.directory = engine_.directory();
  if (admitted.directory == nullptr) {
    return MakeError(absl::StatusCode::kUnavailable, "NOT_READY",
                     "no directory is in force, so nobody can be told apart");
  }
  FOSSE_ASSIGN_OR_RETURN(admitted.participant, ParticipantOf(names, *admitted.directory));
  admitted.caller.participant = admitted.participant->id();
  return AuthoriseMethod(method, *admitted.participant);
}

void Gate::CallBegan(Method method) {
  ++under_way_;
  metrics_.CallBegan(method);
}

void Gate::CallEnded(Method method, absl::string_view participant, const absl::Status& status,
                     absl::Duration took) {
  metrics_.CallEnded(method, status.code(), took);
  --under_way_;
  // Intake counts the senders that it refuses itself.
  const std::string reason = ReasonOf(status);
  if (reason == "SENDER_NOT_ALLOWED") return;
  if (status.code() == absl::StatusCode::kPermissionDenied ||
      status.code() == absl::StatusCode::kUnauthenticated) {
    CountRefusal(method, participant, reason);
  }
}

void Gate::CountRefusal(Method method, absl::string_view participant, absl::string_view reason) {
  const absl::string_view name = RowOf(method).name;
  engine_.CountRefusal(participant, name.substr(name.find('/') + 1), reason);
}

bool Gate::AddStream(std::weak_ptr<Drainable> stream) {
  absl::MutexLock lock(&mutex_);
  if (draining_) return false;
  // Forget those that ended, so that the list stays as long as there are streams.
  std::erase_if(streams_, [](const std::weak_ptr<Drainable>& other) { return other.expired(); });
  streams_.push_back(std::move(stream));
  return true;
}

void Gate::Drain(absl::Duration within) {
  std::vector<std::weak_ptr<Drainable>> streams;
  {
    absl::MutexLock lock(&mutex_);
    draining_ = true;
    streams.swap(streams_);
  }
  for (const std::weak_ptr<Drainable>& stream : streams) {
    if (const std::shared_ptr<Drainable> open = stream.lock()) open->Drain();
  }
  const absl::Duration until = clock_.Monotonic() + within;
  while (under_way_ > 0 && clock_.Monotonic() < until) absl::SleepFor(kLookAgain);
}

absl::Status NotBuilt() {
  return MakeError(absl::StatusCode::kUnimplemented, "NOT_BUILT",
                   "this version of the gateway does not serve this method yet");
}

}  // namespace fosse::gateway
