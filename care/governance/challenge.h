#ifndef FOSSE_CARE_GOVERNANCE_CHALLENGE_H_
#define FOSSE_CARE_GOVERNANCE_CHALLENGE_H_

#include <string>

#include "care/work.h"

// What becomes of challenges to records of competence when something else happens.
namespace fosse::care {

// The recorder or the training provider has said more of this competency: its open challenges are
// answered, and those who raised them told. True: there were any.
bool AnswerChallenges(Work& work, v1::Competency& competency);
// A new record in the same task, by the recorder or the training provider, answers the challenges
// to the older ones.
void AnswerByNewRecord(Work& work, const v1::Competency& recorded);
// Whether a record in this delegation's task is challenged and not answered.
bool HasOpenChallenge(const v1::WorkerRecord& worker, const v1::Delegation& delegation);
// The deadline has passed: those who must answer are told again.
void ChallengeUnanswered(Work& work, const std::string& challenge_id);

}  // namespace fosse::care

#endif  // FOSSE_CARE_GOVERNANCE_CHALLENGE_H_
