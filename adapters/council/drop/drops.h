#ifndef FOSSE_ADAPTERS_COUNCIL_DROP_DROPS_H_
#define FOSSE_ADAPTERS_COUNCIL_DROP_DROPS_H_

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "adapters/council/columns/column_map.h"
#include "adapters/council/drop/folder.h"
#include "adapters/council/drop/snapshots.h"
#include "adapters/kit/adapter.h"

namespace fosse::adapters::council {

// The drop folders of the config, each watched by a thread of its own: docs/adapters/council.md.
// Stops between two rows when it goes.
class Drops {
 public:
  // FAILED_PRECONDITION, reasons COLUMN_MAP_INVALID, DROP_FOLDER_UNUSABLE; UNAVAILABLE,
  // SNAPSHOTS_FAILED. `adapter` must outlive it.
  static absl::StatusOr<std::unique_ptr<Drops>> Start(Adapter& adapter);
  ~Drops();

 private:
  struct One {
    FolderDrop config;
    std::unique_ptr<const ColumnMap> map;  // Null: documents alone.
    std::unique_ptr<DropFolder> folder;
    std::unique_ptr<Snapshots> snapshots;
    std::thread thread;
  };
  Drops(Adapter& adapter, std::string key) : adapter_(adapter), key_(std::move(key)) {}
  absl::Status Add(const FolderDrop& config);
  void Watch(One& one);
  absl::Status Take(One& one, ClaimedFile& file);

  Adapter& adapter_;
  const std::string key_;  // Of the digests that snapshots keep.
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<One>> drops_;
};

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_DROP_DROPS_H_
