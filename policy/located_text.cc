#include "policy/located_text.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/status.h"
#include "google/protobuf/io/tokenizer.h"

namespace fosse::policy {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::TextFormat;

// The word that the parser complains about, where it tells it a token too late: it has read past a
// name before it finds that nobody knows it. Empty for all other complaints.
std::string LateWord(const std::string& message) {
  for (const absl::string_view before : {"has no field named \"", "enumeration value of \""}) {
    const size_t at = message.find(std::string(before));
    if (at == std::string::npos) continue;
    const size_t begin = at + before.size();
    return message.substr(begin, message.find('"', begin) - begin);
  }
  return "";
}

// The parser counts from 0, editors from 1; -1 means nowhere.
class Collector : public google::protobuf::io::ErrorCollector {
 public:
  Collector(absl::string_view text, Faults& faults) : text_(text), faults_(faults) {}

  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    line = std::max(line, 0);
    column = std::max(column, 0);
    const std::string word = LateWord(message);
    if (!word.empty()) MoveBackTo(word, line, column);
    faults_.Add(line + 1, column + 1, message);
  }

 private:
  // Moves to the last `word` at or before the place, where there is one.
  void MoveBackTo(const std::string& word, int& line, int& column) const {
    const std::vector<absl::string_view> lines = absl::StrSplit(text_, '\n');
    for (int n = std::min(line, static_cast<int>(lines.size()) - 1); n >= 0; --n) {
      absl::string_view here = lines[static_cast<size_t>(n)];
      if (n == line) here = here.substr(0, static_cast<size_t>(column));
      const size_t found = here.rfind(word);
      if (found == absl::string_view::npos) continue;
      line = n;
      column = static_cast<int>(found);
      return;
    }
  }

  absl::string_view text_;
  Faults& faults_;
};

}  // namespace

Place Place::At(int field_number, int index) const {
  const FieldDescriptor* field = type_->FindFieldByNumber(field_number);
  FOSSE_CHECK(field != nullptr && field->is_repeated() == (index >= 0));
  Place place(type_, nullptr, line_, column_);
  if (tree_ == nullptr) return place;
  TextFormat::ParseLocation at = tree_->GetLocation(field, index);
  // A list is recorded once, for its first value.
  if (at.line < 0 && index > 0) at = tree_->GetLocation(field, 0);
  if (at.line >= 0) {
    place.line_ = at.line + 1;
    place.column_ = at.column + 1;
  }
  return place;
}

Place Place::Into(int field_number, int index) const {
  Place place = At(field_number, index);
  const FieldDescriptor* field = type_->FindFieldByNumber(field_number);
  place.type_ = field->message_type();
  FOSSE_CHECK(place.type_ != nullptr);
  if (tree_ != nullptr) place.tree_ = tree_->GetTreeForNested(field, index);
  return place;
}

void Faults::Add(int line, int column, absl::string_view what) {
  if (faults_.size() == kMaxFaults) {
    ++left_out_;
    return;
  }
  faults_.push_back({line, column, std::string(what)});
}

std::vector<std::string> Faults::Lines() const {
  std::vector<Fault> sorted = faults_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Fault& a, const Fault& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  std::vector<std::string> lines;
  for (const Fault& fault : sorted) {
    lines.push_back(absl::StrCat(fault.line, ":", fault.column, ": ", fault.what));
  }
  if (left_out_ > 0) lines.push_back(absl::StrCat("and ", left_out_, " more"));
  return lines;
}

absl::Status Faults::ToStatus(absl::string_view reason, absl::string_view title) const {
  if (faults_.empty()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, reason,
                   absl::StrCat(title, "\n", absl::StrJoin(Lines(), "\n")));
}

bool LocatedText::Parse(absl::string_view text, google::protobuf::Message& message,
                        Faults& faults) {
  type_ = message.GetDescriptor();
  if (text.size() > kMaxDocumentBytes) {
    faults.Add(1, 1, absl::StrCat("the document is longer than ", kMaxDocumentBytes, " bytes"));
    return false;
  }
  Collector collector(text, faults);
  TextFormat::Parser parser;
  parser.RecordErrorsTo(&collector);
  parser.WriteLocationsTo(&tree_);
  if (parser.ParseFromString(std::string(text), &message)) return true;
  if (faults.empty()) faults.Add(1, 1, "the document does not parse");
  return false;
}

}  // namespace fosse::policy
