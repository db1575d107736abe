#ifndef FOSSE_CARE_HISTORY_H_
#define FOSSE_CARE_HISTORY_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "fosse/v1/record.pb.h"
#include "fosse/v1/trail.pb.h"

// A person's record as it stood at a time, from the entries of its trail. Two questions that are
// never mixed (AUD-04, HAZ-34): what was known then, by which what was done is judged, and what is
// now known to have been so then. All pure.
namespace fosse::care {

// One entry about the person, opened; its detail holds when it came in, the message and the
// changes.
struct PastEntry {
  uint64_t index = 0;
  v1::EntryDetail detail;
  bool joined = false;  // Of a record that was joined into the one asked about.
};

// What was known at `at`: all that had come in by then, at that very time included, and nothing
// else. `entries` are those of one record, oldest first. With all of them this is the stored
// record.
v1::CareRecord KnownAt(const std::string& person_key, absl::Span<const PastEntry> entries,
                       absl::Time at);

// Something that came in after the time asked about and says what was so by then.
struct LateEntry {
  uint64_t index = 0;
  absl::Time true_from;
  absl::Time known_from;
  std::string kind;         // Field name of the body.
  bool correction = false;  // Takes back what was said before.
};

struct TrueState {
  v1::CareRecord record;  // Without version and origins: nobody ever kept it so.
  std::vector<LateEntry> learned_later;
};

// What is now known to have been so at `at`. Each thing that an entry changes counts from when it
// happened, where the message says when, else from when it came in; what the gateway itself decided
// then counts from that moment. Of two entries about one thing the later one to come in is
// believed. A correction holds from the beginning. `entries` are those of the record and of all
// joined into it, oldest first. At the time of the last entry, or later, this says what the record
// says, with reports of care in the order in which it was given.
TrueState TrueAt(const std::string& person_key, absl::Span<const PastEntry> entries, absl::Time at);

}  // namespace fosse::care

#endif  // FOSSE_CARE_HISTORY_H_
