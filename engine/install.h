#ifndef FOSSE_ENGINE_INSTALL_H_
#define FOSSE_ENGINE_INSTALL_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/intake.h"
#include "engine/message.h"
#include "store/store.h"

namespace fosse::engine {

// The directory as a document to keep, without its time. INVALID_ARGUMENT, reason DIRECTORY_INVALID
// with every fault; LOCALITY_NOT_SERVED.
absl::StatusOr<store::Document> LoadDirectory(const IntakeDeps& deps, absl::string_view stored);

// A message of the gateway's own installation: keeps the first document of a kind and brings it
// into force at once. Later ones are published (publication.h). INVALID_ARGUMENT, reason
// RULEBOOK_INVALID or DIRECTORY_INVALID with every fault; LOCALITY_NOT_SERVED.
absl::StatusOr<Message> ActivationOf(const IntakeDeps& deps, store::Document::Kind kind,
                                     absl::string_view stored, absl::Time now);

// Whether a first rulebook and a first directory fit: both load, and the rulebook names nobody whom
// the directory lacks (CheckOrganisations() of publication.h). OK where either text is empty.
absl::Status CheckTogether(absl::string_view rulebook_text, absl::string_view directory_text);

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_INSTALL_H_
