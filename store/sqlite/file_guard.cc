#include "store/sqlite/file_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"

namespace fosse::store {
namespace {

constexpr absl::string_view kStopped = "stopped\n";
constexpr absl::string_view kRunning = "running ";

class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {}
  ~FileDescriptor() {
    if (number_ >= 0) close(number_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int number() const { return number_; }

 private:
  const int number_;
};

absl::Status Refusal(absl::string_view reason, absl::string_view sentence) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason, sentence);
}

absl::Status NotWritable(int error) {
  return MakeError(absl::StatusCode::kFailedPrecondition, "STORE_NOT_WRITABLE",
                   "the database's directory or file cannot be written by this user",
                   {{"errno", error}});
}

absl::Status WrongOwner() {
  return Refusal("STORE_WRONG_OWNER",
                 "the database, its lock or its directory belongs to another user");
}

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// The path with its directory resolved, so that one file has one lock.
absl::StatusOr<std::string> Resolve(const std::string& path) {
  const std::string directory = DirectoryOf(path);
  char resolved[PATH_MAX];
  struct stat found;
  errno = 0;
  if (realpath(directory.c_str(), resolved) == nullptr || stat(resolved, &found) != 0 ||
      !S_ISDIR(found.st_mode)) {
    if (errno == EACCES) return NotWritable(errno);
    return Refusal("STORE_DIRECTORY_MISSING",
                   "the directory of the database does not exist; make it first");
  }
  // root may own it: volumes are often handed out that way, writable through a group.
  if (found.st_uid != geteuid() && found.st_uid != 0) return WrongOwner();
  if (faccessat(AT_FDCWD, resolved, W_OK | X_OK, AT_EACCESS) != 0) return NotWritable(errno);
  return absl::StrCat(resolved, "/", path.substr(path.rfind('/') + 1));
}

absl::Status CheckOwner(const std::string& path) {
  struct stat found;
  if (lstat(path.c_str(), &found) != 0) {
    return errno == ENOENT ? absl::OkStatus() : NotWritable(errno);
  }
  return found.st_uid == geteuid() ? absl::OkStatus() : WrongOwner();
}

std::string ReadStart(int file) {
  char buffer[64];
  const ssize_t got = pread(file, buffer, sizeof(buffer), 0);
  return std::string(buffer, got > 0 ? got : 0);
}

// The holder writes its number just after it has the lock: wait a moment for that, no longer.
int64_t HolderOf(int lock) {
  for (int attempt = 0; attempt < 20; ++attempt) {
    const std::string words = ReadStart(lock);
    absl::string_view rest = words;
    int64_t pid = 0;
    if (absl::ConsumePrefix(&rest, kRunning) && absl::SimpleAtoi(rest, &pid)) return pid;
    usleep(10'000);
  }
  return 0;
}

bool WriteAll(int file, const char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t written = write(file, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes += written;
    size -= written;
  }
  return true;
}

bool SyncDirectoryOf(const std::string& path) {
  const FileDescriptor directory(
      open(DirectoryOf(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return directory.number() >= 0 && fsync(directory.number()) == 0;
}

// Copies `from` to its end; false with errno set.
bool CopyAndSync(int from, int to) {
  std::string buffer(256 << 10, '\0');
  for (;;) {
    const ssize_t got = read(from, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) return fsync(to) == 0;
    if (!WriteAll(to, buffer.data(), got)) return false;
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<FileGuard>> FileGuard::Take(const std::string& path) {
  FOSSE_ASSIGN_OR_RETURN(const std::string resolved, Resolve(path));
  const std::string lock_path = absl::StrCat(resolved, ".lock");
  FOSSE_RETURN_IF_ERROR(CheckOwner(lock_path));
  FOSSE_RETURN_IF_ERROR(CheckOwner(resolved));
  const int lock = open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (lock < 0) return NotWritable(errno);
  std::unique_ptr<FileGuard> guard(new FileGuard(resolved, lock));
  FOSSE_RETURN_IF_ERROR(guard->TakeLock());
  FOSSE_RETURN_IF_ERROR(guard->TakeDatabase());
  FOSSE_RETURN_IF_ERROR(guard->Mark(absl::StrCat(kRunning, getpid(), "\n")));
  return guard;
}

FileGuard::~FileGuard() { close(lock_); }

absl::Status FileGuard::TakeLock() {
  if (flock(lock_, LOCK_EX | LOCK_NB) == 0) {
    unclean_ = ReadStart(lock_) != kStopped;
    return absl::OkStatus();
  }
  if (errno != EWOULDBLOCK) return NotWritable(errno);
  return MakeError(absl::StatusCode::kFailedPrecondition, "STORE_IN_USE",
                   "another process holds the database; end it first",
                   {{"holderPid", HolderOf(lock_)}});
}

absl::Status FileGuard::TakeDatabase() {
  struct stat found;
  if (lstat(path_.c_str(), &found) != 0) {
    if (errno != ENOENT) return NotWritable(errno);
    // SQLite gives the log the mode of the database.
    const FileDescriptor made(
        open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (made.number() < 0) return NotWritable(errno);
    is_new_ = true;
    return absl::OkStatus();
  }
  if (!S_ISREG(found.st_mode)) {
    return Refusal("STORE_NOT_OURS", "what stands in the database's place is no plain file");
  }
  if ((found.st_mode & 077) != 0) {
    return Refusal("STORE_UNSAFE_MODE",
                   "group or others may open the database; set its mode to 0600");
  }
  if (faccessat(AT_FDCWD, path_.c_str(), R_OK | W_OK, AT_EACCESS) != 0) return NotWritable(errno);
  is_new_ = found.st_size == 0;
  return absl::OkStatus();
}

absl::Status FileGuard::Mark(const std::string& words) {
  if (ftruncate(lock_, 0) != 0 ||
      pwrite(lock_, words.data(), words.size(), 0) != static_cast<ssize_t>(words.size()) ||
      fsync(lock_) != 0 || !SyncDirectoryOf(path_)) {
    return NotWritable(errno);
  }
  return absl::OkStatus();
}

void FileGuard::MarkStopped() {
  // Best effort: a mark that is not there costs a check at the next start.
  Mark(std::string(kStopped)).IgnoreError();
}

absl::Status FileGuard::RewriteLog() {
  const std::string log = absl::StrCat(path_, "-wal");
  const FileDescriptor from(open(log.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (from.number() < 0) return errno == ENOENT ? absl::OkStatus() : NotWritable(errno);
  const std::string fresh = absl::StrCat(log, ".fresh");
  const FileDescriptor to(
      open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (to.number() < 0) return NotWritable(errno);
  if (!CopyAndSync(from.number(), to.number()) || rename(fresh.c_str(), log.c_str()) != 0 ||
      !SyncDirectoryOf(path_)) {
    const int error = errno;
    unlink(fresh.c_str());  // Gone already, if only the last sync failed.
    return NotWritable(error);
  }
  return absl::OkStatus();
}

}  // namespace fosse::store
