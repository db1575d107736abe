#include "adapters/council/columns/column_map.h"

#include <random>

#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "tests/adapters/council/exports.h"
#include "tests/support/shows.h"

namespace fosse::adapters::council {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kSound[] = R"(name: "small"
ignored: "Team"
lists { name: "answer" codes { says: ["Y", "Yes"] means: "accepted" } codes { says: "?" } }
messages {
  type: "delegation-response"
  key: "Row"
  when { column: "Answer" }
  cells { to: "/person/nhsNumber" column: "NHS" }
  cells { to: "/person/dateOfBirth" column: "Born" }
  cells { to: "/person/familyName" column: "Name" }
  cells { to: "/delegation/reference" column: "Delegation" }
  cells { to: "/answer" column: "Answer" list: "answer" }
})";

std::string FaultsOf(const std::string& text) {
  std::vector<MapFault> faults;
  const bool refused = ColumnMap::Load(text, faults) == nullptr;
  EXPECT_EQ(refused, !faults.empty());
  return FaultsText(faults);
}

TEST(ColumnMapTest, EveryMapThatShipsIsSound) {
  for (const char* name : kMaps) {
    SCOPED_TRACE(name);
    EXPECT_EQ(MapOf(MapText(name))->name(), name);
  }
  EXPECT_EQ(FaultsOf(kSound), "");
}

TEST(ColumnMapTest, EachFaultIsToldWithItsPlace) {
  Shows({"haz-21"});
  const auto without = [](const char* from, const char* to) {
    return FaultsOf(absl::StrReplaceAll(kSound, {{from, to}}));
  };
  EXPECT_THAT(without("\"small\"", "\"Small map\""), StartsWith("1:1 NAME_INVALID"));
  EXPECT_THAT(without("messages {", "message {"), StartsWith("4:9 MAP_SYNTAX"));
  EXPECT_THAT(without("delegation-response", "response"), StartsWith("5:3 TYPE_UNKNOWN"));
  EXPECT_THAT(without("  key: \"Row\"\n", ""), StartsWith("4:1 KEY_MISSING"));
  EXPECT_THAT(without("/person/nhsNumber", "/person/number"), HasSubstr("8:11 FIELD_UNKNOWN"));
  EXPECT_THAT(without("  cells { to: \"/person/dateOfBirth\" column: \"Born\" }\n", ""),
              HasSubstr("4:1 FIELD_REQUIRED say where /person/dateOfBirth comes from"));
  EXPECT_THAT(without("/person/dateOfBirth", "/person/familyName"), HasSubstr("FIELD_TWICE"));
  EXPECT_THAT(without("column: \"NHS\"", "column: \"NHS\" value: \"9990000018\""),
              StartsWith("8:11 SOURCE_UNCLEAR"));
  EXPECT_THAT(without("column: \"NHS\"", "sent_at: true"), StartsWith("8:11 SOURCE_UNCLEAR"));
  EXPECT_THAT(without("column: \"NHS\"", "value: \"12\""), StartsWith("8:11 VALUE_INVALID"));
  EXPECT_THAT(without("list: \"answer\"", "list: \"answers\""), HasSubstr("12:42 LIST_UNKNOWN"));
  EXPECT_THAT(without("means: \"accepted\"", "means: \"agreed\""), HasSubstr("VALUE_INVALID"));
  EXPECT_THAT(without("says: \"?\"", "says: \"y\" means: \"declined\""), HasSubstr("CODE_TWICE"));
  EXPECT_THAT(without("ignored: \"Team\"", "ignored: \"nhs\""), StartsWith("2:1 COLUMN_TWICE"));
  EXPECT_THAT(without("ignored: \"Team\"", "optional: \"Team\""), StartsWith("2:1 COLUMN_TWICE"));
  EXPECT_THAT(FaultsOf("name: \"none\""), HasSubstr("MESSAGES_MISSING"));
}

// Bytes lost or changed at any place: told, never a crash, and what passes can be used.
TEST(ColumnMapTest, DamagedMapsAreToldOrSound) {
  Shows({"haz-21", "ctl-32"});
  std::mt19937 random(20261127);
  int sound = 0;
  int told = 0;
  for (const char* name : kMaps) {
    const std::string whole = MapText(name);
    for (int round = 0; round < 60; ++round) {
      std::string text = whole;
      for (int left = 1 + static_cast<int>(random() % 3); left > 0; --left) {
        static constexpr char kTelling[] = "{}[]\":,/#\\ \n0x\xC3\xFF";
        const size_t at = random() % text.size();
        if (random() % 2 == 0) text[at] = kTelling[random() % (sizeof(kTelling) - 1)];
        if (random() % 2 == 0) text.erase(at, random() % 30);
        if (random() % 3 == 0) text.insert(at, text.substr(random() % text.size(), 60));
      }
      std::vector<MapFault> faults;
      const std::unique_ptr<const ColumnMap> map = ColumnMap::Load(text, faults);
      ASSERT_EQ(map == nullptr, !faults.empty());
      EXPECT_LE(faults.size(), 50u);
      ++(map == nullptr ? told : sound);
      if (map != nullptr) ReadTable(*map, ReadAll(ExportPath(name)));
    }
  }
  EXPECT_GT(sound, 5);
  EXPECT_GT(told, 50);
}

}  // namespace
}  // namespace fosse::adapters::council
