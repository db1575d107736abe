#include "adapters/council/columns/target.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "adapters/council/columns/service_episode.pb.h"
#include "base/field_terms.h"
#include "fosse/v1/envelope.pb.h"

namespace fosse::adapters::council {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr Field kServiceEpisode[] = {
    {"/reference", "reference", Form::kText, true},
    {"/event", "event", Form::kChoice, true},
    {"/service", "service"},
    {"/component", "component"},
    {"/provider", "provider"},
    {"/startedOn", "started_on", Form::kText, true},
    {"/endedOn", "ended_on"},
    {"/outcome", "outcome"},
};
constexpr MessageType kServiceEpisodeType = {"service-episode", "", About::kPerson,
                                             kServiceEpisode};
// Days whose proto says nothing of their form.
constexpr absl::string_view kDays[] = {"/startedOn", "/endedOn"};

constexpr Field kEnvelope[] = {
    {"/correlationId", "correlation_id"},
    {"/urgency", "urgency", Form::kChoice},
};

v1::Format FormatOf(const FieldDescriptor& field) {
  for (const FieldTerms& terms : TermsOf(*field.containing_type()).fields) {
    if (terms.field == &field) return terms.form;
  }
  return v1::FORMAT_UNSPECIFIED;
}

const FieldDescriptor& Descend(const Descriptor& root, absl::string_view path) {
  const Descriptor* type = &root;
  const FieldDescriptor* field = nullptr;
  for (const absl::string_view name : absl::StrSplit(path, '.')) {
    field = type->FindFieldByName(std::string(name));
    type = field->message_type();
  }
  return *field;
}

// Below `root`, whose path from the envelope is `path`.
std::optional<Target> Find(absl::Span<const Field> fields, const Descriptor& root,
                           const std::string& path, absl::string_view pointer) {
  for (const Field& field : fields) {
    const std::string at =
        path.empty() ? std::string(field.proto) : absl::StrCat(path, ".", std::string(field.proto));
    if (field.form == Form::kItems) {
      const std::string below = absl::StrCat(std::string(field.json), "/");
      if (!absl::StartsWith(pointer, below)) continue;
      const std::pair<absl::string_view, absl::string_view> step =
          absl::StrSplit(pointer.substr(below.size()), absl::MaxSplits('/', 1));
      uint32_t item = 0;
      if (!absl::SimpleAtoi(step.first, &item) || item > 9 || step.first.size() != 1) {
        return std::nullopt;
      }
      return Find({field.items, field.items_size}, *Descend(root, field.proto).message_type(),
                  absl::StrCat(at, "[", item, "]"), absl::StrCat("/", step.second));
    }
    if (field.json != pointer) continue;
    const FieldDescriptor& target = Descend(root, field.proto);
    return Target{field.form, FormatOf(target), &target, at};
  }
  return std::nullopt;
}

absl::string_view SubjectOf(const MessageType& type) {
  return type.about == About::kWorker ? "/worker" : "/person";
}

}  // namespace

const MessageType& ServiceEpisodeType() { return kServiceEpisodeType; }

const MessageType* FindRowType(absl::string_view name) {
  return name == kServiceEpisodeType.name ? &kServiceEpisodeType : FindByName(name);
}

std::optional<Target> FindTarget(const MessageType& type, absl::string_view pointer) {
  const bool episode = type.body.empty();
  const Descriptor& envelope = *v1::Envelope::descriptor();
  const Descriptor& body = episode
                               ? *ServiceEpisode::descriptor()
                               : *envelope.FindFieldByName(std::string(type.body))->message_type();
  if (std::optional<Target> found = Find(type.fields, body, std::string(type.body), pointer)) {
    for (const absl::string_view day : kDays) {
      if (episode && pointer == day) found->format = v1::FORMAT_LOCAL_DATE;
    }
    return found;
  }
  const absl::string_view subject = SubjectOf(type);
  if (type.about != About::kNobody && absl::StartsWith(pointer, absl::StrCat(subject, "/"))) {
    const absl::string_view rest = pointer.substr(subject.size());
    return type.about == About::kWorker
               ? Find(WorkerFields(), *v1::WorkerReference::descriptor(), "subject.worker", rest)
               : Find(PersonFields(), *v1::PersonReference::descriptor(), "subject.person", rest);
  }
  if (!episode && absl::StartsWith(pointer, "/actingPerson/")) {
    return Find(PractitionerFields(), *v1::Practitioner::descriptor(), "acting_person.practitioner",
                pointer.substr(13));
  }
  return episode ? std::nullopt : Find(kEnvelope, envelope, "", pointer);
}

std::vector<std::string> RequiredPointers(const MessageType& type) {
  std::vector<std::string> required;
  const auto add = [&required](absl::string_view below, absl::Span<const Field> fields) {
    for (const Field& field : fields) {
      if (!field.required) continue;
      required.push_back(absl::StrCat(below, std::string(field.json)));
      if (field.form == Form::kItems) required.back() += "/0";
    }
  };
  add("", type.fields);
  if (type.about == About::kPerson) add("/person", PersonFields());
  if (type.about == About::kWorker) required.push_back("/worker");
  return required;
}

}  // namespace fosse::adapters::council
