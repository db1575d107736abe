#include "audit/export.h"

#include <bit>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "audit/checkpoint.h"
#include "audit/leaf.h"
#include "audit/line_scanner.h"
#include "base/encoding.h"
#include "base/status.h"

namespace fosse::audit {
namespace {

absl::Status Misuse(absl::string_view sentence) {
  return MakeError(absl::StatusCode::kFailedPrecondition, "EXPORT_INVALID", sentence);
}

absl::Status LineInvalid(uint64_t line, absl::string_view sentence) {
  return MakeError(absl::StatusCode::kInvalidArgument, "EXPORT_LINE_INVALID", sentence,
                   {{"line", line}});
}

std::string ManifestLine(const ExportManifest& manifest) {
  const auto quoted = [](std::string* out, const Digest& hash) {
    absl::StrAppend(out, "\"", Base64(hash), "\"");
  };
  return absl::StrCat("{\"format\":\"fosse-trail/1\",\"origin\":\"", manifest.origin,
                      "\",\"locality\":\"", manifest.locality, "\",\"from\":", manifest.from,
                      ",\"count\":", manifest.count, ",\"before\":[",
                      absl::StrJoin(manifest.before, ",", quoted), "],\"key\":\"",
                      manifest.verifier_key, "\"}\n");
}

bool ReadManifest(absl::string_view line, ExportManifest* manifest) {
  LineScanner scan(line);
  absl::string_view origin;
  absl::string_view locality;
  if (!scan.Skip("{\"format\":\"fosse-trail/1\",\"origin\":\"") || !scan.Until('"', &origin) ||
      !scan.Skip(",\"locality\":\"") || !scan.Until('"', &locality) || !scan.Skip(",\"from\":") ||
      !scan.Number(&manifest->from) || !scan.Skip(",\"count\":") ||
      !scan.Number(&manifest->count) || !scan.Skip(",\"before\":[")) {
    return false;
  }
  const int hashes = std::popcount(manifest->from);
  for (int i = 0; i < hashes; ++i) {
    absl::string_view text;
    if (!scan.Skip(i == 0 ? "\"" : ",\"") || !scan.Until('"', &text) ||
        !ReadDigest(text, &manifest->before.emplace_back())) {
      return false;
    }
  }
  absl::string_view key;
  if (!scan.Skip("],\"key\":\"") || !scan.Until('"', &key) || !scan.Skip("}") || !scan.AtEnd()) {
    return false;
  }
  manifest->origin = std::string(origin);
  manifest->locality = std::string(locality);
  manifest->verifier_key = std::string(key);
  // Localities are written by the same rule as origins, so that no text needs escaping.
  return IsOrigin(origin) && IsOrigin(locality) && manifest->from <= UINT64_MAX - manifest->count &&
         ParseVerifierKey(key).ok();
}

// `leaf` holds the bytes that the entry then points to.
bool ReadEntry(absl::string_view line, std::string* leaf, ExportEntry* entry) {
  LineScanner scan(line);
  absl::string_view hash;
  absl::string_view text;
  if (!scan.Skip("{\"index\":") || !scan.Number(&entry->index) || !scan.Skip(",\"hash\":\"") ||
      !scan.Until('"', &hash) || !ReadDigest(hash, &entry->hash) || !scan.Skip(",\"leaf\":\"") ||
      !scan.Until('"', &text) || !ReadBase64(text, leaf) || !scan.Skip("}") || !scan.AtEnd()) {
    return false;
  }
  entry->leaf = *leaf;
  return true;
}

bool ReadBlock(absl::string_view line, ExportBlock* block) {
  LineScanner scan(line);
  absl::string_view root;
  return scan.Skip("{\"block\":") && scan.Number(&block->block) && scan.Skip(",\"root\":\"") &&
         scan.Until('"', &root) && ReadDigest(root, &block->root) && scan.Skip("}") && scan.AtEnd();
}

// A note has line breaks, and may have quotes and backslashes in lines that are not ours.
std::string Escaped(absl::string_view note) {
  std::string text;
  for (const char c : note) {
    if (c == '\n') {
      text.append("\\n");
      continue;
    }
    if (c == '"' || c == '\\') text.push_back('\\');
    text.push_back(c);
  }
  return text;
}

bool ReadEnd(absl::string_view line, ExportEnd* end) {
  LineScanner scan(line);
  if (!scan.Skip("{\"checkpoint\":\"")) return false;
  const absl::string_view rest = scan.rest();
  for (size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == '"') return rest.substr(i) == "\"}";
    if (rest[i] != '\\') {
      end->checkpoint.push_back(rest[i]);
      continue;
    }
    if (++i == rest.size()) return false;
    if (rest[i] != 'n' && rest[i] != '"' && rest[i] != '\\') return false;
    end->checkpoint.push_back(rest[i] == 'n' ? '\n' : rest[i]);
  }
  return false;
}

}  // namespace

