#ifndef FOSSE_ENGINE_PUBLICATION_H_
#define FOSSE_ENGINE_PUBLICATION_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "audit/keys.h"
#include "care/directory.h"
#include "engine/intake.h"
#include "engine/message.h"
#include "engine/working_set.h"
#include "fosse/v1/directories.pb.h"
#include "fosse/v1/governance.pb.h"
#include "fosse/v1/rulebooks.pb.h"
#include "store/store.h"

// Whether a later rulebook or directory may come into force (B-6.1 iii, iv): loaded and shown by
// its suite, signed by the board, approved, reviewed, under an id of its own, from an instant to
// come.
namespace fosse::engine {

// A document is not planned further ahead than this.
inline constexpr absl::Duration kMaxAhead = absl::Hours(24 * 366 * 5);

// What can be said of the bytes alone; on the caller's thread, for it takes milliseconds. The
// document to keep, without its time. INVALID_ARGUMENT: RULEBOOK_INVALID and SUITE_INVALID with
// every fault, DIGEST_DIFFERS (`field`), LOCALITY_NOT_SERVED. FAILED_PRECONDITION: SUITE_FAILED,
// with every row that does not hold, one a line.
absl::StatusOr<store::Document> LoadPublished(const std::string& locality,
                                              const v1::RulebookActivation& activation,
                                              absl::string_view stored, absl::string_view suite);

// The message of a whole request: TakeIn() (intake.h) and LoadPublished(). INVALID_ARGUMENT, reason
// BODY_MISSING, where its envelope activates no rulebook.
absl::StatusOr<Message> TakeInRulebook(const IntakeDeps& deps, const Caller& caller,
                                       v1::PublishRulebookRequest request,
                                       const care::Directory& directory, absl::Time now,
                                       absl::Duration doubt = absl::ZeroDuration());

// The same of a directory. INVALID_ARGUMENT: DIRECTORY_INVALID with every fault, DIGEST_DIFFERS,
// LOCALITY_NOT_SERVED, BODY_MISSING.
absl::StatusOr<Message> TakeInDirectory(const IntakeDeps& deps, const Caller& caller,
                                        v1::PublishDirectoryRequest request,
                                        const care::Directory& directory, absl::Time now,
                                        absl::Duration doubt = absl::ZeroDuration());

// Whether everybody whom the rulebook names (owners of routes, training_provider, cover_owner) is
// in the directory. INVALID_ARGUMENT, reason PARTICIPANT_UNKNOWN; `field` is the first that is not.
absl::Status CheckOrganisations(const v1::Rulebook& rulebook, const care::Directory& directory);

// What can be said only when it is decided. `document` is the rulebook or directory, its time set;
// published now or kept before. A directory needs no approval, has no suite and answers no ruling.
// Errors, in this order:
//   INVALID_ARGUMENT     DIGEST_DIFFERS      the document's id is not the activation's.
//   PERMISSION_DENIED    SIGNATURE_MISSING   no publishing key of the sender, which is the board,
//                                            signed it.
//   PERMISSION_DENIED    SIGNATURE_WRONG     one did, and not over this rulebook, from this instant
//                                            on, with this suite.
//   INVALID_ARGUMENT     RULEBOOK_INVALID    it does not load: kept by a program of another
//                                            vocabulary, or of other demands.
//   INVALID_ARGUMENT     PARTICIPANT_UNKNOWN it names somebody whom `directory` lacks.
//   FAILED_PRECONDITION  APPROVAL_MISSING    `field`: Clinical Executive or safety officer, or the
//                                            day of either.
//   INVALID_ARGUMENT     TIME_IN_FUTURE      `field`: approved or reviewed on a day to come.
//   ALREADY_EXISTS       RULEBOOK_ID_REUSED  the id is another rulebook's; of a directory
//                                            DIRECTORY_ID_REUSED.
//   FAILED_PRECONDITION  ACTIVATION_IN_PAST  not in the future; or more than kMaxAhead away
//                                            (INVALID_ARGUMENT, FIELD_INVALID).
//   FAILED_PRECONDITION  ACTIVATION_TAKEN    another one takes effect at that instant.
//   FAILED_PRECONDITION  RULING_UNKNOWN      it answers a ruling that is not in the trail.
absl::Status CheckPublication(const v1::Envelope& envelope, const store::Document& document,
                              const care::Directory& directory, const audit::KeyRing& keys,
                              absl::Time now, WorkingSet& work);

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_PUBLICATION_H_
