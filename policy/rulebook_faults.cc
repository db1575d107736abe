#include "policy/rulebook_faults.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/utf8.h"
#include "policy/rulebook.h"
#include "policy/vocabulary.h"

namespace fosse::policy {
namespace {

// No deadline or period of a locality is longer: what lies beyond is a slip of the pen, and a time
// that no calendar has.
constexpr uint32_t kMostDays = 366;
constexpr uint32_t kMostTimes = 1000;

void NeedText(const std::string& value, const Place& at, absl::string_view what, Faults& faults) {
  if (IsBlank(value)) faults.Add(at, what);
}

// The values that a condition names, for rules and constraints alike. Counts the facts that really
// narrow the situation.
int FindConditionFaults(const v1::When& when, const Place& at, bool denies, Faults& faults) {
  int narrowing = 0;
  for (const Fact& fact : AllFacts()) {
    const std::vector<int> values = ValuesOf(fact, when);
    std::set<int> seen;
    for (int i = 0; i < static_cast<int>(values.size()); ++i) {
      const Place here = at.At(fact.number(), i);
      if (fact.values().FindValueByNumber(values[i]) == nullptr) {
        faults.Add(here, absl::StrCat(fact.name(), " has no value ", values[i],
                                      "; write a name of facts.proto"));
      } else if (!seen.insert(values[i]).second) {
        faults.Add(here, absl::StrCat(fact.name(), " names ", ValueName(fact, values[i]),
                                      " twice; write each value once"));
      }
      if (denies && values[i] == 0) {
        faults.Add(here, absl::StrCat("a missing fact is no reason to deny; leave out ",
                                      ValueName(fact, 0), " or answer HOLD"));
      }
    }
    if (seen.empty()) continue;
    if (static_cast<int>(seen.size()) < fact.values().value_count()) {
      ++narrowing;
    } else {
      faults.Add(at.At(fact.number(), 0),
                 absl::StrCat(fact.name(), " names every value, which is no condition; drop it"));
    }
  }
  return narrowing;
}

void FindRuleFaults(const v1::Rule& rule, const Place& at, Faults& faults) {
  using Rule = v1::Rule;
  const std::string who = rule.id().empty() ? "rule" : absl::StrCat("rule ", rule.id());
  if (!IsRuleId(rule.id())) {
    faults.Add(at.At(Rule::kIdFieldNumber),
               "a rule needs an id of lower case words joined by hyphens");
  }
  NeedText(rule.clause(), at, absl::StrCat(who, " names no clause; add one such as \"B-3.3\""),
           faults);
  if (!v1::Standing_IsValid(rule.standing()) || rule.standing() == v1::STANDING_UNSPECIFIED) {
    faults.Add(at.At(Rule::kStandingFieldNumber),
               absl::StrCat(who, " has no standing; say EXPLICIT or READING"));
  }
  if (!v1::Question_IsValid(rule.question()) || rule.question() == v1::QUESTION_UNSPECIFIED) {
    faults.Add(at.At(Rule::kQuestionFieldNumber), absl::StrCat(who, " answers no question"));
  }
  if (!v1::Outcome_IsValid(rule.outcome()) || rule.outcome() == v1::OUTCOME_UNSPECIFIED) {
    faults.Add(at.At(Rule::kOutcomeFieldNumber), absl::StrCat(who, " has no outcome"));
  }
  NeedText(rule.because(), at, absl::StrCat(who, " says no because; add the reason"), faults);
  if (rule.outcome() != v1::OUTCOME_PERMIT) {
    NeedText(rule.remedy(), at,
             absl::StrCat(who, " has no remedy; whoever gets no PERMIT is told what to do"),
             faults);
  }
  if (rule.outcome() == v1::OUTCOME_REFER && rule.route() == v1::ROUTE_UNSPECIFIED) {
    faults.Add(at.At(Rule::kOutcomeFieldNumber),
               absl::StrCat(who, " refers without a route; say who decides"));
  }
  const int narrowing = FindConditionFaults(rule.when(), at.Into(Rule::kWhenFieldNumber),
                                            rule.outcome() == v1::OUTCOME_DENY, faults);
  if (narrowing == 0) {
    faults.Add(at, absl::StrCat(who, " has no condition beyond its question; add a fact"));
  }
}

void FindRulesFaults(const v1::Rulebook& document, const Place& root, Faults& faults) {
  std::set<std::string> ids;
  std::set<int> routed;
  for (const v1::RouteOwner& owner : document.routes()) routed.insert(owner.route());
  for (int i = 0; i < document.rules_size(); ++i) {
    const v1::Rule& rule = document.rules(i);
    const Place at = root.Into(v1::Rulebook::kRulesFieldNumber, i);
    FindRuleFaults(rule, at, faults);
    if (!rule.id().empty() && !ids.insert(rule.id()).second) {
      faults.Add(at.At(v1::Rule::kIdFieldNumber),
                 absl::StrCat("rule id ", rule.id(), " is used twice; ids are unique"));
    }
    if (rule.route() != v1::ROUTE_UNSPECIFIED && routed.count(rule.route()) == 0) {
      faults.Add(
          at.At(v1::Rule::kRouteFieldNumber),
          absl::StrCat("route ", v1::Route_Name(rule.route()), " has no owner; add it to routes"));
    }
  }
  if (document.rules_size() == 0) faults.Add(root, "there are no rules");
  if (document.rules_size() > static_cast<int>(kMaxRules)) {
    faults.Add(root.At(v1::Rulebook::kRulesFieldNumber, static_cast<int>(kMaxRules)),
               absl::StrCat("too many rules: ", document.rules_size(), " where ", kMaxRules,
                            " are allowed"));
  }
}

void FindConstraintFaults(const v1::Rulebook& document, const Place& root, Faults& faults) {
  std::set<std::string> ids;
  for (int i = 0; i < document.constraints_size(); ++i) {
    const v1::Constraint& constraint = document.constraints(i);
    const Place at = root.Into(v1::Rulebook::kConstraintsFieldNumber, i);
    if (!IsRuleId(constraint.id())) {
      faults.Add(at.At(v1::Constraint::kIdFieldNumber),
                 "a constraint needs an id of lower case words joined by hyphens");
    } else if (!ids.insert(constraint.id()).second) {
      faults.Add(at.At(v1::Constraint::kIdFieldNumber),
                 absl::StrCat("constraint id ", constraint.id(), " is used twice"));
    }
    NeedText(constraint.because(), at, "a constraint says why it holds; add a because", faults);
    const Place never = at.Into(v1::Constraint::kNeverFieldNumber);
    if (FindConditionFaults(constraint.never(), never, /*denies=*/false, faults) == 0) {
      faults.Add(at, "a constraint without a condition rules everything out; add a fact");
    }
  }
}

void FindTaskFaults(const v1::CatalogueTask& task, const Place& at, Faults& faults) {
  NeedText(task.code(), at, "a task of the catalogue needs a code", faults);
  NeedText(task.name(), at, absl::StrCat("task ", task.code(), " has no name for people"), faults);
  NeedText(task.version(), at, absl::StrCat("task ", task.code(), " has no version"), faults);
  if (!v1::TrainingClass_IsValid(task.training_class()) ||
      task.training_class() == v1::TRAINING_CLASS_UNSPECIFIED) {
    faults.Add(at.At(v1::CatalogueTask::kTrainingClassFieldNumber),
               absl::StrCat("task ", task.code(), " has no training class"));
  }
  if (!v1::Facts::TaskRestriction_IsValid(task.restriction()) ||
      task.restriction() == v1::Facts::TASK_RESTRICTION_UNKNOWN) {
    faults.Add(at.At(v1::CatalogueTask::kRestrictionFieldNumber),
               absl::StrCat("task ", task.code(), " does not say who alone may do it"));
  }
  const bool is_generic = task.training_class() == v1::TRAINING_CLASS_GENERIC;
  const bool is_one_of_seven = task.generic_task() > v1::Facts::GENERIC_TASK_NONE;
  if (!v1::Facts::GenericTask_IsValid(task.generic_task()) ||
      task.generic_task() == v1::Facts::GENERIC_TASK_UNKNOWN || is_generic != is_one_of_seven) {
    faults.Add(at.At(v1::CatalogueTask::kGenericTaskFieldNumber),
               absl::StrCat("task ", task.code(),
                            " names a generic task where its training class is generic, and "
                            "GENERIC_TASK_NONE elsewhere"));
  }
}

void FindCatalogueFaults(const v1::Rulebook& document, const Place& root, Faults& faults) {
  std::set<std::string> codes;
  std::set<std::pair<std::string, std::string>> others;
  for (int i = 0; i < document.catalogue_size(); ++i) {
    const v1::CatalogueTask& task = document.catalogue(i);
    const Place at = root.Into(v1::Rulebook::kCatalogueFieldNumber, i);
    FindTaskFaults(task, at, faults);
    if (!task.code().empty() && !codes.insert(task.code()).second) {
      faults.Add(at.At(v1::CatalogueTask::kCodeFieldNumber),
                 absl::StrCat("task code ", task.code(), " is used twice"));
    }
    for (int j = 0; j < task.same_as_size(); ++j) {
      const v1::Code& code = task.same_as(j);
      const Place here = at.At(v1::CatalogueTask::kSameAsFieldNumber, j);
      if (code.system().empty() || code.code().empty()) {
        faults.Add(here, "a code of another system needs both system and code");
      } else if (!others.emplace(code.system(), code.code()).second) {
        faults.Add(here, absl::StrCat("code ", code.code(), " is mapped twice"));
      }
    }
  }
}

void FindLimitFaults(const v1::Rulebook& document, const Place& root, Faults& faults) {
  using Rulebook = v1::Rulebook;
  const Place at = root.Into(Rulebook::kAdHocLimitFieldNumber);
  if (document.ad_hoc_limit().days() > kMostDays) {
    faults.Add(at.At(v1::AdHocLimit::kDaysFieldNumber),
               absl::StrCat("the period of ad hoc care has at most ", kMostDays, " days"));
  }
  if (document.ad_hoc_limit().times() > kMostTimes) {
    faults.Add(
        at.At(v1::AdHocLimit::kTimesFieldNumber),
        absl::StrCat("ad hoc care is looked at again after ", kMostTimes, " times at the latest"));
  }
  if (document.override_days() > kMostDays) {
    faults.Add(root.At(Rulebook::kOverrideDaysFieldNumber),
               absl::StrCat("an override ends after ", kMostDays, " days at the latest"));
  }
}

void FindLocalFaults(const v1::Rulebook& document, const Place& root, Faults& faults) {
  using Rulebook = v1::Rulebook;
  std::set<int> kinds;
  for (int i = 0; i < document.deadlines_size(); ++i) {
    const v1::Deadline& deadline = document.deadlines(i);
    const Place at = root.Into(Rulebook::kDeadlinesFieldNumber, i);
    if (!v1::TimerKind_IsValid(deadline.kind()) || deadline.kind() == v1::TIMER_KIND_UNSPECIFIED) {
      faults.Add(at, "a deadline says what for; add its kind");
    } else if (!kinds.insert(deadline.kind()).second) {
      faults.Add(at, absl::StrCat(v1::TimerKind_Name(deadline.kind()), " has two deadlines"));
    }
    if (deadline.minutes() == 0) faults.Add(at, "a deadline has at least one minute");
    if (deadline.minutes() > kMostDays * 24 * 60) {
      faults.Add(at.At(v1::Deadline::kMinutesFieldNumber),
                 absl::StrCat("a deadline has at most ", kMostDays * 24 * 60, " minutes (",
                              kMostDays, " days)"));
    }
  }
  std::set<int> routes;
  bool somebody_owns_silence = false;
  for (int i = 0; i < document.routes_size(); ++i) {
    const v1::RouteOwner& owner = document.routes(i);
    const Place at = root.Into(Rulebook::kRoutesFieldNumber, i);
    if (!v1::Route_IsValid(owner.route()) || owner.route() == v1::ROUTE_UNSPECIFIED) {
      faults.Add(at, "an owner says of which route");
    } else if (!routes.insert(owner.route()).second) {
      faults.Add(at, absl::StrCat(v1::Route_Name(owner.route()), " has two owners"));
    }
    NeedText(owner.words(), at, "an owner is named in words for people; add words", faults);
    somebody_owns_silence = somebody_owns_silence || (owner.route() == v1::ROUTE_RULEBOOK_OWNER &&
                                                      !owner.organisation().empty());
  }
  if (!somebody_owns_silence) {
    faults.Add(root,
               "ROUTE_RULEBOOK_OWNER has no organisation: nobody is told where no rule "
               "answers");
  }
}

}  // namespace

bool IsRuleId(absl::string_view id) {
  if (id.empty() || id.front() == '-' || id.back() == '-') return false;
  char before = '-';
  for (const char c : id) {
    const bool is_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!is_word && (c != '-' || before == '-')) return false;
    before = c;
  }
  // It starts with a letter, so that no id reads as a number.
  return id.front() >= 'a' && id.front() <= 'z';
}

