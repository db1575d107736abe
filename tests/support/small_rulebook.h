#ifndef FOSSE_TESTS_SUPPORT_SMALL_RULEBOOK_H_
#define FOSSE_TESTS_SUPPORT_SMALL_RULEBOOK_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "policy/rulebook.h"

// A rulebook of two rules, with a suite that holds: for tests of what happens to rulebooks.
namespace fosse {

// `rules` come after its own two.
inline std::string SmallRulebook(absl::string_view id, absl::string_view rules = "") {
  return absl::StrCat(
      "id: \"", id, "\"\nlocality: \"QK1\"\nname: \"Small\"\nvocabulary: ", policy::kVocabulary, R"(
framework_date: "2022-10-01"
cover_owner: "RT5"
unwell_words: "Call now."
training_provider: "RT5-TRAINING"
routes { route: ROUTE_RULEBOOK_OWNER organisation: "QK1-IPCB" words: "the board" }
deadlines { kind: TIMER_KIND_OFFER_DEADLINE minutes: 90 }
rules {
  id: "consent-declined"
  clause: "B-1.7a"
  standing: STANDING_READING
  question: QUESTION_PROPOSE
  when { consent: CONSENT_DECLINED }
  outcome: OUTCOME_DENY
  because: "The person declines."
  remedy: "Health keeps the task."
}
rules {
  id: "consent-given"
  clause: "B-1.7a"
  standing: STANDING_EXPLICIT
  question: QUESTION_PROPOSE
  when { consent: CONSENT_GIVEN }
  outcome: OUTCOME_PERMIT
  because: "The person agrees."
}
)",
      rules);
}

// `rows` come after its own.
inline std::string SmallSuite(absl::string_view id, absl::string_view rows = "") {
  std::string suite = absl::StrCat("rulebook_id: \"", id, "\"\n", R"(
cases { name: "declined" question: QUESTION_PROPOSE facts { consent: CONSENT_DECLINED }
  outcome: OUTCOME_DENY rules: "consent-declined" }
cases { name: "given" question: QUESTION_PROPOSE facts { consent: CONSENT_GIVEN }
  outcome: OUTCOME_PERMIT rules: "consent-given" }
cases { name: "nobody knows" question: QUESTION_PROPOSE outcome: OUTCOME_REFER }
)");
  for (const char* const value :
       {"CONSENT_ATTORNEY_OR_DEPUTY", "CONSENT_BEST_INTERESTS", "CONSENT_NOT_ASKED"}) {
    absl::StrAppend(&suite, "cases { name: \"", value,
                    "\" question: QUESTION_PROPOSE facts { consent: ", value,
                    " } outcome: OUTCOME_REFER }\n");
  }
  return absl::StrCat(suite, rows);
}

}  // namespace fosse

#endif  // FOSSE_TESTS_SUPPORT_SMALL_RULEBOOK_H_
