// Deliveries, receipts and refusals as FHIR, and parameters both ways.
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/fhir/parameters.h"
#include "adapters/fhir/systems.h"
#include "adapters/fhir/translate.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "tests/adapters/fhir/samples.h"
#include "tests/support/shows.h"

namespace fosse::adapters::fhir {
namespace {

using google::protobuf::TextFormat;
using google::protobuf::util::MessageDifferencer;

const char kStanding[] = R"(
  delegation_id: "D-01" reference: "dlg-1" state: DELEGATION_STATE_ACTIVE
  oversight: OVERSIGHT_STATE_OFFERED overseer: "RT5" delivers_now: "1-1000000001" owner: "C82999"
  task { code: "generic-7-blood-sugar" display: "Finger-prick blood sugar test" }
  contacts { in_hours { name: "Duty desk" telephone: "0116 496 0101" hours: "08:00 to 20:00" } }
  review_on: "2027-01-04"
  offer { offer_id: "O-0123456789" reference: "offer-1" offered_to: "C82999" }
)";

v1::Delivery OfferDelivery() {
  v1::Delivery delivery;
  TextFormat::ParseFromString(
      absl::StrCat(R"(delivery_id: "dv-1" recipient: "C82999" kind: DELIVERY_KIND_OFFER
                      urgency: URGENCY_SAME_DAY words: "Oversight is offered to you."
                      act_by { seconds: 1793800000 } entry_index: 41
                      committed_at { seconds: 1793700000 nanos: 5000000 }
                      removed_paths: "original"
                      decisions { findings { rule_id: "b-5.5d-offer" clause: "B-5.5d"
                                  because: "a named clinician offers" outcome: OUTCOME_PERMIT } }
                      standings {)",
                   kStanding, "}"),
      &delivery);
  const Translated translated = FromFhir(Sample("oversight-offer.json"), {.locality = "QK1"});
  *delivery.mutable_message() = translated.envelope;
  delivery.mutable_message()->clear_original();
  return delivery;
}

Json Focus(const Json& bundle) { return bundle["entry"][1]["resource"]; }

std::multiset<std::string> CodesOf(const Json& list) {
  std::multiset<std::string> codes;
  for (const Json& item : list) codes.insert(item["type"]["coding"][0]["code"]);
  return codes;
}

TEST(DeliveryBundleTest, AnOfferIsATaskThatThePracticeCanAnswer) {
  Shows({"b-5.5", "ctl-16"});
  const Json bundle = Json::parse(DeliveryBundle(OfferDelivery(), "QK1"));
  const Json task = Focus(bundle);
  EXPECT_EQ(task["status"], "requested");
  EXPECT_EQ(task["identifier"][0]["system"], kOffer);
  EXPECT_EQ(task["identifier"][0]["value"], "O-0123456789");
  EXPECT_EQ(task["code"]["coding"][0]["code"], "oversight-offer");
  EXPECT_EQ(task["for"]["identifier"]["value"], "9990000018");
  EXPECT_EQ(task["restriction"]["period"]["end"], "2026-11-04T13:46:40+00:00");
  EXPECT_EQ(task["description"], "Oversight is offered to you.");
  const std::multiset<std::string> codes = CodesOf(task["input"]);
  for (const char* code : {"task-summary", "plan-summary", "thresholds", "risk-summary", "task",
                           "recent-events", "contact-in-hours", "overseer", "state", "trace-index",
                           "delegation", "finding", "removed"}) {
    EXPECT_EQ(codes.count(code), 1) << code;
  }

  // The practice's own builder answers with the same identifier.
  Json answer = SampleJson("oversight-accepted");
  answer["/entry/1/resource/identifier"_json_pointer] = task["identifier"];
  const Translated translated = FromFhir(answer.dump(), {.sender = "C82999", .locality = "QK1"});
  ASSERT_TRUE(translated.issues.empty());
  EXPECT_EQ(translated.envelope.oversight_response().offer_reference(), "O-0123456789");
}

TEST(DeliveryBundleTest, ARedeliveryIsTheSameBundle) {
  Shows({"ctl-13"});
  v1::Delivery delivery = OfferDelivery();
  const std::string first = DeliveryBundle(delivery, "QK1");
  EXPECT_EQ(DeliveryBundle(delivery, "QK1"), first);
  delivery.set_attempts(3);
  EXPECT_EQ(DeliveryBundle(delivery, "QK1"), first);
  delivery.set_delivery_id("dv-2");
  EXPECT_NE(Json::parse(DeliveryBundle(delivery, "QK1"))["id"], Json::parse(first)["id"]);
}

TEST(DeliveryBundleTest, EveryKindIsWritten) {
  for (int kind = 1; kind <= v1::DeliveryKind_MAX; ++kind) {
    v1::Delivery delivery = OfferDelivery();
    delivery.set_kind(static_cast<v1::DeliveryKind>(kind));
    const Json bundle = Json::parse(DeliveryBundle(delivery, "QK1"));
    EXPECT_FALSE(Focus(bundle)["code"]["coding"][0]["code"].get<std::string>().empty());
    EXPECT_EQ(Focus(bundle)["status"],
              kind == v1::DELIVERY_KIND_WITHDRAWAL ? "cancelled" : "requested");
    std::set<std::string> urls;
    for (const Json& entry : bundle["entry"]) EXPECT_TRUE(urls.insert(entry["fullUrl"]).second);
  }
}

TEST(DeliveryBundleTest, ADeliveryAboutNobodyIsWritten) {
  v1::Delivery delivery;
  delivery.set_delivery_id("dv-3");
  delivery.set_recipient("RT5");
  delivery.set_kind(v1::DELIVERY_KIND_ESCALATION);
  const Json bundle = Json::parse(DeliveryBundle(delivery, "QK1"));
  EXPECT_EQ(bundle["entry"].size(), 2);
}

TEST(ReceiptBundleTest, SaysEveryFindingAndWhoDeliversMeanwhile) {
  Shows({"b-7.3", "ctl-16", "haz-39"});
  v1::Receipt receipt;
  TextFormat::ParseFromString(
      absl::StrCat(
          R"(message_id: "m-1" entry_index: 7 committed_at { seconds: 1793700000 }
             decisions { question: QUESTION_PROPOSE outcome: OUTCOME_HOLD
               findings { rule_id: "plan-clinical-reviewer" clause: "B-4.1" outcome: OUTCOME_HOLD
                          because: "the plan names no clinical reviewer" remedy: "name one" }
               findings { rule_id: "x" clause: "B-3.3" outcome: OUTCOME_DENY because: "y" } }
             notices { code: "CALL_NOW" words: "Call 999." }
             delivers_meanwhile: "RT5" standings {)",
          kStanding, "}"),
      &receipt);
  const Json bundle = Json::parse(ReceiptBundle(receipt, "QK1"));
  const Json header = bundle["entry"][0]["resource"];
  EXPECT_EQ(header["response"]["identifier"], "m-1");
  EXPECT_EQ(header["response"]["code"], "ok");
  EXPECT_EQ(Focus(bundle)["businessStatus"]["coding"][0]["code"], "active");
  EXPECT_EQ(Focus(bundle)["owner"]["identifier"]["value"], "C82999");
  const Json outcome = bundle["entry"][2]["resource"];
  EXPECT_EQ(outcome["extension"][0]["valueUnsignedInt"], 7);
  ASSERT_EQ(outcome["issue"].size(), 4);
  EXPECT_EQ(outcome["issue"][0]["severity"], "warning");
  EXPECT_EQ(outcome["issue"][0]["code"], "business-rule");
  EXPECT_EQ(outcome["issue"][0]["details"]["coding"][0]["code"], "plan-clinical-reviewer");
  EXPECT_EQ(outcome["issue"][0]["diagnostics"],
            "B-4.1: the plan names no clinical reviewer; name one");
  EXPECT_EQ(outcome["issue"][1]["severity"], "error");
  EXPECT_EQ(outcome["issue"][2]["diagnostics"], "Call 999.");
  EXPECT_EQ(outcome["issue"][3]["diagnostics"], "RT5 delivers care meanwhile");
  EXPECT_EQ(ReceiptBundle(receipt, "QK1"), bundle.dump(2) + "\n") << "the same each time";
}

TEST(OutcomeTest, IssuesAreLocatedAndNational) {
  const Json outcome = Json::parse(OutcomeFor(
      400, {{.at = "Bundle.id", .reason = "FIELD_REQUIRED", .remedy = "add", .code = "required"}}));
  EXPECT_EQ(outcome["resourceType"], "OperationOutcome");
  const Json issue = outcome["issue"][0];
  EXPECT_EQ(issue["severity"], "error");
  EXPECT_EQ(issue["code"], "required");
  EXPECT_EQ(issue["details"]["coding"][0]["system"],
            "https://fhir.nhs.uk/Codesystem/http-error-codes");
  EXPECT_EQ(issue["details"]["coding"][0]["code"], "PROXY_BAD_REQUEST");
  EXPECT_EQ(issue["expression"][0], "Bundle.id");
}

TEST(OutcomeTest, RefusalsHaveTheirStatus) {
  struct Case {
    absl::StatusCode code;
    int status;
    const char* national;
    const char* issue;
  };
  const Case cases[] = {
      {absl::StatusCode::kInvalidArgument, 400, "PROXY_BAD_REQUEST", "invalid"},
      {absl::StatusCode::kPermissionDenied, 403, "PROXY_FORBIDDEN", "forbidden"},
      {absl::StatusCode::kNotFound, 404, "PROXY_NOT_FOUND", "not-found"},
      {absl::StatusCode::kAlreadyExists, 409, "PROXY_CONFLICT", "duplicate"},
      {absl::StatusCode::kFailedPrecondition, 422, "PROXY_UNPROCESSABLE_ENTITY", "business-rule"},
      {absl::StatusCode::kResourceExhausted, 429, "PROXY_TOO_MANY_REQUESTS", "throttled"},
      {absl::StatusCode::kUnavailable, 503, "PROXY_UNAVAILABLE", "transient"},
      {absl::StatusCode::kInternal, 500, "PROXY_SERVER_ERROR", "exception"},
  };
  for (const Case& c : cases) {
    const Refusal refusal{.code = c.code, .reason = "R", .sentence = "s", .metadata = {{"k", "v"}}};
    EXPECT_EQ(HttpStatusOf(refusal), c.status);
    const Json issue = Json::parse(OutcomeFor(refusal))["issue"][0];
    EXPECT_EQ(issue["details"]["coding"][0]["code"], c.national);
    EXPECT_EQ(issue["details"]["coding"][1]["code"], "R");
    EXPECT_EQ(issue["code"], c.issue);
    EXPECT_EQ(issue["diagnostics"], "s; k: v");
  }
}

// What a sample says in parameters is what they say when they are written and read again.
TEST(ParametersTest, WrittenParametersAreReadAsTheSame) {
  Shows({"haz-21"});
  int bodies = 0;
  for (const char* const name : kSamples) {
    SCOPED_TRACE(name);
    const v1::Envelope envelope = FromFhir(Sample(absl::StrCat(name, ".json")), {}).envelope;
    const auto* field = envelope.GetReflection()->GetOneofFieldDescriptor(
        envelope, envelope.GetDescriptor()->FindOneofByName("body"));
    ASSERT_NE(field, nullptr);
    const absl::Span<const Parameter> table = ParametersOf(field->name());
    const google::protobuf::Message& body = envelope.GetReflection()->GetMessage(envelope, field);
    const Json written = WriteParameters(body, table);
    const Json bundle = {{"resourceType", "Bundle"}, {"type", "message"}, {"input", written}};
    IssueList issues;
    const std::unique_ptr<Bundle> parsed = Bundle::Parse(bundle.dump(), issues);
    ASSERT_NE(parsed, nullptr);
    const std::unique_ptr<google::protobuf::Message> again(body.New());
    ReadParameters(*parsed, parsed->root()["input"], table, absl::UnixEpoch(), *again);
    EXPECT_TRUE(issues.empty()) << issues.issues()[0].at << issues.issues()[0].reason;
    EXPECT_EQ(WriteParameters(*again, table), written);
    ++bodies;
  }
  EXPECT_EQ(bodies, std::size(kSamples));
}

// A table that names a field wrongly would crash on its first use.
TEST(ParametersTest, EveryLineOfEveryTableNamesAField) {
  const v1::Envelope& envelope = v1::Envelope::default_instance();
  const auto* oneof = envelope.GetDescriptor()->FindOneofByName("body");
  int lines = 0;
  for (int n = 0; n < oneof->field_count(); ++n) {
    std::vector<Parameter> table;
    const absl::Span<const Parameter> own = ParametersOf(oneof->field(n)->name());
    table.assign(own.begin(), own.end());
    if (oneof->field(n)->name() == "delegation_proposal") {
      table.insert(table.end(), ProposalParts().begin(), ProposalParts().end());
    }
    for (const Parameter& parameter : table) {
      SCOPED_TRACE(std::string(parameter.proto));
      const google::protobuf::Descriptor* type = oneof->field(n)->message_type();
      const google::protobuf::FieldDescriptor* field = nullptr;
      size_t at = 0;
      const std::string path(parameter.proto);
      while (at <= path.size()) {
        const size_t dot = std::min(path.find('.', at), path.size());
        ASSERT_NE(type, nullptr);
        field = type->FindFieldByName(path.substr(at, dot - at));
        ASSERT_NE(field, nullptr);
        type = field->message_type();
        at = dot + 1;
      }
      EXPECT_EQ(parameter.form == Form::kChoice || parameter.form == Form::kAnswer,
                field->enum_type() != nullptr);
      ++lines;
    }
  }
  EXPECT_GT(lines, 80);
}

}  // namespace
}  // namespace fosse::adapters::fhir
