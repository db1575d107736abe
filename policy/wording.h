#ifndef FOSSE_POLICY_WORDING_H_
#define FOSSE_POLICY_WORDING_H_

#include <string>
#include <vector>

#include "fosse/v1/decision.pb.h"
#include "fosse/v1/facts.pb.h"
#include "fosse/v1/rulebook.pb.h"
#include "policy/fact_readers.h"
#include "policy/vocabulary.h"

// Words made once, so that explaining a decision copies and never composes. Thread-safe.
namespace fosse::policy {

// How each value of one fact is told.
class FactWording {
 public:
  explicit FactWording(const Fact& fact);

  // The value in a situation, as `name: VALUE` and in plain words, into `finding`.
  void Tell(const v1::Facts& facts, v1::Finding& finding) const;

 private:
  Fact fact_;
  FactReader read_;                 // Null: by reflection.
  std::vector<std::string> text_;   // By value.
  std::vector<std::string> words_;  // By value.
};

// How one rule is told when it matches.
class RuleWording {
 public:
  explicit RuleWording(const v1::Rule& rule);

  // Fills an empty finding. Strings that it held before are used again.
  void Tell(const v1::Facts& facts, v1::Finding& finding) const;

 private:
  v1::Finding finding_;                    // All but the facts.
  std::vector<const FactWording*> facts_;  // Those that the rule names.
};

}  // namespace fosse::policy

#endif  // FOSSE_POLICY_WORDING_H_
