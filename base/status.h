#ifndef FOSSE_BASE_STATUS_H_
#define FOSSE_BASE_STATUS_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/code.h"
#include "base/field_path.h"

namespace fosse {

// A value beside an error. It takes times, whole numbers, codes and field paths and no string, so
// nothing that a message said can get into an error (CTL-26).
class MetaValue {
 public:
  MetaValue(absl::Time time);        // NOLINT: implicit; RFC 3339, UTC.
  MetaValue(Code code);              // NOLINT: implicit
  MetaValue(const FieldPath& path);  // NOLINT: implicit
  template <WholeNumber T>
  MetaValue(T number)  // NOLINT: implicit
      : MetaValue(std::is_signed_v<T>, static_cast<uint64_t>(number)) {}

  const std::string& text() const { return text_; }

 private:
  MetaValue(bool is_signed, uint64_t bits);

  std::string text_;
};

using Metadata = std::pair<absl::string_view, MetaValue>;

// Where our reason and metadata travel inside an absl::Status.
inline constexpr absl::string_view kErrorPayloadUrl = "fosse/error";

// An error with a stable reason (UPPER_SNAKE_CASE, listed in docs/errors.md), a fixed sentence
// (lower case, no full stop, no value from any message) and metadata (keys in camelCase).
//
//   return MakeError(absl::StatusCode::kAlreadyExists, "MESSAGE_ID_REUSED",
//                    "message id was already used for other content", {{"firstSeen", first_seen}});
//
// A reason or key of another shape is a broken invariant of ours and aborts; so does kOk.
absl::Status MakeError(absl::StatusCode code, absl::string_view reason, absl::string_view sentence,
                       std::initializer_list<Metadata> metadata = {});

// The same, for metadata whose number is known only when it happens.
absl::Status MakeErrorOf(absl::StatusCode code, absl::string_view reason,
                         absl::string_view sentence, absl::Span<const Metadata> metadata);

// The reason given to MakeError, or "" for OK and for errors of other makers.
std::string ReasonOf(const absl::Status& status);

// The metadata given to MakeError, in that order; empty for OK and for errors of other makers.
std::vector<std::pair<std::string, std::string>> MetadataOf(const absl::Status& status);

namespace internal {
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition);

inline absl::Status ToStatus(absl::Status status) { return status; }
template <typename T>
absl::Status ToStatus(absl::StatusOr<T> value) {
  return std::move(value).status();
}
}  // namespace internal

}  // namespace fosse

// Returns from the calling function when `expr`, a Status or StatusOr, is not OK.
#define FOSSE_RETURN_IF_ERROR(...)                                              \
  do {                                                                          \
    if (absl::Status fosse_status = ::fosse::internal::ToStatus((__VA_ARGS__)); \
        !fosse_status.ok()) {                                                   \
      return fosse_status;                                                      \
    }                                                                           \
  } while (false)

// FOSSE_ASSIGN_OR_RETURN(const v1::Facts facts, FactsOf(view)); declares or assigns `lhs` from a
// StatusOr, or returns its error. Two statements: not for an `if` without braces.
#define FOSSE_ASSIGN_OR_RETURN(lhs, ...) \
  FOSSE_ASSIGN_OR_RETURN_IMPL_(FOSSE_CONCAT_(fosse_status_or_, __LINE__), lhs, (__VA_ARGS__))
#define FOSSE_ASSIGN_OR_RETURN_IMPL_(holder, lhs, expr) \
  auto holder = expr;                                   \
  if (!holder.ok()) return std::move(holder).status();  \
  lhs = *std::move(holder)
#define FOSSE_CONCAT_INNER_(a, b) a##b
#define FOSSE_CONCAT_(a, b) FOSSE_CONCAT_INNER_(a, b)

// For our own broken invariants only, never for input or a database's answer: prints file, line and
// condition to stderr and aborts, in every build.
#define FOSSE_CHECK(...)                \
  ((__VA_ARGS__) ? static_cast<void>(0) \
                 : ::fosse::internal::CheckFailed(__FILE__, __LINE__, #__VA_ARGS__))

#endif  // FOSSE_BASE_STATUS_H_