void FindRulebookFaults(const v1::Rulebook& document, const Place& root, Faults& faults) {
  using Rulebook = v1::Rulebook;
  NeedText(document.id(), root, "the rulebook has no id; add one such as \"llr/2022-10-01\"",
           faults);
  NeedText(document.locality(), root, "the rulebook belongs to no locality", faults);
  NeedText(document.name(), root, "the rulebook has no name for people", faults);
  NeedText(document.cover_owner(), root,
           "cover_owner is missing: nobody is asked to deliver where nobody is named (B-7.3)",
           faults);
  NeedText(document.unwell_words(), root, "unwell_words are missing: a concern shows them (HAZ-39)",
           faults);
  if (document.vocabulary() != kVocabulary) {
    faults.Add(root.At(Rulebook::kVocabularyFieldNumber),
               absl::StrCat("written for vocabulary ", document.vocabulary(),
                            "; this program speaks ", kVocabulary));
  }
  if (document.has_base()) {
    faults.Add(root.At(Rulebook::kBaseFieldNumber),
               absl::StrCat("it takes its rules from ", document.base().id(),
                            "; compose it with that one first"));
  }
  FindRulesFaults(document, root, faults);
  FindConstraintFaults(document, root, faults);
  FindCatalogueFaults(document, root, faults);
  FindLocalFaults(document, root, faults);
  FindLimitFaults(document, root, faults);
}

}  // namespace fosse::policy
