#include "base/participant_id.h"

#include "absl/strings/ascii.h"

namespace fosse {
namespace {

bool LooksLikeANhsNumber(absl::string_view text) {
  size_t digits = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (absl::ascii_isdigit(text[i])) {
      ++digits;
    } else if (text.size() != 12 || (i != 3 && i != 7) || text[i] != '-') {
      return false;
    }
  }
  return digits == 10;
}

}  // namespace

bool ParticipantId::IsParticipantId(absl::string_view text) {
  if (text.size() < 2 || text.size() > 32 || text[0] == '-') return false;
  for (const char c : text) {
    if (!absl::ascii_isupper(c) && !absl::ascii_isdigit(c) && c != '-') return false;
  }
  return !LooksLikeANhsNumber(text);
}

std::optional<ParticipantId> ParticipantId::Parse(absl::string_view text) {
  if (!IsParticipantId(text)) return std::nullopt;
  return ParticipantId(text);
}

}  // namespace fosse
