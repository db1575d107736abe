#include "engine/equality.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "base/local_date.h"

namespace fosse::engine {
namespace {

constexpr absl::string_view kStrands[] = {
    "age",
    "disability",
    "gender-reassignment",
    "marriage-and-civil-partnership",
    "pregnancy-and-maternity",
    "race",
    "religion-or-belief",
    "sex",
    "sexual-orientation",
};
constexpr char kNotKnown[] = "not known";

enum class Column { kDelegations, kPeople };

uint32_t NumberOf(const v1::EqualityRow& row, Column column) {
  return column == Column::kDelegations ? row.delegations() : row.people();
}
uint32_t TotalOf(const v1::EqualityStrand& strand, Column column) {
  return column == Column::kDelegations ? strand.delegations() : strand.people();
}

// Sums never wrap: a number too large for its field stays the largest.
uint32_t Add(uint32_t a, uint32_t b) {
  const uint64_t sum = uint64_t{a} + b;
  return static_cast<uint32_t>(std::min<uint64_t>(sum, std::numeric_limits<uint32_t>::max()));
}

std::string Normal(absl::string_view text) {
  return absl::AsciiStrToLower(absl::StripAsciiWhitespace(text));
}

std::optional<ReportDays> PeriodOf(const v1::EqualityReturn& returned) {
  const std::optional<absl::CivilDay> first = ParseLocalDate(returned.period_start());
  const std::optional<absl::CivilDay> last = ParseLocalDate(returned.period_end());
  if (!first.has_value() || !last.has_value() || *last < *first) return std::nullopt;
  return ReportDays{*first, *last};
}

bool IsSame(const ReportDays& a, const ReportDays& b) {
  return a.first == b.first && a.last == b.last;
}
bool Overlap(const ReportDays& a, const ReportDays& b) {
  return a.first <= b.last && b.first <= a.last;
}

bool IsSmall(uint32_t number, uint32_t threshold) { return number > 0 && number < threshold; }

// Whether what is hidden of a column leaves every hidden number more than one value.
bool IsSafe(const v1::EqualityStrand& strand, Column column) {
  uint64_t hidden = 0;
  uint64_t sum = 0;
  for (const v1::EqualityRow& row : strand.rows()) {
    if (!row.hidden()) continue;
    ++hidden;
    sum += NumberOf(row, column);
  }
  // With as much to share out as there are numbers, each of them would be one.
  return hidden == 0 || (hidden >= 2 && sum > hidden);
}

// The row to hide next, so that others cannot be worked out: the one that loses least, first among
// those that add to both columns. Null: all are hidden or add nothing.
v1::EqualityRow* NextToHide(v1::EqualityStrand& strand) {
  v1::EqualityRow* found = nullptr;
  const auto cost = [](const v1::EqualityRow& row) {
    const bool in_both = row.delegations() > 0 && row.people() > 0;
    return std::make_pair(!in_both, std::max(row.delegations(), row.people()));
  };
  for (v1::EqualityRow& row : *strand.mutable_rows()) {
    if (row.hidden() || (row.delegations() == 0 && row.people() == 0)) continue;
    if (found == nullptr || cost(row) < cost(*found)) found = &row;
  }
  return found;
}

void HideRows(uint32_t threshold, v1::EqualityStrand& strand) {
  for (v1::EqualityRow& row : *strand.mutable_rows()) {
    row.set_hidden(IsSmall(row.delegations(), threshold) || IsSmall(row.people(), threshold));
  }
  while (!IsSafe(strand, Column::kDelegations) || !IsSafe(strand, Column::kPeople)) {
    v1::EqualityRow* const next = NextToHide(strand);
    if (next == nullptr) return;  // The column will be withheld.
    next->set_hidden(true);
  }
}

bool MustWithhold(uint32_t threshold, const v1::GetEqualityReturnResponse& response,
                  Column column) {
  return std::any_of(
      response.strands().begin(), response.strands().end(), [&](const v1::EqualityStrand& strand) {
        return IsSmall(TotalOf(strand, column), threshold) || !IsSafe(strand, column);
      });
}

}  // namespace

absl::Span<const absl::string_view> EqualityStrands() { return kStrands; }

void EqualitySum::Take(const std::string& organisation, const v1::EqualityReturn& returned) {
  const std::optional<ReportDays> period = PeriodOf(returned);
  if (!period.has_value()) return;
  std::vector<Held>& held = held_[organisation];
  for (Held& other : held) {
    if (IsSame(other.period, *period)) {
      other.returned = returned;
      return;
    }
  }
  const bool overlaps = std::any_of(
      held.begin(), held.end(), [&](const Held& other) { return Overlap(other.period, *period); });
  if (!overlaps) {
    held.push_back({*period, returned});
  } else if (Overlap(*period, days_)) {
    ++left_out_;
  }
}

v1::GetEqualityReturnResponse EqualitySum::Sum() const {
  v1::GetEqualityReturnResponse response;
  response.set_left_out(left_out_);
  std::map<std::string, std::map<std::string, v1::EqualityRow>> strands;
  for (const auto& [organisation, returns] : held_) {
    for (const Held& held : returns) {
      if (!IsSame(held.period, days_)) continue;
      response.add_returned_by(organisation);
      for (const v1::EqualityCount& count : held.returned.counts()) {
        const std::string strand = absl::StrReplaceAll(Normal(count.strand()), {{"_", "-"}});
        v1::EqualityRow& row = strands[strand][Normal(count.group())];
        row.set_delegations(Add(row.delegations(), count.delegations()));
        row.set_people(Add(row.people(), count.people()));
      }
    }
  }
  for (const absl::string_view name : kStrands) {
    v1::EqualityStrand& strand = *response.add_strands();
    strand.set_strand(std::string(name));
    const auto found = strands.find(strand.strand());
    if (found == strands.end()) continue;
    found->second[kNotKnown];  // Nobody not known is a number too.
    for (auto& [group, row] : found->second) {
      row.set_group(group);
      strand.set_delegations(Add(strand.delegations(), row.delegations()));
      strand.set_people(Add(strand.people(), row.people()));
      *strand.add_rows() = std::move(row);
    }
  }
  return response;
}

void HideSmallNumbers(uint32_t threshold, v1::GetEqualityReturnResponse& response) {
  response.set_threshold(threshold);
  for (v1::EqualityStrand& strand : *response.mutable_strands()) HideRows(threshold, strand);
  response.set_delegations_withheld(MustWithhold(threshold, response, Column::kDelegations));
  response.set_people_withheld(MustWithhold(threshold, response, Column::kPeople));
  for (v1::EqualityStrand& strand : *response.mutable_strands()) {
    if (response.delegations_withheld()) strand.clear_delegations();
    if (response.people_withheld()) strand.clear_people();
    for (v1::EqualityRow& row : *strand.mutable_rows()) {
      if (row.hidden() || response.delegations_withheld()) row.clear_delegations();
      if (row.hidden() || response.people_withheld()) row.clear_people();
    }
  }
}

}  // namespace fosse::engine
