#include "adapters/council/webhook/sender.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "adapters/council/translate.h"
#include "adapters/council/webhook/answer.h"
#include "adapters/council/webhook/check.h"
#include "adapters/council/webhook/signature.h"
#include "adapters/kit/https_client.h"
#include "base/fault_point.h"
#include "base/log.h"
#include "base/participant_id.h"
#include "base/status.h"

namespace fosse::adapters::council::webhook {
namespace {

constexpr uint32_t kUsualTimeoutMs = 5'000;
constexpr int kGone = 410;

std::string GoneNote(const std::string& recipient) {
  return absl::StrCat("webhook-gone/", recipient);
}
std::string ToldNote(const v1::Delivery& delivery) {
  return absl::StrCat("webhook-told/", delivery.delivery_id());
}

bool IsReference(const Webhook& hook) { return hook.content() == "reference"; }

Attempt Later(const char* code) { return {.result = Attempt::Result::kLater, .detail_code = code}; }

// Which receiver it is, beside what happened; never what was sent or answered.
void LogOf(Severity severity, Code event, const std::string& recipient) {
  if (const auto id = ParticipantId::Parse(recipient); id.has_value()) {
    Log(severity, event, {{"recipient", *id}});
  } else {
    Log(severity, event, {});
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Sender>> Sender::Create(const AdapterConfig& config,
                                                       Outbox& outbox) {
  FOSSE_RETURN_IF_ERROR(CheckWebhooks(config));
  return std::unique_ptr<Sender>(new Sender(config, outbox));
}

Sender::Sender(const AdapterConfig& config, Outbox& outbox)
    : credentials_(config.https().credentials()), outbox_(outbox) {
  for (const Webhook& hook : config.webhooks()) hooks_[hook.participant()] = hook;
}

void Sender::AddTerms(Pace& pace) const {
  for (const auto& [recipient, hook] : hooks_) {
    BreakerTerms terms;
    if (hook.breaker_failures() != 0) terms.failures = static_cast<int>(hook.breaker_failures());
    if (hook.breaker_longest_rest_ms() != 0) {
      terms.longest_rest = absl::Milliseconds(hook.breaker_longest_rest_ms());
    }
    pace.breakers[recipient] = terms;
  }
}

Attempt Sender::Send(const v1::Delivery& delivery) {
  const Webhook& hook = hooks_.at(delivery.recipient());
  const absl::StatusOr<std::optional<std::string>> gone =
      outbox_.FindNote(GoneNote(delivery.recipient()));
  const absl::StatusOr<std::optional<std::string>> told = outbox_.FindNote(ToldNote(delivery));
  if (!gone.ok() || !told.ok()) return Later("outbox-failed");
  if (told->has_value()) return {.result = Attempt::Result::kWorkList, .detail_code = ""};
  if (gone->has_value() && **gone == hook.url()) {
    return {.result = Attempt::Result::kRefused, .detail_code = "webhook-gone"};
  }
  {
    const std::lock_guard lock(mutex_);
    const absl::Duration wait = not_before_[delivery.recipient()] - absl::Now();
    if (wait > absl::ZeroDuration()) {
      return {.result = Attempt::Result::kLater, .detail_code = "retry-after", .wait = wait};
    }
  }
  return Call(hook, delivery);
}

Attempt Sender::Call(const Webhook& hook, const v1::Delivery& delivery) {
  const absl::StatusOr<HttpResponse> response =
      Post(hook, credentials_, delivery.delivery_id(),
           IsReference(hook) ? WorkReferenceJson(delivery) : WorkItemJson(delivery));
  FaultPoint("webhook_after_answer");
  if (response.ok()) return Answered(hook, delivery, AttemptOf(*response, absl::Now()));
  const std::string reason = ReasonOf(response.status());
  if (reason == "SYSTEM_UNREACHABLE") return Later("unreachable");
  LogOf(Severity::kError, "webhook-not-sent", delivery.recipient());
  return Later(reason == "ADDRESS_NOT_PUBLIC" ? "address-not-public" : "key-unusable");
}

Attempt Sender::Answered(const Webhook& hook, const v1::Delivery& delivery, Attempt attempt) {
  const std::string& recipient = delivery.recipient();
  if (attempt.wait > absl::ZeroDuration()) {
    const std::lock_guard lock(mutex_);
    not_before_[recipient] = absl::Now() + std::min(attempt.wait, kLongestRetry);
  }
  if (attempt.detail_code == absl::StrCat("http-", kGone)) {
    LogOf(Severity::kError, "webhook-gone", recipient);
    if (!outbox_.KeepNote(GoneNote(recipient), hook.url()).ok()) return Later("outbox-failed");
  }
  if (attempt.result != Attempt::Result::kDelivered || !IsReference(hook)) return attempt;
  // It knows, and has nothing yet: delivered is what it takes from its work list.
  if (!outbox_.KeepNote(ToldNote(delivery), attempt.detail_code).ok()) {
    return Later("outbox-failed");
  }
  return {.result = Attempt::Result::kWorkList, .detail_code = attempt.detail_code};
}

absl::StatusOr<HttpResponse> Post(const Webhook& hook, const Credentials& credentials,
                                  const std::string& id, std::string body) {
  FOSSE_ASSIGN_OR_RETURN(const std::vector<Key> keys, ReadKeys(hook.key_file()));
  const std::string timestamp = absl::StrCat(absl::ToUnixSeconds(absl::Now()));
  HttpsCall call{.url = hook.url(),
                 .headers = {{"Content-Type", "application/json"},
                             {"webhook-id", id},
                             {"webhook-timestamp", timestamp}},
                 .body = std::move(body),
                 .public_only = !hook.private_addresses(),
                 .without_body = true};
  call.headers["webhook-signature"] =
      Sign({.id = id, .timestamp = timestamp, .body = call.body}, keys);
  Credentials towards = credentials;
  if (!hook.authority().empty()) towards.set_authority(hook.authority());
  const uint32_t timeout = hook.timeout_ms() == 0 ? kUsualTimeoutMs : hook.timeout_ms();
  return CallHttps(std::move(call), towards, absl::Milliseconds(timeout));
}

absl::Status Enable(Outbox& outbox, const std::string& recipient) {
  return outbox.KeepNote(GoneNote(recipient), "");
}

}  // namespace fosse::adapters::council::webhook
