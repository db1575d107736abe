#ifndef FOSSE_POLICY_VOCABULARY_H_
#define FOSSE_POLICY_VOCABULARY_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "fosse/v1/facts.pb.h"
#include "google/protobuf/descriptor.h"

// The closed vocabulary of facts, read from the contract itself: a fact that is added to
// facts.proto needs no code here. Everything is thread-safe.
namespace fosse::policy {

// One fact as v1::Facts holds it (one value) and as v1::When names it (any of several).
struct Fact {
  const google::protobuf::FieldDescriptor* in_facts;
  const google::protobuf::FieldDescriptor* in_when;

  int number() const { return in_facts->number(); }
  const std::string& name() const { return in_facts->name(); }
  const google::protobuf::EnumDescriptor& values() const { return *in_facts->enum_type(); }
};

// All of them, in order of number.
const std::vector<Fact>& AllFacts();

// Null where no fact has this name.
const Fact* FindFact(absl::string_view name);

// The value of a fact in a situation, as its number.
int ValueOf(const Fact& fact, const v1::Facts& facts);

// The values that a condition allows, as written; empty where it does not name the fact.
std::vector<int> ValuesOf(const Fact& fact, const v1::When& when);

// A value's name, such as CONSENT_GIVEN; its number where the vocabulary has no such value.
std::string ValueName(const Fact& fact, int value);

}  // namespace fosse::policy

#endif  // FOSSE_POLICY_VOCABULARY_H_
