#ifndef FOSSE_ADAPTERS_COUNCIL_DROP_FOLDER_H_
#define FOSSE_ADAPTERS_COUNCIL_DROP_FOLDER_H_

#include <sys/types.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace fosse::adapters::council {

// How a file ended.
enum class Ending { kDone, kPartDone, kFailed };

// A file that this process alone works on, until it is let go.
class ClaimedFile {
 public:
  ClaimedFile(std::string folder, std::string name, int lock)
      : folder_(std::move(folder)), name_(std::move(name)), lock_(lock) {}
  ~ClaimedFile();
  ClaimedFile(const ClaimedFile&) = delete;
  ClaimedFile& operator=(const ClaimedFile&) = delete;

  const std::string& name() const { return name_; }
  std::string path() const;
  std::string result_path() const;  // Beside it, while it is worked on.
  // Moves the result and then the file to where it ended. UNAVAILABLE, reason DROP_FOLDER_FAILED.
  absl::Status End(Ending ending);

 private:
  const std::string folder_;
  const std::string name_;
  const int lock_;
};

// A folder into which others put files, over SFTP, say:
//
//   in/          where they put them
//   working/     what is being taken, with its result so far
//   done/ part-done/ failed/   what was, with its result beside it
//
// A file is taken once it has not changed for a while, and not while its name says that it is on
// its way (.NAME, NAME.part, NAME.tmp, NAME.filepart). Links and what is no plain file are left
// alone. Several processes may work on one folder: each file is worked on by one at a time, and
// what one left when it died another takes up. Not thread-safe.
class DropFolder {
 public:
  // Makes what is missing. FAILED_PRECONDITION, reason DROP_FOLDER_UNUSABLE.
  static absl::StatusOr<std::unique_ptr<DropFolder>> Open(const std::string& path,
                                                          absl::Duration settle);

  // The next file to work on, one left in working/ first; null: there is none.
  std::unique_ptr<ClaimedFile> Next(absl::Time now);

 private:
  struct Seen {
    off_t size = 0;
    timespec changed{};
    absl::Time since;
  };
  DropFolder(std::string path, absl::Duration settle) : path_(std::move(path)), settle_(settle) {}
  std::unique_ptr<ClaimedFile> Lock(const std::string& name);
  bool IsSettled(const std::string& name, absl::Time now);
  void FinishMoves(const std::string& name);

  const std::string path_;
  const absl::Duration settle_;
  std::map<std::string, Seen> seen_;
};

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_DROP_FOLDER_H_
