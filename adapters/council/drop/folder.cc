#include "adapters/council/drop/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/fault_point.h"
#include "base/status.h"

namespace fosse::adapters::council {
namespace {

constexpr char kResult[] = ".result.csv";
constexpr size_t kLongestName = 200;  // Of 255 bytes that file systems have.
constexpr const char* kFolders[] = {"in", "working", "done", "part-done", "failed"};

absl::Status Failed() {
  return MakeError(
      absl::StatusCode::kUnavailable, "DROP_FOLDER_FAILED",
      "a file of the drop folder cannot be moved; look at the folder's owner and disk");
}

const char* FolderOf(Ending ending) {
  switch (ending) {
    case Ending::kDone:
      return "done";
    case Ending::kPartDone:
      return "part-done";
    case Ending::kFailed:
      return "failed";
  }
  return "failed";
}

// A name that another process may have put there is never replaced.
bool Move(const std::string& from, const std::string& to) {
  return renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0;
}

bool IsPlainFile(const std::string& path, struct stat& about) {
  return lstat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode) && about.st_nlink == 1;
}

// Plain names, in order.
std::vector<std::string> NamesIn(const std::string& path) {
  std::vector<std::string> names;
  DIR* const folder = opendir(path.c_str());
  if (folder == nullptr) return names;
  while (const dirent* const entry = readdir(folder)) names.emplace_back(entry->d_name);
  closedir(folder);
  std::sort(names.begin(), names.end());
  return names;
}

bool IsOnItsWay(const std::string& name) {
  if (name.empty() || name[0] == '.') return true;
  for (const char* ending : {".part", ".tmp", ".filepart", ".crdownload"}) {
    if (absl::EndsWithIgnoreCase(name, ending)) return true;
  }
  return false;
}

// The time of taking keeps apart what comes under one name each day. Of a long name the end is
// kept, so that its result has a name too; and no file has the name of a result.
std::string NameTaken(const std::string& name, absl::Time now) {
  return absl::StrCat(absl::FormatTime("%Y%m%dT%H%M%E3SZ-", now, absl::UTCTimeZone()),
                      name.substr(name.size() - std::min(name.size(), kLongestName)),
                      absl::EndsWith(name, kResult) ? ".csv" : "");
}

}  // namespace

ClaimedFile::~ClaimedFile() { close(lock_); }

std::string ClaimedFile::path() const { return absl::StrCat(folder_, "/working/", name_); }
std::string ClaimedFile::result_path() const { return absl::StrCat(path(), kResult); }

absl::Status ClaimedFile::End(Ending ending) {
  const std::string to = absl::StrCat(folder_, "/", FolderOf(ending), "/", name_);
  // The result first: a file that is found in working/ beside a result elsewhere only needs moving.
  if (!Move(result_path(), absl::StrCat(to, kResult))) return Failed();
  FaultPoint("drop_between_moves");
  return Move(path(), to) ? absl::OkStatus() : Failed();
}

absl::StatusOr<std::unique_ptr<DropFolder>> DropFolder::Open(const std::string& path,
                                                             absl::Duration settle) {
  const auto make = [](const std::string& folder) {
    struct stat about = {};
    return mkdir(folder.c_str(), 0770) == 0 ||
           (errno == EEXIST && lstat(folder.c_str(), &about) == 0 && S_ISDIR(about.st_mode));
  };
  bool made = make(path);
  for (const char* folder : kFolders) made = made && make(absl::StrCat(path, "/", folder));
  if (!made || access(absl::StrCat(path, "/working").c_str(), R_OK | W_OK | X_OK) != 0) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "DROP_FOLDER_UNUSABLE",
                     "the drop folder cannot be made or used; check its path and owner");
  }
  return std::unique_ptr<DropFolder>(new DropFolder(path, settle));
}

// The file in working/, if nobody works on it.
std::unique_ptr<ClaimedFile> DropFolder::Lock(const std::string& name) {
  const std::string path = absl::StrCat(path_, "/working/", name);
  const int lock = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (lock < 0) return nullptr;
  auto claimed = std::make_unique<ClaimedFile>(path_, name, lock);
  struct stat held = {};
  struct stat there = {};
  // Locked, and still there: whoever had it before may have moved it meanwhile.
  if (flock(lock, LOCK_EX | LOCK_NB) != 0 || fstat(lock, &held) != 0 || !IsPlainFile(path, there) ||
      held.st_ino != there.st_ino || held.st_dev != there.st_dev) {
    return nullptr;
  }
  return claimed;
}

bool DropFolder::IsSettled(const std::string& name, absl::Time now) {
  struct stat about = {};
  if (!IsPlainFile(absl::StrCat(path_, "/in/", name), about)) {
    seen_.erase(name);
    return false;
  }
  Seen& seen = seen_[name];
  const bool same = seen.size == about.st_size && seen.changed.tv_sec == about.st_mtim.tv_sec &&
                    seen.changed.tv_nsec == about.st_mtim.tv_nsec;
  if (!same) seen = {.size = about.st_size, .changed = about.st_mtim, .since = now};
  return same && now - seen.since >= settle_;
}

// A crash between the two moves at the end.
void DropFolder::FinishMoves(const std::string& name) {
  for (const Ending ending : {Ending::kDone, Ending::kPartDone, Ending::kFailed}) {
    const std::string to = absl::StrCat(path_, "/", FolderOf(ending), "/", name);
    if (access(absl::StrCat(to, kResult).c_str(), F_OK) != 0) continue;
    Move(absl::StrCat(path_, "/working/", name), to);
  }
}

std::unique_ptr<ClaimedFile> DropFolder::Next(absl::Time now) {
  for (const std::string& name : NamesIn(absl::StrCat(path_, "/working"))) {
    if (IsOnItsWay(name) || absl::EndsWith(name, kResult)) continue;
    if (std::unique_ptr<ClaimedFile> claimed = Lock(name); claimed != nullptr) {
      FinishMoves(name);
      if (access(claimed->path().c_str(), F_OK) == 0) return claimed;
    }
  }
  for (const std::string& name : NamesIn(absl::StrCat(path_, "/in"))) {
    if (IsOnItsWay(name) || !IsSettled(name, now)) continue;
    const std::string as = NameTaken(name, now);
    if (!Move(absl::StrCat(path_, "/in/", name), absl::StrCat(path_, "/working/", as))) continue;
    seen_.erase(name);
    if (std::unique_ptr<ClaimedFile> claimed = Lock(as); claimed != nullptr) return claimed;
  }
  return nullptr;
}

}  // namespace fosse::adapters::council
