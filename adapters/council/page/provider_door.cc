#include "adapters/council/page/provider_door.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "adapters/council/page/provider_views.h"
#include "adapters/council/translate.h"
#include "adapters/kit/forms.h"
#include "adapters/page/items.h"
#include "base/encoding.h"
#include "base/fault_point.h"
#include "base/field_form.h"
#include "base/log.h"
#include "base/status.h"

namespace fosse::adapters::page {
namespace {

// A version 4 UUID out of random bytes: the id of a form, and of the message that it becomes.
std::string NewFormId(Random& random) {
  std::string bytes = random.Bytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  const std::string hex = Hex(bytes);
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-",
                      hex.substr(16, 4), "-", hex.substr(20));
}

// What whoever acted is told of the answer.
std::string WordsOf(const Act& act, const Answer& answer) {
  if (answer.kind == Answer::Kind::kKept) {
    return "It is kept and on its way. Look again in a moment.";
  }
  if (answer.kind == Answer::Kind::kRefused) {
    return absl::StrCat("It was not taken: ", answer.refusal.sentence, " (", answer.refusal.reason,
                        ").");
  }
  std::string words = absl::StrCat(act.title, ": taken.");
  bool asked = true;  // The first decision is about the act; others about what it may lead to.
  for (const v1::Decision& decision : answer.receipt.decisions()) {
    const absl::string_view before =
        asked ? "It was kept, and does not count yet." : " Before the task can begin:";
    if (decision.outcome() != v1::OUTCOME_PERMIT) {
      words = asked ? std::string(before) : absl::StrCat(words, before);
      for (const v1::Finding& finding : decision.findings()) {
        absl::StrAppend(&words, " ", finding.because(), asked ? " " : "",
                        asked ? finding.remedy() : "");
      }
    }
    asked = false;
  }
  for (const v1::Notice& notice : answer.receipt.notices()) {
    absl::StrAppend(&words, " ", notice.words());
  }
  if (act.kind != ActKind::kConcern) return words;
  for (const v1::Contact* contact :
       {&answer.receipt.contacts().in_hours(), &answer.receipt.contacts().out_of_hours()}) {
    if (contact->telephone().empty()) continue;
    absl::StrAppend(&words, " ", contact->name(), ": ", contact->telephone(), ".");
  }
  return words;
}

// ID and ACT of /tasks/ID/ACT.
std::pair<std::string, std::string> SplitTask(absl::string_view rest) {
  return absl::StrSplit(rest, absl::MaxSplits('/', 1));
}

}  // namespace

absl::StatusOr<std::unique_ptr<ProviderDoor>> ProviderDoor::Listen(Adapter& adapter,
                                                                   DeliveryLoop& loop) {
  auto provider = std::make_unique<ProviderDoor>(adapter, loop);
  ProviderDoor* const self = provider.get();
  const ProviderPage& config = adapter.config.provider_page();
  FOSSE_ASSIGN_OR_RETURN(
      provider->door_,
      BrowserDoor::Listen(config.door(),
                          {.origin = config.origin(),
                           .issuer = config.issuer(),
                           .client_id = config.client_id(),
                           .client_secret_file = config.client_secret_file(),
                           .credentials = config.credentials()},
                          adapter.random,
                          {.welcome = ProviderWelcome,
                           .who = [self](const std::string& subject) { return self->Who(subject); },
                           .message = ProviderMessage,
                           .get =
                               [self](const Session& session, const HttpRequest& request,
                                      HttpsServer::Respond respond) {
                                 self->Get(session, request, std::move(respond));
                               },
                           .link =
                               [self](const HttpRequest& request,
                                      const std::function<HttpResponse(const Colleague&)>& open) {
                                 return self->EnterByLink(request, open);
                               },
                           .post =
                               [self](const Session& session, const HttpRequest& request,
                                      const Form& form, HttpsServer::Respond respond) {
                                 self->Post(session, request, form, std::move(respond));
                               }}));
  return provider;
}

const PageProvider* ProviderDoor::ProviderOf(absl::string_view participant) const {
  for (const PageProvider& provider : adapter_.config.provider_page().providers()) {
    if (provider.participant() == participant) return &provider;
  }
  return nullptr;
}

