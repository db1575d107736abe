#ifndef FOSSE_ADAPTERS_COUNCIL_NOTICE_H_
#define FOSSE_ADAPTERS_COUNCIL_NOTICE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "adapters/council/reading.h"

// Notices between hospital and council about somebody's care after the stay: assessment, discharge
// and withdrawal (Care Act 2014, schedule 3), as JSON or XML of the same names
// (docs/formats/council-notices.md). A notice says where the person is: assessment and discharge
// become person-away, a withdrawal changes nothing. Pure, thread-safe.
namespace fosse::adapters::council {

// Whether a JSON document is a notice, not a message.
bool IsNoticeJson(absl::string_view bytes);

Reading NoticeFromJson(absl::string_view bytes, const Origin& origin);

//   XML_INVALID        not well-formed, with a document type, or nested deeper than a notice is
//   NOTICE_INVALID     the outermost element is not a notice, or its kind is unknown
//   FIELD_UNKNOWN, FIELD_TWICE, FIELD_REQUIRED, FIELD_INVALID
Reading NoticeFromXml(absl::string_view bytes, const Origin& origin);

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_NOTICE_H_
