#include "policy/solver/region.h"

#include <bitset>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "policy/words.h"

namespace fosse::policy::solver {
namespace {

// None for a number that no value has.
Values Bit(int value) { return value < 0 || value > 63 ? 0 : Values{1} << value; }

const std::vector<Values>& Everything() {
  static const std::vector<Values>* const kValues = [] {
    auto* all = new std::vector<Values>;
    for (const Fact& fact : AllFacts()) {
      Values values = 0;
      for (int i = 0; i < fact.values().value_count(); ++i) {
        const int number = fact.values().value(i)->number();
        FOSSE_CHECK(number >= 0 && number < 64);
        values |= Bit(number);
      }
      all->push_back(values);
    }
    return all;
  }();
  return *kValues;
}

std::string ValuesInWords(const Fact& fact, Values values) {
  std::vector<std::string> words;
  for (int i = 0; i < fact.values().value_count(); ++i) {
    const int number = fact.values().value(i)->number();
    if ((values & Bit(number)) != 0) words.push_back(ValueInWords(fact, number));
  }
  return absl::StrJoin(words, ", or ");
}

}  // namespace

Values AllValues(size_t place) { return Everything()[place]; }

Region::Region() : values_(Everything()) {}

Region Region::Of(const v1::When& when) {
  Region region;
  for (size_t place = 0; place < region.size(); ++place) {
    const std::vector<int> named = ValuesOf(AllFacts()[place], when);
    if (named.empty()) continue;
    Values values = 0;
    for (const int value : named) values |= Bit(value);
    region.values_[place] = values & AllValues(place);
  }
  return region;
}

Region Region::Of(const v1::Facts& facts) {
  Region region;
  for (size_t place = 0; place < region.size(); ++place) {
    region.values_[place] = Bit(ValueOf(AllFacts()[place], facts));
  }
  return region;
}

std::vector<size_t> Region::Narrowed() const {
  std::vector<size_t> places;
  for (size_t place = 0; place < size(); ++place) {
    if (Narrows(place)) places.push_back(place);
  }
  return places;
}

bool Region::Intersects(const Region& other) const {
  for (size_t place = 0; place < size(); ++place) {
    if ((values_[place] & other.values_[place]) == 0) return false;
  }
  return true;
}

bool Region::Covers(const Region& inner) const {
  for (size_t place = 0; place < size(); ++place) {
    if ((inner.values_[place] & ~values_[place]) != 0) return false;
  }
  return true;
}

bool Region::Contains(const v1::Facts& facts) const { return Covers(Of(facts)); }

std::vector<Region> Without(const Region& whole, const Region& without) {
  if (!whole.Intersects(without)) return {whole};
  std::vector<Region> left;
  // What lies outside by the first fact, then what lies inside by it and outside by the second, …
  Region rest = whole;
  for (const size_t place : without.Narrowed()) {
    const Values outside = rest.values(place) & ~without.values(place);
    if (outside == 0) continue;
    Region part = rest;
    part.Set(place, outside);
    left.push_back(std::move(part));
    rest.Set(place, rest.values(place) & without.values(place));
  }
  return left;
}

std::vector<Region> Without(const Region& whole, absl::Span<const Region> without) {
  std::vector<Region> left = {whole};
  for (const Region& out : without) {
    std::vector<Region> next;
    for (const Region& part : left) {
      for (Region& piece : Without(part, out)) next.push_back(std::move(piece));
    }
    left = std::move(next);
  }
  return left;
}

std::vector<std::string> LinesInWords(const Region& region) {
  std::vector<std::string> lines;
  for (const size_t place : region.Narrowed()) {
    const Fact& fact = AllFacts()[place];
    const Values in = region.values(place);
    const Values out = AllValues(place) & ~in;
    const bool is_shorter_outside = std::bitset<64>(out).count() < std::bitset<64>(in).count();
    lines.push_back(absl::StrCat(FactLabel(fact), ": ", is_shorter_outside ? "anything but " : "",
                                 ValuesInWords(fact, is_shorter_outside ? out : in)));
  }
  if (lines.empty()) lines.push_back("Any situation");
  return lines;
}

std::string AsWritten(size_t place, Values values) {
  const Fact& fact = AllFacts()[place];
  std::vector<std::string> names;
  for (int i = 0; i < fact.values().value_count(); ++i) {
    const google::protobuf::EnumValueDescriptor& value = *fact.values().value(i);
    if ((values & Bit(value.number())) != 0) names.push_back(value.name());
  }
  const std::string list = absl::StrJoin(names, ", ");
  return names.size() == 1 ? absl::StrCat(fact.name(), ": ", list)
                           : absl::StrCat(fact.name(), ": [", list, "]");
}

std::string AsWritten(const Region& region) {
  std::vector<std::string> parts;
  for (const size_t place : region.Narrowed()) {
    parts.push_back(AsWritten(place, region.values(place)));
  }
  return absl::StrJoin(parts, " ");
}

}  // namespace fosse::policy::solver
