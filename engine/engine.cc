#include "engine/engine.h"

#include <atomic>
#include <thread>
#include <utility>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "base/encoding.h"
#include "base/log.h"
#include "base/status.h"
#include "engine/clock_watch.h"
#include "engine/committer.h"
#include "engine/directory_queries.h"
#include "engine/install.h"
#include "engine/intake.h"
#include "engine/mailbox.h"
#include "engine/outcomes.h"
#include "engine/person_queries.h"
#include "engine/publication.h"
#include "engine/reads.h"
#include "engine/reports.h"
#include "engine/rulebook_queries.h"
#include "engine/set_aside.h"
#include "engine/standings.h"
#include "engine/state_queries.h"
#include "engine/timestamps.h"
#include "engine/trail_queries.h"
#include "engine/training_queries.h"
#include "engine/watch.h"

namespace fosse::engine {
namespace {

// How long the committer sleeps at most: so late can a timer be noticed.
constexpr absl::Duration kCommitterNap = absl::Milliseconds(100);
constexpr absl::Duration kTick = absl::Milliseconds(500);
// How long Stop() lets what waits be decided.
constexpr absl::Duration kFinishWithin = absl::Seconds(15);

absl::Status NotReady() {
  return MakeError(absl::StatusCode::kUnavailable, "NOT_READY", "the gateway has not started");
}

}  // namespace

class Engine::Impl : public std::enable_shared_from_this<Engine::Impl> {
 public:
  Impl(std::string locality, EngineDeps deps, Limits limits)
      : locality_(std::move(locality)),
        deps_(std::move(deps)),
        limits_(limits),
        queue_(limits.queue_items, limits.queue_bytes),
        decoy_(deps_.keys, deps_.random),
        watch_(deps_.clock),
        mailboxes_(std::make_shared<Mailboxes>(MailboxDeps{deps_.store, deps_.keys, deps_.clock,
                                                           deps_.executor, limits.redelivery})) {}

  absl::Status Install(absl::string_view rulebook_text, absl::string_view directory_text);
  absl::Status Start(absl::string_view witnessed_head);
  bool RunOnce();
  void Stop();
  bool Ready() const;

  void Submit(const Caller& caller, v1::Envelope envelope, absl::Time deadline,
              Done<v1::Receipt> done);
  void Check(const Caller& caller, v1::Envelope envelope, absl::Time deadline,
             Done<v1::CheckResponse> done);
  // Either document, by the function that takes its request in.
  template <typename Request, typename TakeIn>
  void Publish(const Caller& caller, Request request, TakeIn take_in, absl::string_view method,
               absl::Time deadline, Done<v1::Receipt> done);
  // False: not started, and answered so.
  template <typename T>
  bool IsStarted(const Done<T>& done) {
    if (!started_) Answer(NotReady(), done);
    return started_;
  }

  // Runs `work` on the executor with this kept alive; answers NOT_READY before the start.
  template <typename T>
  void RunRead(std::function<absl::StatusOr<T>()> work, Done<T> done) {
    deps_.executor.Run([self = shared_from_this(), work = std::move(work), done = std::move(done)] {
      done(self->started_ ? work() : absl::StatusOr<T>(NotReady()));
    });
  }
  template <typename Request, typename Response>
  void Look(Request request, absl::StatusOr<Response> (*look)(const ReadDeps&, const Request&),
            Done<Response> done) {
    RunRead<Response>([this, request = std::move(request), look] { return look(reads(), request); },
                      std::move(done));
  }
  template <typename T>
  void RunRecorded(ReadNote note, std::function<absl::StatusOr<T>(ReadNote&)> work, Done<T> done) {
    if (!started_) return Answer<T>(NotReady(), std::move(done));
    auto kept = [self = shared_from_this(), work = std::move(work)](ReadNote& read) {
      return work(read);
    };
    ReadAndRecord<T>(reads(), std::move(note), std::move(kept), std::move(done));
  }
  template <typename Request, typename Response>
  void Read(const Caller& caller, std::string method, Request request,
            absl::StatusOr<Response> (*read)(const ReadDeps&, const Request&, ReadNote&),
            Done<Response> done) {
    ReadNote note{.caller = caller, .method = std::move(method), .purpose = request.purpose()};
    RunRecorded<Response>(
        std::move(note),
        [this, request = std::move(request), read](ReadNote& n) {
          return read(reads(), request, n);
        },
        std::move(done));
  }
  template <typename T>
  void Answer(absl::Status status, Done<T> done) {
    deps_.executor.Run([status = std::move(status), done = std::move(done)] { done(status); });
  }

