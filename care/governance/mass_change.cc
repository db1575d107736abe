#include "absl/strings/str_cat.h"
#include "care/handlers.h"
#include "care/work.h"

namespace fosse::care {
namespace {

absl::string_view CauseInWords(v1::SweepKind kind) {
  switch (kind) {
    case v1::SWEEP_KIND_WORKER:
      return "The competence of one worker changed";
    case v1::SWEEP_KIND_RULEBOOK:
      return "A new rulebook is in force";
    case v1::SWEEP_KIND_DIRECTORY:
      return "A new directory is in force";
    case v1::SWEEP_KIND_TASK:
      return "What a task asks of its workers changed";
    default:
      return "One event concerns many people";
  }
}

}  // namespace

// One alarm for many (HAZ-40): whoever must see how much is at stake sees one number, not a flood.
absl::Status HandleMassChangeAlarm(Work& work) {
  const v1::MassChangeAlarm& alarm = work.envelope().mass_change_alarm();
  const std::string words = absl::StrCat(
      CauseInWords(alarm.kind()), ": ", alarm.delegations(),
      " delegated tasks are at risk, or have lost their overseer, by this one cause. Care goes on "
      "and each has its cover order. ",
      alarm.goes_on() ? "More people are still being looked at. " : "",
      "See that the cause is right, and that there is cover for so many.");
  std::vector<std::string> recipients = {
      work.rulebook().document().cover_owner(),
      std::string(work.rulebook().OwnerOf(v1::ROUTE_COMMISSIONING))};
  for (const v1::Participant& participant : work.directory().document().participants()) {
    if (participant.kind() == v1::ORGANISATION_KIND_IPCB && !participant.closed()) {
      recipients.push_back(participant.id());
    }
  }
  for (const std::string& recipient : recipients) {
    work.Tell({.recipient = recipient,
               .kind = v1::DELIVERY_KIND_ESCALATION,
               .urgency = v1::URGENCY_URGENT,
               .words = words});
  }
  return absl::OkStatus();
}

}  // namespace fosse::care
