#include "engine/directory_queries.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "engine/documents.h"
#include "engine/page.h"
#include "engine/timestamps.h"
#include "google/protobuf/text_format.h"

namespace fosse::engine {
namespace {

using Kind = store::Document::Kind;

constexpr uint32_t kUsualPage = 20;

v1::DirectorySummary SummaryOf(const store::Document& document, absl::Time in_force_since,
                               absl::Time now) {
  v1::DirectorySummary summary;
  summary.set_directory_id(document.id);
  summary.set_digest(ByteView(document.digest).str());
  *summary.mutable_effective_at() = ToTimestamp(document.effective_at);
  if (document.effective_at > now) {
    summary.set_state(v1::DIRECTORY_STATE_COMING);
  } else {
    summary.set_state(document.effective_at == in_force_since ? v1::DIRECTORY_STATE_IN_FORCE
                                                              : v1::DIRECTORY_STATE_PAST);
  }
  v1::DirectoryDocument parsed;
  google::protobuf::TextFormat::Parser parser;
  parser.AllowUnknownField(true);
  if (parser.ParseFromString(document.stored, &parsed)) {
    summary.set_participants(static_cast<uint32_t>(
        std::count_if(parsed.participants().begin(), parsed.participants().end(),
                      [](const v1::Participant& participant) { return !participant.closed(); })));
  }
  return summary;
}

}  // namespace

absl::StatusOr<v1::ListDirectoriesResponse> ReadDirectories(
    const ReadDeps& deps, const v1::ListDirectoriesRequest& request) {
  FOSSE_ASSIGN_OR_RETURN(const store::Head head, deps.store.GetHead());
  const absl::Time now = std::max(deps.watch.Read().now, head.last_entry_time);
  FOSSE_ASSIGN_OR_RETURN(
      const int64_t micros,
      PageTokenOf(request.page_token(), absl::ToUnixMicros(absl::InfiniteFuture())));
  const absl::Time from = absl::FromUnixMicros(micros);
  const size_t page = PageSizeOf(request.page_size(), kUsualPage);
  FOSSE_ASSIGN_OR_RETURN(const std::optional<store::Document> in_force,
                         deps.store.DocumentInForce(Kind::kDirectory, now));
  const absl::Time since = in_force.has_value() ? in_force->effective_at : absl::InfinitePast();
  v1::ListDirectoriesResponse response;
  FOSSE_RETURN_IF_ERROR(
      WalkDocuments(deps.store, Kind::kDirectory, [&](const store::Document& document) {
        if (document.effective_at > from) return true;
        if (static_cast<size_t>(response.directories_size()) == page) {
          response.set_next_page_token(absl::StrCat(absl::ToUnixMicros(document.effective_at)));
          return false;
        }
        *response.add_directories() = SummaryOf(document, since, now);
        return true;
      }));
  return response;
}

}  // namespace fosse::engine
