// The end of a handling: changes, deliveries and receipt from what was edited, told and asked.
#include <algorithm>

#include "base/encoding.h"
#include "care/audience.h"
#include "care/times.h"
#include "care/work.h"

namespace fosse::care {
namespace {

const v1::Delegation* FindById(const v1::CareRecord& record, const std::string& id) {
  for (const v1::Delegation& delegation : record.delegations()) {
    if (delegation.delegation_id() == id) return &delegation;
  }
  return nullptr;
}

}  // namespace

v1::Change Work::ChangeOf(const Touched& touched, const v1::CareRecord& record) {
  v1::Change change;
  switch (touched.item) {
    case Item::kIdentity:
      if (record.has_identity()) *change.mutable_identity() = record.identity();
      break;
    case Item::kEpisode:
      for (const v1::Episode& episode : record.episodes()) {
        if (episode.organisation() == touched.id && episode.reference() == touched.other) {
          *change.mutable_episode() = episode;
        }
      }
      break;
    case Item::kDelegation:
      if (const v1::Delegation* delegation = FindById(record, touched.id)) {
        *change.mutable_delegation() = *delegation;
      }
      break;
    case Item::kConcern:
      for (const v1::ConcernState& concern : record.concerns()) {
        if (concern.concern_id() == touched.id) *change.mutable_concern() = concern;
      }
      break;
    case Item::kCover:
      for (const v1::CoverOrderState& cover : record.covers()) {
        if (cover.cover_id() == touched.id) *change.mutable_cover() = cover;
      }
      break;
  }
  return change;
}

void Work::FinishLocality() {
  if (locality_changes_.empty()) return;
  if (view_.person == nullptr && view_.worker == nullptr) {
    for (v1::Change& change : locality_changes_) added_.push_back(std::move(change));
    return;
  }
  // One record an entry: nothing of the person or the worker goes under the locality's key.
  AddConsequence({.kind = Consequence::Kind::kLocality, .changes = std::move(locality_changes_)});
}

// Nobody waits for an organisation that the directory lacks.
void Work::FinishOwners() {
  const auto replace = [this](std::string* owner, bool clinical) {
    if (owner->empty() || directory().Find(*owner) != nullptr) return;
    const std::string other = StandIn(clinical);
    if (!other.empty()) *owner = other;
  };
  for (const Touched& touched : touched_) {
    if (touched.item == Item::kDelegation) {
      for (v1::Delegation& delegation : *person_.mutable_delegations()) {
        if (delegation.delegation_id() == touched.id) replace(delegation.mutable_owner(), false);
      }
    } else if (touched.item == Item::kCover) {
      for (v1::CoverOrderState& cover : *person_.mutable_covers()) {
        if (cover.cover_id() == touched.id) replace(cover.mutable_owner(), true);
      }
    } else if (touched.item == Item::kConcern) {
      for (v1::ConcernState& concern : *person_.mutable_concerns()) {
        // A safeguarding concern is never another's (HAZ-43).
        if (concern.concern_id() == touched.id &&
            concern.concern().kind() != v1::CONCERN_KIND_SAFEGUARDING) {
          replace(concern.mutable_owner(), true);
        }
      }
    }
  }
}

void Work::FinishChanges() {
  for (const Touched& touched : touched_) {
    v1::Change change = ChangeOf(touched, person_);
    // Looked at with an eye to changing it, and left as it was: no change.
    if (view_.person != nullptr &&
        change.SerializeAsString() == ChangeOf(touched, *view_.person).SerializeAsString()) {
      continue;
    }
    effect_.changes.push_back(std::move(change));
  }
  for (v1::Change& change : added_) effect_.changes.push_back(std::move(change));
}

void Work::FinishDeliveries() {
  // A timer that reached nobody has not done its work. The engine's check refuses these recipients,
  // and the timer comes again.
  if (envelope_.has_timer_due() && tellings_.empty()) tellings_ = unreached_;
  for (const Telling& telling : tellings_) {
    v1::Delivery& delivery = effect_.deliveries.emplace_back();
    delivery.set_delivery_id(NewId("M-"));
    delivery.set_recipient(telling.recipient);
    delivery.set_kind(telling.kind);
    delivery.set_urgency(telling.urgency);
    delivery.set_words(telling.words);
    if (telling.act_by != absl::InfiniteFuture()) {
      *delivery.mutable_act_by() = Timestamp(telling.act_by);
    }

    const v1::Delegation* about = FindById(person_, telling.delegation_id);
    Reader reader{.participant = directory().Find(telling.recipient),
                  .is_sender = telling.recipient == sender()};
    if (about != nullptr) {
      reader.is_delegating = about->proposal().delegating() == telling.recipient;
      reader.is_delegated_to = about->proposal().delegated_to() == telling.recipient;
    }
    std::vector<std::string> removed;
    *delivery.mutable_message() = MessageFor(reader, envelope_, removed);
    if (person_.identity().location_restricted()) {
      ShieldPlace(reader, *delivery.mutable_message(), removed);
    }
    const bool pseudonymous = KindOf(directory(), telling.recipient) == v1::ORGANISATION_KIND_IPCB;
    // A timer's or another record's message names nobody; whom it concerns, this record says.
    if (has_person() && !pseudonymous && !envelope_.subject().has_person() &&
        person_.identity().has_reference()) {
      *delivery.mutable_message()->mutable_subject()->mutable_person() =
          person_.identity().reference();
    }
    if (envelope_.has_timer_due() && view_.worker != nullptr) {
      delivery.mutable_message()->mutable_subject()->mutable_worker()->set_worker_number(
          worker_.worker_number());
    }
    if (about != nullptr) {
      *delivery.add_standings() = StandingOf(*about);
      if (telling.with_proposal && !pseudonymous) {
        *delivery.mutable_proposal() = about->proposal();
        for (const std::string& path : CutToAudience(reader, *delivery.mutable_proposal())) {
          removed.push_back("proposal." + path);
        }
      }
      for (const v1::Decision& decision : effect_.decisions) {
        if (decision.delegation_id() == telling.delegation_id) *delivery.add_decisions() = decision;
      }
    }
    for (std::string& path : removed) delivery.add_removed_paths(std::move(path));

    v1::DeliveryNote& note = *effect_.receipt.add_deliveries();
    note.set_recipient(delivery.recipient());
    note.set_kind(delivery.kind());
    note.set_delivery_id(delivery.delivery_id());
  }
}

void Work::FinishReceipt() {
  v1::Receipt& receipt = effect_.receipt;
  receipt.set_message_id(envelope_.message_id());
  receipt.set_rulebook_id(rulebook().document().id());
  for (v1::Decision& decision : effect_.decisions) {
    const v1::Delegation* about = FindById(person_, decision.delegation_id());
    if (about == nullptr || decision.outcome() == v1::OUTCOME_PERMIT) continue;
    decision.set_delivers_meanwhile(DeliversNow(*about));
    if (decision.outcome() == v1::OUTCOME_HOLD && decision.owner().empty()) {
      decision.set_owner(about->owner());
    }
  }
  for (const v1::Decision& decision : effect_.decisions) *receipt.add_decisions() = decision;
  for (const std::string& id : shown_) {
    const v1::Delegation* delegation = FindById(person_, id);
    if (delegation == nullptr) continue;
    *receipt.add_standings() = StandingOf(*delegation);
    if (receipt.delivers_meanwhile().empty() && !IsOver(*delegation)) {
      receipt.set_delivers_meanwhile(DeliversNow(*delegation));
    }
    if (receipt.overseer().empty() &&
        delegation->oversight().state() != v1::OVERSIGHT_STATE_CLOSED) {
      receipt.set_overseer(TurnTo(delegation->oversight()));
      *receipt.mutable_contacts() = delegation->oversight().contacts();
    }
  }
  for (const v1::Decision& decision : effect_.decisions) {
    if (receipt.delivers_meanwhile().empty()) {
      receipt.set_delivers_meanwhile(decision.delivers_meanwhile());
    }
  }
}

Effect Work::Finish() && {
  FinishLocality();
  FinishOwners();
  FinishReceipt();
  FinishDeliveries();
  FinishChanges();
  return std::move(effect_);
}

}  // namespace fosse::care
