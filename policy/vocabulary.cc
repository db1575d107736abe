#include "policy/vocabulary.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace fosse::policy {

const std::vector<Fact>& AllFacts() {
  static const std::vector<Fact>* const kFacts = [] {
    auto* facts = new std::vector<Fact>;
    const google::protobuf::Descriptor& one = *v1::Facts::descriptor();
    const google::protobuf::Descriptor& any = *v1::When::descriptor();
    for (int i = 0; i < one.field_count(); ++i) {
      const Fact fact{one.field(i), any.FindFieldByNumber(one.field(i)->number())};
      // Facts and When are two lists of the same names; a slip in one would make rules blind.
      FOSSE_CHECK(fact.in_when != nullptr && fact.in_when->name() == fact.in_facts->name() &&
                  fact.in_when->is_repeated() &&
                  fact.in_when->enum_type() == fact.in_facts->enum_type());
      facts->push_back(fact);
    }
    std::sort(facts->begin(), facts->end(),
              [](const Fact& a, const Fact& b) { return a.number() < b.number(); });
    return facts;
  }();
  return *kFacts;
}

const Fact* FindFact(absl::string_view name) {
  for (const Fact& fact : AllFacts()) {
    if (fact.name() == name) return &fact;
  }
  return nullptr;
}

int ValueOf(const Fact& fact, const v1::Facts& facts) {
  return facts.GetReflection()->GetEnumValue(facts, fact.in_facts);
}

std::vector<int> ValuesOf(const Fact& fact, const v1::When& when) {
  const google::protobuf::Reflection& reflection = *when.GetReflection();
  std::vector<int> values;
  const int size = reflection.FieldSize(when, fact.in_when);
  for (int i = 0; i < size; ++i) {
    values.push_back(reflection.GetRepeatedEnumValue(when, fact.in_when, i));
  }
  return values;
}

std::string ValueName(const Fact& fact, int value) {
  const google::protobuf::EnumValueDescriptor* found = fact.values().FindValueByNumber(value);
  return found == nullptr ? absl::StrCat(value) : found->name();
}

}  // namespace fosse::policy
