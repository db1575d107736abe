#include "base/bytes.h"
#include "base/canonical.h"
#include "base/encoding.h"
#include "care/merge.h"

namespace fosse::care {
namespace {

// A report has no id of its own.
std::string ReportId(const v1::Performance& performance) {
  return Base32Crockford(CanonicalDigest(performance));
}

template <typename Items, typename Same>
void RemoveWhere(Items& items, Same same) {
  for (int i = 0; i < items.size(); ++i) {
    if (same(items.Get(i))) {
      items.DeleteSubrange(i, 1);
      return;
    }
  }
}

}  // namespace

std::vector<v1::Change> ItemsOf(const v1::CareRecord& record) {
  std::vector<v1::Change> items;
  for (const auto& item : record.episodes()) *items.emplace_back().mutable_episode() = item;
  for (const auto& item : record.delegations()) *items.emplace_back().mutable_delegation() = item;
  for (const auto& item : record.concerns()) *items.emplace_back().mutable_concern() = item;
  for (const auto& item : record.covers()) *items.emplace_back().mutable_cover() = item;
  for (const auto& item : record.performances()) {
    *items.emplace_back().mutable_performance() = item;
  }
  return items;
}

v1::RecordItem ItemOf(const v1::Change& change) {
  v1::RecordItem item;
  switch (change.change_case()) {
    case v1::Change::kDelegation:
      item.set_kind(v1::RECORD_ITEM_KIND_DELEGATION);
      item.set_id(change.delegation().delegation_id());
      break;
    case v1::Change::kEpisode:
      item.set_kind(v1::RECORD_ITEM_KIND_EPISODE);
      item.set_id(change.episode().reference());
      item.set_organisation(change.episode().organisation());
      break;
    case v1::Change::kConcern:
      item.set_kind(v1::RECORD_ITEM_KIND_CONCERN);
      item.set_id(change.concern().concern_id());
      break;
    case v1::Change::kCover:
      item.set_kind(v1::RECORD_ITEM_KIND_COVER);
      item.set_id(change.cover().cover_id());
      break;
    case v1::Change::kPerformance:
      item.set_kind(v1::RECORD_ITEM_KIND_PERFORMANCE);
      item.set_id(ReportId(change.performance()));
      break;
    default:
      break;
  }
  return item;
}

bool IsSameItem(const v1::RecordItem& a, const v1::RecordItem& b) {
  return a.kind() == b.kind() && a.id() == b.id() && a.organisation() == b.organisation();
}

const v1::ItemOrigin* FindOrigin(const v1::CareRecord& record, const v1::RecordItem& item) {
  for (const v1::ItemOrigin& origin : record.origins()) {
    if (IsSameItem(origin.item(), item)) return &origin;
  }
  return nullptr;
}

void RemoveItem(const v1::RecordItem& item, v1::CareRecord& record) {
  switch (item.kind()) {
    case v1::RECORD_ITEM_KIND_DELEGATION:
      return RemoveWhere(*record.mutable_delegations(), [&](const v1::Delegation& held) {
        return held.delegation_id() == item.id();
      });
    case v1::RECORD_ITEM_KIND_EPISODE:
      return RemoveWhere(*record.mutable_episodes(), [&](const v1::Episode& held) {
        return held.reference() == item.id() && held.organisation() == item.organisation();
      });
    case v1::RECORD_ITEM_KIND_CONCERN:
      return RemoveWhere(*record.mutable_concerns(), [&](const v1::ConcernState& held) {
        return held.concern_id() == item.id();
      });
    case v1::RECORD_ITEM_KIND_COVER:
      return RemoveWhere(*record.mutable_covers(), [&](const v1::CoverOrderState& held) {
        return held.cover_id() == item.id();
      });
    case v1::RECORD_ITEM_KIND_PERFORMANCE:
      return RemoveWhere(*record.mutable_performances(),
                         [&](const v1::Performance& held) { return ReportId(held) == item.id(); });
    default:
      return;
  }
}

v1::IdentityFlags FlagsOf(const v1::PersonIdentity& identity) {
  v1::IdentityFlags flags;
  flags.set_location_restricted(identity.location_restricted());
  flags.set_death_reported(identity.death_reported());
  flags.set_died(identity.died());
  flags.set_objects_to_sharing(identity.objects_to_sharing());
  flags.set_away(identity.away());
  return flags;
}

void SetFlags(const v1::IdentityFlags& flags, v1::PersonIdentity& identity) {
  identity.set_location_restricted(flags.location_restricted());
  identity.set_death_reported(flags.death_reported());
  identity.set_died(flags.died());
  identity.set_objects_to_sharing(flags.objects_to_sharing());
  identity.set_away(flags.away());
}

v1::IdentityFlags Either(const v1::IdentityFlags& a, const v1::IdentityFlags& b) {
  v1::IdentityFlags flags;
  flags.set_location_restricted(a.location_restricted() || b.location_restricted());
  flags.set_death_reported(a.death_reported() || b.death_reported());
  flags.set_died(a.died() || b.died());
  flags.set_objects_to_sharing(a.objects_to_sharing() || b.objects_to_sharing());
  flags.set_away(a.away() || b.away());
  return flags;
}

v1::IdentityFlags Since(const v1::IdentityFlags& now, const v1::IdentityFlags& a,
                        const v1::IdentityFlags& b) {
  const v1::IdentityFlags then = Either(a, b);
  v1::IdentityFlags flags;
  flags.set_location_restricted(now.location_restricted() && !then.location_restricted());
  flags.set_death_reported(now.death_reported() && !then.death_reported());
  flags.set_died(now.died() && !then.died());
  flags.set_objects_to_sharing(now.objects_to_sharing() && !then.objects_to_sharing());
  flags.set_away(now.away() && !then.away());
  return flags;
}

}  // namespace fosse::care
