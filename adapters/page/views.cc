#include "adapters/page/views.h"

#include "absl/strings/str_cat.h"
#include "adapters/itk3/document_text.h"

namespace fosse::adapters::page {
namespace {

Html Div(absl::string_view css, const Html& content) {
  return Element("div", {{"class", std::string(css)}}, content);
}

Html Hidden(absl::string_view name, absl::string_view value) {
  return Element("input",
                 {{"type", "hidden"}, {"name", std::string(name)}, {"value", std::string(value)}});
}

Html Link(const std::string& to, absl::string_view words, absl::string_view css = "") {
  Attributes attributes = {{"href", to}};
  if (!css.empty()) attributes.emplace_back("class", std::string(css));
  return Element("a", attributes, Text(words));
}

Html Bar(const Session* session) {
  Html inner = Link("/", "Delegated care", "name");
  if (session != nullptr) {
    Html who = Element("span", absl::StrCat("Signed in as ", session->clinician.name()));
    Html form = Hidden("token", session->token);
    form.Add(Element("button", {{"class", "plain"}, {"type", "submit"}}, Text("Sign out")));
    who.Add(Element("form", {{"method", "post"}, {"action", "/sign-out"}}, form));
    inner.Add(Div("who", who));
  }
  return Element("header", {{"class", "bar"}}, Div("inner", inner));
}

Html Frame(const Session* session, absl::string_view title, const Html& content) {
  Html body = Link("#content", "Skip to the content", "skip");
  body.Add(Bar(session));
  body.Add(Div("inner", Element("main", {{"id", "content"}}, content)));
  body.Add(Element(
      "footer", {{"class", "foot"}},
      Div("inner", Element("p",
                           "What you answer here is sent in your name, as your practice's own "
                           "system would send it. For anything urgent, telephone."))));
  return Document(title, body);
}

std::string PersonOf(const v1::Delivery& delivery) {
  const v1::PersonReference& person = delivery.message().subject().person();
  return absl::StrCat(person.given_name(), person.given_name().empty() ? "" : " ",
                      person.family_name());
}

// The lines of a section: those without a name as paragraphs, the rest as a list of pairs.
Html SectionCard(const TextSection& section) {
  Html card = Element("h2", section.heading);
  Html pairs;
  for (const TextLine& line : section.lines) {
    if (line.name.empty()) {
      card.Add(Element("p", {{"class", "lead"}}, Text(line.text)));
      continue;
    }
    Html pair = Element("dt", line.name);
    pair.Add(Element("dd", line.text));
    pairs.Add(Element("div", Attributes{}, pair));
  }
  if (!pairs.text().empty()) card.Add(Element("dl", Attributes{}, pairs));
  return Element("section", {{"class", "card"}}, card);
}

Html LinesCard(absl::string_view heading, const std::vector<std::string>& lines) {
  Html items;
  for (const std::string& line : lines) items.Add(Element("li", line));
  Html card = Element("h2", heading);
  card.Add(Element("ul", Attributes{}, items));
  return Element("section", {{"class", "card"}}, card);
}

std::string LineOf(const Offer& offer, absl::string_view heading, absl::string_view name) {
  for (const TextSection& section : DeliveryText(offer.delivery)) {
    if (section.heading != heading) continue;
    for (const TextLine& line : section.lines) {
      if (line.name == name) return line.text;
    }
  }
  return "";
}

Html OfferCard(const Offer& offer) {
  const std::string by = LineOf(offer, "What is asked", "Answer by");
  const std::string summary = LineOf(offer, "Task", "");
  const std::string task = LineOf(offer, "Task", "Task");
  Html card = Element(
      "h2", Attributes{},
      Link(absl::StrCat("/offers/", offer.delivery.delivery_id()), PersonOf(offer.delivery)));
  if (offer.closed.empty() && !by.empty()) {
    card.Add(Element("p", {{"class", "due"}}, Text(absl::StrCat("Answer by ", by))));
  }
  if (!offer.closed.empty()) card.Add(Element("p", {{"class", "done"}}, Text(offer.closed)));
  card.Add(Element("p", absl::StrCat("Oversight of: ", summary.empty() ? task : summary)));
  card.Add(Element("p", absl::StrCat("Offered by ", LineOf(offer, "What is asked", "Sent by"), ", ",
                                     LineOf(offer, "What is asked", "Clinician"))));
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
  if (!message.read) card.Add(Element("p", {{"class", "due"}}, Text("Not read yet")));
  card.Add(Element("p", delivery.words()));
  return Element("li", {{"class", "card"}}, card);
}

Html Choice(absl::string_view value, absl::string_view label, absl::string_view hint,
            const FormFault* fault) {
  const std::string id = absl::StrCat("answer-", value);
  Attributes radio = {
      {"type", "radio"}, {"id", id}, {"name", "answer"}, {"value", std::string(value)}};
  if (fault != nullptr && fault->answer == value) radio.emplace_back("checked", "checked");
  Html text = Text(label);
  text.Add(Element("span", {{"class", "hint"}}, Text(hint)));
  Html choice = Element("input", radio);
  choice.Add(Element("label", {{"for", id}}, text));
  return Div("choice", choice);
}

Html AnswerForm(const Session& session, const Offer& offer, const std::string& form_id,
                const FormFault* fault) {
  Html choices = Element("legend", "Your answer");
  const bool unchosen = fault != nullptr && fault->field == "answer-accepted";
  if (unchosen) choices.Add(Element("span", {{"class", "error"}}, Text(fault->words)));
  choices
      .Add(Choice("accepted", "Take clinical oversight",
                  absl::StrCat("You, ", session.clinician.name(),
                               ", are the accountable clinician from then on, and your practice "
                               "answers calls."),
                  fault))
      .Add(Choice("rejected", "Decline", "The giver keeps oversight. Say why below.", fault))
      .Add(Choice("on-hold", "Ask something first",
                  "The giver keeps oversight, and the time to answer runs on. Ask below.", fault));
  Html form = Hidden("token", session.token);
  form.Add(Hidden("form", form_id));
  form.Add(Element("fieldset", unchosen ? Attributes{{"class", "faulty"}} : Attributes{}, choices));
  Html field = Element("label", {{"for", "reason"}}, Text("Your reason, or your question"));
  Attributes area = {{"id", "reason"}, {"name", "reason"}, {"rows", "4"}, {"maxlength", "1000"}};
  const bool faulty = fault != nullptr && fault->field == "reason";
  if (faulty) {
    field.Add(Element("span", {{"class", "error"}, {"id", "reason-error"}}, Text(fault->words)));
    area.emplace_back("aria-describedby", "reason-error");
    area.emplace_back("aria-invalid", "true");
  }
  field.Add(Element("textarea", area, Text(fault == nullptr ? "" : fault->reason)));
  form.Add(Div(faulty ? "field faulty" : "field", field));
  form.Add(Element("button", {{"class", "button"}, {"type", "submit"}}, Text("Send your answer")));
  Html card = Element(
      "form",
      {{"method", "post"}, {"action", absl::StrCat("/offers/", offer.delivery.delivery_id())}},
      form);
  return Element("section",
                 {{"class", "card"}, {"id", "your-answer"}, {"aria-label", "Your answer"}}, card);
}

Html FaultSummary(const FormFault& fault) {
  Html box = Element("h2", "There is a problem");
  box.Add(Element("p", Attributes{}, Link(absl::StrCat("#", fault.field), fault.words)));
  return Element("div", {{"class", "fault"}, {"role", "alert"}}, box);
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
  return Frame(nullptr, "Sign in", content);
}

Html MessageView(const Session* session, absl::string_view heading, absl::string_view words) {
  Html content = Element("h1", heading);
  content.Add(Element("p", words)).Add(Element("p", Attributes{}, Link("/", "Go to the start")));
  return Frame(session, heading, content);
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
  return Frame(&session, "Offers", content);
}

Html OfferView(const Session& session, const Offer& offer, const std::string& form_id,
               const std::vector<std::string>& answers, bool answered, const FormFault* fault) {
  Html content = Link("/", "Back to all offers", "back");
  if (fault != nullptr) content.Add(FaultSummary(*fault));
  const bool asks = IsOffer(offer.delivery) && offer.closed.empty();
  content.Add(Element("h1", TitleOf(offer.delivery)));
  if (answered && !offer.history.empty()) {
    Html panel = Element("h2", "Your answer was sent");
    panel.Add(Element("p", offer.history.back()));
    content.Add(Element("div", {{"class", "panel"}, {"role", "status"}}, panel));
  }
  if (!offer.closed.empty()) {
    content.Add(Element("p", {{"class", "done"}}, Text(offer.closed)));
  }
  if (asks) content.Add(Link("#your-answer", "Go to your answer", "back"));
  for (const TextSection& section : DeliveryText(offer.delivery)) content.Add(SectionCard(section));
  if (!answers.empty()) content.Add(LinesCard("What your own system answered", answers));
  if (!offer.history.empty()) content.Add(LinesCard("What was answered here", offer.history));
  if (asks) content.Add(AnswerForm(session, offer, form_id, fault));
  return Frame(&session, IsOffer(offer.delivery) ? "Offer of clinical oversight" : "Message",
               content);
}

}  // namespace fosse::adapters::page
