#ifndef FOSSE_BASE_LOG_H_
#define FOSSE_BASE_LOG_H_

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/code.h"
#include "base/field_path.h"
#include "base/participant_id.h"

namespace fosse {

// The operator's log: one JSON object a line, on stderr. It cannot hold person data, because no
// value can be made from a string (CTL-26): events and keys are literals of our sources, values are
// numbers, times, codes, field paths, organisations, and the code and reason of an error.
//
//   Log(Severity::kInfo, "batch-committed", {{"locality-entries", count}, {"took", duration}});
//   {"time":"2022-10-03T09:00:00.000000Z","severity":"INFO","event":"batch-committed",…}
//
// A log that hangs must not hold up care (FLT-36): when stderr would block, the line is dropped,
// and the next line that gets through says how many were.

enum class Severity { kDebug, kInfo, kWarning, kError };

class LogValue {
 public:
  template <std::same_as<bool> B>
  LogValue(B value) : value_(value) {}  // NOLINT: implicit
  template <WholeNumber T>
  LogValue(T value) : value_(Widened<T>(value)) {}   // NOLINT: implicit
  LogValue(absl::Duration value) : value_(value) {}  // NOLINT: implicit; seconds, as a number.
  LogValue(absl::Time value) : value_(value) {}      // NOLINT: implicit; RFC 3339, UTC.
  LogValue(Code value) : value_(value) {}            // NOLINT: implicit
  // The next three must live until Log() returns, as arguments do.
  LogValue(const ParticipantId& value) : value_(&value.text()) {}  // NOLINT: implicit
  LogValue(const FieldPath& value) : value_(&value.text()) {}      // NOLINT: implicit
  // Its code and, where it has one, its reason: "UNAVAILABLE COMMIT_FAILED". Never its sentence,
  // which others may have written.
  LogValue(const absl::Status& value) : value_(&value) {}  // NOLINT: implicit

  // Appends the value as JSON.
  void AppendTo(std::string& line) const;

 private:
  template <typename T>
  using Widened = std::conditional_t<std::is_signed_v<T>, int64_t, uint64_t>;

  std::variant<bool, int64_t, uint64_t, absl::Duration, absl::Time, Code, const std::string*,
               const absl::Status*>
      value_;
};

struct LogField {
  Code key;
  LogValue value;
};

// Longest line; fields that do not fit are left out, and "cut" is set.
inline constexpr size_t kMaxLogLine = 3500;

// Thread-safe; lines never mix.
void Log(Severity severity, Code event, std::initializer_list<LogField> fields = {});

// Lines below `lowest` are not written. At first: kInfo.
void SetLogLevel(Severity lowest);

// For tests: while it lives, lines (without line break) go to `sink` instead of stderr. One at a
// time; `sink` is called under a lock and must not log.
class ScopedLogSink {
 public:
  explicit ScopedLogSink(std::function<void(absl::string_view line)> sink);
  ~ScopedLogSink();
  ScopedLogSink(const ScopedLogSink&) = delete;
  ScopedLogSink& operator=(const ScopedLogSink&) = delete;
};

}  // namespace fosse

#endif  // FOSSE_BASE_LOG_H_
