#include "adapters/kit/words.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace fosse::adapters {

using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;

std::string WordOf(const EnumValueDescriptor& value) {
  // The zero value's name is the enum's prefix and UNSPECIFIED, as the contract's form requires.
  const std::string& zero = value.type()->value(0)->name();
  const size_t prefix = zero.size() - absl::string_view("UNSPECIFIED").size();
  return absl::AsciiStrToLower(absl::StrReplaceAll(value.name().substr(prefix), {{"_", "-"}}));
}

std::string WordOf(const EnumDescriptor& type, int number) {
  const EnumValueDescriptor* value = number == 0 ? nullptr : type.FindValueByNumber(number);
  return value == nullptr ? "" : WordOf(*value);
}

int FindWord(const EnumDescriptor& type, absl::string_view word) {
  for (int n = 1; n < type.value_count(); ++n) {
    if (WordOf(*type.value(n)) == word) return type.value(n)->number();
  }
  return 0;
}

std::string WordsOf(const EnumDescriptor& type) {
  std::string words = "give one of:";
  for (int n = 1; n < type.value_count(); ++n) absl::StrAppend(&words, " ", WordOf(*type.value(n)));
  return words;
}

}  // namespace fosse::adapters
