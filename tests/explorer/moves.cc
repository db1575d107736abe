#include "tests/explorer/moves.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "care/times.h"
#include "tests/care/messages.h"

namespace fosse::care {
namespace {

bool Has(const std::vector<Group>& groups, Group group) {
  return std::find(groups.begin(), groups.end(), group) != groups.end();
}

}  // namespace

const std::vector<Row>& Rows() {
  static const std::vector<Row>& all = *[] {
    auto* rows = new std::vector<Row>(rows::OfDelegation());
    for (const std::vector<Row>& more :
         {rows::OfOversight(), rows::OfPerson(), rows::OfSharedCare(), rows::OfSocialCare()}) {
      rows->insert(rows->end(), more.begin(), more.end());
    }
    return rows;
  }();
  return all;
}

std::vector<Move> AlphabetOf(const std::vector<Group>& groups, const Bounds& bounds) {
  std::vector<Move> moves;
  for (size_t n = 0; n < Rows().size(); ++n) {
    const Row& row = Rows()[n];
    if (!Has(groups, row.group)) continue;
    for (int person = 0; person < (row.by_person ? bounds.persons : 1); ++person) {
      for (int task = 0; task < (row.by_task ? bounds.tasks : 1); ++task) {
        for (int worker = 0; worker < (row.by_worker ? bounds.workers : 1); ++worker) {
          for (size_t sender = 0; sender < row.senders.size(); ++sender) {
            moves.push_back({.row = static_cast<int>(n),
                             .about = {person, task, worker, static_cast<int>(sender)}});
          }
        }
      }
    }
  }
  if (!Has(groups, Group::kTime)) return moves;
  for (int which = 0; which < kMostTies; ++which) moves.push_back({.which = which});
  moves.push_back({.at_deadline = true});
  return moves;
}

std::string InWords(const Move& move) {
  if (move.row < 0) {
    if (move.at_deadline) return "time passes to the last instant for an answer to the offer";
    return move.which == 0 ? "time passes, and what is due first acts"
                           : absl::StrCat("time passes, and of all that is due number ",
                                          move.which + 1, " acts first");
  }
  const Row& row = Rows()[static_cast<size_t>(move.row)];
  std::string words =
      absl::StrCat(row.senders[static_cast<size_t>(move.about.sender)], " ", row.words);
  if (row.by_task) absl::StrAppend(&words, ", REF-", move.about.task + 1);
  if (row.by_person) absl::StrAppend(&words, ", person ", move.about.person + 1);
  if (row.by_worker) absl::StrAppend(&words, ", worker ", move.about.worker + 1);
  return words;
}

bool MessageOf(const Move& move, const State& state, const Bounds& bounds, v1::Envelope& envelope) {
  const Row& row = Rows()[static_cast<size_t>(move.row)];
  const char* sender = row.senders[static_cast<size_t>(move.about.sender)];
  if (!row.build(state, bounds, move.about, sender, envelope)) return false;
  envelope.set_message_id(absl::StrCat("m-", state.seeds));
  envelope.set_locality("QK1");
  *envelope.mutable_sent_at() = Timestamp(state.now);
  return true;
}

std::string Ref(const About& about) { return absl::StrCat("REF-", about.task + 1); }

const std::string& Number(const About& about) { return NumberOf(about.person); }

const v1::CareRecord* PersonOf(const State& state, const About& about) {
  return state.persons[static_cast<size_t>(HolderOf(state, about.person))].get();
}

const v1::Delegation* TaskOf(const State& state, const About& about) {
  const v1::CareRecord* person = PersonOf(state, about);
  if (person == nullptr) return nullptr;
  const v1::Delegation* found = nullptr;
  for (const v1::Delegation& delegation : person->delegations()) {
    if (delegation.proposal().reference() != Ref(about)) continue;
    if (!Over(delegation)) return &delegation;
    found = &delegation;
  }
  return found;
}

bool MayPropose(const State& state, const Bounds& bounds, const About& about) {
  const v1::CareRecord* person = PersonOf(state, about);
  if (person == nullptr) return false;
  const v1::Delegation* open = TaskOf(state, about);
  return (open != nullptr && !Over(*open)) || person->delegations_size() < bounds.delegations;
}

}  // namespace fosse::care
