#include "base/log.h"

#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "base/status.h"

namespace fosse {
namespace {

std::atomic<Severity> lowest_severity{Severity::kInfo};

struct Output {
  absl::Mutex mutex;
  std::function<void(absl::string_view)> sink ABSL_GUARDED_BY(mutex);
  uint64_t dropped ABSL_GUARDED_BY(mutex) = 0;
};

// Never freed: threads may log while the process ends.
Output& TheOutput() {
  static Output* const output = new Output;
  return *output;
}

absl::string_view NameOf(Severity severity) {
  switch (severity) {
    case Severity::kDebug:
      return "DEBUG";
    case Severity::kInfo:
      return "INFO";
    case Severity::kWarning:
      return "WARNING";
    case Severity::kError:
      return "ERROR";
  }
  return "ERROR";
}

std::string FormatInstant(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone());
}

// Whether a line of kMaxLogLine can be written without waiting. Linux calls a pipe writable when
// 4,096 bytes fit.
bool CanWriteNow() {
  pollfd stderr_state = {.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
  return poll(&stderr_state, 1, 0) == 1 && (stderr_state.revents & POLLOUT) != 0;
}

// False when the line did not get out. Part of a line counts as out: there is no taking it back.
bool WriteLine(absl::string_view line) {
  return CanWriteNow() && write(STDERR_FILENO, line.data(), line.size()) > 0;
}

}  // namespace

void LogValue::AppendTo(std::string& line) const {
  // Nothing here needs escaping: codes, ids, paths and reasons have no quote, backslash or control
  // character by construction.
  if (const auto* flag = std::get_if<bool>(&value_)) {
    line += *flag ? "true" : "false";
  } else if (const auto* number = std::get_if<int64_t>(&value_)) {
    absl::StrAppend(&line, *number);
  } else if (const auto* count = std::get_if<uint64_t>(&value_)) {
    absl::StrAppend(&line, *count);
  } else if (const auto* duration = std::get_if<absl::Duration>(&value_)) {
    const int64_t micros = absl::ToInt64Microseconds(absl::AbsDuration(*duration));
    absl::StrAppendFormat(&line, "%s%d.%06d", *duration < absl::ZeroDuration() ? "-" : "",
                          micros / 1000000, micros % 1000000);
  } else if (const auto* time = std::get_if<absl::Time>(&value_)) {
    absl::StrAppend(&line, "\"", FormatInstant(*time), "\"");
  } else if (const auto* code = std::get_if<Code>(&value_)) {
    absl::StrAppend(&line, "\"", code->text(), "\"");
  } else if (const auto* text = std::get_if<const std::string*>(&value_)) {
    absl::StrAppend(&line, "\"", **text, "\"");
  } else {
    const absl::Status& status = *std::get<const absl::Status*>(value_);
    const std::string reason = ReasonOf(status);
    absl::StrAppend(&line, "\"", CodeOf(status.code()).text(), reason.empty() ? "" : " ", reason,
                    "\"");
  }
}

void Log(Severity severity, Code event, std::initializer_list<LogField> fields) {
  if (severity < lowest_severity.load(std::memory_order_relaxed)) return;
  std::string line = absl::StrCat("{\"time\":\"", FormatInstant(absl::Now()), "\",\"severity\":\"",
                                  NameOf(severity), "\",\"event\":\"", event.text(), "\"");
  std::string part;
  for (const LogField& field : fields) {
    part = absl::StrCat(",\"", field.key.text(), "\":");
    field.value.AppendTo(part);
    if (line.size() + part.size() > kMaxLogLine) {
      line += ",\"cut\":true";
      break;
    }
    line += part;
  }
  Output& output = TheOutput();
  absl::MutexLock lock(&output.mutex);
  if (output.sink) {
    line += "}";
    output.sink(line);
    return;
  }
  if (output.dropped > 0) absl::StrAppend(&line, ",\"lines-dropped\":", output.dropped);
  line += "}\n";
  output.dropped = WriteLine(line) ? 0 : output.dropped + 1;
}

void SetLogLevel(Severity lowest) { lowest_severity.store(lowest, std::memory_order_relaxed); }

ScopedLogSink::ScopedLogSink(std::function<void(absl::string_view)> sink) {
  Output& output = TheOutput();
  absl::MutexLock lock(&output.mutex);
  FOSSE_CHECK(!output.sink);
  output.sink = std::move(sink);
}

ScopedLogSink::~ScopedLogSink() {
  Output& output = TheOutput();
  absl::MutexLock lock(&output.mutex);
  output.sink = nullptr;
}

}  // namespace fosse
