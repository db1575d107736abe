#ifndef FOSSE_VERIFY_RUN_H_
#define FOSSE_VERIFY_RUN_H_

#include <ostream>

namespace fosse::verify {

// Exit codes of fosse-verify.
inline constexpr int kVerified = 0;
inline constexpr int kNotVerified = 1;
inline constexpr int kUsage = 2;  // Wrong arguments, or a file that cannot be read.
// The trail is verified; --redecide found no fault and could decide nothing again, for entries are
// redacted or withheld.
inline constexpr int kNothingDecided = 3;

// The program: `trail` and `proof`. What was found goes to `out`, in words or as one JSON object;
// what was wrong with the call to `err`. No network, no configuration, no file but those named.
int Run(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

}  // namespace fosse::verify

#endif  // FOSSE_VERIFY_RUN_H_
