#include "engine/equality.h"

#include <random>

#include "base/local_date.h"
#include "fosse/v1/facts.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ReportDays Quarter() { return {*ParseLocalDate("2026-07-01"), *ParseLocalDate("2026-09-30")}; }

v1::EqualityReturn Returned(const std::string& first = "2026-07-01",
                            const std::string& last = "2026-09-30") {
  v1::EqualityReturn returned;
  returned.set_period_start(first);
  returned.set_period_end(last);
  return returned;
}

void Add(v1::EqualityReturn& returned, const std::string& strand, const std::string& group,
         uint32_t delegations, uint32_t people) {
  v1::EqualityCount& count = *returned.add_counts();
  count.set_strand(strand);
  count.set_group(group);
  count.set_delegations(delegations);
  count.set_people(people);
}

const v1::EqualityStrand& StrandOf(const v1::GetEqualityReturnResponse& response,
                                   const std::string& name) {
  for (const v1::EqualityStrand& strand : response.strands()) {
    if (strand.strand() == name) return strand;
  }
  ADD_FAILURE() << name;
  return v1::EqualityStrand::default_instance();
}

TEST(EqualityTest, ReturnsAddUpWithDenominatorsAndNotKnown) {
  Shows({"b-6.1"});
  EqualitySum sum(Quarter());
  v1::EqualityReturn first = Returned();
  Add(first, "sex", "Female", 20, 900);
  Add(first, "sex", "not known", 7, 60);
  v1::EqualityReturn second = Returned();
  Add(second, "Sex", " female ", 10, 100);
  Add(second, "religion_or_belief", "none", 10, 100);
  Add(second, "shoe-size", "42", 10, 100);  // None of the nine.
  sum.Take("LCC", first);
  sum.Take("RT5", second);
  const v1::GetEqualityReturnResponse response = sum.Sum();
  EXPECT_THAT(response.returned_by(), ElementsAre("LCC", "RT5"));
  ASSERT_EQ(response.strands_size(), 9);
  const v1::EqualityStrand& sex = StrandOf(response, "sex");
  ASSERT_EQ(sex.rows_size(), 2);
  EXPECT_EQ(sex.rows(0).group(), "female");
  EXPECT_EQ(sex.rows(0).delegations(), 30u);
  EXPECT_EQ(sex.rows(0).people(), 1000u);
  EXPECT_EQ(sex.people(), 1060u);
  const v1::EqualityStrand& belief = StrandOf(response, "religion-or-belief");
  ASSERT_EQ(belief.rows_size(), 2) << "not known stands there though nobody said it";
  EXPECT_EQ(belief.rows(1).group(), "not known");
  EXPECT_THAT(StrandOf(response, "age").rows(), IsEmpty());
}

TEST(EqualityTest, ACorrectionTakesThePlaceAndAnOverlapIsLeftOut) {
  Shows({"b-6.1"});
  EqualitySum sum(Quarter());
  v1::EqualityReturn first = Returned();
  Add(first, "sex", "female", 20, 900);
  v1::EqualityReturn corrected = Returned();
  Add(corrected, "sex", "female", 21, 901);
  v1::EqualityReturn half = Returned("2026-04-01", "2026-09-30");
  Add(half, "sex", "female", 500, 5000);
  sum.Take("LCC", first);
  sum.Take("LCC", half);
  sum.Take("LCC", corrected);
  v1::GetEqualityReturnResponse response = sum.Sum();
  EXPECT_EQ(StrandOf(response, "sex").rows(0).delegations(), 21u);
  EXPECT_EQ(response.left_out(), 1u);
  // Another organisation may return for another period; it is not of this report.
  sum.Take("RT5", half);
  response = sum.Sum();
  EXPECT_THAT(response.returned_by(), ElementsAre("LCC"));
}

TEST(EqualityTest, ASmallNumberHidesASecondSoThatTheTotalDoesNotTellIt) {
  Shows({"b-6.1"});
  EqualitySum sum(Quarter());
  v1::EqualityReturn returned = Returned();
  Add(returned, "sex", "a", 4, 300);
  Add(returned, "sex", "b", 40, 400);
  Add(returned, "sex", "c", 60, 500);
  Add(returned, "sex", "not known", 30, 200);
  sum.Take("LCC", returned);
  v1::GetEqualityReturnResponse response = sum.Sum();
  HideSmallNumbers(kSmallNumber, response);
  const v1::EqualityStrand& sex = StrandOf(response, "sex");
  EXPECT_EQ(sex.delegations(), 134u);
  EXPECT_TRUE(sex.rows(0).hidden());
  EXPECT_TRUE(sex.rows(3).hidden()) << "the one that loses least";
  EXPECT_EQ(sex.rows(0).delegations() + sex.rows(0).people() + sex.rows(3).people(), 0u);
  EXPECT_FALSE(sex.rows(1).hidden());
  EXPECT_EQ(sex.rows(1).delegations(), 40u);
  EXPECT_FALSE(response.delegations_withheld() || response.people_withheld());
}

