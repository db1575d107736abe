#ifndef FOSSE_ENGINE_PAGE_H_
#define FOSSE_ENGINE_PAGE_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// Pages of a list, as every List and Search has them. Pure, thread-safe.
namespace fosse::engine {

// How many a page has: what was asked, at most 100; 0: the usual.
uint32_t PageSizeOf(uint32_t asked, uint32_t usual = 50);

// The number that a page token is. An empty token is `first`. INVALID_ARGUMENT, reason
// FIELD_INVALID, where it was not given by a page before.
absl::StatusOr<int64_t> PageTokenOf(absl::string_view token, int64_t first = 0);

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_PAGE_H_
