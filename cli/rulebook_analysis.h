#ifndef FOSSE_CLI_RULEBOOK_ANALYSIS_H_
#define FOSSE_CLI_RULEBOOK_ANALYSIS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/session.h"
#include "fosse/v1/decision.pb.h"
#include "fosse/v1/facts.pb.h"
#include "google/protobuf/struct.pb.h"
#include "policy/solver/region.h"

// How `fosse rulebook check`, `compare`, `explain` and `what-if` read and show situations.
namespace fosse::cli {

// "PROPOSE" for QUESTION_PROPOSE; "DENY" for OUTCOME_DENY.
std::string ShortName(v1::Question question);
std::string ShortName(v1::Outcome outcome);

// One line a fact, in plain words, wrapped, each `indent` spaces in.
void PrintRegion(Session& session, const policy::solver::Region& region, size_t indent);

// {"consent": ["CONSENT_DECLINED"], …}: the facts that it narrows, as a rulebook writes them.
void ToJson(const policy::solver::Region& region, google::protobuf::Struct& json);
// {"consent": "CONSENT_DECLINED", …}: the facts that are known.
void ToJson(const v1::Facts& facts, google::protobuf::Struct& json);

// The question of `--question`, in any of the forms of QuestionOf() (rulebook_commands.h).
// INVALID_ARGUMENT lists those that there are.
absl::StatusOr<v1::Question> ReadQuestion(absl::string_view given);

// The situation of `--facts`: text or JSON of Facts, or @FILE with one of them (`@-` is standard
// input), set over what `facts` holds; a fact given as _UNKNOWN is unknown from then on.
// INVALID_ARGUMENT names the option.
absl::Status ReadSituation(Session& session, const std::string& given, v1::Facts& facts);

}  // namespace fosse::cli

#endif  // FOSSE_CLI_RULEBOOK_ANALYSIS_H_
