#include <algorithm>

#include "absl/strings/str_cat.h"
#include "care/overseer.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
void ChaseCover(Work& work, v1::CoverOrderState& cover, const std::string& owner,
                v1::TimerKind kind) {
  const absl::Time by = work.DeadlineOf(kind);
  cover.set_owner(owner);
  *cover.mutable_next_action_at() = Timestamp(by);
  work.SetTimer(v1::TIMER_KIND_COVER_DEADLINE, cover.cover_id(), JustAfter(by));
}

void CloseCover(Work& work, v1::CoverOrderState& cover) {
  cover.clear_owner();
  cover.clear_next_action_at();
  if (!cover.has_ended_at()) *cover.mutable_ended_at() = Timestamp(work.now());
  work.CancelTimer(v1::TIMER_KIND_COVER_DEADLINE, cover.cover_id());
  const bool given = std::any_of(cover.events().begin(), cover.events().end(),
                                 [](const v1::CoverEvent& event) {
                                   return event.state() == v1::COVER_STATE_CONFIRMED ||
                                          event.state() == v1::COVER_STATE_STARTED;
                                 }) ||
                     cover.visits() > 0;
  if (!given) return;
  const std::string owner(work.rulebook().OwnerOf(v1::ROUTE_COMMISSIONING));
  cover.set_settled_by(owner.empty() ? cover.cover_by() : owner);
  work.Tell({.recipient = cover.settled_by(),
             .kind = v1::DELIVERY_KIND_REFERRAL,
             .words = absl::StrCat("Cover of this care has ended, after ", cover.visits(),
                                   cover.visits() == 1 ? " visit" : " visits",
                                   ". Settle with those who pay what it cost (B-2.4). The times "
                                   "are on record."),
             .delegation_id = cover.delegation_id()});
}

void OrderCover(Work& work, const v1::Delegation& delegation, const std::string& cover_by,
                v1::Urgency urgency) {
  if (cover_by.empty()) {
    // The rulebook names nobody: commissioning must, and is told so now (B-7.3).
    work.Tell({.recipient = EscalationOwner(work, delegation, v1::ROUTE_COMMISSIONING),
               .kind = v1::DELIVERY_KIND_ESCALATION,
               .urgency = v1::URGENCY_URGENT,
               .words = "Nobody is named to deliver this care meanwhile. Name a health body now.",
               .delegation_id = delegation.delegation_id()});
    return;
  }
  for (const v1::CoverOrderState& cover : work.person().covers()) {
    if (cover.delegation_id() == delegation.delegation_id() && IsOpenCover(cover)) return;
  }
  v1::CoverOrderState& cover = work.EditCover(work.NewId("K-"));
  cover.set_delegation_id(delegation.delegation_id());
  cover.set_cover_by(cover_by);
  *cover.mutable_from() = Timestamp(work.now());
  ChaseCover(work, cover, cover_by, v1::TIMER_KIND_COVER_DEADLINE);
  work.Tell({.recipient = cover_by,
             .kind = v1::DELIVERY_KIND_COVER_ORDER,
             .urgency = urgency,
             .words = "Please deliver this care, or be ready to, until it is settled who does; who "
                      "pays is decided later (B-7.3). Confirm the cover.",
             .delegation_id = delegation.delegation_id(),
             .act_by = TimeOf(cover.next_action_at()),
             .with_proposal = !work.envelope().has_delegation_proposal()});
}

void NameInterim(Work& work, v1::Delegation& delegation) {
  if (!delegation.interim_deliverer().empty()) return;
  const Interim interim =
      InterimDelivererOf(work.person(), delegation.proposal(), work.directory(), work.rulebook());
  delegation.set_interim_deliverer(interim.organisation);
  if (interim.needs_cover_order) {
    OrderCover(work, delegation, interim.organisation, v1::URGENCY_SAME_DAY);
    return;
  }
  work.Tell({.recipient = interim.organisation,
             .urgency = v1::URGENCY_SAME_DAY,
             .words = "You deliver this care until you are told that somebody else does (B-7.3).",
             .delegation_id = delegation.delegation_id()});
}

void StandDownInterim(Work& work, v1::Delegation& delegation, absl::string_view words) {
  if (!delegation.interim_deliverer().empty()) {
    work.Tell({.recipient = delegation.interim_deliverer(),
               .urgency = v1::URGENCY_SAME_DAY,
               .words = std::string(words),
               .delegation_id = delegation.delegation_id()});
    delegation.clear_interim_deliverer();
  }
  EndCovers(work, delegation);
}

void EndCovers(Work& work, const v1::Delegation& delegation) {
  // While nobody oversees the task its cover stands by, whatever else is settled (INV-01).
  if (IsLive(delegation) && delegation.oversight().state() == v1::OVERSIGHT_STATE_GAP) return;
  std::vector<std::string> open;
  for (const v1::CoverOrderState& cover : work.person().covers()) {
    if (cover.delegation_id() == delegation.delegation_id() && IsOpenCover(cover)) {
      open.push_back(cover.cover_id());
    }
  }
  for (const std::string& id : open) {
    v1::CoverOrderState& cover = work.EditCover(id);
    cover.set_state(v1::COVER_STATE_ENDED);
    CloseCover(work, cover);
    work.Tell({.recipient = cover.cover_by(),
               .kind = v1::DELIVERY_KIND_WITHDRAWAL,
               .urgency = v1::URGENCY_SAME_DAY,
               .words = "The cover that was asked of you is no longer needed.",
               .delegation_id = delegation.delegation_id()});
  }
}

}  // namespace fosse::care
