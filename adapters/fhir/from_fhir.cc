#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "adapters/fhir/bodies.h"
#include "adapters/fhir/kinds.h"
#include "adapters/fhir/persons.h"
#include "adapters/fhir/systems.h"
#include "adapters/fhir/translate.h"
#include "adapters/fhir/writing.h"
#include "adapters/kit/field_path.h"

namespace fosse::adapters::fhir {
namespace {

constexpr size_t kLongestId = 64;

void ReadSentAt(const Node& node, v1::Envelope& envelope, absl::Time& sent_at) {
  const std::optional<absl::Time> time = node.Require() ? node.Time() : std::nullopt;
  if (!time.has_value()) return;
  sent_at = *time;
  *envelope.mutable_sent_at() = StampOf(*time);
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
  ReadSentAt(root["timestamp"], envelope, sent_at);
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

void ReadSubject(const Bundle& bundle, const Kind& kind, const Node& about,
                 v1::Envelope& envelope) {
  switch (kind.subject) {
    case Subject::kPerson:
      *envelope.mutable_subject()->mutable_person() = ReadPerson(bundle, about);
      return;
    case Subject::kWorker:
      if (about.Require())
        *envelope.mutable_subject()->mutable_worker() = ReadWorker(bundle, about);
      return;
    case Subject::kNobody:
      // Whom it names would be lost.
      if (about.present()) {
        about.AddIssue("SUBJECT_WRONG", "take it out: this kind of message is about nobody",
                       "not-supported");
      }
  }
}

// What every message has, however it came; then what this kind has.
void ReadContent(const Bundle& bundle, const Kind& kind, const Node& author, const Node& focus,
                 absl::Time sent_at, v1::Envelope& envelope) {
  envelope.set_urgency(UrgencyOf(focus["priority"]));
  ReadSubject(bundle, kind, focus[AboutOf(kind)], envelope);
  v1::Practitioner acting = ReadPractitioner(bundle, author, sent_at);
  if (envelope.sender().empty()) envelope.set_sender(acting.organisation());
  if (acting.organisation().empty()) acting.set_organisation(envelope.sender());
  if (author.present()) *envelope.mutable_acting_person()->mutable_practitioner() = acting;
  Reading reading{bundle, author, focus, envelope.sender(), sent_at, envelope, kind.body};
  kind.read(reading);
}

void ReadMessage(const Bundle& bundle, const Arrival& arrival, v1::Envelope& envelope) {
  absl::Time sent_at = absl::InfinitePast();
  ReadFrame(bundle.root(), envelope, sent_at);
  const Node header = HeaderOf(bundle);
  if (!header.present()) return;
  const Node event = header["eventCoding"];
  if (event["system"].RequiredText() != kEvents) {
    event["system"].AddIssue("COMBINATION_UNKNOWN", absl::StrCat("use the events of ", kEvents),
                             "invariant");
    return;
  }
  if (!arrival.event.empty() && event["code"].Text() != arrival.event) {
    event["code"].AddIssue("COMBINATION_UNKNOWN",
                           absl::StrCat("read it as its own event, not as ", arrival.event),
                           "invariant");
    return;
  }
  const Node focus = FocusOf(bundle, header);
  if (!focus.present()) return;
  const Kind* const kind = FindKind(header, focus);
  if (kind == nullptr) return;
  envelope.set_sender(SenderOf(bundle, header, arrival.sender));
  const Node author = header["author"];
  author.Require();
  ReadContent(bundle, *kind, author, focus, sent_at, envelope);
}

// A resource by itself keeps its identifier, and its version counts on: together they name the
// message, so that the same version sent again is the same message.
std::string MessageIdOf(const Node& resource, const Kind& kind, const Node& changed) {
  const Node identifiers = resource["identifier"];
  Node value(identifiers.at(), identifiers.issues());
  absl::string_view system;
  for (const absl::string_view ours : {kOffer, kSharedCare, kConcern, kDelegation, kDelegationId}) {
    value = IdentifierIn(identifiers, ours);
    system = ours;
    if (value.present()) break;
  }
  std::string foreign;
  if (!value.present()) {
    for (const Node& identifier : identifiers.Items()) {
      foreign = identifier["system"].RequiredText();
      value = identifier["value"];
      system = foreign;
      break;
    }
  }
  const std::string name = value.RequiredText();
  const Node version = resource["meta"]["versionId"];
  const std::string counted = version.present() ? version.Text() : changed.Text();
  return UuidOf(
      absl::StrCat("alone/", kind.focus, "/", kind.code, "/", system, "|", name, "/", counted));
}

// When this version came to be.
Node ChangedOf(const Node& resource, const Kind& kind) {
  const Node updated = resource["meta"]["lastUpdated"];
  if (kind.focus == "EpisodeOfCare") return updated;
  const Node changed = resource[kind.focus == "Task" ? "lastModified" : "sent"];
  if (changed.present()) return changed;
  if (updated.present()) return updated;
  const Node authored = resource["authoredOn"];
  return authored.present() ? authored : changed;
}

// Who acts: the one who asks, or the one who answers.
Node AuthorOf(const Node& resource, const Kind& kind) {
  if (kind.focus == "EpisodeOfCare") return resource["careManager"];
  if (kind.focus == "Communication") return resource["sender"];
  return resource[IsAnswer(kind) ? "owner" : "requester"];
}

void ReadAlone(const Bundle& bundle, const Arrival& arrival, v1::Envelope& envelope) {
  const Node& resource = bundle.root();
  const Kind* const kind = FindKindAlone(resource, arrival.event);
  if (kind == nullptr) return;
  absl::Time sent_at = absl::InfinitePast();
  const Node changed = ChangedOf(resource, *kind);
  ReadSentAt(changed, envelope, sent_at);
  envelope.set_message_id(MessageIdOf(resource, *kind, changed));
  envelope.set_sender(arrival.sender);
  const Node author = AuthorOf(resource, *kind);
  if (!author["reference"].present()) {
    author["reference"].AddIssue(
        "FIELD_REQUIRED", "contain the PractitionerRole of the one who acts, and refer to it",
        "required");
  }
  ReadContent(bundle, *kind, author, resource, sent_at, envelope);
  if (envelope.sender().empty()) {
    author.AddIssue("FIELD_REQUIRED", "name the organisation of the PractitionerRole", "required");
  }
}

}  // namespace

Translated FromFhir(absl::string_view bytes, const Arrival& arrival) {
  Translated translated;
  IssueList issues;
  const std::unique_ptr<Bundle> bundle = Bundle::Parse(bytes, issues);
  v1::Envelope& envelope = translated.envelope;
  if (bundle != nullptr && !arrival.resource.empty()) {
    const Node type = bundle->root()["resourceType"];
    if (type.Text() != arrival.resource) {
      type.AddIssue(
          "RESOURCE_TYPE_WRONG",
          absl::StrCat("send a ", arrival.resource, " here, a message Bundle to /$process-message"),
          "invalid");
    }
  }
  if (bundle != nullptr) {
    (bundle->alone() ? ReadAlone : ReadMessage)(*bundle, arrival, envelope);
  }
  envelope.set_locality(arrival.locality);
  envelope.set_correlation_id(arrival.correlation_id);
  envelope.mutable_original()->set_media_type(kMediaType);
  envelope.mutable_original()->set_content(bytes.data(), bytes.size());
  translated.issues = issues.issues();
  if (!translated.issues.empty()) translated.envelope.Clear();
  return translated;
}

}  // namespace fosse::adapters::fhir
