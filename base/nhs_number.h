#ifndef FOSSE_BASE_NHS_NUMBER_H_
#define FOSSE_BASE_NHS_NUMBER_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace fosse {

// The NHS number of England, Wales and the Isle of Man: nine digits and a modulus 11 check digit.
// A right form proves neither that the number was issued nor to whom; the gateway therefore also
// compares date of birth and family name (HAZ-01).

// Why a text is not such a number.
enum class NhsNumberProblem {
  kNone,
  // Something other than ten digits, spaces and hyphens.
  kNotTenDigits,
  // One digit ten times over: all of these pass modulus 11, none was issued.
  kRepeatedDigit,
  kCheckDigit,
  // 3200000001 to 3999999999: a Health and Care Number of Northern Ireland.
  kNorthernIreland,
  // Begins with a day and month: a Community Health Index number of Scotland.
  kScotland,
};

// The ten digits without spaces and hyphens, or nothing when there is any problem.
std::optional<std::string> NormaliseNhsNumber(absl::string_view text);

// What is wrong with `text`. Numbers of Northern Ireland and Scotland are told apart only when
// their check digit is right.
NhsNumberProblem FindNhsNumberProblem(absl::string_view text);

// Whether `text` is a number of the range kept for testing: right form, begins with 999.
bool IsTestNhsNumber(absl::string_view text);

}  // namespace fosse

#endif  // FOSSE_BASE_NHS_NUMBER_H_
