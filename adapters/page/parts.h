#ifndef FOSSE_ADAPTERS_PAGE_PARTS_H_
#define FOSSE_ADAPTERS_PAGE_PARTS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "adapters/itk3/document_text.h"
#include "adapters/page/html.h"
#include "adapters/page/sessions.h"

// Of what pages are made: frame, cards, fields of forms. Everything is pure.
namespace fosse::adapters::page {

Html Div(absl::string_view css, const Html& content);
Html Link(const std::string& to, absl::string_view words, absl::string_view css = "");
// A line that stands out: `due` for what waits, `done` for what is over.
Html Mark(absl::string_view css, absl::string_view words);

// The whole page around `content`; `footer` says what an act here means.
Html Frame(const Session* session, absl::string_view title, absl::string_view footer,
           const Html& content);
// A heading, words, and the way back.
Html Message(const Session* session, absl::string_view footer, absl::string_view heading,
             absl::string_view words);

// A part of what a delivery says. Lines without a name are paragraphs, the rest pairs.
Html SectionCard(const TextSection& section);
Html LinesCard(absl::string_view heading, const std::vector<std::string>& lines);
// A line of that text; empty where it is not there.
std::string LineOf(const v1::Delivery& delivery, absl::string_view heading, absl::string_view name);
// Given and family name; empty where nobody is named.
std::string PersonOf(const v1::Delivery& delivery);

// A panel that tells what has just been done.
Html Told(absl::string_view heading, absl::string_view words);
// What was wrong with a form, above everything else, with a way to the field.
Html FaultSummary(const std::string& field, absl::string_view words);

Html Hidden(absl::string_view name, absl::string_view value);
// One of several answers.
Html Choice(absl::string_view name, absl::string_view value, absl::string_view label,
            absl::string_view hint, bool chosen);
// A question with its answers; `fault` is empty where nothing is wrong with it.
Html Question(absl::string_view words, absl::string_view fault, const Html& choices);
// Something that is so or not.
Html Tick(absl::string_view name, absl::string_view label, bool ticked);
// A line or some lines to write; `fault` as above.
Html Line(absl::string_view name, absl::string_view label, absl::string_view hint,
          const std::string& value, absl::string_view fault, absl::string_view type = "text");
Html Words(absl::string_view name, absl::string_view label, const std::string& value,
           absl::string_view fault);
// A card that is a form to `action`; the session's token and the form's id go with it.
Html FormCard(absl::string_view id, absl::string_view label, const std::string& action,
              const Session& session, const std::string& form_id, const Html& fields,
              absl::string_view button);

}  // namespace fosse::adapters::page

#endif  // FOSSE_ADAPTERS_PAGE_PARTS_H_
