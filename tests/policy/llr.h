#ifndef FOSSE_TESTS_POLICY_LLR_H_
#define FOSSE_TESTS_POLICY_LLR_H_

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status.h"
#include "fosse/v1/rulebook.pb.h"
#include "google/protobuf/text_format.h"
#include "policy/check.h"
#include "policy/rulebook.h"
#include "policy/vocabulary.h"

// The rulebook of Leicester, Leicestershire and Rutland, its suite, and situations near them.
namespace fosse::policy {

// A file of the source tree; FOSSE_SOURCE names its root, else the working directory does.
inline std::string SourceFile(absl::string_view path) {
  const char* root = std::getenv("FOSSE_SOURCE");
  std::ifstream in(absl::StrCat(root == nullptr ? "." : root, "/", path), std::ios::binary);
  FOSSE_CHECK(in.good());
  return std::string(std::istreambuf_iterator<char>(in), {});
}

inline const Rulebook& Llr() {
  static const Rulebook* const kRulebook = [] {
    auto rulebook = Rulebook::Create(SourceFile("policy/rulebooks/llr/2022-10-01/rulebook.txtpb"));
    FOSSE_CHECK(rulebook.ok());
    return rulebook->release();
  }();
  return *kRulebook;
}

inline const v1::Suite& LlrSuite() {
  static const v1::Suite* const kSuite = [] {
    auto suite = ParseSuite(SourceFile("policy/rulebooks/llr/2022-10-01/suite.txtpb"));
    FOSSE_CHECK(suite.ok());
    return new v1::Suite(*std::move(suite));
  }();
  return *kSuite;
}

inline v1::Facts FactsOf(absl::string_view text) {
  v1::Facts facts;
  FOSSE_CHECK(google::protobuf::TextFormat::ParseFromString(std::string(text), &facts));
  return facts;
}

// The suite's starting situation of a question: everything in order.
inline v1::Facts BaseOf(v1::Question question) {
  v1::SuiteCase row;
  row.set_question(question);
  return SituationOf(LlrSuite(), row);
}

inline void Forget(absl::string_view name, v1::Facts& facts) {
  const Fact* fact = FindFact(name);
  FOSSE_CHECK(fact != nullptr);
  facts.GetReflection()->ClearField(&facts, fact->in_facts);
}

inline void SetAnyValue(const Fact& fact, std::mt19937& random, v1::Facts& facts) {
  const int n = static_cast<int>(random() % static_cast<unsigned>(fact.values().value_count()));
  facts.GetReflection()->SetEnumValue(&facts, fact.in_facts, fact.values().value(n)->number());
}

// Every fact at any of its values.
inline v1::Facts AnyFacts(std::mt19937& random) {
  v1::Facts facts;
  for (const Fact& fact : AllFacts()) SetAnyValue(fact, random, facts);
  return facts;
}

// The base of a question with at most `changes` facts at other values: where PERMIT is close.
inline v1::Facts NearBase(v1::Question question, unsigned changes, std::mt19937& random) {
  v1::Facts facts = BaseOf(question);
  for (unsigned left = static_cast<unsigned>(random()) % (changes + 1); left > 0; --left) {
    SetAnyValue(AllFacts()[random() % AllFacts().size()], random, facts);
  }
  return facts;
}

inline v1::Question AnyQuestion(std::mt19937& random) {
  return static_cast<v1::Question>(1 + random() % v1::Question_MAX);
}

}  // namespace fosse::policy

#endif  // FOSSE_TESTS_POLICY_LLR_H_
