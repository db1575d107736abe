// Whatever of a practice's message is mapped comes out again as it went in: native, Envelope,
// native. Over messages made at random out of the tables, and over the samples as they are.
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "adapters/fhir/parameters.h"
#include "adapters/fhir/systems.h"
#include "adapters/fhir/translate.h"
#include "adapters/kit/field_path.h"
#include "adapters/kit/words.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/adapters/fhir/samples.h"
#include "tests/support/shows.h"

namespace fosse::adapters::fhir {
namespace {

constexpr int kRounds = 100;

// A sample whose Task is filled at random.
struct Filled {
  const char* sample;
  const char* list;  // Task.input or Task.output.
  // Parameters that an element of the Task, or a resource, says as well: those must agree, and
  // are left to it.
  std::set<std::string> said_elsewhere = {};
};

const Filled kFilled[] = {
    {"proposal", "input", {"consent", "consent-record"}},
    {"alone-proposal", "input", {"consent", "consent-record"}},
    {"delegation-accepted", "output"},
    {"delegation-declined", "output"},
    {"delegation-change", "input", {"kind"}},
    {"oversight-offer", "input"},
    {"oversight-accepted", "output"},
    {"oversight-rejected", "output", {"reason"}},
    {"oversight-hand-back", "input"},
    {"clinical-review", "output"},
    {"cover-confirmed", "output", {"cover-state"}},
    {"registration-change", "input", {"practice"}},
    {"shared-care-referral", "input", {"delegation"}},
    {"risk-change", "input"},
    {"consent-changed", "input"},
    {"delegator-changed", "input", {"delegator"}},
    {"person-away", "input", {"returned"}},
    {"person-update", "input"},
    {"worker-assignment", "input", {"delegation"}},
    {"start-confirmed", "input", {"delegation"}},
    {"task-performed-ad-hoc", "input"},
    {"task-not-done", "input", {"delegation"}},
    {"cover-order", "input", {"reference", "delegation"}},
    {"dispute", "input", {"reference", "delegation", "resolved"}},
    {"clinical-override", "input", {"delegation"}},
    {"break-glass", "input"},
    {"training-request", "input", {"reference"}},
    {"competency-challenge", "input", {"reference", "withdrawn"}},
    {"issue-report", "input", {"reference"}},
};

class Maker {
 public:
  explicit Maker(uint32_t seed) : random_(seed) {}

  size_t Below(size_t limit) { return random_() % limit; }

  std::string Text() {
    static const char* const kPieces[] = {"a",   "Z", "é", "“",  "\"", "\\",
                                          "<b>", "&", " ", "\n", "7",  "\xF0\x9F\xA9\xBA"};
    std::string text = "x";
    for (size_t left = Below(12); left > 0; --left) text += kPieces[Below(std::size(kPieces))];
    return text;
  }
  std::string Day() {
    return absl::StrFormat("%d-%02d-%02d", 1900 + Below(200), 1 + Below(12), 1 + Below(28));
  }
  std::string Organisation() { return Below(2) == 0 ? "RT5" : "C82999"; }
  Json Identifier(const char* system) {
    return Json{{"system", system}, {"value", absl::StrCat("id-", Below(1000))}};
  }

  Json Contact() {
    Json phone = Json::object();
    if (Below(2) == 0) {
      phone["extension"] = Json::array({Json{{"url", kHoursExtension}, {"valueString", Text()}}});
    }
    phone["system"] = "phone";
    phone["value"] = absl::StrCat("0116 496 0", 100 + Below(900));
    return Json{{"name", Text()}, {"telecom", Json::array({phone})}};
  }

  Json Coding() {
    return Json{{"system", Below(2) == 0 ? kTask : "http://snomed.info/sct"},
                {"code", absl::StrCat("task-", Below(100))},
                {"display", Text()}};
  }
  Json Worker() {
    const bool numbered = Below(2) == 0;
    Json identifier = Identifier(numbered ? kWorkerNumber : kWorker);
    if (!numbered || Below(2) == 0) {
      identifier["assigner"] =
          Json{{"identifier", Json{{"system", kOds}, {"value", Organisation()}}}};
    }
    return Json{{"type", "Practitioner"}, {"identifier", identifier}, {"display", Text()}};
  }

