#ifndef FOSSE_ADAPTERS_COUNCIL_ANSWER_SCHEMAS_H_
#define FOSSE_ADAPTERS_COUNCIL_ANSWER_SCHEMAS_H_

namespace fosse::adapters::council {

// What translate.cc and work_list write, as JSON Schema. Members may be added; a reader passes over
// those that it does not know. tests/e2e/openapi.test.mjs holds every answer against these.
inline constexpr char kAnswerSchemas[] = R"json({
  "Problem": {
    "type": "object", "required": ["errors"], "description": "RFC 9457, of type about:blank.",
    "properties": {
      "detail": {"type": "string", "description": "What to do about the first fault."},
      "errors": {"type": "array", "minItems": 1, "items": {"type": "object",
        "required": ["reason", "remedy"],
        "properties": {
          "at": {"type": "string", "description": "JSON pointer."},
          "pointer": {"type": "string", "description": "The same as a fragment of a URI."},
          "field": {"type": "string", "description": "Of a fault that the gateway found: its path in the contract."},
          "reason": {"type": "string", "pattern": "^[A-Z][A-Z0-9_]*$"},
          "remedy": {"type": "string"}}}}}},
  "Contact": {
    "type": "object", "required": ["name", "telephone", "hours"],
    "properties": {"name": {"type": "string"}, "telephone": {"type": "string"}, "hours": {"type": "string"}}},
  "Contacts": {
    "type": "object",
    "properties": {"inHours": {"$ref": "#/components/schemas/Contact"}, "outOfHours": {"$ref": "#/components/schemas/Contact"}}},
  "Finding": {
    "type": "object", "required": ["rule", "clause", "standing", "outcome", "because", "remedy"],
    "properties": {"rule": {"type": "string"}, "clause": {"type": "string"},
      "standing": {"type": "string", "description": "Whether the framework says so, or it is a reading of it."},
      "outcome": {"type": "string"}, "because": {"type": "string"}, "remedy": {"type": "string"}}},
  "Decision": {
    "type": "object", "required": ["question", "outcome", "delegation", "deliversMeanwhile", "owner", "findings"],
    "properties": {"question": {"type": "string"}, "outcome": {"enum": ["permit", "hold", "refer", "deny"]},
      "delegation": {"type": "string"}, "deliversMeanwhile": {"type": "string"}, "owner": {"type": "string"},
      "findings": {"type": "array", "items": {"$ref": "#/components/schemas/Finding"}}}},
  "Delegation": {
    "type": "object", "required": ["id", "reference", "state", "oversight", "overseer", "contacts", "deliversNow", "owner", "task", "delegating", "delegatedTo", "reviewOn"],
    "properties": {"id": {"type": "string"}, "reference": {"type": "string"}, "state": {"type": "string"},
      "oversight": {"type": "string"}, "overseer": {"type": "string"},
      "contacts": {"$ref": "#/components/schemas/Contacts"}, "deliversNow": {"type": "string"}, "owner": {"type": "string"},
      "task": {"type": "object", "required": ["code"], "properties": {"code": {"type": "string"}, "display": {"type": "string"}}},
      "delegating": {"type": "string"}, "delegatedTo": {"type": "string"}, "reviewOn": {"type": "string"}}},
  "Receipt": {
    "type": "object",
    "required": ["id", "traceIndex", "committedAt", "outcome", "decisions", "delegations", "deliveries", "notices", "deliversMeanwhile", "overseer", "contacts"],
    "properties": {"id": {"type": "string"}, "traceIndex": {"type": "integer", "minimum": 0},
      "committedAt": {"type": "string", "format": "date-time"},
      "outcome": {"enum": ["kept", "permit", "hold", "refer", "deny"]},
      "decisions": {"type": "array", "items": {"$ref": "#/components/schemas/Decision"}},
      "delegations": {"type": "array", "items": {"$ref": "#/components/schemas/Delegation"}},
      "deliveries": {"type": "array", "items": {"type": "object", "required": ["to", "kind"],
        "properties": {"to": {"type": "string"}, "kind": {"type": "string"}}}},
      "notices": {"type": "array", "items": {"type": "object", "required": ["code", "words", "clause"],
        "properties": {"code": {"type": "string"}, "words": {"type": "string"}, "clause": {"type": "string"}}}},
      "deliversMeanwhile": {"type": "string"}, "overseer": {"type": "string"},
      "contacts": {"$ref": "#/components/schemas/Contacts"},
      "workerNumber": {"type": "string", "description": "The gateway's number of a worker; empty where the message names none."}}},
  "Item": {
    "type": "object", "required": ["id", "kind", "urgency", "words", "traceIndex", "committedAt", "message", "delegations", "decisions", "removed"],
    "properties": {"id": {"type": "string"}, "kind": {"type": "string"}, "urgency": {"type": "string"}, "words": {"type": "string"},
      "traceIndex": {"type": "integer", "minimum": 0}, "committedAt": {"type": "string", "format": "date-time"},
      "actBy": {"type": "string", "format": "date-time"},
      "person": {"type": "object"}, "worker": {"type": "object"},
      "message": {"type": "object", "required": ["sender"], "description": "The message that it comes of: sender, type, and the members of that type that the recipient may see."},
      "proposal": {"type": "object"},
      "delegations": {"type": "array", "items": {"$ref": "#/components/schemas/Delegation"}},
      "decisions": {"type": "array", "items": {"$ref": "#/components/schemas/Decision"}},
      "removed": {"type": "array", "items": {"type": "string"}, "description": "What was left out: paths of the contract."}}},
  "WorkList": {
    "type": "object", "required": ["items"],
    "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}}}},
  "LinkRequest": {
    "type": "object", "additionalProperties": false, "required": ["participant", "name", "reference"],
    "properties": {"participant": {"type": "string", "minLength": 1, "maxLength": 100}, "name": {"type": "string", "minLength": 1, "maxLength": 100}, "reference": {"type": "string", "minLength": 1, "maxLength": 100}}},
  "NewLink": {
    "type": "object", "required": ["link", "code", "until"],
    "properties": {"link": {"type": "string", "format": "uri"}, "code": {"type": "string"}, "until": {"type": "string", "format": "date-time"}}}
})json";

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_ANSWER_SCHEMAS_H_
