// A race on purpose, of the kind that the committer must never have: two threads count answers
// without a lock. ThreadSanitizer must find it; a run that passes shows that it was not looking.
#include <cstdio>
#include <thread>

#include "base/executor.h"

int main() {
  int answers = 0;
  {
    fosse::ThreadExecutor executor(2);
    for (int i = 0; i < 2000; ++i) {
      executor.Run([&answers] { ++answers; });
    }
  }
  std::printf("answers counted without a lock: %d\n", answers);
  return 0;
}
