#include "adapters/page/page_door.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "adapters/fhir/translate.h"
#include "adapters/fhir/writing.h"
#include "adapters/itk3/document_text.h"
#include "adapters/kit/forms.h"
#include "adapters/mesh/courier.h"
#include "adapters/page/answer_bundle.h"
#include "adapters/page/style.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/fault_point.h"
#include "base/field_form.h"
#include "base/log.h"
#include "base/status.h"

namespace fosse::adapters::page {
namespace {

constexpr char kSessionCookie[] = "__Host-session";
constexpr char kSignInCookie[] = "__Host-sign-in";
constexpr size_t kMostReason = 1000;

HttpResponse Page(int status, const Html& html) {
  return {.status = status,
          .headers = {{"Content-Type", "text/html; charset=utf-8"}},
          .body = html.text()};
}

HttpResponse SeeOther(const std::string& to) {
  return {.status = 303, .headers = {{"Location", to}}, .body = ""};
}

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

std::string FieldOf(const std::map<std::string, std::string>& form, const char* name) {
  const auto found = form.find(name);
  return found == form.end() ? "" : found->second;
}

HttpResponse Refusal(int status, const Session* session = nullptr) {
  switch (status) {
    case 403:
      return Page(403, MessageView(session, "You cannot see this",
                                   "Ask your practice to have you listed, or sign in again."));
    case 404:
      return Page(404, MessageView(session, "There is nothing here",
                                   "It may have been answered, or it is not for your practice."));
    case 405:
      return Page(405, MessageView(session, "That is not possible here", "Go back and try again."));
    case 413:
      return Page(413, MessageView(session, "That was too long", "Write less, and send it again."));
    case 503:
      return Page(503, MessageView(session, "It could not be kept",
                                   "Nothing was sent. Go back and send it again in a while; for "
                                   "anything urgent, telephone."));
    default:
      return Page(status, MessageView(session, "That could not be read", "Go back and try again."));
  }
}

// What the clinician is told of an answer; `final`: the offer is done with.
struct Told {
  std::string words;
  bool final = false;
};

Told WordsOf(const fosse::adapters::Answer& answer, const std::string& status) {
  if (answer.kind == Answer::Kind::kKept) {
    return {"It is kept and on its way. Look again in a moment.", false};
  }
  if (answer.kind == Answer::Kind::kRefused) {
    return {absl::StrCat("It was not taken: ", answer.refusal.sentence, " (", answer.refusal.reason,
                         ")."),
            false};
  }
  for (const v1::Decision& decision : answer.receipt.decisions()) {
    if (decision.question() != v1::QUESTION_TAKE_OVERSIGHT) continue;
    if (decision.outcome() == v1::OUTCOME_PERMIT) {
      return {"You have taken clinical oversight.", true};
    }
    std::string words = "Oversight has not moved.";
    for (const v1::Finding& finding : decision.findings()) {
      absl::StrAppend(&words, " ", finding.because(), " ", finding.remedy());
    }
    return {words, false};
  }
  if (status == "rejected") return {"You have declined. The giver keeps oversight.", true};
  if (status == "on-hold") {
    return {"Your question was sent. The time to answer runs on.", false};
  }
  return {"It was sent on. Oversight has not moved.", false};
}

}  // namespace

absl::StatusOr<std::unique_ptr<PageDoor>> PageDoor::Listen(Adapter& adapter, DeliveryLoop& loop) {
  FOSSE_ASSIGN_OR_RETURN(std::unique_ptr<SignIn> sign_in,
                         SignIn::Create(adapter.config.page(), adapter.random));
  auto page = std::make_unique<PageDoor>(adapter, loop, std::move(sign_in));
  Door door = adapter.config.page().door();
  door.set_browsers(true);
  FOSSE_ASSIGN_OR_RETURN(
      page->https_, HttpsServer::Listen(
                        door, {.body_bytes = 32u << 10},
                        [page = page.get()](HttpRequest request, HttpsServer::Respond respond) {
                          page->Handle(request, std::move(respond));
                        },
                        [](int status) {
                          HttpResponse response = Refusal(status);
                          Guard(response);
                          return response;
                        }));
  return page;
}

bool PageDoor::Serves(const AdapterConfig& config, absl::string_view participant) {
  for (const PagePractice& practice : config.page().practices()) {
    if (practice.participant() == participant) return true;
  }
  return false;
}

const PagePractice* PageDoor::PracticeOf(absl::string_view participant) const {
  for (const PagePractice& practice : adapter_.config.page().practices()) {
    if (practice.participant() == participant) return &practice;
  }
  return nullptr;
}

void PageDoor::Handle(const HttpRequest& request, HttpsServer::Respond respond) {
  HttpsServer::Respond guarded = [respond = std::move(respond)](HttpResponse response) {
    Guard(response);
    respond(std::move(response));
  };
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

void PageDoor::Get(const HttpRequest& request, const Session* session,
                   HttpsServer::Respond respond) {
  absl::string_view id = request.path;
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
    respond(request.path == "/" ? Page(200, SignInView()) : SeeOther("/"));
  } else if (request.path == "/") {
    respond(List(*session));
  } else if (absl::ConsumePrefix(&id, "/offers/")) {
    respond(Show(*session, std::string(id), request.query == "answered", nullptr));
  } else {
    respond(Refusal(404, session));
  }
}

void PageDoor::Post(const HttpRequest& request, const Session& session,
                    HttpsServer::Respond respond) {
  const std::string origin = HeaderOf(request, "origin");
  const absl::StatusOr<Form> form = ReadForm(request.body);
  if (!form.ok() || !HasMediaType(request, "application/x-www-form-urlencoded")) {
    respond(Refusal(400, &session));
    return;
  }
  // Two walls against a form that another site had the browser send.
  if ((!origin.empty() && origin != adapter_.config.page().origin()) ||
      !EqualInConstantTime(FieldOf(*form, "token"), session.token)) {
    respond(Refusal(403, &session));
    return;
  }
  absl::string_view id = request.path;
  if (request.path == "/sign-out") {
    sessions_.Close(CookieOf(HeaderOf(request, "cookie"), kSessionCookie));
    HttpResponse response = SeeOther("/");
    response.headers["Set-Cookie"] = CookieText(kSessionCookie, "", absl::ZeroDuration());
    respond(std::move(response));
  } else if (absl::ConsumePrefix(&id, "/offers/")) {
    Answer(session, std::string(id), *form, std::move(respond));
  } else {
    respond(Refusal(404, &session));
  }
}

HttpResponse PageDoor::BeginSignIn() {
  SignInAttempt attempt;
  const absl::StatusOr<std::string> to = sign_in_->Begin(attempt);
  if (!to.ok()) {
    Log(Severity::kWarning, "page-sign-in-failed", {{"error", to.status()}});
    return Page(503, MessageView(nullptr, "You cannot sign in just now",
                                 "The sign-in service does not answer. Try again in a while."));
  }
  HttpResponse response = SeeOther(*to);
  response.headers["Set-Cookie"] =
      CookieText(kSignInCookie, sessions_.Begin(attempt, absl::Now()), kSignInTime);
  return response;
}

HttpResponse PageDoor::FinishSignIn(const HttpRequest& request) {
  const absl::StatusOr<Form> query = ReadForm(request.query);
  const std::optional<SignInAttempt> attempt =
      sessions_.Take(CookieOf(HeaderOf(request, "cookie"), kSignInCookie), absl::Now());
  if (!query.ok() || !attempt.has_value() || FieldOf(*query, "code").empty() ||
      !EqualInConstantTime(FieldOf(*query, "state"), attempt->state)) {
    return Page(403, MessageView(nullptr, "You are not signed in",
                                 "The sign-in took too long, or was not begun here. Begin again."));
  }
  const absl::StatusOr<std::string> subject = sign_in_->Finish(*attempt, FieldOf(*query, "code"));
  if (!subject.ok()) {
    Log(Severity::kWarning, "page-sign-in-failed", {{"error", subject.status()}});
    return Refusal(403);
  }
  for (const PageClinician& clinician : adapter_.config.page().clinicians()) {
    if (clinician.subject() != *subject || PracticeOf(clinician.participant()) == nullptr) continue;
    HttpResponse response = SeeOther("/");
    response.headers["Set-Cookie"] =
        CookieText(kSessionCookie, sessions_.Open(clinician, absl::Now()), kLongestSession);
    return response;
  }
  Log(Severity::kWarning, "page-clinician-unknown", {});
  return Refusal(403);
}

HttpResponse PageDoor::List(const Session& session) {
  const std::string& practice = session.clinician.participant();
  const absl::StatusOr<std::vector<Offer>> offers =
      OffersTo(*adapter_.outbox, practice, absl::Now());
  if (!offers.ok()) return Refusal(503, &session);
  return Page(200, ListView(session, PracticeOf(practice)->name(), *offers));
}

absl::StatusOr<Offer> PageDoor::FindOffer(const Session& session, const std::string& id) {
  FOSSE_ASSIGN_OR_RETURN(std::vector<Offer> offers,
                         OffersTo(*adapter_.outbox, session.clinician.participant(), absl::Now()));
  for (Offer& offer : offers) {
    if (offer.delivery.delivery_id() == id) return std::move(offer);
  }
  return MakeError(absl::StatusCode::kNotFound, "DELIVERY_NOT_FOUND",
                   "no such item waits in this work list");
}

HttpResponse PageDoor::Show(const Session& session, const std::string& id, bool answered,
                            const FormFault* fault) {
  const absl::StatusOr<Offer> offer = FindOffer(session, id);
  if (!offer.ok()) {
    return Refusal(offer.status().code() == absl::StatusCode::kNotFound ? 404 : 503, &session);
  }
  // A practice that is reached by nothing but this page has it now: a named clinician reads it.
  loop_.Taken(id, "page-read").IgnoreError();
  return Page(fault == nullptr ? 200 : 400,
              OfferView(session, *offer, fhir::UuidOf(Hex(adapter_.random.Bytes(16))),
                        mesh::AnswersTo(*adapter_.outbox, id), answered, fault));
}

// The message that a form stands for: made once and kept, so that the form sent again is the same
// message, byte for byte.
absl::StatusOr<std::string> PageDoor::BundleOf(const Session& session, const Offer& offer,
                                               const Form& form) {
  const std::string note = absl::StrCat("page/form/", session.clinician.participant(), "/",
                                        session.clinician.subject(), "/", FieldOf(form, "form"));
  FOSSE_ASSIGN_OR_RETURN(const std::optional<std::string> known, adapter_.outbox->FindNote(note));
  if (known.has_value()) return *known;
  std::string bundle =
      AnswerBundle(offer.delivery, session.clinician, *PracticeOf(session.clinician.participant()),
                   {.id = FieldOf(form, "form"),
                    .status = FieldOf(form, "answer"),
                    .words = FieldOf(form, "reason"),
                    .at = absl::Now()});
  FOSSE_RETURN_IF_ERROR(adapter_.outbox->KeepNote(note, bundle));
  FaultPoint("page_after_form");
  return bundle;
}

void PageDoor::Answer(const Session& session, const std::string& id, const Form& form,
                      HttpsServer::Respond respond) {
  const std::string answer = FieldOf(form, "answer");
  const std::string reason(absl::StripAsciiWhitespace(FieldOf(form, "reason")));
  const bool known = answer == "accepted" || answer == "rejected" || answer == "on-hold";
  FormFault fault{.answer = answer, .reason = FieldOf(form, "reason")};
  if (!known) {
    fault.field = "answer-accepted";
    fault.words = "Choose an answer";
  } else if (answer != "accepted" && reason.empty()) {
    fault.field = "reason";
    fault.words = answer == "rejected" ? "Say why you decline" : "Write your question";
  } else if (reason.size() > kMostReason) {
    fault.field = "reason";
    fault.words = "Write at most 1,000 characters";
  }
  if (!fault.field.empty()) {
    respond(Show(session, id, false, &fault));
    return;
  }
  const absl::StatusOr<Offer> offer = FindOffer(session, id);
  if (!offer.ok() || !IsOffer(offer->delivery) ||
      !HasForm(v1::FORMAT_UUID, FieldOf(form, "form"))) {
    respond(Refusal(404, &session));
    return;
  }
  const std::string back = absl::StrCat("/offers/", id, "?answered");
  const absl::StatusOr<std::string> bundle = BundleOf(session, *offer, form);
  if (!bundle.ok()) {
    respond(Refusal(503, &session));
    return;
  }
  const std::string& correlation = offer->delivery.message().correlation_id();
  fhir::Translated translated = fhir::FromFhir(
      *bundle, {.sender = session.clinician.participant(),
                .locality = adapter_.config.locality(),
                .correlation_id =
                    HasForm(v1::FORMAT_UUID, correlation) ? correlation : FieldOf(form, "form")});
  if (!translated.issues.empty()) {
    Log(Severity::kError, "page-answer-untranslated", {});
    respond(Refusal(400, &session));
    return;
  }
  adapter_.door->Hand(std::move(translated.envelope), [this, respond, session, id, answer,
                                                       back](const fosse::adapters::Answer& got) {
    if (got.kind == fosse::adapters::Answer::Kind::kNotKept) {
      respond(Refusal(503, &session));
      return;
    }
    const Told told = WordsOf(got, answer);
    const std::string line = absl::StrCat(session.clinician.name(), ": ", told.words);
    if (!AddHistory(*adapter_.outbox, id, line, told.final).ok()) {
      Log(Severity::kError, "outbox-failed", {});
    }
    respond(SeeOther(back));
  });
}

}  // namespace fosse::adapters::page
