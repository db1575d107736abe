#include "adapters/page/parts.h"

#include "absl/strings/str_cat.h"

namespace fosse::adapters::page {
namespace {

Html Bar(const Session* session) {
  Html inner = Link("/", "Delegated care", "name");
  if (session != nullptr) {
    Html who = Element("span", absl::StrCat("Signed in as ", session->colleague.name));
    Html form = Hidden("token", session->token);
    form.Add(Element("button", {{"class", "plain"}, {"type", "submit"}}, Text("Sign out")));
    who.Add(Element("form", {{"method", "post"}, {"action", "/sign-out"}}, form));
    inner.Add(Div("who", who));
  }
  return Element("header", {{"class", "bar"}}, Div("inner", inner));
}

// A label, what is wrong, and the field itself, which `make` gets its attributes for.
template <typename Make>
Html Field(absl::string_view name, absl::string_view label, absl::string_view hint,
           absl::string_view fault, Attributes attributes, Make make) {
  const std::string id(name);
  Html field = Element("label", {{"for", id}}, Text(label));
  if (!hint.empty()) field.Add(Element("span", {{"class", "hint"}}, Text(hint)));
  if (!fault.empty()) {
    const std::string error = absl::StrCat(name, "-error");
    field.Add(Element("span", {{"class", "error"}, {"id", error}}, Text(fault)));
    attributes.emplace_back("aria-describedby", error);
    attributes.emplace_back("aria-invalid", "true");
  }
  attributes.insert(attributes.begin(), {{"id", id}, {"name", id}});
  field.Add(make(attributes));
  return Div(fault.empty() ? "field" : "field faulty", field);
}

}  // namespace

Html Div(absl::string_view css, const Html& content) {
  return Element("div", {{"class", std::string(css)}}, content);
}

Html Link(const std::string& to, absl::string_view words, absl::string_view css) {
  Attributes attributes = {{"href", to}};
  if (!css.empty()) attributes.emplace_back("class", std::string(css));
  return Element("a", attributes, Text(words));
}

Html Mark(absl::string_view css, absl::string_view words) {
  return Element("p", {{"class", std::string(css)}}, Text(words));
}

Html Frame(const Session* session, absl::string_view title, absl::string_view footer,
           const Html& content) {
  Html body = Link("#content", "Skip to the content", "skip");
  body.Add(Bar(session));
  body.Add(Div("inner", Element("main", {{"id", "content"}}, content)));
  body.Add(Element("footer", {{"class", "foot"}}, Div("inner", Element("p", footer))));
  return Document(title, body);
}

Html Message(const Session* session, absl::string_view footer, absl::string_view heading,
             absl::string_view words) {
  Html content = Element("h1", heading);
  content.Add(Element("p", words)).Add(Element("p", Attributes{}, Link("/", "Go to the start")));
  return Frame(session, heading, footer, content);
}

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

std::string LineOf(const v1::Delivery& delivery, absl::string_view heading,
                   absl::string_view name) {
  for (const TextSection& section : DeliveryText(delivery)) {
    if (section.heading != heading) continue;
    for (const TextLine& line : section.lines) {
      if (line.name == name) return line.text;
    }
  }
  return "";
}

std::string PersonOf(const v1::Delivery& delivery) {
  const v1::PersonReference& person = delivery.message().subject().person();
  return absl::StrCat(person.given_name(), person.given_name().empty() ? "" : " ",
                      person.family_name());
}

Html Told(absl::string_view heading, absl::string_view words) {
  Html panel = Element("h2", heading);
  panel.Add(Element("p", words));
  return Element("div", {{"class", "panel"}, {"role", "status"}}, panel);
}

Html FaultSummary(const std::string& field, absl::string_view words) {
  Html box = Element("h2", "There is a problem");
  box.Add(Element("p", Attributes{}, Link(absl::StrCat("#", field), words)));
  return Element("div", {{"class", "fault"}, {"role", "alert"}}, box);
}

Html Hidden(absl::string_view name, absl::string_view value) {
  return Element("input",
                 {{"type", "hidden"}, {"name", std::string(name)}, {"value", std::string(value)}});
}

Html Choice(absl::string_view name, absl::string_view value, absl::string_view label,
            absl::string_view hint, bool chosen) {
  const std::string id = absl::StrCat(name, "-", value);
  Attributes radio = {
      {"type", "radio"}, {"id", id}, {"name", std::string(name)}, {"value", std::string(value)}};
  if (chosen) radio.emplace_back("checked", "checked");
  Html text = Text(label);
  if (!hint.empty()) text.Add(Element("span", {{"class", "hint"}}, Text(hint)));
  Html choice = Element("input", radio);
  choice.Add(Element("label", {{"for", id}}, text));
  return Div("choice", choice);
}

Html Question(absl::string_view words, absl::string_view fault, const Html& choices) {
  Html content = Element("legend", words);
  if (!fault.empty()) content.Add(Element("span", {{"class", "error"}}, Text(fault)));
  content.Add(choices);
  return Element("fieldset", fault.empty() ? Attributes{} : Attributes{{"class", "faulty"}},
                 content);
}

Html Tick(absl::string_view name, absl::string_view label, bool ticked) {
  const std::string id(name);
  Attributes box = {{"type", "checkbox"}, {"id", id}, {"name", id}, {"value", "yes"}};
  if (ticked) box.emplace_back("checked", "checked");
  Html tick = Element("input", box);
  tick.Add(Element("label", {{"for", id}}, Text(label)));
  return Div("choice", tick);
}

Html Line(absl::string_view name, absl::string_view label, absl::string_view hint,
          const std::string& value, absl::string_view fault, absl::string_view type) {
  return Field(name, label, hint, fault,
               {{"type", std::string(type)}, {"maxlength", "100"}, {"value", value}},
               [](const Attributes& attributes) { return Element("input", attributes); });
}

Html Words(absl::string_view name, absl::string_view label, const std::string& value,
           absl::string_view fault) {
  return Field(name, label, "", fault, {{"rows", "4"}, {"maxlength", "1000"}},
               [&value](const Attributes& attributes) {
                 return Element("textarea", attributes, Text(value));
               });
}

Html FormCard(absl::string_view id, absl::string_view label, const std::string& action,
              const Session& session, const std::string& form_id, const Html& fields,
              absl::string_view button) {
  Html form = Hidden("token", session.token);
  form.Add(Hidden("form", form_id)).Add(fields);
  form.Add(Element("button", {{"class", "button"}, {"type", "submit"}}, Text(button)));
  return Element("section",
                 {{"class", "card"}, {"id", std::string(id)}, {"aria-label", std::string(label)}},
                 Element("form", {{"method", "post"}, {"action", action}}, form));
}

}  // namespace fosse::adapters::page
