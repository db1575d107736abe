#ifndef FOSSE_ENGINE_ENGINE_H_
#define FOSSE_ENGINE_ENGINE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "audit/keys.h"
#include "base/clock.h"
#include "base/executor.h"
#include "base/random.h"
#include "care/directory.h"
#include "engine/report_types.h"
#include "fosse/v1/audit.pb.h"
#include "fosse/v1/care_records.pb.h"
#include "fosse/v1/delivery.pb.h"
#include "fosse/v1/directories.pb.h"
#include "fosse/v1/envelope.pb.h"
#include "fosse/v1/exchange.pb.h"
#include "fosse/v1/mailbox.pb.h"
#include "fosse/v1/receipt.pb.h"
#include "fosse/v1/rulebooks.pb.h"
#include "fosse/v1/training.pb.h"
#include "policy/rulebook.h"
#include "store/store.h"

namespace fosse::engine {

// Limits; all may be configured downwards.
struct Limits {
  size_t queue_items = 4096;
  size_t queue_bytes = 64u << 20;
  size_t batch_items = 256;
  size_t batch_bytes = 4u << 20;
  size_t message_bytes = 1u << 20;
  size_t report_entries = 200000;                 // That one report may read.
  absl::Duration key_age = absl::Hours(24 * 30);  // Keys of repeats are kept so long (CTL-10).
  // Records that one cause reaches in its own commit; what concerns more goes on in steps.
  size_t consequences = 500;
  // People that a sweep reaches in one batch: with nobody waiting for the commit, and with callers.
  size_t sweep_step = 64;
  size_t busy_sweep_step = 8;
  absl::Duration redelivery = absl::Seconds(60);  // Not acknowledged: handed out again.
  // False: no threads of the engine's own; a test or simulation calls RunOnce().
  bool own_threads = true;
};

struct EngineDeps {  // References outlive the Engine; main.cc owns all.
  store::Store& store;
  const audit::KeyRing& keys;
  const Clock& clock;
  Random& random;
  Executor& executor;  // Answers are given on it, reads run on it. Drained before the rest goes.
  // A small file that remembers, across a crash, which message was being decided; it belongs beside
  // the store. Empty: nothing is remembered, and no message is ever quarantined (CTL-32).
  std::string breadcrumb_path = "";
};

// Who calls: found by the gateway from the certificate, never from a message field.
struct Caller {
  std::string participant;
  bool user_token = false;  // A signed user token came with the call (CTL-02).
};

template <typename T>
using Done = std::function<void(absl::StatusOr<T>)>;

// The gateway without its wire: takes messages, decides each one in the single order of its
// locality, keeps the trail, hands out deliveries. Thread-safe. Every method returns at once; the
// answer comes on the executor, exactly once, also after Stop().
//
// Errors are those of docs/errors.md. A reader or sender without a live relationship is answered
// exactly as for a person who does not exist.
class Engine {
 public:
  // `locality` is the one locality that this engine serves.
  Engine(std::string locality, EngineDeps deps, Limits limits = {});
  ~Engine();

  // First start: keeps and activates the first rulebook and directory, each through a message that
  // leaves an entry. Later starts: nothing where the store already has documents in force.
  // FAILED_PRECONDITION, reason NOT_INSTALLED, where there are neither.
  absl::Status Install(absl::string_view rulebook_text, absl::string_view directory_text);

  // Checks the store, the head against the signed checkpoint and `witnessed_head` (empty: none),
  // then starts the committer. DATA_LOSS, reason TRAIL_ROLLED_BACK or TRAIL_DAMAGED.
  absl::Status Start(absl::string_view witnessed_head);
  // One step of everything that the engine's threads do, on this thread: a batch, past timers,
  // redelivery, counted refusals. False where there was nothing to commit. Only where
  // Limits::own_threads is false, and from one thread.
  bool RunOnce();
  // Takes no more, finishes what waits, answers the rest with SHUTTING_DOWN. Ends within 20 s.
  void Stop();
  bool Ready() const;

  // The directory and rulebook in force.
  std::shared_ptr<const care::Directory> directory() const;
  std::shared_ptr<const policy::Rulebook> rulebook() const;

  void Submit(const Caller& caller, v1::Envelope envelope, absl::Time deadline,
              Done<v1::Receipt> done);
  void Check(const Caller& caller, v1::Envelope envelope, absl::Time deadline,
             Done<v1::CheckResponse> done);

