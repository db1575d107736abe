#ifndef FOSSE_ENGINE_BREADCRUMB_H_
#define FOSSE_ENGINE_BREADCRUMB_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/crypto.h"

namespace fosse::engine {

// Remembers across a crash which message was being decided (CTL-32, FLT-30): a message that has the
// process die twice is not tried a third time. A small shared-memory file, so that laying a crumb
// costs no system call and still outlives the process; a power cut forgets it, and a power cut is
// no message's fault. It holds keyed hashes of message keys, nothing of a message.
//
// Not thread-safe: the committer's.
class Breadcrumb {
 public:
  // Crashes of one message after which it is refused.
  static constexpr int kMaxCrashes = 2;
  // How many suspects are kept; the oldest goes first.
  static constexpr int kMaxSuspects = 64;

  // Opens or makes the file (mode 0600), and counts the crash whose crumb still lies there. An
  // empty path: remembers nothing. FAILED_PRECONDITION, reason BREADCRUMB_UNUSABLE.
  static absl::StatusOr<std::unique_ptr<Breadcrumb>> Open(absl::string_view path);
  ~Breadcrumb();

  // Whether this message has had the process die kMaxCrashes times.
  bool IsQuarantined(const Digest& message_key) const;

  // Before deciding, and after. Taking it up also clears the message of suspicion.
  void Lay(const Digest& message_key);
  void TakeUp();

 private:
  struct File;
  explicit Breadcrumb(File* file) : file_(file) {}
  void Suspect(const Digest& message_key);

  File* const file_;  // Null: remembers nothing.
};

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_BREADCRUMB_H_
