#include "engine/reconciliation.h"

#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "audit/leaf.h"
#include "audit/note.h"
#include "audit/reconciliation_note.h"
#include "audit/seal.h"
#include "base/local_date.h"
#include "base/status.h"
#include "engine/index_terms.h"
#include "engine/sealing.h"
#include "engine/timestamps.h"

namespace fosse::engine {
namespace {

constexpr size_t kEntriesAtOnce = 500;

absl::Status TooLarge(uint64_t most) {
  return MakeError(absl::StatusCode::kResourceExhausted, "REPORT_TOO_LARGE",
                   "the day holds more than one reconciliation reads", {{"maxEntries", most}});
}

// A delivery of the day. While it asks for an act nobody has taken, what that act would touch.
struct Sent {
  v1::ReconciledItem item;
  store::RecordKey record;
  std::set<std::string> delegations;

  bool Asks() const { return item.has_act_by(); }
};

// One direction of the pair.
struct Direction {
  std::string sender;
  std::string recipient;
  std::vector<Sent> sent;
};

// What a message of the recipient changed.
struct Touched {
  std::set<std::string> delegations;
  bool concern = false;
  bool cover = false;
};

Touched TouchedBy(const v1::EntryDetail& detail) {
  Touched touched;
  for (const v1::Change& change : detail.changes()) {
    if (change.has_delegation()) touched.delegations.insert(change.delegation().delegation_id());
    touched.concern |= change.has_concern();
    touched.cover |= change.has_cover();
  }
  for (const v1::RecordedDecision& decision : detail.decisions()) {
    if (!decision.delegation_id().empty()) touched.delegations.insert(decision.delegation_id());
  }
  return touched;
}

// Whether a message that touched this was an act on the item. Strict: an item wrongly taken for
// acted on is looked after by nobody (HAZ-04); one wrongly outstanding is looked at twice.
bool ActsOn(const Touched& touched, const Sent& sent) {
  if (sent.item.kind() == v1::DELIVERY_KIND_CONCERN) return touched.concern;
  if (sent.item.kind() == v1::DELIVERY_KIND_COVER_ORDER) return touched.cover;
  for (const std::string& id : sent.delegations) {
    if (touched.delegations.contains(id)) return true;
  }
  // About a worker, or a person without a task: any later change of that record by the recipient.
  return sent.delegations.empty();
}

// Reads the entries of one pair.
class PairReader {
 public:
  PairReader(const ReadDeps& deps, std::string one, std::string other)
      : deps_(deps), directions_{{{one, other, {}}, {other, one, {}}}} {}

  absl::Status Read(absl::Time from, absl::Time until) {
    // An organisation's term is on what it sent and on what was delivered to it: both directions.
    FOSSE_RETURN_IF_ERROR(ForEachEntry(
        directions_[0].sender, from, until,
        [this](const store::Entry& entry, const v1::LeafView& leaf) { return Take(entry, leaf); }));
    for (Direction& direction : directions_) {
      FOSSE_RETURN_IF_ERROR(ReadActs(direction, from));
    }
    return absl::OkStatus();
  }

  const std::array<Direction, 2>& directions() const { return directions_; }
  uint32_t redacted() const { return redacted_; }

 private:
  template <typename TakeEntry>
  absl::Status ForEachEntry(const std::string& organisation, absl::Time from, absl::Time until,
                            TakeEntry take) {
    store::Search search{.term = OrganisationTerm(deps_.keys, organisation),
                         .from = from,
                         .until = until,
                         .limit = kEntriesAtOnce};
    while (true) {
      FOSSE_ASSIGN_OR_RETURN(const std::vector<uint64_t> found, deps_.store.FindEntries(search));
      read_ += found.size();
      if (read_ > deps_.limits.report_entries) return TooLarge(deps_.limits.report_entries);
      for (const uint64_t index : found) {
        FOSSE_ASSIGN_OR_RETURN(const std::optional<store::Entry> entry,
                               deps_.store.ReadEntry(index));
        if (!entry.has_value()) continue;
        FOSSE_ASSIGN_OR_RETURN(const v1::LeafView leaf, audit::DecodeLeaf(entry->leaf));
        FOSSE_RETURN_IF_ERROR(take(*entry, leaf));
      }
      if (found.size() < search.limit) return absl::OkStatus();
      search.after_index = found.back() + 1;
    }
  }

