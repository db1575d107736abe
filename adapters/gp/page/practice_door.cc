#include "adapters/gp/page/practice_door.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "adapters/fhir/translate.h"
#include "adapters/fhir/writing.h"
#include "adapters/gp/page/answer_bundle.h"
#include "adapters/itk3/document_text.h"
#include "adapters/mesh/courier.h"
#include "adapters/page/items.h"
#include "base/encoding.h"
#include "base/fault_point.h"
#include "base/field_form.h"
#include "base/log.h"
#include "base/status.h"

namespace fosse::adapters::page {
namespace {

constexpr size_t kMostReason = 1000;

// What the clinician is told of an answer; `final`: the offer is done with.
struct Outcome {
  std::string words;
  bool final = false;
};

Outcome WordsOf(const fosse::adapters::Answer& answer, const std::string& status) {
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

absl::StatusOr<std::unique_ptr<PracticeDoor>> PracticeDoor::Listen(Adapter& adapter,
                                                                   DeliveryLoop& loop) {
  auto practice = std::make_unique<PracticeDoor>(adapter, loop);
  PracticeDoor* const self = practice.get();
  const PracticePage& config = adapter.config.page();
  FOSSE_ASSIGN_OR_RETURN(
      practice->door_,
      BrowserDoor::Listen(config.door(),
                          {.origin = config.origin(),
                           .issuer = config.issuer(),
                           .client_id = config.client_id(),
                           .client_secret_file = config.client_secret_file(),
                           .credentials = config.credentials()},
                          adapter.random,
                          {.welcome = SignInView,
                           .who = [self](const std::string& subject) { return self->Who(subject); },
                           .message = MessageView,
                           .get =
                               [self](const Session& session, const HttpRequest& request,
                                      HttpsServer::Respond respond) {
                                 self->Get(session, request, std::move(respond));
                               },
                           .post =
                               [self](const Session& session, const HttpRequest& request,
                                      const Form& form, HttpsServer::Respond respond) {
                                 self->Post(session, request, form, std::move(respond));
                               }}));
  return practice;
}

bool PracticeDoor::Serves(const AdapterConfig& config, absl::string_view participant) {
  for (const PagePractice& practice : config.page().practices()) {
    if (practice.participant() == participant) return true;
  }
  return false;
}

const PageClinician* PracticeDoor::ClinicianOf(const Session& session) const {
  for (const PageClinician& clinician : adapter_.config.page().clinicians()) {
    if (clinician.subject() == session.colleague.subject &&
        clinician.participant() == session.colleague.participant) {
      return &clinician;
    }
  }
  return nullptr;
}

const PagePractice* PracticeDoor::PracticeOf(absl::string_view participant) const {
  for (const PagePractice& practice : adapter_.config.page().practices()) {
    if (practice.participant() == participant) return &practice;
  }
  return nullptr;
}

std::optional<Colleague> PracticeDoor::Who(const std::string& subject) const {
  for (const PageClinician& clinician : adapter_.config.page().clinicians()) {
    if (clinician.subject() != subject || PracticeOf(clinician.participant()) == nullptr) continue;
    return Colleague{
        .subject = subject, .participant = clinician.participant(), .name = clinician.name()};
  }
  return std::nullopt;
}

void PracticeDoor::Get(const Session& session, const HttpRequest& request,
                       HttpsServer::Respond respond) {
  absl::string_view id = request.path;
  if (request.path == "/") {
    respond(List(session));
  } else if (absl::ConsumePrefix(&id, "/offers/")) {
    respond(Show(session, std::string(id), request.query == "answered", nullptr));
  } else {
    respond(door_->Refusal(404, &session));
  }
}

void PracticeDoor::Post(const Session& session, const HttpRequest& request, const Form& form,
                        HttpsServer::Respond respond) {
  absl::string_view id = request.path;
  if (absl::ConsumePrefix(&id, "/offers/")) {
    Answer(session, std::string(id), form, std::move(respond));
  } else {
    respond(door_->Refusal(404, &session));
  }
}

HttpResponse PracticeDoor::List(const Session& session) {
  const std::string& practice = session.colleague.participant;
  const absl::StatusOr<std::vector<Offer>> offers =
      OffersTo(*adapter_.outbox, practice, absl::Now());
  if (!offers.ok()) return door_->Refusal(503, &session);
  return Page(200, ListView(session, PracticeOf(practice)->name(), *offers));
}

absl::StatusOr<Offer> PracticeDoor::FindOffer(const Session& session, const std::string& id) {
  FOSSE_ASSIGN_OR_RETURN(std::vector<Offer> offers,
                         OffersTo(*adapter_.outbox, session.colleague.participant, absl::Now()));
  for (Offer& offer : offers) {
    if (offer.delivery.delivery_id() == id) return std::move(offer);
  }
  return MakeError(absl::StatusCode::kNotFound, "DELIVERY_NOT_FOUND",
                   "no such item waits in this work list");
}

HttpResponse PracticeDoor::Show(const Session& session, const std::string& id, bool answered,
                                const FormFault* fault) {
  const absl::StatusOr<Offer> offer = FindOffer(session, id);
  if (!offer.ok()) {
    return door_->Refusal(offer.status().code() == absl::StatusCode::kNotFound ? 404 : 503,
                          &session);
  }
  // A practice that is reached by nothing but this page has it now: a named clinician reads it.
  loop_.Taken(id, "page-read").IgnoreError();
  return Page(fault == nullptr ? 200 : 400,
              OfferView(session, *offer, fhir::UuidOf(Hex(adapter_.random.Bytes(16))),
                        mesh::AnswersTo(*adapter_.outbox, id), answered, fault));
}

// The message that a form stands for: made once and kept, so that the form sent again is the same
// message, byte for byte.
absl::StatusOr<std::string> PracticeDoor::BundleOf(const Session& session, const Offer& offer,
                                                   const Form& form) {
  const std::string note = absl::StrCat("page/form/", session.colleague.participant, "/",
                                        session.colleague.subject, "/", FieldOf(form, "form"));
  FOSSE_ASSIGN_OR_RETURN(const std::optional<std::string> known, adapter_.outbox->FindNote(note));
  if (known.has_value()) return *known;
  std::string bundle = AnswerBundle(offer.delivery, *ClinicianOf(session),
                                    *PracticeOf(session.colleague.participant),
                                    {.id = FieldOf(form, "form"),
                                     .status = FieldOf(form, "answer"),
                                     .words = FieldOf(form, "reason"),
                                     .at = absl::Now()});
  FOSSE_RETURN_IF_ERROR(adapter_.outbox->KeepNote(note, bundle));
  FaultPoint("page_after_form");
  return bundle;
}

void PracticeDoor::Answer(const Session& session, const std::string& id, const Form& form,
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
    respond(door_->Refusal(404, &session));
    return;
  }
  const std::string back = absl::StrCat("/offers/", id, "?answered");
  const absl::StatusOr<std::string> bundle = BundleOf(session, *offer, form);
  if (!bundle.ok()) {
    respond(door_->Refusal(503, &session));
    return;
  }
  const std::string& correlation = offer->delivery.message().correlation_id();
  fhir::Translated translated = fhir::FromFhir(
      *bundle, {.sender = session.colleague.participant,
                .locality = adapter_.config.locality(),
                .correlation_id =
                    HasForm(v1::FORMAT_UUID, correlation) ? correlation : FieldOf(form, "form")});
  if (!translated.issues.empty()) {
    Log(Severity::kError, "page-answer-untranslated", {});
    respond(door_->Refusal(400, &session));
    return;
  }
  adapter_.door->Hand(std::move(translated.envelope), [this, respond, session, id, answer,
                                                       back](const fosse::adapters::Answer& got) {
    if (got.kind == fosse::adapters::Answer::Kind::kNotKept) {
      respond(door_->Refusal(503, &session));
      return;
    }
    const Outcome told = WordsOf(got, answer);
    const std::string line = absl::StrCat(session.colleague.name, ": ", told.words);
    if (!AddHistory(*adapter_.outbox, id, line, told.final).ok()) {
      Log(Severity::kError, "outbox-failed", {});
    }
    respond(SeeOther(back));
  });
}

}  // namespace fosse::adapters::page