  ReadDeps reads() {
    return {locality_, deps_.store, deps_.keys, deps_.clock, deps_.random, deps_.executor,
            limits_,   queue_,      documents_, refusals_,   decoy_,       watch_};
  }
  OutcomeDeps outcomes() { return {reads(), mailboxes_, shared_from_this()}; }
  Documents& documents() { return documents_; }
  Mailboxes& mailboxes() { return *mailboxes_; }
  Watches& watches() { return *watches_; }
  Refusals& refusals() { return refusals_; }
  const Clock& clock() const { return deps_.clock; }
  Figures figures() const { return committer_ == nullptr ? Figures() : committer_->figures(); }

 private:
  IntakeDeps intake() const { return {locality_, deps_.keys, limits_}; }
  absl::Status MakeCommitter();
  absl::Time Now() { return watch_.Read().now; }
  void Push(Item item);
  void FlushRefusals(bool all);
  void ServeCommitter();
  void ServeTicks();

  const std::string locality_;
  const EngineDeps deps_;
  const Limits limits_;
  Queue queue_;
  Documents documents_;
  Refusals refusals_;
  const Decoy decoy_;
  ClockWatch watch_;
  const std::shared_ptr<Mailboxes> mailboxes_;
  std::shared_ptr<Watches> watches_;
  std::unique_ptr<Committer> committer_;
  std::atomic<bool> started_ = false;
  std::atomic<bool> stopping_ = false;
  absl::Notification stopped_ticking_;
  std::thread committer_thread_;
  std::thread tick_thread_;
};

absl::Status Engine::Impl::MakeCommitter() {
  if (committer_ != nullptr) return absl::OkStatus();
  watches_ = std::make_shared<Watches>(
      reads(), [weak = weak_from_this()]() -> std::shared_ptr<void> { return weak.lock(); });
  FOSSE_ASSIGN_OR_RETURN(std::unique_ptr<Breadcrumb> crumb,
                         Breadcrumb::Open(deps_.breadcrumb_path));
  committer_ = std::make_unique<Committer>(
      CommitterDeps{locality_, deps_.store, deps_.keys, deps_.clock, deps_.random, deps_.executor,
                    limits_, queue_, documents_, refusals_, decoy_, watch_},
      std::move(crumb),
      [this](const std::set<std::string>& recipients, const std::set<store::RecordKey>& changed) {
        mailboxes_->Notify(recipients);
        watches_->Notify(changed);
      });
  return absl::OkStatus();
}

absl::Status Engine::Impl::Install(absl::string_view rulebook_text,
                                   absl::string_view directory_text) {
  FOSSE_RETURN_IF_ERROR(MakeCommitter());
  FOSSE_RETURN_IF_ERROR(documents_.Refresh(deps_.store, Now()));
  const InForce in_force = documents_.Get();
  const auto install = [&](store::Document::Kind kind, absl::string_view text,
                           bool there) -> absl::Status {
    if (there) return absl::OkStatus();
    if (text.empty()) {
      return MakeError(absl::StatusCode::kFailedPrecondition, "NOT_INSTALLED",
                       "the store has no rulebook or directory in force and none was given");
    }
    FOSSE_ASSIGN_OR_RETURN(Message message, ActivationOf(intake(), kind, text, Now()));
    FOSSE_RETURN_IF_ERROR(committer_->CommitNow(std::move(message)));
    return absl::OkStatus();
  };
  if (in_force.rulebook == nullptr && in_force.directory == nullptr) {
    FOSSE_RETURN_IF_ERROR(CheckTogether(rulebook_text, directory_text));
  }
  FOSSE_RETURN_IF_ERROR(
      install(store::Document::Kind::kRulebook, rulebook_text, in_force.rulebook != nullptr));
  return install(store::Document::Kind::kDirectory, directory_text, in_force.directory != nullptr);
}

absl::Status Engine::Impl::Start(absl::string_view witnessed_head) {
  FOSSE_RETURN_IF_ERROR(MakeCommitter());
  FOSSE_RETURN_IF_ERROR(CheckHead(deps_.store, deps_.keys, witnessed_head));
  FOSSE_RETURN_IF_ERROR(committer_->BeginClock());
  FOSSE_ASSIGN_OR_RETURN(const store::Head head, deps_.store.GetHead());
  FOSSE_RETURN_IF_ERROR(documents_.Refresh(deps_.store, std::max(Now(), head.last_entry_time)));
  if (!documents_.Get().complete()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "NOT_INSTALLED",
                     "the store has no rulebook or directory in force");
  }
  FOSSE_RETURN_IF_ERROR(FillStandings(deps_.store, deps_.keys, documents_.Get().directory.get()));
  started_ = true;
  if (limits_.own_threads) {
    committer_thread_ = std::thread([this] { ServeCommitter(); });
    tick_thread_ = std::thread([this] { ServeTicks(); });
  }
  return absl::OkStatus();
}