  absl::Status Take(const store::Entry& entry, const v1::LeafView& leaf) {
    for (Direction& direction : directions_) {
      if (leaf.sender() != direction.sender) continue;
      for (const std::string& id : entry.delivery_ids) {
        FOSSE_ASSIGN_OR_RETURN(const std::optional<store::Delivery> delivery,
                               deps_.store.ReadDelivery(id));
        if (!delivery.has_value() || delivery->recipient != direction.recipient) continue;
        if (direction.sent.size() == kMaxReconciledItems) return TooLarge(kMaxReconciledItems);
        FOSSE_RETURN_IF_ERROR(Add(*delivery, direction));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Add(const store::Delivery& delivery, Direction& direction) {
    Sent& sent = direction.sent.emplace_back();
    sent.record = delivery.subject;
    sent.item.set_delivery_id(delivery.delivery_id);
    sent.item.set_kind(static_cast<v1::DeliveryKind>(delivery.kind));
    sent.item.set_entry_index(delivery.entry_index);
    sent.item.set_state(static_cast<v1::DeliveryState>(delivery.state));
    if (delivery.act_by == absl::InfiniteFuture()) return absl::OkStatus();
    *sent.item.mutable_act_by() = ToTimestamp(delivery.act_by);
    v1::Delivery whole;
    FOSSE_RETURN_IF_ERROR(ReadAndOpen(deps_.store, deps_.keys, delivery.subject,
                                      audit::kSealDelivery, delivery.sealed, whole));
    for (const v1::DelegationStanding& standing : whole.standings()) {
      sent.delegations.insert(standing.delegation_id());
    }
    return absl::OkStatus();
  }

  // Looks at what the recipient has sent since.
  absl::Status ReadActs(Direction& direction, absl::Time from) {
    std::set<store::RecordKey> waiting;
    for (const Sent& sent : direction.sent) {
      if (sent.Asks()) waiting.insert(sent.record);
    }
    if (waiting.empty()) return absl::OkStatus();
    return ForEachEntry(
        direction.recipient, from, absl::InfiniteFuture(),
        [&](const store::Entry& entry, const v1::LeafView& leaf) -> absl::Status {
          // That a system took something is no act of a person (CTL-16).
          if (leaf.sender() != direction.recipient || leaf.kind() == "delivery_outcome" ||
              !waiting.contains(entry.subject)) {
            return absl::OkStatus();
          }
          if (entry.detail.empty()) {
            ++redacted_;
            return absl::OkStatus();
          }
          v1::EntryDetail detail;
          FOSSE_RETURN_IF_ERROR(ReadAndOpen(deps_.store, deps_.keys, entry.subject,
                                            audit::kSealDetail, entry.detail, detail));
          if (!detail.changes().empty()) MarkActed(entry, TouchedBy(detail), direction);
          return absl::OkStatus();
        });
  }

  static void MarkActed(const store::Entry& entry, const Touched& touched, Direction& direction) {
    for (Sent& sent : direction.sent) {
      if (sent.Asks() && sent.record == entry.subject && entry.index > sent.item.entry_index() &&
          ActsOn(touched, sent)) {
        sent.item.set_acted(true);
      }
    }
  }

  const ReadDeps& deps_;
  std::array<Direction, 2> directions_;
  size_t read_ = 0;
  uint32_t redacted_ = 0;
};

audit::DirectionStatement StatementOf(const Direction& direction) {
  std::vector<std::string> sent;
  std::vector<std::string> delivered;
  std::vector<std::string> acted;
  std::vector<std::string> outstanding;
  for (const Sent& one : direction.sent) {
    const std::string& id = one.item.delivery_id();
    const bool arrived = one.item.state() == v1::DELIVERY_STATE_DELIVERED;
    sent.push_back(id);
    if (arrived) delivered.push_back(id);
    if (one.item.acted()) acted.push_back(id);
    // Somebody may act on what another way brought: then nothing is outstanding.
    if (one.Asks() ? !one.item.acted() : !arrived) outstanding.push_back(id);
  }
  return {direction.sender,
          direction.recipient,
          audit::SetOf(std::move(sent)),
          audit::SetOf(std::move(delivered)),
          audit::SetOf(std::move(acted)),
          audit::SetOf(std::move(outstanding))};
}

void Put(const audit::DeliverySet& set, v1::ReconciledSet& out) {
  out.set_count(static_cast<uint32_t>(set.count));
  out.set_digest(set.digest.data(), set.digest.size());
}

void Put(const audit::DirectionStatement& statement, const Direction& direction,
         v1::ReconciledDirection& out) {
  out.set_sender(statement.sender);
  out.set_recipient(statement.recipient);
  Put(statement.sent, *out.mutable_sent());
  Put(statement.delivered, *out.mutable_delivered());
  Put(statement.acted, *out.mutable_acted());
  Put(statement.outstanding, *out.mutable_outstanding());
  for (const Sent& sent : direction.sent) *out.add_items() = sent.item;
}

absl::Status CheckPair(const ReadDeps& deps, const ReadAs& reader, const std::string& one,
                       const std::string& other) {
  const std::string& id = reader.participant.id();
  if (id != one && id != other && !reader.Audits(one) && !reader.Audits(other)) {
    return MakeError(absl::StatusCode::kPermissionDenied, "PAIR_NOT_ALLOWED",
                     "a reconciliation is for its two organisations and for those who audit one");
  }
  const InForce in_force = deps.documents.Get();
  if (in_force.directory->Find(one) == nullptr) {
    return MakeError(absl::StatusCode::kInvalidArgument, "FIELD_INVALID",
                     "the directory has no such participant",
                     {{"field", FieldPath("organisation")}});
  }
  if (in_force.directory->Find(other) == nullptr) {
    return MakeError(absl::StatusCode::kInvalidArgument, "FIELD_INVALID",
                     "the directory has no such participant", {{"field", FieldPath("other")}});
  }
  if (one == other) {
    return MakeError(absl::StatusCode::kInvalidArgument, "FIELD_INVALID",
                     "a pair is two organisations", {{"field", FieldPath("other")}});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::GetReconciliationResponse> Reconcile(
    const ReadDeps& deps, const ReadAs& reader, absl::Time now,
    const v1::GetReconciliationRequest& request) {
  const std::string& one =
      request.organisation().empty() ? reader.participant.id() : request.organisation();
  FOSSE_RETURN_IF_ERROR(CheckPair(deps, reader, one, request.other()));
  const std::optional<absl::CivilDay> day = ParseLocalDate(request.day());
  if (!day.has_value() || *day > LondonDay(now)) {
    return MakeError(absl::StatusCode::kInvalidArgument, "PERIOD_INVALID",
                     "the day is none, or has not come yet", {{"field", FieldPath("day")}});
  }
  PairReader pair(deps, one, request.other());
  FOSSE_RETURN_IF_ERROR(pair.Read(LondonStartOfDay(*day), LondonEndOfDay(*day)));

  const std::array<Direction, 2>& directions = pair.directions();
  const audit::ReconciliationStatement statement{
      .locality = deps.locality,
      .day = FormatLocalDate(*day),
      .as_of = now,
      .directions = {StatementOf(directions[0]), StatementOf(directions[1])}};
  v1::GetReconciliationResponse response;
  response.set_day(statement.day);
  for (size_t i = 0; i < directions.size(); ++i) {
    Put(statement.directions[i], directions[i], *response.add_directions());
  }
  response.set_note(
      audit::SignReconciliation(statement, deps.keys.origin(), deps.keys.signing_key()));
  response.set_verifier_key(
      audit::VerifierKey(deps.keys.origin(), deps.keys.signing_key().public_key()));
  *response.mutable_as_of() = ToTimestamp(now);
  response.set_redacted_entries(pair.redacted());
  return response;
}

}  // namespace fosse::engine
