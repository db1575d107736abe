#include "adapters/council/columns/column_map.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/council/columns/cell_value.h"
#include "adapters/csv/reader.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"
#include "re2/re2.h"

namespace fosse::adapters::council {
namespace {

using google::protobuf::TextFormat;
using Tree = TextFormat::ParseInfoTree;

constexpr size_t kMostFaults = 50;

class SyntaxFaults : public google::protobuf::io::ErrorCollector {
 public:
  explicit SyntaxFaults(std::vector<MapFault>& faults) : faults_(faults) {}
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    if (faults_.size() < kMostFaults) {
      faults_.push_back({line + 1, column + 1, "MAP_SYNTAX", message});
    }
  }

 private:
  std::vector<MapFault>& faults_;
};

// Where the nth of a repeated field stands.
const Tree* Below(const Tree* tree, const google::protobuf::Message& message, const char* field,
                  int n) {
  if (tree == nullptr) return nullptr;
  return tree->GetTreeForNested(message.GetDescriptor()->FindFieldByName(field), n);
}

std::string Fold(const std::string& text) { return csv::FoldName(text); }

Condition Folded(Condition condition) {
  condition.set_column(Fold(condition.column()));
  for (std::string& word : *condition.mutable_is()) word = Fold(word);
  return condition;
}

}  // namespace

// Builds a map from its text and says all that is wrong with it.
class MapCheck {
 public:
  MapCheck(ColumnMap& map, const Tree& tree, std::vector<MapFault>& faults)
      : map_(map), text_(map.proto_), tree_(tree), faults_(faults) {}

  void Run() {
    static const RE2 kName("[a-z][a-z0-9-]{0,39}");
    if (!RE2::FullMatch(text_.name(), kName)) {
      Fault(&tree_, text_, "name", -1, "NAME_INVALID",
            "name the map in lower case letters, digits and hyphens");
    }
    for (int n = 0; n < text_.lists_size(); ++n) List(n);
    for (int n = 0; n < text_.skips_size(); ++n) Skipped(n);
    for (const DateOrder& order : text_.orders()) {
      map_.orders_.emplace_back().set_earlier(Use(order.earlier()));
      map_.orders_.back().set_later(Use(order.later()));
    }
    map_.sent_at_ = Use(text_.sent_at());
    if (text_.messages().empty()) {
      Fault(&tree_, text_, "messages", -1, "MESSAGES_MISSING", "say what a row becomes");
    }
    for (int n = 0; n < text_.messages_size(); ++n) Message(n);
    for (const std::string& column : text_.ignored()) map_.ignored_.insert(Fold(column));
    for (const std::string& column : text_.optional()) map_.optional_.insert(Fold(column));
    Columns();
  }

 private:
  void Fault(const Tree* tree, const google::protobuf::Message& message, const char* field, int n,
             std::string reason, std::string what) {
    if (faults_.size() >= kMostFaults) return;
    MapFault fault{1, 1, std::move(reason), std::move(what)};
    const auto* const named = message.GetDescriptor()->FindFieldByName(field);
    if (tree != nullptr &&
        named->is_repeated() == (n >= 0)) {  // Else there is nothing to point at.
      const auto place = tree->GetLocation(named, n);
      fault.line = std::max(place.line, 0) + 1;
      fault.column = std::max(place.column, 0) + 1;
    }
    faults_.push_back(std::move(fault));
  }

  // The folded name of a column that the file must have.
  std::string Use(const std::string& column) {
    std::string folded = Fold(column);
    if (!folded.empty()) map_.used_.emplace(folded, column);
    return folded;
  }

  Condition UseIn(const Condition& condition) {
    Use(condition.column());
    return Folded(condition);
  }

  void List(int n) {
    const CodeList& list = text_.lists(n);
    const Tree* tree = Below(&tree_, text_, "lists", n);
    const auto [at, fresh] = map_.lists_.emplace(list.name(), std::map<std::string, std::string>());
    if (!fresh || list.name().empty()) {
      Fault(tree, list, "name", -1, "LIST_TWICE", "give each list a name of its own");
      return;
    }
    for (int code = 0; code < list.codes_size(); ++code) {
      for (const std::string& word : list.codes(code).says()) {
        const auto [held, added] = at->second.emplace(Fold(word), list.codes(code).means());
        if (!added && held->second != list.codes(code).means()) {
          Fault(Below(tree, list, "codes", code), list.codes(code), "says", 0, "CODE_TWICE",
                absl::StrCat("'", word, "' has two meanings: case, spaces and dashes are alike"));
        }
      }
    }
  }

  void Skipped(int n) {
    static const RE2 kReason("[A-Z][A-Z0-9_]{0,59}");
    Skip skip;
    skip.set_reason(text_.skips(n).reason());
    for (const Condition& condition : text_.skips(n).when()) *skip.add_when() = UseIn(condition);
    if (!RE2::FullMatch(skip.reason(), kReason) || skip.when().empty()) {
      Fault(&tree_, text_, "skips", n, "NAME_INVALID",
            "give when, and a reason in capital letters, digits and underscores");
    }
    map_.skips_.push_back(std::move(skip));
  }

