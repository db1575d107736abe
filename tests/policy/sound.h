#ifndef FOSSE_TESTS_POLICY_SOUND_H_
#define FOSSE_TESTS_POLICY_SOUND_H_

#include <memory>
#include <string>

#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "base/status.h"
#include "policy/rulebook.h"

// A small rulebook without a fault, one line for each thing that can go wrong.
namespace fosse::policy {

inline constexpr char kSound[] = R"(id: "probe/2026-01-01"
locality: "QK9"
name: "Probe"
vocabulary: 1
cover_owner: "RT9"
unwell_words: "Call now."
routes { route: ROUTE_RULEBOOK_OWNER organisation: "QK9-IPCB" words: "the board" }
routes { route: ROUTE_MDT words: "the team" }
rules {
  id: "nurse-only-task"
  clause: "B-3.3"
  standing: STANDING_EXPLICIT
  question: QUESTION_PROPOSE
  when {
    task_restriction: TASK_RESTRICTION_REGISTERED_NURSE_ONLY
    performer: PERFORMER_NOT_A_REGISTERED_NURSE
  }
  outcome: OUTCOME_DENY
  because: "Only a registered nurse may do this task."
  remedy: "Community nursing keeps it."
}
rules {
  id: "consent-unknown"
  clause: "B-1.7a"
  standing: STANDING_READING
  question: QUESTION_PROPOSE
  when { consent: [CONSENT_UNKNOWN, CONSENT_NOT_ASKED] }
  outcome: OUTCOME_HOLD
  because: "Nobody asked."
  remedy: "Ask."
}
rules {
  id: "unlisted-task"
  clause: "B-1.8"
  standing: STANDING_READING
  question: QUESTION_PROPOSE
  when { task_listing: TASK_LISTING_NOT_LISTED }
  outcome: OUTCOME_REFER
  because: "Unlisted."
  remedy: "The team decides."
  route: ROUTE_MDT
}
rules {
  id: "agreed"
  clause: "B-5.2"
  standing: STANDING_EXPLICIT
  question: QUESTION_PROPOSE
  when { mdt_decision: MDT_DECISION_AGREED }
  outcome: OUTCOME_PERMIT
  because: "The team agreed."
}
constraints {
  id: "impossible"
  never { task_listing: TASK_LISTING_GENERIC generic_task: GENERIC_TASK_NONE }
  because: "It is one of seven."
}
catalogue {
  code: "wound-dressing"
  name: "Dress a wound"
  generic_task: GENERIC_TASK_NONE
  training_class: TRAINING_CLASS_SPECIFIC
  restriction: TASK_RESTRICTION_NONE
  version: "1"
  same_as { system: "urn:other" code: "42" }
}
deadlines { kind: TIMER_KIND_OFFER_DEADLINE minutes: 90 }
)";

// The same with one passage replaced.
inline std::string Edited(absl::string_view from, absl::string_view to) {
  const std::string edited = absl::StrReplaceAll(kSound, {{from, to}});
  FOSSE_CHECK(edited != kSound);
  return edited;
}

inline const Rulebook& Sound() {
  static const Rulebook* const kRulebook = [] {
    auto rulebook = Rulebook::Create(kSound);
    FOSSE_CHECK(rulebook.ok());
    return rulebook->release();
  }();
  return *kRulebook;
}

}  // namespace fosse::policy

#endif  // FOSSE_TESTS_POLICY_SOUND_H_
