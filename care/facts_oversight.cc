#include <optional>

#include "base/local_date.h"
#include "care/facts.h"
#include "care/lookup.h"
#include "care/overseer.h"
#include "care/times.h"

namespace fosse::care {
namespace {

using v1::Facts;

// How long ago the employer may have looked at the register. Ours: the framework names no time.
constexpr int kMostYearsSinceCheck = 1;

Facts::OfferTarget TargetOf(const Situation& situation, const std::string& offered_to) {
  if (offered_to.empty()) return Facts::OFFER_TARGET_UNKNOWN;
  if (offered_to == situation.record.identity().registered_practice()) {
    return Facts::OFFER_TARGET_REGISTERED_PRACTICE;
  }
  return KindOf(situation.directory, offered_to) == v1::ORGANISATION_KIND_COMMUNITY_HEALTH
             ? Facts::OFFER_TARGET_COMMUNITY_HEALTH
             : Facts::OFFER_TARGET_OTHER;
}

bool IsNamed(const v1::Practitioner& practitioner) {
  return !practitioner.identifier().empty() || !practitioner.name().empty();
}

// Where no day is stated, the organisation that vouches for its people answers for the check.
bool IsCheckRecent(const std::string& checked_on, absl::Time now) {
  if (checked_on.empty()) return true;
  const std::optional<absl::CivilDay> day = ParseLocalDate(checked_on);
  const absl::CivilDay today = LondonDay(now);
  const absl::CivilDay earliest(today.year() - kMostYearsSinceCheck, today.month(), today.day());
  return day.has_value() && *day >= earliest && *day <= today;
}

// Whether `clinician` is a named one of `organisation` and is the very person who acts: who is only
// written about gives and takes no oversight (B-5.5d, CTL-05).
bool GivesOrTakes(const v1::Practitioner& clinician, const std::string& organisation,
                  const v1::ActingPerson& acting_person, absl::Time now) {
  const v1::Practitioner& acting = acting_person.practitioner();
  return IsRegisteredClinician(clinician) && IsCheckRecent(clinician.register_checked_on(), now) &&
         (clinician.organisation().empty() || clinician.organisation() == organisation) &&
         acting.register_() == clinician.register_() &&
         acting.identifier() == clinician.identifier();
}

}  // namespace

OfferTerms TermsOf(const v1::OversightOffer& offer) {
  return {.reference = offer.reference(),
          .offered_by = offer.offered_by(),
          .offered_to = offer.offered_to(),
          .author = offer.author(),
          .complete = !offer.task_summary().empty() && !offer.plan_summary().empty() &&
                      !offer.thresholds().empty() && !offer.risk_summary().empty() &&
                      !offer.recent_events().empty() && !offer.next_review_on().empty() &&
                      AreStaffed(offer.contacts()),
          .states_concern = !offer.open_concern().empty(),
          .hand_back = false};
}

OfferTerms TermsOf(const v1::OversightHandBack& hand_back) {
  return {.reference = hand_back.reference(),
          .offered_by = hand_back.offered_by(),
          .offered_to = hand_back.offered_to(),
          .author = hand_back.author(),
          // Community health knows task and plan: it handed them over. Why, and who answers
          // meanwhile, is what it needs.
          .complete = !hand_back.reason().empty() && AreStaffed(hand_back.contacts()),
          .states_concern = !hand_back.reason().empty(),
          .hand_back = true};
}

Facts::OfferState StateOf(const v1::OfferState& offer, absl::Time now) {
  switch (offer.closure()) {
    case v1::OFFER_CLOSURE_ACCEPTED:
    case v1::OFFER_CLOSURE_DECLINED:
      return Facts::OFFER_STATE_ANSWERED;
    case v1::OFFER_CLOSURE_EXPIRED:
      return Facts::OFFER_STATE_EXPIRED;
    case v1::OFFER_CLOSURE_WITHDRAWN:
      return Facts::OFFER_STATE_WITHDRAWN;
    default:
      return now > TimeOf(offer.deadline()) ? Facts::OFFER_STATE_EXPIRED : Facts::OFFER_STATE_OPEN;
  }
}

Facts OfferFacts(const Situation& situation, const v1::Delegation& delegation,
                 const OfferTerms& terms, const v1::Envelope& envelope) {
  Facts facts = DelegationFacts(situation, delegation);
  facts.set_practitioner_basis(BasisOf(envelope.acting_person()));
  facts.set_offer_state(delegation.oversight().has_offer()
                            ? StateOf(delegation.oversight().offer(), situation.now)
                            : Facts::OFFER_STATE_NONE);
  facts.set_offer_author(
      GivesOrTakes(terms.author, terms.offered_by, envelope.acting_person(), situation.now)
          ? Facts::OFFER_AUTHOR_NAMED_CLINICIAN
          : Facts::OFFER_AUTHOR_NOT_NAMED);
  const bool holds = IsLive(delegation) && delegation.oversight().holder() == terms.offered_by &&
                     envelope.sender() == terms.offered_by;
  facts.set_offer_holder(holds ? Facts::OFFER_HOLDER_HOLDS : Facts::OFFER_HOLDER_DOES_NOT_HOLD);
  // To itself there is nothing to offer, whatever kind of organisation it is.
  const bool to_itself =
      terms.offered_to == terms.offered_by || terms.offered_to == delegation.oversight().holder();
  facts.set_offer_target(!terms.offered_to.empty() && to_itself
                             ? Facts::OFFER_TARGET_OTHER
                             : TargetOf(situation, terms.offered_to));
  facts.set_offer_content(terms.complete ? Facts::OFFER_CONTENT_COMPLETE
                                         : Facts::OFFER_CONTENT_INCOMPLETE);
  if (facts.open_concern() == Facts::OPEN_CONCERN_OPEN && terms.states_concern) {
    facts.set_open_concern(Facts::OPEN_CONCERN_OPEN_AND_STATED);
  }
  if (facts.review_status() == Facts::REVIEW_STATUS_OVERDUE && terms.states_concern) {
    facts.set_review_status(Facts::REVIEW_STATUS_OVERDUE_AND_STATED);
  }
  return facts;
}

Facts TakeFacts(const Situation& situation, const v1::Delegation& delegation,
                const v1::OfferState& offer, const v1::Envelope& envelope) {
  const v1::OversightResponse& response = envelope.oversight_response();
  Facts facts = DelegationFacts(situation, delegation);
  facts.set_practitioner_basis(BasisOf(envelope.acting_person()));
  facts.set_offer_state(StateOf(offer, situation.now));
  facts.set_offer_target(TargetOf(situation, offer.offered_to()));
  facts.set_offer_holder(IsLive(delegation) && !offer.closed() ? Facts::OFFER_HOLDER_HOLDS
                                                               : Facts::OFFER_HOLDER_DOES_NOT_HOLD);
  facts.set_responder(envelope.sender() == offer.offered_to() ? Facts::RESPONDER_ASKED
                                                              : Facts::RESPONDER_OTHER);
  facts.set_accepting_clinician(GivesOrTakes(response.clinician(), offer.offered_to(),
                                             envelope.acting_person(), situation.now)
                                    ? Facts::ACCEPTING_CLINICIAN_NAMED
                                    : Facts::ACCEPTING_CLINICIAN_NOT_NAMED);
  facts.set_accountable_delegator(IsNamed(response.accountable_delegator())
                                      ? Facts::ACCOUNTABLE_DELEGATOR_NAMED
                                      : Facts::ACCOUNTABLE_DELEGATOR_NOT_NAMED);
  // Who can be reached from then on: what the taker says, else what the directory has of it.
  const v1::DutyContacts contacts = AreStaffed(response.contacts())
                                        ? response.contacts()
                                        : ContactsOf(situation.directory, offer.offered_to());
  facts.set_overseer_contact(AreStaffed(contacts) ? Facts::OVERSEER_CONTACT_STAFFED
                                                  : Facts::OVERSEER_CONTACT_INCOMPLETE);
  return facts;
}

}  // namespace fosse::care
