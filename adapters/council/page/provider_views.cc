#include "adapters/council/page/provider_views.h"

#include "absl/strings/str_cat.h"
#include "adapters/kit/words.h"
#include "adapters/page/parts.h"

namespace fosse::adapters::page {
namespace {

constexpr char kFooter[] =
    "What you send here is sent in your name, as your organisation's own system would send it. A "
    "message is never a call: if somebody is unwell, telephone.";

std::string Address(const ProviderTask& task) { return absl::StrCat("/tasks/", task.id()); }

std::string TaskName(const ProviderTask& task) {
  const v1::Code& code = task.standing.task();
  return code.display().empty() ? code.code() : code.display();
}

std::string StateWords(const ProviderTask& task) {
  switch (task.standing.state()) {
    case v1::DELEGATION_STATE_HELD:
      return "Waits for something that is missing";
    case v1::DELEGATION_STATE_PROPOSED:
      return "Asked of you";
    case v1::DELEGATION_STATE_REFERRED:
      return "Others decide";
    case v1::DELEGATION_STATE_READY:
      return "Ready to begin";
    case v1::DELEGATION_STATE_ACTIVE:
      return "You do this now";
    case v1::DELEGATION_STATE_AT_RISK:
      return "You do this now; something needs to be put right";
    case v1::DELEGATION_STATE_PAUSED:
      return "Paused";
    case v1::DELEGATION_STATE_SUSPENDED:
      return "Stopped for now";
    case v1::DELEGATION_STATE_DECLINED:
      return "Declined";
    default:
      return "Over";
  }
}

Html TaskCard(const ProviderTask& task) {
  Html card =
      Element("h2", Attributes{},
              Link(Address(task), absl::StrCat(PersonOf(task.asked), ": ", TaskName(task))));
  if (task.IsOpen()) {
    const std::string by = LineOf(task.asked, "What it says", "Answer by");
    if (!by.empty()) card.Add(Mark("due", absl::StrCat("Answer by ", by)));
  } else if (task.unread()) {
    card.Add(Mark("due", "Something new"));
  }
  if (task.IsOver()) card.Add(Mark("done", StateWords(task)));
  if (!task.IsOver()) card.Add(Element("p", StateWords(task)));
  if (!task.standing.overseer().empty()) {
    card.Add(Element("p", absl::StrCat("Overseen by ", task.standing.overseer())));
  }
  return Element("li", {{"class", "card"}}, card);
}

Html LetterCard(const Letter& letter) {
  Html card = Element("h2", Attributes{},
                      Link(absl::StrCat("/messages/", letter.delivery.delivery_id()),
                           PersonOf(letter.delivery).empty()
                               ? "Message"
                               : absl::StrCat("Message about ", PersonOf(letter.delivery))));
  if (!letter.read) card.Add(Mark("due", "Not read yet"));
  card.Add(Element("p", letter.delivery.words()));
  return Element("li", {{"class", "card"}}, card);
}

void AddCards(absl::string_view heading, const Html& cards, Html& content) {
  if (cards.text().empty()) return;
  content.Add(Element("h2", heading)).Add(Element("ul", {{"class", "cards"}}, cards));
}

// How a task stands now, with whom to telephone: before everything else that was said of it.
Html StandingCard(const ProviderTask& task) {
  v1::Delivery now;
  *now.add_standings() = task.standing;
  Html cards;
  for (const TextSection& section : DeliveryText(now)) cards.Add(SectionCard(section));
  return cards;
}

// Not how it stood when it was asked for; nor, once it has been answered, that an answer is wanted.
bool IsOutOfDate(const TextSection& section, const ProviderTask& task) {
  return section.heading == "How it stands" || section.heading == "The overseer's contacts" ||
         (section.heading == "What it says" && !task.IsOpen());
}

Html ActLinks(const ProviderTask& task) {
  Html links;
  for (const Act& act : Acts()) {
    if (!IsPossible(act, task)) continue;
    links.Add(Element("li", Attributes{},
                      Link(absl::StrCat(Address(task), "/", act.word), act.title, "button")));
  }
  return Element("nav", {{"aria-label", "What you can do"}},
                 Element("ul", {{"class", "acts"}}, links));
}

// What a form held, and what was wrong with it.
class Filled {
 public:
  Filled(const std::map<std::string, std::string>& form, const ActFault* fault)
      : form_(form), fault_(fault) {}

