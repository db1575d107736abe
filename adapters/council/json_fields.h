#ifndef FOSSE_ADAPTERS_COUNCIL_JSON_FIELDS_H_
#define FOSSE_ADAPTERS_COUNCIL_JSON_FIELDS_H_

#include <set>
#include <string>
#include <vector>

#include "adapters/council/fields.h"
#include "adapters/council/translate.h"
#include "google/protobuf/message.h"
#include "nlohmann/json.hpp"

namespace fosse::adapters::council {

// Fills `message` from the members of `json` that `fields` names; their pointers are below `base`.
// Adds issues; adds every pointer that it read, with `base` in front, to `read`.
void ReadFields(const nlohmann::json& json, absl::string_view base, absl::Span<const Field> fields,
                google::protobuf::Message& message, std::set<std::string>& read,
                std::vector<Issue>& issues);

// Parses without exceptions: one object, each member once, within the limits of the format. With
// any issue what is given back is not to be used.
nlohmann::json ParseObject(absl::string_view bytes, std::vector<Issue>& issues);

// As FromJson() does with an object that is read already, each member once. The envelope has no
// original.
Translated FromObject(const nlohmann::json& json, absl::string_view sender,
                      absl::string_view locality);

// The other way: every field of `message` that is set and that `fields` names.
nlohmann::ordered_json WriteFields(const google::protobuf::Message& message,
                                   absl::Span<const Field> fields);

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_JSON_FIELDS_H_
