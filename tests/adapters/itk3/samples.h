#ifndef FOSSE_TESTS_ADAPTERS_ITK3_SAMPLES_H_
#define FOSSE_TESTS_ADAPTERS_ITK3_SAMPLES_H_

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "adapters/itk3/systems.h"
#include "fosse/v1/delivery.pb.h"

namespace fosse::adapters::itk3 {

// An offer of oversight for an invented person.
inline v1::Delivery OfferDelivery(const std::string& id = "01J0OFFER") {
  v1::Delivery delivery;
  delivery.set_delivery_id(id);
  delivery.set_recipient("C82999");
  delivery.set_kind(v1::DELIVERY_KIND_OFFER);
  delivery.set_words("Community nursing asks you to take over oversight.");
  delivery.mutable_committed_at()->set_seconds(1795000000);
  delivery.mutable_act_by()->set_seconds(1795432000);
  v1::Envelope& message = *delivery.mutable_message();
  message.set_sender("RT5");
  v1::PersonReference& person = *message.mutable_subject()->mutable_person();
  person.set_nhs_number("9990000018");
  person.set_family_name("Okonjo-Bramley");
  person.set_given_name("Philippa");
  person.set_date_of_birth("1941-03-09");
  v1::OversightOffer& offer = *message.mutable_oversight_offer();
  offer.set_reference("OFFER-1");
  offer.set_offered_by("RT5");
  offer.set_offered_to("C82999");
  offer.mutable_author()->set_name("Maeve Thorogood");
  offer.set_task_summary("Finger-prick blood sugar test, every morning");
  offer.set_plan_summary(
      "Before breakfast; written in the book <on the shelf> & told by telephone");
  offer.set_thresholds("Below 4 or above 15: call");
  offer.set_risk_summary("Moderate: two lows in spring");
  offer.set_recent_events("None since May");
  offer.mutable_contacts()->mutable_in_hours()->set_telephone("0116 496 0101");
  v1::DelegationStanding& standing = *delivery.add_standings();
  standing.set_delegation_id("D-1");
  standing.set_overseer("RT5");
  standing.mutable_offer()->set_offer_id("OF-77");
  standing.mutable_offer()->set_offered_to("C82999");
  return delivery;
}

// An answer as a practice's system gives it.
inline std::string AnswerXml(const std::string& to, const std::string& code,
                             const std::string& verdict = "ok",
                             const std::string& event = "ITK008M") {
  return absl::StrCat(
      R"(<?xml version="1.0" encoding="UTF-8"?><Bundle xmlns="http://hl7.org/fhir">)",
      R"(<id value="5D1B2E8A-0000-4000-8000-000000000001"/><type value="message"/>)",
      R"(<entry><resource><MessageHeader><event><system value=")", kEvent, R"("/><code value=")",
      event, R"("/></event><response><identifier value=")", to, R"("/><code value=")", verdict,
      R"("/></response></MessageHeader></resource></entry>)",
      R"(<entry><resource><OperationOutcome><issue><details><coding><system value=")",
      kResponseCode, R"("/><code value=")", code,
      R"("/></coding></details></issue></OperationOutcome></resource></entry></Bundle>)");
}

inline std::string ReadWhole(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// The folder of MESH samples that others published: FOSSE_CORPUS/mesh, else shared/data/mesh beside
// the source tree. Empty if there is none.
inline std::filesystem::path CorpusFolder() {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (const char* corpus = std::getenv("FOSSE_CORPUS")) {
    if (fs::is_directory(fs::path(corpus) / "mesh", ignored)) return fs::path(corpus) / "mesh";
  }
  const char* source = std::getenv("FOSSE_SOURCE");
  const fs::path beside = fs::path(source == nullptr ? "." : source) / "../shared/data/mesh";
  return fs::is_directory(beside, ignored) ? beside : fs::path();
}

}  // namespace fosse::adapters::itk3

#endif  // FOSSE_TESTS_ADAPTERS_ITK3_SAMPLES_H_
