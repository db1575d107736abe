// Bodies that are kept, in the trail or on the locality's record, and passed on to whom they
// concern. None stops care that runs.
#include "care/handlers.h"
#include "care/locality.h"
#include "care/shared_care/steps.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

// The ruling beside every report of its reference; references are their senders' own, and the board
// names no sender.
void KeepRuling(Work& work) {
  const v1::Ruling& ruling = work.envelope().ruling();
  std::vector<v1::IssueState> ruled;
  for (const v1::IssueState& issue : work.locality().issues()) {
    if (issue.reference() == ruling.issue_reference()) ruled.push_back(issue);
  }
  if (ruled.empty()) {
    work.AddNotice("ISSUE_NOT_KNOWN",
                   "The ruling is kept. No report of the reference that it answers is known here.",
                   "B-6.1");
    ruled.emplace_back().set_reference(ruling.issue_reference());
  }
  for (v1::IssueState& issue : ruled) {
    issue.set_ruling(ruling.number());
    issue.set_ruled_on(ruling.decided_on());
    issue.set_rulebook_digest(ruling.rulebook_digest());
    work.Tell({.recipient = issue.reported_by(), .words = "The board has ruled (B-6.1)."});
    v1::Change change;
    *change.mutable_issue() = std::move(issue);
    work.SetLocality(change);
  }
}

}  // namespace

absl::Status HandleIssueReport(Work& work) {
  const v1::IssueReport& report = work.envelope().issue_report();
  v1::Change change;
  v1::IssueState& issue = *change.mutable_issue();
  issue.set_reference(report.reference());
  issue.set_reported_by(work.sender());
  issue.set_clause(report.clause());
  *issue.mutable_reported_at() = Timestamp(work.now());
  work.SetLocality(change);
  TellRoute(work, v1::ROUTE_IPCB, v1::DELIVERY_KIND_REFERRAL,
            "A problem with the framework is reported to the board (B-6.1).", "");
  return absl::OkStatus();
}

absl::Status HandleRuling(Work& work) {
  KeepRuling(work);
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
