#include "engine/reports.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "audit/leaf.h"
#include "audit/seal.h"
#include "base/local_date.h"
#include "base/status.h"
#include "engine/equality.h"
#include "engine/figures.h"
#include "engine/index_terms.h"
#include "engine/page.h"
#include "engine/reconciliation.h"
#include "engine/sealing.h"
#include "engine/timestamps.h"

namespace fosse::engine {
namespace {

constexpr size_t kEntriesAtOnce = 500;

absl::StatusOr<ReportDays> DaysOf(const v1::ReportPeriod& period) {
  const std::optional<absl::CivilDay> first = ParseLocalDate(period.first_day());
  const std::optional<absl::CivilDay> last = ParseLocalDate(period.last_day());
  if (!first.has_value() || !last.has_value() || *last < *first ||
      *last - *first >= kMaxReportDays) {
    return MakeError(absl::StatusCode::kInvalidArgument, "PERIOD_INVALID",
                     "the period is not two days in order, or is too long",
                     {{"maxDays", kMaxReportDays}});
  }
  return ReportDays{*first, *last};
}

// Entries that change nothing and decide nothing: most of a trail.
bool SaysNothing(absl::string_view kind) {
  for (const absl::string_view other : {"delivery_outcome", "access_recorded", "refused_attempts",
                                        "rulebook_activation", "directory_activation"}) {
    if (kind == other) return true;
  }
  return false;
}

struct Scan {
  absl::Time from;
  absl::Time until;
  std::optional<Digest> term;  // Nothing: all entries.
};

// Opens the entries of a time, oldest first. Gives how many could not be opened, having been
// erased.
absl::StatusOr<uint32_t> ForEachEntry(
    const ReadDeps& deps, const Scan& scan,
    absl::FunctionRef<void(const v1::LeafView&, const v1::EntryDetail&)> take) {
  store::Search search{
      .term = scan.term, .from = scan.from, .until = scan.until, .limit = kEntriesAtOnce};
  size_t read = 0;
  uint32_t redacted = 0;
  while (true) {
    FOSSE_ASSIGN_OR_RETURN(const std::vector<uint64_t> found, deps.store.FindEntries(search));
    read += found.size();
    if (read > deps.limits.report_entries) {
      return MakeError(absl::StatusCode::kResourceExhausted, "REPORT_TOO_LARGE",
                       "the period holds more entries than one report reads; ask for a shorter one",
                       {{"maxEntries", deps.limits.report_entries}});
    }
    for (const uint64_t index : found) {
      FOSSE_ASSIGN_OR_RETURN(const std::optional<store::Entry> entry, deps.store.ReadEntry(index));
      if (!entry.has_value()) continue;
      FOSSE_ASSIGN_OR_RETURN(const v1::LeafView leaf, audit::DecodeLeaf(entry->leaf));
      if (SaysNothing(leaf.kind())) continue;
      if (entry->detail.empty()) {
        ++redacted;
        continue;
      }
      v1::EntryDetail detail;
      FOSSE_RETURN_IF_ERROR(ReadAndOpen(deps.store, deps.keys, entry->subject, audit::kSealDetail,
                                        entry->detail, detail));
      take(leaf, detail);
    }
    if (found.size() < search.limit) return redacted;
    search.after_index = found.back() + 1;
  }
}

absl::StatusOr<v1::LocalityRecord> ReadLocality(const ReadDeps& deps) {
  Records records(deps.store, deps.keys, deps.decoy);
  FOSSE_ASSIGN_OR_RETURN(Slot* const slot,
                         records.Find({store::RecordKind::kLocality, deps.locality}));
  return std::move(slot->locality);
}

// One report being made: who asks, and when.
struct Asked {
  const ReadDeps& deps;
  const ReadAs& reader;
  absl::Time now;

