#include "adapters/kit/forms.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/encoding.h"
#include "base/status.h"

namespace fosse::adapters {
namespace {

constexpr size_t kMostFields = 50;

absl::Status Invalid() {
  return MakeError(absl::StatusCode::kInvalidArgument, "FORM_INVALID",
                   "the form cannot be read; go back and send it once more");
}

absl::StatusOr<std::string> Unescape(absl::string_view text) {
  std::string out;
  for (size_t n = 0; n < text.size(); ++n) {
    if (text[n] == '+') {
      out += ' ';
    } else if (text[n] != '%') {
      out += text[n];
    } else if (n + 2 < text.size() && absl::ascii_isxdigit(text[n + 1]) &&
               absl::ascii_isxdigit(text[n + 2])) {
      FOSSE_ASSIGN_OR_RETURN(const std::string byte, FromHex(text.substr(n + 1, 2)));
      out += byte;
      n += 2;
    } else {
      return Invalid();
    }
  }
  return out;
}

std::string Escape(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    if (absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.' || c == '~') {
      out += c;
    } else {
      absl::StrAppend(&out, "%", absl::AsciiStrToUpper(Hex(absl::string_view(&c, 1))));
    }
  }
  return out;
}

}  // namespace

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ReadFields(
    absl::string_view text) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (const absl::string_view pair : absl::StrSplit(text, '&', absl::SkipEmpty())) {
    if (fields.size() == kMostFields) return Invalid();
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(pair, absl::MaxSplits('=', 1));
    FOSSE_ASSIGN_OR_RETURN(std::string name, Unescape(parts.first));
    FOSSE_ASSIGN_OR_RETURN(std::string value, Unescape(parts.second));
    fields.emplace_back(std::move(name), std::move(value));
  }
  return fields;
}

absl::StatusOr<std::map<std::string, std::string>> ReadForm(absl::string_view text) {
  FOSSE_ASSIGN_OR_RETURN(auto fields, ReadFields(text));
  return std::map<std::string, std::string>(std::make_move_iterator(fields.begin()),
                                            std::make_move_iterator(fields.end()));
}

std::string WriteForm(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string text;
  for (const auto& [name, value] : fields) {
    absl::StrAppend(&text, text.empty() ? "" : "&", Escape(name), "=", Escape(value));
  }
  return text;
}

std::string CookieOf(absl::string_view header, absl::string_view name) {
  for (absl::string_view pair : absl::StrSplit(header, ';')) {
    pair = absl::StripAsciiWhitespace(pair);
    if (absl::StartsWith(pair, absl::StrCat(name, "="))) {
      return std::string(pair.substr(name.size() + 1));
    }
  }
  return "";
}

std::string Base64Url(absl::string_view bytes) {
  std::string text = Base64(bytes);
  while (!text.empty() && text.back() == '=') text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

absl::StatusOr<std::string> FromBase64Url(absl::string_view text) {
  std::string padded;
  for (const char c : text) {
    if (c == '+' || c == '/' || c == '=') return Invalid();
    padded += c == '-' ? '+' : c == '_' ? '/' : c;
  }
  padded.append((4 - padded.size() % 4) % 4, '=');
  return FromBase64(padded);
}

}  // namespace fosse::adapters
