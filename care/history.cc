#include "care/history.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "care/handle.h"
#include "care/merge.h"
#include "care/times.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace fosse::care {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr size_t kMaxPerformances = 100;  // As many as a record shows.

// When what an entry changes began to be so.
struct TrueFrom {
  absl::Time at;
  bool correction = false;
};

// When the message says that it happened, for the things that it reports. What followed from it,
// such as a pause or a prompt, was done when it came in.
absl::Time ReportedAt(const v1::Envelope& envelope, const v1::Change& change) {
  if (change.has_performance()) return TimeOf(change.performance().performed_at());
  switch (envelope.body_case()) {
    case v1::Envelope::kStartConfirmed: {
      const google::protobuf::Timestamp& started = envelope.start_confirmed().started_at();
      return change.has_delegation() && TimeOf(change.delegation().started_at()) == TimeOf(started)
                 ? TimeOf(started)
                 : absl::InfinitePast();
    }
    case v1::Envelope::kEpisodeChange:
      return change.has_episode() ? TimeOf(envelope.episode_change().occurred_at())
                                  : absl::InfinitePast();
    case v1::Envelope::kConcernRaised:
      return change.has_concern() ? TimeOf(envelope.concern_raised().noticed_at())
                                  : absl::InfinitePast();
    case v1::Envelope::kClinicalReview:
      return change.has_concern() ? TimeOf(envelope.clinical_review().reviewed_at())
                                  : absl::InfinitePast();
    case v1::Envelope::kCoverConfirmed:
      return change.has_cover() ? TimeOf(envelope.cover_confirmed().at()) : absl::InfinitePast();
    case v1::Envelope::kPersonAway:
      if (!change.has_identity()) return absl::InfinitePast();
      return envelope.person_away().returned() ? TimeOf(envelope.person_away().until())
                                               : TimeOf(envelope.person_away().from());
    case v1::Envelope::kPersonUpdate:
      return change.has_identity() ? TimeOf(envelope.person_update().occurred_at())
                                   : absl::InfinitePast();
    default:
      return absl::InfinitePast();
  }
}

TrueFrom TrueFromOf(const PastEntry& entry, const v1::Change& change) {
  const absl::Time known = TimeOf(entry.detail.now());
  const v1::Envelope& envelope = entry.detail.envelope();
  const v1::PersonUpdateKind kind = envelope.person_update().kind();
  if (change.has_identity() && kind == v1::PERSON_UPDATE_KIND_DEATH_CORRECTED) {
    return {absl::InfinitePast(), true};
  }
  // Records were joined when somebody decided it, whatever the message says.
  if (kind == v1::PERSON_UPDATE_KIND_MERGE || kind == v1::PERSON_UPDATE_KIND_UN_MERGE) {
    return {known};
  }
  const absl::Time reported = ReportedAt(envelope, change);
  // Nothing was so only after it was known.
  return {reported == absl::InfinitePast() ? known : std::min(reported, known)};
}

// Copies to `shown` what `after` says otherwise than `before`, field by field.
void ApplyDifference(const Message& before, const Message& after, Message& shown) {
  const auto& reflection = *after.GetReflection();
  const auto& type = *after.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* const field = type.field(i);
    const bool nested = !field->is_repeated() &&
                        field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
                        field->message_type()->file()->package() == "fosse.v1";
    if (nested && reflection.HasField(after, field) && reflection.HasField(before, field)) {
      ApplyDifference(reflection.GetMessage(before, field), reflection.GetMessage(after, field),
                      *reflection.MutableMessage(&shown, field));
      continue;
    }
    // Two that hold this one field alone: the same bytes, the same value.
    std::unique_ptr<Message> was(before.New());
    std::unique_ptr<Message> is(after.New());
    was->CopyFrom(before);
    is->CopyFrom(after);
    for (int j = 0; j < type.field_count(); ++j) {
      if (j == i) continue;
      reflection.ClearField(was.get(), type.field(j));
      reflection.ClearField(is.get(), type.field(j));
    }
    if (was->SerializeAsString() == is->SerializeAsString()) continue;
    reflection.ClearField(&shown, field);
    shown.MergeFrom(*is);
  }
}

// The state being put together. Items are kept as the changes that would make them.
class Reconstruction {
 public:
  void Take(const PastEntry& entry, const v1::Change& change, absl::Time at);
  void Finish(absl::Time at, v1::CareRecord& record) const;

 private:
  static std::string KeyOf(const v1::RecordItem& item) { return item.SerializeAsString(); }
  void TakeItem(const v1::Change& change, const TrueFrom& from, absl::Time at);

