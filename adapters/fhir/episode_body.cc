// What an EpisodeOfCare says: somebody is open to community nursing or therapy, or no longer.
#include "absl/strings/str_cat.h"
#include "adapters/fhir/bodies.h"
#include "adapters/fhir/persons.h"
#include "adapters/fhir/systems.h"
#include "adapters/kit/field_path.h"
#include "adapters/kit/words.h"

namespace fosse::adapters::fhir {
namespace {

bool WasFinished(const Node& history) {
  for (const Node& item : history.Items()) {
    if (item["status"].Text() == "finished") return true;
  }
  return false;
}

// An end of what is still active is one that is planned; active again after it had finished means
// that the discharge was taken back.
v1::EpisodeChangeKind KindOf(const Node& episode) {
  const std::string status = episode["status"].Text();
  if (status == "finished") return v1::EPISODE_CHANGE_KIND_CLOSED;
  if (status == "cancelled") return v1::EPISODE_CHANGE_KIND_CANCELLED;
  if (episode["period"]["end"].present()) return v1::EPISODE_CHANGE_KIND_DISCHARGE_PLANNED;
  return WasFinished(episode["statusHistory"]) ? v1::EPISODE_CHANGE_KIND_REOPENED
                                               : v1::EPISODE_CHANGE_KIND_OPENED;
}

// When it happened: a start and an end have their own times, all else is so from this version on.
void ReadOccurred(const Reading& reading, v1::EpisodeChange& body) {
  absl::Time occurred = reading.sent_at;
  const bool opened = body.kind() == v1::EPISODE_CHANGE_KIND_OPENED;
  if (opened || body.kind() == v1::EPISODE_CHANGE_KIND_CLOSED) {
    const Node time = reading.focus["period"][opened ? "start" : "end"];
    if (time.Require()) occurred = time.Time().value_or(reading.sent_at);
  }
  *body.mutable_occurred_at() = StampOf(occurred);
}

void ReadDestination(const Node& extensions, v1::EpisodeChange& body) {
  for (const Node& extension : extensions.Items()) {
    if (extension["url"].Text() != kDestinationExtension) continue;
    const Node word = extension["valueCode"];
    const int number = FindWord(*v1::DischargeDestination_descriptor(), word.RequiredText());
    if (number == 0) word.Invalid(WordsOf(*v1::DischargeDestination_descriptor()));
    body.set_destination(static_cast<v1::DischargeDestination>(number));
  }
}

// The practice that the sender holds as registered: Patient.generalPractitioner by its code.
std::string PracticeOf(const Bundle& bundle) {
  for (const Node& resource : bundle.resources()) {
    if (!resource.present() || resource["resourceType"].Text() != "Patient") continue;
    for (const Node& practice : resource["generalPractitioner"].Items()) {
      if (practice["identifier"]["system"].Text() == kOds) return bundle.OrganisationOf(practice);
    }
  }
  return "";
}

}  // namespace

void ReadEpisode(Reading& reading) {
  const Node& episode = reading.focus;
  v1::EpisodeChange& body = *reading.envelope.mutable_episode_change();
  const std::vector<Node> identifiers = episode["identifier"].Items();
  if (identifiers.empty()) episode["identifier"].Require();
  if (!identifiers.empty()) body.set_episode_reference(identifiers[0]["value"].RequiredText());
  body.set_kind(KindOf(episode));
  ReadOccurred(reading, body);
  if (body.kind() == v1::EPISODE_CHANGE_KIND_DISCHARGE_PLANNED) {
    body.set_planned_for(episode["period"]["end"].Day());
  }
  const Node type = episode["type"].Only();
  body.set_service(CodeIn(type, kService));
  if (body.service().empty()) {
    type.AddIssue("FIELD_REQUIRED", absl::StrCat("name the service by a code of ", kService),
                  "required");
  }
  const Node organisation = episode["managingOrganization"];
  if (organisation.Require()) body.set_organisation(reading.bundle.OrganisationOf(organisation));
  if (episode["careManager"].present()) {
    *body.mutable_care_manager() =
        ReadPractitioner(reading.bundle, episode["careManager"], reading.sent_at);
  }
  ReadDestination(episode["extension"], body);
  body.set_registered_practice(PracticeOf(reading.bundle));
}

}  // namespace fosse::adapters::fhir
