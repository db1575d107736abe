#include "policy/solver/encoding.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace fosse::policy::solver {

void Encoding::Exclude(const v1::Rulebook& document) {
  for (const v1::Constraint& constraint : document.constraints()) {
    Exclude(Region::Of(constraint.never()));
  }
}

const Encoding::Variables& Encoding::VariablesOf(size_t place) {
  Variables& values = variables_[place];
  if (values.empty()) {
    const Fact& fact = AllFacts()[place];
    z3::expr_vector all(context_);
    for (int i = 0; i < fact.values().value_count(); ++i) {
      const google::protobuf::EnumValueDescriptor& one = *fact.values().value(i);
      // By the fact's name too: two facts may share a type.
      const z3::expr variable =
          context_.bool_const(absl::StrCat(fact.name(), "=", one.name()).c_str());
      values.emplace(one.number(), variable);
      all.push_back(variable);
    }
    solver_.add(z3::mk_or(all));
    for (unsigned i = 0; i < all.size(); ++i) {
      for (unsigned j = i + 1; j < all.size(); ++j) solver_.add(!all[i] || !all[j]);
    }
  }
  return values;
}

z3::expr Encoding::Is(size_t place, Values values) {
  z3::expr_vector any(context_);
  for (const auto& [value, variable] : VariablesOf(place)) {
    if ((values & (Values{1} << value)) != 0) any.push_back(variable);
  }
  return z3::mk_or(any);
}

z3::expr Encoding::In(const Region& region) {
  z3::expr_vector all(context_);
  for (const size_t place : region.Narrowed()) all.push_back(Is(place, region.values(place)));
  return z3::mk_and(all);
}

z3::expr Encoding::In(absl::Span<const Region> regions) {
  z3::expr_vector any(context_);
  for (const Region& region : regions) any.push_back(In(region));
  return z3::mk_or(any);
}

z3::expr Encoding::NewChoice() {
  return context_.bool_const(absl::StrCat("choice-", choices_++).c_str());
}

bool Encoding::CanBe(const z3::expr& wanted) {
  // As an assumption, so that nothing has to be taken back and what was learnt stays.
  z3::expr asked = NewChoice();
  solver_.add(z3::implies(asked, wanted));
  const z3::check_result answer = solver_.check(1, &asked);
  FOSSE_CHECK(answer != z3::unknown);
  return answer == z3::sat;
}

bool Encoding::CanBe(const Region& region, absl::Span<const z3::expr> also) {
  z3::expr_vector assumed(context_);
  for (const size_t place : region.Narrowed()) {
    for (const auto& [value, variable] : VariablesOf(place)) {
      if ((region.values(place) & (Values{1} << value)) == 0) assumed.push_back(!variable);
    }
  }
  for (const z3::expr& choice : also) assumed.push_back(choice);
  const z3::check_result answer = solver_.check(assumed);
  FOSSE_CHECK(answer != z3::unknown);
  return answer == z3::sat;
}

void Encoding::ExcludeIf(const z3::expr& choice, const Region& region) {
  // One clause: some fact has a value outside.
  z3::expr_vector outside(context_);
  outside.push_back(!choice);
  for (const size_t place : region.Narrowed()) {
    for (const auto& [value, variable] : VariablesOf(place)) {
      if ((region.values(place) & (Values{1} << value)) == 0) outside.push_back(variable);
    }
  }
  solver_.add(z3::mk_or(outside));
}

v1::Facts Encoding::Model() {
  const z3::model model = solver_.get_model();
  v1::Facts facts;
  for (const auto& [place, values] : variables_) {
    for (const auto& [value, variable] : values) {
      if (!model.eval(variable, /*model_completion=*/true).is_true()) continue;
      facts.GetReflection()->SetEnumValue(&facts, AllFacts()[place].in_facts, value);
    }
  }
  return facts;
}

std::optional<v1::Facts> Encoding::Find(const z3::expr& wanted) {
  if (!CanBe(wanted)) return std::nullopt;
  return Model();
}

}  // namespace fosse::policy::solver
