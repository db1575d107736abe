#ifndef FOSSE_ADAPTERS_COUNCIL_PAGE_ACTS_H_
#define FOSSE_ADAPTERS_COUNCIL_PAGE_ACTS_H_

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "adapters/council/page/tasks.h"
#include "adapters/page/sessions.h"

// What a provider can do about a task, each a form of one page. Everything is pure.
namespace fosse::adapters::page {

// An act; `word` is the last part of its address.
enum class ActKind { kAnswer, kWorker, kStart, kNotDone, kConcern };
struct Act {
  ActKind kind;
  absl::string_view word;
  absl::string_view title;   // Of its page.
  absl::string_view button;  // Sends it.
};
absl::Span<const Act> Acts();
const Act* FindAct(absl::string_view word);  // Null where there is none.
// Whether it makes sense for a task as it stands. The gateway has the last word.
bool IsPossible(const Act& act, const ProviderTask& task);

// What a form held that could not be taken, and why.
struct ActFault {
  std::string field;
  std::string words;
};
// What is wrong with a form before it is sent; nothing: it can be.
std::optional<ActFault> FaultOf(const Act& act, const std::map<std::string, std::string>& form);

// The form as the JSON message that the provider's own system would send
// (docs/formats/council-json.md): one door, one translation, one set of rules for both.
std::string MessageOf(const Act& act, const ProviderTask& task, const Colleague& colleague,
                      const std::map<std::string, std::string>& form, absl::Time at);

// A question with ticks or choices: name in the form, name in the message, words.
struct Statement {
  absl::string_view name;
  absl::string_view json;
  absl::string_view words;
};
absl::Span<const Statement> AnswerStatements();
absl::Span<const Statement> WorkerStatements();
// A value and its words.
using Option = std::pair<absl::string_view, absl::string_view>;
absl::Span<const Option> DeclineReasons();
absl::Span<const Option> NotDoneReasons();
absl::Span<const Option> ConcernKinds();

// What a person wrote into a field for day and time, by the clock of Europe/London; nothing where
// it is none.
std::optional<absl::Time> TimeOf(const std::string& text);
std::string TimeField(absl::Time time);

}  // namespace fosse::adapters::page

#endif  // FOSSE_ADAPTERS_COUNCIL_PAGE_ACTS_H_
