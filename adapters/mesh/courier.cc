#include "adapters/mesh/courier.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "adapters/itk3/answer_codes.h"
#include "adapters/itk3/offer_message.h"
#include "adapters/itk3/response.h"
#include "base/fault_point.h"
#include "base/log.h"
#include "base/status.h"

namespace fosse::adapters::mesh {
namespace {

constexpr size_t kPage = 500;
// MESH keeps what nobody collects for five days; a day more, and no report of it is awaited.
constexpr absl::Duration kAnswered = absl::Hours(24 * 6);

// Names of the notes: when a delivery was handed to MESH; which delivery a message of ours is; the
// answers to a delivery; what came in and belongs to nothing that we sent.
std::string SentNote(absl::string_view delivery_id) {
  return absl::StrCat("mesh/sent/", delivery_id);
}
std::string MessageNote(absl::string_view message_id) {
  return absl::StrCat("mesh/message/", message_id);
}
std::string AnswerNote(absl::string_view delivery_id) {
  return absl::StrCat("mesh/answer/", delivery_id);
}

// How a delivery stands with MESH. A replay of one that was dead goes as another message there.
struct Sent {
  int round = 0;
  int64_t seconds = 0;  // When MESH took it; zero: it has not.
};

absl::StatusOr<Sent> FindSent(Outbox& outbox, const std::string& delivery_id) {
  FOSSE_ASSIGN_OR_RETURN(const std::optional<std::string> note,
                         outbox.FindNote(SentNote(delivery_id)));
  Sent sent;
  if (!note.has_value()) return sent;
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(*note, absl::MaxSplits(' ', 1));
  if (absl::SimpleAtoi(parts.first, &sent.round) && absl::SimpleAtoi(parts.second, &sent.seconds)) {
    return sent;
  }
  return MakeError(absl::StatusCode::kDataLoss, "OUTBOX_DAMAGED",
                   "a note in the outbox cannot be read");
}

absl::Status KeepSent(Outbox& outbox, const std::string& delivery_id, const Sent& sent) {
  return outbox.KeepNote(SentNote(delivery_id), absl::StrCat(sent.round, " ", sent.seconds));
}

// By what MESH and we find the message again.
constexpr absl::string_view kAgain = "-again-";
std::string LocalIdOf(absl::string_view delivery_id, const Sent& sent) {
  return sent.round == 0 ? std::string(delivery_id) : absl::StrCat(delivery_id, kAgain, sent.round);
}

// What became of a delivery by one answer: refused outweighs taken.
std::optional<Outbox::State> StateOf(const itk3::Response& response) {
  if (response.verdict == "fatal-error") return Outbox::State::kDead;
  std::optional<Outbox::State> state;
  for (const std::string& code : response.codes) {
    const itk3::AnswerCode* const known = itk3::FindAnswerCode(code);
    if (known == nullptr) continue;
    if (known->effect == itk3::Effect::kRefused) return Outbox::State::kDead;
    if (known->effect == itk3::Effect::kTaken) state = Outbox::State::kDelivered;
  }
  return state;
}

std::string LineOf(const std::string& code) {
  const itk3::AnswerCode* const known = itk3::FindAnswerCode(code);
  if (known == nullptr) return absl::StrCat("unlisted ", code);
  return absl::StrCat(WordOf(known->level), " ", code, ": ", known->words);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Courier>> Courier::Create(Adapter& adapter) {
  FOSSE_ASSIGN_OR_RETURN(std::unique_ptr<Client> client,
                         Client::Create(adapter.config.mesh(), adapter.random));
  return std::unique_ptr<Courier>(new Courier(adapter, std::move(client)));
}

Courier::~Courier() { Stop(); }

const MeshRoute* Courier::RouteOf(absl::string_view participant) const {
  for (const MeshRoute& route : adapter_.config.mesh_routes()) {
    if (route.participant() == participant) return &route;
  }
  return nullptr;
}

bool Courier::Serves(absl::string_view participant) const {
  return RouteOf(participant) != nullptr;
}

Attempt Courier::Post(const v1::Delivery& delivery) {
  const Attempt under_way = {.result = Attempt::Result::kWorkList, .detail_code = ""};
  const Attempt later = {.result = Attempt::Result::kLater, .detail_code = "mesh-unreachable"};
  const std::string& id = delivery.delivery_id();
  const MeshRoute* const route = RouteOf(delivery.recipient());
  if (route == nullptr) return {.result = Attempt::Result::kLater, .detail_code = "no-route"};
  absl::StatusOr<Sent> sent = FindSent(*adapter_.outbox, id);
  if (!sent.ok()) return later;
  if (sent->seconds != 0) return under_way;
  // Known before it goes, so that no answer can come to a message that we do not know.
  if (!adapter_.outbox->KeepNote(MessageNote(itk3::MessageIdOf(id)), id).ok()) return later;
  if (!SendOnce(delivery, *route, LocalIdOf(id, *sent)).ok()) return later;
  sent->seconds = absl::ToUnixSeconds(absl::Now());
  return KeepSent(*adapter_.outbox, id, *sent).ok() ? under_way : later;
}

absl::Status Courier::SendOnce(const v1::Delivery& delivery, const MeshRoute& route,
                               const std::string& local_id) {
  // A process that was killed after MESH took it finds it there.
  const absl::Status known = client_->Track(local_id).status();
  if (known.ok() || ReasonOf(known) != "MESH_MESSAGE_UNKNOWN") return known;
  const itk3::Kind kind =
      route.update_record() ? itk3::Kind::kUpdateRecord : itk3::Kind::kSendDocument;
  FaultPoint("mesh_before_send");
  const absl::Status sent =
      client_
          ->Send({.to = route.mailbox(),
                  .workflow = std::string(itk3::WorkflowOf(kind)),
                  .local_id = local_id,
                  .content =
                      itk3::OfferMessage(delivery, {.kind = kind,
                                                    .sender = delivery.message().sender(),
                                                    .mailbox = adapter_.config.mesh().mailbox()})})
          .status();
  if (!sent.ok()) Log(Severity::kWarning, "mesh-send-failed", {{"error", sent}});
  FaultPoint("mesh_after_send");
  return sent;
}

void Courier::Start(DeliveryLoop& loop) {
  const uint32_t poll_ms = adapter_.config.mesh().poll_ms();
  const auto pause = std::chrono::milliseconds(poll_ms == 0 ? 60000 : poll_ms);
  looking_ = std::thread([this, &loop, pause] {
    if (const absl::Status shaken = client_->Handshake(); !shaken.ok()) {
      Log(Severity::kError, "mesh-handshake-failed", {{"error", shaken}});
    }
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      lock.unlock();
      Look(loop);
      lock.lock();
      changed_.wait_for(lock, pause, [this] { return stopping_; });
    }
  });
}

void Courier::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (looking_.joinable()) looking_.join();
}

void Courier::Look(DeliveryLoop& loop) {
  const absl::StatusOr<std::vector<std::string>> inbox = client_->Inbox();
  if (!inbox.ok()) {
    Log(Severity::kWarning, "mesh-inbox-failed", {{"error", inbox.status()}});
    return;
  }
  for (const std::string& id : *inbox) {
    if (const absl::Status taken = TakeIn(id, loop); !taken.ok()) {
      // Not acknowledged: it stays in the inbox and is looked at again. Others go on.
      Log(Severity::kWarning, "mesh-message-left", {{"error", taken}});
    }
  }
  TrackWaiting(loop);
}

absl::Status Courier::TakeIn(const std::string& message_id, DeliveryLoop& loop) {
  const absl::StatusOr<Incoming> message = client_->Download(message_id);
  if (!message.ok() && message.status().code() != absl::StatusCode::kInvalidArgument) {
    return message.status();
  }
  if (!message.ok()) {
    // No look at it will ever be better; it must not stand before all others for ever.
    Log(Severity::kError, "mesh-message-unreadable", {{"error", message.status()}});
    FOSSE_RETURN_IF_ERROR(
        adapter_.outbox->KeepNote(absl::StrCat("mesh/unreadable/", message_id), ""));
  } else if (message->report) {
    FOSSE_RETURN_IF_ERROR(TakeReport(*message, loop));
  } else {
    FOSSE_RETURN_IF_ERROR(TakeAnswer(*message, loop));
  }
  FaultPoint("mesh_before_acknowledge");
  return client_->Acknowledge(message_id);
}

absl::Status Courier::TakeAnswer(const Incoming& message, DeliveryLoop& loop) {
  const itk3::ReadResponse read = itk3::ReadResponseMessage(message.content);
  if (!itk3::IsAnswerWorkflow(message.workflow) || !read.issues.empty()) {
    return KeepStray(message);
  }
  FOSSE_ASSIGN_OR_RETURN(const std::optional<std::string> id,
                         adapter_.outbox->FindNote(MessageNote(read.response.in_reply_to)));
  if (!id.has_value()) return KeepStray(message);
  FOSSE_ASSIGN_OR_RETURN(const std::optional<Outbox::Item> item, adapter_.outbox->Find(*id));
  const MeshRoute* const route = item.has_value() ? RouteOf(item->delivery.recipient()) : nullptr;
  if (route == nullptr || route->mailbox() != message.from) return KeepStray(message);
  FOSSE_ASSIGN_OR_RETURN(const std::optional<std::string> before,
                         adapter_.outbox->FindNote(AnswerNote(*id)));
  std::vector<std::string> lines;
  if (before.has_value()) lines = absl::StrSplit(*before, '\n', absl::SkipEmpty());
  for (const std::string& code : read.response.codes) {
    std::string line = LineOf(code);
    // The same answer again says nothing new.
    if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(line);
  }
  FOSSE_RETURN_IF_ERROR(adapter_.outbox->KeepNote(AnswerNote(*id), absl::StrJoin(lines, "\n")));
  const std::optional<Outbox::State> state = StateOf(read.response);
  if (!state.has_value()) return absl::OkStatus();
  return Settle(*id, *state, absl::StrCat("itk-", read.response.codes.front()), loop);
}

absl::Status Courier::TakeReport(const Incoming& message, DeliveryLoop& loop) {
  const std::string id = message.local_id.substr(0, message.local_id.find(std::string(kAgain)));
  FOSSE_ASSIGN_OR_RETURN(const std::optional<Outbox::Item> item, adapter_.outbox->Find(id));
  FOSSE_ASSIGN_OR_RETURN(const Sent sent, FindSent(*adapter_.outbox, id));
  // Of an earlier round it says nothing about this one.
  if (!item.has_value() || sent.seconds == 0 || LocalIdOf(id, sent) != message.local_id) {
    return KeepStray(message);
  }
  return Settle(id, Outbox::State::kDead, "mesh-undeliverable", loop);
}

absl::Status Courier::KeepStray(const Incoming& message) {
  Log(Severity::kWarning, "mesh-message-unmatched", {});
  return adapter_.outbox->KeepNote(absl::StrCat("mesh/stray/", message.message_id),
                                   message.content);
}

// Done once: what has ended stays as it ended, whatever comes later.
absl::Status Courier::Settle(const std::string& delivery_id, Outbox::State state,
                             const std::string& code, DeliveryLoop& loop) {
  const absl::Status settled = loop.Settle(delivery_id, state, code);
  if (ReasonOf(settled) == "DELIVERY_NOT_FOUND") return absl::OkStatus();
  FOSSE_RETURN_IF_ERROR(settled);
  if (state == Outbox::State::kDelivered) return absl::OkStatus();
  FOSSE_ASSIGN_OR_RETURN(Sent sent, FindSent(*adapter_.outbox, delivery_id));
  return KeepSent(*adapter_.outbox, delivery_id, {.round = sent.round + 1, .seconds = 0});
}

void Courier::TrackWaiting(DeliveryLoop& loop) {
  int64_t after = 0;
  while (true) {
    const absl::StatusOr<std::vector<Outbox::Item>> items =
        adapter_.outbox->WaitingDeliveries(kPage, after);
    if (!items.ok()) return;
    for (const Outbox::Item& item : *items) {
      if (Serves(item.delivery.recipient())) TrackOne(item, loop);
    }
    if (items->size() < kPage) return;
    after = items->back().sequence;
  }
}

void Courier::TrackOne(const Outbox::Item& item, DeliveryLoop& loop) {
  const std::string& id = item.delivery.delivery_id();
  const absl::StatusOr<Sent> sent = FindSent(*adapter_.outbox, id);
  if (!sent.ok() || sent->seconds == 0) return;
  const absl::StatusOr<Tracked> tracked = client_->Track(LocalIdOf(id, *sent));
  std::string code;
  if (tracked.ok() && tracked->status == "undeliverable") code = "mesh-undeliverable";
  // Collected or not: so long without a word from the practice's system is a handover that failed.
  const uint32_t hours = adapter_.config.mesh().answer_hours();
  const absl::Duration awaited = hours == 0 ? kAnswered : absl::Hours(hours);
  if (absl::Now() - absl::FromUnixSeconds(sent->seconds) > awaited) code = "mesh-not-answered";
  if (code.empty()) return;
  Log(Severity::kError, "mesh-delivery-dead", {});
  if (const absl::Status settled = Settle(id, Outbox::State::kDead, code, loop); !settled.ok()) {
    Log(Severity::kError, "outbox-failed", {{"error", settled}});
  }
}

std::vector<std::string> AnswersTo(Outbox& outbox, absl::string_view delivery_id) {
  const absl::StatusOr<std::optional<std::string>> note = outbox.FindNote(AnswerNote(delivery_id));
  if (!note.ok() || !note->has_value()) return {};
  return absl::StrSplit(**note, '\n', absl::SkipEmpty());
}

}  // namespace fosse::adapters::mesh
