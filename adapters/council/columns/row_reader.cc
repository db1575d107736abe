#include "adapters/council/columns/row_reader.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "adapters/council/columns/cell_value.h"
#include "adapters/council/json_fields.h"
#include "adapters/kit/field_path.h"
#include "base/crypto.h"
#include "base/field_check.h"
#include "base/status.h"

namespace fosse::adapters::council {
namespace {

using Json = nlohmann::json;

constexpr size_t kNameShown = 80;  // Of a header that might be a row of somebody's data.

std::string Text(const Digest& digest) { return std::string(digest.begin(), digest.end()); }

// Each part with its length: "ab","c" is not "a","bc".
std::string DigestOf(const std::vector<std::string>& parts) {
  std::string all;
  for (const std::string& part : parts) absl::StrAppend(&all, part.size(), ":", part);
  return Text(Sha256(all));
}

}  // namespace

// One row on its way to what it says.
class RowReader::Build {
 public:
  Build(const RowReader& reader, const csv::Row& row) : reader_(reader), row_(row) {
    reading_.line = row.line;
    for (const csv::Issue& issue : row.issues) {
      reading_.issues.push_back({issue.line, issue.column, "", issue.reason, issue.remedy});
    }
  }

  Reading Run() {
    // Cells of a ragged row may stand under another's name.
    if (!reading_.issues.empty()) return std::move(reading_);
    for (const Skip& skip : reader_.map_.skips()) {
      if (!reader_.AllHold(row_, skip.when())) continue;
      reading_.passed_over = skip.reason();
      return std::move(reading_);
    }
    ReadSentAt();
    for (const DateOrder& order : reader_.map_.orders()) Order(order);
    std::set<std::string> said;  // Columns.
    bool fits = false;
    for (const ColumnMap::Message& message : reader_.map_.messages()) {
      if (!reader_.AllHold(row_, message.when)) continue;
      fits = true;
      said.insert(message.columns.begin(), message.columns.end());
      Say(message);
    }
    if (!fits) {
      reading_.issues.push_back({row_.line, 0, "", "NOTHING_SAID",
                                 "no message of the column map fits this row: check its words, or "
                                 "have the map pass such rows over"});
    }
    if (fits && reader_.map_.strict()) FindUnsaid(said);
    if (!reading_.issues.empty()) reading_.said.clear();
    return std::move(reading_);
  }

 private:
  void Add(const std::string& column, std::string reason, std::string remedy) {
    ReadingIssue issue{row_.line, 0, "", std::move(reason), std::move(remedy)};
    const auto at = reader_.columns_.find(column);
    if (at != reader_.columns_.end()) issue.column = at->second + 1;
    const auto name = reader_.map_.used().find(column);
    if (name != reader_.map_.used().end()) issue.at = name->second;
    for (const ReadingIssue& held : reading_.issues) {
      if (held.column == issue.column && held.at == issue.at && held.reason == issue.reason) return;
    }
    reading_.issues.push_back(std::move(issue));
  }

  // Cells that say something to none of the messages: it would be lost.
  void FindUnsaid(const std::set<std::string>& said) {
    for (const auto& [column, at] : reader_.columns_) {
      if (said.contains(column) || !reader_.ValueAt(row_, column).has_value()) continue;
      Add(column, "CELL_UNUSED", "leave this cell empty in such a row");
    }
  }

  void ReadSentAt() {
    sent_at_ = reader_.origin_.sent_at;
    const std::string& column = reader_.map_.sent_at();
    if (column.empty()) return;
    const std::optional<std::string> text = reader_.ValueAt(row_, column);
    if (!text.has_value()) return;
    const std::optional<absl::Time> time = ReadTime(*text);
    if (time.has_value()) {
      sent_at_ = *time;
    } else {
      Add(column, "SENT_AT_INVALID", "give a time, such as 2026-11-02 09:30");
    }
  }

