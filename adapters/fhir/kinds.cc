#include "adapters/fhir/kinds.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "adapters/fhir/systems.h"

namespace fosse::adapters::fhir {
namespace {

constexpr absl::string_view kRequest = "servicerequest-request";
constexpr absl::string_view kAnswer = "servicerequest-response";

constexpr Kind kKinds[] = {
    {kRequest, "new update ", "Task", "delegation-proposal", "requested ", "delegation_proposal",
     ReadProposal},
    {kAnswer, "new update ", "Task", "delegation-proposal", "accepted rejected ",
     "delegation_response", ReadDelegationResponse},
    {kAnswer, "new update ", "Task", "delegation-response", "accepted rejected ",
     "delegation_response", ReadDelegationResponse},
    {kRequest, "new update delete ", "Task", "delegation-change",
     "cancelled on-hold in-progress rejected ", "delegation_change", ReadDelegationChange},
    {kRequest, "new ", "Task", "oversight-offer", "requested ", "oversight_offer",
     ReadOversightOffer},
    {kRequest, "update delete ", "Task", "oversight-offer", "cancelled ", "oversight_offer",
     ReadOversightOffer},
    {kAnswer, "new update ", "Task", "oversight-offer", "accepted rejected on-hold ",
     "oversight_response", ReadOversightResponse},
    {kAnswer, "new update ", "Task", "oversight-hand-back", "accepted rejected on-hold ",
     "oversight_response", ReadOversightResponse},
    {kRequest, "new ", "Task", "oversight-hand-back", "requested ", "oversight_hand_back",
     ReadHandBack},
    {kRequest, "new update ", "Task", "clinical-review", "completed ", "clinical_review",
     ReadClinicalReview},
    {kAnswer, "new update ", "Task", "cover-order", "accepted in-progress completed rejected ",
     "cover_confirmed", ReadCoverConfirmed},
    {kRequest, "new update ", "Task", "registration-change", "completed ", "registration_change",
     ReadRegistrationChange},
    {kRequest, "new update ", "Task", "shared-care-referral", "requested completed ",
     "shared_care_referral", ReadSharedCareReferral},
    {kRequest, "new update ", "Task", "risk-change", "completed ", "risk_change", ReadPlain},
    {kRequest, "new update ", "Task", "consent-changed", "completed ", "consent_changed",
     ReadConsentChanged},
    {kRequest, "new update ", "Task", "delegator-changed", "completed ", "delegator_changed",
     ReadDelegatorChanged},
    {kRequest, "new update ", "Task", "person-away", "in-progress completed ", "person_away",
     ReadPersonAway},
    {kRequest, "new update ", "Task", "person-update", "completed ", "person_update", ReadPlain},
    {kRequest, "new update ", "Task", "worker-assignment", "completed ", "worker_assignment",
     ReadPlain},
    {kRequest, "new update ", "Task", "start-confirmed", "completed ", "start_confirmed",
     ReadPlain},
    {kRequest, "new update ", "Task", "task-performed", "completed ", "task_performed", ReadPlain},
    {kRequest, "new update ", "Task", "task-not-done", "failed ", "task_not_done", ReadPlain},
    {kRequest, "new ", "Task", "cover-order", "requested ", "cover_order", ReadPlain},
    {kRequest, "new update ", "Task", "dispute", "requested completed ", "dispute_raised",
     ReadDispute},
    {kRequest, "new ", "Task", "clinical-override", "completed ", "clinical_override", ReadPlain},
    {kRequest, "new ", "Task", "break-glass", "requested ", "break_glass", ReadPlain},
    {kRequest, "new ", "Task", "training-request", "requested ", "training_request", ReadPlain,
     Subject::kNobody},
    {kRequest, "new update ", "Task", "competency-challenge", "requested cancelled ",
     "competency_challenged", ReadChallenge, Subject::kWorker},
    {kRequest, "new ", "Task", "issue-report", "requested ", "issue_report", ReadPlain,
     Subject::kNobody},
    {kRequest, "new ", "Communication", "advice", "completed ", "advice_given", ReadAdvice},
    {kRequest, "new ", "Communication", "concern", "completed ", "concern_raised", ReadConcern},
    {kRequest, "new update ", "EpisodeOfCare", "", "active finished cancelled ", "episode_change",
     ReadEpisode},
};

bool HasWord(absl::string_view words, const std::string& word) {
  return !word.empty() &&
         absl::StrCat(" ", words).find(absl::StrCat(" ", word, " ")) != std::string::npos;
}

Node CodeNode(const Node& resource, const std::string& type) {
  return resource[type == "Task" ? "code" : type == "Communication" ? "category" : "type"];
}

// The word of ours that says what a Task or Communication is; empty where it has none.
std::string WordOf(const Node& resource, const std::string& type) {
  const Node code = CodeNode(resource, type);
  if (type == "Task") return CodeIn(code, kMessage);
  return type == "Communication" ? CodeIn(code.Only(), kMessage) : "";
}

// What a Task answers whose code is not ours: the identifier stays what it was when we asked.
std::string WordByIdentifier(const Node& identifiers) {
  if (IdentifierIn(identifiers, kOffer).present()) return "oversight-offer";
  if (IdentifierIn(identifiers, kDelegation).present() ||
      IdentifierIn(identifiers, kDelegationId).present()) {
    return "delegation-proposal";
  }
  return "";
}

void AddWords(absl::string_view words, std::string& list) {
  if (absl::StrCat(", ", list, ", ").find(absl::StrCat(", ", words, ", ")) != std::string::npos) {
    return;
  }
  absl::StrAppend(&list, list.empty() ? "" : ", ", words);
}

}  // namespace

// Which element of the combination no kind has: the first of event, reason, focus, code, status.
const Kind* FindKind(const Node& header, const Node& focus) {
  const Node event = header["eventCoding"]["code"];
  const Node reason = header["reason"];
  const Node code = CodeNode(focus, focus["resourceType"].Text());
  const Node status = focus["status"];
  const std::string event_code = event.RequiredText();
  const std::string reason_code = CodeIn(reason, kReasons);
  const std::string type = focus["resourceType"].Text();
  const std::string word = WordOf(focus, type);
  const std::string state = status.RequiredText();
  int furthest = 0;
  std::string supported;
  for (const Kind& kind : kKinds) {
    int fits = 0;
    std::string wanted = std::string(kind.event);
    if (kind.event == event_code) fits = 1, wanted = absl::StrCat(kind.focus, " ", kind.code);
    if (fits == 1 && kind.focus == type && kind.code == word) {
      fits = 2, wanted = std::string(kind.reasons);
    }
    if (fits == 2 && HasWord(kind.reasons, reason_code)) {
      fits = 3, wanted = std::string(kind.statuses);
    }
    if (fits == 3 && HasWord(kind.statuses, state)) return &kind;
    if (fits > furthest) supported.clear();
    if (fits >= furthest && supported.find(wanted) == std::string::npos) {
      absl::StrAppend(&supported, supported.empty() ? "" : ", ", wanted);
    }
    furthest = std::max(furthest, fits);
  }
  const Node* const places[] = {&event, &code, &reason, &status};
  places[furthest]->AddIssue("COMBINATION_UNKNOWN", absl::StrCat("supported here: ", supported),
                             "invariant");
  return nullptr;
}

const Kind* FindKindAlone(const Node& resource, absl::string_view event) {
  const std::string type = resource["resourceType"].Text();
  const Node status = resource["status"];
  const std::string state = status.RequiredText();
  std::string word = WordOf(resource, type);
  const bool inferred = word.empty() && type == "Task";
  if (inferred) word = WordByIdentifier(resource["identifier"]);
  std::string codes;
  std::string statuses;
  for (const Kind& kind : kKinds) {
    if (kind.focus != type || (!event.empty() && kind.event != event)) continue;
    AddWords(kind.code, codes);
    if (kind.code != word || (inferred && !IsAnswer(kind))) continue;
    if (HasWord(kind.statuses, state)) return &kind;
    AddWords(kind.statuses.substr(0, kind.statuses.size() - 1), statuses);
  }
  if (!statuses.empty() && !inferred) {
    status.AddIssue("COMBINATION_UNKNOWN", absl::StrCat("supported here: ", statuses), "invariant");
  } else {
    const Node code = CodeNode(resource, type);
    code.AddIssue("COMBINATION_UNKNOWN",
                  absl::StrCat("give a code of ", kMessage, "; supported here: ", codes),
                  "invariant");
  }
  return nullptr;
}

absl::Span<const Kind> Kinds() { return kKinds; }

bool IsAnswer(const Kind& kind) { return kind.event == kAnswer; }

absl::string_view AboutOf(const Kind& kind) {
  return kind.focus == "Task" ? "for" : kind.focus == "Communication" ? "subject" : "patient";
}

}  // namespace fosse::adapters::fhir
