// The text level of HL7 v2: delimiters, escape sequences and character sets.
//
// Everything here is a pure function; inside Fosse text is always UTF-8.
// Source: HL7 v2.4 chapter 2, "Message delimiters", "Use of escape sequences in text fields".
#ifndef FOSSE_ADAPTERS_HL7_TEXT_H_
#define FOSSE_ADAPTERS_HL7_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fosse::hl7 {

// The delimiters that MSH-1 and MSH-2 declare. '\0' is a delimiter that the message does not have,
// so no byte of it acts as one.
struct Delimiters {
  char field = '|';
  char component = '^';
  char repetition = '~';
  char escape = '\\';
  char subcomponent = '&';
  char truncation = '\0';  // From v2.7: the fifth character of MSH-2.

  // All but the truncation character are there.
  bool complete() const;
  // MSH-2, as these delimiters would be declared: "^~\&".
  std::string Encoding() const;

  friend bool operator==(const Delimiters&, const Delimiters&) = default;
};

enum class CharacterSet {
  kAscii,
  kLatin1,  // 8859/1. Bytes 80 to 9F are read as Windows-1252, which is what senders mean by them.
  kLatin9,  // 8859/15, which has the euro sign.
  kUtf8,
  kUnsupported,
};

// The character set that the first repetition of MSH-18 names (table 0211); empty is kAscii.
CharacterSet CharacterSetNamed(absl::string_view msh18);

// The text that `raw` stands for, in UTF-8: delimiters (\F\ \S\ \T\ \R\ \E\ \P\), hexadecimal
// (\X..\), line breaks and spaces (\.br\ \.sp2\ \.sk3\ \.ce\) are replaced; highlighting and the
// other layout commands are dropped. Any other sequence, a hexadecimal one that would spell a
// control character or no character at all, and a lone escape character are kept as they are:
// they are data. If `raw` is not valid in `set`, neither is the result valid UTF-8.
std::string Unescape(absl::string_view raw, const Delimiters& delimiters, CharacterSet set);

// The inverse: UTF-8 text as the contents of one field, component or subcomponent. A line feed
// becomes \.br\, other control characters \X..\, and a text of exactly two quotes is escaped too,
// as it would read as "delete". INVALID_ARGUMENT, naming no text, if a character does not exist in
// `set` or must be escaped and `delimiters` has no escape character.
absl::StatusOr<std::string> Escape(absl::string_view text, const Delimiters& delimiters,
                                   CharacterSet set);

}  // namespace fosse::hl7

#endif  // FOSSE_ADAPTERS_HL7_TEXT_H_
