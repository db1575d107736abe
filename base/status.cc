#include "base/status.h"

#include <cstdio>
#include <cstdlib>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace fosse {
namespace {

constexpr size_t kMaxReasonLength = 64;

bool IsReason(absl::string_view reason) {
  if (reason.empty() || reason.size() > kMaxReasonLength) return false;
  if (reason[0] < 'A' || reason[0] > 'Z') return false;
  for (const char c : reason) {
    if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')) return false;
  }
  return true;
}

bool IsKey(absl::string_view key) {
  if (key.empty() || key.size() > kMaxReasonLength) return false;
  if (key[0] < 'a' || key[0] > 'z') return false;
  for (const char c : key) {
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) return false;
  }
  return true;
}

std::string PayloadOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kErrorPayloadUrl);
  return payload.has_value() ? std::string(*payload) : std::string();
}

}  // namespace

MetaValue::MetaValue(absl::Time time)
    : text_(absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone())) {}

MetaValue::MetaValue(Code code) : text_(code.text()) {}

MetaValue::MetaValue(const FieldPath& path) : text_(path.text()) {}

MetaValue::MetaValue(bool is_signed, uint64_t bits)
    : text_(is_signed ? absl::StrCat(static_cast<int64_t>(bits)) : absl::StrCat(bits)) {}

absl::Status MakeError(absl::StatusCode code, absl::string_view reason, absl::string_view sentence,
                       std::initializer_list<Metadata> metadata) {
  return MakeErrorOf(code, reason, sentence,
                     absl::Span<const Metadata>(metadata.begin(), metadata.size()));
}

absl::Status MakeErrorOf(absl::StatusCode code, absl::string_view reason,
                         absl::string_view sentence, absl::Span<const Metadata> metadata) {
  FOSSE_CHECK(code != absl::StatusCode::kOk);
  FOSSE_CHECK(IsReason(reason));
  // One line for the reason, one for each key=value. No part can hold a line break: the reason and
  // keys are checked here, and no MetaValue has one.
  std::string payload(reason);
  for (const auto& [key, value] : metadata) {
    FOSSE_CHECK(IsKey(key));
    absl::StrAppend(&payload, "\n", key, "=", value.text());
  }
  absl::Status status(code, sentence);
  status.SetPayload(kErrorPayloadUrl, absl::Cord(std::move(payload)));
  return status;
}

std::string ReasonOf(const absl::Status& status) {
  const std::string payload = PayloadOf(status);
  return payload.substr(0, payload.find('\n'));
}

std::vector<std::pair<std::string, std::string>> MetadataOf(const absl::Status& status) {
  std::vector<std::pair<std::string, std::string>> metadata;
  const std::string payload = PayloadOf(status);
  const size_t first_line = payload.find('\n');
  if (first_line == std::string::npos) return metadata;
  for (absl::string_view line :
       absl::StrSplit(absl::string_view(payload).substr(first_line + 1), '\n')) {
    metadata.push_back(absl::StrSplit(line, absl::MaxSplits('=', 1)));
  }
  return metadata;
}

namespace internal {

void CheckFailed(const char* file, int line, const char* condition) {
  std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, condition);
  std::abort();
}

}  // namespace internal
}  // namespace fosse
