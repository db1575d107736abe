#ifndef FOSSE_ADAPTERS_COUNCIL_TRANSLATE_H_
#define FOSSE_ADAPTERS_COUNCIL_TRANSLATE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "adapters/kit/answer.h"
#include "fosse/v1/delivery.pb.h"
#include "fosse/v1/envelope.pb.h"
#include "fosse/v1/receipt.pb.h"

// JSON of council systems, providers and training offices, to and from the contract. Pure: bytes
// in, messages out; docs/formats/council-json.md describes the format. Thread-safe.
namespace fosse::adapters::council {

// A fault of a native message: where (JSON pointer), a stable reason, what to do. Never a value.
struct Issue {
  std::string at;
  std::string reason;
  std::string remedy;
};

struct Translated {
  v1::Envelope envelope;      // Only where there is no issue.
  std::vector<Issue> issues;  // All that were found, 20 at most.
};

// `sender` and `locality` come from the door, never from the bytes. Every member must be known: one
// that is not would be lost, so it is refused with its place (HAZ-21).
Translated FromJson(absl::string_view bytes, absl::string_view sender, absl::string_view locality);

// What the sender gets back.
std::string ReceiptJson(const v1::Receipt& receipt);
// Problem details (RFC 9457) of type about:blank: the errors are an extension.
std::string IssuesJson(const std::vector<Issue>& issues);
std::string RefusalJson(const Refusal& refusal);

// A delivery as an item of a work list.
std::string WorkListJson(const std::vector<v1::Delivery>& items);
std::string WorkItemJson(const v1::Delivery& item);
// What names the item and says how soon it is due, and nothing of any person.
std::string WorkReferenceJson(const v1::Delivery& item);

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_TRANSLATE_H_
