#ifndef FOSSE_ADAPTERS_GP_PAGE_PRACTICE_VIEWS_H_
#define FOSSE_ADAPTERS_GP_PAGE_PRACTICE_VIEWS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "adapters/gp/page/offers.h"
#include "adapters/page/html.h"
#include "adapters/page/sessions.h"

// What the page shows. Everything is pure.
namespace fosse::adapters::page {

// What a form held that could not be taken, and why.
struct FormFault {
  std::string field;  // Id of the field to mend.
  std::string words;
  std::string answer;  // What was chosen and written, so that nothing is lost.
  std::string reason;
};

Html SignInView();
// Nothing to see: a heading, words, and the way back.
Html MessageView(const Session* session, absl::string_view heading, absl::string_view words);
Html ListView(const Session& session, absl::string_view practice_name,
              const std::vector<Offer>& offers);
// `form_id` makes a form sent twice one message; `answers` are those of the practice's own system.
Html OfferView(const Session& session, const Offer& offer, const std::string& form_id,
               const std::vector<std::string>& answers, bool answered, const FormFault* fault);

}  // namespace fosse::adapters::page

#endif  // FOSSE_ADAPTERS_GP_PAGE_PRACTICE_VIEWS_H_