absl::StatusOr<ExportWriter> ExportWriter::Begin(const ExportManifest& manifest, Sink sink) {
  const std::string line = ManifestLine(manifest);
  // What the reader would not give back as it was must not be written.
  ExportManifest read;
  if (manifest.before.size() != std::popcount(manifest.from) ||
      !ReadManifest(absl::string_view(line).substr(0, line.size() - 1), &read)) {
    return MakeError(absl::StatusCode::kInvalidArgument, "EXPORT_INVALID",
                     "manifest of the export cannot be written");
  }
  sink(line);
  return ExportWriter(manifest, std::move(sink));
}

absl::Status ExportWriter::Add(absl::string_view leaf) {
  if (next_ == end_) return Misuse("export has more entries than its manifest says");
  if (leaf.size() > kMaxLeafSize) return Misuse("leaf is too large to export");
  const Digest hash = LeafHash(leaf);
  line_.clear();
  absl::StrAppend(&line_, "{\"index\":", next_, ",\"hash\":\"", Base64(hash), "\",\"leaf\":\"",
                  Base64(leaf), "\"}\n");
  sink_(line_);
  block_.Append(hash);
  ++next_;
  if (next_ % kExportBlock == 0) EndBlock();
  return absl::OkStatus();
}

void ExportWriter::EndBlock() {
  sink_(absl::StrCat("{\"block\":", (next_ - 1) / kExportBlock, ",\"root\":\"",
                     Base64(block_.Root()), "\"}\n"));
  block_ = RightEdge();
}

absl::Status ExportWriter::Finish(absl::string_view checkpoint_note) {
  if (next_ != end_) return Misuse("export has fewer entries than its manifest says");
  if (block_.size() > 0) EndBlock();
  sink_(absl::StrCat("{\"checkpoint\":\"", Escaped(checkpoint_note), "\"}\n"));
  return absl::OkStatus();
}

absl::StatusOr<ExportLine> ExportReader::Read() {
  ++line_;
  file_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  const size_t taken = static_cast<size_t>(file_.gcount());
  if (file_.eof()) {  // Also where the last line has lost its line break.
    return MakeError(absl::StatusCode::kDataLoss, "EXPORT_CUT_SHORT",
                     "file ends before the checkpoint of the export", {{"line", line_}});
  }
  if (!file_.good()) return LineInvalid(line_, "line is longer than any line of an export");
  const absl::string_view line(buffer_.data(), taken - 1);
  if (absl::StartsWith(line, "{\"index\":")) {
    ExportEntry entry;
    if (ReadEntry(line, &leaf_, &entry)) return entry;
  } else if (absl::StartsWith(line, "{\"block\":")) {
    ExportBlock block;
    if (ReadBlock(line, &block)) return block;
  } else if (absl::StartsWith(line, "{\"format\":")) {
    ExportManifest manifest;
    if (ReadManifest(line, &manifest)) return manifest;
  } else {
    ExportEnd end;
    if (ReadEnd(line, &end)) return end;
  }
  return LineInvalid(line_, "line does not have the form of an export");
}

absl::Status ExportReader::ExpectEnd() {
  if (file_.peek() == std::char_traits<char>::eof()) return absl::OkStatus();
  return LineInvalid(line_ + 1, "more follows the checkpoint of the export");
}

}  // namespace fosse::audit
