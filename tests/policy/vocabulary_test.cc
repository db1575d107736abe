#include "policy/vocabulary.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace fosse::policy {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

TEST(VocabularyTest, WhenMirrorsFactsByNameNumberAndValues) {
  const Descriptor& facts = *v1::Facts::descriptor();
  const Descriptor& when = *v1::When::descriptor();
  ASSERT_EQ(facts.field_count(), when.field_count());
  for (int i = 0; i < facts.field_count(); ++i) {
    const FieldDescriptor& fact = *facts.field(i);
    const FieldDescriptor* named = when.FindFieldByName(fact.name());
    ASSERT_NE(named, nullptr) << fact.name();
    EXPECT_EQ(named->number(), fact.number()) << fact.name();
    EXPECT_EQ(named->enum_type(), fact.enum_type()) << fact.name();
    EXPECT_TRUE(named->is_repeated()) << fact.name();
    EXPECT_FALSE(fact.is_repeated()) << fact.name();
  }
}

TEST(VocabularyTest, EveryFactIsAnEnumWhoseZeroSaysThatNobodyKnows) {
  for (const Fact& fact : AllFacts()) {
    const std::string prefix = absl::AsciiStrToUpper(fact.name());
    EXPECT_EQ(ValueName(fact, 0), absl::StrCat(prefix, "_UNKNOWN"));
    for (int i = 0; i < fact.values().value_count(); ++i) {
      // Dense from 0, so that a column of masks has a place for each.
      EXPECT_EQ(fact.values().value(i)->number(), i) << fact.name();
      EXPECT_TRUE(absl::StartsWith(fact.values().value(i)->name(), absl::StrCat(prefix, "_")))
          << fact.values().value(i)->name();
    }
  }
}

TEST(VocabularyTest, FactsAreFoundByNameAndValuesNamed) {
  const Fact* consent = FindFact("consent");
  ASSERT_NE(consent, nullptr);
  EXPECT_EQ(ValueName(*consent, v1::Facts::CONSENT_GIVEN), "CONSENT_GIVEN");
  EXPECT_EQ(ValueName(*consent, 77), "77");
  EXPECT_EQ(FindFact("religion"), nullptr);
  v1::Facts facts;
  EXPECT_EQ(ValueOf(*consent, facts), v1::Facts::CONSENT_UNKNOWN);
  facts.set_consent(v1::Facts::CONSENT_DECLINED);
  EXPECT_EQ(ValueOf(*consent, facts), v1::Facts::CONSENT_DECLINED);
}

}  // namespace
}  // namespace fosse::policy
