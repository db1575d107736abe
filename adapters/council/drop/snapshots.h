#ifndef FOSSE_ADAPTERS_COUNCIL_DROP_SNAPSHOTS_H_
#define FOSSE_ADAPTERS_COUNCIL_DROP_SNAPSHOTS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

struct sqlite3;

namespace fosse::adapters::council {

// What a council's extracts have said so far, by digest: a later extract that says the same of the
// same thing says nothing new. Nothing of a person is kept: the digests are keyed by whoever makes
// them. One SQLite file; may be open in several processes. Not thread-safe.
//
// Errors: UNAVAILABLE, reason SNAPSHOTS_FAILED.
class Snapshots {
 public:
  struct Known {
    std::string content;   // 32 bytes: what was said last.
    uint64_t version = 0;  // How often something new was said of it.
    std::string source;    // 32 bytes: the row that said so.
  };

  static absl::StatusOr<std::unique_ptr<Snapshots>> Open(const std::string& path);
  ~Snapshots();

  // `about` is 32 bytes.
  absl::StatusOr<std::optional<Known>> Find(const std::string& about);
  // A crash of the machine may lose the last of these: the row is then said again, as the same
  // message.
  absl::Status Keep(const std::string& about, const Known& known);

 private:
  explicit Snapshots(sqlite3* database) : database_(database) {}
  sqlite3* const database_;
};

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_DROP_SNAPSHOTS_H_
