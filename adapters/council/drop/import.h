#ifndef FOSSE_ADAPTERS_COUNCIL_DROP_IMPORT_H_
#define FOSSE_ADAPTERS_COUNCIL_DROP_IMPORT_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "adapters/council/drop/result_file.h"
#include "adapters/council/drop/snapshots.h"
#include "adapters/council/file_reading.h"
#include "adapters/kit/answer.h"

namespace fosse::adapters::council {

// What surrounds the import of one file.
struct ImportDeps {
  Snapshots& snapshots;
  // A keyed digest of 32 bytes: what snapshots keep tells nothing without the key.
  std::function<std::string(absl::string_view)> digest;
  // Has the gateway decide; calls back once, from any thread.
  std::function<void(v1::Envelope, std::function<void(Answer)>)> hand;
  // Keeps what the contract has no message for.
  std::function<absl::Status(const std::string& sender, const ServiceEpisode&)> keep_episode;
  const std::atomic<bool>& stopping;
};

struct ImportCounts {
  uint64_t taken = 0;    // Rows of the result that were not refused.
  uint64_t refused = 0;  // And that were.
};

// Takes what a file says that was not said before, and tells what became of each row, in the order
// of the lines; some rows are under way at once, never two about one person. Goes on after the last
// line that `result` holds: what was taken already is taken as the same message again, and has no
// second effect. `name` stands for this dropping of the file.
//
// UNAVAILABLE: reason IMPORT_STOPPED, NOT_KEPT (try again later), or of the parts.
absl::StatusOr<ImportCounts> ImportFile(FileReading& file, const std::string& name,
                                        const std::string& sender, const ImportDeps& deps,
                                        ResultFile& result);

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_DROP_IMPORT_H_
