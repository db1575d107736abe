#ifndef FOSSE_ADAPTERS_FHIR_TURNS_H_
#define FOSSE_ADAPTERS_FHIR_TURNS_H_

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace fosse::adapters::fhir {

// What has one name is done one after another, in the order in which it came; what has different
// names waits for nothing. So the second of two requests under one X-Request-Id finds the outcome
// of the first. Thread-safe. Owned by shared_ptr: it lives on while something is under way.
class Turns : public std::enable_shared_from_this<Turns> {
 public:
  // Called once when it is done, from any thread.
  using Done = std::function<void()>;
  using Work = std::function<void(Done)>;

  // At once, or on the thread that ends what is before it.
  void Take(const std::string& name, Work work);

 private:
  void End(const std::string& name);

  absl::Mutex mutex_;
  // By name of what is under way: what waits.
  std::map<std::string, std::deque<Work>> waiting_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace fosse::adapters::fhir

#endif  // FOSSE_ADAPTERS_FHIR_TURNS_H_
