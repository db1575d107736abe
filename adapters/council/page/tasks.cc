#include "adapters/council/page/tasks.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "adapters/page/items.h"
#include "base/status.h"

namespace fosse::adapters::page {
namespace {

std::string StandingNote(const std::string& provider, const std::string& delegation_id) {
  return absl::StrCat("page/standing/", provider, "/", delegation_id);
}

bool IsLater(const google::protobuf::Timestamp& a, const google::protobuf::Timestamp& b) {
  return std::pair(a.seconds(), a.nanos()) > std::pair(b.seconds(), b.nanos());
}

// Puts a delivery to the task that it is about.
void Take(const Outbox::Item& item, const v1::DelegationStanding& standing, ProviderTask& task) {
  task.standing = standing;
  task.letters.insert(task.letters.begin(),
                      {item.delivery, item.state == Outbox::State::kDelivered});
  const bool asks =
      item.delivery.has_proposal() || item.delivery.message().has_delegation_proposal();
  if (asks || !task.asked.message().subject().has_person()) task.asked = item.delivery;
}

// What the gateway said last to the provider's own act, where nothing was told since.
absl::Status TakeAnswer(Outbox& outbox, const std::string& provider, ProviderTask& task) {
  FOSSE_ASSIGN_OR_RETURN(const std::optional<std::string> note,
                         outbox.FindNote(StandingNote(provider, task.id())));
  v1::Receipt receipt;
  if (!note.has_value() || !receipt.ParseFromString(*note) || receipt.standings().empty()) {
    return absl::OkStatus();
  }
  if (IsLater(receipt.committed_at(), task.letters.front().delivery.committed_at())) {
    task.standing = receipt.standings(0);
  }
  return absl::OkStatus();
}

}  // namespace

bool ProviderTask::unread() const {
  return std::any_of(letters.begin(), letters.end(),
                     [](const Letter& letter) { return !letter.read; });
}

bool ProviderTask::IsOpen() const {
  return standing.state() == v1::DELEGATION_STATE_HELD ||
         standing.state() == v1::DELEGATION_STATE_PROPOSED ||
         standing.state() == v1::DELEGATION_STATE_REFERRED;
}

bool ProviderTask::IsOver() const {
  return standing.state() == v1::DELEGATION_STATE_ENDED ||
         standing.state() == v1::DELEGATION_STATE_DECLINED;
}

absl::StatusOr<ProviderWork> WorkOf(Outbox& outbox, const std::string& provider) {
  FOSSE_ASSIGN_OR_RETURN(const std::vector<Outbox::Item> items, AllItems(outbox, provider));
  ProviderWork work;
  std::map<std::string, ProviderTask> tasks;
  std::vector<std::string> order;  // Ids, the one last heard of at the end.
  for (const Outbox::Item& item : items) {
    if (item.delivery.standings().empty()) {
      work.letters.insert(work.letters.begin(),
                          {item.delivery, item.state == Outbox::State::kDelivered});
    }
    for (const v1::DelegationStanding& standing : item.delivery.standings()) {
      const std::string& id = standing.delegation_id();
      Take(item, standing, tasks[id]);
      order.erase(std::remove(order.begin(), order.end(), id), order.end());
      order.push_back(id);
    }
  }
  for (auto id = order.rbegin(); id != order.rend(); ++id) {
    ProviderTask& task = work.tasks.emplace_back(std::move(tasks[*id]));
    FOSSE_RETURN_IF_ERROR(TakeAnswer(outbox, provider, task));
    FOSSE_ASSIGN_OR_RETURN(History history, ReadHistory(outbox, HistoryOf(provider, task.id())));
    task.history = std::move(history.lines);
  }
  return work;
}

std::string HistoryOf(const std::string& provider, const std::string& delegation_id) {
  return absl::StrCat(provider, "/", delegation_id);
}

absl::Status KeepStandings(Outbox& outbox, const std::string& provider,
                           const v1::Receipt& receipt) {
  for (const v1::DelegationStanding& standing : receipt.standings()) {
    v1::Receipt kept;
    *kept.mutable_committed_at() = receipt.committed_at();
    *kept.add_standings() = standing;
    FOSSE_RETURN_IF_ERROR(outbox.KeepNote(StandingNote(provider, standing.delegation_id()),
                                          kept.SerializeAsString()));
  }
  return absl::OkStatus();
}

}  // namespace fosse::adapters::page
