#ifndef FOSSE_ADAPTERS_COUNCIL_READING_H_
#define FOSSE_ADAPTERS_COUNCIL_READING_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "adapters/council/columns/service_episode.pb.h"
#include "fosse/v1/envelope.pb.h"

// What a row of a table, or a whole document, was read as. Plain values.
namespace fosse::adapters::council {

// A fault, and where: line and column of a table, both from 1 (0: the whole row, or no table), and
// the column's name or a JSON pointer. Never a value.
struct ReadingIssue {
  uint64_t line = 0;
  size_t column = 0;
  std::string at;
  std::string reason;
  std::string remedy;
};

// One thing that was said.
struct Said {
  std::string type;       // As docs/formats/council-json.md names it, or service-episode.
  std::string about;      // 32 bytes: what it is about; the same again for the same thing.
  std::string content;    // 32 bytes: what it says, without when the extract was made.
  v1::Envelope envelope;  // Without message id where it came from a table: see NameMessage().
  std::optional<ServiceEpisode> episode;  // In place of the envelope.
};

struct Reading {
  uint64_t line = 0;
  std::vector<Said> said;   // Empty where there is any issue.
  std::string passed_over;  // Why the row means nothing here; empty: it does.
  std::vector<ReadingIssue> issues;
};

// Whose words they are.
struct Origin {
  std::string sender;
  std::string locality;
  absl::Time sent_at;             // Of the file, where the rows do not say.
  std::vector<std::string> also;  // On whose behalf the sender may speak besides.
};

// The id of a message from a table: the same for the same saying of the same thing, so that a row
// that is handed over twice is one message. `version` counts what was said of the thing so far.
void NameMessage(uint64_t version, Said& said);

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_READING_H_
