#include <cstdlib>
#include <fstream>
#include <iterator>

#include "adapters/council/translate.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/adapters/council/samples.h"
#include "tests/support/shows.h"

namespace fosse::adapters::council {
namespace {

std::string Golden(const std::string& name) {
  const char* const source = std::getenv("FOSSE_SOURCE");
  return std::string(source == nullptr ? "." : source) + "/tests/golden/council/" + name;
}

void ExpectGolden(const std::string& got, const std::string& name) {
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(Golden(name), std::ios::binary) << got;
    FAIL() << "rewrote " << name << "; review the diff, then run without UPDATE_GOLDEN";
  }
  std::ifstream file(Golden(name), std::ios::binary);
  EXPECT_EQ(got, std::string(std::istreambuf_iterator<char>(file), {}))
      << "systems read this; a member may be added, none may change";
}

template <typename Message>
Message Parse(const char* text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

constexpr char kConcern[] = R"pb(
  delivery_id: "d-1"
  recipient: "RT5"
  kind: DELIVERY_KIND_CONCERN
  urgency: URGENCY_URGENT
  words: "A concern to act on."
  act_by { seconds: 1664791200 }
  entry_index: 12
  committed_at { seconds: 1664787600 nanos: 250000000 }
  removed_paths: "concern_raised.noticed_by"
  message {
    message_id: "row-9"
    sender: "1-1000000001"
    subject {
      person {
        nhs_number: "9990000018"
        date_of_birth: "1941-03-09"
        family_name: "Quillfeather"
        given_name: "Oswin"
      }
    }
    original { content: "native bytes that no recipient sees" }
    concern_raised {
      reference: "c-1"
      kind: CONCERN_KIND_CLINICAL
      summary: "heel looks sore"
      noticed_at { seconds: 1664787000 }
      delegation { reference: "BS-1" }
    }
  }
  standings {
    delegation_id: "del-1"
    reference: "BS-1"
    state: DELEGATION_STATE_ACTIVE
    oversight: OVERSIGHT_STATE_HELD
    overseer: "RT5"
    delivers_now: "1-1000000001"
    contacts { in_hours { name: "Duty desk" telephone: "0116 496 0101" } }
    task { code: "pressure-area-care" display: "Pressure area care" }
    delegating: "RT5"
    delegated_to: "1-1000000001"
    review_on: "2023-01-03"
  }
  decisions {
    question: QUESTION_PROPOSE
    outcome: OUTCOME_HOLD
    delegation_id: "del-1"
    delivers_meanwhile: "RT5"
    owner: "RT5"
    findings {
      rule_id: "consent-unknown"
      clause: "B-3.4"
      outcome: OUTCOME_HOLD
      because: "consent is not known"
      remedy: "ask the person"
    }
  }
)pb";

TEST(WorkListTest, ItemsHaveTheDocumentedShape) {
  Shows({"haz-21"});
  v1::Delivery offer = Parse<v1::Delivery>(R"pb(
    delivery_id: "d-2"
    recipient: "RT5"
    kind: DELIVERY_KIND_OFFER
    urgency: URGENCY_ROUTINE
    committed_at { seconds: 1664787600 }
    message {
      sender: "C82999"
      subject { worker { worker_number: "W-1" name: "Wren Underhill" } }
      oversight_offer {}
    }
    proposal {
      reference: "BS-2"
      task { code { code: "eye-drops" } }
    }
  )pb");
  ExpectGolden(WorkListJson({Parse<v1::Delivery>(kConcern), offer}), "work_list.json");
  EXPECT_EQ(WorkListJson({}), "{\n  \"items\": []\n}\n");
}

TEST(WorkListTest, TheMessageOfAnItemHasEveryFieldOfItsBody) {
  Shows({"haz-21"});
  for (const MessageType& type : MessageTypes()) {
    v1::Delivery delivery;
    const Json wanted = FilledMessage(
        type, [](size_t) { return 0; }, [](const Field&) { return true; },
        *delivery.mutable_message());
    const Json item = Json::parse(WorkListJson({delivery})).at("items").at(0);
    EXPECT_EQ(item.at("message").at("type"), std::string(type.name));
    for (const Field& field : type.fields) {
      const Json::json_pointer at{std::string(field.json)};
      EXPECT_EQ(item.at("message").at(at), wanted.at(at)) << field.json;
    }
  }
}

TEST(WorkListTest, NativeBytesOfTheSenderAreNeverInIt) {
  EXPECT_EQ(WorkListJson({Parse<v1::Delivery>(kConcern)}).find("native bytes"), std::string::npos);
}

TEST(ReceiptTest, HasTheDocumentedShape) {
  const auto receipt = Parse<v1::Receipt>(R"pb(
    message_id: "row-1"
    entry_index: 7
    committed_at { seconds: 1664787600 }
    decisions { question: QUESTION_PROPOSE outcome: OUTCOME_REFER owner: "RT5" }
    deliveries { recipient: "RT5" kind: DELIVERY_KIND_REFERRAL delivery_id: "d-1" }
    notices { code: "CALL_NOW" words: "An unwell person needs a call now." clause: "B-5.4" }
    delivers_meanwhile: "RT5"
    overseer: "RT5"
    worker_number: "W-1"
    contacts { out_of_hours { name: "Night desk" telephone: "0116 496 0102" hours: "18:30-08:00" } }
  )pb");
  ExpectGolden(ReceiptJson(receipt), "receipt.json");
  EXPECT_EQ(Json::parse(ReceiptJson({})).at("outcome"), "kept");
}

TEST(ReceiptTest, AProblemPointsAtTheFieldAsAUriDoes) {
  const Json problem = Json::parse(IssuesJson(
      {{"/a b/\xC3\xA9", "FIELD_UNKNOWN", "leave it out"}, {"", "JSON_INVALID", "send JSON"}}));
  EXPECT_EQ(problem.at("detail"), "leave it out");
  EXPECT_EQ(problem.at("errors")[0].at("pointer"), "#/a%20b/%c3%a9");
  EXPECT_EQ(problem.at("errors")[1].at("pointer"), "#");
}

TEST(ReceiptTest, ARefusalNamesReasonRemedyAndPlace) {
  Refusal refusal;
  refusal.reason = "FIELD_INVALID";
  refusal.sentence = "a field breaks its terms";
  refusal.metadata = {{"path", "delegation_response.note"}};
  EXPECT_EQ(Json::parse(RefusalJson(refusal)), Json::parse(R"({"detail": "a field breaks its terms",
                "errors": [{"reason": "FIELD_INVALID",
                "remedy": "a field breaks its terms", "path": "delegation_response.note"}]})"));
}

TEST(WorkListTest, OneItemIsWhatTheListHasAndAReferenceNamesNobody) {
  Shows({"haz-31"});
  const auto concern = Parse<v1::Delivery>(kConcern);
  const Json listed = Json::parse(WorkListJson({concern}))["items"][0];
  EXPECT_EQ(Json::parse(WorkItemJson(concern)), listed);
  const Json reference = Json::parse(WorkReferenceJson(concern));
  ASSERT_EQ(reference.size(), 6u);
  for (const char* name : {"id", "kind", "urgency", "traceIndex", "committedAt", "actBy"}) {
    EXPECT_EQ(reference[name], listed[name]) << name;
  }
}

}  // namespace
}  // namespace fosse::adapters::council
