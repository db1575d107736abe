#include "base/fault_point.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace fosse {
namespace {

std::atomic<const std::string*> armed_directory{nullptr};

}  // namespace

void ArmFaultPoints(std::string directory) {
  const std::string* none = nullptr;
  // Never freed: any thread may pass a fault point until the process ends.
  FOSSE_CHECK(armed_directory.compare_exchange_strong(none, new std::string(std::move(directory))));
}

void FaultPoint(Code name) {
  const std::string* const directory = armed_directory.load(std::memory_order_acquire);
  if (directory == nullptr) return;
  // Removing is the test for its presence: of two threads that come by, one dies for both.
  if (unlink(absl::StrCat(*directory, "/", name.text()).c_str()) == 0) {
    kill(getpid(), SIGKILL);
    pause();  // Nothing past this point happens, not even in the moment before the signal.
  }
}

}  // namespace fosse
