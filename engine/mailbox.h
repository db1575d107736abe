#ifndef FOSSE_ENGINE_MAILBOX_H_
#define FOSSE_ENGINE_MAILBOX_H_

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "engine/engine.h"
#include "fosse/v1/delivery.pb.h"
#include "store/store.h"

namespace fosse::engine {

// One open mailbox stream. Its fields are the Mailboxes' business; callers only hold it.
class Engine::Subscription {
 public:
  Subscription(std::vector<std::string> recipients, size_t window,
               std::function<void(v1::Delivery)> on_delivery)
      : recipients_(std::move(recipients)), window_(window), on_delivery_(std::move(on_delivery)) {}

  const std::vector<std::string>& recipients() const { return recipients_; }

 private:
  friend class Mailboxes;

  const std::vector<std::string> recipients_;
  const size_t window_;
  const std::function<void(v1::Delivery)> on_delivery_;
  size_t under_way_ = 0;  // Guarded by the Mailboxes' mutex.

  absl::Mutex mutex_;
  std::deque<v1::Delivery> outbox_ ABSL_GUARDED_BY(mutex_);
  bool running_ ABSL_GUARDED_BY(mutex_) = false;  // A run is handed to the executor.
  bool calling_ ABSL_GUARDED_BY(mutex_) = false;  // on_delivery is being called.
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread::id caller_ ABSL_GUARDED_BY(mutex_);
};

struct MailboxDeps {  // References outlive the Mailboxes and the executor's work.
  store::Store& store;
  const audit::KeyRing& keys;
  const Clock& clock;
  Executor& executor;
  absl::Duration redelivery;
};

// Hands out what is queued for recipients who are connected: in commit order for each person, the
// next item of a person only once the one before is acknowledged, urgent ones first among people
// (CTL-12, CTL-13). What was handed out is a lease in memory, over the store's queue, by monotonic
// time; a restart only means handing out again.
//
// What stands before something urgent of the same person goes as if it were urgent itself, comes
// again sooner, and is parked when the urgent item has waited a third of its deadline and there was
// a try: Overdue() names it, whoever commits that calls Park(), and every later item of the person
// says that it lies aside.
//
// Thread-safe. Made with std::make_shared: work on the executor keeps it.
class Mailboxes : public std::enable_shared_from_this<Mailboxes> {
 public:
  // Items of one recipient that are known to be queued at once; more are loaded as these go.
  static constexpr size_t kMaxLoaded = 65536;
  static constexpr uint32_t kMaxWindow = 64;
  static constexpr uint32_t kUsualWindow = 16;
  // An urgent item's own deadline where it states none, or a longer one (CTL-15).
  static constexpr absl::Duration kUrgentDeadline = absl::Minutes(15);
  // What holds up an urgent item and is not acknowledged comes again after this; so long is a try.
  static constexpr absl::Duration kUrgentRetry = absl::Seconds(10);
  // How far behind a person's first item something urgent is looked for.
  static constexpr int kLookBehind = 256;

  explicit Mailboxes(MailboxDeps deps) : deps_(deps) {}

  std::shared_ptr<Engine::Subscription> Subscribe(std::vector<std::string> recipients,
                                                  uint32_t window,
                                                  std::function<void(v1::Delivery)> on_delivery);
  // Frees its leases; returns once no call to on_delivery is running (but for the caller's own).
  void Unsubscribe(const std::shared_ptr<Engine::Subscription>& subscription);

  // Whether the item is in this subscription's hands: handed to it and to nobody since.
  bool IsLeased(const Engine::Subscription& subscription, absl::string_view delivery_id);

  // The acknowledgement of an item is committed: its person's next may go.
  void Settle(absl::string_view delivery_id);

  // Items that hold up an urgent one of the same person for too long: they are to be parked. Named
  // again after kUrgentRetry where that has not happened.
  std::vector<std::string> Overdue();

  // The item, as the store has it now, was parked: the person's next may go, and says so.
  void Park(const store::Delivery& delivery);
  // It was queued anew, and takes its old place.
  void Requeue(const store::Delivery& delivery);

  // Something new may be queued for these.
  void Notify(const std::set<std::string>& recipients);

  // Makes items whose lease is past ready again, and looks for new ones.
  void Tick();

 private:
  struct Waiting {
    std::string delivery_id;
    uint8_t urgency = 0;
    uint32_t attempts = 0;
    std::shared_ptr<Engine::Subscription> holder;  // Null: in nobody's hands.
    bool leased = false;                           // The lease is not past.
    int ready_as = 0;                              // Its place in Box::ready, where it is there.
    // By monotonic time.
    absl::Duration until;
    absl::Duration first_tried = absl::InfiniteDuration();
    absl::Duration asked = -absl::InfiniteDuration();   // When Overdue() named it last.
    absl::Duration pass_by = absl::InfiniteDuration();  // Of an urgent one: it waits no longer.
  };
  using Queue = std::map<uint64_t, Waiting>;  // By sequence.
  struct Sight {                              // What a look over a person's queue shows.
    uint8_t urgency = 0;
    bool leased = false;                                // Any of them is under way.
    absl::Duration pass_by = absl::InfiniteDuration();  // Of those behind the first.
  };
  struct Box {
    std::string recipient;
    uint64_t loaded_until = 0;                 // Highest sequence loaded.
    std::map<store::RecordKey, Queue> people;  // No queue is empty.
    size_t size = 0;
    bool knows_parked = false;
    std::map<store::RecordKey, std::map<uint64_t, std::string>> parked;  // Ids by sequence.
    // Heads of people that may go: urgent first, then in commit order.
    std::set<std::tuple<int, uint64_t, store::RecordKey>> ready;
    std::vector<std::shared_ptr<Engine::Subscription>> subscriptions;
    bool pumping = false;
    bool again = false;
  };
  struct Place {  // Where an item that was handed out is.
    std::shared_ptr<Box> box;
    store::RecordKey person;
    uint64_t sequence = 0;
  };
  struct Handout {
    std::shared_ptr<Engine::Subscription> to;
    std::string delivery_id;
    uint32_t attempts = 0;
    std::vector<std::string> parked_before;
  };

  using Boxes = std::vector<std::shared_ptr<Box>>;

  // Adds the box to those to be pumped, unless it is being pumped: then it is looked at again.
  void Schedule(const std::shared_ptr<Box>& box, Boxes& to_pump)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void StartPumping(const Boxes& boxes) ABSL_LOCKS_EXCLUDED(mutex_);
  void Pump(const std::shared_ptr<Box>& box);
  void Load(const std::shared_ptr<Box>& box);
  // Finds what was parked before this box was opened. False: it cannot be read now.
  bool LoadParked(const std::shared_ptr<Box>& box);
  void Insert(Box& box, const store::Delivery& delivery) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Duration PassBy(const store::Delivery& delivery) const;
  static Sight LookAt(const Queue& queue);
  std::vector<Handout> Choose(const std::shared_ptr<Box>& box)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void MakeReady(Box& box, const store::RecordKey& person) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Remove(const Place& place) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void HandOut(const Handout& handout);
  absl::StatusOr<v1::Delivery> ReadWhole(absl::string_view delivery_id);
  static void Drain(const std::shared_ptr<Engine::Subscription>& subscription);

  const MailboxDeps deps_;
  absl::Mutex mutex_;
  std::map<std::string, std::shared_ptr<Box>> boxes_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Place, std::less<>> handed_out_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_MAILBOX_H_
