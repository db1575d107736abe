#include "adapters/page/items.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status.h"

namespace fosse::adapters::page {
namespace {

constexpr size_t kMostItems = 2000;
constexpr absl::string_view kFinal =
    "\x1e";  // Before a line after which nothing is left to answer.

std::string HistoryNote(const std::string& about) { return absl::StrCat("page/history/", about); }

}  // namespace

absl::StatusOr<std::vector<Outbox::Item>> AllItems(Outbox& outbox, const std::string& participant) {
  std::vector<Outbox::Item> all;
  for (const Outbox::State state : {Outbox::State::kWaiting, Outbox::State::kDelivered,
                                    Outbox::State::kRefused, Outbox::State::kDead}) {
    FOSSE_ASSIGN_OR_RETURN(std::vector<Outbox::Item> items,
                           outbox.ItemsOf(participant, state, kMostItems));
    for (Outbox::Item& item : items) all.push_back(std::move(item));
  }
  std::sort(all.begin(), all.end(),
            [](const Outbox::Item& a, const Outbox::Item& b) { return a.sequence < b.sequence; });
  return all;
}

absl::StatusOr<History> ReadHistory(Outbox& outbox, const std::string& about) {
  FOSSE_ASSIGN_OR_RETURN(const std::optional<std::string> note,
                         outbox.FindNote(HistoryNote(about)));
  History history;
  for (absl::string_view line : absl::StrSplit(note.value_or(""), '\n', absl::SkipEmpty())) {
    history.final |= absl::ConsumePrefix(&line, kFinal);
    history.lines.emplace_back(line);
  }
  return history;
}

absl::Status AddHistory(Outbox& outbox, const std::string& about, const std::string& line,
                        bool final) {
  FOSSE_ASSIGN_OR_RETURN(const std::optional<std::string> note,
                         outbox.FindNote(HistoryNote(about)));
  std::string flat = line;
  std::replace(flat.begin(), flat.end(), '\n', ' ');
  const std::string added = absl::StrCat(final ? kFinal : "", flat);
  for (const absl::string_view known : absl::StrSplit(note.value_or(""), '\n')) {
    if (known == added) return absl::OkStatus();
  }
  return outbox.KeepNote(HistoryNote(about), absl::StrCat(note.value_or(""), added, "\n"));
}

}  // namespace fosse::adapters::page
