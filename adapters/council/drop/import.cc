#include "adapters/council/drop/import.h"

#include <deque>
#include <future>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "adapters/kit/words.h"
#include "base/log.h"
#include "base/status.h"
#include "fosse/v1/decision.pb.h"

namespace fosse::adapters::council {
namespace {

constexpr size_t kUnderWay = 32;           // Rows at once.
constexpr uint64_t kProgressRows = 10000;  // Between two words of progress.

// One thing that a row said, on its way.
struct Way {
  ResultRow row;
  std::future<Answer> answer;  // Of what was handed over.
  std::string about;           // To remember once it is told; empty: nothing.
  Snapshots::Known known;
};

struct Line {
  std::vector<Way> ways;
  std::set<std::string> persons;  // Whom it is about.
};

std::string OutcomeOf(const v1::Receipt& receipt) {
  if (receipt.decisions().empty()) return "kept";
  return WordOf(*v1::Outcome_descriptor(), receipt.decisions(0).outcome());
}

void TakeAnswer(const Answer& answer, ResultRow& row) {
  switch (answer.kind) {
    case Answer::Kind::kReceipt:
      row.outcome = OutcomeOf(answer.receipt);
      row.entry = absl::StrCat(answer.receipt.entry_index());
      break;
    case Answer::Kind::kRefused:
      // An extract names everybody whom the council knows; most have nothing delegated. Looked at
      // again with the next one.
      row.outcome = row.type == "person-update" && answer.refusal.reason == "PERSON_NOT_VISIBLE"
                        ? "passed-over"
                        : "refused";
      row.reason = answer.refusal.reason;
      row.remedy = answer.refusal.sentence;
      for (const auto& [key, value] : answer.refusal.metadata) {
        if (key == "field") row.at = value;
      }
      break;
    default:
      row.outcome = "pending";  // Kept, and on its way.
  }
}

class Import {
 public:
  Import(const std::string& name, const std::string& sender, const ImportDeps& deps, bool table,
         ResultFile& result)
      : name_(name), sender_(sender), deps_(deps), table_(table), result_(result) {}

  absl::Status Take(const Reading& reading) {
    Line line;
    for (const ReadingIssue& issue : reading.issues) {
      Way& way = line.ways.emplace_back();
      way.row = {.line = issue.line == 0 ? reading.line : issue.line,
                 .column = issue.column,
                 .outcome = "refused",
                 .reason = issue.reason,
                 .at = issue.at,
                 .remedy = issue.remedy};
      // A quoted cell that is never closed is told where it began: not before what stands above.
      way.row.line = std::max(way.row.line, last_line_);
    }
    if (!reading.passed_over.empty()) {
      line.ways.emplace_back().row = {
          .line = reading.line, .outcome = "passed-over", .reason = reading.passed_over};
    }
    last_line_ = std::max(last_line_, reading.line);
    for (const Said& said : reading.said) {
      const std::string person = said.envelope.subject().person().nhs_number();
      FOSSE_RETURN_IF_ERROR(WaitFor(person));
      line.persons.insert(person);
      FOSSE_RETURN_IF_ERROR(Say(said, reading.line, line.ways.emplace_back()));
    }
    under_way_.push_back(std::move(line));
    while (under_way_.size() > kUnderWay) FOSSE_RETURN_IF_ERROR(TellFirst());
    return absl::OkStatus();
  }

  absl::Status Finish() {
    while (!under_way_.empty()) FOSSE_RETURN_IF_ERROR(TellFirst());
    return absl::OkStatus();
  }

 private:
  // Two messages about one person keep the order of their rows.
  absl::Status WaitFor(const std::string& person) {
    if (person.empty()) return absl::OkStatus();
    const auto is_under_way = [&] {
      for (const Line& line : under_way_) {
        if (line.persons.contains(person)) return true;
      }
      return false;
    };
    while (is_under_way()) FOSSE_RETURN_IF_ERROR(TellFirst());
    return absl::OkStatus();
  }

