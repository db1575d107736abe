#include "engine/rulebook_queries.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/leaf.h"
#include "audit/seal.h"
#include "base/status.h"
#include "engine/documents.h"
#include "engine/index_terms.h"
#include "engine/page.h"
#include "engine/sealing.h"
#include "engine/timestamps.h"
#include "google/protobuf/text_format.h"
#include "policy/rulebook.h"

namespace fosse::engine {
namespace {

using Kind = store::Document::Kind;

constexpr uint32_t kUsualPage = 20;
// One digest may come into force that often before its activation is no longer looked for.
constexpr size_t kMaxActivations = 64;

std::string Bytes(const Digest& digest) { return ByteView(digest).str(); }

// The activation that set this very instant. The first of a locality names none: its entry is then
// the instant.
absl::Status AddActivation(const ReadDeps& deps, const store::Document& document,
                           v1::RulebookSummary& summary) {
  FOSSE_ASSIGN_OR_RETURN(
      const std::vector<uint64_t> found,
      deps.store.FindEntries({.term = DocumentTerm(deps.keys, ByteView(document.digest).view()),
                              .limit = kMaxActivations}));
  for (const uint64_t index : found) {
    FOSSE_ASSIGN_OR_RETURN(const std::optional<store::Entry> entry, deps.store.ReadEntry(index));
    if (!entry.has_value() || entry->detail.empty()) continue;
    v1::EntryDetail detail;
    FOSSE_RETURN_IF_ERROR(ReadAndOpen(deps.store, deps.keys, entry->subject, audit::kSealDetail,
                                      entry->detail, detail));
    const v1::RulebookActivation& activation = detail.envelope().rulebook_activation();
    const absl::Time at =
        activation.has_effective_at() ? ToTime(activation.effective_at()) : entry->committed_at;
    if (WholeMicroseconds(at) != document.effective_at) continue;
    *summary.mutable_activation() = activation;
    summary.set_entry_index(index);
    return absl::OkStatus();
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::RulebookSummary> SummaryOf(const ReadDeps& deps, const store::Document& document,
                                              absl::Time now) {
  v1::RulebookSummary summary;
  summary.set_rulebook_id(document.id);
  summary.set_digest(Bytes(document.digest));
  *summary.mutable_effective_at() = ToTimestamp(document.effective_at);
  FOSSE_ASSIGN_OR_RETURN(const std::optional<store::Document> in_force,
                         deps.store.DocumentInForce(Kind::kRulebook, now));
  if (document.effective_at > now) {
    summary.set_state(v1::RULEBOOK_STATE_COMING);
  } else if (in_force.has_value() && in_force->effective_at == document.effective_at) {
    summary.set_state(v1::RULEBOOK_STATE_IN_FORCE);
  } else {
    summary.set_state(v1::RULEBOOK_STATE_PAST);
  }
  // One written for an older vocabulary may not load any more; its name is told where it can be.
  v1::Rulebook parsed;
  google::protobuf::TextFormat::Parser parser;
  parser.AllowUnknownField(true);
  if (parser.ParseFromString(document.stored, &parsed)) {
    summary.set_name(parsed.name());
    summary.set_rules(static_cast<uint32_t>(parsed.rules_size()));
  }
  FOSSE_RETURN_IF_ERROR(AddActivation(deps, document, summary));
  return summary;
}

absl::StatusOr<absl::Time> NowOf(const ReadDeps& deps) {
  FOSSE_ASSIGN_OR_RETURN(const store::Head head, deps.store.GetHead());
  return std::max(WholeMicroseconds(deps.clock.Now()), head.last_entry_time);
}

}  // namespace

absl::StatusOr<v1::GetRulebookResponse> ReadRulebook(const ReadDeps& deps,
                                                     const v1::GetRulebookRequest& request) {
  FOSSE_ASSIGN_OR_RETURN(const absl::Time now, NowOf(deps));
  std::optional<store::Document> found;
  if (request.rulebook_id().empty() && request.digest().empty()) {
    FOSSE_ASSIGN_OR_RETURN(found, deps.store.DocumentInForce(Kind::kRulebook, now));
  } else {
    FOSSE_RETURN_IF_ERROR(
        WalkDocuments(deps.store, Kind::kRulebook, [&](const store::Document& document) {
          if (!request.rulebook_id().empty() && document.id != request.rulebook_id()) return true;
          if (!request.digest().empty() && Bytes(document.digest) != request.digest()) return true;
          found = document;
          return false;
        }));
  }
  if (!found.has_value()) {
    return MakeError(absl::StatusCode::kNotFound, "RULEBOOK_NOT_FOUND",
                     "no rulebook of this id or digest is kept here");
  }
  v1::GetRulebookResponse response;
  response.set_rulebook_id(found->id);
  response.set_stored(found->stored);
  response.set_digest(Bytes(found->digest));
  FOSSE_ASSIGN_OR_RETURN(*response.mutable_summary(), SummaryOf(deps, *found, now));
  return response;
}

absl::StatusOr<v1::ListRulebooksResponse> ReadRulebooks(const ReadDeps& deps,
                                                        const v1::ListRulebooksRequest& request) {
  FOSSE_ASSIGN_OR_RETURN(const absl::Time now, NowOf(deps));
  FOSSE_ASSIGN_OR_RETURN(
      const int64_t micros,
      PageTokenOf(request.page_token(), absl::ToUnixMicros(absl::InfiniteFuture())));
  const absl::Time from = absl::FromUnixMicros(micros);
  const size_t page = PageSizeOf(request.page_size(), kUsualPage);
  std::vector<store::Document> documents;
  FOSSE_RETURN_IF_ERROR(
      WalkDocuments(deps.store, Kind::kRulebook, [&](const store::Document& document) {
        if (document.effective_at > from) return true;
        documents.push_back(document);
        return documents.size() <= page;
      }));
  v1::ListRulebooksResponse response;
  if (documents.size() > page) {
    response.set_next_page_token(absl::StrCat(absl::ToUnixMicros(documents.back().effective_at)));
    documents.pop_back();
  }
  for (const store::Document& document : documents) {
    FOSSE_ASSIGN_OR_RETURN(*response.add_rulebooks(), SummaryOf(deps, document, now));
    response.add_rulebook_ids(document.id);
  }
  return response;
}

absl::StatusOr<std::vector<v1::KeptRulebook>> KeptRulebooks(store::Reader& reader) {
  std::vector<v1::KeptRulebook> kept;
  std::set<Digest> seen;
  FOSSE_RETURN_IF_ERROR(
      WalkDocuments(reader, Kind::kRulebook, [&](const store::Document& document) {
        if (!seen.insert(document.digest).second) return true;
        v1::KeptRulebook& rulebook = kept.emplace_back();
        rulebook.set_digest(Bytes(document.digest));
        rulebook.set_stored(document.stored);
        return true;
      }));
  return kept;
}

}  // namespace fosse::engine