  Json Value(Form form, const google::protobuf::FieldDescriptor& field) {
    switch (form) {
      case Form::kText:
        return Text();
      case Form::kCode:
        return absl::StrCat("code-", Below(100));
      case Form::kChoice: {
        const auto& words = *field.enum_type();
        return WordOf(words,
                      words.value(1 + static_cast<int>(Below(words.value_count() - 1)))->number());
      }
      case Form::kAnswer:
        return Below(2) == 0;
      case Form::kBoolean:
        return true;  // False is what is not said.
      case Form::kNumber:
        return 1 + Below(UINT32_MAX - 1);
      case Form::kDay:
        return Day();
      case Form::kOrganisation:
        return Json{{"system", kOds}, {"value", Organisation()}};
      case Form::kDelegation:
        return Identifier(Below(2) == 0 ? kDelegation : kDelegationId);
      case Form::kConcern:
        return Identifier(kConcern);
      case Form::kTime:
        return TextOf(
            StampOf(absl::FromUnixMillis(static_cast<int64_t>(1 + Below(UINT32_MAX)) * 500)));
      case Form::kContact:
        return Contact();
      case Form::kConcept:
        return Json{{"coding", Json::array({Coding()})}};
      case Form::kWorker:
        return Worker();
      default:
        ADD_FAILURE() << "no value of this form";
        return nullptr;
    }
  }

  // A list of parameters: those that are needed, and about half of the others.
  Json Parameters(absl::Span<const Parameter> table, const google::protobuf::Message& body,
                  const std::set<std::string>& without) {
    Json list = Json::array();
    std::unique_ptr<google::protobuf::Message> scratch(body.New());
    for (const Parameter& parameter : table) {
      if (parameter.form == Form::kPractitioner || without.contains(std::string(parameter.code)) ||
          (!parameter.required && Below(2) == 0)) {
        continue;
      }
      const FieldPlace place = MutablePlace(*scratch, parameter.proto);
      for (size_t left = place.field->is_repeated() ? 1 + Below(3) : 1; left > 0; --left) {
        list.push_back(ParameterJson(parameter.code, MemberNameOf(parameter.form),
                                     Value(parameter.form, *place.field)));
      }
    }
    return list;
  }

