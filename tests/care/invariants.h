#ifndef FOSSE_TESTS_CARE_INVARIANTS_H_
#define FOSSE_TESTS_CARE_INVARIANTS_H_

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/care/world.h"

// What must be true after every message, as plain functions over records: nothing of care/ is asked
// whether it is. Each gives what is broken, in words; empty means that it holds.
namespace fosse::care {

using Broken = std::vector<std::string>;

// Of one record.
Broken CheckOverseers(const v1::CareRecord& record);                               // INV-01
Broken CheckReservedTasks(const v1::CareRecord& record, const policy::Rulebook&);  // INV-04
Broken CheckDuplicates(const v1::CareRecord& record);                              // INV-06
// CTL-15, CTL-16: whatever is open has an owner and a time of its next action that is not past, or
// is quiet and has a timer that looks at it again.
Broken CheckOwners(const World& world, const std::string& person);

// All records at one moment, wherever they are kept. What it points to must outlive it.
struct Records {
  Records() = default;
  // NOLINTNEXTLINE: records of a run, and a whole world, are such records.
  Records(const std::map<std::string, v1::CareRecord>* by_number);
  Records(const World* world);

  std::vector<std::pair<std::string, const v1::CareRecord*>> persons;  // By NHS number.
  std::vector<const v1::WorkerRecord*> workers;
  const policy::Rulebook* rulebook = nullptr;

  // Null where there is none.
  const v1::CareRecord* Find(const std::string& nhs_number) const;
};

// Of one step: the message (null for a timer), what it did, and the records before and after.
struct Step {
  const v1::Envelope* envelope;
  const Sent* sent;
  Records before;
  Records after;
};
Broken CheckHandovers(const Step& step);     // INV-02: the holder moves by an acceptance alone.
Broken CheckStarts(const Step& step);        // INV-03
Broken CheckPerformances(const Step& step);  // INV-05
Broken CheckDisputes(const Step& step);      // INV-14
Broken CheckNoSilentStop(const Step& step);  // B-7.3, HAZ-40: who may stop running care.

// Over a whole run.
class Watch {
 public:
  // INV-10 and INV-15, which need what came before; and all of the above.
  Broken After(const Step& step);

  // What it remembers: whom each live delegation's start was told, and whose need has gone. Public
  // so that an exploration can keep it with each state.
  std::map<std::string, std::set<std::string>> told_of_start;  // By delegation.
  std::set<std::string> need_gone;                             // Delegations.
};

}  // namespace fosse::care

#endif  // FOSSE_TESTS_CARE_INVARIANTS_H_
