#include "engine/committer.h"

#include <algorithm>
#include <utility>

#include "base/fault_point.h"
#include "base/log.h"
#include "base/status.h"
#include "engine/timestamps.h"

namespace fosse::engine {

Committer::Committer(CommitterDeps deps, std::unique_ptr<Breadcrumb> breadcrumb,
                     OnCommitted on_committed)
    : deps_(deps),
      breadcrumb_(std::move(breadcrumb)),
      on_committed_(std::move(on_committed)),
      random_(deps.random),
      decider_({deps.locality, deps.keys, deps.limits}, random_, deps.refusals),
      sealer_(deps.keys, random_) {}

bool Committer::RunOnce(absl::Duration wait) {
  std::vector<Item> items =
      deps_.queue.Take(deps_.limits.batch_items, deps_.limits.batch_bytes,
                       decider_.known().sweeps > 0 && progressed_ ? absl::ZeroDuration() : wait);
  std::vector<Work> batch;
  batch.reserve(items.size());
  for (Item& item : items) batch.push_back({.item = std::move(item)});
  // Without messages only its own work could be there: look before locking anything.
  if (batch.empty() && !HasOwnWork()) return false;
  return CommitAndAnswer(std::move(batch));
}

bool Committer::CommitAndAnswer(std::vector<Work> batch) {
  Kept kept;
  const absl::StatusOr<bool> committed = CommitBatch(batch, kept);
  if (!committed.ok()) Log(Severity::kError, "batch-not-kept", {{"status", committed.status()}});
  progressed_ = committed.ok() && *committed;
  if (progressed_) AfterCommit(kept);
  const bool worked = !batch.empty() || progressed_;
  if (batch.size() > 1 && ReasonOf(committed.status()) == "STORE_CONFLICT") {
    // One of them contradicts what is stored; each by itself, it alone fails.
    for (Work& one : batch) {
      std::vector<Work> alone;
      alone.push_back(std::move(one));
      CommitAndAnswer(std::move(alone));
    }
    return true;
  }
  Answer(std::move(batch), committed.status());
  return worked;
}

absl::StatusOr<v1::Receipt> Committer::CommitNow(Message message) {
  std::vector<Work> batch;
  batch.push_back({.item = {.message = std::move(message)}});
  Kept kept;
  FOSSE_ASSIGN_OR_RETURN(const bool committed, CommitBatch(batch, kept));
  if (committed) AfterCommit(kept);
  return *std::move(batch[0].answer);
}

absl::StatusOr<bool> Committer::CommitBatch(std::vector<Work>& batch, Kept& kept) {
  FOSSE_ASSIGN_OR_RETURN(const std::unique_ptr<store::Session> session, deps_.store.Begin());
  FOSSE_ASSIGN_OR_RETURN(const store::Head head, session->GetHead());
  for (size_t tries = 0; tries <= batch.size() + 1; ++tries) {
    // A failed commit discards it, changes and all.
    WorkingSet work(*session, deps_.keys, deps_.decoy, head, deps_.locality);
    if (!DecideAll(batch, work)) continue;
    if (work.empty()) {  // Nothing to keep: repeats and refusals only.
      Remember(work);
      return false;
    }
    FOSSE_RETURN_IF_ERROR(work.Locality().status());  // What is remembered must be read by now.
    decider_.Forget();
    FOSSE_RETURN_IF_ERROR(sealer_.SealAndCommit(work, *session, head));
    FaultPoint("after_commit_before_reply");
    Remember(work);
    for (const Draft& draft : work.drafts()) {
      if (!draft.detail.changes().empty()) kept.records.insert(draft.about->key);
      for (const v1::Delivery& delivery : draft.deliveries) {
        kept.recipients.insert(delivery.recipient());
      }
    }
    kept.documents = !work.documents().empty();
    kept.now = work.last_entry_time();
    return true;
  }
  return MakeError(absl::StatusCode::kInternal, "MESSAGE_FAILED_CHECK",
                   "the batch could not be decided");
}

bool Committer::DecideAll(std::vector<Work>& batch, WorkingSet& work) {
  if (!skip_own_work_) {
    const absl::Status ran = BeginBatch(work);
    if (!ran.ok()) {
      // Care must not stand still for one broken timer: the messages go on without them.
      Log(Severity::kError, "timers-failed", {{"status", ran}});
      skip_own_work_ = true;
      return false;
    }
  }
  for (Work& one : batch) {
    if (one.taken_out) continue;
    one.settled = false;
    one.answer = DecideOne(one, work);
    if (work.spoiled()) {
      one.taken_out = one.settled = true;
      return false;
    }
  }
  if (!skip_own_work_) {
    const absl::Status ran = EndBatch(batch.size(), work);
    if (!ran.ok()) {
      Log(Severity::kError, "sweep-failed", {{"status", ran}});
      skip_own_work_ = true;
      return false;
    }
  }
  skip_own_work_ = false;
  return true;
}

absl::StatusOr<v1::Receipt> Committer::DecideOne(Work& one, WorkingSet& work) {
  const Message& message = one.item.message;
  if (breadcrumb_->IsQuarantined(message.key)) {
    one.settled = true;
    return MakeError(absl::StatusCode::kInternal, "MESSAGE_QUARANTINED",
                     "deciding this message has failed the gateway twice; it is not tried again");
  }
  // The one reading of the clock for this message.
  FOSSE_ASSIGN_OR_RETURN(const Moment at, Look(work));
  // Deadlines of callers are of the wall clock, right or wrong.
  if (one.item.deadline < at.reading.wall) {
    one.settled = true;  // Before any work on it, so nothing happened.
    return MakeError(absl::StatusCode::kDeadlineExceeded, "DEADLINE_EXCEEDED",
                     "the deadline had passed before the message was decided");
  }
  const InForce& in_force = at.in_force;
  const absl::Time now = at.now;
  if (!in_force.complete() && message.kind != MessageKind::kActivation) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "NOT_INSTALLED",
                     "there is no rulebook or directory in force");
  }
  // A document of this very batch holds only once the batch is kept. Rather than decide by the old
  // one past the instant, have the message sent again; a batch so slow is a machine that stood
  // still.
  for (const store::Document& document : work.documents()) {
    if (document.effective_at > now) continue;
    one.settled = true;
    return MakeError(absl::StatusCode::kUnavailable, "COMMIT_FAILED",
                     "a new rulebook or directory takes effect at this moment; send again");
  }
  if (in_force.complete()) {
    FOSSE_RETURN_IF_ERROR(decider_.NoticeClock(at.reading, in_force, now, work));
  }
  breadcrumb_->Lay(message.key);
  absl::StatusOr<v1::Receipt> answer =
      decider_.Decide(message, in_force, now, at.reading.wall, work);
  FaultPoint("after_decide");
  breadcrumb_->TakeUp();
  // A repeat of something stored stands whatever becomes of this commit.
  one.settled = answer.ok() && answer->entry_index() < work.first_index();
  return answer;
}

void Committer::AfterCommit(const Kept& kept) {
  if (kept.documents) {
    deps_.documents.LookAgain();
    const absl::Status seen = deps_.documents.Refresh(deps_.store, kept.now);
    if (!seen.ok()) Log(Severity::kError, "documents-not-read", {{"status", seen}});
  }
  on_committed_(kept.recipients, kept.records);
}

void Committer::Answer(std::vector<Work> batch, const absl::Status& committed) {
  if (batch.empty()) return;
  // In bulk: one hand-over to the executor for a whole batch.
  auto answers = std::make_shared<std::vector<Work>>(std::move(batch));
  for (Work& one : *answers) {
    if (!committed.ok() && !one.settled) one.answer = committed;
  }
  deps_.executor.Run([answers] {
    for (Work& one : *answers) {
      if (one.item.done) one.item.done(*std::move(one.answer));
    }
  });
}

}  // namespace fosse::engine