bool Engine::Impl::RunOnce() {
  FOSSE_CHECK(!limits_.own_threads && started_);
  FlushRefusals(/*all=*/false);
  const bool worked = committer_->RunOnce(absl::ZeroDuration());
  mailboxes_->Tick();
  ParkOverdue(outcomes());
  return worked;
}

void Engine::Impl::Stop() {
  if (!started_ || stopping_.exchange(true)) return;
  FlushRefusals(/*all=*/true);
  queue_.Close();
  if (limits_.own_threads) {
    committer_thread_.join();
    stopped_ticking_.Notify();
    tick_thread_.join();
  } else {
    while (!queue_.Drained()) committer_->RunOnce(absl::ZeroDuration());
  }
  for (Item& item : queue_.TakeAll()) {
    if (item.done) Answer<v1::Receipt>(ShuttingDown(), std::move(item.done));
  }
}

bool Engine::Impl::Ready() const {
  return started_ && !stopping_ && deps_.store.Healthy() && committer_->signing();
}

void Engine::Impl::ServeCommitter() {
  absl::Duration give_up = absl::InfiniteDuration();
  while (!queue_.Drained()) {
    committer_->RunOnce(kCommitterNap);
    if (stopping_ && give_up == absl::InfiniteDuration()) {
      give_up = deps_.clock.Monotonic() + kFinishWithin;
    }
    if (deps_.clock.Monotonic() > give_up) return;
  }
}

void Engine::Impl::ServeTicks() {
  while (!stopped_ticking_.WaitForNotificationWithTimeout(kTick)) {
    mailboxes_->Tick();
    ParkOverdue(outcomes());
    FlushRefusals(/*all=*/false);
  }
}

void Engine::Impl::FlushRefusals(bool all) {
  const InForce in_force = documents_.Get();
  for (Refusals::Counted& counted : refusals_.Take(Now(), all)) {
    v1::Envelope envelope;
    *envelope.mutable_refused_attempts() = std::move(counted.attempts);
    // A caller whom the directory does not know has no name that the trail could hold.
    const bool known =
        in_force.directory != nullptr && in_force.directory->Find(counted.participant) != nullptr;
    Item item;
    item.message = OwnMessage(
        intake(), MessageKind::kNote, known ? counted.participant : std::string(kOwnSender),
        "refused-" + Base32Crockford(deps_.random.Bytes(16)), std::move(envelope), Now());
    const absl::Status queued = queue_.Push(item);
    if (!queued.ok()) Log(Severity::kWarning, "refusals-not-recorded", {{"status", queued}});
  }
}