  void Order(const DateOrder& order) {
    const std::optional<std::string> earlier = reader_.ValueAt(row_, order.earlier());
    const std::optional<std::string> later = reader_.ValueAt(row_, order.later());
    if (!earlier.has_value() || !later.has_value()) return;
    const std::optional<absl::CivilDay> first = ReadDay(*earlier);
    const std::optional<absl::CivilDay> second = ReadDay(*later);
    if (first.has_value() && second.has_value() && *second < *first) {
      Add(order.later(), "DATE_ORDER",
          absl::StrCat("check both days: this one lies before ",
                       reader_.map_.used().at(order.earlier())));
    }
  }

  std::string SenderOf(const ColumnMap::Message& message) {
    if (message.on_behalf_of.empty()) return reader_.origin_.sender;
    const std::string named = reader_.ValueAt(row_, message.on_behalf_of).value_or("");
    const std::vector<std::string>& also = reader_.origin_.also;
    if (named == reader_.origin_.sender || std::count(also.begin(), also.end(), named) > 0) {
      return named;
    }
    Add(message.on_behalf_of, named.empty() ? "FIELD_REQUIRED" : "SENDER_NOT_ALLOWED",
        "name an organisation for which the owner of this file speaks");
    return "";
  }

  // What a cell of the map says of this row; null: nothing.
  Json ValueOf(const ColumnMap::Cell& cell) {
    if (cell.sent_at) return absl::FormatTime(absl::RFC3339_full, sent_at_, absl::UTCTimeZone());
    std::string text = cell.value;
    if (!cell.column.empty()) {
      const std::optional<std::string> said = reader_.ValueAt(row_, cell.column);
      if (!said.has_value()) return nullptr;
      text = *said;
    }
    if (cell.list != nullptr) {
      const auto code = cell.list->find(csv::FoldName(text));
      if (code == cell.list->end()) {
        Add(cell.column, "CODE_UNKNOWN", "add this word to its list in the column map");
        return nullptr;
      }
      if (code->second.empty()) return nullptr;
      text = code->second;
    }
    CellValue value = ValueFor(cell.target, text);
    if (!value.reason.empty()) Add(cell.column, value.reason, value.remedy);
    return std::move(value.value);
  }

  void Say(const ColumnMap::Message& message) {
    Said said;
    said.type = std::string(message.type->name);
    const std::string sender = SenderOf(message);
    std::vector<std::string> about = {reader_.map_.name(), said.type, sender};
    for (const std::string& column : message.key) {
      about.push_back(reader_.ValueAt(row_, column).value_or(""));
    }
    said.about = DigestOf(about);

    Json json = Json::object();
    std::vector<std::string> content;
    for (const ColumnMap::Cell& cell : message.cells) {
      Json value = ValueOf(cell);
      if (value.is_null()) continue;
      if (!cell.sent_at) {
        content.push_back(cell.to);
        content.push_back(value.dump(-1, ' ', false, Json::error_handler_t::replace));
      }
      json[Json::json_pointer(cell.to)] = std::move(value);
    }
    said.content = DigestOf(content);
    if (!reading_.issues.empty()) return;
    if (message.type->body.empty()) {
      Episode(message, json, said);
    } else {
      Message(message, json, sender, said);
    }
    reading_.said.push_back(std::move(said));
  }

  void Episode(const ColumnMap::Message& message, const Json& json, Said& said) {
    std::set<std::string> read;
    std::vector<Issue> issues;
    said.episode.emplace();
    ReadFields(json, "", message.type->fields, *said.episode, read, issues);
    ReadFields(json.value("person", Json::object()), "/person", PersonFields(),
               *said.episode->mutable_person(), read, issues);
    for (const Issue& issue : issues) Locate(message, issue.at, issue.reason, issue.remedy);
  }

