// Bodies that are kept in the trail and passed on to whom they concern. None stops care that runs.
#include "care/handlers.h"
#include "care/shared_care/steps.h"
#include "care/steps.h"

namespace fosse::care {

absl::Status HandleTrainingRequest(Work& work) {
  work.Tell({.recipient = work.envelope().training_request().training_provider(),
             .kind = v1::DELIVERY_KIND_REFERRAL,
             .words = "Training is asked for. The Training Needs Analysis is enclosed (B-4.6)."});
  return absl::OkStatus();
}

absl::Status HandleIssueReport(Work& work) {
  TellRoute(work, v1::ROUTE_IPCB, v1::DELIVERY_KIND_REFERRAL,
            "A problem with the framework is reported to the board (B-6.1).", "");
  return absl::OkStatus();
}

absl::Status HandleRuling(Work& work) {
  for (const v1::Participant& participant : work.directory().document().participants()) {
    switch (participant.kind()) {
      case v1::ORGANISATION_KIND_COMMUNITY_HEALTH:
      case v1::ORGANISATION_KIND_COUNCIL:
      case v1::ORGANISATION_KIND_ACUTE:
      case v1::ORGANISATION_KIND_SHARED_CARE:
        work.Tell({.recipient = participant.id(), .words = "The board has ruled (B-6.1)."});
        break;
      default:
        break;
    }
  }
  return absl::OkStatus();
}

absl::Status HandleBreakGlass(Work& work) {
  for (const v1::Delegation& delegation : work.person().delegations()) {
    if (IsOver(delegation)) continue;
    work.Tell({.recipient = delegation.oversight().holder(),
               .urgency = v1::URGENCY_URGENT,
               .words = "Exceptional access to this person's record was used (CTL-07)."});
  }
  return absl::OkStatus();
}

absl::Status HandleKept(Work& work) {
  work.AddNotice("ENTRY_ONLY", "The message is kept in the trail.", "");
  return absl::OkStatus();
}

}  // namespace fosse::care
