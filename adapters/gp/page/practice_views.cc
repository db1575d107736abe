#include "adapters/gp/page/practice_views.h"

#include "absl/strings/str_cat.h"
#include "adapters/itk3/document_text.h"
#include "adapters/page/parts.h"

namespace fosse::adapters::page {
namespace {

constexpr char kFooter[] =
    "What you answer here is sent in your name, as your practice's own system would send it. For "
    "anything urgent, telephone.";

Html OfferCard(const Offer& offer) {
  const std::string by = LineOf(offer.delivery, "What is asked", "Answer by");
  const std::string summary = LineOf(offer.delivery, "Task", "");
  const std::string task = LineOf(offer.delivery, "Task", "Task");
  Html card = Element(
      "h2", Attributes{},
      Link(absl::StrCat("/offers/", offer.delivery.delivery_id()), PersonOf(offer.delivery)));
  if (offer.closed.empty() && !by.empty()) {
    card.Add(Mark("due", absl::StrCat("Answer by ", by)));
  }
  if (!offer.closed.empty()) card.Add(Mark("done", offer.closed));
  card.Add(Element("p", absl::StrCat("Oversight of: ", summary.empty() ? task : summary)));
  card.Add(
      Element("p", absl::StrCat("Offered by ", LineOf(offer.delivery, "What is asked", "Sent by"),
                                ", ", LineOf(offer.delivery, "What is asked", "Clinician"))));
  return Element("li", {{"class", "card"}}, card);
}

std::string TitleOf(const v1::Delivery& delivery) {
  const std::string person = PersonOf(delivery);
  if (IsOffer(delivery)) return absl::StrCat("Offer of clinical oversight: ", person);
  return person.empty() ? "Message" : absl::StrCat("Message about ", person);
}

Html MessageCard(const Offer& message) {
  const v1::Delivery& delivery = message.delivery;
  Html card = Element("h2", Attributes{},
                      Link(absl::StrCat("/offers/", delivery.delivery_id()), TitleOf(delivery)));
  if (!message.read) card.Add(Mark("due", "Not read yet"));
  card.Add(Element("p", delivery.words()));
  return Element("li", {{"class", "card"}}, card);
}

Html AnswerForm(const Session& session, const Offer& offer, const std::string& form_id,
                const FormFault* fault) {
  const auto chosen = [fault](absl::string_view value) {
    return fault != nullptr && fault->answer == value;
  };
  const auto wrong = [fault](absl::string_view field) {
    return fault != nullptr && fault->field == field ? fault->words : "";
  };
  Html choices =
      Choice("answer", "accepted", "Take clinical oversight",
             absl::StrCat(
                 "You, ", session.colleague.name,
                 ", are the accountable clinician from then on, and your practice answers calls."),
             chosen("accepted"));
  choices
      .Add(Choice("answer", "rejected", "Decline", "The giver keeps oversight. Say why below.",
                  chosen("rejected")))
      .Add(Choice("answer", "on-hold", "Ask something first",
                  "The giver keeps oversight, and the time to answer runs on. Ask below.",
                  chosen("on-hold")));
  Html fields = Question("Your answer", wrong("answer-accepted"), choices);
  fields.Add(Words("reason", "Your reason, or your question", fault == nullptr ? "" : fault->reason,
                   wrong("reason")));
  return FormCard("your-answer", "Your answer",
                  absl::StrCat("/offers/", offer.delivery.delivery_id()), session, form_id, fields,
                  "Send your answer");
}

}  // namespace

Html SignInView() {
  Html content = Element("h1", "Offers of clinical oversight");
  content
      .Add(Element(
          "p",
          "Community nursing may ask your practice to take over the clinical oversight of a "
          "task that care workers do. A named clinician answers here."))
      .Add(Element(
          "p",
          "Until you accept, whoever oversees now goes on overseeing. Nothing moves because "
          "this page was opened."))
      .Add(Link("/sign-in", "Sign in", "button"));
  return Frame(nullptr, "Sign in", kFooter, content);
}

Html MessageView(const Session* session, absl::string_view heading, absl::string_view words) {
  return Message(session, kFooter, heading, words);
}

Html ListView(const Session& session, absl::string_view practice_name,
              const std::vector<Offer>& offers) {
  Html open;
  Html closed;
  Html messages;
  for (const Offer& offer : offers) {
    if (!IsOffer(offer.delivery)) {
      messages.Add(MessageCard(offer));
    } else {
      (offer.closed.empty() ? open : closed).Add(OfferCard(offer));
    }
  }
  Html content = Element("h1", absl::StrCat("Offers to ", practice_name));
  if (open.text().empty()) content.Add(Element("p", "Nothing waits for an answer."));
  if (!open.text().empty()) content.Add(Element("ul", {{"class", "cards"}}, open));
  if (!messages.text().empty()) {
    content.Add(Element("h2", "Messages"));
    content.Add(Element("ul", {{"class", "cards"}}, messages));
  }
  if (!closed.text().empty()) {
    content.Add(Element("h2", "Answered or over"));
    content.Add(Element("ul", {{"class", "cards"}}, closed));
  }
  return Frame(&session, "Offers", kFooter, content);
}

Html OfferView(const Session& session, const Offer& offer, const std::string& form_id,
               const std::vector<std::string>& answers, bool answered, const FormFault* fault) {
  Html content = Link("/", "Back to all offers", "back");
  if (fault != nullptr) content.Add(FaultSummary(fault->field, fault->words));
  const bool asks = IsOffer(offer.delivery) && offer.closed.empty();
  content.Add(Element("h1", TitleOf(offer.delivery)));
  if (answered && !offer.history.empty()) {
    content.Add(Told("Your answer was sent", offer.history.back()));
  }
  if (!offer.closed.empty()) {
    content.Add(Mark("done", offer.closed));
  }
  if (asks) content.Add(Link("#your-answer", "Go to your answer", "back"));
  for (const TextSection& section : DeliveryText(offer.delivery)) content.Add(SectionCard(section));
  if (!answers.empty()) content.Add(LinesCard("What your own system answered", answers));
  if (!offer.history.empty()) content.Add(LinesCard("What was answered here", offer.history));
  if (asks) content.Add(AnswerForm(session, offer, form_id, fault));
  return Frame(&session, IsOffer(offer.delivery) ? "Offer of clinical oversight" : "Message",
               kFooter, content);
}

}  // namespace fosse::adapters::page
