#include "adapters/csv/reader.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/utf8.h"

namespace fosse::csv {
namespace {

constexpr int kEnd = std::istream::traits_type::eof();

// 80 to 9F of Windows-1252; the five that it leaves open are the replacement character.
constexpr char16_t kWindows1252[] = {
    0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
};

void AppendUtf8(char16_t code, std::string& out) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

std::string FromWindows1252(absl::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    AppendUtf8(byte >= 0x80 && byte < 0xA0 ? kWindows1252[byte - 0x80] : byte, out);
  }
  return out;
}

bool IsControl(int c) { return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7F; }

}  // namespace

int Reader::Get() {
  const int c = in_.sbumpc();
  if (c == kEnd) return c;
  if (c == '\n' || (c == '\r' && in_.sgetc() != '\n')) ++line_;
  if (raw_.size() < limits_.row_bytes) {
    raw_ += static_cast<char>(c);
  } else {
    raw_cut_ = true;
  }
  return c;
}

int Reader::Peek() { return in_.sgetc(); }

void Reader::Add(Row& row, absl::string_view reason, absl::string_view remedy,
                 uint64_t line) const {
  const size_t column = row.cells.size() + 1;
  for (const Issue& held : row.issues) {
    if (held.column == column && held.reason == reason) return;
  }
  row.issues.push_back(
      {line == 0 ? line_ : line, column, std::string(reason), std::string(remedy)});
}

void Reader::EndCell(Row& row) {
  if (row.cells.size() < limits_.columns) {
    row.cells.push_back(IsUtf8(cell_) ? cell_ : FromWindows1252(cell_));
  } else {
    Add(row, "TOO_MANY_COLUMNS", "send a file of fewer columns, or with its own delimiter");
  }
  cell_.clear();
}

// After the opening quote, up to and with the closing one.
void Reader::ReadQuoted(Row& row) {
  const uint64_t began = line_;
  while (true) {
    const int c = Get();
    if (c == kEnd) {
      return Add(row, "QUOTE_NOT_CLOSED", "close the quoted cell that begins here", began);
    }
    if (c == '"') {
      if (Peek() != '"') return;
      Get();
    } else if (IsControl(c) && c != '\n' && c != '\r') {
      Add(row, "NOT_TEXT", "send text: a control character is in this cell");
      continue;
    }
    if (cell_.size() < limits_.cell_bytes) {
      cell_ += static_cast<char>(c);
    } else {
      Add(row, "CELL_TOO_LONG", "send less text in one cell", began);
    }
  }
}

// False: the file had ended.
bool Reader::ReadRow(Row& row) {
  row = {};
  cell_.clear();
  raw_.clear();
  raw_cut_ = false;
  if (Peek() == kEnd) return false;
  row.line = line_;
  bool at_start = true;  // Of a cell.
  bool quoted = false;   // It was, and has been closed.
  while (true) {
    const int c = Get();
    if (c == kEnd || c == '\n' || c == '\r') {
      if (c == '\r' && Peek() == '\n') Get();
      EndCell(row);
      return true;
    }
    if (c == delimiter_) {
      EndCell(row);
      at_start = true;
      quoted = false;
    } else if (c == '"' && at_start) {
      ReadQuoted(row);
      at_start = false;
      quoted = true;
    } else if (quoted) {
      if (c != ' ') Add(row, "QUOTE_MISPLACED", "double each quote that is within a quoted cell");
    } else if (IsControl(c)) {
      Add(row, "NOT_TEXT", "send text: a control character is in this cell");
    } else {
      at_start = false;
      if (cell_.size() < limits_.cell_bytes) {
        cell_ += static_cast<char>(c);
      } else {
        Add(row, "CELL_TOO_LONG", "send less text in one cell");
      }
    }
  }
}

std::optional<Row> Reader::Next() {
  if (!begun_) {
    begun_ = true;
    for (const int byte : {0xEF, 0xBB, 0xBF}) {
      if (Peek() != byte) break;
      in_.sbumpc();
    }
  }
  Row row;
  do {
    if (!ReadRow(row)) return std::nullopt;
  } while (row.cells.size() == 1 && row.cells[0].empty() && row.issues.empty());
  row.raw = std::move(raw_);
  if (raw_cut_) {
    row.issues.push_back({row.line, 0, "ROW_TOO_LONG", "send less text in one row"});
  }
  if (header_columns_ == 0) {
    header_columns_ = row.cells.size();
  } else if (row.cells.size() != header_columns_) {
    row.issues.push_back({row.line, 0, "ROW_RAGGED",
                          absl::StrCat("the header has ", header_columns_, " cells and this row ",
                                       row.cells.size(), ": send one cell for each")});
  }
  return row;
}

namespace {

// The length of a dash, quote or space outside ASCII that stands at the beginning of `text`: what
// lies between U+2000 and U+206F, the minus sign, the spaces that do not break. 0: none does.
size_t OtherPunctuation(absl::string_view text) {
  for (const absl::string_view mark : {"\xC2\xA0", "\xC2\xAD", "\xE2\x88\x92", "\xEF\xBB\xBF"}) {
    if (absl::StartsWith(text, mark)) return mark.size();
  }
  const bool general = text.size() >= 3 && text[0] == '\xE2' &&
                       (text[1] == '\x80' || (text[1] == '\x81' && (text[2] & 0x3F) < 0x30));
  return general ? 3 : 0;
}

}  // namespace

std::string FoldName(absl::string_view name) {
  std::string folded;
  for (size_t n = 0; n < name.size(); ++n) {
    const auto c = static_cast<unsigned char>(name[n]);
    const size_t other = c < 0x80 ? 0 : OtherPunctuation(name.substr(n));
    if (absl::ascii_isalnum(c) || (c >= 0x80 && other == 0)) {
      folded += static_cast<char>(absl::ascii_tolower(c));
      continue;
    }
    if (!folded.empty() && folded.back() != ' ') folded += ' ';
    if (other > 0) n += other - 1;
  }
  if (!folded.empty() && folded.back() == ' ') folded.pop_back();
  return folded;
}

std::optional<size_t> FindColumn(const std::vector<std::string>& header, absl::string_view name) {
  const std::string wanted = FoldName(name);
  std::optional<size_t> found;
  for (size_t n = 0; n < header.size(); ++n) {
    if (FoldName(header[n]) != wanted) continue;
    if (found.has_value()) return std::nullopt;
    found = n;
  }
  return found;
}

std::optional<std::string> ValueOf(absl::string_view cell) {
  const absl::string_view text = absl::StripAsciiWhitespace(cell);
  std::string lower = absl::AsciiStrToLower(text);
  for (const absl::string_view nothing :
       {"", "null", "n/a", "na", "none", "nil", "\xE2\x80\x93", "\xE2\x80\x94"}) {
    if (lower == nothing) return std::nullopt;
  }
  if (std::all_of(text.begin(), text.end(), [](char c) { return c == '-'; })) return std::nullopt;
  return std::string(text);
}

}  // namespace fosse::csv