void Engine::Impl::Push(Item item) {
  absl::Status queued = started_ ? queue_.Push(item) : NotReady();
  if (!queued.ok()) Answer<v1::Receipt>(std::move(queued), std::move(item.done));
}

void Engine::Impl::Submit(const Caller& caller, v1::Envelope envelope, absl::Time deadline,
                          Done<v1::Receipt> done) {
  const InForce in_force = documents_.Get();
  if (!started_ || in_force.directory == nullptr) return Answer(NotReady(), std::move(done));
  const ClockWatch::Reading at = watch_.Read();
  absl::StatusOr<Message> message =
      TakeIn(intake(), caller, std::move(envelope), *in_force.directory, at.now, at.doubt());
  if (!message.ok()) {
    if (absl::IsPermissionDenied(message.status())) {
      refusals_.Count(caller.participant, "Submit", ReasonOf(message.status()), Now());
    }
    return Answer(std::move(message).status(), std::move(done));
  }
  Push({*std::move(message), deadline, std::move(done)});
}

void Engine::Impl::Check(const Caller& caller, v1::Envelope envelope, absl::Time deadline,
                         Done<v1::CheckResponse> done) {
  const InForce in_force = documents_.Get();
  if (!started_ || in_force.directory == nullptr) return Answer(NotReady(), std::move(done));
  const ClockWatch::Reading at = watch_.Read();
  absl::StatusOr<Message> message =
      TakeIn(intake(), caller, std::move(envelope), *in_force.directory, at.now, at.doubt());
  if (!message.ok()) return Answer(std::move(message).status(), std::move(done));
  if (deadline < deps_.clock.Now()) {
    return Answer(MakeError(absl::StatusCode::kDeadlineExceeded, "DEADLINE_EXCEEDED",
                            "the deadline had passed before the message was decided"),
                  std::move(done));
  }
  auto kept = std::make_shared<const Message>(*std::move(message));
  RunRecorded<v1::CheckResponse>(
      {.caller = caller, .method = "Check"},
      [this, kept](ReadNote& note) { return DecideWithoutEffect(reads(), *kept, note); },
      std::move(done));
}

template <typename Request, typename TakeIn>
void Engine::Impl::Publish(const Caller& caller, Request request, TakeIn take_in,
                           absl::string_view method, absl::Time deadline, Done<v1::Receipt> done) {
  const InForce in_force = documents_.Get();
  if (!started_ || in_force.directory == nullptr) return Answer(NotReady(), std::move(done));
  const ClockWatch::Reading at = watch_.Read();
  absl::StatusOr<Message> message =
      take_in(intake(), caller, std::move(request), *in_force.directory, at.now, at.doubt());
  if (absl::IsPermissionDenied(message.status())) {
    refusals_.Count(caller.participant, method, ReasonOf(message.status()), at.now);
  }
  if (!message.ok()) return Answer(std::move(message).status(), std::move(done));
  Push({*std::move(message), deadline, std::move(done)});
}

Engine::Engine(std::string locality, EngineDeps deps, Limits limits)
    : impl_(std::make_shared<Impl>(std::move(locality), std::move(deps), limits)) {}
Engine::~Engine() { impl_->Stop(); }

absl::Status Engine::Install(absl::string_view rulebook_text, absl::string_view directory_text) {
  return impl_->Install(rulebook_text, directory_text);
}
absl::Status Engine::Start(absl::string_view witnessed_head) {
  return impl_->Start(witnessed_head);
}
bool Engine::RunOnce() { return impl_->RunOnce(); }
void Engine::Stop() { impl_->Stop(); }
bool Engine::Ready() const { return impl_->Ready(); }

std::shared_ptr<const care::Directory> Engine::directory() const {
  return impl_->documents().Get().directory;
}
std::shared_ptr<const policy::Rulebook> Engine::rulebook() const {
  return impl_->documents().Get().rulebook;
}

