#ifndef FOSSE_ADAPTERS_KIT_WORDS_H_
#define FOSSE_ADAPTERS_KIT_WORDS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

// The words by which native formats name the contract's enum values: without the enum's prefix,
// lower case, hyphens. DELEGATION_ANSWER_ACCEPTED is "accepted". Everything is pure.
namespace fosse::adapters {

std::string WordOf(const google::protobuf::EnumValueDescriptor& value);
// Empty for a number that the contract does not know, and for zero.
std::string WordOf(const google::protobuf::EnumDescriptor& type, int number);
// Zero where no value has this word.
int FindWord(const google::protobuf::EnumDescriptor& type, absl::string_view word);
// "give one of: …".
std::string WordsOf(const google::protobuf::EnumDescriptor& type);

}  // namespace fosse::adapters

#endif  // FOSSE_ADAPTERS_KIT_WORDS_H_
