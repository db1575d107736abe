#ifndef FOSSE_POLICY_RULEBOOK_H_
#define FOSSE_POLICY_RULEBOOK_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/crypto.h"
#include "fosse/v1/rulebook.pb.h"
#include "policy/masks.h"
#include "policy/wording.h"

namespace fosse::policy {

// Version of the vocabulary (facts.proto) that this program speaks. A rulebook written for another
// is refused.
inline constexpr uint32_t kVocabulary = 1;

// The rules of one locality from one date, checked and turned into bit masks.
// Thread-safe: nothing changes after Create().
class Rulebook {
 public:
  // `stored` is protobuf text. INVALID_ARGUMENT, reason RULEBOOK_INVALID, lists every fault with
  // its position (`line:column: what is wrong and how to mend it`), one a line: text that does not
  // parse; id used twice or malformed; clause, standing, question, outcome, because or remedy
  // missing; REFER without a route, a route without an owner, nobody who owns silence; no condition
  // beyond the question, a condition that names a value twice or every value; DENY on a missing
  // fact; vocabulary not ours; a catalogue code used twice, a task without class, restriction or
  // version; a deadline or route twice; a deadline, period of ad hoc care or override of more than
  // 366 days; no cover owner, no words for an unwell person; too many rules.
  static absl::StatusOr<std::unique_ptr<const Rulebook>> Create(absl::string_view stored);

  // SHA-256 of the stored bytes.
  const Digest& digest() const { return digest_; }
  // The same as a proto holds it.
  const std::string& digest_bytes() const { return digest_bytes_; }
  // The stored bytes.
  const std::string& stored() const { return stored_; }
  // Everything as written, rules in order of question, then id.
  const v1::Rulebook& document() const { return document_; }
  const v1::Rule& rule(size_t n) const { return document_.rules(static_cast<int>(n)); }
  size_t size() const { return static_cast<size_t>(document_.rules_size()); }

  // The catalogue's entry for a task code, through the map of other systems' codes too. Null where
  // the task is in no catalogue (B-1.8).
  const v1::CatalogueTask* FindTask(const v1::Code& code) const;
  const v1::CatalogueTask* FindTask(absl::string_view our_code) const;

  // The locality's deadline for `kind`; a default of 7 days where the rulebook gives none.
  absl::Duration DeadlineFor(v1::TimerKind kind) const;

  // The organisation that a route leads to; empty means the delegating one.
  absl::string_view OwnerOf(v1::Route route) const;

  // The rules that answer `question`, as masks and as a set. A question that no rule answers, known
  // or not, has none.
  const QuestionMasks& MasksOf(v1::Question question) const;
  RuleSet RulesOf(v1::Question question) const;

  // How rule n is told where it matches.
  const RuleWording& WordingOf(size_t n) const { return wordings_[n]; }

 private:
  Rulebook() = default;

  std::string stored_;
  Digest digest_{};
  // INVARIANT: rules sorted by question, then id; ids unique; at most kMaxRules.
  v1::Rulebook document_;
  std::vector<QuestionMasks> by_question_;  // [question]; the unspecified one has no rules.
  std::vector<RuleWording> wordings_;       // [rule]
  std::string digest_bytes_;
};

}  // namespace fosse::policy

#endif  // FOSSE_POLICY_RULEBOOK_H_
