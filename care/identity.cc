#include "absl/strings/ascii.h"
#include "care/handle.h"

namespace fosse::care {
namespace {

// The plain letter of an accented Latin letter (U+00C0 to U+017F), or '.' where it has none.
char PlainLetterOf(unsigned code_point) {
  constexpr absl::string_view kPlain =
      "aaaaaa.ceeeeiiii.nooooo.ouuuuy.."
      "aaaaaa.ceeeeiiii.nooooo.ouuuuy.y"
      "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkk.lllllll"
      "lllnnnnnn...oooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzz.";
  static_assert(kPlain.size() == 0x180 - 0xC0);
  return code_point >= 0xC0 && code_point < 0x180 ? kPlain[code_point - 0xC0] : '.';
}

// Adds a letter that two bytes of UTF-8 encode.
void AddLetter(absl::string_view two_bytes, std::string& key) {
  const unsigned code_point = ((static_cast<unsigned char>(two_bytes[0]) & 0x1Fu) << 6) |
                              (static_cast<unsigned char>(two_bytes[1]) & 0x3Fu);
  if (code_point >= 0x300 && code_point < 0x370) return;  // A mark of its own: e + acute.
  if (const char plain = PlainLetterOf(code_point); plain != '.') {
    key.push_back(plain);
  } else {
    key.append(two_bytes.data(), two_bytes.size());
  }
}

// Letters alone, lower case, without marks: "O'Néill" and "ONEILL " are one name.
std::string NameKey(absl::string_view name) {
  std::string key;
  for (size_t i = 0; i < name.size(); ++i) {
    const unsigned char c = static_cast<unsigned char>(name[i]);
    if (c < 0x80) {
      if (absl::ascii_isalnum(c)) key.push_back(absl::ascii_tolower(c));
      continue;
    }
    if ((c & 0xE0) == 0xC0 && i + 1 < name.size()) {
      AddLetter(name.substr(i, 2), key);
      ++i;
      continue;
    }
    // General punctuation (U+2000 to U+203F), such as the typographic apostrophe and hyphen.
    if (c == 0xE2 && i + 2 < name.size() && static_cast<unsigned char>(name[i + 1]) == 0x80) {
      i += 2;
      continue;
    }
    key.push_back(static_cast<char>(c));
  }
  return key;
}

}  // namespace

bool IsSamePerson(const v1::PersonReference& held, const v1::PersonReference& reference) {
  const std::string name = NameKey(held.family_name());
  return !held.nhs_number().empty() && held.nhs_number() == reference.nhs_number() &&
         !held.date_of_birth().empty() && held.date_of_birth() == reference.date_of_birth() &&
         !name.empty() && name == NameKey(reference.family_name());
}

bool IsThisPerson(const v1::PersonIdentity& identity, const v1::PersonReference& reference) {
  if (IsSamePerson(identity.reference(), reference)) return true;
  for (const v1::JoinedRecord& joined : identity.joined()) {
    if (IsSamePerson(joined.reference(), reference)) return true;
  }
  return false;
}

std::string JoinedKeyOf(const v1::PersonIdentity& identity, const v1::PersonReference& one,
                        const v1::PersonReference& other) {
  for (const v1::PersonReference* reference : {&other, &one}) {
    for (const v1::JoinedRecord& joined : identity.joined()) {
      if (IsSamePerson(joined.reference(), *reference)) return joined.person_key();
    }
  }
  return "";
}

}  // namespace fosse::care