  void Message(const ColumnMap::Message& message, Json& json, const std::string& sender,
               Said& said) {
    json["id"] = "row";  // Named by whoever hands it over.
    json["type"] = said.type;
    json["sentAt"] = absl::FormatTime(absl::RFC3339_full, sent_at_, absl::UTCTimeZone());
    Translated translated = FromObject(json, sender, reader_.origin_.locality);
    for (const Issue& issue : translated.issues) {
      Locate(message, issue.at, issue.reason, issue.remedy);
    }
    if (!translated.issues.empty()) return;
    said.envelope = std::move(translated.envelope);
    said.envelope.mutable_original()->set_media_type("text/csv");
    said.envelope.mutable_original()->set_content(reader_.header_ + row_.raw);
    Terms(message, said.envelope);
  }

  // A fault of a field is one of the column that it came from.
  void Locate(const ColumnMap::Message& message, const std::string& at, const std::string& reason,
              const std::string& remedy) {
    for (const ColumnMap::Cell& cell : message.cells) {
      if (cell.to != at) continue;
      return Add(cell.column, reason, remedy);
    }
    reading_.issues.push_back({row_.line, 0, at, reason, remedy});
  }

  // What the contract asks of each field, before the gateway has to.
  void Terms(const ColumnMap::Message& message, const v1::Envelope& envelope) {
    const absl::Status kept = CheckFields(envelope);
    if (kept.ok()) return;
    std::string path;
    for (const auto& [key, value] : MetadataOf(kept)) {
      if (key == "field") path = value;
    }
    for (const ColumnMap::Cell& cell : message.cells) {
      if (cell.target.path != path) continue;
      return Add(cell.column, ReasonOf(kept), std::string(kept.message()));
    }
    reading_.issues.push_back({row_.line, 0, path, ReasonOf(kept), std::string(kept.message())});
  }

  const RowReader& reader_;
  const csv::Row& row_;
  absl::Time sent_at_;
  Reading reading_;
};

std::vector<ReadingIssue> RowReader::ReadHeader(const csv::Row& header) {
  std::vector<ReadingIssue> issues;
  for (const csv::Issue& issue : header.issues) {
    issues.push_back({issue.line, issue.column, "", issue.reason, issue.remedy});
  }
  header_ = header.raw;
  for (size_t n = 0; n < header.cells.size(); ++n) {
    const std::string name = csv::FoldName(header.cells[n]);
    const bool used = map_.used().contains(name);
    if (used && !columns_.emplace(name, n).second) {
      issues.push_back(
          {header.line, n + 1, map_.used().at(name), "COLUMN_TWICE", "name each column once"});
    }
    if (!used && !map_.ignore_others() && !map_.ignored().contains(name)) {
      issues.push_back({header.line, n + 1,
                        header.cells[n].size() <= kNameShown ? header.cells[n] : "",
                        "COLUMN_UNKNOWN",
                        "use this column in the column map, or list it there as "
                        "ignored"});
    }
  }
  for (const auto& [folded, name] : map_.used()) {
    if (columns_.contains(folded) || map_.optional().contains(folded)) continue;
    issues.push_back({header.line, 0, name, "COLUMN_MISSING",
                      "add this column, or check the spelling of the header"});
  }
  return issues;
}

Reading RowReader::Read(const csv::Row& row) const { return Build(*this, row).Run(); }

std::optional<std::string> RowReader::ValueAt(const csv::Row& row,
                                              const std::string& column) const {
  const auto at = columns_.find(column);
  if (at == columns_.end() || at->second >= row.cells.size()) return std::nullopt;
  return csv::ValueOf(row.cells[at->second]);
}

bool RowReader::Holds(const csv::Row& row, const Condition& condition) const {
  const std::optional<std::string> value = ValueAt(row, condition.column());
  bool holds = value.has_value();
  if (!condition.is().empty()) {
    const std::string word = value.has_value() ? csv::FoldName(*value) : "";
    holds = value.has_value() && std::count(condition.is().begin(), condition.is().end(), word) > 0;
  }
  return holds != condition.negated();
}

template <typename Conditions>
bool RowReader::AllHold(const csv::Row& row, const Conditions& conditions) const {
  return std::all_of(conditions.begin(), conditions.end(),
                     [&](const Condition& condition) { return Holds(row, condition); });
}

}  // namespace fosse::adapters::council
