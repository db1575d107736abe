// fosse-community: HL7 v2 over MLLP for the events of a community system, and beside it the FHIR R4
// messages of fosse-gp over HTTPS, for what HL7 v2 has no words for: proposals, offers, hand-backs,
// advice, reviews. Deliveries go out as FHIR messages, or to an endpoint mllp://… as HL7 v2.
//
//   fosse-community --config FILE
//   fosse-community translate [--site PROFILE] FILE…
//   fosse-community fields FILE…
//   fosse-community reemit FILE
//   fosse-community check PROFILE…

#include <sys/resource.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "adapters/community/event_order.h"
#include "adapters/community/file_commands.h"
#include "adapters/community/hl7_door.h"
#include "adapters/community/mllp_client.h"
#include "adapters/community/mllp_server.h"
#include "adapters/community/site_profile.h"
#include "adapters/fhir/door.h"
#include "adapters/hl7/time.h"
#include "adapters/kit/adapter.h"
#include "adapters/kit/delivery_loop.h"
#include "base/encoding.h"
#include "base/status.h"

namespace fosse::adapters::community {
namespace {

// As many connections as the door takes, and what else is open: many systems begin with 1,024
// files.
void AllowConnections() {
  constexpr rlim_t kFiles = 4096;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= kFiles) return;
  limit.rlim_cur = std::min(limit.rlim_max, kFiles);
  static_cast<void>(setrlimit(RLIMIT_NOFILE, &limit));
}

absl::StatusOr<std::shared_ptr<void>> Open(Adapter& adapter) {
  struct Doors {
    std::unique_ptr<DeliveryLoop> loop;
    std::unique_ptr<Hl7Door> hl7;
    std::unique_ptr<fhir::FhirDoor> fhir;
    std::unique_ptr<MllpServer> mllp;  // Goes first.
  };
  AllowConnections();
  auto doors = std::make_shared<Doors>();
  FOSSE_ASSIGN_OR_RETURN(SiteProfile profile, SiteProfile::Create(adapter.config));
  FOSSE_ASSIGN_OR_RETURN(const absl::TimeZone zone, hl7::LondonTimeZone());
  doors->hl7 = std::make_unique<Hl7Door>(Hl7Door::Deps{
      .profile = std::move(profile),
      .locality = adapter.config.locality(),
      .zone = zone,
      .participant_of = [&adapter](absl::string_view name) { return adapter.ParticipantOf(name); },
      .hand =
          [&adapter](v1::Envelope envelope, std::function<void(Answer)> answered) {
            adapter.door->Hand(std::move(envelope), std::move(answered));
          },
      .has_note =
          [&adapter](const std::string& name) {
            const auto note = adapter.outbox->FindNote(name);
            return note.ok() && note->has_value();
          },
      .order = std::make_shared<const EventOrder>(EventOrder::Notes{
          .find = [&adapter](const std::string& name) { return adapter.outbox->FindNote(name); },
          .keep = [&adapter](
                      const std::string& name,
                      const std::string& text) { return adapter.outbox->KeepNote(name, text); },
          .key =
              [&adapter](const v1::Envelope& envelope) {
                return Hex(ByteView(adapter.outbox->MessageKey(envelope)));
              }}),
      .random = adapter.random});
  FOSSE_ASSIGN_OR_RETURN(
      doors->mllp, MllpServer::Listen(
                       adapter.config.mllp(), MllpLimits{},
                       [hl7 = doors->hl7.get()](MllpRequest request, MllpServer::Respond respond) {
                         hl7->Handle(std::move(request), std::move(respond));
                       }));
  FOSSE_ASSIGN_OR_RETURN(doors->fhir, fhir::FhirDoor::Listen(adapter, "fosse-community"));
  doors->loop =
      std::make_unique<DeliveryLoop>(*adapter.outbox, *adapter.gateway, adapter.random,
                                     std::vector<std::string>(adapter.config.recipients().begin(),
                                                              adapter.config.recipients().end()),
                                     [&adapter](const v1::Delivery& delivery) {
                                       return IsMllp(adapter.EndpointOf(delivery.recipient()))
                                                  ? PostMllp(adapter, delivery)
                                                  : fhir::PostDelivery(adapter, delivery);
                                     });
  return std::static_pointer_cast<void>(doors);
}

}  // namespace
}  // namespace fosse::adapters::community

int main(int argc, char** argv) {
  using namespace fosse::adapters::community;
  const std::string command = argc >= 2 ? argv[1] : "";
  if (command == "translate") return TranslateCommand(argc, argv);
  if (command == "fields") return FieldsCommand(argc, argv);
  if (command == "reemit") return ReemitCommand(argc, argv);
  if (command == "check") return CheckCommand(argc, argv);
  return fosse::adapters::RunAdapter(argc, argv, fosse::adapters::community::Open);
}