TEST(EqualityTest, AtTheThresholdANumberIsShown) {
  Shows({"b-6.1"});
  EqualitySum sum(Quarter());
  v1::EqualityReturn returned = Returned();
  Add(returned, "sex", "a", kSmallNumber, 300);
  Add(returned, "sex", "b", 0, 400);
  sum.Take("LCC", returned);
  v1::GetEqualityReturnResponse response = sum.Sum();
  HideSmallNumbers(kSmallNumber, response);
  EXPECT_FALSE(StrandOf(response, "sex").rows(0).hidden());
  EXPECT_FALSE(StrandOf(response, "sex").rows(1).hidden()) << "none is no small number";
}

TEST(EqualityTest, WhatOneStrandCannotShowNoneShows) {
  Shows({"b-6.1"});
  EqualitySum sum(Quarter());
  v1::EqualityReturn returned = Returned();
  Add(returned, "sex", "a", 3, 300);  // Three in all: any other strand's total would tell it.
  Add(returned, "race", "x", 3, 200);
  Add(returned, "race", "y", 0, 100);
  sum.Take("LCC", returned);
  v1::GetEqualityReturnResponse response = sum.Sum();
  HideSmallNumbers(kSmallNumber, response);
  EXPECT_TRUE(response.delegations_withheld());
  for (const v1::EqualityStrand& strand : response.strands()) {
    EXPECT_EQ(strand.delegations(), 0u);
    for (const v1::EqualityRow& row : strand.rows()) EXPECT_EQ(row.delegations(), 0u);
  }
}

// --- A reader who tries to work hidden numbers out ---

struct Bounds {
  int64_t low;
  int64_t high;
};

// A number of the table as a reader has it: shown, or anything from `floor` on.
struct Unknown {
  size_t strand;
  int row;
  Bounds bounds;
};

// All that can be concluded by linear bounds, until nothing more can. The strands count the same
// people, so that every total is every other's. `of` picks the column.
std::vector<Unknown> WorkOut(const v1::GetEqualityReturnResponse& response, int64_t floor,
                             uint32_t (v1::EqualityRow::*of)() const,
                             uint32_t (v1::EqualityStrand::*total)() const) {
  constexpr int64_t kMuch = 1LL << 40;
  std::vector<Unknown> unknowns;
  std::vector<int64_t> left;  // Of each strand: what its hidden numbers add up to.
  for (int s = 0; s < response.strands_size(); ++s) {
    const v1::EqualityStrand& strand = response.strands(s);
    int64_t rest = (strand.*total)();
    for (int r = 0; r < strand.rows_size(); ++r) {
      if (strand.rows(r).hidden()) {
        unknowns.push_back({static_cast<size_t>(s), r, {floor, kMuch}});
      } else {
        rest -= (strand.rows(r).*of)();
      }
    }
    left.push_back(rest);
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (Unknown& one : unknowns) {
      int64_t others_low = 0;
      int64_t others_high = 0;
      for (const Unknown& other : unknowns) {
        if (other.strand != one.strand || other.row == one.row) continue;
        others_low += other.bounds.low;
        others_high += other.bounds.high;
      }
      const int64_t high = std::min(one.bounds.high, left[one.strand] - others_low);
      const int64_t low = std::max(one.bounds.low, left[one.strand] - others_high);
      changed = changed || high != one.bounds.high || low != one.bounds.low;
      one.bounds = {low, high};
    }
  }
  return unknowns;
}

// The same people in every strand, scattered over its groups, often thinly.
v1::GetEqualityReturnResponse RandomTable(std::mt19937& random) {
  const auto below = [&random](uint32_t most) {
    return std::uniform_int_distribution<uint32_t>(0, most)(random);
  };
  const uint32_t scale = below(3) == 0 ? 8 : 60;
  const uint32_t delegations = below(scale);
  const uint32_t people = delegations + below(10 * scale);
  v1::EqualityReturn returned = Returned();
  for (const absl::string_view strand : EqualityStrands()) {
    if (below(4) == 0) continue;
    const uint32_t groups = 1 + below(5);
    std::vector<uint32_t> d(groups), p(groups);
    const uint32_t crowded = below(groups - 1);  // Most in one group, as it is in life.
    for (uint32_t i = 0; i < delegations; ++i) ++d[below(2) == 0 ? below(groups - 1) : crowded];
    for (uint32_t i = 0; i < people; ++i) ++p[below(2) == 0 ? below(groups - 1) : crowded];
    for (uint32_t g = 0; g < groups; ++g) {
      const std::string group =
          g + 1 == groups ? "not known" : std::string(1, static_cast<char>('a' + g));
      Add(returned, std::string(strand), group, d[g], p[g]);
    }
  }
  EqualitySum sum(Quarter());
  sum.Take("LCC", returned);
  return sum.Sum();
}