 private:
  std::mt19937 random_;
};

const google::protobuf::Message& BodyOf(const v1::Envelope& envelope) {
  const auto* const field =
      v1::Envelope::descriptor()->FindFieldByNumber(static_cast<int>(envelope.body_case()));
  return envelope.GetReflection()->GetMessage(envelope, field);
}

std::string BodyName(const v1::Envelope& envelope) {
  return std::string(v1::Envelope::descriptor()
                         ->FindFieldByNumber(static_cast<int>(envelope.body_case()))
                         ->name());
}

Json& FocusOf(Json& native) {
  return native["resourceType"] == "Bundle" ? native["entry"][1]["resource"] : native;
}

// What goes out when the message is passed on.
Json PassedOn(const v1::Envelope& message) {
  v1::Delivery delivery;
  delivery.set_delivery_id("dv-1");
  delivery.set_recipient("RT5");
  *delivery.mutable_message() = message;
  return Json::parse(DeliveryBundle(delivery, "QK1"));
}

std::multiset<std::string> Lines(const Json& list, absl::Span<const Parameter> table) {
  std::multiset<std::string> lines;
  for (const Json& item : list) {
    const std::string code = item["type"]["coding"][0]["code"];
    for (const Parameter& parameter : table) {
      if (parameter.code == code && parameter.form != Form::kPractitioner)
        lines.insert(item.dump());
    }
  }
  return lines;
}

Translated Read(const Json& native) {
  return FromFhir(native.dump(), {.sender = "", .locality = "QK1", .correlation_id = ""});
}

TEST(RoundTripTest, EveryParameterOfAMadeUpMessageComesOutAsItWentIn) {
  Shows({"haz-21"});
  Maker maker(20261127);
  for (const Filled& filled : kFilled) {
    SCOPED_TRACE(filled.sample);
    const Json sample = SampleJson(filled.sample);
    const v1::Envelope first = Read(sample).envelope;
    const auto table = ParametersOf(BodyName(first));
    ASSERT_FALSE(table.empty());
    std::set<std::string> seen;
    for (int round = 0; round < kRounds; ++round) {
      Json native = sample;
      Json& task = FocusOf(native);
      Json made = maker.Parameters(table, BodyOf(first), filled.said_elsewhere);
      for (const Json& item : made) seen.insert(item["type"]["coding"][0]["code"]);
      // What the others say stays as the sample has it.
      const Json& of_sample =
          sample["resourceType"] == "Bundle" ? sample["entry"][1]["resource"] : sample;
      const Json left = of_sample.value(filled.list, Json::array());
      for (const Json& item : left) {
        const std::string code = item["type"]["coding"][0]["code"];
        if (filled.said_elsewhere.contains(code)) made.push_back(item);
      }
      if (made.empty()) continue;
      task[filled.list] = made;
      const Translated translated = Read(native);
      for (const Issue& issue : translated.issues) ADD_FAILURE() << issue.at << " " << issue.reason;
      if (!translated.issues.empty()) return;
      const Json out = PassedOn(translated.envelope)["entry"][1]["resource"]["input"];
      std::multiset<std::string> got = Lines(out, table);
      for (const std::string& line : Lines(made, table)) {
        const auto found = got.find(line);
        ASSERT_NE(found, got.end()) << line << " of round " << round;
        got.erase(found);
      }
      // And what came out, sent in again, is the same message.
      Json again = native;
      Json list = Json::array();
      std::set<std::string> came_out;
      for (const Json& item : out) {
        if (Lines(Json::array({item}), table).empty()) continue;
        list.push_back(item);
        came_out.insert(item["type"]["coding"][0]["code"]);
      }
      for (const Json& item : made) {
        const std::string code = item["type"]["coding"][0]["code"];
        if (filled.said_elsewhere.contains(code) && !came_out.contains(code)) list.push_back(item);
      }
      FocusOf(again)[filled.list] = list;
      v1::Envelope second = Read(again).envelope;
      v1::Envelope known = translated.envelope;
      second.clear_original();
      known.clear_original();
      // Read as a reference; a delivery has no such resource.
      if (known.has_oversight_response()) {
        known.mutable_oversight_response()->clear_accountable_delegator();
        second.mutable_oversight_response()->clear_accountable_delegator();
      }
      EXPECT_EQ(second.ShortDebugString(), known.ShortDebugString());
    }
    for (const Parameter& parameter : table) {
      const std::string code(parameter.code);
      EXPECT_TRUE(seen.contains(code) || filled.said_elsewhere.contains(code) ||
                  parameter.form == Form::kPractitioner)
          << code << " was never tried";
    }
  }
}

TEST(RoundTripTest, ThePersonComesOutAsItWentIn) {
  Shows({"haz-01", "haz-21"});
  Maker maker(7);
  for (int round = 0; round < kRounds; ++round) {
    Json native = SampleJson("oversight-offer");
    Json* patient = nullptr;
    for (Json& entry : native["entry"]) {
      if (entry["resource"]["resourceType"] == "Patient") patient = &entry["resource"];
    }
    ASSERT_NE(patient, nullptr);
    (*patient)["name"][0]["family"] = maker.Text();
    (*patient)["name"][0]["given"] = Json::array({maker.Text()});
    (*patient)["birthDate"] = maker.Day();
    if (maker.Below(2) == 0) (*patient)["identifier"][0].erase("extension");
    const Translated translated = Read(native);
    ASSERT_TRUE(translated.issues.empty()) << translated.issues[0].at;
    const Json out = PassedOn(translated.envelope)["entry"][2]["resource"];
    EXPECT_EQ(out["identifier"], (*patient)["identifier"]);
    EXPECT_EQ(out["name"], (*patient)["name"]);
    EXPECT_EQ(out["birthDate"], (*patient)["birthDate"]);
  }
}

TEST(RoundTripTest, WordsOfACommunicationComeOutAsTheyWentIn) {
  Shows({"haz-21"});
  Maker maker(11);
  for (const auto& [sample, code] :
       {std::pair("advice", "advice"), std::pair("concern", "concern-summary"),
        std::pair("alone-concern", "concern-summary")}) {
    for (int round = 0; round < kRounds; ++round) {
      Json native = SampleJson(sample);
      const std::string text = maker.Text();
      FocusOf(native)["payload"][0]["contentString"] = text;
      const Translated translated = Read(native);
      ASSERT_TRUE(translated.issues.empty()) << translated.issues[0].at;
      bool found = false;
      const Json passed_on = PassedOn(translated.envelope);
      for (const Json& item : passed_on["entry"][1]["resource"]["input"]) {
        found = found || (item["type"]["coding"][0]["code"] == code && item["valueString"] == text);
      }
      EXPECT_TRUE(found) << sample;
    }
  }
}

// What a proposal says in resources of its own.
TEST(RoundTripTest, ThePartsOfAProposalComeOutAsTheyWentIn) {
  Shows({"haz-21"});
  Maker maker(13);
  for (int round = 0; round < kRounds; ++round) {
    Json native = SampleJson("proposal");
    const std::string plan = maker.Text();
    const std::string thresholds = maker.Text();
    const std::string risk = maker.Text();
    const std::string review = maker.Day();
    for (Json& entry : native["entry"]) {
      Json& resource = entry["resource"];
      if (resource["resourceType"] == "CarePlan") {
        resource["description"] = plan;
        resource["note"][0]["text"] = thresholds;
        resource["period"]["end"] = review;
      }
      if (resource["resourceType"] == "RiskAssessment") resource["note"][0]["text"] = risk;
    }
    const Translated translated = Read(native);
    ASSERT_TRUE(translated.issues.empty()) << translated.issues[0].at;
    std::map<std::string, std::string> out;
    const Json passed_on = PassedOn(translated.envelope);
    for (const Json& item : passed_on["entry"][1]["resource"]["input"]) {
      for (const char* member : {"valueString", "valueDate"}) {
        if (item.contains(member)) out[item["type"]["coding"][0]["code"]] = item[member];
      }
    }
    EXPECT_EQ(out["plan-summary"], plan);
    EXPECT_EQ(out["thresholds"], thresholds);
    EXPECT_EQ(out["risk-summary"], risk);
    EXPECT_EQ(out["next-review"], review);
  }
}

// The samples as they are: each parameter is passed on.
TEST(RoundTripTest, TheSamplesLoseNothingThatIsMapped) {
  Shows({"haz-21"});
  for (const char* const name : kSamples) {
    SCOPED_TRACE(name);
    Json native = SampleJson(name);
    const v1::Envelope envelope = Read(native).envelope;
    const auto table = ParametersOf(BodyName(envelope));
    std::multiset<std::string> got =
        Lines(PassedOn(envelope)["entry"][1]["resource"]["input"], table);
    const Json& task = FocusOf(native);
    for (const char* list : {"input", "output"}) {
      if (!task.contains(list) || (list == std::string("input") && task.contains("output")))
        continue;
      for (const std::string& line : Lines(task[list], table)) {
        // False is what is not said; a fact that somebody denies is kept.
        EXPECT_TRUE(got.contains(line)) << line;
      }
    }
  }
}

// Two places that say different things are told apart, never settled in silence.
TEST(RoundTripTest, WhatIsSaidTwiceMustAgree) {
  Shows({"haz-21"});
  const auto reason = [](const char* sample, const char* list, const Json& parameter) {
    Json native = SampleJson(sample);
    FocusOf(native)[list].push_back(parameter);
    const Translated translated = Read(native);
    return translated.issues.empty() ? std::string() : translated.issues[0].reason;
  };
  EXPECT_EQ(reason("cover-confirmed", "output", ParameterJson("cover-state", "valueCode", "ended")),
            "STATUS_DISAGREES");
  EXPECT_EQ(reason("registration-change", "input",
                   ParameterJson("practice", "valueIdentifier",
                                 Json{{"system", kOds}, {"value", "C82998"}})),
            "OWNER_DISAGREES");
  EXPECT_EQ(reason("shared-care-referral", "input",
                   ParameterJson("delegation", "valueIdentifier",
                                 Json{{"system", kDelegation}, {"value", "another"}})),
            "DELEGATION_DISAGREES");
  EXPECT_EQ(reason("oversight-rejected", "output",
                   ParameterJson("reason", "valueString", "Something else.")),
            "FIELD_TOO_MANY");
}

}  // namespace
}  // namespace fosse::adapters::fhir
