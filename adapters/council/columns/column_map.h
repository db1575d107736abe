#ifndef FOSSE_ADAPTERS_COUNCIL_COLUMNS_COLUMN_MAP_H_
#define FOSSE_ADAPTERS_COUNCIL_COLUMNS_COLUMN_MAP_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "adapters/council/columns/column_map.pb.h"
#include "adapters/council/columns/target.h"

namespace fosse::adapters::council {

// What is wrong with a column map, and where in its text; lines and columns from 1. A map holds no
// person's data, so a fault may name what stands there.
struct MapFault {
  int line = 0;
  int column = 0;
  std::string reason;
  std::string what;
};

// A column map that was checked: every field that it names is one of the contract, every field that
// the contract requires comes from somewhere, every word of its lists is one that the field can
// have. Thread-safe: nothing changes after Load().
//
//   MAP_SYNTAX        no protobuf text of ColumnMap
//   NAME_INVALID      name of the map or reason of a skip
//   TYPE_UNKNOWN, FIELD_UNKNOWN, FIELD_TWICE, FIELD_REQUIRED, VALUE_INVALID
//   SOURCE_UNCLEAR    a cell has none of column, value and sent_at, or more than one
//   LIST_UNKNOWN, LIST_TWICE, CODE_TWICE
//   COLUMN_TWICE      ignored and used, or optional and not used
//   KEY_MISSING, MESSAGES_MISSING
class ColumnMap {
 public:
  struct Cell {
    std::string to;
    Target target;
    std::string column;  // Folded; empty: none.
    std::string value;   // Where there is no column.
    bool sent_at = false;
    const std::map<std::string, std::string>* list = nullptr;  // Folded word to meaning.
  };
  struct Message {
    const MessageType* type = nullptr;
    std::vector<Condition> when;   // Columns and words folded.
    std::vector<std::string> key;  // Folded.
    std::vector<Cell> cells;
    std::string on_behalf_of;       // Folded.
    std::set<std::string> columns;  // All that it looks at, folded.
  };

  // Null where there are faults.
  static std::unique_ptr<const ColumnMap> Load(const std::string& text,
                                               std::vector<MapFault>& faults);

  const std::string& name() const { return proto_.name(); }
  const std::vector<Message>& messages() const { return messages_; }
  const std::vector<Skip>& skips() const { return skips_; }         // Columns and words folded.
  const std::vector<DateOrder>& orders() const { return orders_; }  // Columns folded.
  const std::string& sent_at() const { return sent_at_; }           // Folded.
  bool strict() const { return proto_.strict(); }
  bool ignore_others() const { return proto_.ignore_others(); }
  // Columns by folded name, and as the map writes them.
  const std::map<std::string, std::string>& used() const { return used_; }
  const std::set<std::string>& ignored() const { return ignored_; }
  const std::set<std::string>& optional() const { return optional_; }

 private:
  friend class MapCheck;
  ColumnMap() = default;

  ColumnMapText proto_;
  std::map<std::string, std::map<std::string, std::string>> lists_;
  std::vector<Message> messages_;
  std::vector<Skip> skips_;
  std::vector<DateOrder> orders_;
  std::string sent_at_;
  std::map<std::string, std::string> used_;
  std::set<std::string> ignored_;
  std::set<std::string> optional_;
};

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_COLUMNS_COLUMN_MAP_H_
