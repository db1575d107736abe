#ifndef FOSSE_STORE_SQLITE_FILE_GUARD_H_
#define FOSSE_STORE_SQLITE_FILE_GUARD_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace fosse::store {

// Holds a database file for one holder at a time, and knows whether the last one stopped in order.
//
// Beside the database, PATH.lock is locked (flock) while held; it reads "running PID" while
// somebody has it, and "stopped" after an orderly stop. Not thread-safe. Closing it lets go.
class FileGuard {
 public:
  // Makes the file, empty and with mode 0600, where there is none. All errors come at once, never
  // after waiting, and are FAILED_PRECONDITION with the reasons
  //   STORE_DIRECTORY_MISSING  its directory is not there (and is not made).
  //   STORE_WRONG_OWNER        directory, database or lock belong to somebody else.
  //   STORE_UNSAFE_MODE        group or others may read or write the database.
  //   STORE_NOT_WRITABLE       with `errno`: a read-only file system, for one.
  //   STORE_IN_USE             with `holderPid`, 0 where it cannot be told.
  static absl::StatusOr<std::unique_ptr<FileGuard>> Take(const std::string& path);
  ~FileGuard();
  FileGuard(const FileGuard&) = delete;
  FileGuard& operator=(const FileGuard&) = delete;

  // The database, with its directory resolved.
  const std::string& path() const { return path_; }
  // The file was empty, or had to be made.
  bool is_new() const { return is_new_; }
  // The last holder did not say that it stopped in order, or nobody knows.
  bool unclean() const { return unclean_; }

  // Writes the log that the last holder left into fresh blocks and syncs them. After a failed sync
  // the system may show bytes that never reached the disk, and a later sync of the same file says
  // nothing about them; bytes written anew are either synced or an error. Before opening SQLite.
  absl::Status RewriteLog();

  // To be said once everything is on the disk.
  void MarkStopped();

 private:
  FileGuard(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  absl::Status TakeLock();
  absl::Status TakeDatabase();
  absl::Status Mark(const std::string& words);

  const std::string path_;
  const int lock_;
  bool is_new_ = false;
  bool unclean_ = true;
};

}  // namespace fosse::store

#endif  // FOSSE_STORE_SQLITE_FILE_GUARD_H_
