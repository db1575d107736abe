// What an exploration found, in words.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "care/work.h"
#include "tests/explorer/explorer.h"

namespace fosse::care {
namespace {

std::string Short(const std::string& name, absl::string_view prefix) {
  return name.substr(std::min(name.size(), prefix.size()));
}

std::string DelegationWord(int state) {
  if (state == 0) return "none";
  return Short(v1::DelegationState_Name(static_cast<v1::DelegationState>(state)),
               "DELEGATION_STATE_");
}

std::string OversightWord(int state) {
  if (state == 0) return "none";
  return Short(v1::OversightState_Name(static_cast<v1::OversightState>(state)), "OVERSIGHT_STATE_");
}

std::string TasksInWords(const State& state) {
  std::vector<std::string> all;
  for (int person = 0; person < kPersons; ++person) {
    const auto& record = state.persons[static_cast<size_t>(person)];
    if (record == nullptr) continue;
    for (const v1::Delegation& delegation : record->delegations()) {
      const v1::Oversight& oversight = delegation.oversight();
      std::string overseer = oversight.holder().empty() ? "nobody" : oversight.holder();
      if (oversight.state() == v1::OVERSIGHT_STATE_GAP) overseer = "nobody (gap)";
      if (oversight.state() == v1::OVERSIGHT_STATE_OFFERED) {
        absl::StrAppend(&overseer, " (offers to ", oversight.offer().offered_to(), ")");
      }
      const std::string deliverer = DeliversNow(delegation);
      all.push_back(absl::StrCat(delegation.proposal().reference(), " of person ", person + 1, ": ",
                                 DelegationWord(delegation.state()), ", ", overseer, " oversees, ",
                                 deliverer.empty() ? "nobody" : deliverer, " delivers"));
    }
  }
  return absl::StrJoin(all, "; ");
}

std::vector<Told> LastOf(const std::vector<Told>& steps) {
  constexpr size_t kMost = 12;
  return {steps.end() - static_cast<ptrdiff_t>(std::min(kMost, steps.size())), steps.end()};
}

template <typename Table, typename Word>
void AppendTransitions(const Table& table, Word word, std::string& text) {
  for (size_t from = 0; from < table.size(); ++from) {
    std::vector<std::string> row;
    for (size_t to = 0; to < table.size(); ++to) {
      if (table[from][to] == 0) continue;
      row.push_back(absl::StrCat(word(static_cast<int>(to)), " ", table[from][to]));
    }
    if (row.empty()) continue;
    absl::StrAppendFormat(&text, "    %-10s -> %s\n", word(static_cast<int>(from)),
                          absl::StrJoin(row, ", "));
  }
}

}  // namespace

Told Tell(const Move& move, const Taken& taken) {
  Told told;
  told.who_sends_what = InWords(move);
  if (taken.envelope.has_value() && taken.envelope->has_timer_due()) {
    absl::StrAppend(&told.who_sends_what, ": ",
                    Short(v1::TimerKind_Name(taken.envelope->timer_due().kind()), "TIMER_KIND_"));
  }
  std::vector<std::string> decisions;
  const auto add = [&](const Effect& effect) {
    for (const v1::RecordedDecision& decision : effect.recorded) {
      decisions.push_back(absl::StrCat(Short(v1::Question_Name(decision.question()), "QUESTION_"),
                                       " ",
                                       Short(v1::Outcome_Name(decision.outcome()), "OUTCOME_")));
    }
  };
  add(taken.sent.effect);
  for (const Effect& effect : taken.sent.consequences) add(effect);
  told.decision = !taken.status.ok()
                      ? absl::StrCat("refused: ", std::string(taken.status.message()))
                  : decisions.empty() ? "nothing asked"
                                      : absl::StrJoin(decisions, ", ");
  told.tasks = TasksInWords(taken.after);
  return told;
}

std::string TableOf(const std::vector<Told>& steps) {
  std::string text;
  for (size_t n = 0; n < steps.size(); ++n) {
    absl::StrAppendFormat(&text, "  %2d  %s\n      decided: %s\n      now: %s\n", n + 1,
                          steps[n].who_sends_what, steps[n].decision, steps[n].tasks);
  }
  return text;
}

std::string ReportOf(const Scope& scope, const Exploration& result,
                     const policy::Rulebook& rulebook) {
  const Bounds& bounds = scope.bounds;
  std::string text = absl::StrFormat("%s: %s\n", scope.name, scope.about);
  absl::StrAppendFormat(
      &text,
      "  bounds: %d person(s), %d reference(s), %d delegation(s) each, %d worker(s), %d offer(s), "
      "%d check(s), time passes %d time(s), %s; %d moves\n",
      bounds.persons, bounds.tasks, bounds.delegations, bounds.workers, bounds.offers,
      bounds.checks, bounds.time_steps,
      bounds.messages == 0 ? "messages without limit"
                           : absl::StrCat("histories of ", bounds.messages, " steps at most"),
      result.alphabet.size());
  absl::StrAppendFormat(
      &text, "  %d states, %d transitions, %.1f s, %.0f states/s, %.0f steps/s, %d MiB\n",
      result.states, result.hits.transitions, result.seconds,
      static_cast<double>(result.states) / std::max(result.seconds, 0.001),
      static_cast<double>(result.hits.transitions) / std::max(result.seconds, 0.001),
      result.memory_mib);
  absl::StrAppend(&text, "  states by depth: ", absl::StrJoin(result.states_by_depth, " "), "\n");
  if (!result.broken.empty()) {
    absl::StrAppend(&text, "  BROKEN: ", absl::StrJoin(result.broken, "; "), "\n",
                    TableOf(result.counter_example));
  }
  absl::StrAppend(&text, result.exhausted ? "  exhausted: proved within these bounds\n"
                         : result.broken.empty()
                             ? absl::StrCat("  cut at ", result.states,
                                            ": not proved; the last state was reached by\n",
                                            TableOf(LastOf(result.counter_example)))
                             : "  stopped at what is broken\n");
  absl::StrAppend(&text, "  tasks:\n");
  AppendTransitions(result.hits.delegation, DelegationWord, text);
  absl::StrAppend(&text, "  oversight:\n");
  AppendTransitions(result.hits.oversight, OversightWord, text);
  absl::StrAppend(&text, "  moves (changed, same, refused):\n");
  for (size_t n = 0; n < result.alphabet.size(); ++n) {
    const Hits::OfMove& hits = result.hits.moves[n];
    absl::StrAppendFormat(&text, "    %9d %9d %9d  %s\n", hits.changed, hits.same, hits.refused,
                          InWords(result.alphabet[n]));
  }
  size_t reached = 0;
  std::string rules;
  for (size_t n = 0; n < result.hits.rules.size(); ++n) {
    if (result.hits.rules[n] == 0) continue;
    ++reached;
    absl::StrAppendFormat(&rules, "    %9d  %s\n", result.hits.rules[n], rulebook.rule(n).id());
  }
  absl::StrAppend(&text, "  rules reached: ", reached, " of ", result.hits.rules.size(), "\n",
                  rules);
  return text;
}

}  // namespace fosse::care
