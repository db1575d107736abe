#include "adapters/community/referral_answer.h"

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "adapters/hl7/writer.h"

namespace fosse::adapters::community {
namespace {

hl7::Location Header(int field, int component = 0) {
  return {
      .segment = "MSH", .occurrence = 1, .field = field, .repetition = 1, .component = component};
}

}  // namespace

std::string AsReferralAnswer(const hl7::Message& referral, std::string ack) {
  const hl7::Message answer = hl7::Message::Read(ack);
  if (!referral.ok() || referral.Value("MSH", 9) != "REF" || answer.Value("MSA", 1) != "AA" ||
      !(answer.delimiters() == referral.delimiters()) || referral.Find("RF1") == nullptr) {
    return ack;
  }
  const std::string event = referral.Value("MSH", 9, 1, 2);
  hl7::Builder builder = hl7::Builder::From(answer);
  builder.Set(Header(9, 1), "RRI").Set(Header(9, 2), event);
  // Receivers of 2.3 do not know the third component, and then the acknowledgement has none.
  if (!answer.Value("MSH", 9, 1, 3).empty()) {
    builder.Set(Header(9, 3), absl::StrCat("RRI_", event));
  }
  const absl::StatusOr<std::string> head = builder.Bytes();
  if (!head.ok()) return ack;
  std::string out = *head;
  for (const hl7::Segment& segment : referral.segments()) {
    const absl::string_view name = segment.name();
    if (name == "RF1" || name == "PRD" || name == "PID") absl::StrAppend(&out, segment.raw(), "\r");
  }
  return out;
}

Translated AnswerToOurs(const hl7::Message& answer) {
  Translated translated;
  if (!answer.ok()) {
    translated.result = Translated::Result::kFaulty;
    translated.faults = hl7::ErrorsOf(answer);
  } else if (answer.Value("RF1", 1) != "P") {
    translated.result = Translated::Result::kFaulty;
    AddFault(translated.faults, Place("RF1", 1, 1), hl7::ErrorCode::kTableValueNotFound,
             "ANSWER_BY_CLINICIAN",
             "nothing has moved: a named clinician accepts or refuses, by FHIR or by telephone");
  }
  return translated;
}

}  // namespace fosse::adapters::community
