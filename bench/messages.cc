#include "bench/messages.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "base/nhs_number.h"

namespace fosse::bench {
namespace {

v1::Envelope Message(const std::string& nhs_number, absl::string_view kind, uint64_t sequence) {
  const absl::Time now = absl::Now();
  v1::Envelope envelope;
  envelope.set_message_id(absl::StrCat("bench-", getpid(), "-", kind, "-", sequence));
  envelope.set_locality("QK1");
  envelope.set_sender("RT5");
  envelope.mutable_sent_at()->set_seconds(absl::ToUnixSeconds(now));
  v1::PersonReference& person = *envelope.mutable_subject()->mutable_person();
  person.set_nhs_number(nhs_number);
  person.set_date_of_birth("1940-05-17");
  person.set_family_name("Benchmark");
  v1::Practitioner& nurse = *envelope.mutable_acting_person()->mutable_practitioner();
  nurse.set_register_(v1::REGISTER_NMC);
  nurse.set_identifier("19A1234E");
  nurse.set_register_part(v1::REGISTER_PART_NURSE);
  nurse.set_register_status(v1::REGISTER_STATUS_CURRENT);
  nurse.set_register_checked_on(absl::FormatTime("%Y-%m-%d", now, absl::UTCTimeZone()));
  nurse.set_name("Invented Nurse");
  nurse.set_organisation("RT5");
  // As large as a native FHIR message of this kind.
  envelope.mutable_original()->set_media_type("application/fhir+json");
  envelope.mutable_original()->set_content(std::string(3000, 'x'));
  return envelope;
}

}  // namespace

std::vector<std::string> TestNhsNumbers(size_t count) {
  std::vector<std::string> numbers;
  for (uint64_t n = 9990000000; numbers.size() < count; ++n) {
    const std::string number = absl::StrFormat("%010d", n);
    if (NormaliseNhsNumber(number).has_value()) numbers.push_back(number);
  }
  return numbers;
}

v1::Envelope EpisodeOpened(const std::string& nhs_number, uint64_t sequence) {
  v1::Envelope envelope = Message(nhs_number, "episode", sequence);
  v1::EpisodeChange& episode = *envelope.mutable_episode_change();
  episode.set_episode_reference("EP-1");
  episode.set_kind(v1::EPISODE_CHANGE_KIND_OPENED);
  episode.set_service("community-nursing");
  episode.set_organisation("RT5");
  *episode.mutable_occurred_at() = envelope.sent_at();
  episode.set_registered_practice("C82999");
  return envelope;
}

v1::Envelope Proposal(const std::string& nhs_number, uint64_t sequence) {
  v1::Envelope envelope = Message(nhs_number, "proposal", sequence);
  const std::string today = envelope.acting_person().practitioner().register_checked_on();
  v1::DelegationProposal& proposal = *envelope.mutable_delegation_proposal();
  proposal.set_reference("BENCH-1");
  proposal.set_direction(v1::DELEGATION_DIRECTION_HEALTH_TO_SOCIAL_CARE);
  proposal.mutable_task()->mutable_code()->set_code("generic-7-blood-sugar");
  proposal.mutable_task()->set_setting(v1::CARE_SETTING_OWN_HOME);
  proposal.mutable_task()->set_slot("morning");
  proposal.mutable_task()->mutable_particulars()->set_in_plan_of_care(v1::ANSWER_YES);
  proposal.mutable_task()->mutable_particulars()->set_follow_up_defined(v1::ANSWER_YES);
  proposal.mutable_task()->mutable_particulars()->set_excluded_for_person(v1::ANSWER_NO);
  proposal.set_delegating("RT5");
  proposal.set_delegated_to("1-1000000001");
  *proposal.mutable_delegator() = envelope.acting_person().practitioner();
  proposal.set_performer(v1::PERFORMER_KIND_CARE_WORKER);
  proposal.set_involvement(v1::INVOLVEMENT_INVOLVED);
  proposal.set_consent(v1::CONSENT_GIVEN);
  proposal.set_objects_to_sharing(v1::ANSWER_NO);
  proposal.mutable_mdt()->set_outcome(v1::MDT_OUTCOME_AGREED);
  proposal.mutable_mdt()->set_decided_on(today);
  proposal.mutable_mdt()->add_members("Community nurse");
  proposal.mutable_mdt()->add_members("Social worker");
  proposal.mutable_risk()->set_level(v1::RISK_LEVEL_LOW);
  proposal.mutable_risk()->set_record_reference("risk-1");
  proposal.mutable_plan()->set_reference("plan-1");
  proposal.mutable_plan()->set_training_provided_by("Delegated healthcare training");
  proposal.mutable_plan()->set_competence_assessor("Training nurse");
  proposal.mutable_plan()->set_ongoing_support("Community nursing");
  proposal.mutable_plan()->set_changed(v1::ANSWER_NO);
  return envelope;
}

}  // namespace fosse::bench
