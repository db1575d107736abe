// Entries of the trail as AuditEvent and Provenance.
#include "adapters/fhir/trail_resources.h"

#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::adapters::fhir {
namespace {

v1::EntryView Entry(const std::string& text) {
  v1::EntryView entry;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &entry));
  return entry;
}

const char kAccepted[] = R"(
  leaf { index: 41 locality: "QK1" kind: "oversight_response" sender: "C82999"
         relay: "QK1-GP-ADAPTER" committed_at { seconds: 1793700000 }
         question: QUESTION_TAKE_OVERSIGHT outcome: OUTCOME_PERMIT rulebook_digest: "\x01\xff" }
  detail_state: DETAIL_STATE_PRESENT
  detail {
    envelope {
      message_id: "m-1" correlation_id: "c-1" sender: "C82999" sent_at { seconds: 1793699990 }
      subject { person { nhs_number: "9990000018" family_name: "Okonjo" } }
      acting_person { practitioner { register: REGISTER_GMC identifier: "7654321" name: "Rowan" } }
      oversight_response { offer_reference: "O-1" answer: OVERSIGHT_ANSWER_ACCEPTED
        clinician { register: REGISTER_GMC identifier: "7654321" name: "Rowan" } }
    }
    receipt { rulebook_id: "llr/2022-10-01"
              decisions { findings { rule_id: "take-oversight" clause: "B-5.5d" } } }
  }
  deliveries { note { recipient: "RT5" kind: DELIVERY_KIND_TOLD } state: "delivered" }
)";

std::string ValueOf(const Json& details, const std::string& type) {
  for (const Json& detail : details) {
    if (detail["type"] == type) return detail["valueString"];
  }
  return "";
}

TEST(AuditEventTest, SaysWhoSentWhatAboutWhomAndWhatWasDecidedByWhichRules) {
  Shows({"aud-01"});
  const Json event = AuditEventOf(Entry(kAccepted));
  EXPECT_EQ(event["subtype"][0]["code"], "oversight-response");
  EXPECT_EQ(event["recorded"], "2026-11-03T10:00:00+00:00");
  EXPECT_EQ(event["outcomeDesc"], "permit");
  EXPECT_EQ(event["agent"][0]["who"]["identifier"]["value"], "C82999");
  EXPECT_EQ(event["agent"][1]["who"]["identifier"]["system"],
            "https://fhir.hl7.org.uk/Id/gmc-number");
  EXPECT_EQ(event["agent"][2]["requestor"], false) << "the relay asks for nothing itself";
  EXPECT_EQ(event["entity"][0]["what"]["identifier"]["value"], "9990000018");
  EXPECT_EQ(event["entity"][1]["what"]["identifier"]["value"], "m-1");
  const Json& details = event["entity"][2]["detail"];
  EXPECT_EQ(ValueOf(details, "rule"), "B-5.5d take-oversight");
  EXPECT_EQ(ValueOf(details, "rulebook"), "llr/2022-10-01");
  EXPECT_EQ(ValueOf(details, "rulebook-sha256"), "01ff");
  EXPECT_EQ(ValueOf(details, "delivery"), "RT5 told delivered");
  EXPECT_EQ(event.dump().find("Okonjo"), std::string::npos) << "the number is enough";
}

TEST(AuditEventTest, WhatIsWithheldOrErasedSaysSoAndNothingElse) {
  Shows({"ctl-04"});
  for (const auto& [state, word] : {std::pair("DETAIL_STATE_WITHHELD", "withheld"),
                                    std::pair("DETAIL_STATE_REDACTED", "redacted")}) {
    const Json event = AuditEventOf(Entry(
        std::string("leaf { index: 7 locality: 'QK1' kind: 'access_recorded' } detail_state: ") +
        state));
    EXPECT_EQ(event["action"], "R");
    EXPECT_EQ(event["entity"].size(), 1u);
    EXPECT_EQ(ValueOf(event["entity"][0]["detail"], "detail"), word);
    // The gateway's own work has the locality for its agent.
    EXPECT_EQ(event["agent"][0]["who"]["identifier"]["value"], "QK1");
  }
}

TEST(ProvenanceTest, NamesWhoTookOversightAndOnlyWhereItPassed) {
  Shows({"b-5.5"});
  v1::EntryView entry = Entry(kAccepted);
  const Json accepted = ProvenanceOf(entry);
  EXPECT_EQ(accepted["target"][0]["identifier"]["value"], "O-1");
  EXPECT_EQ(accepted["activity"]["coding"][0]["code"], "oversight-accepted");
  EXPECT_EQ(accepted["agent"][0]["onBehalfOf"]["identifier"]["value"], "C82999");
  EXPECT_EQ(accepted["agent"][1]["type"]["coding"][0]["code"], "custodian");
  entry.mutable_leaf()->set_outcome(v1::OUTCOME_HOLD);
  EXPECT_EQ(ProvenanceOf(entry)["agent"].size(), 1u) << "held: nothing moved";
}

TEST(ProvenanceTest, AnOfferNamesWhomItIsFor) {
  v1::EntryView entry = Entry(kAccepted);
  v1::OversightOffer& offer =
      *entry.mutable_detail()->mutable_envelope()->mutable_oversight_offer();
  offer.set_reference("offer-1");
  offer.set_offered_to("C82998");
  const Json offered = ProvenanceOf(entry);
  EXPECT_EQ(offered["agent"][1]["who"]["identifier"]["value"], "C82998");
  EXPECT_EQ(offered["agent"][1]["type"]["coding"][0]["code"], "offered-to");
  offer.set_withdrawn(true);
  EXPECT_EQ(ProvenanceOf(entry)["activity"]["coding"][0]["code"], "oversight-offer-withdrawn");
}

TEST(ProvenanceTest, ThereIsNoneOfOtherEntriesNorOfWhatMayNotBeSeen) {
  Shows({"ctl-04"});
  v1::EntryView entry = Entry(kAccepted);
  entry.set_detail_state(v1::DETAIL_STATE_WITHHELD);
  EXPECT_TRUE(ProvenanceOf(entry).is_null());
  entry.set_detail_state(v1::DETAIL_STATE_PRESENT);
  entry.mutable_detail()->mutable_envelope()->mutable_advice_given();
  EXPECT_TRUE(ProvenanceOf(entry).is_null());
}

}  // namespace
}  // namespace fosse::adapters::fhir
