#include "audit/details.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/checkpoint.h"
#include "audit/line_scanner.h"
#include "audit/seal.h"
#include "base/encoding.h"
#include "base/status.h"

namespace fosse::audit {
namespace {

constexpr absl::string_view kPresent = "present";
constexpr absl::string_view kRedacted = "redacted";
constexpr absl::string_view kWithheld = "withheld";

absl::Status Misuse(absl::string_view sentence) {
  return MakeError(absl::StatusCode::kFailedPrecondition, "DETAILS_INVALID", sentence);
}

absl::Status LineInvalid(uint64_t line, absl::string_view sentence) {
  return MakeError(absl::StatusCode::kInvalidArgument, "DETAILS_LINE_INVALID", sentence,
                   {{"line", line}});
}

bool ReadManifest(absl::string_view line, DetailsManifest* manifest) {
  LineScanner scan(line);
  absl::string_view origin;
  absl::string_view locality;
  if (!scan.Skip("{\"format\":\"fosse-details/1\",\"origin\":\"") || !scan.Until('"', &origin) ||
      !scan.Skip(",\"locality\":\"") || !scan.Until('"', &locality) || !scan.Skip(",\"from\":") ||
      !scan.Number(&manifest->from) || !scan.Skip(",\"count\":") ||
      !scan.Number(&manifest->count) || !scan.Skip("}") || !scan.AtEnd()) {
    return false;
  }
  manifest->origin = std::string(origin);
  manifest->locality = std::string(locality);
  return IsOrigin(origin) && IsOrigin(locality) && manifest->from <= UINT64_MAX - manifest->count;
}

bool ReadRulebook(absl::string_view line, v1::KeptRulebook* rulebook) {
  LineScanner scan(line);
  absl::string_view digest;
  absl::string_view stored;
  return scan.Skip("{\"rulebook\":\"") && scan.Until('"', &digest) &&
         ReadBase64(digest, rulebook->mutable_digest()) && scan.Skip(",\"stored\":\"") &&
         scan.Until('"', &stored) && ReadBase64(stored, rulebook->mutable_stored()) &&
         scan.Skip("}") && scan.AtEnd();
}

bool ReadDetail(absl::string_view line, v1::OpenedDetail* detail) {
  LineScanner scan(line);
  uint64_t index = 0;
  absl::string_view state;
  if (!scan.Skip("{\"index\":") || !scan.Number(&index) || !scan.Skip(",\"state\":\"") ||
      !scan.Until('"', &state)) {
    return false;
  }
  detail->set_index(index);
  if (state == kRedacted || state == kWithheld) {
    detail->set_state(state == kRedacted ? v1::DETAIL_STATE_REDACTED : v1::DETAIL_STATE_WITHHELD);
    return scan.Skip("}") && scan.AtEnd();
  }
  detail->set_state(v1::DETAIL_STATE_PRESENT);
  absl::string_view subject;
  absl::string_view sealed;
  absl::string_view key;
  return state == kPresent && scan.Skip(",\"subject\":\"") && scan.Until('"', &subject) &&
         ReadBase64(subject, detail->mutable_subject()) && scan.Skip(",\"sealed\":\"") &&
         scan.Until('"', &sealed) && ReadBase64(sealed, detail->mutable_sealed()) &&
         scan.Skip(",\"key\":\"") && scan.Until('"', &key) &&
         ReadBase64(key, detail->mutable_key()) && scan.Skip("}") && scan.AtEnd();
}

absl::Status Differs(uint64_t entry, absl::string_view sentence) {
  return MakeError(absl::StatusCode::kDataLoss, "DETAIL_DIFFERS", sentence, {{"entry", entry}});
}

bool IsDigest(absl::string_view bytes, const Digest& digest) {
  return bytes == ByteView(digest).view();
}

}  // namespace

DetailsWriter::DetailsWriter(const DetailsManifest& manifest, Sink sink)
    : sink_(std::move(sink)), next_(manifest.from), end_(manifest.from + manifest.count) {
  FOSSE_CHECK(IsOrigin(manifest.origin) && IsOrigin(manifest.locality));
  sink_(absl::StrCat("{\"format\":\"fosse-details/1\",\"origin\":\"", manifest.origin,
                     "\",\"locality\":\"", manifest.locality, "\",\"from\":", manifest.from,
                     ",\"count\":", manifest.count, "}\n"));
}

void DetailsWriter::Add(const v1::KeptRulebook& rulebook) {
  sink_(absl::StrCat("{\"rulebook\":\"", Base64(rulebook.digest()), "\",\"stored\":\"",
                     Base64(rulebook.stored()), "\"}\n"));
}

absl::Status DetailsWriter::Add(const v1::OpenedDetail& detail) {
  if (next_ == end_ || detail.index() != next_) {
    return Misuse("details come in the order of their entries, and as many");
  }
  ++next_;
  if (detail.state() != v1::DETAIL_STATE_PRESENT) {
    sink_(absl::StrCat("{\"index\":", detail.index(), ",\"state\":\"",
                       detail.state() == v1::DETAIL_STATE_REDACTED ? kRedacted : kWithheld,
                       "\"}\n"));
    return absl::OkStatus();
  }
  sink_(absl::StrCat("{\"index\":", detail.index(), ",\"state\":\"", kPresent, "\",\"subject\":\"",
                     Base64(detail.subject()), "\",\"sealed\":\"", Base64(detail.sealed()),
                     "\",\"key\":\"", Base64(detail.key()), "\"}\n"));
  return absl::OkStatus();
}

absl::Status DetailsWriter::Finish() {
  if (next_ != end_) return Misuse("fewer details than the manifest says");
  sink_(absl::StrCat("{\"end\":", end_, "}\n"));
  return absl::OkStatus();
}

absl::StatusOr<std::string> DetailsReader::ReadText() {
  ++line_;
  std::string text;
  for (int c = file_.get(); c != '\n'; c = file_.get()) {
    if (c == std::char_traits<char>::eof()) {
      return MakeError(absl::StatusCode::kDataLoss, "DETAILS_CUT_SHORT",
                       "file ends before the end of the details", {{"line", line_}});
    }
    if (text.size() == kMaxDetailsLine) {
      return LineInvalid(line_, "line is longer than any line of details");
    }
    text.push_back(static_cast<char>(c));
  }
  return text;
}

absl::StatusOr<DetailsLine> DetailsReader::Read() {
  FOSSE_ASSIGN_OR_RETURN(const std::string line, ReadText());
  if (absl::StartsWith(line, "{\"index\":")) {
    v1::OpenedDetail detail;
    if (ReadDetail(line, &detail)) return detail;
  } else if (absl::StartsWith(line, "{\"rulebook\":")) {
    v1::KeptRulebook rulebook;
    if (ReadRulebook(line, &rulebook)) return rulebook;
  } else if (absl::StartsWith(line, "{\"format\":")) {
    DetailsManifest manifest;
    if (ReadManifest(line, &manifest)) return manifest;
  } else {
    LineScanner scan(line);
    uint64_t end = 0;
    if (scan.Skip("{\"end\":") && scan.Number(&end) && scan.Skip("}") && scan.AtEnd()) {
      return DetailsEnd{end};
    }
  }
  return LineInvalid(line_, "line does not have the form of details");
}

absl::StatusOr<v1::EntryDetail> OpenDetail(const LeafParts& leaf, const v1::OpenedDetail& opened) {
  if (opened.index() != leaf.index || !IsDigest(leaf.detail_digest, Sha256(opened.sealed()))) {
    return Differs(leaf.index, "the detail is not the one that the entry commits to");
  }
  FOSSE_ASSIGN_OR_RETURN(v1::EntryDetail detail, OpenDetail(opened));
  if (detail.subject_salt().size() != kSaltSize ||
      !IsDigest(leaf.subject_commitment, Commitment(detail.subject_salt(), opened.subject()))) {
    return Differs(leaf.index, "the detail is of another record than the entry commits to");
  }
  return detail;
}

absl::StatusOr<v1::EntryDetail> OpenDetail(const v1::OpenedDetail& opened) {
  const absl::StatusOr<std::string> plain =
      OpenPiece(opened.subject(), opened.key(), kSealDetail, opened.sealed());
  v1::EntryDetail detail;
  if (!plain.ok() || !detail.ParseFromString(*plain)) {
    return MakeError(absl::StatusCode::kDataLoss, "SEAL_BROKEN",
                     "the key does not open the detail of the entry", {{"entry", opened.index()}});
  }
  return detail;
}

}  // namespace fosse::audit
