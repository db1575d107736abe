#include "adapters/page/browser_door.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/kit/forms.h"
#include "adapters/page/style.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/status.h"

namespace fosse::adapters::page {
namespace {

constexpr char kSessionCookie[] = "__Host-session";
constexpr char kSignInCookie[] = "__Host-sign-in";

std::string CookieText(const char* name, const std::string& value, absl::Duration age) {
  // Lax, not Strict: the browser comes back from the sign-in service with it.
  return absl::StrCat(name, "=", value, "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=",
                      absl::ToInt64Seconds(age));
}

void Guard(HttpResponse& response) {
  response.headers["Content-Security-Policy"] =
      "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; "
      "base-uri 'none'";
  response.headers["X-Content-Type-Options"] = "nosniff";
  response.headers["X-Frame-Options"] = "DENY";
  response.headers["Referrer-Policy"] = "same-origin";
  response.headers["Strict-Transport-Security"] = "max-age=31536000";
  response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
  response.headers.emplace("Cache-Control", "no-store");
}

std::string HeaderOf(const HttpRequest& request, const char* name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? "" : found->second;
}

struct RefusalWords {
  int status;
  const char* heading;
  const char* words;
};
constexpr RefusalWords kRefusals[] = {
    {403, "You cannot see this", "Ask your organisation to have you listed, or sign in again."},
    {404, "There is nothing here", "It may be over, or it is not for your organisation."},
    {405, "That is not possible here", "Go back and try again."},
    {413, "That was too long", "Write less, and send it again."},
    {503, "It could not be kept",
     "Nothing was sent. Go back and send it again in a while; for anything urgent, telephone."},
};

}  // namespace

std::string FieldOf(const Form& form, const char* name) {
  const auto found = form.find(name);
  return found == form.end() ? "" : found->second;
}

HttpResponse Page(int status, const Html& html) {
  return {.status = status,
          .headers = {{"Content-Type", "text/html; charset=utf-8"}},
          .body = html.text()};
}

HttpResponse SeeOther(const std::string& to) {
  return {.status = 303, .headers = {{"Location", to}}, .body = ""};
}

absl::StatusOr<std::unique_ptr<BrowserDoor>> BrowserDoor::Listen(Door door,
                                                                 const SignInTerms& sign_in,
                                                                 Random& random, Pages pages) {
  FOSSE_ASSIGN_OR_RETURN(std::unique_ptr<SignIn> service, SignIn::Create(sign_in, random));
  auto page = std::make_unique<BrowserDoor>(sign_in, std::move(service), random, std::move(pages));
  door.set_browsers(true);
  FOSSE_ASSIGN_OR_RETURN(
      page->https_, HttpsServer::Listen(
                        door, {.body_bytes = 32u << 10},
                        [page = page.get()](HttpRequest request, HttpsServer::Respond respond) {
                          page->Handle(request, std::move(respond));
                        },
                        [page = page.get()](int status) {
                          HttpResponse response = page->Refusal(status);
                          Guard(response);
                          return response;
                        }));
  return page;
}

HttpResponse BrowserDoor::Refusal(int status, const Session* session) const {
  for (const RefusalWords& refusal : kRefusals) {
    if (refusal.status != status) continue;
    return Page(status, pages_.message(session, refusal.heading, refusal.words));
  }
  return Page(status, pages_.message(session, "That could not be read", "Go back and try again."));
}

void BrowserDoor::Handle(const HttpRequest& request, HttpsServer::Respond respond) {
  HttpsServer::Respond guarded = [respond = std::move(respond)](HttpResponse response) {
    Guard(response);
    respond(std::move(response));
  };
  if (pages_.link && absl::StartsWith(request.path, "/link/")) return guarded(Link(request));
  const std::optional<Session> session =
      sessions_.Find(CookieOf(HeaderOf(request, "cookie"), kSessionCookie), absl::Now());
  if (request.method == "GET") {
    Get(request, session.has_value() ? &*session : nullptr, std::move(guarded));
  } else if (request.method != "POST") {
    guarded(Refusal(405));
  } else if (!session.has_value()) {
    guarded(SeeOther("/"));
  } else {
    Post(request, *session, std::move(guarded));
  }
}

void BrowserDoor::Get(const HttpRequest& request, const Session* session,
                      HttpsServer::Respond respond) {
  if (request.path == "/style.css") {
    respond({.status = 200,
             .headers = {{"Content-Type", "text/css; charset=utf-8"},
                         {"Cache-Control", "max-age=3600"}},
             .body = kStyle});
  } else if (request.path == "/favicon.ico") {
    respond({.status = 204, .headers = {}, .body = ""});
  } else if (request.path == "/sign-in") {
    signing_in_.Run([this, respond] { respond(BeginSignIn()); });
  } else if (request.path == "/signed-in") {
    signing_in_.Run([this, request, respond] { respond(FinishSignIn(request)); });
  } else if (session == nullptr) {
    respond(request.path == "/" ? Page(200, pages_.welcome()) : SeeOther("/"));
  } else {
    pages_.get(*session, request, std::move(respond));
  }
}

void BrowserDoor::Post(const HttpRequest& request, const Session& session,
                       HttpsServer::Respond respond) {
  const std::string origin = HeaderOf(request, "origin");
  const absl::StatusOr<Form> form = ReadForm(request.body);
  if (!form.ok() || !HasMediaType(request, "application/x-www-form-urlencoded")) {
    respond(Refusal(400, &session));
    return;
  }
  // Two walls against a form that another site had the browser send.
  if ((!origin.empty() && origin != origin_) ||
      !EqualInConstantTime(FieldOf(*form, "token"), session.token)) {
    respond(Refusal(403, &session));
    return;
  }
  if (request.path == "/sign-out") {
    sessions_.Close(CookieOf(HeaderOf(request, "cookie"), kSessionCookie));
    HttpResponse response = SeeOther("/");
    response.headers["Set-Cookie"] = CookieText(kSessionCookie, "", absl::ZeroDuration());
    respond(std::move(response));
  } else {
    pages_.post(session, request, *form, std::move(respond));
  }
}

HttpResponse BrowserDoor::BeginSignIn() {
  SignInAttempt attempt;
  const absl::StatusOr<std::string> to = sign_in_->Begin(attempt);
  if (!to.ok()) {
    Log(Severity::kWarning, "page-sign-in-failed", {{"error", to.status()}});
    return Page(503, pages_.message(nullptr, "You cannot sign in just now",
                                    "The sign-in service does not answer. Try again in a while."));
  }
  HttpResponse response = SeeOther(*to);
  response.headers["Set-Cookie"] =
      CookieText(kSignInCookie, sessions_.Begin(attempt, absl::Now()), kSignInTime);
  return response;
}

HttpResponse BrowserDoor::FinishSignIn(const HttpRequest& request) {
  const absl::StatusOr<Form> query = ReadForm(request.query);
  const std::optional<SignInAttempt> attempt =
      sessions_.Take(CookieOf(HeaderOf(request, "cookie"), kSignInCookie), absl::Now());
  if (!query.ok() || !attempt.has_value() || FieldOf(*query, "code").empty() ||
      !EqualInConstantTime(FieldOf(*query, "state"), attempt->state)) {
    return Page(403,
                pages_.message(nullptr, "You are not signed in",
                               "The sign-in took too long, or was not begun here. Begin again."));
  }
  const absl::StatusOr<std::string> subject = sign_in_->Finish(*attempt, FieldOf(*query, "code"));
  if (!subject.ok()) {
    Log(Severity::kWarning, "page-sign-in-failed", {{"error", subject.status()}});
    return Refusal(403);
  }
  const std::optional<Colleague> colleague = pages_.who(*subject);
  if (!colleague.has_value()) {
    Log(Severity::kWarning, "page-colleague-unknown", {});
    return Refusal(403);
  }
  return Open(*colleague);
}

HttpResponse BrowserDoor::Link(const HttpRequest& request) {
  const std::string origin = HeaderOf(request, "origin");
  if (request.method == "POST" && !origin.empty() && origin != origin_) return Refusal(403);
  if (request.method != "GET" && request.method != "POST") return Refusal(405);
  return pages_.link(request, [this](const Colleague& colleague) { return Open(colleague); });
}

HttpResponse BrowserDoor::Open(const Colleague& colleague) {
  HttpResponse response = SeeOther("/");
  response.headers["Set-Cookie"] =
      CookieText(kSessionCookie, sessions_.Open(colleague, absl::Now()), kLongestSession);
  return response;
}

}  // namespace fosse::adapters::page
