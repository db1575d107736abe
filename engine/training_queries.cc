#include "engine/training_queries.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/leaf.h"
#include "audit/seal.h"
#include "base/local_date.h"
#include "base/status.h"
#include "engine/index_terms.h"
#include "engine/page.h"
#include "engine/sealing.h"
#include "engine/timestamps.h"

namespace fosse::engine {
namespace {

// Entries looked at for one page: most of an organisation's entries are about other things.
constexpr size_t kMaxLookedAt = 2000;

std::vector<v1::TrainingQueueRow> RowsOf(const v1::LocalityRecord& locality,
                                         const std::string& reader, absl::Time now) {
  std::vector<v1::TrainingQueueRow> rows;
  for (const v1::TrainingWait& wait : locality.training_waits()) {
    if (wait.requested_by() != reader && wait.training_provider() != reader) continue;
    for (const v1::WaitingWorker& waiting : wait.waiting()) {
      if (waiting.has_competent_at()) continue;
      v1::TrainingQueueRow& row = rows.emplace_back();
      row.set_requested_by(wait.requested_by());
      row.set_reference(wait.reference());
      row.set_training_provider(wait.training_provider());
      *row.mutable_requested_at() = wait.requested_at();
      *row.mutable_worker() = waiting.worker();
      row.set_task_code(waiting.task_code());
      const absl::Duration waited = now - ToTime(wait.requested_at());
      row.set_waiting_days(
          static_cast<uint32_t>(std::max<int64_t>(0, absl::ToInt64Hours(waited) / 24)));
    }
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const v1::TrainingQueueRow& a, const v1::TrainingQueueRow& b) {
                     return std::make_tuple(a.requested_by(), ToTime(a.requested_at())) <
                            std::make_tuple(b.requested_by(), ToTime(b.requested_at()));
                   });
  return rows;
}

v1::CompetencyStanding StandingOf(const v1::Competency& competency, absl::CivilDay today) {
  if (competency.has_revoked_at()) return v1::COMPETENCY_STANDING_REVOKED;
  if (competency.record().result() == v1::COMPETENCY_RESULT_NOT_COMPETENT) {
    return v1::COMPETENCY_STANDING_NOT_COMPETENT;
  }
  if (!competency.recognised()) return v1::COMPETENCY_STANDING_NOT_RECOGNISED;
  const std::optional<absl::CivilDay> due = ParseLocalDate(competency.record().refresher_due_on());
  return due.has_value() && *due < today ? v1::COMPETENCY_STANDING_LAPSED
                                         : v1::COMPETENCY_STANDING_IN_FORCE;
}

// As the reader names the worker, else as the latest employer does.
v1::WorkerReference NameFor(const v1::WorkerRecord& worker, const std::string& reader) {
  v1::WorkerReference named;
  for (const v1::WorkerReference& reference : worker.references()) {
    if (named.employer() != reader || reference.employer() == reader) named = reference;
  }
  named.set_worker_number(worker.worker_number());
  return named;
}

bool Employs(const v1::WorkerRecord& worker, const std::string& reader) {
  return std::any_of(worker.references().begin(), worker.references().end(),
                     [&](const v1::WorkerReference& named) { return named.employer() == reader; });
}

v1::CompetencyRow RowOf(const v1::WorkerRecord& worker, const v1::Competency& competency,
                        const std::string& reader, absl::CivilDay today) {
  const v1::CompetencyRecord& record = competency.record();
  v1::CompetencyRow row;
  *row.mutable_worker() = NameFor(worker, reader);
  row.set_task_code(competency.task_code().empty() ? record.task().code() : competency.task_code());
  row.set_training_class(record.training_class());
  row.set_mode(record.mode());
  row.set_trained_on(record.trained_on());
  row.set_assessed_on(record.assessed_on());
  row.set_result(record.result());
  row.set_refresher_due_on(record.refresher_due_on());
  row.set_standing(StandingOf(competency, today));
  row.set_for_one_person(record.has_for_person());
  row.set_challenged(std::any_of(competency.challenges().begin(), competency.challenges().end(),
                                 [](const v1::CompetencyChallenge& challenge) {
                                   return challenge.state() == v1::CHALLENGE_STATE_OPEN;
                                 }));
  row.set_recorded_by(competency.recorded_by());
  row.set_reference(record.reference());
  *row.mutable_recorded_at() = competency.recorded_at();
  return row;
}

// The item of the worker's record that this change left, where no later message has recorded it
// anew: so each record is found at one entry only.
const v1::Competency* StandsSince(const v1::WorkerRecord& worker, const v1::Competency& then) {
  for (const v1::Competency& now : worker.competencies()) {
    if (now.recorded_by() == then.recorded_by() &&
        now.record().reference() == then.record().reference() &&
        now.task_code() == then.task_code() &&
        ToTime(now.recorded_at()) == ToTime(then.recorded_at())) {
      return &now;
    }
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<v1::ListTrainingQueueResponse> ReadTrainingQueue(
    const ReadDeps& deps, const v1::ListTrainingQueueRequest& request, ReadNote& note) {
  FOSSE_ASSIGN_OR_RETURN(const ReadAs reader, WhoReads(deps, note.caller, request.reader()));
  note.reader = reader.participant.id();
  note.query_shape = "training_queue";
  FOSSE_ASSIGN_OR_RETURN(const int64_t from, PageTokenOf(request.page_token()));
  const absl::Time now = WholeMicroseconds(deps.clock.Now());
  Records records(deps.store, deps.keys, deps.decoy);
  FOSSE_ASSIGN_OR_RETURN(Slot* const slot,
                         records.Find({store::RecordKind::kLocality, deps.locality}));
  const std::vector<v1::TrainingQueueRow> rows =
      RowsOf(slot->locality, reader.participant.id(), now);
  const size_t first = std::min<uint64_t>(rows.size(), static_cast<uint64_t>(from));
  const size_t end = std::min(rows.size(), first + PageSizeOf(request.page_size()));
  v1::ListTrainingQueueResponse response;
  for (size_t i = first; i < end; ++i) *response.add_rows() = rows[i];
  if (end < rows.size()) response.set_next_page_token(absl::StrCat(end));
  *response.mutable_as_of() = ToTimestamp(now);
  note.rows = response.rows_size();
  return response;
}

absl::StatusOr<v1::ListCompetenciesResponse> ReadCompetencies(
    const ReadDeps& deps, const v1::ListCompetenciesRequest& request, ReadNote& note) {
  FOSSE_ASSIGN_OR_RETURN(const ReadAs reader, WhoReads(deps, note.caller, request.reader()));
  note.reader = reader.participant.id();
  note.query_shape = "competencies";
  FOSSE_ASSIGN_OR_RETURN(const int64_t from, PageTokenOf(request.page_token()));
  const absl::Time now = WholeMicroseconds(deps.clock.Now());
  const int page = static_cast<int>(PageSizeOf(request.page_size()));
  store::Search search{.term = OrganisationTerm(deps.keys, note.reader),
                       .after_index = static_cast<uint64_t>(from),
                       .limit = kMaxLookedAt};
  FOSSE_ASSIGN_OR_RETURN(const std::vector<uint64_t> found, deps.store.FindEntries(search));
  Records records(deps.store, deps.keys, deps.decoy);
  v1::ListCompetenciesResponse response;
  *response.mutable_as_of() = ToTimestamp(now);
  if (found.size() == search.limit) response.set_next_page_token(absl::StrCat(found.back() + 1));
  for (const uint64_t index : found) {
    FOSSE_ASSIGN_OR_RETURN(const std::optional<store::Entry> entry, deps.store.ReadEntry(index));
    if (!entry.has_value() || entry->subject.kind != store::RecordKind::kWorker) continue;
    FOSSE_ASSIGN_OR_RETURN(const v1::LeafView leaf, audit::DecodeLeaf(entry->leaf));
    if (leaf.kind() != "competency_record" || entry->detail.empty()) continue;
    if (response.rows_size() == page) {
      response.set_next_page_token(absl::StrCat(index));
      break;
    }
    FOSSE_ASSIGN_OR_RETURN(Slot* const slot, records.Find(entry->subject));
    if (slot == nullptr) continue;
    v1::EntryDetail detail;
    FOSSE_RETURN_IF_ERROR(ReadAndOpen(deps.store, deps.keys, entry->subject, audit::kSealDetail,
                                      entry->detail, detail));
    for (const v1::Change& change : detail.changes()) {
      if (!change.has_competency()) continue;
      const v1::Competency* const stands = StandsSince(slot->worker, change.competency());
      if (stands == nullptr) continue;
      if (stands->recorded_by() != note.reader && !Employs(slot->worker, note.reader)) continue;
      *response.add_rows() = RowOf(slot->worker, *stands, note.reader, LondonDay(now));
      note.terms.push_back(RecordTerm(deps.keys, slot->key));
      break;
    }
  }
  note.rows = response.rows_size();
  return response;
}

}  // namespace fosse::engine