std::optional<Colleague> ProviderDoor::Who(const std::string& subject) const {
  for (const PageColleague& colleague : adapter_.config.provider_page().colleagues()) {
    if (colleague.subject() != subject || ProviderOf(colleague.participant()) == nullptr) continue;
    return Colleague{.subject = subject,
                     .participant = colleague.participant(),
                     .name = colleague.name(),
                     .reference = colleague.reference()};
  }
  return std::nullopt;
}

HttpResponse ProviderDoor::EnterByLink(const HttpRequest& request,
                                       const std::function<HttpResponse(const Colleague&)>& open) {
  const std::string token(absl::StripPrefix(request.path, "/link/"));
  if (request.method == "GET") {
    if (!links_.IsOpen(token, absl::Now())) return Page(404, LinkSpentView());
    return Page(200, LinkView(token, false));
  }
  const absl::StatusOr<Form> form = ReadForm(request.body);
  const absl::StatusOr<Colleague> colleague =
      links_.Use(token, form.ok() ? FieldOf(*form, "code") : "", absl::Now());
  if (colleague.ok()) return open(*colleague);
  if (absl::IsUnauthenticated(colleague.status())) return Page(400, LinkView(token, true));
  return absl::IsNotFound(colleague.status()) ? Page(404, LinkSpentView()) : door_->Refusal(503);
}

absl::StatusOr<NewLink> ProviderDoor::MakeLink(const std::string& voucher,
                                               const Colleague& colleague) {
  const PageProvider* const provider = ProviderOf(colleague.participant);
  if (provider == nullptr || provider->vouched_by() != voucher) {
    return MakeError(absl::StatusCode::kPermissionDenied, "NOT_VOUCHED_FOR",
                     "the caller does not vouch for this participant on the page");
  }
  FOSSE_ASSIGN_OR_RETURN(NewLink link, links_.Make(colleague, absl::Now()));
  link.address = absl::StrCat(adapter_.config.provider_page().origin(), "/link/", link.address);
  return link;
}

HttpResponse ProviderDoor::NotFound(const absl::Status& status, const Session& session) const {
  return door_->Refusal(absl::IsNotFound(status) ? 404 : 503, &session);
}

void ProviderDoor::Get(const Session& session, const HttpRequest& request,
                       HttpsServer::Respond respond) {
  absl::string_view rest = request.path;
  if (request.path == "/") {
    respond(List(session));
  } else if (absl::ConsumePrefix(&rest, "/messages/")) {
    respond(ShowLetter(session, std::string(rest)));
  } else if (absl::ConsumePrefix(&rest, "/tasks/")) {
    const auto [id, word] = SplitTask(rest);
    const Act* const act = FindAct(word);
    if (word.empty()) {
      respond(ShowTask(session, id, request.query == "done"));
    } else if (act == nullptr) {
      respond(door_->Refusal(404, &session));
    } else {
      respond(ShowAct(session, id, *act, {}, nullptr));
    }
  } else {
    respond(door_->Refusal(404, &session));
  }
}

void ProviderDoor::Post(const Session& session, const HttpRequest& request, const Form& form,
                        HttpsServer::Respond respond) {
  absl::string_view rest = request.path;
  const bool task = absl::ConsumePrefix(&rest, "/tasks/");
  const auto [id, word] = SplitTask(rest);
  const Act* const act = FindAct(word);
  if (!task || act == nullptr || !HasForm(v1::FORMAT_UUID, FieldOf(form, "form"))) {
    respond(door_->Refusal(404, &session));
  } else {
    Do(session, id, *act, form, std::move(respond));
  }
}

HttpResponse ProviderDoor::List(const Session& session) {
  const std::string& provider = session.colleague.participant;
  const absl::StatusOr<ProviderWork> work = WorkOf(*adapter_.outbox, provider);
  if (!work.ok()) return NotFound(work.status(), session);
  return Page(200, WorkView(session, ProviderOf(provider)->name(), *work));
}

absl::StatusOr<ProviderTask> ProviderDoor::FindTask(const Session& session, const std::string& id) {
  FOSSE_ASSIGN_OR_RETURN(ProviderWork work,
                         WorkOf(*adapter_.outbox, session.colleague.participant));
  for (ProviderTask& task : work.tasks) {
    if (task.id() == id) return std::move(task);
  }
  return MakeError(absl::StatusCode::kNotFound, "DELIVERY_NOT_FOUND",
                   "no such item waits in this work list");
}

