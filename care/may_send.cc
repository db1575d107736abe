#include <iterator>

#include "absl/types/span.h"
#include "care/directory.h"

namespace fosse::care {
namespace {

using Bodies = absl::Span<const absl::string_view>;

// What those may send who give delegated care: any organisation that a task may be handed to.
constexpr absl::string_view kGivesCare[] = {
    "delegation_response", "worker_assignment", "start_confirmed",  "task_performed",
    "task_not_done",       "delegation_change", "training_request", "concern_raised",
    "consent_changed",     "person_away",       "person_update",    "risk_change",
    "cover_order",         "dispute_raised",    "issue_report",     "competency_challenged",
};
constexpr absl::string_view kHandsOver[] = {
    "delegation_proposal",
    "delegator_changed",
    "shared_care_referral",
    "equality_return",
};
// A provider's worker may see a need for health and social care together.
constexpr absl::string_view kSeesNeeds[] = {"shared_care_referral"};
// What any health body that can oversee may send besides.
constexpr absl::string_view kOversees[] = {
    "oversight_offer", "oversight_response", "oversight_hand_back", "advice_given",
    "clinical_review", "cover_confirmed",    "break_glass",         "clinical_override",
};
constexpr absl::string_view kTrains[] = {"training_session", "competency_record"};
constexpr absl::string_view kTrainsOthers[] = {"competency_revoked", "trainer_sign_off"};
constexpr absl::string_view kPractice[] = {"registration_change"};
// A practice's registration also reaches a community system that traces it nationally.
constexpr absl::string_view kCommunity[] = {"episode_change", "registration_change"};
// That it arranges a service for a person: how the person becomes known to it here. Never an
// episode by which anybody oversees.
constexpr absl::string_view kArranges[] = {"episode_change"};
constexpr absl::string_view kFunds[] = {"funding_decision"};
constexpr absl::string_view kTrainingOffice[] = {"task_version_changed", "issue_report",
                                                 "equality_return"};
constexpr absl::string_view kPanel[] = {"panel_decision", "funding_decision", "issue_report"};
constexpr absl::string_view kBoard[] = {
    "ruling",       "rulebook_activation", "directory_activation", "task_version_changed",
    "issue_report", "equality_return",     "legal_hold",           "clock_confirmed",
};
constexpr absl::string_view kCommissioner[] = {
    "funding_decision", "dispute_raised",  "shared_care_referral", "cover_order",
    "issue_report",     "equality_return", "clock_confirmed",
};
constexpr absl::string_view kAuditTeam[] = {"issue_report", "legal_hold", "redaction"};
constexpr absl::string_view kSafeguarding[] = {"concern_raised", "issue_report"};

bool AnyHas(std::initializer_list<Bodies> groups, absl::string_view body) {
  for (const Bodies group : groups) {
    for (const absl::string_view allowed : group) {
      if (allowed == body) return true;
    }
  }
  return false;
}

}  // namespace

bool Directory::MaySend(v1::OrganisationKind kind, absl::string_view body) {
  switch (kind) {
    case v1::ORGANISATION_KIND_PRACTICE:
      return AnyHas({kGivesCare, kHandsOver, kOversees, kPractice}, body);
    case v1::ORGANISATION_KIND_COMMUNITY_HEALTH:
      return AnyHas({kGivesCare, kHandsOver, kOversees, kTrains, kTrainsOthers, kCommunity}, body);
    case v1::ORGANISATION_KIND_ACUTE:
      return AnyHas({kGivesCare, kHandsOver, kOversees, kTrains}, body);
    case v1::ORGANISATION_KIND_COUNCIL:
      return AnyHas({kGivesCare, kHandsOver, kArranges, kFunds}, body);
    case v1::ORGANISATION_KIND_PROVIDER:
      return AnyHas({kGivesCare, kTrains, kSeesNeeds}, body);
    case v1::ORGANISATION_KIND_TRAINING_PROVIDER:
      return AnyHas({kTrains, kTrainsOthers, kTrainingOffice}, body);
    case v1::ORGANISATION_KIND_SHARED_CARE:
      return AnyHas({kPanel}, body);
    case v1::ORGANISATION_KIND_IPCB:
      return AnyHas({kBoard}, body);
    case v1::ORGANISATION_KIND_COMMISSIONER:
      return AnyHas({kCommissioner}, body);
    case v1::ORGANISATION_KIND_AUDIT:
      return AnyHas({kAuditTeam}, body);
    case v1::ORGANISATION_KIND_SAFEGUARDING:
      return AnyHas({kSafeguarding}, body);
    default:
      return false;  // A relay acts for nobody; an unknown kind may nothing.
  }
}

}  // namespace fosse::care
