#ifndef FOSSE_STORE_FAKE_FAULTY_STORE_H_
#define FOSSE_STORE_FAKE_FAULTY_STORE_H_

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "base/status.h"
#include "store/forwarding_reader.h"
#include "store/store.h"

namespace fosse::store {

// A store whose nth call of a kind fails, once; all other calls go to `inner`, which outlives it.
// Thread-safe.
class FaultyStore : public ForwardingReader<Store> {
 public:
  enum class Call { kRead, kBegin, kStage, kReadBack, kCommit };
  enum class Afterwards {
    kGoesOn,    // As a database does whose connection was lost.
    kReadOnly,  // As SqliteStore does after a failed write: unhealthy, Begin() is refused.
  };

  explicit FaultyStore(Store& inner) : inner_(inner) {}

  // The nth call of the kind from now on, counted from 1, answers `failure`. A commit that fails so
  // was not kept.
  void FailAt(Call call, int nth, absl::Status failure,
              Afterwards afterwards = Afterwards::kReadOnly) {
    absl::MutexLock lock(&mutex_);
    plans_[static_cast<size_t>(call)] = {nth, std::move(failure), afterwards, false};
  }

  // The nth commit from now on answers COMMIT_UNKNOWN, whether kept or not, and the store goes on.
  void UnclearAt(int nth, bool kept) {
    absl::MutexLock lock(&mutex_);
    plans_[static_cast<size_t>(Call::kCommit)] = {
        nth,
        MakeError(absl::StatusCode::kUnknown, "COMMIT_UNKNOWN",
                  "whether the commit was kept cannot be told; ask again with the same key"),
        Afterwards::kGoesOn, kept};
  }

  // As if the process were started again.
  void Restart() {
    absl::MutexLock lock(&mutex_);
    healthy_ = true;
  }

  // Calls of a kind so far, failed ones among them.
  int calls(Call call) const {
    absl::MutexLock lock(&mutex_);
    return calls_[static_cast<size_t>(call)];
  }

  absl::StatusOr<std::unique_ptr<Session>> Begin() override {
    FOSSE_RETURN_IF_ERROR(Enter(Call::kBegin).failure);
    if (!Healthy()) {
      return MakeError(absl::StatusCode::kUnavailable, "STORE_READ_ONLY",
                       "the store takes no writes since one failed; start the gateway again");
    }
    FOSSE_ASSIGN_OR_RETURN(std::unique_ptr<Session> session, inner_.Begin());
    return std::make_unique<FaultySession>(*this, std::move(session));
  }
  bool Healthy() const override {
    absl::MutexLock lock(&mutex_);
    return healthy_ && inner_.Healthy();
  }
  void OnCommit(std::function<void()> callback) override { inner_.OnCommit(std::move(callback)); }

 private:
  struct Plan {
    int calls_left = 0;  // 0: no plan.
    absl::Status failure;
    Afterwards afterwards = Afterwards::kGoesOn;
    bool kept = false;
  };
  struct Turn {
    absl::Status failure;
    bool kept = false;
  };

  class FaultySession : public ForwardingReader<Session> {
   public:
    FaultySession(FaultyStore& store, std::unique_ptr<Session> inner)
        : store_(store), inner_(std::move(inner)) {}

    absl::Status Stage(const Batch& batch) override {
      FOSSE_RETURN_IF_ERROR(failure_);
      failure_ = store_.Enter(Call::kStage).failure;
      if (failure_.ok()) failure_ = inner_->Stage(batch);
      return failure_;
    }
    absl::StatusOr<std::vector<std::string>> ReadBackLeaves(uint64_t from) override {
      FOSSE_RETURN_IF_ERROR(failure_);
      FOSSE_RETURN_IF_ERROR(store_.Enter(Call::kReadBack).failure);
      return inner_->ReadBackLeaves(from);
    }
    absl::Status Commit(const Head& head) override {
      const std::unique_ptr<Session> inner = std::move(inner_);  // Over, either way.
      FOSSE_RETURN_IF_ERROR(failure_);
      const Turn turn = store_.Enter(Call::kCommit);
      if (turn.failure.ok() || turn.kept) FOSSE_RETURN_IF_ERROR(inner->Commit(head));
      return turn.failure;
    }

   private:
    absl::Status WithReader(Read read) override {
      FOSSE_RETURN_IF_ERROR(store_.Enter(Call::kRead).failure);
      return read(*inner_);
    }

    FaultyStore& store_;
    std::unique_ptr<Session> inner_;
    absl::Status failure_;
  };

  absl::Status WithReader(Read read) override {
    FOSSE_RETURN_IF_ERROR(Enter(Call::kRead).failure);
    return read(inner_);
  }

  // Counts the call; its planned failure when its turn has come.
  Turn Enter(Call call) {
    absl::MutexLock lock(&mutex_);
    ++calls_[static_cast<size_t>(call)];
    Plan& plan = plans_[static_cast<size_t>(call)];
    if (plan.calls_left == 0 || --plan.calls_left > 0) return {};
    if (plan.afterwards == Afterwards::kReadOnly) healthy_ = false;
    return {plan.failure, plan.kept};
  }

  Store& inner_;
  mutable absl::Mutex mutex_;
  std::array<Plan, 5> plans_ ABSL_GUARDED_BY(mutex_);
  std::array<int, 5> calls_ ABSL_GUARDED_BY(mutex_) = {};
  bool healthy_ ABSL_GUARDED_BY(mutex_) = true;
};

// A store whose first commit is unclear, kept or not; then all goes well.
class UnclearOnceStore : public FaultyStore {
 public:
  UnclearOnceStore(Store& inner, bool kept) : FaultyStore(inner) { UnclearAt(1, kept); }
};

}  // namespace fosse::store

#endif  // FOSSE_STORE_FAKE_FAULTY_STORE_H_