  absl::Status Say(Said said, uint64_t line, Way& way) {
    way.row.line = line;
    way.row.type = said.type;
    if (table_) {
      FOSSE_ASSIGN_OR_RETURN(const bool is_new, Compare(said, line, way));
      if (!is_new) {
        way.row.outcome = "unchanged";
        return absl::OkStatus();
      }
      if (!said.episode.has_value()) NameMessage(way.known.version, said);
    }
    if (said.episode.has_value()) {
      FOSSE_RETURN_IF_ERROR(deps_.keep_episode(sender_, *said.episode));
      way.row.outcome = "kept";
      return absl::OkStatus();
    }
    auto promise = std::make_shared<std::promise<Answer>>();
    way.answer = promise->get_future();
    deps_.hand(std::move(said.envelope),
               [promise](Answer got) { promise->set_value(std::move(got)); });
    return absl::OkStatus();
  }

  // Whether it was not said before. The same row after a crash says the same thing as the same
  // version.
  absl::StatusOr<bool> Compare(const Said& said, uint64_t line, Way& way) {
    const std::string about =
        deps_.digest(absl::StrCat("about/", sender_, "/", said.type, "/", said.about));
    const std::string content = deps_.digest(absl::StrCat("content/", said.content));
    const std::string source = deps_.digest(absl::StrCat("source/", name_, "/", line));
    FOSSE_ASSIGN_OR_RETURN(const std::optional<Snapshots::Known> before,
                           deps_.snapshots.Find(about));
    const bool same = before.has_value() && before->content == content;
    if (same && before->source != source) return false;
    way.about = about;
    way.known = {.content = content,
                 .version = !before.has_value() ? 1 : before->version + (same ? 0 : 1),
                 .source = source};
    return true;
  }

  absl::Status TellFirst() {
    Line& line = under_way_.front();
    std::vector<ResultRow> rows;
    for (Way& way : line.ways) {
      if (way.answer.valid()) {
        const Answer answer = way.answer.get();
        if (answer.kind == Answer::Kind::kNotKept) {
          return MakeError(absl::StatusCode::kUnavailable, "NOT_KEPT",
                           "the outbox takes nothing; the file goes on later where it was");
        }
        TakeAnswer(answer, way.row);
      }
      rows.push_back(way.row);
    }
    FOSSE_RETURN_IF_ERROR(result_.Tell(rows));
    for (const Way& way : line.ways) {
      // What was not taken may be mended elsewhere and be said again just so.
      if (way.about.empty() || !way.row.reason.empty()) continue;
      FOSSE_RETURN_IF_ERROR(deps_.snapshots.Keep(way.about, way.known));
    }
    under_way_.pop_front();
    if (++told_ % kProgressRows == 0) {
      Log(Severity::kInfo, "council-import", {{"rows", told_}, {"refused", result_.refused()}});
    }
    return absl::OkStatus();
  }

  const std::string& name_;
  const std::string& sender_;
  const ImportDeps& deps_;
  const bool table_;
  ResultFile& result_;
  std::deque<Line> under_way_;
  uint64_t last_line_ = 0;
  uint64_t told_ = 0;
};

}  // namespace

absl::StatusOr<ImportCounts> ImportFile(FileReading& file, const std::string& name,
                                        const std::string& sender, const ImportDeps& deps,
                                        ResultFile& result) {
  const uint64_t before = result.told();
  Import import(name, sender, deps, file.is_table(), result);
  while (const std::optional<Reading> reading = file.Next()) {
    if (deps.stopping) {
      return MakeError(absl::StatusCode::kUnavailable, "IMPORT_STOPPED",
                       "the adapter stops; the file goes on later where it was");
    }
    if (before > 0 && reading->line <= before) continue;
    FOSSE_RETURN_IF_ERROR(import.Take(*reading));
  }
  FOSSE_RETURN_IF_ERROR(import.Finish());
  FOSSE_RETURN_IF_ERROR(result.Finish());
  return ImportCounts{.taken = result.taken(), .refused = result.refused()};
}

}  // namespace fosse::adapters::council
