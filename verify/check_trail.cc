#include "verify/check_trail.h"

#include <utility>
#include <variant>

#include "audit/checkpoint.h"
#include "audit/export.h"
#include "audit/leaf.h"
#include "audit/tree.h"
#include "base/status.h"

namespace fosse::verify {
namespace {

absl::Status Fault(absl::string_view reason, absl::string_view sentence,
                   std::initializer_list<Metadata> where) {
  return MakeError(absl::StatusCode::kDataLoss, reason, sentence, where);
}

// What is known after some lines of an export.
class TrailCheck {
 public:
  TrailCheck(audit::ExportReader& reader, const TrailTerms& terms, const LookAtLeaf& look)
      : reader_(reader), terms_(terms), look_(look) {}

  absl::StatusOr<TrailReport> Run();

 private:
  absl::StatusOr<audit::ExportLine> ReadLine();
  absl::Status OpenPrevious();
  absl::Status TakeManifest();
  absl::Status TakeEntry(const audit::ExportEntry& entry);
  absl::Status CheckMeaning(const audit::LeafParts& leaf);
  absl::Status TakeBlock(const audit::ExportBlock& block);
  absl::Status TakeEnd(const audit::ExportEnd& end);
  absl::Status ComparePrevious();

  uint64_t line() const { return reader_.line(); }
  uint64_t next() const { return edge_.size(); }
  uint64_t end() const { return manifest_.from + manifest_.count; }
  // A block's line is due after its last entry, before anything else.
  bool BlockIsDue() const {
    return block_.size() > 0 && (next() % audit::kExportBlock == 0 || next() == end());
  }