HttpResponse ProviderDoor::ShowTask(const Session& session, const std::string& id, bool done) {
  const absl::StatusOr<ProviderTask> task = FindTask(session, id);
  if (!task.ok()) return NotFound(task.status(), session);
  // Somebody of the provider has all of it before them: it is delivered now. Nobody has acted.
  for (const Letter& letter : task->letters) {
    if (!letter.read) loop_.Taken(letter.delivery.delivery_id(), "page-read").IgnoreError();
  }
  return Page(200, TaskView(session, *task, done));
}

HttpResponse ProviderDoor::ShowLetter(const Session& session, const std::string& id) {
  const absl::StatusOr<ProviderWork> work = WorkOf(*adapter_.outbox, session.colleague.participant);
  if (!work.ok()) return NotFound(work.status(), session);
  for (const Letter& letter : work->letters) {
    if (letter.delivery.delivery_id() != id) continue;
    if (!letter.read) loop_.Taken(id, "page-read").IgnoreError();
    return Page(200, LetterView(session, letter));
  }
  return door_->Refusal(404, &session);
}

HttpResponse ProviderDoor::ShowAct(const Session& session, const std::string& id, const Act& act,
                                   const Form& filled, const ActFault* fault) {
  const absl::StatusOr<ProviderTask> task = FindTask(session, id);
  if (!task.ok()) return NotFound(task.status(), session);
  if (fault == nullptr && !IsPossible(act, *task)) return door_->Refusal(404, &session);
  const std::string form_id =
      fault == nullptr ? NewFormId(adapter_.random) : FieldOf(filled, "form");
  return Page(fault == nullptr ? 200 : 400,
              ActView(session, *task, act, form_id, absl::Now(), filled, fault));
}

// The message that a form stands for: made once and kept, so that the form sent again is the same
// message, byte for byte.
absl::StatusOr<std::string> ProviderDoor::MessageOnce(const Session& session,
                                                      const ProviderTask& task, const Act& act,
                                                      const Form& form) {
  const std::string note = absl::StrCat("page/form/", session.colleague.participant, "/",
                                        session.colleague.subject, "/", FieldOf(form, "form"));
  FOSSE_ASSIGN_OR_RETURN(const std::optional<std::string> known, adapter_.outbox->FindNote(note));
  if (known.has_value()) return *known;
  std::string message = MessageOf(act, task, session.colleague, form, absl::Now());
  FOSSE_RETURN_IF_ERROR(adapter_.outbox->KeepNote(note, message));
  FaultPoint("provider_page_after_form");
  return message;
}

void ProviderDoor::Do(const Session& session, const std::string& id, const Act& act,
                      const Form& form, HttpsServer::Respond respond) {
  const absl::StatusOr<ProviderTask> task = FindTask(session, id);
  if (!task.ok()) return respond(NotFound(task.status(), session));
  if (const std::optional<ActFault> fault = FaultOf(act, form); fault.has_value()) {
    return respond(ShowAct(session, id, act, form, &*fault));
  }
  const absl::StatusOr<std::string> message = MessageOnce(session, *task, act, form);
  if (!message.ok()) return respond(door_->Refusal(503, &session));
  council::Translated translated =
      council::FromJson(*message, session.colleague.participant, adapter_.config.locality());
  if (!translated.issues.empty()) {
    Log(Severity::kError, "page-act-untranslated", {});
    return respond(door_->Refusal(400, &session));
  }
  adapter_.door->Hand(
      std::move(translated.envelope), [this, respond, session, id, &act](const Answer& answer) {
        if (answer.kind == Answer::Kind::kNotKept) return respond(door_->Refusal(503, &session));
        absl::Status kept =
            AddHistory(*adapter_.outbox, HistoryOf(session.colleague.participant, id),
                       absl::StrCat(session.colleague.name, ": ", WordsOf(act, answer)), false);
        kept.Update(KeepStandings(*adapter_.outbox, session.colleague.participant, answer.receipt));
        if (!kept.ok()) Log(Severity::kError, "outbox-failed", {});
        respond(SeeOther(absl::StrCat("/tasks/", id, "?done")));
      });
}

}  // namespace fosse::adapters::page
