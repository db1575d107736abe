#ifndef FOSSE_AUDIT_EXPORT_H_
#define FOSSE_AUDIT_EXPORT_H_

#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/tree.h"
#include "base/crypto.h"

namespace fosse::audit {

// The trail as a file that proves itself (AUD-08): NDJSON in one exact form, described in
// docs/formats/export.md. A manifest; each entry's leaf with its hash; after every 256th entry, and
// after the last, the hash of that block; the checkpoint. Hashes are there so that a verifier can
// name what was changed; only the checkpoint is evidence.

// Blocks end where index + 1 is a multiple of this, and with the last entry.
inline constexpr uint64_t kExportBlock = 256;
// Longest line that is read, line break included.
inline constexpr size_t kMaxExportLine = 1 << 18;

struct ExportManifest {
  std::string origin;
  std::string locality;
  uint64_t from = 0;   // First entry.
  uint64_t count = 0;  // Entries; from + count is the size that the checkpoint signs.
  // RightEdge::hashes() of the tree of `from` leaves; empty for an export from 0.
  std::vector<Digest> before;
  std::string verifier_key;  // For the reader's convenience; never to be trusted.
};

// Writes an export, line by line. To export over the wire without keeping it in memory: get the
// latest checkpoint first (its size is the count), then that many leaves, then Finish() with that
// same checkpoint. Not thread-safe.
class ExportWriter {
 public:
  using Sink = std::function<void(absl::string_view line)>;  // Line break included.

  // Writes the manifest. INVALID_ARGUMENT, reason EXPORT_INVALID: origin, locality or key would not
  // be read back, or `before` does not have the hashes of `from`.
  static absl::StatusOr<ExportWriter> Begin(const ExportManifest& manifest, Sink sink);

  // The next leaf. FAILED_PRECONDITION, reason EXPORT_INVALID, when there are more than the count.
  absl::Status Add(absl::string_view leaf);
  // The end. FAILED_PRECONDITION, reason EXPORT_INVALID, when there are fewer than the count.
  absl::Status Finish(absl::string_view checkpoint_note);

 private:
  ExportWriter(const ExportManifest& manifest, Sink sink)
      : sink_(std::move(sink)), next_(manifest.from), end_(manifest.from + manifest.count) {}
  void EndBlock();

  Sink sink_;
  uint64_t next_;
  uint64_t end_;
  RightEdge block_;
  std::string line_;
};

struct ExportEntry {
  uint64_t index = 0;
  Digest hash{};
  absl::string_view leaf;  // Until the next Read().
};

struct ExportBlock {
  uint64_t block = 0;  // Its last index divided by kExportBlock.
  Digest root{};
};

struct ExportEnd {
  std::string checkpoint;
};

using ExportLine = std::variant<ExportManifest, ExportEntry, ExportBlock, ExportEnd>;

// Reads the form of an export as a stream, and nothing more: order, hashes and signature are the
// verifier's to check. Strict: a line of ours has one form, byte for byte. Not thread-safe.
class ExportReader {
 public:
  // `file` outlives the reader.
  explicit ExportReader(std::istream& file) : file_(file), buffer_(kMaxExportLine) {}

  // The next line. INVALID_ARGUMENT, reason EXPORT_LINE_INVALID, metadata `line`; DATA_LOSS, reason
  // EXPORT_CUT_SHORT, metadata `line`, where the file ends. The last line of an export is
  // ExportEnd.
  absl::StatusOr<ExportLine> Read();
  // OK at the end of the file. INVALID_ARGUMENT, reason EXPORT_LINE_INVALID, where more follows.
  absl::Status ExpectEnd();

  // Number of the line that was read last; the first is 1.
  uint64_t line() const { return line_; }

 private:
  std::istream& file_;
  std::vector<char> buffer_;
  std::string leaf_;
  uint64_t line_ = 0;
};

}  // namespace fosse::audit

#endif  // FOSSE_AUDIT_EXPORT_H_
