#ifndef FOSSE_BASE_CODE_H_
#define FOSSE_BASE_CODE_H_

#include <concepts>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/generated_enum_reflection.h"

namespace fosse {

namespace internal {
// Never defined, never constexpr: reaching it stops the compiler with this name in the message.
void CodeMustBeATokenOfLettersDigitsAndPunctuation();

constexpr bool IsCodeCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || c == ':';
}
}  // namespace internal

// A word that our own sources wrote: an event, a key, a reason. It is made from a string literal
// while compiling, or is the name of a value of a contract enum, so nothing that came in with a
// message can become one. This is what lets logs and errors carry words at all (CTL-26).
//
// One to 64 of A-Z a-z 0-9 _ - . : (no space, no slash). Trivially copyable; its text lives as long
// as the program.
class Code {
 public:
  template <size_t N>
  consteval Code(const char (&literal)[N]) : text_(literal, N - 1) {  // NOLINT: implicit on purpose
    if (N < 2 || N > 65) internal::CodeMustBeATokenOfLettersDigitsAndPunctuation();
    for (size_t i = 0; i + 1 < N; ++i) {
      if (!internal::IsCodeCharacter(literal[i])) {
        internal::CodeMustBeATokenOfLettersDigitsAndPunctuation();
      }
    }
  }

  constexpr absl::string_view text() const { return text_; }

  // The value's name in the contract, or "UNRECOGNISED" for a number that the contract does not
  // know. `type` must be of generated code, which is never unloaded.
  static Code OfEnumValue(const google::protobuf::EnumDescriptor& type, int number);

 private:
  struct Trusted {};
  constexpr Code(Trusted, absl::string_view text) : text_(text) {}

  absl::string_view text_;
};

// A whole number: neither a truth nor a letter.
template <typename T>
concept WholeNumber = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;

inline bool operator==(Code a, Code b) { return a.text() == b.text(); }

template <typename E>
concept ContractEnum = google::protobuf::is_proto_enum<E>::value;

// The name of a value of a contract enum: CodeOf(v1::OUTCOME_DENY) is "OUTCOME_DENY".
template <ContractEnum E>
Code CodeOf(E value) {
  return Code::OfEnumValue(*google::protobuf::GetEnumDescriptor<E>(), static_cast<int>(value));
}

// "NOT_FOUND" and so on.
Code CodeOf(absl::StatusCode code);

}  // namespace fosse

#endif  // FOSSE_BASE_CODE_H_
