#ifndef FOSSE_AUDIT_DETAILS_H_
#define FOSSE_AUDIT_DETAILS_H_

#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/leaf.h"
#include "fosse/v1/audit.pb.h"
#include "fosse/v1/trail.pb.h"

namespace fosse::audit {

// The companion of an export (audit/export.h): the opened details of its entries, and the rulebooks
// that decided them. The export itself holds no person and may be published; this file holds
// persons in clear to whoever reads it, so it is a file of its own. NDJSON in one exact form,
// described in docs/formats/details.md.

// Longest line that is read: a rulebook, or the detail of a message with its native bytes.
inline constexpr size_t kMaxDetailsLine = 8 << 20;

struct DetailsManifest {
  std::string origin;
  std::string locality;
  uint64_t from = 0;
  uint64_t count = 0;
};

// Writes the file, line by line: manifest, rulebooks, details in order, end. Not thread-safe.
class DetailsWriter {
 public:
  using Sink = std::function<void(absl::string_view line)>;  // Line break included.

  // `manifest` has an origin and locality that need no escaping, else it aborts.
  DetailsWriter(const DetailsManifest& manifest, Sink sink);

  void Add(const v1::KeptRulebook& rulebook);
  // FAILED_PRECONDITION, reason DETAILS_INVALID: not the next index, or more than the count.
  absl::Status Add(const v1::OpenedDetail& detail);
  // FAILED_PRECONDITION, reason DETAILS_INVALID: fewer than the count.
  absl::Status Finish();

 private:
  Sink sink_;
  uint64_t next_;
  uint64_t end_;
};

struct DetailsEnd {
  uint64_t end = 0;  // From + count of the manifest.
};

using DetailsLine = std::variant<DetailsManifest, v1::KeptRulebook, v1::OpenedDetail, DetailsEnd>;

// Reads the file as a stream. Strict: a line has one form, byte for byte. Order and contents are
// the verifier's to check. Not thread-safe.
class DetailsReader {
 public:
  // `file` outlives the reader.
  explicit DetailsReader(std::istream& file) : file_(file) {}

  // The next line. INVALID_ARGUMENT, reason DETAILS_LINE_INVALID, metadata `line`; DATA_LOSS,
  // reason DETAILS_CUT_SHORT, metadata `line`, where the file ends. The last line is DetailsEnd.
  absl::StatusOr<DetailsLine> Read();

  // Whether nothing follows the line read last.
  bool AtEnd() { return file_.peek() == std::char_traits<char>::eof(); }

  uint64_t line() const { return line_; }

 private:
  absl::StatusOr<std::string> ReadText();

  std::istream& file_;
  uint64_t line_ = 0;
};

// The detail itself, where it is the very one that the leaf commits to, about the very record.
// `opened.state` is PRESENT. DATA_LOSS, metadata `entry`: DETAIL_DIFFERS, other sealed bytes or
// another subject; SEAL_BROKEN, the key does not open them.
absl::StatusOr<v1::EntryDetail> OpenDetail(const LeafParts& leaf, const v1::OpenedDetail& opened);

// The detail without its leaf: for looking over a trail, where nothing is to be proved. DATA_LOSS,
// reason SEAL_BROKEN, metadata `entry`.
absl::StatusOr<v1::EntryDetail> OpenDetail(const v1::OpenedDetail& opened);

}  // namespace fosse::audit

#endif  // FOSSE_AUDIT_DETAILS_H_
