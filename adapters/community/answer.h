#ifndef FOSSE_ADAPTERS_COMMUNITY_ANSWER_H_
#define FOSSE_ADAPTERS_COMMUNITY_ANSWER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/community/translate.h"
#include "adapters/hl7/ack.h"
#include "adapters/kit/answer.h"

// What a community system is told. An acknowledgement says that a message is kept or acted on by
// systems; never that a person agreed to anything.
namespace fosse::adapters::community {

// What became of one message.
struct Verdict {
  hl7::AckOutcome outcome = hl7::AckOutcome::kAccept;
  // Nothing more will become of it. Without that it is kept and its application acknowledgement,
  // where the sender wants one, comes when the sender asks again.
  bool is_final = true;
  Faults faults;
};

Verdict VerdictOf(const Translated& translated);
Verdict VerdictOf(const Answer& answer, const hl7::Message& message);
// Neither kept nor read: the same message may be sent again once the reason is gone.
Verdict Rejected(absl::string_view reason, absl::string_view remedy);

// The acknowledgements to send, in order: none, one, or (enhanced mode with both conditions met)
// one of receipt and one of the outcome. `control_id` has at most 18 characters.
std::vector<std::string> Acknowledgements(const hl7::Message& message, const Verdict& verdict,
                                          absl::string_view control_id, absl::Time now,
                                          absl::TimeZone zone);

}  // namespace fosse::adapters::community

#endif  // FOSSE_ADAPTERS_COMMUNITY_ANSWER_H_
