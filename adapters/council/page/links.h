#ifndef FOSSE_ADAPTERS_COUNCIL_PAGE_LINKS_H_
#define FOSSE_ADAPTERS_COUNCIL_PAGE_LINKS_H_

#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/kit/outbox.h"
#include "adapters/page/sessions.h"
#include "base/random.h"

namespace fosse::adapters::page {

inline constexpr absl::Duration kLinkTime = absl::Hours(72);
inline constexpr int kMostWrongCodes = 5;

// A link and the code that goes with it, which must reach its person by another way.
struct NewLink {
  std::string address;  // Of Links: the token alone.
  std::string code;     // Six digits.
  absl::Time until;
};

// Links by which somebody comes in whom another organisation vouches for (CTL-01): each serves
// once, with its code, for three days; after five wrong codes it is void. A newer link for the same
// person voids the one before. Kept in the outbox, sealed, under the digest of its token.
// Thread-safe.
class Links {
 public:
  Links(Outbox& outbox, Random& random) : outbox_(outbox), random_(random) {}

  // UNAVAILABLE, reason OUTBOX_FAILED.
  absl::StatusOr<NewLink> Make(const Colleague& colleague, absl::Time now);
  // Whether the link can still be used. Asking uses nothing up.
  bool IsOpen(const std::string& token, absl::Time now);
  // Whom it is for, once. NOT_FOUND, reason LINK_SPENT; UNAUTHENTICATED, reason LINK_CODE_WRONG.
  absl::StatusOr<Colleague> Use(const std::string& token, const std::string& code, absl::Time now);

 private:
  Outbox& outbox_;
  Random& random_;
  std::mutex mutex_;  // One use at a time: a link that two follow at once lets one in.
};

}  // namespace fosse::adapters::page

#endif  // FOSSE_ADAPTERS_COUNCIL_PAGE_LINKS_H_
