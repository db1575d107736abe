#ifndef FOSSE_ADAPTERS_COUNCIL_FIELDS_H_
#define FOSSE_ADAPTERS_COUNCIL_FIELDS_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace fosse::adapters::council {

// How a value is written in JSON.
enum class Form {
  kText,     // A string.
  kTexts,    // An array of strings.
  kNumber,   // A whole number, not negative.
  kBoolean,  // true or false.
  kAnswer,   // true or false; absent: nobody asked.
  kChoice,   // A word: the enum value's name without its prefix, lower case, hyphens.
  kTime,     // RFC 3339 with offset.
  kItems,    // An array of objects; `items` says what is in each.
};

// One line of the map between JSON and the contract: it serves both ways.
struct Field {
  absl::string_view json;   // Pointer below the message, such as /worker/reference.
  absl::string_view proto;  // Path below the body, such as worker.employer_reference.
  Form form = Form::kText;
  bool required = false;
  const Field* items = nullptr;  // Of kItems.
  size_t items_size = 0;
};

// Whom a message is about: /person, /worker, or neither.
enum class About { kPerson, kWorker, kNobody };

// One kind of message.
struct MessageType {
  absl::string_view name;  // Value of /type.
  absl::string_view body;  // Field of Envelope.
  About about = About::kPerson;
  absl::Span<const Field> fields;
};

// Every kind of message that crosses the council adapter, in or out.
absl::Span<const MessageType> MessageTypes();
const MessageType* FindByName(absl::string_view name);  // Null where there is none.
const MessageType* FindByBody(absl::string_view body);  // Null where there is none.

// Beside the fields of every kind, onto the Envelope itself.
absl::Span<const Field> EnvelopeFields();
// The person and the acting person, the same in all.
absl::Span<const Field> PersonFields();        // Below /person, onto PersonReference.
absl::Span<const Field> PractitionerFields();  // Below /actingPerson, onto Practitioner.
absl::Span<const Field> WorkerFields();        // Below /worker, onto WorkerReference.

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_FIELDS_H_
