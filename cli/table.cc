#include "cli/table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status.h"

namespace fosse::cli {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kPageWidth = 100;
constexpr size_t kLineWidth = 96;
// A note keeps room for words even under a column far to the right.
constexpr size_t kNarrowest = 40;
constexpr char kNothing[] = "-";

std::string Padded(const std::string& cell, size_t width) {
  return cell + std::string(width - std::min(width, WidthOf(cell)), ' ');
}

}  // namespace

size_t WidthOf(absl::string_view text) {
  size_t width = 0;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++width;
  }
  return width;
}

std::string Printable(absl::string_view text) {
  std::string shown;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    // C1 controls are two bytes in UTF-8: 0xC2 and 0x80 to 0x9F.
    const bool c1 =
        c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (c1) ++i;
    shown += c < 0x20 || c == 0x7F || c1 ? ' ' : text[i];
  }
  return shown;
}

std::string Wrap(absl::string_view text, size_t width, size_t indent) {
  std::string wrapped;
  size_t used = 0;
  for (const absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    const size_t wide = WidthOf(word);
    if (used > 0 && used + 1 + wide > width) {
      absl::StrAppend(&wrapped, "\n", std::string(indent, ' '));
      used = 0;
    } else if (used > 0) {
      wrapped += ' ';
      ++used;
    }
    absl::StrAppend(&wrapped, word);
    used += wide;
  }
  return wrapped;
}

void PrintLine(absl::string_view label, absl::string_view text, std::ostream& out, size_t indent) {
  if (text.empty()) return;
  const size_t begin = indent + (label.empty() ? 0 : WidthOf(label) + 2);
  const size_t width = begin + kNarrowest < kLineWidth ? kLineWidth - begin : kNarrowest;
  out << std::string(indent, ' ') << label << (label.empty() ? "" : ": ")
      << Wrap(Printable(text), width, begin) << "\n";
}

Table::Table(std::vector<std::string> headers, size_t indent)
    : indent_(indent), headers_(std::move(headers)) {}

void Table::Row(std::vector<std::string> cells) {
  FOSSE_CHECK(cells.size() == headers_.size());
  for (std::string& cell : cells) cell = cell.empty() ? kNothing : Printable(cell);
  lines_.push_back({.cells = std::move(cells)});
}

void Table::Note(absl::string_view label, absl::string_view text) {
  if (text.empty()) return;
  lines_.push_back({.label = std::string(label), .text = Printable(text)});
}

void Table::Print(std::ostream& out) const {
  std::vector<size_t> widths;
  for (const std::string& header : headers_) widths.push_back(WidthOf(header));
  for (const Line& line : lines_) {
    for (size_t i = 0; i < line.cells.size(); ++i) {
      widths[i] = std::max(widths[i], WidthOf(line.cells[i]));
    }
  }
  size_t last_column = indent_;
  for (size_t i = 0; i + 1 < widths.size(); ++i) last_column += widths[i] + kGap;

  const auto print_row = [&](const std::vector<std::string>& cells) {
    out << std::string(indent_, ' ');
    for (size_t i = 0; i < cells.size(); ++i) {
      const bool last = i + 1 == cells.size();
      out << (last ? cells[i] : Padded(cells[i], widths[i] + kGap));
    }
    out << "\n";
  };
  print_row(headers_);
  for (const Line& line : lines_) {
    if (!line.cells.empty()) {
      print_row(line.cells);
      continue;
    }
    const std::string label = line.label + ": ";
    const size_t begin = last_column + WidthOf(label);
    const size_t width = begin + kNarrowest < kPageWidth ? kPageWidth - begin : kNarrowest;
    out << std::string(last_column, ' ') << label << Wrap(line.text, width, begin) << "\n";
  }
}

}  // namespace fosse::cli
