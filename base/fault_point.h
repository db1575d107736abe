#ifndef FOSSE_BASE_FAULT_POINT_H_
#define FOSSE_BASE_FAULT_POINT_H_

#include <string>

#include "base/code.h"

namespace fosse {

// Places where a test may have the process die as if by power loss or SIGKILL. For tests only:
// until ArmFaultPoints() is called, which a program does only when asked to in words on its command
// line, a fault point is one atomic look at one pointer and does nothing.

// From now on, FaultPoint(name) obeys the files in `directory`. Call at most once, before threads.
void ArmFaultPoints(std::string directory);

// When armed and the file `directory`/`name` exists: removes it, so that the restarted process gets
// past this point, and kills this process with SIGKILL. Thread-safe.
void FaultPoint(Code name);

}  // namespace fosse

#endif  // FOSSE_BASE_FAULT_POINT_H_
