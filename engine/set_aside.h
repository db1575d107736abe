#ifndef FOSSE_ENGINE_SET_ASIDE_H_
#define FOSSE_ENGINE_SET_ASIDE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/keys.h"
#include "care/directory.h"
#include "engine/reads.h"
#include "fosse/v1/mailbox.pb.h"
#include "store/store.h"

// Deliveries that lie aside: given up by the recipient's adapter, refused by its system, or parked
// so that something urgent could pass. They are found through the entries that laid them there.
namespace fosse::engine {

bool LiesAside(store::DeliveryState state);

// Whether `caller` may collect what is for `recipient`: it is the recipient, or speaks for it with
// all bodies, as for an open mailbox (gateway/authorisation.h).
bool MayCollect(const care::Directory& directory, absl::string_view caller,
                absl::string_view recipient);
// Whether it may look after anybody's dead letters: see that they are there, and have them
// replayed.
bool IsOperator(const care::Directory& directory, absl::string_view caller);

struct SetAside {
  std::vector<store::Delivery> deliveries;  // In the order in which they were laid aside.
  std::optional<uint64_t> next;             // Where to go on; nothing: that was all.
};
// What lies aside of `recipient`, of everybody where that is empty, by entries from `from` on.
// Looks at `limit` entries at most, of which some may be of what lies aside no more.
absl::StatusOr<SetAside> ReadSetAside(store::Reader& reader, const audit::KeyRing& keys,
                                      absl::string_view recipient, uint64_t from, size_t limit);

// A page of them for `note.caller`: whole for whoever may collect them; for an operator whose, what
// kind and how old, and nothing that was sent. PERMISSION_DENIED, reason READER_NOT_ALLOWED.
absl::StatusOr<v1::ListDeadLettersResponse> ReadDeadLetters(
    const ReadDeps& deps, const v1::ListDeadLettersRequest& request, ReadNote& note);

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_SET_ASIDE_H_
