#include "tests/explorer/planted.h"

#include <algorithm>

#include "base/status.h"
#include "tests/care/messages.h"

namespace fosse::care {
namespace {

template <typename Do>
void ForEachDelegation(Effect& effect, Do act) {
  for (v1::Change& change : effect.changes) {
    if (change.has_delegation()) act(*change.mutable_delegation());
  }
}

void AddChange(Effect& effect, const v1::Delegation& delegation) {
  *effect.changes.emplace_back().mutable_delegation() = delegation;
}

bool IsOpen(const v1::Delegation& delegation) {
  return delegation.oversight().has_offer() && !delegation.oversight().offer().closed();
}

// A system took the offer, and so oversight passes.
absl::StatusOr<Effect> MoveOnAcknowledgement(const View& view, const v1::Envelope& envelope,
                                             const Moment& moment) {
  absl::StatusOr<Effect> effect = Handle(view, envelope, moment);
  if (!effect.ok() || !envelope.has_delivery_outcome()) return effect;
  for (v1::Delegation delegation : view.person->delegations()) {
    if (!IsOpen(delegation)) continue;
    const v1::OfferState offer = delegation.oversight().offer();
    delegation.mutable_oversight()->set_holder(offer.offered_to());
    AddChange(*effect, delegation);
  }
  return effect;
}

// Who offered is taken to have let go, whatever the answer.
absl::StatusOr<Effect> LetGoOnDecline(const View& view, const v1::Envelope& envelope,
                                      const Moment& moment) {
  absl::StatusOr<Effect> effect = Handle(view, envelope, moment);
  if (!effect.ok() || envelope.oversight_response().answer() != v1::OVERSIGHT_ANSWER_DECLINED) {
    return effect;
  }
  ForEachDelegation(*effect, [](v1::Delegation& delegation) {
    delegation.mutable_oversight()->clear_holder();
    delegation.mutable_oversight()->set_state(v1::OVERSIGHT_STATE_UNSPECIFIED);
  });
  return effect;
}

// An acceptance counts though the offer has expired.
absl::StatusOr<Effect> AcceptLate(const View& view, const v1::Envelope& envelope,
                                  const Moment& moment) {
  absl::StatusOr<Effect> effect = Handle(view, envelope, moment);
  if (!effect.ok() || envelope.oversight_response().answer() != v1::OVERSIGHT_ANSWER_ACCEPTED) {
    return effect;
  }
  for (v1::Delegation delegation : view.person->delegations()) {
    for (const v1::OfferState& past : delegation.oversight().past_offers()) {
      if (past.closure() != v1::OFFER_CLOSURE_EXPIRED ||
          past.reference() != envelope.oversight_response().offer_reference() ||
          past.offered_to() != envelope.sender() ||
          delegation.oversight().state() != v1::OVERSIGHT_STATE_HELD) {
        continue;
      }
      v1::Delegation moved = delegation;
      moved.mutable_oversight()->set_holder(envelope.sender());
      AddChange(*effect, moved);
      return effect;
    }
  }
  return effect;
}

// Who pays is not settled, so nobody comes.
absl::StatusOr<Effect> SuspendOnDispute(const View& view, const v1::Envelope& envelope,
                                        const Moment& moment) {
  absl::StatusOr<Effect> effect = Handle(view, envelope, moment);
  if (!effect.ok() || !envelope.has_dispute_raised()) return effect;
  ForEachDelegation(*effect, [](v1::Delegation& delegation) {
    if (delegation.state() != v1::DELEGATION_STATE_ACTIVE) return;
    delegation.set_state(v1::DELEGATION_STATE_SUSPENDED);
    delegation.set_interim_deliverer("RT5");
  });
  return effect;
}

// That it is in question who the person is is not kept.
absl::StatusOr<Effect> ForgetQuestion(const View& view, const v1::Envelope& envelope,
                                      const Moment& moment) {
  absl::StatusOr<Effect> effect = Handle(view, envelope, moment);
  if (!effect.ok()) return effect;
  for (v1::Change& change : effect->changes) {
    if (change.has_identity()) change.mutable_identity()->set_identity_in_question(false);
  }
  return effect;
}

// Records are joined, and the one that was joined is not told: what it held stands in both.
absl::StatusOr<Effect> ForgetHalfOfAJoin(const View& view, const v1::Envelope& envelope,
                                         const Moment& moment) {
  absl::StatusOr<Effect> effect = Handle(view, envelope, moment);
  if (!effect.ok()) return effect;
  auto& consequences = effect->consequences;
  consequences.erase(std::remove_if(consequences.begin(), consequences.end(),
                                    [](const Consequence& consequence) {
                                      return consequence.kind == Consequence::Kind::kJoined;
                                    }),
                     consequences.end());
  return effect;
}

// What anybody says of two records counts at once.
absl::StatusOr<Effect> JoinOnOneWord(const View& view, const v1::Envelope& envelope,
                                     const Moment& moment) {
  if (!envelope.has_person_update() || view.other_person == nullptr) {
    return Handle(view, envelope, moment);
  }
  v1::Envelope vouched = envelope;
  vouched.set_sender(kCommunity);
  *vouched.mutable_acting_person()->mutable_practitioner() = Nurse(kCommunity);
  return Handle(view, vouched, moment);
}

// A competence that lapses stops the care.
absl::StatusOr<Effect> StopOnExpiry(const View& view, const v1::Envelope& envelope,
                                    const Moment& moment) {
  absl::StatusOr<Effect> effect = Handle(view, envelope, moment);
  if (!effect.ok() || !envelope.has_timer_due()) return effect;
  ForEachDelegation(*effect, [](v1::Delegation& delegation) {
    if (delegation.state() != v1::DELEGATION_STATE_AT_RISK) return;
    delegation.set_state(v1::DELEGATION_STATE_SUSPENDED);
    delegation.set_interim_deliverer("RT5");
  });
  return effect;
}

// A report by somebody not on the task is turned away.
absl::StatusOr<Effect> RefuseReport(const View& view, const v1::Envelope& envelope,
                                    const Moment& moment) {
  if (envelope.has_task_performed()) {
    bool on_task = false;
    for (const v1::Delegation& delegation : view.person->delegations()) {
      for (const v1::Assignment& assignment : delegation.assignments()) {
        on_task = on_task || (assignment.assigned() && view.worker != nullptr &&
                              assignment.worker_key() == view.worker->worker_key());
      }
    }
    if (!on_task) return absl::FailedPreconditionError("the worker is not on this task");
  }
  return Handle(view, envelope, moment);
}

}  // namespace

const std::vector<PlantedBug>& PlantedBugs() {
  static const std::vector<PlantedBug>& bugs = *new std::vector<PlantedBug>{
      {"MovesOnAcknowledgement", "oversight moves when a system acknowledges the offer",
       MoveOnAcknowledgement, "oversight", "INV-02", 2},
      {"LetsGoOnDecline", "a declined offer leaves nobody overseeing", LetGoOnDecline, "oversight",
       "INV-01", 2},
      {"AcceptsLate", "an expired offer can be accepted", AcceptLate, "oversight", "INV-02", 3},
      {"SuspendsOnDispute", "a dispute about who pays suspends the task", SuspendOnDispute,
       "consent", "INV-14", 1},
      {"ForgetsQuestion", "who the person is is no longer in question", ForgetQuestion, "death",
       "HAZ-02", 1},
      {"ForgetsHalfOfAJoin", "a task stands in the joined record and in the surviving one",
       ForgetHalfOfAJoin, "identity", "HAZ-02", 1},
      {"JoinsOnOneWord", "two records are joined because one organisation says so", JoinOnOneWord,
       "identity", "HAZ-02", 1},
      {"StopsOnExpiry", "a competence that lapses stops the care", StopOnExpiry, "risk", "HAZ-40",
       2},
      {"RefusesReport", "a report of care by somebody else is refused", RefuseReport, "staffing",
       "INV-05", 1},
  };
  return bugs;
}

}  // namespace fosse::care