  void GetPerson(const Caller& caller, v1::GetPersonRequest request, Done<v1::GetPersonResponse>);
  void ListDelegations(const Caller& caller, v1::ListDelegationsRequest request,
                       Done<v1::ListDelegationsResponse>);
  void ListTrainingQueue(const Caller& caller, v1::ListTrainingQueueRequest request,
                         Done<v1::ListTrainingQueueResponse>);
  void ListCompetencies(const Caller& caller, v1::ListCompetenciesRequest request,
                        Done<v1::ListCompetenciesResponse>);
  void StateAt(const Caller& caller, v1::StateAtRequest request, Done<v1::StateAtResponse>);
  // Follows a person (watch.h). `on_change` is called on the executor, never twice at once, with
  // the present standing, then after each WatchTaken() with the next change, and last with an
  // error. After StopWatch() nothing new comes. Only after Start().
  class Watch;
  std::shared_ptr<Watch> StartWatch(
      const Caller& caller, v1::WatchRequest request,
      std::function<void(absl::StatusOr<v1::WatchResponse>)> on_change);
  void WatchTaken(const std::shared_ptr<Watch>& watch);
  void StopWatch(const std::shared_ptr<Watch>& watch);
  void GetTrace(const Caller& caller, v1::GetTraceRequest request, Done<v1::GetTraceResponse>);
  void Search(const Caller& caller, v1::SearchRequest request, Done<v1::SearchResponse>);
  void GetCheckpoint(Done<v1::GetCheckpointResponse>);
  void GetInclusionProof(v1::GetInclusionProofRequest request, Done<v1::GetInclusionProofResponse>);
  void GetConsistencyProof(v1::GetConsistencyProofRequest request,
                           Done<v1::GetConsistencyProofResponse>);
  // At most `limit` leaves from `from` on, of a tree of the latest signed size; leaves an entry.
  void ReadLeaves(const Caller& caller, uint64_t from, size_t limit, absl::string_view purpose,
                  Done<std::vector<std::string>>);
  // What a reader of the whole trail gets besides: the leaves with their details, opened. Of an
  // entry outside the auditor's remit WITHHELD. Leaves an entry that names everybody read about.
  struct OpenedEntry {
    std::string leaf;
    v1::OpenedDetail detail;
  };
  void ReadDetails(const Caller& caller, uint64_t from, size_t limit, absl::string_view purpose,
                   Done<std::vector<OpenedEntry>>);

  // Figures and precedents: see reports.h. Leaves an entry.
  void Report(const Caller& caller, ReportRequest request, Done<ReportAnswer> done);

  // NOT_FOUND, reason RULEBOOK_NOT_FOUND.
  void GetRulebook(v1::GetRulebookRequest request, Done<v1::GetRulebookResponse>);
  void ListRulebooks(v1::ListRulebooksRequest request, Done<v1::ListRulebooksResponse>);
  // Every rulebook kept, latest instant first.
  void AllRulebooks(Done<std::vector<v1::KeptRulebook>>);

  // A refused call, counted; once a minute the counts become a RefusedAttempts entry.
  void CountRefusal(absl::string_view participant, absl::string_view method,
                    absl::string_view reason);

  // Keeps a later rulebook, which comes into force at the instant that its activation says, as a
  // message with an entry. All errors of intake.h and publication.h.
  void PublishRulebook(const Caller& caller, v1::PublishRulebookRequest request,
                       absl::Time deadline, Done<v1::Receipt> done);

  // The same of a later directory, signed like a rulebook.
  void PublishDirectory(const Caller& caller, v1::PublishDirectoryRequest request,
                        absl::Time deadline, Done<v1::Receipt> done);
  void ListDirectories(v1::ListDirectoriesRequest request, Done<v1::ListDirectoriesResponse>);

  // For operators.
  struct Figures {
    uint64_t mass_changes = 0;  // Alarms about many at risk by one cause, since the start (HAZ-40).
    uint64_t sweeps = 0;        // Causes on their way to many people.
    bool clock_unsure = false;  // Nothing is started (CTL-43).
  };
  Figures GetFigures() const;

  // Mailboxes. `on_delivery` is called on the executor, never twice at once for one subscription.
  // At most `window` items are under way; an item of a person comes only after the one before is
  // acknowledged KEPT. Unsubscribe() returns once no call is running.
  class Subscription;
  std::shared_ptr<Subscription> Subscribe(const Caller& caller, std::vector<std::string> recipients,
                                          uint32_t window,
                                          std::function<void(v1::Delivery)> on_delivery);
  void Unsubscribe(const std::shared_ptr<Subscription>& subscription);
  // What became of an item: passes the committer as a message. False acknowledgements are refused:
  // NOT_FOUND, reason DELIVERY_NOT_FOUND.
  void Acknowledge(const std::shared_ptr<Subscription>& subscription,
                   const v1::DeliveryOutcome& outcome, Done<uint64_t> entry_index);
  // What lies aside of a mailbox: given up, refused or parked. Leaves an entry. PERMISSION_DENIED,
  // reason READER_NOT_ALLOWED, for another's mailbox, unless the caller is an operator, who sees
  // nothing of what was sent.
  void ListDeadLetters(const Caller& caller, v1::ListDeadLettersRequest request,
                       Done<v1::ListDeadLettersResponse>);
  // Queues one of them anew, in its old place among the person's: a message with an entry.
  // NOT_FOUND, reason DELIVERY_NOT_FOUND, where it is not the caller's to replay;
  // FAILED_PRECONDITION, reason STATE_CONFLICT, where it does not lie aside.
  void Replay(const Caller& caller, const v1::ReplayRequest& request, Done<v1::ReplayResponse>);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;  // Shared with its own work on the executor.
};

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_ENGINE_H_
