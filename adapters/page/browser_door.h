#ifndef FOSSE_ADAPTERS_PAGE_BROWSER_DOOR_H_
#define FOSSE_ADAPTERS_PAGE_BROWSER_DOOR_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "adapters/kit/config.pb.h"
#include "adapters/kit/https_server.h"
#include "adapters/page/html.h"
#include "adapters/page/sessions.h"
#include "adapters/page/sign_in.h"
#include "base/executor.h"
#include "base/random.h"

namespace fosse::adapters::page {

using Form = std::map<std::string, std::string>;
// A field of a form; empty where it is not there.
std::string FieldOf(const Form& form, const char* name);

HttpResponse Page(int status, const Html& html);
HttpResponse SeeOther(const std::string& to);

// What stands behind the sign-in of one page. All may be called from several threads at once.
struct Pages {
  // What somebody reads who is not signed in.
  std::function<Html()> welcome;
  // Who it is that the sign-in service calls so; nothing: nobody who may come in.
  std::function<std::optional<Colleague>(const std::string& subject)> who;
  // A plain page of heading and words; without a session before the sign-in.
  std::function<Html(const Session*, absl::string_view heading, absl::string_view words)> message;
  std::function<void(const Session&, const HttpRequest&, HttpsServer::Respond)> get;
  // A way in beside the sign-in service, at addresses below /link/: answers, or signs somebody in
  // with `open`. Nothing: there is none.
  std::function<HttpResponse(const HttpRequest&,
                             const std::function<HttpResponse(const Colleague&)>& open)>
      link;
  // A form that really came from a page of ours.
  std::function<void(const Session&, const HttpRequest&, const Form&, HttpsServer::Respond)> post;
};

// How a page is guarded, whoever it is for:
//
//   GET  /               the welcome, or the page
//   GET  /sign-in        to the sign-in service; GET /signed-in: back from it; POST /sign-out
//   GET  /link/TOKEN     another way in, where there is one; POST
//   GET  /style.css
//
// No script, no font or picture from elsewhere. Only whom the page knows gets in. Thread-safe.
class BrowserDoor {
 public:
  // Where it listens and with whom people sign in.
  static absl::StatusOr<std::unique_ptr<BrowserDoor>> Listen(Door door, const SignInTerms& sign_in,
                                                             Random& random, Pages pages);

  int port() const { return https_->port(); }
  void Handle(const HttpRequest& request, HttpsServer::Respond respond);
  // A refusal as a page.
  HttpResponse Refusal(int status, const Session* session = nullptr) const;

  BrowserDoor(const SignInTerms& terms, std::unique_ptr<SignIn> sign_in, Random& random,
              Pages pages)
      : origin_(terms.origin),
        sign_in_(std::move(sign_in)),
        pages_(std::move(pages)),
        sessions_(random) {}

 private:
  void Get(const HttpRequest& request, const Session* session, HttpsServer::Respond respond);
  void Post(const HttpRequest& request, const Session& session, HttpsServer::Respond respond);
  HttpResponse BeginSignIn();
  HttpResponse FinishSignIn(const HttpRequest& request);
  HttpResponse Link(const HttpRequest& request);
  HttpResponse Open(const Colleague& colleague);

  const std::string origin_;
  const std::unique_ptr<SignIn> sign_in_;
  const Pages pages_;
  Sessions sessions_;
  ThreadExecutor signing_in_{2};  // Where waiting for the sign-in service holds up nobody else.
  std::unique_ptr<HttpsServer> https_;
};

}  // namespace fosse::adapters::page

#endif  // FOSSE_ADAPTERS_PAGE_BROWSER_DOOR_H_