  std::string Value(absl::string_view name, const std::string& otherwise = "") const {
    const auto found = form_.find(std::string(name));
    return found == form_.end() ? otherwise : found->second;
  }
  absl::string_view Fault(absl::string_view field) const {
    return fault_ != nullptr && fault_->field == field ? fault_->words : absl::string_view();
  }

 private:
  const std::map<std::string, std::string>& form_;
  const ActFault* const fault_;
};

Html Choices(absl::string_view name, absl::string_view words, absl::Span<const Option> options,
             const Filled& filled) {
  Html choices;
  for (const auto& [value, label] : options) {
    choices.Add(Choice(name, value, label, "", filled.Value(name) == value));
  }
  return Question(words, filled.Fault(absl::StrCat(name, "-", options.front().first)), choices);
}

Html Ticks(absl::string_view words, absl::Span<const Statement> statements, const Filled& filled) {
  Html ticks =
      Element("p", {{"class", "hint"}}, Text("Tick what is so. What you leave is not said."));
  for (const Statement& statement : statements) {
    ticks.Add(Tick(statement.name, statement.words, !filled.Value(statement.name).empty()));
  }
  return Question(words, "", ticks);
}

Html When(absl::string_view label, const std::string& otherwise, const Filled& filled) {
  return Line("when", label, "", filled.Value("when", otherwise), filled.Fault("when"),
              "datetime-local");
}

Html WorkerFields(const Filled& filled) {
  Html fields = Line("worker", "Your reference for the worker", "Such as a payroll number",
                     filled.Value("worker"), filled.Fault("worker"));
  fields.Add(Line("worker-name", "The worker's name", "", filled.Value("worker-name"), ""));
  return fields;
}

constexpr Option kAnswers[] = {{"accepted", "We accept"}, {"declined", "We decline"}};

Html Fields(const Act& act, const std::string& now, const Filled& filled) {
  Html fields;
  switch (act.kind) {
    case ActKind::kAnswer:
      return fields.Add(Choices("answer", "Your answer", kAnswers, filled))
          .Add(Ticks("If you accept", AnswerStatements(), filled))
          .Add(Choices("reason", "If you decline, why", DeclineReasons(), filled))
          .Add(Words("note", "Anything to add", filled.Value("note"), filled.Fault("note")));
    case ActKind::kWorker:
      return fields.Add(WorkerFields(filled))
          .Add(Ticks("Before the worker begins", WorkerStatements(), filled))
          .Add(When("When the worker can begin", now, filled));
    case ActKind::kStart:
      return fields.Add(WorkerFields(filled)).Add(When("When it began", now, filled));
    case ActKind::kNotDone:
      return fields.Add(When("When it was due", now, filled))
          .Add(Choices("reason", "Why it was not done", NotDoneReasons(), filled))
          .Add(Words("note", "Anything to add", filled.Value("note"), filled.Fault("note")));
    case ActKind::kConcern:
      return fields.Add(Choices("kind", "What it is", ConcernKinds(), filled))
          .Add(Words("note", "What you saw", filled.Value("note"), filled.Fault("note")));
  }
  return fields;
}

// Who answers the telephone, above the form of a concern.
Html CallFirst(const ProviderTask& task) {
  Html panel = Element("h2", "If the person is unwell, telephone now");
  const v1::DutyContacts& contacts = task.standing.contacts();
  for (const auto& [when, contact] :
       {std::pair{"In hours: ", &contacts.in_hours()},
        std::pair{"Nights and weekends: ", &contacts.out_of_hours()}}) {
    if (contact->telephone().empty()) continue;
    panel.Add(Element("p", absl::StrCat(when, contact->name(), ", ", contact->telephone())));
  }
  panel.Add(Element("p", "In an emergency call 999."));
  return Element("div", {{"class", "panel"}}, panel);
}

}  // namespace

Html ProviderWelcome() {
  Html content = Element("h1", "Tasks that your organisation is asked to do");
  content
      .Add(Element("p",
                   "A nurse or a council may ask your organisation to do a healthcare task for "
                   "somebody. Here you answer, name who will do it, and say what happens."))
      .Add(Element("p", "Nothing begins because this page was opened."))
      .Add(Link("/sign-in", "Sign in", "button"));
  return Frame(nullptr, "Sign in", kFooter, content);
}

Html ProviderMessage(const Session* session, absl::string_view heading, absl::string_view words) {
  return Message(session, kFooter, heading, words);
}

Html LinkView(const std::string& token, bool wrong) {
  constexpr absl::string_view kWrong =
      "That is not the code. After five wrong codes the link is void";
  Html content;
  if (wrong) content.Add(FaultSummary("code", kWrong));
  content.Add(Element("h1", "Enter your code"));
  content.Add(Element("p", "Whoever sent you this link has given you six digits another way."));
  Html form = Line("code", "Six digits", "", "", wrong ? kWrong : "");
  form.Add(Element("button", {{"class", "button"}, {"type", "submit"}}, Text("Go on")));
  content.Add(Element(
      "section", {{"class", "card"}, {"aria-label", "Your code"}},
      Element("form", {{"method", "post"}, {"action", absl::StrCat("/link/", token)}}, form)));
  return Frame(nullptr, "Enter your code", kFooter, content);
}

Html LinkSpentView() {
  Html content = Element("h1", "This link cannot be used");
  content.Add(
      Element("p", "It was used, it has run out, or a newer one was sent. Ask whoever sent it."));
  return Frame(nullptr, "This link cannot be used", kFooter, content);
}

Html WorkView(const Session& session, absl::string_view provider_name, const ProviderWork& work) {
  Html asked;
  Html live;
  Html over;
  Html letters;
  for (const ProviderTask& task : work.tasks) {
    (task.IsOver() ? over : task.IsOpen() ? asked : live).Add(TaskCard(task));
  }
  for (const Letter& letter : work.letters) letters.Add(LetterCard(letter));
  Html content = Element("h1", absl::StrCat("Tasks of ", provider_name));
  if (asked.text().empty()) content.Add(Element("p", "Nothing waits for an answer."));
  AddCards("Asked of you", asked, content);
  AddCards("Yours", live, content);
  AddCards("Messages", letters, content);
  AddCards("Over", over, content);
  return Frame(&session, "Tasks", kFooter, content);
}

Html TaskView(const Session& session, const ProviderTask& task, bool done) {
  Html content = Link("/", "Back to all tasks", "back");
  content.Add(Element("h1", absl::StrCat(PersonOf(task.asked), ": ", TaskName(task))));
  if (done && !task.history.empty()) content.Add(Told("It was sent", task.history.back()));
  content.Add(Mark(task.IsOver() ? "done" : "due", StateWords(task)));
  content.Add(ActLinks(task));
  content.Add(StandingCard(task));
  for (const TextSection& section : DeliveryText(task.asked)) {
    if (!IsOutOfDate(section, task)) content.Add(SectionCard(section));
  }
  std::vector<std::string> said;
  for (const Letter& letter : task.letters) said.push_back(letter.delivery.words());
  content.Add(LinesCard("What was said, the newest first", said));
  if (!task.history.empty()) content.Add(LinesCard("What was done here", task.history));
  return Frame(&session, "Task", kFooter, content);
}

Html LetterView(const Session& session, const Letter& letter) {
  Html content = Link("/", "Back to all tasks", "back");
  content.Add(Element("h1", "Message"));
  for (const TextSection& section : DeliveryText(letter.delivery))
    content.Add(SectionCard(section));
  return Frame(&session, "Message", kFooter, content);
}

Html ActView(const Session& session, const ProviderTask& task, const Act& act,
             const std::string& form_id, absl::Time now,
             const std::map<std::string, std::string>& filled, const ActFault* fault) {
  Html content = Link(Address(task), "Back to the task", "back");
  if (fault != nullptr) content.Add(FaultSummary(fault->field, fault->words));
  content.Add(Element("h1", act.title));
  content.Add(Element("p", absl::StrCat(PersonOf(task.asked), ": ", TaskName(task))));
  if (act.kind == ActKind::kConcern) content.Add(CallFirst(task));
  content.Add(FormCard("the-form", act.title, absl::StrCat(Address(task), "/", act.word), session,
                       form_id, Fields(act, TimeField(now), Filled(filled, fault)), act.button));
  return Frame(&session, act.title, kFooter, content);
}

}  // namespace fosse::adapters::page
