#include "engine/breadcrumb.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>

#include "base/status.h"

namespace fosse::engine {

struct Breadcrumb::File {
  struct Suspicion {
    Digest key;
    uint32_t crashes;
  };
  std::atomic<uint32_t> deciding;  // 1 while `current` is being decided.
  Digest current;
  uint32_t next;  // Place of the next suspect.
  Suspicion suspects[kMaxSuspects];
};

absl::StatusOr<std::unique_ptr<Breadcrumb>> Breadcrumb::Open(absl::string_view path) {
  if (path.empty()) return std::unique_ptr<Breadcrumb>(new Breadcrumb(nullptr));
  const int fd = open(std::string(path).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  void* bytes = MAP_FAILED;
  if (fd >= 0 && ftruncate(fd, sizeof(File)) == 0) {
    bytes = mmap(nullptr, sizeof(File), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  }
  if (fd >= 0) close(fd);
  if (bytes == MAP_FAILED) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "BREADCRUMB_UNUSABLE",
                     "the file that remembers crashes cannot be opened");
  }
  std::unique_ptr<Breadcrumb> crumb(new Breadcrumb(static_cast<File*>(bytes)));
  File& file = *crumb->file_;
  file.next %= kMaxSuspects;
  if (file.deciding == 1) crumb->Suspect(file.current);
  file.deciding = 0;
  return crumb;
}

Breadcrumb::~Breadcrumb() {
  if (file_ != nullptr) munmap(file_, sizeof(File));
}

bool Breadcrumb::IsQuarantined(const Digest& message_key) const {
  if (file_ == nullptr) return false;
  for (const File::Suspicion& suspicion : file_->suspects) {
    if (suspicion.crashes >= kMaxCrashes && suspicion.key == message_key) return true;
  }
  return false;
}

void Breadcrumb::Lay(const Digest& message_key) {
  if (file_ == nullptr) return;
  file_->current = message_key;
  file_->deciding.store(1, std::memory_order_release);
}

void Breadcrumb::TakeUp() {
  if (file_ == nullptr) return;
  file_->deciding.store(0, std::memory_order_release);
  for (File::Suspicion& suspicion : file_->suspects) {
    if (suspicion.crashes > 0 && suspicion.key == file_->current) suspicion.crashes = 0;
  }
}

void Breadcrumb::Suspect(const Digest& message_key) {
  for (File::Suspicion& suspicion : file_->suspects) {
    if (suspicion.crashes > 0 && suspicion.key == message_key) {
      ++suspicion.crashes;
      return;
    }
  }
  file_->suspects[file_->next] = {message_key, 1};
  file_->next = (file_->next + 1) % kMaxSuspects;
}

}  // namespace fosse::engine