  audit::ExportReader& reader_;
  const TrailTerms& terms_;
  const LookAtLeaf& look_;
  audit::ExportManifest manifest_;
  std::optional<audit::Checkpoint> previous_;
  audit::RightEdge edge_;
  audit::RightEdge block_;
  int64_t first_us_ = 0;
  int64_t last_us_ = 0;
  Digest root_{};
};

absl::Status TrailCheck::OpenPrevious() {
  if (!terms_.previous.has_value()) return absl::OkStatus();
  absl::StatusOr<audit::Checkpoint> opened =
      audit::OpenCheckpoint(*terms_.previous, terms_.verifier_key);
  if (!opened.ok()) {
    return Fault("PREVIOUS_INVALID", "the earlier checkpoint is not signed by the key", {});
  }
  previous_ = *std::move(opened);
  return absl::OkStatus();
}

absl::Status TrailCheck::TakeManifest() {
  FOSSE_ASSIGN_OR_RETURN(audit::ExportLine first, reader_.Read());
  if (!std::holds_alternative<audit::ExportManifest>(first)) {
    return Fault("LINE_MISPLACED", "the export does not begin with its manifest",
                 {{"line", line()}});
  }
  manifest_ = std::get<audit::ExportManifest>(std::move(first));
  FOSSE_ASSIGN_OR_RETURN(const audit::VerifierKeyParts key,
                         audit::ParseVerifierKey(terms_.verifier_key));
  if (manifest_.verifier_key != terms_.verifier_key || manifest_.origin != key.name) {
    return Fault("KEY_DIFFERS", "the export is of another trail or key than the one asked about",
                 {{"line", line()}});
  }
  FOSSE_ASSIGN_OR_RETURN(edge_, audit::RightEdge::Of(manifest_.from, manifest_.before));
  if (previous_.has_value() && previous_->size > end()) {
    return Fault("TRAIL_SHRANK", "the export has fewer entries than the earlier checkpoint",
                 {{"line", line()}, {"firstEntry", end()}, {"lastEntry", previous_->size - 1}});
  }
  if (previous_.has_value() && previous_->size < manifest_.from) {
    return Fault("PREVIOUS_TOO_OLD",
                 "the export begins after the earlier checkpoint; use an export from 0",
                 {{"line", line()}});
  }
  return ComparePrevious();
}

absl::Status TrailCheck::ComparePrevious() {
  if (!previous_.has_value() || previous_->size != next() || edge_.Root() == previous_->root) {
    return absl::OkStatus();
  }
  if (next() == 0) {
    return Fault("PREVIOUS_DIFFERS", "the earlier checkpoint of an empty trail has another root",
                 {});
  }
  return Fault("PREVIOUS_DIFFERS", "entries are not those that the earlier checkpoint signed",
               {{"line", line()}, {"firstEntry", 0}, {"lastEntry", next() - 1}});
}

// The next line, of the kind that belongs here.
absl::StatusOr<audit::ExportLine> TrailCheck::ReadLine() {
  const bool entry_due = !BlockIsDue() && next() < end();
  absl::StatusOr<audit::ExportLine> read = reader_.Read();
  absl::Status status = read.status();
  if (read.ok() && (BlockIsDue() != std::holds_alternative<audit::ExportBlock>(*read) ||
                    std::holds_alternative<audit::ExportManifest>(*read))) {
    status = Fault("LINE_MISPLACED", "a line of another kind belongs here", {{"line", line()}});
  }
  if (status.ok()) return read;
  if (!entry_due) return status;
  // The reader does not know which entry it would have been.
  return Fault(ReasonOf(status), status.message(), {{"line", line()}, {"entry", next()}});
}

absl::Status TrailCheck::TakeEntry(const audit::ExportEntry& entry) {
  const uint64_t index = next();
  if (index == end()) {
    return Fault("COUNT_DIFFERS", "the export has more entries than its manifest says",
                 {{"line", line()}, {"entry", index}});
  }
  if (entry.index != index) {
    return Fault("ENTRY_OUT_OF_ORDER", "entry is missing, inserted or not in its place",
                 {{"line", line()}, {"entry", index}});
  }
  if (audit::LeafHash(entry.leaf) != entry.hash) {
    return Fault("ENTRY_CHANGED", "the entry does not have the hash beside it",
                 {{"line", line()}, {"entry", index}});
  }
  const absl::StatusOr<audit::LeafParts> leaf = audit::ParseLeaf(entry.leaf);
  if (!leaf.ok()) {
    return Fault("ENTRY_UNREADABLE", leaf.status().message(), {{"line", line()}, {"entry", index}});
  }
  FOSSE_RETURN_IF_ERROR(CheckMeaning(*leaf));
  if (look_) FOSSE_RETURN_IF_ERROR(look_(*leaf));
  edge_.Append(entry.hash);
  block_.Append(entry.hash);
  return ComparePrevious();
}

absl::Status TrailCheck::CheckMeaning(const audit::LeafParts& leaf) {
  const uint64_t index = next();
  if (leaf.index != index) {
    return Fault("ENTRY_OUT_OF_ORDER", "entry is missing, inserted or not in its place",
                 {{"line", line()}, {"entry", index}});
  }
  if (leaf.locality != manifest_.locality) {
    return Fault("LOCALITY_DIFFERS", "the entry is of another locality than the manifest says",
                 {{"line", line()}, {"entry", index}});
  }
  if (index > manifest_.from && leaf.committed_at_us < last_us_) {
    return Fault("TIME_BACKWARDS", "the entry is earlier than the one before it",
                 {{"line", line()}, {"entry", index}});
  }
  // `cause` is the causing entry plus one, so an entry that names itself has index + 1.
  if (leaf.cause > index) {
    return Fault("CAUSE_AHEAD", "the entry names a cause that does not come before it",
                 {{"line", line()}, {"entry", index}});
  }
  if (index == manifest_.from) first_us_ = leaf.committed_at_us;
  last_us_ = leaf.committed_at_us;
  return absl::OkStatus();
}

absl::Status TrailCheck::TakeBlock(const audit::ExportBlock& block) {
  const uint64_t last = next() - 1;
  if (block.block != last / audit::kExportBlock || block.root != block_.Root()) {
    return Fault("BLOCK_CHANGED", "entries of the block do not have the hash of the block",
                 {{"line", line()}, {"firstEntry", next() - block_.size()}, {"lastEntry", last}});
  }
  block_ = audit::RightEdge();
  return absl::OkStatus();
}

absl::Status TrailCheck::TakeEnd(const audit::ExportEnd& end_line) {
  if (next() != end()) {
    return Fault("COUNT_DIFFERS", "the export has fewer entries than its manifest says",
                 {{"line", line()}, {"entry", next()}});
  }
  const absl::StatusOr<audit::Checkpoint> head =
      audit::OpenCheckpoint(end_line.checkpoint, terms_.verifier_key);
  if (!head.ok()) {
    return Fault(ReasonOf(head.status()), head.status().message(), {{"line", line()}});
  }
  if (head->size != next()) {
    return Fault("SIZE_DIFFERS", "the checkpoint signs another number of entries",
                 {{"line", line()}});
  }
  root_ = edge_.Root();
  if (root_ != head->root) {
    // Every line agrees with every other, so the lines were made anew: only what an earlier
    // checkpoint vouched for is known to be right.
    const uint64_t first = previous_.has_value() ? previous_->size : 0;
    return Fault("ROOT_DIFFERS", "the entries, taken together, are not those that were signed",
                 {{"line", line()}, {"firstEntry", first}, {"lastEntry", next() - 1}});
  }
  return reader_.ExpectEnd();
}

absl::StatusOr<TrailReport> TrailCheck::Run() {
  FOSSE_RETURN_IF_ERROR(OpenPrevious());
  FOSSE_RETURN_IF_ERROR(TakeManifest());
  for (bool done = false; !done;) {
    FOSSE_ASSIGN_OR_RETURN(const audit::ExportLine line_read, ReadLine());
    const auto* entry = std::get_if<audit::ExportEntry>(&line_read);
    const auto* block = std::get_if<audit::ExportBlock>(&line_read);
    const auto* last = std::get_if<audit::ExportEnd>(&line_read);
    if (entry != nullptr) FOSSE_RETURN_IF_ERROR(TakeEntry(*entry));
    if (block != nullptr) FOSSE_RETURN_IF_ERROR(TakeBlock(*block));
    if (last != nullptr) FOSSE_RETURN_IF_ERROR(TakeEnd(*last));
    done = last != nullptr;
  }
  TrailReport report{.origin = manifest_.origin,
                     .locality = manifest_.locality,
                     .from = manifest_.from,
                     .count = manifest_.count,
                     .root = root_};
  if (manifest_.count > 0) {
    report.first = absl::FromUnixMicros(first_us_);
    report.last = absl::FromUnixMicros(last_us_);
  }
  if (previous_.has_value()) report.previous_size = previous_->size;
  return report;
}

}  // namespace

absl::StatusOr<TrailReport> CheckTrail(std::istream& file, const TrailTerms& terms) {
  return CheckTrail(file, terms, LookAtLeaf());
}

absl::StatusOr<TrailReport> CheckTrail(std::istream& file, const TrailTerms& terms,
                                       const LookAtLeaf& look) {
  audit::ExportReader reader(file);
  return TrailCheck(reader, terms, look).Run();
}

}  // namespace fosse::verify
