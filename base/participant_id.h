#ifndef FOSSE_BASE_PARTICIPANT_ID_H_
#define FOSSE_BASE_PARTICIPANT_ID_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace fosse {

// An organisation of the directory: ODS code, CQC location id or locality-issued id, of the form
// [A-Z0-9][A-Z0-9-]{1,31}. It says nothing of the kind of organisation, nor that it is known.
//
// Logs may carry one. So that a person's number put in the wrong field never passes for an
// organisation, ten digits (also grouped 3-3-4) are refused.
class ParticipantId {
 public:
  // Nothing when `text` does not have that form.
  static std::optional<ParticipantId> Parse(absl::string_view text);

  // The same question, without keeping the text.
  static bool IsParticipantId(absl::string_view text);

  const std::string& text() const { return text_; }

  friend bool operator==(const ParticipantId& a, const ParticipantId& b) = default;
  friend auto operator<=>(const ParticipantId& a, const ParticipantId& b) = default;

 private:
  explicit ParticipantId(absl::string_view text) : text_(text) {}

  std::string text_;
};

}  // namespace fosse

#endif  // FOSSE_BASE_PARTICIPANT_ID_H_
