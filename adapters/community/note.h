#ifndef FOSSE_ADAPTERS_COMMUNITY_NOTE_H_
#define FOSSE_ADAPTERS_COMMUNITY_NOTE_H_

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/community/fields.h"
#include "adapters/hl7/message.h"
#include "fosse/v1/envelope.pb.h"

// Clinical notes over HL7 v2: a document (MDM^T02) or results in words (ORU^R01). The contract has
// one body that a note can be, a concern, and only the site profile can say which kind of note is
// one; for all others there is nobody here who would read them (docs/adr).
namespace fosse::adapters::community {

bool IsNote(absl::string_view event);  // MDM^T02

// What kind of note it is: TXA-2, OBR-4.
hl7::Location KindOfNote(const hl7::Message& message);

// Fills in the concern and who noticed it. A fault where the note is not all words and numbers, as
// a part that is not read would be lost, and where it is withdrawn or holds nothing.
void ReadConcern(const hl7::Message& message, absl::TimeZone zone, absl::string_view organisation,
                 v1::Envelope& envelope, Faults& faults);

}  // namespace fosse::adapters::community

#endif  // FOSSE_ADAPTERS_COMMUNITY_NOTE_H_