  // An audit team with a remit sees the rows of its own organisations.
  bool Shows(const std::string& organisation) const {
    return !reader.auditor || reader.Audits(organisation);
  }
};

template <typename Response, typename Request>
Response Begin(const Asked& asked, const Request& request) {
  Response response;
  *response.mutable_period() = request.period();
  *response.mutable_as_of() = ToTimestamp(asked.now);
  return response;
}

absl::StatusOr<ReportAnswer> Make(const Asked& asked, const v1::GetTrainingFiguresRequest& request,
                                  ReadNote& note) {
  FOSSE_ASSIGN_OR_RETURN(const ReportDays days, DaysOf(request.period()));
  auto response = Begin<v1::GetTrainingFiguresResponse>(asked, request);
  FOSSE_ASSIGN_OR_RETURN(const v1::LocalityRecord locality, ReadLocality(asked.deps));
  CountSessions(locality, days, response);
  WaitCount waits(days);
  FOSSE_RETURN_IF_ERROR(
      ForEachEntry(
          asked.deps, {days.from(), days.until(), FiguresTerm(asked.deps.keys)},
          [&waits](const v1::LeafView&, const v1::EntryDetail& detail) { waits.Take(detail); })
          .status());
  for (v1::TrainingWaitRow& row : waits.Rows(locality, asked.now)) {
    if (asked.Shows(row.organisation())) *response.add_waits() = std::move(row);
  }
  note.rows = response.rows_size() + response.waits_size();
  return ReportAnswer{std::move(response)};
}

absl::StatusOr<ReportAnswer> Make(const Asked& asked,
                                  const v1::GetDelegationFiguresRequest& request, ReadNote& note) {
  FOSSE_ASSIGN_OR_RETURN(const ReportDays days, DaysOf(request.period()));
  auto response = Begin<v1::GetDelegationFiguresResponse>(asked, request);
  // How a task stands is known from the last entry that changed it, which may be older than the
  // period: a live one is reviewed, and so changed, within the longest period.
  DelegationCount count(days);
  const absl::Time from = LondonStartOfDay(days.last - kMaxReportDays + 1);
  FOSSE_ASSIGN_OR_RETURN(const uint32_t redacted,
                         ForEachEntry(asked.deps, {from, days.until(), std::nullopt},
                                      [&count](const v1::LeafView&, const v1::EntryDetail& detail) {
                                        count.Take(detail);
                                      }));
  const InForce in_force = asked.deps.documents.Get();
  for (v1::DelegationRow& row : count.Rows(
           *in_force.directory,
           [&asked](const std::string& organisation) { return asked.Shows(organisation); })) {
    *response.add_rows() = std::move(row);
  }
  response.set_redacted_entries(redacted);
  note.rows = response.rows_size();
  return ReportAnswer{std::move(response)};
}

absl::StatusOr<ReportAnswer> Make(const Asked& asked, const v1::GetThemesRequest& request,
                                  ReadNote& note) {
  FOSSE_ASSIGN_OR_RETURN(const ReportDays days, DaysOf(request.period()));
  auto response = Begin<v1::GetThemesResponse>(asked, request);
  FOSSE_ASSIGN_OR_RETURN(const v1::LocalityRecord locality, ReadLocality(asked.deps));
  CountThemes(locality, days, response);
  SilenceCount silence(days);
  FOSSE_RETURN_IF_ERROR(
      ForEachEntry(
          asked.deps, {days.from(), days.until(), std::nullopt},
          [&silence](const v1::LeafView&, const v1::EntryDetail& detail) { silence.Take(detail); })
          .status());
  for (v1::UnansweredTheme& row : silence.Rows()) *response.add_unanswered() = std::move(row);
  note.rows = response.clauses_size() + response.tasks_size() + response.unanswered_size();
  return ReportAnswer{std::move(response)};
}

absl::StatusOr<ReportAnswer> Make(const Asked& asked, const v1::GetEqualityReturnRequest& request,
                                  ReadNote& note) {
  FOSSE_ASSIGN_OR_RETURN(const ReportDays days, DaysOf(request.period()));
  // Returns are sent once their period has begun; of another period of the same organisation, too,
  // where the two overlap.
  EqualitySum sum(days);
  FOSSE_RETURN_IF_ERROR(
      ForEachEntry(asked.deps,
                   {LondonStartOfDay(days.first - kMaxReportDays), absl::InfiniteFuture(),
                    FiguresTerm(asked.deps.keys)},
                   [&sum](const v1::LeafView& leaf, const v1::EntryDetail& detail) {
                     if (detail.envelope().has_equality_return()) {
                       sum.Take(leaf.sender(), detail.envelope().equality_return());
                     }
                   })
          .status());
  v1::GetEqualityReturnResponse response = sum.Sum();
  HideSmallNumbers(kSmallNumber, response);
  *response.mutable_period() = request.period();
  *response.mutable_as_of() = ToTimestamp(asked.now);
  for (const v1::EqualityStrand& strand : response.strands()) note.rows += strand.rows_size();
  return ReportAnswer{std::move(response)};
}

bool IsWanted(const v1::ListPrecedentsRequest& request, const v1::Precedent& precedent) {
  return (request.task().empty() || request.task() == precedent.task_code() ||
          request.task() == precedent.task().code()) &&
         (request.setting() == v1::CARE_SETTING_UNSPECIFIED ||
          request.setting() == precedent.setting()) &&
         (request.risk() == v1::RISK_LEVEL_UNSPECIFIED || request.risk() == precedent.risk());
}

absl::StatusOr<ReportAnswer> Make(const Asked& asked, const v1::ListPrecedentsRequest& request,
                                  ReadNote& note) {
  // Numbers from here on were shown.
  FOSSE_ASSIGN_OR_RETURN(const int64_t below, PageTokenOf(request.page_token()));
  const uint32_t page = PageSizeOf(request.page_size());
  FOSSE_ASSIGN_OR_RETURN(const v1::LocalityRecord locality, ReadLocality(asked.deps));
  v1::ListPrecedentsResponse response;
  const auto& precedents = locality.precedents();
  for (auto it = precedents.rbegin(); it != precedents.rend(); ++it) {
    if ((below != 0 && it->number() >= below) || !IsWanted(request, *it)) continue;
    if (response.precedents_size() == static_cast<int>(page)) {
      response.set_next_page_token(absl::StrCat(response.precedents().rbegin()->number()));
      break;
    }
    *response.add_precedents() = *it;
  }
  note.rows = response.precedents_size();
  return ReportAnswer{std::move(response)};
}

absl::StatusOr<ReportAnswer> Make(const Asked& asked, const v1::GetReconciliationRequest& request,
                                  ReadNote& note) {
  FOSSE_ASSIGN_OR_RETURN(auto response, Reconcile(asked.deps, asked.reader, asked.now, request));
  for (const v1::ReconciledDirection& direction : response.directions()) {
    note.rows += direction.items_size();
  }
  return ReportAnswer{std::move(response)};
}

// As which participant the caller asks.
template <typename Request>
std::string OnBehalfOf(const Request&) {
  return "";
}
std::string OnBehalfOf(const v1::GetReconciliationRequest& request) { return request.reader(); }

// What was asked, in kind.
template <typename Request>
absl::string_view ShapeOf(const Request&) {
  return "period";
}
absl::string_view ShapeOf(const v1::ListPrecedentsRequest&) { return "like_case"; }
absl::string_view ShapeOf(const v1::GetReconciliationRequest&) { return "pair,day"; }

constexpr absl::string_view kMethods[] = {"GetTrainingFigures", "GetDelegationFigures",
                                          "GetThemes",          "GetEqualityReturn",
                                          "ListPrecedents",     "GetReconciliation"};
static_assert(std::size(kMethods) == std::variant_size_v<ReportRequest>);

}  // namespace

ReadNote ReportNote(const Caller& caller, const ReportRequest& request) {
  ReadNote note{.caller = caller, .method = std::string(kMethods[request.index()])};
  note.purpose = std::visit([](const auto& asked) { return asked.purpose(); }, request);
  note.query_shape =
      std::visit([](const auto& asked) { return std::string(ShapeOf(asked)); }, request);
  return note;
}

absl::StatusOr<ReportAnswer> ReadReport(const ReadDeps& deps, const ReportRequest& request,
                                        ReadNote& note) {
  const std::string reads_as =
      std::visit([](const auto& asked) { return OnBehalfOf(asked); }, request);
  FOSSE_ASSIGN_OR_RETURN(const ReadAs reader, WhoReads(deps, note.caller, reads_as));
  note.reader = reader.participant.id();
  const Asked asked{deps, reader, WholeMicroseconds(deps.clock.Now())};
  return std::visit([&](const auto& wanted) { return Make(asked, wanted, note); }, request);
}

}  // namespace fosse::engine
