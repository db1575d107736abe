#ifndef FOSSE_ADAPTERS_PAGE_PAGE_DOOR_H_
#define FOSSE_ADAPTERS_PAGE_PAGE_DOOR_H_

#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "adapters/kit/adapter.h"
#include "adapters/kit/delivery_loop.h"
#include "adapters/kit/https_server.h"
#include "adapters/page/html.h"
#include "adapters/page/offers.h"
#include "adapters/page/sessions.h"
#include "adapters/page/sign_in.h"
#include "adapters/page/views.h"
#include "base/executor.h"

namespace fosse::adapters::page {

// The page on which named clinicians of a practice without an integration answer offers of
// oversight:
//
//   GET  /               sign in, or the offers to the clinician's practice
//   GET  /sign-in        to the sign-in service; GET /signed-in: back from it; POST /sign-out
//   GET  /offers/ID      one offer; POST: the answer to it
//   GET  /style.css
//
// No script, no font or picture from elsewhere. Only who is listed in the config gets in, and sees
// the offers to one practice. An answer goes through the same translation as one over FHIR R4, kept
// before it is acknowledged; the same form twice is one message. Thread-safe.
class PageDoor {
 public:
  // `adapter` and `loop` must outlive it.
  static absl::StatusOr<std::unique_ptr<PageDoor>> Listen(Adapter& adapter, DeliveryLoop& loop);

  // Whether a recipient answers here.
  static bool Serves(const AdapterConfig& config, absl::string_view participant);

  int port() const { return https_->port(); }
  void Handle(const HttpRequest& request, HttpsServer::Respond respond);

  PageDoor(Adapter& adapter, DeliveryLoop& loop, std::unique_ptr<SignIn> sign_in)
      : adapter_(adapter), loop_(loop), sign_in_(std::move(sign_in)), sessions_(adapter.random) {}

 private:
  using Form = std::map<std::string, std::string>;
  void Get(const HttpRequest& request, const Session* session, HttpsServer::Respond respond);
  void Post(const HttpRequest& request, const Session& session, HttpsServer::Respond respond);
  HttpResponse BeginSignIn();
  HttpResponse FinishSignIn(const HttpRequest& request);
  HttpResponse List(const Session& session);
  HttpResponse Show(const Session& session, const std::string& id, bool answered,
                    const FormFault* fault);
  void Answer(const Session& session, const std::string& id, const Form& form,
              HttpsServer::Respond respond);
  absl::StatusOr<Offer> FindOffer(const Session& session, const std::string& id);
  absl::StatusOr<std::string> BundleOf(const Session& session, const Offer& offer,
                                       const Form& form);
  const PagePractice* PracticeOf(absl::string_view participant) const;

  Adapter& adapter_;
  DeliveryLoop& loop_;
  const std::unique_ptr<SignIn> sign_in_;
  Sessions sessions_;
  ThreadExecutor signing_in_{2};  // Where waiting for the sign-in service holds up nobody else.
  std::unique_ptr<HttpsServer> https_;
};

}  // namespace fosse::adapters::page

#endif  // FOSSE_ADAPTERS_PAGE_PAGE_DOOR_H_
