#ifndef FOSSE_ADAPTERS_COUNCIL_PAGE_PROVIDER_VIEWS_H_
#define FOSSE_ADAPTERS_COUNCIL_PAGE_PROVIDER_VIEWS_H_

#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/council/page/acts.h"
#include "adapters/council/page/tasks.h"
#include "adapters/page/html.h"
#include "adapters/page/sessions.h"

// What the providers' page shows. Everything is pure.
namespace fosse::adapters::page {

Html ProviderWelcome();
Html ProviderMessage(const Session* session, absl::string_view heading, absl::string_view words);
// Asks whoever followed a link for the code; `wrong`: the one given was not it.
Html LinkView(const std::string& token, bool wrong);
// The link was used, has run out, or was never one.
Html LinkSpentView();
Html WorkView(const Session& session, absl::string_view provider_name, const ProviderWork& work);
// `done`: an act was just sent from here.
Html TaskView(const Session& session, const ProviderTask& task, bool done);
Html LetterView(const Session& session, const Letter& letter);
// The form of an act. `form_id` makes a form sent twice one message; `filled` is what was written
// where it came back with a fault, so that nothing is lost.
Html ActView(const Session& session, const ProviderTask& task, const Act& act,
             const std::string& form_id, absl::Time now,
             const std::map<std::string, std::string>& filled, const ActFault* fault);

}  // namespace fosse::adapters::page

#endif  // FOSSE_ADAPTERS_COUNCIL_PAGE_PROVIDER_VIEWS_H_
