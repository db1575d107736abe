#ifndef FOSSE_CARE_MERGE_STEPS_H_
#define FOSSE_CARE_MERGE_STEPS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "care/merge.h"
#include "care/work.h"

// Steps that holding, joining and taking apart share.
namespace fosse::care {

void RemoveClaim(const std::string& other_key, v1::PersonIdentity& identity);
// Nothing is in question any more between this record and the other one.
void Settle(const std::string& other_key, bool same_number, v1::PersonIdentity& identity);
// Names the timer that chases what somebody said of two records.
std::string ClaimId(const std::string& key, const std::string& other_key);

// The delegation of this id, as the work has it; it is there.
const v1::Delegation& HeldDelegation(const Work& work, const std::string& id);
// Who must act where nobody else is named: the overseer, else the delegating organisation.
std::string OverseerOf(const v1::Delegation& delegation);
// Of each task that is not over: its overseer, and without any task the registered practice;
// everybody with a part in it.
void TellOverseers(Work& work, absl::string_view words);
void TellAll(Work& work, v1::Urgency urgency, absl::string_view words);

// The workers on a task that goes from one record to the other.
void MoveWorkerTasks(Work& work, const v1::Delegation& delegation, const std::string& from,
                     const std::string& to);

// Joins the other record into the work's own. `claim` is what another said before; null: nobody.
void Join(Work& work, const v1::CareRecord& other, const v1::IdentityClaim* claim);
// Gives a record that was joined into the work's own what it had.
void TakeApart(Work& work, const v1::CareRecord& other);

}  // namespace fosse::care

#endif  // FOSSE_CARE_MERGE_STEPS_H_
