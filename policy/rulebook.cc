#include "policy/rulebook.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "policy/located_text.h"
#include "policy/rulebook_faults.h"

namespace fosse::policy {
namespace {

// Where the locality set no deadline.
constexpr absl::Duration kDefaultDeadline = absl::Hours(24 * 7);

}  // namespace

absl::StatusOr<std::unique_ptr<const Rulebook>> Rulebook::Create(absl::string_view stored) {
  std::unique_ptr<Rulebook> rulebook(new Rulebook);
  v1::Rulebook& document = rulebook->document_;
  LocatedText text;
  Faults faults;
  if (text.Parse(stored, document, faults)) {
    FindRulebookFaults(document, text.root(), faults);
  }
  FOSSE_RETURN_IF_ERROR(faults.ToStatus("RULEBOOK_INVALID", "the rulebook has faults"));

  // Only now: places in the text are by the order of writing.
  std::sort(document.mutable_rules()->begin(), document.mutable_rules()->end(),
            [](const v1::Rule& a, const v1::Rule& b) {
              return std::make_pair(a.question(), absl::string_view(a.id())) <
                     std::make_pair(b.question(), absl::string_view(b.id()));
            });
  rulebook->stored_ = std::string(stored);
  rulebook->digest_ = Sha256(rulebook->stored_);
  rulebook->digest_bytes_ = ByteView(rulebook->digest_).str();
  rulebook->by_question_.resize(static_cast<size_t>(v1::Question_ARRAYSIZE));
  for (size_t first = 0, last = 0; first < rulebook->size(); first = last) {
    const v1::Question question = rulebook->rule(first).question();
    while (last < rulebook->size() && rulebook->rule(last).question() == question) ++last;
    rulebook->by_question_[static_cast<size_t>(question)] = QuestionMasks(document, first, last);
  }
  for (const v1::Rule& rule : document.rules()) rulebook->wordings_.emplace_back(rule);
  return rulebook;
}

const v1::CatalogueTask* Rulebook::FindTask(const v1::Code& code) const {
  if (code.system().empty()) return FindTask(code.code());
  for (const v1::CatalogueTask& task : document_.catalogue()) {
    for (const v1::Code& same : task.same_as()) {
      if (same.system() == code.system() && same.code() == code.code()) return &task;
    }
  }
  return nullptr;
}

const v1::CatalogueTask* Rulebook::FindTask(absl::string_view our_code) const {
  for (const v1::CatalogueTask& task : document_.catalogue()) {
    if (task.code() == our_code) return &task;
  }
  return nullptr;
}

absl::Duration Rulebook::DeadlineFor(v1::TimerKind kind) const {
  for (const v1::Deadline& deadline : document_.deadlines()) {
    if (deadline.kind() == kind) return absl::Minutes(deadline.minutes());
  }
  return kDefaultDeadline;
}

absl::string_view Rulebook::OwnerOf(v1::Route route) const {
  for (const v1::RouteOwner& owner : document_.routes()) {
    if (owner.route() == route) return owner.organisation();
  }
  return "";
}

const QuestionMasks& Rulebook::MasksOf(v1::Question question) const {
  const size_t n = static_cast<size_t>(question);
  return by_question_[n < by_question_.size() ? n : 0];
}

RuleSet Rulebook::RulesOf(v1::Question question) const {
  RuleSet rules;
  const QuestionMasks& masks = MasksOf(question);
  for (size_t n = masks.first(); n < masks.last(); ++n) rules.set(n);
  return rules;
}

}  // namespace fosse::policy
