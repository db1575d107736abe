#include "gateway/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/status.h"

namespace fosse::gateway {
namespace {

absl::Status Unwritable() {
  return MakeError(absl::StatusCode::kUnavailable, "FILE_UNWRITABLE",
                   "a file of the gateway cannot be written", {{"errno", errno}});
}

bool WriteAll(int fd, const std::string& bytes) {
  size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t n = write(fd, bytes.data() + written, bytes.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    written += static_cast<size_t>(n);
  }
  return fsync(fd) == 0;
}

// The rename itself is durable only once its folder is.
bool SyncFolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool synced = fsync(fd) == 0;
  close(fd);
  return synced;
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t most_bytes) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return errno == ENOENT
               ? MakeError(absl::StatusCode::kNotFound, "FILE_MISSING", "there is no such file")
               : MakeError(absl::StatusCode::kUnavailable, "FILE_UNREADABLE",
                           "the file cannot be read", {{"errno", errno}});
  }
  std::string bytes;
  char buffer[16384];
  ssize_t n = 0;
  while (bytes.size() <= most_bytes && (n = read(fd, buffer, sizeof(buffer))) > 0) {
    bytes.append(buffer, static_cast<size_t>(n));
  }
  close(fd);
  if (n < 0 || bytes.size() > most_bytes) {
    return MakeError(absl::StatusCode::kUnavailable, "FILE_UNREADABLE",
                     "the file cannot be read, or is too long", {{"mostBytes", most_bytes}});
  }
  return bytes;
}

absl::Status ReplaceFile(const std::string& path, const std::string& bytes) {
  const std::string beside = path + ".new";
  const int fd = open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return Unwritable();
  const bool written = WriteAll(fd, bytes);
  close(fd);
  if (!written || std::rename(beside.c_str(), path.c_str()) != 0 || !SyncFolderOf(path)) {
    return Unwritable();
  }
  return absl::OkStatus();
}

absl::Status MakeFolder(const std::string& path) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return Unwritable();
  return absl::OkStatus();
}

}  // namespace fosse::gateway
