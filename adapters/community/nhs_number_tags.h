#ifndef FOSSE_ADAPTERS_COMMUNITY_NHS_NUMBER_TAGS_H_
#define FOSSE_ADAPTERS_COMMUNITY_NHS_NUMBER_TAGS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace fosse::adapters::community {

// How senders mark an NHS number: assigning authority (component 4) and identifier type
// (component 5), in capitals. Both must be as written, so `123^^^RT5^NH` is no NHS number.
struct NhsNumberTag {
  std::string authority;
  std::string type;
};
using NhsNumberTags = std::vector<NhsNumberTag>;

// Those seen in England; a site profile may name its own instead.
inline const NhsNumberTags& UsualNhsNumberTags() {
  static const auto& tags = *new NhsNumberTags{
      {"NHS", ""},           {"NHS", "NHS"}, {"NHS", "NH"}, {"NHS", "HN"},   {"NHSNBR", ""},
      {"NHSNBR", "NHSNMBR"}, {"", "NHS"},    {"", "NH"},    {"", "NHSNMBR"},
  };
  return tags;
}

inline bool IsTagged(const NhsNumberTags& tags, absl::string_view authority,
                     absl::string_view type) {
  for (const NhsNumberTag& tag : tags) {
    if (tag.authority == authority && tag.type == type) return true;
  }
  return false;
}

}  // namespace fosse::adapters::community

#endif  // FOSSE_ADAPTERS_COMMUNITY_NHS_NUMBER_TAGS_H_
