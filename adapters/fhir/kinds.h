#ifndef FOSSE_ADAPTERS_FHIR_KINDS_H_
#define FOSSE_ADAPTERS_FHIR_KINDS_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "adapters/fhir/bodies.h"
#include "adapters/fhir/node.h"

namespace fosse::adapters::fhir {

// Whom a message is about.
enum class Subject { kPerson, kWorker, kNobody };

// What event, reason, focus, code and status together ask. A combination that is not listed is
// refused, as the national workflow has it.
struct Kind {
  absl::string_view event;
  absl::string_view reasons;   // Words with a space behind each.
  absl::string_view focus;     // Resource type.
  absl::string_view code;      // Task.code or Communication.category; an EpisodeOfCare has none.
  absl::string_view statuses;  // Words with a space behind each.
  absl::string_view body;      // What it becomes: field name in Envelope.
  void (*read)(Reading&);
  Subject subject = Subject::kPerson;
};

// All of them. docs/adapters/gp-profile.md is made of it.
absl::Span<const Kind> Kinds();

// Of a message with its header. Null, with an issue at the first element that no kind has.
const Kind* FindKind(const Node& header, const Node& focus);

// Of a resource by itself: code and status alone say what is asked. A Task that answers may leave
// the code out: the identifier that it keeps says what it answers. `event`, where not empty, is the
// only one meant.
const Kind* FindKindAlone(const Node& resource, absl::string_view event);

bool IsAnswer(const Kind& kind);
// The member that names the person: for, subject or patient.
absl::string_view AboutOf(const Kind& kind);

}  // namespace fosse::adapters::fhir

#endif  // FOSSE_ADAPTERS_FHIR_KINDS_H_
