#ifndef FOSSE_TESTS_POLICY_SOLVER_EDITED_LLR_H_
#define FOSSE_TESTS_POLICY_SOLVER_EDITED_LLR_H_

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status.h"
#include "fosse/v1/rulebook.pb.h"
#include "google/protobuf/text_format.h"
#include "policy/compose.h"
#include "policy/rulebook.h"
#include "tests/policy/llr.h"

// The shipped rulebook with a fault planted in it.
namespace fosse::policy::solver {

inline v1::Rulebook Llr2022() { return Llr().document(); }

// All that come with Fosse, each alone and under the national layer, by id.
inline std::map<std::string, v1::Rulebook> AllShipped() {
  const auto text = [](absl::string_view file) {
    return SourceFile(absl::StrCat("policy/rulebooks/", file));
  };
  const std::string llr = text("llr/2022-10-01/rulebook.txtpb");
  const std::string glos = text("glos/2026-04-01/rulebook.txtpb");
  const std::string national = text("national/2024-11-01/layer.txtpb");
  std::map<std::string, v1::Rulebook> all;
  for (const Parts& parts : {Parts{llr, "", {}}, Parts{llr, "", {national}}, Parts{glos, llr, {}},
                             Parts{glos, llr, {national}}}) {
    const absl::StatusOr<std::string> composed = Compose(parts);
    FOSSE_CHECK(composed.ok());
    const auto rulebook = Rulebook::Create(*composed);
    FOSSE_CHECK(rulebook.ok());
    all[(*rulebook)->document().id()] = (*rulebook)->document();
  }
  FOSSE_CHECK(all.size() == 4);
  return all;
}

// The rule of this id, which is there.
inline v1::Rule& RuleOf(v1::Rulebook& document, absl::string_view id) {
  for (v1::Rule& rule : *document.mutable_rules()) {
    if (rule.id() == id) return rule;
  }
  FOSSE_CHECK(false);
  return *document.mutable_rules(0);
}

inline void Drop(v1::Rulebook& document, absl::string_view id) {
  for (int i = 0; i < document.rules_size(); ++i) {
    if (document.rules(i).id() != id) continue;
    document.mutable_rules()->DeleteSubrange(i, 1);
    return;
  }
  FOSSE_CHECK(false);
}

template <typename Message>
Message Parsed(absl::string_view text) {
  Message message;
  FOSSE_CHECK(google::protobuf::TextFormat::ParseFromString(std::string(text), &message));
  return message;
}

inline v1::Rule& Add(v1::Rulebook& document, absl::string_view rule) {
  return *document.add_rules() = Parsed<v1::Rule>(rule);
}

}  // namespace fosse::policy::solver

#endif  // FOSSE_TESTS_POLICY_SOLVER_EDITED_LLR_H_
