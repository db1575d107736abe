#ifndef FOSSE_ADAPTERS_COUNCIL_PAGE_PROVIDER_DOOR_H_
#define FOSSE_ADAPTERS_COUNCIL_PAGE_PROVIDER_DOOR_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "adapters/council/page/acts.h"
#include "adapters/council/page/links.h"
#include "adapters/council/page/tasks.h"
#include "adapters/kit/adapter.h"
#include "adapters/kit/delivery_loop.h"
#include "adapters/kit/https_server.h"
#include "adapters/page/browser_door.h"

namespace fosse::adapters::page {

// The page on which people of a care provider answer proposals, name workers, and say what happens:
//
//   GET  /                 what is asked of the provider, its tasks, its messages
//   GET  /tasks/ID         one task: plan, contacts, how it stands
//   GET  /tasks/ID/ACT     the form of an act (acts.h); POST: the act
//   GET  /messages/ID      a message about no task
//
// guarded as BrowserDoor says. Only who is listed in the config gets in, or came by a link of an
// organisation that vouches for them, and sees one provider's
// work. An act goes through the same translation as JSON from the provider's own system, kept
// before it is acknowledged; the same form twice is one message. Thread-safe.
class ProviderDoor {
 public:
  // `adapter` and `loop` must outlive it.
  static absl::StatusOr<std::unique_ptr<ProviderDoor>> Listen(Adapter& adapter, DeliveryLoop& loop);

  int port() const { return door_->port(); }
  void Handle(const HttpRequest& request, HttpsServer::Respond respond) {
    door_->Handle(request, std::move(respond));
  }

  // A link for somebody whom `voucher` vouches for, with the code that goes another way. The page's
  // config says for which participants it does: PERMISSION_DENIED, reason NOT_VOUCHED_FOR.
  absl::StatusOr<NewLink> MakeLink(const std::string& voucher, const Colleague& colleague);

  ProviderDoor(Adapter& adapter, DeliveryLoop& loop)
      : adapter_(adapter), loop_(loop), links_(*adapter.outbox, adapter.random) {}

 private:
  std::optional<Colleague> Who(const std::string& subject) const;
  void Get(const Session& session, const HttpRequest& request, HttpsServer::Respond respond);
  void Post(const Session& session, const HttpRequest& request, const Form& form,
            HttpsServer::Respond respond);
  HttpResponse EnterByLink(const HttpRequest& request,
                           const std::function<HttpResponse(const Colleague&)>& open);
  HttpResponse List(const Session& session);
  HttpResponse ShowTask(const Session& session, const std::string& id, bool done);
  HttpResponse ShowLetter(const Session& session, const std::string& id);
  HttpResponse ShowAct(const Session& session, const std::string& id, const Act& act,
                       const Form& filled, const ActFault* fault);
  void Do(const Session& session, const std::string& id, const Act& act, const Form& form,
          HttpsServer::Respond respond);
  absl::StatusOr<ProviderTask> FindTask(const Session& session, const std::string& id);
  absl::StatusOr<std::string> MessageOnce(const Session& session, const ProviderTask& task,
                                          const Act& act, const Form& form);
  HttpResponse NotFound(const absl::Status& status, const Session& session) const;
  const PageProvider* ProviderOf(absl::string_view participant) const;

  Adapter& adapter_;
  DeliveryLoop& loop_;
  Links links_;
  std::unique_ptr<BrowserDoor> door_;
};

}  // namespace fosse::adapters::page

#endif  // FOSSE_ADAPTERS_COUNCIL_PAGE_PROVIDER_DOOR_H_
