// Decide() against the reference evaluator, which reads rules off the page.
#include <map>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/decide.h"
#include "tests/policy/llr.h"
#include "tests/policy/shipped.h"
#include "tests/policy/sound.h"
#include "tests/reference/decide_reference.h"
#include "tests/support/status_matchers.h"

namespace fosse::policy {
namespace {

// Situations over all shipped rulebooks together. Sanitizers make each twenty times as slow.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kSituations = 50'000;
#else
constexpr int kSituations = 1'000'000;
#endif

// The same outcome and the same rules. The reference's places are those of the document, which is
// what a bit of the set stands for.
bool Agrees(const reference::Answer& answer, const Verdict& verdict) {
  RuleSet expected;
  for (const size_t n : answer.places) expected.set(n);
  return verdict.outcome == answer.outcome && verdict.matched == expected;
}

// Situations of every kind: facts at any value, near a base, and now and then a value that the
// vocabulary does not have.
class Generator {
 public:
  Generator(const v1::Suite& suite, unsigned seed) : random_(seed) {
    for (int n = 1; n <= v1::Question_MAX; ++n) {
      v1::SuiteCase row;
      row.set_question(static_cast<v1::Question>(n));
      bases_.push_back(SituationOf(suite, row));
    }
  }

  v1::Question Next(v1::Facts& facts) {
    const size_t n = random_() % bases_.size();
    if (random_() % 3 == 0) {
      for (const Fact& fact : AllFacts()) SetAnyValue(fact, random_, facts);
    } else {
      facts = bases_[n];
      for (unsigned left = static_cast<unsigned>(random_()) % 8; left > 0; --left) {
        SetAnyValue(AllFacts()[random_() % AllFacts().size()], random_, facts);
      }
    }
    if (random_() % 64 == 0) {
      const Fact& fact = AllFacts()[random_() % AllFacts().size()];
      const int value = random_() % 2 == 0 ? -1 : 99;
      facts.GetReflection()->SetEnumValue(&facts, fact.in_facts, value);
    }
    return static_cast<v1::Question>(n + 1);
  }

 private:
  std::mt19937 random_;
  std::vector<v1::Facts> bases_;
};

TEST(DifferentialTest, AMillionSituationsWithinAndWithoutTheConstraints) {
  const int each = kSituations / static_cast<int>(ShippedRulebooks().size());
  for (const Shipped& shipped : ShippedRulebooks()) {
    SCOPED_TRACE(shipped.folder);
    const reference::Reader reader(shipped.rulebook->document());
    Generator generator(shipped.suite, 20221001);
    std::map<bool, int> possible;
    std::map<v1::Outcome, int> outcomes;
    v1::Facts facts;
    for (int i = 0; i < each; ++i) {
      const v1::Question question = generator.Next(facts);
      const Verdict verdict = Decide(*shipped.rulebook, question, facts);
      ASSERT_TRUE(Agrees(reader.Decide(question, facts), verdict))
          << v1::Question_Name(question) << " " << facts.ShortDebugString();
      ++possible[reader.CanBe(facts)];
      ++outcomes[verdict.outcome];
    }
    // What is not reached is not compared.
    EXPECT_GT(possible[true], each / 10);
    EXPECT_GT(possible[false], each / 10);
    for (const v1::Outcome outcome :
         {v1::OUTCOME_PERMIT, v1::OUTCOME_HOLD, v1::OUTCOME_REFER, v1::OUTCOME_DENY}) {
      EXPECT_GT(outcomes[outcome], each / 100) << v1::Outcome_Name(outcome);
    }
  }
}

// A rulebook of `n` random rules of our own making.
v1::Rulebook AnyRules(int n, std::mt19937& random) {
  v1::Rulebook document;
  FOSSE_CHECK(google::protobuf::TextFormat::ParseFromString(kSound, &document));
  document.clear_rules();
  for (int i = 0; i < n; ++i) {
    v1::Rule& rule = *document.add_rules();
    rule.set_id(absl::StrCat("r", i));
    rule.set_clause("B-1.8");
    rule.set_standing(v1::STANDING_READING);
    rule.set_question(AnyQuestion(random));
    rule.set_outcome(static_cast<v1::Outcome>(1 + random() % 4));
    rule.set_because("b");
    rule.set_remedy("r");
    rule.set_route(v1::ROUTE_MDT);
    for (unsigned named = 1 + random() % 3; named > 0; --named) {
      const Fact& fact = AllFacts()[random() % AllFacts().size()];
      if (!ValuesOf(fact, rule.when()).empty()) continue;
      // Not all values: that would be no condition. No DENY on a missing fact.
      const int most = fact.values().value_count() - 1;
      const int count = 1 + static_cast<int>(random() % 2) % most;
      const int first = rule.outcome() == v1::OUTCOME_DENY ? 1 : 0;
      const unsigned places = static_cast<unsigned>(most + 2 - count - first);
      const int from = first + static_cast<int>(random() % places);
      for (int v = from; v < from + count; ++v) {
        rule.mutable_when()->GetReflection()->AddEnumValue(rule.mutable_when(), fact.in_when, v);
      }
    }
  }
  return document;
}

TEST(DifferentialTest, RandomRulebooks) {
  std::mt19937 random(7);
  for (int books = 0; books < 12; ++books) {
    // The first with as many as may be; the next few with all of them, and with the numbers around
    // a word's length, in one question.
    const int sizes[] = {static_cast<int>(kMaxRules), static_cast<int>(kMaxRules), 63, 64, 65, 129};
    v1::Rulebook document = AnyRules(books < 6 ? sizes[books] : 60, random);
    if (books > 0 && books < 6) {
      for (v1::Rule& rule : *document.mutable_rules()) rule.set_question(v1::QUESTION_ASSIGN);
    }
    std::string text;
    ASSERT_TRUE(google::protobuf::TextFormat::PrintToString(document, &text));
    ASSERT_OK_AND_ASSIGN(const auto rulebook, Rulebook::Create(text));
    const reference::Reader reader(rulebook->document());
    for (int i = 0; i < 500; ++i) {
      const v1::Question question = i % 2 == 0 ? v1::QUESTION_ASSIGN : AnyQuestion(random);
      const v1::Facts facts = AnyFacts(random);
      ASSERT_TRUE(Agrees(reader.Decide(question, facts), Decide(*rulebook, question, facts)))
          << v1::Question_Name(question) << " " << facts.ShortDebugString();
    }
  }
}

// The comparison sees a rule that differs by one value, and one whose outcome differs.
TEST(DifferentialTest, ASlipInARuleIsSeen) {
  for (const bool in_condition : {true, false}) {
    v1::Rulebook slipped = Sound().document();
    for (v1::Rule& rule : *slipped.mutable_rules()) {
      if (rule.id() != "unlisted-task") continue;
      if (in_condition) rule.mutable_when()->add_task_listing(v1::Facts::TASK_LISTING_SPECIFIC);
      if (!in_condition) rule.set_outcome(v1::OUTCOME_HOLD);
    }
    const reference::Reader reader(slipped);
    std::mt19937 random(3);
    int seen = 0;
    for (int i = 0; i < 1'000; ++i) {
      const v1::Facts facts = AnyFacts(random);
      const Verdict verdict = Decide(Sound(), v1::QUESTION_PROPOSE, facts);
      if (!Agrees(reader.Decide(v1::QUESTION_PROPOSE, facts), verdict)) ++seen;
    }
    EXPECT_GT(seen, 0);
  }
}

}  // namespace
}  // namespace fosse::policy
