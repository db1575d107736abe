// Where something stands in an HL7 v2 message, and what is wrong there.
//
// A location holds names and numbers only, never text of the message, so that it may be logged,
// counted and sent back. The same holds for an Issue: its reason is a stable code and its remedy a
// fixed sentence.
#ifndef FOSSE_ADAPTERS_HL7_LOCATION_H_
#define FOSSE_ADAPTERS_HL7_LOCATION_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace fosse::hl7 {

// A place as HL7 counts places: from 1. Zero means "not that deep": a location with field 0 is a
// whole segment, one with component 0 a whole repetition.
struct Location {
  // "PID". Empty for a line that has no readable segment name; `occurrence` is then its line,
  // blank lines not counted.
  std::string segment;
  int occurrence = 1;
  int field = 0;
  int repetition = 0;
  int component = 0;
  int subcomponent = 0;

  // The full form: "PID[1]-3[2].1", "OBX[12]", "line 7".
  std::string ToString() const;
  // The form of the HL7 tables, without occurrence and repetition: "PID-3.1".
  std::string ToHl7() const;
  // Reads both forms; a repetition that is not written is 1 where a field is named, and so is an
  // occurrence. Nothing for any other text, and for numbers above 99,999.
  static std::optional<Location> Parse(absl::string_view text);

  friend bool operator==(const Location&, const Location&) = default;
};

enum class Severity {
  kFault,  // Meaning may be lost: the message is refused.
  kNote,   // Departs from the standard, and is understood all the same.
};

// Something wrong, where, and what its sender can do about it.
struct Issue {
  Location at;
  std::string reason;  // Stable code, such as "MSH_MISSING". All are in docs/formats/hl7v2.md.
  std::string remedy;  // One sentence for the sending system's keepers, without any value.
  Severity severity = Severity::kFault;
};

}  // namespace fosse::hl7

#endif  // FOSSE_ADAPTERS_HL7_LOCATION_H_
