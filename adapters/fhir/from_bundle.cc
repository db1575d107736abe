#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "adapters/fhir/bodies.h"
#include "adapters/fhir/persons.h"
#include "adapters/fhir/systems.h"
#include "adapters/fhir/translate.h"
#include "google/protobuf/timestamp.pb.h"

namespace fosse::adapters::fhir {
namespace {

constexpr size_t kLongestId = 64;

// What header, focus and status together ask. One that is not here is refused, as the national
// workflow has it.
struct Kind {
  absl::string_view event;
  absl::string_view reasons;   // Words with a space behind each.
  absl::string_view focus;     // Resource type.
  absl::string_view code;      // Task.code or Communication.category.
  absl::string_view statuses;  // Words with a space behind each.
  void (*read)(Reading&);
};

constexpr absl::string_view kRequest = "servicerequest-request";
constexpr absl::string_view kAnswer = "servicerequest-response";

constexpr Kind kKinds[] = {
    {kRequest, "new update ", "Task", "delegation-proposal", "requested ", ReadProposal},
    {kAnswer, "new update ", "Task", "delegation-proposal", "accepted rejected ",
     ReadDelegationResponse},
    {kAnswer, "new update ", "Task", "delegation-response", "accepted rejected ",
     ReadDelegationResponse},
    {kRequest, "new update delete ", "Task", "delegation-change",
     "cancelled on-hold in-progress rejected ", ReadDelegationChange},
    {kRequest, "new ", "Task", "oversight-offer", "requested ", ReadOversightOffer},
    {kRequest, "update delete ", "Task", "oversight-offer", "cancelled ", ReadOversightOffer},
    {kAnswer, "new update ", "Task", "oversight-offer", "accepted rejected on-hold ",
     ReadOversightResponse},
    {kAnswer, "new update ", "Task", "oversight-hand-back", "accepted rejected on-hold ",
     ReadOversightResponse},
    {kRequest, "new ", "Task", "oversight-hand-back", "requested ", ReadHandBack},
    {kRequest, "new update ", "Task", "clinical-review", "completed ", ReadClinicalReview},
    {kAnswer, "new update ", "Task", "cover-order", "accepted in-progress completed rejected ",
     ReadCoverConfirmed},
    {kRequest, "new update ", "Task", "registration-change", "completed ", ReadRegistrationChange},
    {kRequest, "new update ", "Task", "shared-care-referral", "requested completed ",
     ReadSharedCareReferral},
    {kRequest, "new ", "Communication", "advice", "completed ", ReadAdvice},
    {kRequest, "new ", "Communication", "concern", "completed ", ReadConcern},
};

bool HasWord(absl::string_view words, const std::string& word) {
  return !word.empty() &&
         absl::StrCat(" ", words).find(absl::StrCat(" ", word, " ")) != std::string::npos;
}

// Which element of the combination no kind has: the first of event, reason, focus, code, status.
const Kind* FindKind(const Node& header, const Node& focus) {
  const Node event = header["eventCoding"]["code"];
  const Node reason = header["reason"];
  const Node code = focus[focus["resourceType"].Text() == "Task" ? "code" : "category"];
  const Node status = focus["status"];
  const std::string event_code = event.RequiredText();
  const std::string reason_code = CodeIn(reason, kReasons);
  const std::string type = focus["resourceType"].Text();
  const std::string word = CodeIn(type == "Task" ? code : code.Only(), kMessage);
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

// Bundle.id and timestamp are the message's own id and time.
void ReadFrame(const Node& root, v1::Envelope& envelope, absl::Time& sent_at) {
  const Node id = root["id"];
  const std::string text = id.RequiredText();
  const auto is_id = [](char c) { return absl::ascii_isalnum(c) || c == '-' || c == '.'; };
  if (text.size() > kLongestId || !std::all_of(text.begin(), text.end(), is_id)) {
    id.Invalid("give an id of at most 64 letters, digits, hyphens and full stops");
  }
  envelope.set_message_id(text);
  const Node timestamp = root["timestamp"];
  const std::optional<absl::Time> time = timestamp.Require() ? timestamp.Time() : std::nullopt;
  if (!time.has_value()) return;
  sent_at = *time;
  envelope.mutable_sent_at()->set_seconds(absl::ToUnixSeconds(*time));
  envelope.mutable_sent_at()->set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(*time - absl::FromUnixSeconds(envelope.sent_at().seconds()))));
}

Node HeaderOf(const Bundle& bundle) {
  if (bundle.resources().empty()) {
    bundle.root()["entry"].AddIssue("FIELD_REQUIRED", "begin with a MessageHeader", "required");
    return bundle.root()["entry"];
  }
  const Node& first = bundle.resources()[0];
  if (first.present() && first["resourceType"].Text() == "MessageHeader") return first;
  first.AddIssue("HEADER_MISSING", "let the first entry be the MessageHeader", "structure");
  return Node(first.at(), first.issues());
}

// The focus of the header: a Task or a Communication.
Node FocusOf(const Bundle& bundle, const Node& header) {
  const Node reference = header["focus"].Only();
  if (!reference["reference"].Require()) return reference;
  return bundle.Resolve(reference);
}

// The header may name its sender too; it must be the one whose certificate came.
std::string SenderOf(const Bundle& bundle, const Node& header, const std::string& arrived) {
  const Node named = header["sender"];
  const std::string text = bundle.OrganisationOf(named);
  if (arrived.empty()) {
    if (text.empty()) named.Require();
    return text;
  }
  if (!text.empty() && text != arrived) {
    named.AddIssue("SENDER_DISAGREES", "name the organisation whose certificate is used",
                   "security");
  }
  return arrived;
}

v1::Urgency UrgencyOf(const Node& priority) {
  if (!priority.present()) return v1::URGENCY_UNSPECIFIED;
  const std::string word = priority.Text();
  if (word == "routine") return v1::URGENCY_ROUTINE;
  if (word == "urgent") return v1::URGENCY_SAME_DAY;
  if (word == "asap" || word == "stat") return v1::URGENCY_URGENT;
  priority.Invalid("give one of: routine urgent asap stat");
  return v1::URGENCY_UNSPECIFIED;
}

void ReadMessage(const Bundle& bundle, const Arrival& arrival, v1::Envelope& envelope) {
  absl::Time sent_at = absl::InfinitePast();
  ReadFrame(bundle.root(), envelope, sent_at);
  const Node header = HeaderOf(bundle);
  if (!header.present()) return;
  if (header["eventCoding"]["system"].RequiredText() != kEvents) {
    header["eventCoding"]["system"].AddIssue(
        "COMBINATION_UNKNOWN", absl::StrCat("use the events of ", kEvents), "invariant");
    return;
  }
  const Node focus = FocusOf(bundle, header);
  if (!focus.present()) return;
  const Kind* const kind = FindKind(header, focus);
  if (kind == nullptr) return;

  const std::string sender = SenderOf(bundle, header, arrival.sender);
  envelope.set_sender(sender);
  envelope.set_urgency(UrgencyOf(focus["priority"]));
  *envelope.mutable_subject()->mutable_person() =
      ReadPerson(bundle, focus[kind->focus == "Task" ? "for" : "subject"]);
  const Node author = header["author"];
  if (author.Require()) {
    v1::Practitioner& acting = *envelope.mutable_acting_person()->mutable_practitioner();
    acting = ReadPractitioner(bundle, author, sent_at);
    if (acting.organisation().empty()) acting.set_organisation(sender);
  }
  Reading reading{bundle, header, focus, sender, sent_at, envelope};
  kind->read(reading);
}

}  // namespace

Translated FromBundle(absl::string_view bytes, const Arrival& arrival) {
  Translated translated;
  IssueList issues;
  const std::unique_ptr<Bundle> bundle = Bundle::Parse(bytes, issues);
  v1::Envelope& envelope = translated.envelope;
  if (bundle != nullptr) ReadMessage(*bundle, arrival, envelope);
  envelope.set_locality(arrival.locality);
  envelope.set_correlation_id(arrival.correlation_id);
  envelope.mutable_original()->set_media_type(kMediaType);
  envelope.mutable_original()->set_content(bytes.data(), bytes.size());
  translated.issues = issues.issues();
  if (!translated.issues.empty()) translated.envelope.Clear();
  return translated;
}

}  // namespace fosse::adapters::fhir
