#ifndef FOSSE_ENGINE_INTAKE_H_
#define FOSSE_ENGINE_INTAKE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "audit/keys.h"
#include "care/directory.h"
#include "engine/engine.h"
#include "engine/message.h"

// The first look at a message: whether the caller may send it, and its shape. Reads no record.
namespace fosse::engine {

struct IntakeDeps {
  const std::string& locality;
  const audit::KeyRing& keys;
  const Limits& limits;
};

// Checks `envelope` and makes it ready for the committer: relay and basis are set from the caller
// and the directory, whatever the message said. Errors, caller first:
//   PERMISSION_DENIED    SENDER_NOT_ALLOWED    the caller may not say this for that sender.
//   INVALID_ARGUMENT     MESSAGE_TOO_LARGE     over Limits::message_bytes.
//   INVALID_ARGUMENT     FIELD_…, BODY_…, …    of CheckFields() and care::CheckShape().
//   INVALID_ARGUMENT     TIME_IN_FUTURE        of care::CheckTimes().
//   INVALID_ARGUMENT     LOCALITY_NOT_SERVED   another locality's message.
//   INVALID_ARGUMENT     NHS_NUMBER_NOT_TEST   a real number in a test environment (HAZ-35).
//   INVALID_ARGUMENT     NHS_NUMBER_IS_TEST    a test number in a live one.
//   FAILED_PRECONDITION  KEY_TOO_OLD           sent longer ago than keys of repeats are kept.
// `doubt`: by how much our own clock may be wrong; times are judged with that much grace, so that
// no report is refused for our fault (CTL-08). Pure and thread-safe.
absl::StatusOr<Message> TakeIn(const IntakeDeps& deps, const Caller& caller, v1::Envelope envelope,
                               const care::Directory& directory, absl::Time now,
                               absl::Duration doubt = absl::ZeroDuration());

// A message of the gateway's own in the name of `sender`: an id, the time, no checks of a caller.
Message OwnMessage(const IntakeDeps& deps, MessageKind kind, absl::string_view sender,
                   std::string message_id, v1::Envelope envelope, absl::Time now);

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_INTAKE_H_
