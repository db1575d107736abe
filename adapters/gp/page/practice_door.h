#ifndef FOSSE_ADAPTERS_GP_PAGE_PRACTICE_DOOR_H_
#define FOSSE_ADAPTERS_GP_PAGE_PRACTICE_DOOR_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "adapters/gp/page/offers.h"
#include "adapters/gp/page/practice_views.h"
#include "adapters/kit/adapter.h"
#include "adapters/kit/delivery_loop.h"
#include "adapters/kit/https_server.h"
#include "adapters/page/browser_door.h"

namespace fosse::adapters::page {

// The page on which named clinicians of a practice without an integration answer offers of
// oversight:
//
//   GET  /               the offers to the clinician's practice
//   GET  /offers/ID      one offer; POST: the answer to it
//
// guarded as BrowserDoor says. Only who is listed in the config gets in, and sees the offers to one
// practice. An answer goes through the same translation as one over FHIR R4, kept
// before it is acknowledged; the same form twice is one message. Thread-safe.
class PracticeDoor {
 public:
  // `adapter` and `loop` must outlive it.
  static absl::StatusOr<std::unique_ptr<PracticeDoor>> Listen(Adapter& adapter, DeliveryLoop& loop);

  // Whether a recipient answers here.
  static bool Serves(const AdapterConfig& config, absl::string_view participant);

  int port() const { return door_->port(); }
  void Handle(const HttpRequest& request, HttpsServer::Respond respond) {
    door_->Handle(request, std::move(respond));
  }

  PracticeDoor(Adapter& adapter, DeliveryLoop& loop) : adapter_(adapter), loop_(loop) {}

 private:
  std::optional<Colleague> Who(const std::string& subject) const;
  void Get(const Session& session, const HttpRequest& request, HttpsServer::Respond respond);
  void Post(const Session& session, const HttpRequest& request, const Form& form,
            HttpsServer::Respond respond);
  HttpResponse List(const Session& session);
  HttpResponse Show(const Session& session, const std::string& id, bool answered,
                    const FormFault* fault);
  void Answer(const Session& session, const std::string& id, const Form& form,
              HttpsServer::Respond respond);
  absl::StatusOr<Offer> FindOffer(const Session& session, const std::string& id);
  absl::StatusOr<std::string> BundleOf(const Session& session, const Offer& offer,
                                       const Form& form);
  const PageClinician* ClinicianOf(const Session& session) const;
  const PagePractice* PracticeOf(absl::string_view participant) const;

  Adapter& adapter_;
  DeliveryLoop& loop_;
  std::unique_ptr<BrowserDoor> door_;
};

}  // namespace fosse::adapters::page

#endif  // FOSSE_ADAPTERS_GP_PAGE_PRACTICE_DOOR_H_