  void Message(int n) {
    const RowMessage& row = text_.messages(n);
    const Tree* tree = Below(&tree_, text_, "messages", n);
    ColumnMap::Message message;
    message.type = FindRowType(row.type());
    if (message.type == nullptr) {
      Fault(tree, row, "type", -1, "TYPE_UNKNOWN", "no message of that type; see council-json.md");
      return;
    }
    for (const Condition& condition : row.when()) message.when.push_back(UseIn(condition));
    for (const std::string& column : row.key()) message.key.push_back(Use(column));
    if (row.key().empty()) {
      Fault(&tree_, text_, "messages", n, "KEY_MISSING", "name the columns of the key");
    }
    message.on_behalf_of = Use(row.on_behalf_of());
    std::set<std::string> pointers;
    for (int cell = 0; cell < row.cells_size(); ++cell) {
      Cell(row.cells(cell), Below(tree, row, "cells", cell), pointers, message);
    }
    for (const std::string& required : RequiredPointers(*message.type)) {
      const auto found = pointers.lower_bound(required);
      if (found == pointers.end() ||
          (*found != required && !absl::StartsWith(*found, required + "/"))) {
        Fault(&tree_, text_, "messages", n, "FIELD_REQUIRED",
              absl::StrCat("say where ", required, " comes from"));
      }
    }
    for (const Condition& condition : message.when) message.columns.insert(condition.column());
    for (const ColumnMap::Cell& cell : message.cells) message.columns.insert(cell.column);
    message.columns.insert(message.key.begin(), message.key.end());
    message.columns.insert(message.on_behalf_of);
    map_.messages_.push_back(std::move(message));
  }

  void Cell(const council::Cell& cell, const Tree* tree, std::set<std::string>& pointers,
            ColumnMap::Message& message) {
    const std::optional<Target> target = FindTarget(*message.type, cell.to());
    if (!target.has_value()) {
      Fault(tree, cell, "to", -1, "FIELD_UNKNOWN",
            absl::StrCat("no field ", cell.to(), " in ", std::string(message.type->name)));
      return;
    }
    if (!pointers.insert(cell.to()).second) {
      Fault(tree, cell, "to", -1, "FIELD_TWICE", "one field comes from one place");
    }
    const int sources =
        int{!cell.column().empty()} + int{!cell.value().empty()} + int{cell.sent_at()};
    if (sources != 1 || (cell.sent_at() && target->form != Form::kTime)) {
      Fault(tree, cell, "to", -1, "SOURCE_UNCLEAR",
            "give one of column, value and sent_at; sent_at for a time alone");
    }
    ColumnMap::Cell made{cell.to(),    *target,        Use(cell.column()),
                         cell.value(), cell.sent_at(), nullptr};
    if (!cell.value().empty()) Word(*target, cell.value(), tree, cell);
    if (!cell.list().empty()) {
      const auto list = map_.lists_.find(cell.list());
      if (list == map_.lists_.end() || cell.column().empty()) {
        Fault(tree, cell, "list", -1, "LIST_UNKNOWN", "no list of that name, or no column for it");
      } else {
        made.list = &list->second;
        for (const auto& [says, means] : list->second) {
          if (!means.empty()) Word(*target, means, tree, cell);
        }
      }
    }
    message.cells.push_back(std::move(made));
  }

  void Word(const Target& target, const std::string& word, const Tree* tree,
            const council::Cell& cell) {
    if (const CellValue value = ValueFor(target, word); !value.reason.empty()) {
      Fault(tree, cell, "to", -1, "VALUE_INVALID", absl::StrCat("'", word, "': ", value.remedy));
    }
  }

  void Columns() {
    for (int n = 0; n < text_.ignored_size(); ++n) {
      if (map_.used_.contains(Fold(text_.ignored(n)))) {
        Fault(&tree_, text_, "ignored", n, "COLUMN_TWICE", "a column is ignored or used, not both");
      }
    }
    for (int n = 0; n < text_.optional_size(); ++n) {
      if (!map_.used_.contains(Fold(text_.optional(n)))) {
        Fault(&tree_, text_, "optional", n, "COLUMN_TWICE",
              "only a column that is used can be optional");
      }
    }
  }

  ColumnMap& map_;
  const ColumnMapText& text_;
  const Tree& tree_;
  std::vector<MapFault>& faults_;
};

std::unique_ptr<const ColumnMap> ColumnMap::Load(const std::string& text,
                                                 std::vector<MapFault>& faults) {
  std::unique_ptr<ColumnMap> map(new ColumnMap());
  SyntaxFaults syntax(faults);
  Tree tree;
  TextFormat::Parser parser;
  parser.RecordErrorsTo(&syntax);
  parser.WriteLocationsTo(&tree);
  parser.SetRecursionLimit(8);
  if (!parser.ParseFromString(text, &map->proto_)) {
    if (faults.empty()) faults.push_back({1, 1, "MAP_SYNTAX", "no column map"});
    return nullptr;
  }
  MapCheck(*map, tree, faults).Run();
  if (!faults.empty()) return nullptr;
  return map;
}

}  // namespace fosse::adapters::council
