#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/report_commands.h"
#include "cli/table.h"
#include "cli/words.h"

namespace fosse::cli {
namespace {

void PrintHead(const v1::ReportPeriod& period, const google::protobuf::Timestamp& as_of,
               std::ostream& out) {
  out << period.first_day() << " to " << period.last_day() << ", as of " << TimeText(as_of)
      << "\n\n";
}

// Nothing counted is no number.
std::string Days(const v1::DaysTaken& taken, uint32_t number) {
  return taken.counted() == 0 ? "" : absl::StrCat(number);
}

std::string Declines(const v1::DelegationRow& row) {
  std::vector<std::string> words;
  for (const v1::DeclineCount& count : row.declines()) {
    const std::string reason =
        count.reason() == v1::DECLINE_REASON_UNSPECIFIED ? "not stated" : EnumText(count.reason());
    words.push_back(absl::StrCat(count.count(), " ", reason));
  }
  return absl::StrJoin(words, ", ");
}

std::string Number(bool hidden, bool withheld, uint32_t number) {
  if (withheld) return "withheld";
  return hidden ? "hidden" : absl::StrCat(number);
}

// A part of the whole, where both are shown.
std::string Rate(const v1::EqualityRow& row, bool withheld) {
  if (withheld || row.hidden() || row.people() == 0) return "";
  const uint64_t tenths = (uint64_t{row.delegations()} * 1000 + row.people() / 2) / row.people();
  return absl::StrCat(tenths / 10, ".", tenths % 10, "%");
}

}  // namespace

void PrintTraining(const v1::GetTrainingFiguresResponse& figures, std::ostream& out) {
  PrintHead(figures.period(), figures.as_of(), out);
  out << figures.sessions() << " sessions, " << figures.people() << " people\n\n";
  Table sessions({"MONTH", "MODE", "TASK", "SESSIONS", "PEOPLE"});
  for (const v1::TrainingCount& row : figures.rows()) {
    sessions.Row({row.month(), EnumText(row.mode()), row.task_code(), absl::StrCat(row.sessions()),
                  absl::StrCat(row.people())});
  }
  sessions.Print(out);
  out << "\nDays from asking for training to competence:\n\n";
  Table waits({"ORGANISATION", "COMPETENT", "MEDIAN", "NINETIETH", "LONGEST", "STILL WAITING",
               "LONGEST WAIT"});
  for (const v1::TrainingWaitRow& row : figures.waits()) {
    const v1::DaysTaken& taken = row.taken();
    waits.Row({row.organisation(), absl::StrCat(taken.counted()), Days(taken, taken.median()),
               Days(taken, taken.ninetieth()), Days(taken, taken.longest()),
               absl::StrCat(row.still_waiting()), absl::StrCat(row.longest_waiting_days())});
  }
  waits.Print(out);
}

void PrintDelegationFigures(const v1::GetDelegationFiguresResponse& figures, std::ostream& out) {
  PrintHead(figures.period(), figures.as_of(), out);
  Table table({"PLACE", "ORGANISATION", "PROPOSED", "STARTED", "MEDIAN DAYS", "NINETIETH",
               "REFUSALS", "GAPS", "INTERIM VISITS", "SINGLE WORKER", "DISPUTE DAYS"});
  for (const v1::DelegationRow& row : figures.rows()) {
    const v1::DaysTaken& taken = row.need_to_active();
    table.Row({row.place(), row.organisation(), absl::StrCat(row.proposed()),
               absl::StrCat(taken.counted()), Days(taken, taken.median()),
               Days(taken, taken.ninetieth()), absl::StrCat(row.practice_refusals()),
               absl::StrCat(row.open_gaps()), absl::StrCat(row.interim_visits()),
               absl::StrCat(row.single_worker()), absl::StrCat(row.dispute_days())});
    if (!row.declines().empty()) table.Note("declined:", Declines(row));
  }
  table.Print(out);
  if (figures.redacted_entries() > 0) {
    out << "\n" << figures.redacted_entries() << " erased entries could not be counted.\n";
  }
}

void PrintThemes(const v1::GetThemesResponse& themes, std::ostream& out) {
  PrintHead(themes.period(), themes.as_of(), out);
  Table clauses({"CLAUSE", "ISSUES", "RULED"});
  for (const v1::ClauseTheme& row : themes.clauses()) {
    clauses.Row({row.clause(), absl::StrCat(row.issues()), absl::StrCat(row.ruled())});
  }
  clauses.Print(out);
  out << "\n";
  Table tasks({"TASK", "PRECEDENTS", "MAY BE HANDED OVER"});
  for (const v1::TaskTheme& row : themes.tasks()) {
    tasks.Row({row.task(), absl::StrCat(row.precedents()), absl::StrCat(row.may_be_delegated())});
  }
  tasks.Print(out);
  out << "\n";
  Table unanswered({"QUESTION WITHOUT A RULE", "TASK", "COUNT"});
  for (const v1::UnansweredTheme& row : themes.unanswered()) {
    unanswered.Row({EnumText(row.question()), row.task_code(), absl::StrCat(row.count())});
  }
  unanswered.Print(out);
}

void PrintEquality(const v1::GetEqualityReturnResponse& equality, std::ostream& out) {
  PrintHead(equality.period(), equality.as_of(), out);
  out << "Returned by: "
      << (equality.returned_by().empty() ? "nobody" : absl::StrJoin(equality.returned_by(), ", "))
      << "\n\n";
  const bool rate_withheld = equality.delegations_withheld() || equality.people_withheld();
  Table table({"STRAND", "GROUP", "DELEGATIONS", "PEOPLE", "RATE"});
  for (const v1::EqualityStrand& strand : equality.strands()) {
    if (strand.rows().empty()) {
      table.Row({strand.strand(), "nothing returned", "", "", ""});
      continue;
    }
    for (const v1::EqualityRow& row : strand.rows()) {
      table.Row({strand.strand(), row.group(),
                 Number(row.hidden(), equality.delegations_withheld(), row.delegations()),
                 Number(row.hidden(), equality.people_withheld(), row.people()),
                 Rate(row, rate_withheld)});
    }
    table.Row({strand.strand(), "all",
               Number(false, equality.delegations_withheld(), strand.delegations()),
               Number(false, equality.people_withheld(), strand.people()), ""});
  }
  table.Print(out);
  out << "\nNumbers from 1 to below " << equality.threshold()
      << " are hidden, and others so that they cannot be worked out.\n";
  if (equality.left_out() > 0) {
    out << equality.left_out() << " returns were left out: they overlap another of theirs.\n";
  }
}

void PrintPrecedents(const v1::ListPrecedentsResponse& precedents, std::ostream& out) {
  Table table(
      {"NUMBER", "DECIDED", "TASK", "SETTING", "RISK", "MAY BE HANDED OVER", "PROVIDED BY"});
  for (const v1::Precedent& precedent : precedents.precedents()) {
    std::vector<std::string> kinds;
    for (const int kind : precedent.provider_kinds()) {
      kinds.push_back(EnumText(static_cast<v1::OrganisationKind>(kind)));
    }
    table.Row({absl::StrCat(precedent.number()), precedent.decided_on(),
               precedent.task_code().empty() ? precedent.task().code() : precedent.task_code(),
               EnumText(precedent.setting()), EnumText(precedent.risk()),
               EnumText(precedent.may_be_delegated()), absl::StrJoin(kinds, ", ")});
  }
  table.Print(out);
  if (!precedents.next_page_token().empty()) {
    out << "\nMore: --page-token " << precedents.next_page_token() << "\n";
  }
}

}  // namespace fosse::cli
