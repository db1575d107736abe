#include "base/status.h"
#include "care/handlers.h"
#include "care/overseer.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

constexpr int kMaxEvents = 64;

// By its id or its sender's reference; else the open one to this sender for the delegation named,
// which is all that an order of the gateway's own shows to whom it asks.
const v1::CoverOrderState* FindCover(const Work& work, const std::string& reference) {
  const v1::CareRecord& record = work.person();
  const v1::CoverOrderState* found = nullptr;
  for (const v1::CoverOrderState& cover : record.covers()) {
    if (cover.cover_id() == reference || cover.reference() == reference) found = &cover;
  }
  if (found != nullptr) return found;
  for (const v1::CoverOrderState& cover : record.covers()) {
    if (cover.cover_by() != work.sender() || cover.state() == v1::COVER_STATE_ENDED) continue;
    for (const v1::Delegation& delegation : record.delegations()) {
      if (delegation.delegation_id() == cover.delegation_id() &&
          (delegation.delegation_id() == reference ||
           delegation.proposal().reference() == reference)) {
        found = &cover;
      }
    }
  }
  return found;
}

v1::Delegation* DelegationOf(Work& work, const v1::CoverOrderState& cover) {
  v1::DelegationReference reference;
  reference.set_delegation_id(cover.delegation_id());
  const v1::Delegation* found = FindDelegation(work.person(), reference);
  return found == nullptr ? nullptr : &work.EditDelegation(found->delegation_id());
}

// Who must find somebody where an order leads nowhere.
std::string Commissioning(const Work& work, const v1::CoverOrderState& cover) {
  const absl::string_view owner = work.rulebook().OwnerOf(v1::ROUTE_COMMISSIONING);
  return owner.empty() ? cover.cover_by() : std::string(owner);
}

// Kept with its own time: who pays is settled from it (B-2.4).
void NoteEvent(v1::CoverOrderState& cover, const v1::CoverConfirmed& confirmed) {
  v1::CoverEvent& event = *cover.add_events();
  event.set_state(confirmed.state());
  *event.mutable_at() = confirmed.at();
  event.set_visits(confirmed.visits());
  cover.set_visits(cover.visits() + confirmed.visits());
  if (const int surplus = cover.events_size() - kMaxEvents; surplus > 0) {
    cover.mutable_events()->DeleteSubrange(0, surplus);
  }
}

// Somebody comes: only now may care that is at risk stop at its provider (B-7.3, HAZ-40).
void Come(Work& work, v1::CoverOrderState& cover) {
  ChaseCover(work, cover, cover.cover_by(), v1::TIMER_KIND_HELD_DEADLINE);
  v1::Delegation* delegation = DelegationOf(work, cover);
  if (delegation == nullptr) return;
  if (delegation->state() == v1::DELEGATION_STATE_AT_RISK) {
    delegation->set_interim_deliverer(cover.cover_by());
    Suspend(work, *delegation,
            "Cover is confirmed. The task is suspended: the provider stops, and cover delivers.");
  } else if (!IsRunning(*delegation)) {
    delegation->set_interim_deliverer(cover.cover_by());
  }
}

// The locality's community health service is asked next; where it is the one that cannot,
// commissioning must find somebody.
void Refuse(Work& work, v1::CoverOrderState& cover) {
  v1::Delegation* delegation = DelegationOf(work, cover);
  const std::string next = work.rulebook().document().cover_owner();
  const std::string id = cover.delegation_id();
  if (next == cover.cover_by() || next.empty() || delegation == nullptr) {
    // Refusing is no way out for the last one: the order stays open in its name, and is escalated.
    cover.set_state(v1::COVER_STATE_UNSPECIFIED);
    ChaseCover(work, cover, Commissioning(work, cover), v1::TIMER_KIND_COVER_DEADLINE);
    work.Tell({.recipient = cover.owner(),
               .kind = v1::DELIVERY_KIND_ESCALATION,
               .urgency = v1::URGENCY_URGENT,
               .words = "Cover for this care cannot be given. Find who delivers, now (B-7.3).",
               .delegation_id = id,
               .act_by = TimeOf(cover.next_action_at())});
    return;
  }
  CloseCover(work, cover);
  if (delegation->interim_deliverer() == cover.cover_by()) delegation->set_interim_deliverer(next);
  OrderCover(work, *delegation, next, v1::URGENCY_URGENT);
}

// Nobody is left without a deliverer because a cover order was closed.
void Stop(Work& work, v1::CoverOrderState& cover) {
  v1::Delegation* delegation = DelegationOf(work, cover);
  if (delegation != nullptr && IsLive(*delegation) &&
      delegation->oversight().state() == v1::OVERSIGHT_STATE_GAP) {
    cover.set_state(v1::COVER_STATE_UNSPECIFIED);
    ChaseCover(work, cover, cover.cover_by(), v1::TIMER_KIND_COVER_DEADLINE);
    work.Tell({.recipient = cover.cover_by(),
               .kind = v1::DELIVERY_KIND_ESCALATION,
               .urgency = v1::URGENCY_URGENT,
               .words = "Nobody oversees this task, so its cover stays ordered. Take oversight, or "
                        "settle who does.",
               .delegation_id = delegation->delegation_id()});
    return;
  }
  *cover.mutable_ended_at() = work.envelope().cover_confirmed().at();
  CloseCover(work, cover);
  if (delegation == nullptr || IsRunning(*delegation) ||
      delegation->interim_deliverer() != cover.cover_by() ||
      (IsOver(*delegation) && delegation->interim_deliverer().empty())) {
    return;
  }
  work.Tell({.recipient = cover.cover_by(),
             .kind = v1::DELIVERY_KIND_ESCALATION,
             .urgency = v1::URGENCY_URGENT,
             .words = "You ended the cover, and you are still the one named to deliver this care. "
                      "Deliver it, or settle who does.",
             .delegation_id = delegation->delegation_id()});
}

}  // namespace

