#ifndef FOSSE_POLICY_RULEBOOK_FAULTS_H_
#define FOSSE_POLICY_RULEBOOK_FAULTS_H_

#include "absl/strings/string_view.h"
#include "fosse/v1/rulebook.pb.h"
#include "policy/located_text.h"

// What Rulebook::Create() refuses. Apart from rulebook.cc because it is long and only about words.
namespace fosse::policy {

// Adds every fault of a parsed rulebook. `root` is its place in the text.
void FindRulebookFaults(const v1::Rulebook& document, const Place& root, Faults& faults);

// Whether `id` is lower case words and numbers joined by hyphens.
bool IsRuleId(absl::string_view id);

}  // namespace fosse::policy

#endif  // FOSSE_POLICY_RULEBOOK_FAULTS_H_
