// For ThreadSanitizer builds only (base/CMakeLists.txt). The distribution's Abseil is built without
// it, so ThreadSanitizer does not see what absl::Mutex orders and reports races that are none. Each
// function here stands before Abseil's function of the same (mangled) name, calls it, and tells
// ThreadSanitizer: taking a lock comes after every earlier release of it. Seeing too much order
// between readers of one lock can hide a race between them; it never invents one.
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include <memory>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "base/status.h"

namespace {

template <typename F>
F* Next(const char* name) {
  auto* const next = reinterpret_cast<F*>(dlsym(RTLD_NEXT, name));
  FOSSE_CHECK(next != nullptr);
  return next;
}

// A condition that tells what looking at it orders. Whoever evaluates one holds the lock, be it the
// waiter that woke or the thread that is about to let go, and neither passes by our functions then.
struct ToldCondition {
  absl::Mutex* mutex;
  const absl::Condition* condition;
};

// Itself unseen: what it reads first was written by the waiter, and only then is the order told.
__attribute__((no_sanitize("thread"))) bool Evaluate(ToldCondition* told) {
  __tsan_acquire(told->mutex);
  const bool holds = told->condition->Eval();
  __tsan_release(told->mutex);
  return holds;
}

}  // namespace

// `released` and `acquired` are the addresses told before and after; null tells nothing.
#define FOSSE_WRAP(name, released, acquired, call, ...)    \
  extern "C" void name(__VA_ARGS__) {                      \
    static auto* const next = Next<decltype(name)>(#name); \
    if (released != nullptr) __tsan_release(released);     \
    next call;                                             \
    if (acquired != nullptr) __tsan_acquire(acquired);     \
  }
#define FOSSE_WRAP_BOOL(name, released, acquired, call, ...) \
  extern "C" bool name(__VA_ARGS__) {                        \
    static auto* const next = Next<decltype(name)>(#name);   \
    if (released != nullptr) __tsan_release(released);       \
    const bool result = next call;                           \
    if (acquired != nullptr) __tsan_acquire(acquired);       \
    return result;                                           \
  }

// Lives until the call returns, which is as long as anybody may look at it.
#define FOSSE_TOLD(mutex, condition) \
  absl::Condition(&Evaluate,         \
                  std::make_unique<ToldCondition>(ToldCondition{mutex, &condition}).get())

using absl::Condition;
using absl::CondVar;
using absl::Duration;
using absl::Mutex;
using absl::Notification;
using absl::Time;

constexpr void* kNone = nullptr;

FOSSE_WRAP(_ZN4absl7debian35Mutex4LockEv, kNone, m, (m), Mutex* m)
FOSSE_WRAP(_ZN4absl7debian35Mutex6UnlockEv, m, kNone, (m), Mutex* m)
FOSSE_WRAP(_ZN4absl7debian35Mutex10ReaderLockEv, kNone, m, (m), Mutex* m)
FOSSE_WRAP(_ZN4absl7debian35Mutex12ReaderUnlockEv, m, kNone, (m), Mutex* m)
FOSSE_WRAP_BOOL(_ZN4absl7debian35Mutex7TryLockEv, kNone, m, (m), Mutex* m)
FOSSE_WRAP_BOOL(_ZN4absl7debian35Mutex13ReaderTryLockEv, kNone, m, (m), Mutex* m)
FOSSE_WRAP(_ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE, m, m, (m, FOSSE_TOLD(m, c)), Mutex* m,
           const Condition& c)
FOSSE_WRAP_BOOL(_ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE, m, m,
                (m, FOSSE_TOLD(m, c), d), Mutex* m, const Condition& c, Duration d)
FOSSE_WRAP_BOOL(_ZN4absl7debian35Mutex17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE, m, m,
                (m, FOSSE_TOLD(m, c), t), Mutex* m, const Condition& c, Time t)
FOSSE_WRAP(_ZN4absl7debian35Mutex8LockWhenERKNS0_9ConditionE, m, m, (m, FOSSE_TOLD(m, c)), Mutex* m,
           const Condition& c)
FOSSE_WRAP_BOOL(_ZN4absl7debian35Mutex19LockWhenWithTimeoutERKNS0_9ConditionENS0_8DurationE, m, m,
                (m, FOSSE_TOLD(m, c), d), Mutex* m, const Condition& c, Duration d)
FOSSE_WRAP_BOOL(_ZN4absl7debian35Mutex20LockWhenWithDeadlineERKNS0_9ConditionENS0_4TimeE, m, m,
                (m, FOSSE_TOLD(m, c), t), Mutex* m, const Condition& c, Time t)
FOSSE_WRAP(_ZN4absl7debian35Mutex14ReaderLockWhenERKNS0_9ConditionE, m, m, (m, FOSSE_TOLD(m, c)),
           Mutex* m, const Condition& c)

FOSSE_WRAP(_ZN4absl7debian37CondVar4WaitEPNS0_5MutexE, m, m, (v, m), CondVar* v, Mutex* m)
FOSSE_WRAP_BOOL(_ZN4absl7debian37CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE, m, m,
                (v, m, d), CondVar* v, Mutex* m, Duration d)
FOSSE_WRAP_BOOL(_ZN4absl7debian37CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE, m, m, (v, m, t),
                CondVar* v, Mutex* m, Time t)

// HasBeenNotified() is not among them: it gets the address of a private member.
FOSSE_WRAP(_ZN4absl7debian312Notification6NotifyEv, n, kNone, (n), Notification* n)
FOSSE_WRAP(_ZNK4absl7debian312Notification19WaitForNotificationEv, kNone, n, (n), Notification* n)
FOSSE_WRAP_BOOL(_ZNK4absl7debian312Notification30WaitForNotificationWithTimeoutENS0_8DurationE,
                kNone, n, (n, d), Notification* n, Duration d)
FOSSE_WRAP_BOOL(_ZNK4absl7debian312Notification31WaitForNotificationWithDeadlineENS0_4TimeE, kNone,
                n, (n, t), Notification* n, Time t)
