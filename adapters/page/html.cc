#include "adapters/page/html.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace fosse::adapters::page {
namespace {

std::string Escaped(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

bool IsVoid(absl::string_view name) {
  for (const absl::string_view known : {"br", "hr", "input", "link", "meta"}) {
    if (name == known) return true;
  }
  return false;
}

}  // namespace

Html Text(absl::string_view text) { return Html(Escaped(text)); }

Html Element(absl::string_view name, const Attributes& attributes, const Html& content) {
  std::string out = absl::StrCat("<", name);
  for (const auto& [attribute, value] : attributes) {
    absl::StrAppend(&out, " ", attribute, "=\"", Escaped(value), "\"");
  }
  absl::StrAppend(&out, ">");
  if (!IsVoid(name)) absl::StrAppend(&out, content.text(), "</", name, ">");
  return Html(std::move(out));
}

Html Element(absl::string_view name, absl::string_view text) {
  return Element(name, Attributes{}, Text(text));
}

Html Document(absl::string_view title, const Html& body) {
  Html head;
  head.Add(Element("meta", {{"charset", "utf-8"}}))
      .Add(Element("meta",
                   {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}))
      .Add(Element("title", absl::StrCat(title, " - Delegated care")))
      .Add(Element("link", {{"rel", "stylesheet"}, {"href", "/style.css"}}));
  Html page;
  page.Add(Element("head", Attributes{}, head)).Add(Element("body", Attributes{}, body));
  return Html(absl::StrCat("<!DOCTYPE html>\n", Element("html", {{"lang", "en-GB"}}, page).text()));
}

}  // namespace fosse::adapters::page