  std::map<std::string, v1::Change> known_;  // Each item as last said.
  std::map<std::string, v1::Change> shown_;  // Each item as it was at the time asked about.
  std::map<std::string, size_t> order_;      // In which items were first said.
  std::map<std::string, bool> gone_;         // Items that turned out to be another person's.
};

void Reconstruction::TakeItem(const v1::Change& change, const TrueFrom& from, absl::Time at) {
  const std::string key = KeyOf(ItemOf(change));
  order_.emplace(key, order_.size());
  gone_[key] = false;
  v1::Change before = known_[key];
  known_[key] = change;
  if (from.at > at) return;
  const auto shown = shown_.find(key);
  if (shown == shown_.end()) {
    if (!from.correction) shown_[key] = change;
    return;
  }
  // The same kind of item on both sides; `before` is empty where it came back from elsewhere.
  if (before.change_case() == v1::Change::CHANGE_NOT_SET) {
    shown->second = change;
    return;
  }
  ApplyDifference(before, change, shown->second);
}

void Reconstruction::Take(const PastEntry& entry, const v1::Change& change, absl::Time at) {
  if (change.has_origin()) return;
  if (change.has_moved_away()) {
    // Of a joined record: it came here. Of this one: it was never this person's.
    if (!entry.joined) gone_[KeyOf(change.moved_away())] = true;
    return;
  }
  if (change.has_identity() && entry.joined) return;  // The surviving record says who it is.
  TakeItem(change, TrueFromOf(entry, change), at);
}

void Reconstruction::Finish(absl::Time at, v1::CareRecord& record) const {
  std::vector<std::pair<size_t, const v1::Change*>> items;
  for (const auto& [key, change] : shown_) {
    if (!gone_.at(key)) items.emplace_back(order_.at(key), &change);
  }
  std::sort(items.begin(), items.end());
  std::vector<const v1::Performance*> reports;
  for (const auto& [order, change] : items) {
    if (change->has_performance()) {
      reports.push_back(&change->performance());
    } else {
      Fold(*change, record);
    }
  }
  std::stable_sort(reports.begin(), reports.end(), [](const auto* a, const auto* b) {
    return TimeOf(a->performed_at()) < TimeOf(b->performed_at());
  });
  const size_t first = reports.size() > kMaxPerformances ? reports.size() - kMaxPerformances : 0;
  for (size_t i = first; i < reports.size(); ++i) *record.add_performances() = *reports[i];
  // Who the person is does not begin when it is first said.
  const auto identity = known_.find(KeyOf(v1::RecordItem()));
  if (identity != known_.end() && !record.identity().has_reference()) {
    *record.mutable_identity()->mutable_reference() = identity->second.identity().reference();
  }
  // An episode that is said to have opened later, or closed later, was not so yet.
  for (v1::Episode& episode : *record.mutable_episodes()) {
    if (TimeOf(episode.closed_at()) > at) episode.clear_closed_at();
  }
}

}  // namespace

v1::CareRecord KnownAt(const std::string& person_key, absl::Span<const PastEntry> entries,
                       absl::Time at) {
  v1::CareRecord record;
  record.set_person_key(person_key);
  for (const PastEntry& entry : entries) {
    if (TimeOf(entry.detail.now()) > at || entry.detail.changes().empty()) continue;
    for (const v1::Change& change : entry.detail.changes()) Fold(change, record);
    record.set_version(record.version() + 1);
  }
  return record;
}

TrueState TrueAt(const std::string& person_key, absl::Span<const PastEntry> entries,
                 absl::Time at) {
  TrueState state;
  state.record.set_person_key(person_key);
  Reconstruction reconstruction;
  for (const PastEntry& entry : entries) {
    const absl::Time known = TimeOf(entry.detail.now());
    LateEntry late{.index = entry.index, .true_from = absl::InfiniteFuture(), .known_from = known};
    for (const v1::Change& change : entry.detail.changes()) {
      const TrueFrom from = TrueFromOf(entry, change);
      late.true_from = std::min(late.true_from, from.at);
      late.correction = late.correction || from.correction;
      reconstruction.Take(entry, change, at);
    }
    if (known <= at || late.true_from > at) continue;
    const v1::Envelope& envelope = entry.detail.envelope();
    const FieldDescriptor* const body =
        v1::Envelope::descriptor()->FindFieldByNumber(static_cast<int>(envelope.body_case()));
    if (body != nullptr) late.kind = body->name();
    state.learned_later.push_back(std::move(late));
  }
  reconstruction.Finish(at, state.record);
  return state;
}

}  // namespace fosse::care
