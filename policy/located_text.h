#ifndef FOSSE_POLICY_LOCATED_TEXT_H_
#define FOSSE_POLICY_LOCATED_TEXT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"

// Protobuf text whose every fault is told with its place, as an editor shows it. For documents that
// people write: rulebooks, suites, directories. Not for messages about persons: a fault may quote
// the text. Not thread-safe.
namespace fosse::policy {

// Most bytes that one document may have.
inline constexpr size_t kMaxDocumentBytes = 4u << 20;
// Most faults that are told; the rest are counted.
inline constexpr size_t kMaxFaults = 100;

// A place in the text: a message, with the places of its fields. Cheap to copy; lives no longer
// than the LocatedText it came from. What the text does not mention has the place of whatever
// would hold it, so that a missing field is told where its message begins.
class Place {
 public:
  // The message in a field: `index` for repeated ones.
  Place Into(int field_number, int index = -1) const;
  // Where the field begins. Several values in one list `[a, b]` have one place.
  Place At(int field_number, int index = -1) const;

  int line() const { return line_; }      // From 1.
  int column() const { return column_; }  // From 1.

 private:
  friend class LocatedText;
  Place(const google::protobuf::Descriptor* type,
        const google::protobuf::TextFormat::ParseInfoTree* tree, int line, int column)
      : type_(type), tree_(tree), line_(line), column_(column) {}

  const google::protobuf::Descriptor* type_;
  const google::protobuf::TextFormat::ParseInfoTree* tree_;  // Null: not in the text.
  int line_;
  int column_;
};

// What is wrong with a document, in the order of finding.
class Faults {
 public:
  // `what` says what is wrong and how to mend it.
  void Add(const Place& at, absl::string_view what) { Add(at.line(), at.column(), what); }
  void Add(int line, int column, absl::string_view what);

  bool empty() const { return faults_.empty(); }
  // Each as `line:column: what`, in order of place.
  std::vector<std::string> Lines() const;
  // OK where there are none; else INVALID_ARGUMENT with `reason`, `title` and the lines.
  absl::Status ToStatus(absl::string_view reason, absl::string_view title) const;

 private:
  struct Fault {
    int line;
    int column;
    std::string what;
  };
  std::vector<Fault> faults_;
  size_t left_out_ = 0;
};

// Parses one document and remembers where everything stands.
class LocatedText {
 public:
  // Fills `message`. False, with the reasons in `faults`, where the text is too long or does not
  // parse.
  bool Parse(absl::string_view text, google::protobuf::Message& message, Faults& faults);

  // The document itself. Parse() came before.
  Place root() const { return Place(type_, &tree_, 1, 1); }

 private:
  const google::protobuf::Descriptor* type_ = nullptr;
  google::protobuf::TextFormat::ParseInfoTree tree_;
};

}  // namespace fosse::policy

#endif  // FOSSE_POLICY_LOCATED_TEXT_H_
