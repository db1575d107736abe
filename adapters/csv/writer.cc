#include "adapters/csv/writer.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace fosse::csv {
namespace {

constexpr absl::string_view kBeginsFormula = "=+-@\t\r\n";
// Full width, which some spreadsheets take for the same.
constexpr absl::string_view kBeginsToo[] = {"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D",
                                            "\xEF\xBC\xA0"};
constexpr absl::string_view kAsksForQuotes = ",\"\r\n";

}  // namespace

std::string SafeCell(absl::string_view text) {
  bool formula =
      !text.empty() && text != "-" && kBeginsFormula.find(text.front()) != absl::string_view::npos;
  for (const absl::string_view begins : kBeginsToo) formula |= absl::StartsWith(text, begins);
  return formula ? absl::StrCat("'", text) : std::string(text);
}

void WriteRow(const std::vector<std::string>& cells, std::ostream& out) {
  bool first = true;
  for (const std::string& cell : cells) {
    if (!first) out << ',';
    first = false;
    const std::string safe = SafeCell(cell);
    const bool quotes =
        absl::string_view(safe).find_first_of(kAsksForQuotes) != absl::string_view::npos ||
        (!safe.empty() && (safe.front() == ' ' || safe.back() == ' '));
    if (quotes) {
      out << '"' << absl::StrReplaceAll(safe, {{"\"", "\"\""}}) << '"';
    } else {
      out << safe;
    }
  }
  out << "\r\n";
}

}  // namespace fosse::csv