void Engine::Submit(const Caller& caller, v1::Envelope envelope, absl::Time deadline,
                    Done<v1::Receipt> done) {
  impl_->Submit(caller, std::move(envelope), deadline, std::move(done));
}
void Engine::Check(const Caller& caller, v1::Envelope envelope, absl::Time deadline,
                   Done<v1::CheckResponse> done) {
  impl_->Check(caller, std::move(envelope), deadline, std::move(done));
}
void Engine::PublishRulebook(const Caller& caller, v1::PublishRulebookRequest request,
                             absl::Time deadline, Done<v1::Receipt> done) {
  impl_->Publish(caller, std::move(request), TakeInRulebook, "PublishRulebook", deadline,
                 std::move(done));
}
void Engine::PublishDirectory(const Caller& caller, v1::PublishDirectoryRequest request,
                              absl::Time deadline, Done<v1::Receipt> done) {
  impl_->Publish(caller, std::move(request), TakeInDirectory, "PublishDirectory", deadline,
                 std::move(done));
}
Engine::Figures Engine::GetFigures() const { return impl_->figures(); }

void Engine::GetPerson(const Caller& caller, v1::GetPersonRequest request,
                       Done<v1::GetPersonResponse> done) {
  impl_->Read(caller, "GetPerson", std::move(request), ReadPerson, std::move(done));
}
void Engine::ListDelegations(const Caller& caller, v1::ListDelegationsRequest request,
                             Done<v1::ListDelegationsResponse> done) {
  impl_->Read(caller, "ListDelegations", std::move(request), ReadDelegations, std::move(done));
}
void Engine::ListTrainingQueue(const Caller& caller, v1::ListTrainingQueueRequest request,
                               Done<v1::ListTrainingQueueResponse> done) {
  impl_->Read(caller, "ListTrainingQueue", std::move(request), ReadTrainingQueue, std::move(done));
}
void Engine::ListCompetencies(const Caller& caller, v1::ListCompetenciesRequest request,
                              Done<v1::ListCompetenciesResponse> done) {
  impl_->Read(caller, "ListCompetencies", std::move(request), ReadCompetencies, std::move(done));
}
void Engine::StateAt(const Caller& caller, v1::StateAtRequest request,
                     Done<v1::StateAtResponse> done) {
  impl_->Read(caller, "StateAt", std::move(request), ReadStateAt, std::move(done));
}
void Engine::GetTrace(const Caller& caller, v1::GetTraceRequest request,
                      Done<v1::GetTraceResponse> done) {
  impl_->Read(caller, "GetTrace", std::move(request), ReadTrace, std::move(done));
}
void Engine::Search(const Caller& caller, v1::SearchRequest request,
                    Done<v1::SearchResponse> done) {
  impl_->Read(caller, "Search", std::move(request), SearchTrail, std::move(done));
}
std::shared_ptr<Engine::Watch> Engine::StartWatch(
    const Caller& caller, v1::WatchRequest request,
    std::function<void(absl::StatusOr<v1::WatchResponse>)> on_change) {
  return impl_->watches().Start(caller, std::move(request), std::move(on_change));
}
void Engine::WatchTaken(const std::shared_ptr<Watch>& watch) { impl_->watches().Taken(watch); }
void Engine::StopWatch(const std::shared_ptr<Watch>& watch) { impl_->watches().Stop(watch); }
void Engine::GetCheckpoint(Done<v1::GetCheckpointResponse> done) {
  impl_->RunRead<v1::GetCheckpointResponse>(
      [impl = impl_] { return ReadCheckpoint(impl->reads()); }, std::move(done));
}
void Engine::GetInclusionProof(v1::GetInclusionProofRequest request,
                               Done<v1::GetInclusionProofResponse> done) {
  impl_->Look(std::move(request), ProveInclusion, std::move(done));
}
void Engine::GetConsistencyProof(v1::GetConsistencyProofRequest request,
                                 Done<v1::GetConsistencyProofResponse> done) {
  impl_->Look(std::move(request), ProveConsistency, std::move(done));
}
void Engine::ReadLeaves(const Caller& caller, uint64_t from, size_t limit,
                        absl::string_view purpose, Done<std::vector<std::string>> done) {
  ReadMany<std::string>(
      *impl_, {caller, "ExportTrail", std::string(purpose), "from,limit"},
      [impl = impl_, from, limit](ReadNote&) { return ReadLeafBytes(impl->reads(), from, limit); },
      std::move(done));
}
void Engine::ReadDetails(const Caller& caller, uint64_t from, size_t limit,
                         absl::string_view purpose, Done<std::vector<OpenedEntry>> done) {
  ReadMany<OpenedEntry>(
      *impl_, {caller, "ExportTrail", std::string(purpose), "from,limit,details"},
      [impl = impl_, from, limit](ReadNote& read) {
        return OpenDetails(impl->reads(), from, limit, read);
      },
      std::move(done));
}
void Engine::Report(const Caller& caller, ReportRequest request, Done<ReportAnswer> done) {
  ReadNote note = ReportNote(caller, request);
  impl_->RunRecorded<ReportAnswer>(
      std::move(note),
      [impl = impl_, request = std::move(request)](ReadNote& read) {
        return ReadReport(impl->reads(), request, read);
      },
      std::move(done));
}
void Engine::GetRulebook(v1::GetRulebookRequest request, Done<v1::GetRulebookResponse> done) {
  impl_->Look(std::move(request), ReadRulebook, std::move(done));
}
void Engine::ListRulebooks(v1::ListRulebooksRequest request, Done<v1::ListRulebooksResponse> done) {
  impl_->Look(std::move(request), ReadRulebooks, std::move(done));
}
void Engine::ListDirectories(v1::ListDirectoriesRequest request,
                             Done<v1::ListDirectoriesResponse> done) {
  impl_->Look(std::move(request), ReadDirectories, std::move(done));
}
void Engine::AllRulebooks(Done<std::vector<v1::KeptRulebook>> done) {
  impl_->RunRead<std::vector<v1::KeptRulebook>>(
      [impl = impl_] { return KeptRulebooks(impl->reads().store); }, std::move(done));
}

