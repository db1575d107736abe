#ifndef FOSSE_ADAPTERS_COUNCIL_PAGE_TASKS_H_
#define FOSSE_ADAPTERS_COUNCIL_PAGE_TASKS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "adapters/kit/outbox.h"
#include "fosse/v1/delivery.pb.h"
#include "fosse/v1/receipt.pb.h"

namespace fosse::adapters::page {

// Something that a provider was told.
struct Letter {
  v1::Delivery delivery;
  bool read = false;
};

// A task of a provider, as far as it is known here.
struct ProviderTask {
  v1::DelegationStanding standing;  // The latest that was said, in a message or in an answer.
  v1::Delivery asked;               // What asked for it, with person and plan.
  std::vector<Letter> letters;      // All that was said about it, the newest first.
  std::vector<std::string> history;

  const std::string& id() const { return standing.delegation_id(); }
  const v1::PersonReference& person() const { return asked.message().subject().person(); }
  bool unread() const;
  // Whether an answer to the proposal can still count.
  bool IsOpen() const;
  bool IsOver() const;
};

struct ProviderWork {
  std::vector<ProviderTask> tasks;  // The one that was last heard of first.
  std::vector<Letter> letters;      // About no task, the newest first.
};

// What a provider was sent.
absl::StatusOr<ProviderWork> WorkOf(Outbox& outbox, const std::string& provider);

// What history of a task is kept under: a task may be with two providers while one hands over to
// the other, and neither sees what the other did.
std::string HistoryOf(const std::string& provider, const std::string& delegation_id);

// Remembers how the gateway's answer to the provider says its tasks stand: no message tells whoever
// acted.
absl::Status KeepStandings(Outbox& outbox, const std::string& provider, const v1::Receipt& receipt);

}  // namespace fosse::adapters::page

#endif  // FOSSE_ADAPTERS_COUNCIL_PAGE_TASKS_H_
