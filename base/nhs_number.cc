#include "base/nhs_number.h"

namespace fosse {
namespace {

// Ten digits, or empty.
std::string Digits(absl::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c == ' ' || c == '-') continue;
    if (c < '0' || c > '9' || digits.size() == 10) return "";
    digits.push_back(c);
  }
  return digits.size() == 10 ? digits : "";
}

bool CheckDigitIsRight(absl::string_view digits) {
  int sum = 0;
  for (int i = 0; i < 9; ++i) sum += (10 - i) * (digits[i] - '0');
  const int check = (11 - sum % 11) % 11;  // 11 stands for 0; 10 was never issued.
  return check != 10 && check == digits[9] - '0';
}

// DDMMYY of some year: 29 February always may be one.
bool BeginsWithADay(absl::string_view digits) {
  static constexpr int kDays[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const int day = (digits[0] - '0') * 10 + (digits[1] - '0');
  const int month = (digits[2] - '0') * 10 + (digits[3] - '0');
  return month >= 1 && month <= 12 && day >= 1 && day <= kDays[month - 1];
}

NhsNumberProblem ProblemOf(absl::string_view digits) {
  if (digits.empty()) return NhsNumberProblem::kNotTenDigits;
  if (digits.find_first_not_of(digits[0]) == absl::string_view::npos) {
    return NhsNumberProblem::kRepeatedDigit;
  }
  if (!CheckDigitIsRight(digits)) return NhsNumberProblem::kCheckDigit;
  if (BeginsWithADay(digits)) return NhsNumberProblem::kScotland;
  if (digits >= "3200000001" && digits <= "3999999999") return NhsNumberProblem::kNorthernIreland;
  return NhsNumberProblem::kNone;
}

}  // namespace

std::optional<std::string> NormaliseNhsNumber(absl::string_view text) {
  std::string digits = Digits(text);
  if (ProblemOf(digits) != NhsNumberProblem::kNone) return std::nullopt;
  return digits;
}

NhsNumberProblem FindNhsNumberProblem(absl::string_view text) { return ProblemOf(Digits(text)); }

bool IsTestNhsNumber(absl::string_view text) {
  const std::optional<std::string> digits = NormaliseNhsNumber(text);
  return digits.has_value() && digits->compare(0, 3, "999") == 0;
}

}  // namespace fosse