void NothingCanBeWorkedOut(const v1::GetEqualityReturnResponse& shown) {
  for (const int64_t floor : {0, 1}) {
    if (!shown.delegations_withheld()) {
      for (const Unknown& one :
           WorkOut(shown, floor, &v1::EqualityRow::delegations, &v1::EqualityStrand::delegations)) {
        EXPECT_LT(one.bounds.low, one.bounds.high) << shown.DebugString();
      }
    }
    if (!shown.people_withheld()) {
      for (const Unknown& one :
           WorkOut(shown, floor, &v1::EqualityRow::people, &v1::EqualityStrand::people)) {
        EXPECT_LT(one.bounds.low, one.bounds.high) << shown.DebugString();
      }
    }
  }
}

void NothingSmallIsShown(const v1::GetEqualityReturnResponse& shown) {
  const auto small = [](uint32_t number) { return number > 0 && number < kSmallNumber; };
  for (const v1::EqualityStrand& strand : shown.strands()) {
    EXPECT_FALSE(small(strand.delegations()) || small(strand.people())) << strand.DebugString();
    for (const v1::EqualityRow& row : strand.rows()) {
      EXPECT_FALSE(small(row.delegations()) || small(row.people())) << strand.DebugString();
    }
  }
}

TEST(EqualityTest, NoHiddenNumberCanBeWorkedOut) {
  Shows({"b-6.1"});
  std::mt19937 random(20261125);
  int hidden = 0;
  int withheld = 0;
  int whole = 0;
  for (int i = 0; i < 3000 && !::testing::Test::HasFailure(); ++i) {
    v1::GetEqualityReturnResponse response = RandomTable(random);
    HideSmallNumbers(kSmallNumber, response);
    NothingSmallIsShown(response);
    NothingCanBeWorkedOut(response);
    bool any = false;
    for (const v1::EqualityStrand& strand : response.strands()) {
      for (const v1::EqualityRow& row : strand.rows()) any = any || row.hidden();
    }
    hidden += any;
    withheld += response.delegations_withheld();
    whole += !any && !response.delegations_withheld() && !response.people_withheld();
  }
  // The tables must be of every sort, or the above shows little.
  EXPECT_GT(hidden, 500);
  EXPECT_GT(withheld, 100);
  EXPECT_GT(whole, 10);
}

// The solver must be able to find what is not protected.
TEST(EqualityTest, TheSolverFindsWhatHidingSmallNumbersAloneWouldTell) {
  std::mt19937 random(20261125);
  int found = 0;
  for (int i = 0; i < 300; ++i) {
    v1::GetEqualityReturnResponse response = RandomTable(random);
    for (v1::EqualityStrand& strand : *response.mutable_strands()) {
      for (v1::EqualityRow& row : *strand.mutable_rows()) {
        row.set_hidden(row.delegations() > 0 && row.delegations() < kSmallNumber);
      }
    }
    for (const Unknown& one :
         WorkOut(response, 0, &v1::EqualityRow::delegations, &v1::EqualityStrand::delegations)) {
      found += one.bounds.low == one.bounds.high;
    }
  }
  EXPECT_GT(found, 20);
}

// Nothing of a protected characteristic is a fact, so nothing of it can enter a decision.
TEST(EqualityTest, NoFactSaysAnythingOfAStrand) {
  Shows({"b-6.1"});
  const std::vector<std::string> words = {
      "disability", "disabled",  "gender", "reassignment", "marriage", "civil",
      "pregnancy",  "maternity", "race",   "ethnicity",    "ethnic",   "religion",
      "belief",     "sex",       "sexual", "orientation",  "equality", "strand"};
  const google::protobuf::Descriptor& facts = *v1::Facts::descriptor();
  ASSERT_GT(facts.field_count(), 30);
  for (int i = 0; i < facts.field_count(); ++i) {
    const std::string name = "_" + facts.field(i)->name() + "_";
    for (const std::string& word : words) {
      EXPECT_EQ(name.find("_" + word + "_"), std::string::npos) << name;
    }
    // The age of what was learnt is not a person's.
    if (name != "_prior_learning_age_") {
      EXPECT_EQ(name.find("_age_"), std::string::npos) << name;
    }
  }
}

}  // namespace
}  // namespace fosse::engine
