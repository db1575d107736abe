#ifndef FOSSE_ADAPTERS_COUNCIL_COLUMNS_CELL_VALUE_H_
#define FOSSE_ADAPTERS_COUNCIL_COLUMNS_CELL_VALUE_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "adapters/council/columns/target.h"
#include "nlohmann/json.hpp"

// What a cell says, as a value of the field that it is for. Councils write days first, and local
// time; nothing is guessed beyond that. Pure, thread-safe.
namespace fosse::adapters::council {

struct CellValue {
  nlohmann::json value;  // Null where there is a fault.
  std::string reason;    // FIELD_INVALID or CODE_UNKNOWN; empty: none.
  std::string remedy;
};

// `text` is trimmed, and not empty.
CellValue ValueFor(const Target& target, absl::string_view text);

// 2026-11-02, 02/11/2026, 02-11-2026, 02.11.2026, 2 Nov 2026, 02-Nov-2026; a time after the day is
// passed over. Years have four digits.
std::optional<absl::CivilDay> ReadDay(absl::string_view text);

// A day and a time of it: with an offset, or by the clock of Europe/London. The day alone is its
// first instant. A time that the clock passed over is none; of one that came twice, the first.
std::optional<absl::Time> ReadTime(absl::string_view text);

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_COLUMNS_CELL_VALUE_H_
