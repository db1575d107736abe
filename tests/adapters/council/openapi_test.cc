// The description of the door says what the door does: it is held against the reader.
#include "adapters/council/openapi.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "adapters/council/fields.h"
#include "adapters/council/translate.h"
#include "base/field_check.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::council {
namespace {

using Json = nlohmann::ordered_json;

const Json& Schemas() {
  static const auto& schemas = *new Json(Json::parse(OpenApi())["components"]["schemas"]);
  return schemas;
}

const Json& SchemaOf(const MessageType& type) {
  for (const Json& reference : Schemas()["Message"]["oneOf"]) {
    const Json& schema = Schemas()[std::string(reference["$ref"])
                                       .substr(std::string("#/components/schemas/").size())];
    if (schema["properties"]["type"]["const"] == std::string(type.name)) return schema;
  }
  static const Json none;
  return none;
}

Translated Read(const Json& json) { return FromJson(json.dump(), "1-1000000001", "QK1"); }

// Read, and within the terms of the contract.
bool IsTaken(const Json& json) {
  const Translated translated = Read(json);
  return translated.issues.empty() && CheckFields(translated.envelope).ok();
}

// Each place of an object that has a schema of its own: the pointer and the schema.
void Walk(const Json& schema, const std::string& at,
          std::vector<std::pair<std::string, const Json*>>& places) {
  if (!schema.contains("properties")) return;
  places.emplace_back(at, &schema);
  for (const auto& [name, member] : schema["properties"].items()) {
    Walk(member, absl::StrCat(at, "/", name), places);
    if (member.contains("items")) Walk(member["items"], absl::StrCat(at, "/", name, "/0"), places);
  }
}

class OpenApiTest : public ::testing::TestWithParam<MessageType> {
 protected:
  Json Example(bool whole) const { return Json::parse(ExampleOf(GetParam().name, whole)); }
};

TEST_P(OpenApiTest, ItsExamplesAreTaken) {
  Shows({"haz-21"});
  for (const bool whole : {false, true}) {
    const Json example = Example(whole);
    const Translated translated = Read(example);
    for (const Issue& issue : translated.issues) ADD_FAILURE() << issue.at << " " << issue.reason;
    EXPECT_THAT(CheckFields(translated.envelope), IsOk()) << example.dump(2);
  }
}

TEST_P(OpenApiTest, EveryLineOfTheTableStandsInIt) {
  for (const Field& field : GetParam().fields) {
    const Json* at = &SchemaOf(GetParam());
    for (const absl::string_view step : absl::StrSplit(field.json.substr(1), '/')) {
      ASSERT_TRUE((*at)["properties"].contains(std::string(step))) << field.json;
      at = &(*at)["properties"][std::string(step)];
    }
  }
}

TEST_P(OpenApiTest, WithoutWhatItNeedsAMessageIsRefused) {
  Shows({"haz-21"});
  std::vector<std::pair<std::string, const Json*>> places;
  Walk(SchemaOf(GetParam()), "", places);
  const Json whole = Example(true);
  int needed = 0;
  for (const auto& [at, schema] : places) {
    if (!schema->contains("required")) continue;
    for (const Json& name : (*schema)["required"]) {
      Json without = whole;
      const Json::json_pointer place(at);
      if (!without.contains(place)) continue;
      ASSERT_EQ(without[place].erase(std::string(name)), 1u) << at << "/" << name;
      EXPECT_FALSE(IsTaken(without)) << at << "/" << name;
      ++needed;
    }
  }
  EXPECT_GT(needed, 3);
}

TEST_P(OpenApiTest, WhatItDoesNotHaveIsRefusedWithItsPlace) {
  Shows({"haz-21"});
  std::vector<std::pair<std::string, const Json*>> places;
  Walk(SchemaOf(GetParam()), "", places);
  const Json whole = Example(true);
  for (const auto& [at, schema] : places) {
    EXPECT_EQ((*schema)["additionalProperties"], false) << at;
    const Json::json_pointer place(at);
    if (!whole.contains(place)) continue;
    Json more = whole;
    more[place]["mood"] = "good";
    const Translated translated = Read(more);
    ASSERT_EQ(translated.issues.size(), 1u) << at;
    EXPECT_EQ(translated.issues[0].at, absl::StrCat(at, "/mood"));
    EXPECT_EQ(translated.issues[0].reason, "FIELD_UNKNOWN");
  }
}

// Of every member: another type, a word that is not listed, a text of another form, one too long.
TEST_P(OpenApiTest, WhatBreaksASchemaIsRefused) {
  Shows({"haz-21"});
  std::vector<std::pair<std::string, const Json*>> places;
  Walk(SchemaOf(GetParam()), "", places);
  const Json whole = Example(true);
  int broken = 0;
  for (const auto& [at, schema] : places) {
    for (const auto& [name, member] : (*schema)["properties"].items()) {
      const Json::json_pointer place(absl::StrCat(at, "/", name));
      if (!whole.contains(place) || member.contains("properties")) continue;
      std::vector<Json> values = {Json::array({1})};  // Null says what is absent.
      if (member.contains("enum") || member.contains("const")) values.push_back("no-such-word");
      if (member.contains("format")) values.push_back("yesterday");
      if (member.contains("pattern")) values.push_back("a b");
      if (member.contains("maxLength")) {
        values.push_back(std::string(size_t{member["maxLength"]} + 1, 'A'));
      }
      if (member.contains("minimum")) values.push_back(-1);
      if (member.contains("maximum")) values.push_back(uint64_t{member["maximum"]} + 1);
      if (member.contains("maxItems")) {
        values.push_back(Json(size_t{member["maxItems"]} + 1, whole[place][0]));
      }
      for (const Json& value : values) {
        Json spoilt = whole;
        spoilt[place] = value;
        EXPECT_FALSE(IsTaken(spoilt)) << place.to_string() << " " << value.dump().substr(0, 60);
        ++broken;
      }
    }
  }
  EXPECT_GT(broken, 20);
}

INSTANTIATE_TEST_SUITE_P(Types, OpenApiTest,
                         ::testing::ValuesIn(MessageTypes().begin(), MessageTypes().end()),
                         [](const auto& test) {
                           std::string name(test.param.name);
                           name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
                           return name;
                         });

}  // namespace
}  // namespace fosse::adapters::council
