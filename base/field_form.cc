#include "base/field_form.h"

#include "absl/strings/ascii.h"
#include "base/local_date.h"
#include "base/nhs_number.h"
#include "base/participant_id.h"

namespace fosse {
namespace {

bool IsLowerHex(absl::string_view text) {
  for (const char c : text) {
    if (!absl::ascii_isdigit(c) && (c < 'a' || c > 'f')) return false;
  }
  return true;
}

bool IsAllZero(absl::string_view text) {
  return text.find_first_not_of('0') == absl::string_view::npos;
}

bool IsUuid(absl::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? text[i] != '-' : !absl::ascii_isxdigit(text[i])) return false;
  }
  return true;
}

// Version, trace id, parent id, flags. A later version than 00 may have more after a hyphen.
bool IsTraceparent(absl::string_view text) {
  if (text.size() < 55 || text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
  const absl::string_view version = text.substr(0, 2);
  if (text.size() > 55 && (version == "00" || text[55] != '-')) return false;
  const absl::string_view trace = text.substr(3, 32);
  const absl::string_view parent = text.substr(36, 16);
  return IsLowerHex(version) && version != "ff" && IsLowerHex(trace) && !IsAllZero(trace) &&
         IsLowerHex(parent) && !IsAllZero(parent) && IsLowerHex(text.substr(53, 2));
}

bool IsCodeText(absl::string_view text) {
  if (text.empty() || !absl::ascii_isalnum(text[0])) return false;
  for (const char c : text) {
    if (!absl::ascii_isalnum(c) && c != '.' && c != '_' && c != ':' && c != '/' && c != '-') {
      return false;
    }
  }
  return true;
}

bool IsTelephone(absl::string_view text) {
  int digits = 0;
  for (const char c : text) {
    if (absl::ascii_isdigit(c)) {
      ++digits;
    } else if (c != ' ' && c != '+' && c != '(' && c != ')') {
      return false;
    }
  }
  return digits >= 5;
}

}  // namespace

bool HasForm(v1::Format form, absl::string_view text) {
  switch (form) {
    case v1::FORMAT_NHS_NUMBER:
      return text.size() == 10 && FindNhsNumberProblem(text) == NhsNumberProblem::kNone;
    case v1::FORMAT_LOCAL_DATE:
      return ParseLocalDate(text).has_value();
    case v1::FORMAT_PARTICIPANT:
      return ParticipantId::IsParticipantId(text);
    case v1::FORMAT_UUID:
      return IsUuid(text);
    case v1::FORMAT_TRACEPARENT:
      return IsTraceparent(text);
    case v1::FORMAT_CODE:
      return IsCodeText(text);
    case v1::FORMAT_TELEPHONE:
      return IsTelephone(text);
    default:
      return true;
  }
}

}  // namespace fosse
