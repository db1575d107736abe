#ifndef FOSSE_ENGINE_EQUALITY_H_
#define FOSSE_ENGINE_EQUALITY_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "engine/figures.h"
#include "fosse/v1/governance.pb.h"
#include "fosse/v1/reports.pb.h"

// The equality return (B-6.1 v): sums over what organisations returned, with small numbers hidden
// so that none can be worked out. Pure.
namespace fosse::engine {

// Numbers from 1 up to below this are hidden, until a rulebook says another number.
inline constexpr uint32_t kSmallNumber = 5;

// Codes of the nine strands, in the order in which they are shown.
absl::Span<const absl::string_view> EqualityStrands();

// Adds up the returns of one period.
class EqualitySum {
 public:
  explicit EqualitySum(ReportDays days) : days_(days) {}
  // In the order of the trail. A later return of an organisation for the same period takes the
  // place of the earlier; one whose period overlaps another of its own is left out, since the two
  // could be taken from one another.
  void Take(const std::string& organisation, const v1::EqualityReturn& returned);
  // True numbers: nothing is hidden yet. Every strand that anybody returned has `not known`.
  v1::GetEqualityReturnResponse Sum() const;

 private:
  struct Held {
    ReportDays period;
    v1::EqualityReturn returned;
  };
  const ReportDays days_;
  std::map<std::string, std::vector<Held>> held_;  // By organisation.
  uint32_t left_out_ = 0;
};

// Hides rows of `response`, which holds true numbers, until
//  - no number from 1 to below `threshold` is shown, be it of a group or of a whole strand, and
//  - no hidden number can be worked out: in each strand and column at least two are hidden, and
//  what
//    they must add up to leaves each of them more than one value, even to a reader who takes none
//    of them for zero.
// A row is hidden as a whole: delegations and people go together. Every strand counts the same
// people, so that its total is known from any other: a column that one strand cannot show safely is
// withheld in all.
void HideSmallNumbers(uint32_t threshold, v1::GetEqualityReturnResponse& response);

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_EQUALITY_H_
