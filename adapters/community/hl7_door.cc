#include "adapters/community/hl7_door.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "adapters/community/answer.h"
#include "adapters/community/delivery_message.h"
#include "adapters/community/referral_answer.h"
#include "adapters/community/translate.h"
#include "adapters/hl7/message.h"
#include "base/encoding.h"
#include "base/log.h"

namespace fosse::adapters::community {
namespace {

constexpr size_t kControlIdBytes = 8;  // 16 characters: MSH-10 takes 20.

}  // namespace

Hl7Door::~Hl7Door() {
  const Counts total = counts();
  Log(fosse::Severity::kInfo, "hl7-door-closed",
      {{"handed-over", total.handed_over},
       {"without-effect", total.without_effect},
       {"faulty", total.faulty},
       {"of-strangers", total.of_strangers},
       {"late", total.late}});
}

void Hl7Door::Handle(MllpRequest request, MllpServer::Respond respond) {
  const hl7::Message message =
      hl7::Message::Read(std::move(request.bytes), deps_.profile.read_options());
  const std::string control_id = Hex(deps_.random.Bytes(kControlIdBytes));
  const absl::TimeZone zone = deps_.zone;
  const auto answer = [message, respond = std::move(respond), control_id,
                       zone](const Verdict& verdict) {
    respond(Acknowledgements(message, verdict, control_id, absl::Now(), zone));
  };
  if (deps_.participant_of(request.client) != deps_.profile.organisation()) {
    ++of_strangers_;
    return answer(
        Rejected("CLIENT_UNKNOWN", "ask the operator to list this certificate for this site"));
  }
  if (request.is_cut) {
    ++faulty_;
    return answer(Rejected("MESSAGE_TOO_LARGE", "send at most 1 MiB"));
  }
  Translated translated = AnswersOurs(message)
                              ? AnswerToOurs(message)
                              : FromHl7(message, deps_.profile, deps_.locality, zone);
  if (translated.result != Translated::Result::kMessage) {
    ++(translated.result == Translated::Result::kNoEffect ? without_effect_ : faulty_);
    return answer(VerdictOf(translated));
  }
  bool late = false;
  if (deps_.order != nullptr) {
    const absl::StatusOr<bool> arranged =
        deps_.order->Arrange(message, translated.envelope, absl::Now());
    if (!arranged.ok()) {
      return answer(Rejected("NOT_KEPT", "not kept; send the same message again later"));
    }
    late = *arranged;
    if (late) ++late_;
  }
  ++handed_over_;
  const v1::Envelope envelope = translated.envelope;
  deps_.hand(std::move(translated.envelope), [answer, message, envelope, late,
                                              order = deps_.order](const Answer& from_gateway) {
    const bool taken =
        from_gateway.kind == Answer::Kind::kReceipt || from_gateway.kind == Answer::Kind::kKept;
    if (taken && order != nullptr && !order->Took(message, envelope, absl::Now(), late).ok()) {
      Log(fosse::Severity::kWarning, "hl7-order-not-kept", {});
    }
    if (from_gateway.refusal.reason == "MESSAGE_ID_REUSED") {
      Log(fosse::Severity::kError, "hl7-control-id-reused", {});
    }
    answer(VerdictOf(from_gateway, message));
  });
}

bool Hl7Door::AnswersOurs(const hl7::Message& message) const {
  if (deps_.has_note == nullptr || message.Value("MSH", 9) != "RRI") return false;
  const std::string ours[] = {message.Value("MSA", 2), message.Value("RF1", 6)};
  return std::any_of(std::begin(ours), std::end(ours), [this](const std::string& id) {
    return !id.empty() && deps_.has_note(SentNote(id));
  });
}

Hl7Door::Counts Hl7Door::counts() const {
  return {.handed_over = handed_over_,
          .without_effect = without_effect_,
          .faulty = faulty_,
          .of_strangers = of_strangers_,
          .late = late_};
}

}  // namespace fosse::adapters::community
