#ifndef FOSSE_ADAPTERS_PAGE_ITEMS_H_
#define FOSSE_ADAPTERS_PAGE_ITEMS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "adapters/kit/outbox.h"

// What an organisation was sent, and what was done here, out of the outbox.
namespace fosse::adapters::page {

// Everything it was sent, in the order of coming; of each state the first 2,000.
absl::StatusOr<std::vector<Outbox::Item>> AllItems(Outbox& outbox, const std::string& participant);

// What was done here about something, oldest first, for people.
struct History {
  std::vector<std::string> lines;
  bool final = false;  // Nothing is left to answer.
};
absl::StatusOr<History> ReadHistory(Outbox& outbox, const std::string& about);
// Adds a line; the same line again says nothing new.
absl::Status AddHistory(Outbox& outbox, const std::string& about, const std::string& line,
                        bool final);

}  // namespace fosse::adapters::page

#endif  // FOSSE_ADAPTERS_PAGE_ITEMS_H_
