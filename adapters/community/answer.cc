#include "adapters/community/answer.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "adapters/community/referral_answer.h"

namespace fosse::adapters::community {

Verdict VerdictOf(const Translated& translated) {
  switch (translated.result) {
    case Translated::Result::kMessage:
    case Translated::Result::kNoEffect:
      return {.outcome = hl7::AckOutcome::kAccept};
    case Translated::Result::kFaulty:
      return {.outcome = hl7::AckOutcome::kError, .faults = translated.faults};
    case Translated::Result::kUnsupported:
      break;
  }
  return {.outcome = hl7::AckOutcome::kReject, .faults = translated.faults};
}

Verdict VerdictOf(const Answer& answer, const hl7::Message& message) {
  switch (answer.kind) {
    case Answer::Kind::kReceipt:
      return {.outcome = hl7::AckOutcome::kAccept};
    case Answer::Kind::kKept:
      return {.outcome = hl7::AckOutcome::kAccept, .is_final = false};
    case Answer::Kind::kRefused:
      return {.outcome = hl7::AckOutcome::kError, .faults = FaultsOf(answer.refusal, message)};
    case Answer::Kind::kNotKept:
      break;
  }
  return Rejected("NOT_KEPT", "not kept; send the same message again later");
}

Verdict Rejected(absl::string_view reason, absl::string_view remedy) {
  Verdict verdict{.outcome = hl7::AckOutcome::kReject};
  AddFault(verdict.faults, Place("MSH", 10), hl7::ErrorCode::kInternal, reason, remedy);
  return verdict;
}

std::vector<std::string> Acknowledgements(const hl7::Message& message, const Verdict& verdict,
                                          absl::string_view control_id, absl::Time now,
                                          absl::TimeZone zone) {
  std::vector<std::string> out;
  hl7::Ack ack{.stage = hl7::AckStage::kReceipt,
               .outcome = verdict.outcome,
               .control_id = absl::StrCat(control_id, "-1"),
               .now = now,
               .zone = zone,
               .errors = verdict.faults};
  if (std::optional<std::string> receipt = hl7::BuildAck(message, ack)) {
    out.push_back(AsReferralAnswer(message, *std::move(receipt)));
    // What was not taken at receipt is not acted on, so there is no second answer.
    if (verdict.outcome != hl7::AckOutcome::kAccept) return out;
  }
  if (!verdict.is_final) return out;
  ack.stage = hl7::AckStage::kApplication;
  ack.control_id = absl::StrCat(control_id, "-2");
  if (std::optional<std::string> application = hl7::BuildAck(message, ack)) {
    out.push_back(AsReferralAnswer(message, *std::move(application)));
  }
  return out;
}

}  // namespace fosse::adapters::community
