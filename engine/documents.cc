#include "engine/documents.h"

#include <optional>
#include <utility>

#include "base/status.h"

namespace fosse::engine {
namespace {

using Kind = store::Document::Kind;

// When the earliest document of a kind that is not in force at `now` takes effect.
absl::StatusOr<absl::Time> NextChange(store::Reader& reader, Kind kind, absl::Time now) {
  absl::Time earliest = absl::InfiniteFuture();
  absl::Time look_at = absl::InfiniteFuture();
  while (true) {
    FOSSE_ASSIGN_OR_RETURN(const std::optional<store::Document> latest,
                           reader.DocumentInForce(kind, look_at));
    if (!latest.has_value() || latest->effective_at <= now) return earliest;
    earliest = latest->effective_at;
    look_at = earliest - absl::Microseconds(1);
  }
}

// Replaces `held` where the document in force is another one.
template <typename T>
absl::Status LoadOne(store::Reader& reader, Kind kind, absl::Time now,
                     std::shared_ptr<const T>& held) {
  FOSSE_ASSIGN_OR_RETURN(const std::optional<store::Document> document,
                         reader.DocumentInForce(kind, now));
  if (!document.has_value()) return absl::OkStatus();
  if (held != nullptr && held->digest() == document->digest) return absl::OkStatus();
  absl::StatusOr<std::unique_ptr<const T>> loaded = T::Create(document->stored);
  if (!loaded.ok() || (*loaded)->digest() != document->digest) {
    return MakeError(absl::StatusCode::kDataLoss, "STORE_DAMAGED",
                     "a stored rulebook or directory no longer loads");
  }
  held = *std::move(loaded);
  return absl::OkStatus();
}

}  // namespace

absl::Status WalkDocuments(store::Reader& reader, Kind kind,
                           const std::function<bool(const store::Document&)>& look) {
  absl::Time at = absl::InfiniteFuture();
  while (true) {
    FOSSE_ASSIGN_OR_RETURN(const std::optional<store::Document> document,
                           reader.DocumentInForce(kind, at));
    if (!document.has_value() || !look(*document)) return absl::OkStatus();
    // Times of activation are whole microseconds.
    at = document->effective_at - absl::Microseconds(1);
  }
}

InForce Documents::Get() const {
  absl::MutexLock lock(&mutex_);
  return in_force_;
}

absl::Status Documents::Refresh(store::Reader& reader, absl::Time now) {
  InForce found;
  {
    absl::MutexLock lock(&mutex_);
    if (now < next_look_) return absl::OkStatus();
    found = in_force_;
  }
  absl::Time next_look = absl::InfiniteFuture();
  FOSSE_RETURN_IF_ERROR(Load(reader, now, found, next_look));
  absl::MutexLock lock(&mutex_);
  in_force_ = std::move(found);
  next_look_ = next_look;
  return absl::OkStatus();
}

bool Documents::MayChange(absl::Time now) const {
  absl::MutexLock lock(&mutex_);
  return now >= next_look_;
}

void Documents::LookAgain() {
  absl::MutexLock lock(&mutex_);
  next_look_ = absl::InfinitePast();
}

absl::Status Documents::Load(store::Reader& reader, absl::Time now, InForce& found,
                             absl::Time& next_look) const {
  FOSSE_RETURN_IF_ERROR(LoadOne(reader, Kind::kRulebook, now, found.rulebook));
  FOSSE_RETURN_IF_ERROR(LoadOne(reader, Kind::kDirectory, now, found.directory));
  for (const Kind kind : {Kind::kRulebook, Kind::kDirectory}) {
    FOSSE_ASSIGN_OR_RETURN(const absl::Time change, NextChange(reader, kind, now));
    next_look = std::min(next_look, change);
  }
  return absl::OkStatus();
}

}  // namespace fosse::engine