void Engine::CountRefusal(absl::string_view participant, absl::string_view method,
                          absl::string_view reason) {
  impl_->refusals().Count(participant, method, reason, impl_->clock().Now());
}

std::shared_ptr<Engine::Subscription> Engine::Subscribe(
    const Caller& caller, std::vector<std::string> recipients, uint32_t window,
    std::function<void(v1::Delivery)> on_delivery) {
  return impl_->mailboxes().Subscribe(std::move(recipients), window, std::move(on_delivery));
}
void Engine::Unsubscribe(const std::shared_ptr<Subscription>& subscription) {
  impl_->mailboxes().Unsubscribe(subscription);
}
void Engine::Acknowledge(const std::shared_ptr<Subscription>& subscription,
                         const v1::DeliveryOutcome& outcome, Done<uint64_t> done) {
  if (!impl_->IsStarted(done)) return;
  AcknowledgeDelivery(impl_->outcomes(), subscription, outcome, std::move(done));
}
void Engine::ListDeadLetters(const Caller& caller, v1::ListDeadLettersRequest request,
                             Done<v1::ListDeadLettersResponse> done) {
  ReadNote note{.caller = caller, .method = "ListDeadLetters", .purpose = request.purpose()};
  impl_->RunRecorded<v1::ListDeadLettersResponse>(
      std::move(note),
      [impl = impl_, request = std::move(request)](ReadNote& read) {
        return ReadDeadLetters(impl->reads(), request, read);
      },
      std::move(done));
}
void Engine::Replay(const Caller& caller, const v1::ReplayRequest& request,
                    Done<v1::ReplayResponse> done) {
  if (impl_->IsStarted(done)) ReplayDelivery(impl_->outcomes(), caller, request, std::move(done));
}

}  // namespace fosse::engine