void CoverUnsettled(Work& work, const std::string& cover_id) {
  const v1::CoverOrderState* found = FindCover(work, cover_id);
  if (found == nullptr || !IsOpenCover(*found)) return;
  v1::CoverOrderState& cover = work.EditCover(cover_id);
  if (cover.state() == v1::COVER_STATE_UNSPECIFIED) {
    ChaseCover(work, cover, Commissioning(work, cover), v1::TIMER_KIND_COVER_DEADLINE);
    for (const std::string& recipient : {cover.cover_by(), cover.owner()}) {
      work.Tell({.recipient = recipient,
                 .kind = v1::DELIVERY_KIND_ESCALATION,
                 .urgency = v1::URGENCY_URGENT,
                 .words = "Cover for this care was ordered and nobody has confirmed it in time. "
                          "Confirm it, or find who delivers, now (B-7.3).",
                 .delegation_id = cover.delegation_id(),
                 .act_by = TimeOf(cover.next_action_at()),
                 .with_proposal = true});
    }
    return;
  }
  ChaseCover(work, cover, cover.cover_by(), v1::TIMER_KIND_HELD_DEADLINE);
  work.Tell({.recipient = cover.cover_by(),
             .kind = v1::DELIVERY_KIND_PROMPT,
             .words = "You cover this care. Say which visits you have made, or that the cover has "
                      "ended, and settle who delivers from now on.",
             .delegation_id = cover.delegation_id(),
             .act_by = TimeOf(cover.next_action_at())});
}

absl::Status HandleCoverOrder(Work& work) {
  const v1::CoverOrder& order = work.envelope().cover_order();
  FOSSE_RETURN_IF_ERROR(
      CheckParticipant(work, order.cover_by(), FieldPath("cover_order.cover_by")));
  std::string id;
  if (order.has_delegation()) {
    FOSSE_ASSIGN_OR_RETURN(const v1::Delegation* found,
                           SendersDelegation(work, order.delegation()));
    id = found->delegation_id();
  }
  v1::CoverOrderState& cover = work.EditCover(work.NewId("K-"));
  cover.set_delegation_id(id);
  cover.set_cover_by(order.cover_by());
  cover.set_reference(order.reference());
  *cover.mutable_from() = order.from();
  ChaseCover(work, cover, order.cover_by(), v1::TIMER_KIND_COVER_DEADLINE);
  work.receipt().set_made_id(cover.cover_id());
  work.Tell({.recipient = order.cover_by(),
             .kind = v1::DELIVERY_KIND_COVER_ORDER,
             .urgency = v1::URGENCY_SAME_DAY,
             .words =
                 "Please deliver this care meanwhile; who pays is decided later (B-7.3). Confirm "
                 "the cover.",
             .delegation_id = id,
             .act_by = TimeOf(cover.next_action_at()),
             .with_proposal = true});
  return absl::OkStatus();
}

absl::Status HandleCoverConfirmed(Work& work) {
  const v1::CoverConfirmed& confirmed = work.envelope().cover_confirmed();
  const v1::CoverOrderState* found = FindCover(work, confirmed.order_reference());
  if (found == nullptr || found->cover_by() != work.sender()) {
    return MakeError(absl::StatusCode::kNotFound, "COVER_NOT_FOUND",
                     "no cover order to this organisation has this reference or id");
  }
  if (!IsOpenCover(*found)) {
    // Visits made before the end are told late; nothing else can be said of it.
    if (confirmed.state() == v1::COVER_STATE_ENDED && confirmed.visits() > 0) {
      v1::CoverOrderState& over = work.EditCover(found->cover_id());
      NoteEvent(over, confirmed);
      CloseCover(work, over);
      return absl::OkStatus();
    }
    return MakeError(absl::StatusCode::kFailedPrecondition, "STATE_CONFLICT",
                     "the cover order has ended", {{"expected", Code("COVER_STATE_CONFIRMED")}});
  }
  v1::CoverOrderState& cover = work.EditCover(found->cover_id());
  NoteEvent(cover, confirmed);
  // Told late, a confirmation does not take back that somebody has come.
  if (cover.state() != v1::COVER_STATE_STARTED || confirmed.state() != v1::COVER_STATE_CONFIRMED) {
    cover.set_state(confirmed.state());
  }
  switch (confirmed.state()) {
    case v1::COVER_STATE_CONFIRMED:
    case v1::COVER_STATE_STARTED:
      Come(work, cover);
      break;
    case v1::COVER_STATE_REFUSED:
      Refuse(work, cover);
      break;
    case v1::COVER_STATE_ENDED:
      Stop(work, cover);
      break;
    default:
      break;
  }
  if (const v1::Delegation* delegation = DelegationOf(work, cover); delegation != nullptr) {
    work.Tell({.recipient = delegation->proposal().delegating(),
               .urgency = v1::URGENCY_SAME_DAY,
               .words = "There is news of the cover for this care.",
               .delegation_id = delegation->delegation_id()});
  }
  return absl::OkStatus();
}

}  // namespace fosse::care
