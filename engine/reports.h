#ifndef FOSSE_ENGINE_REPORTS_H_
#define FOSSE_ENGINE_REPORTS_H_

#include "absl/status/statusor.h"
#include "engine/reads.h"
#include "engine/report_types.h"

// Figures for the board and audit teams (B-6.1), and reconciliations for whoever exchanges, counted
// when they are asked for, from the locality's record and the entries of the trail; nothing is
// counted on the way of a message. On the executor's thread. No answer holds anything of one
// person.
namespace fosse::engine {

// Longest period of a report.
inline constexpr int kMaxReportDays = 400;

// How the read goes into the trail.
ReadNote ReportNote(const Caller& caller, const ReportRequest& request);

// INVALID_ARGUMENT, reason PERIOD_INVALID or FIELD_INVALID (a page token that was not given);
// RESOURCE_EXHAUSTED, reason REPORT_TOO_LARGE, where the period holds more entries than
// Limits::report_entries: rather no figure than one that leaves something out; and what Reconcile()
// refuses.
absl::StatusOr<ReportAnswer> ReadReport(const ReadDeps& deps, const ReportRequest& request,
                                        ReadNote& note);

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_REPORTS_H_
