#include "adapters/gp/page/answer_bundle.h"

#include "adapters/fhir/translate.h"
#include "gmock/gmock.h"
#include "tests/adapters/itk3/samples.h"
#include "tests/support/shows.h"

namespace fosse::adapters::page {
namespace {

PageClinician Doctor() {
  PageClinician doctor;
  doctor.set_subject("tamsin");
  doctor.set_participant("C82998");
  doctor.set_name("Tamsin Okafor");
  doctor.set_gmc_number("7654345");
  doctor.set_role("R0260");
  doctor.set_register_checked_on("2026-10-05");
  return doctor;
}

v1::Envelope Translated(const std::string& status, const std::string& words,
                        const PageClinician& clinician = Doctor()) {
  PagePractice practice;
  practice.set_in_hours_name("Duty doctor");
  practice.set_in_hours_telephone("0116 496 0120");
  practice.set_out_of_hours_name("Out of hours");
  practice.set_out_of_hours_telephone("0116 496 0111");
  const std::string bundle = AnswerBundle(itk3::OfferDelivery(), clinician, practice,
                                          {.id = "5d1b2e8a-0000-4000-8000-000000000001",
                                           .status = status,
                                           .words = words,
                                           .at = absl::FromUnixSeconds(1795000000)});
  const fhir::Translated translated =
      fhir::FromFhir(bundle, {.sender = "C82998", .locality = "QK1", .correlation_id = ""});
  for (const fhir::Issue& issue : translated.issues) ADD_FAILURE() << issue.at << issue.reason;
  return translated.envelope;
}

TEST(AnswerBundleTest, AnAcceptanceNamesTheClinicianAndWhoAnswersFromNowOn) {
  Shows({"b-5.5d"});
  const v1::Envelope envelope = Translated("accepted", "");
  const v1::OversightResponse& response = envelope.oversight_response();
  EXPECT_EQ(envelope.message_id(), "5d1b2e8a-0000-4000-8000-000000000001");
  EXPECT_EQ(response.offer_reference(), "OF-77");
  EXPECT_EQ(response.answer(), v1::OVERSIGHT_ANSWER_ACCEPTED);
  EXPECT_EQ(response.clinician().name(), "Tamsin Okafor");
  EXPECT_EQ(response.clinician().identifier(), "7654345");
  EXPECT_EQ(response.clinician().register_(), v1::REGISTER_GMC);
  EXPECT_EQ(response.clinician().organisation(), "C82998");
  EXPECT_EQ(response.accountable_delegator().identifier(), "7654345");
  EXPECT_EQ(response.contacts().in_hours().telephone(), "0116 496 0120");
  EXPECT_EQ(response.contacts().out_of_hours().telephone(), "0116 496 0111");
  EXPECT_EQ(envelope.subject().person().nhs_number(), "9990000018");
}

TEST(AnswerBundleTest, ARefusalAndAQuestionCarryTheirWords) {
  const v1::Envelope declined = Translated("rejected", "No <room> & no \"staff\"");
  EXPECT_EQ(declined.oversight_response().answer(), v1::OVERSIGHT_ANSWER_DECLINED);
  EXPECT_EQ(declined.oversight_response().reason(), "No <room> & no \"staff\"");
  EXPECT_FALSE(declined.oversight_response().has_contacts());
  EXPECT_EQ(Translated("on-hold", "Who reads?").oversight_response().answer(),
            v1::OVERSIGHT_ANSWER_QUESTION);
}

TEST(AnswerBundleTest, ANurseAnswersByHerPin) {
  PageClinician nurse = Doctor();
  nurse.clear_gmc_number();
  nurse.set_nmc_pin("19A1234E");
  const v1::Envelope envelope = Translated("accepted", "", nurse);
  EXPECT_EQ(envelope.oversight_response().clinician().register_(), v1::REGISTER_NMC);
  EXPECT_EQ(envelope.oversight_response().clinician().identifier(), "19A1234E");
}

}  // namespace
}  // namespace fosse::adapters::page
