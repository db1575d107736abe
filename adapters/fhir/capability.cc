// What the door can do, for GET /metadata. A test asks the door for each thing it names.
#include "adapters/fhir/search.h"
#include "adapters/fhir/systems.h"
#include "adapters/fhir/translate.h"
#include "adapters/fhir/writing.h"

namespace fosse::adapters::fhir {
namespace {

constexpr char kChanged[] = "2026-11-27";  // The day on which this statement last changed.

Json SearchParams(absl::string_view type) {
  Json list = Json::array();
  for (const SearchParameter& parameter : SearchParametersOf(type)) {
    if (parameter.name[0] == '_') continue;  // Of every search, not of this type.
    list.push_back(Json{{"name", std::string(parameter.name)},
                        {"type", std::string(parameter.type)},
                        {"documentation", std::string(parameter.words)}});
  }
  return list;
}

Json Searched(absl::string_view type, const char* words) {
  return Json{{"type", std::string(type)},
              {"interaction", Json::array({Json{{"code", "search-type"}}})},
              {"documentation", words},
              {"searchParam", SearchParams(type)}};
}

}  // namespace

std::string Capability(absl::string_view software) {
  const auto message = [](const char* mode) {
    return Json{{"mode", mode}, {"definition", kDefinition}};
  };
  const Json operation = {
      {"name", "process-message"},
      {"definition", "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message"},
      {"documentation",
       "a message Bundle, or a Task, Communication or EpisodeOfCare by itself; such a resource may "
       "be "
       "posted to the path of its own type too, as a message: nothing is created under that path"}};
  Json resources = Json::array();
  resources.push_back(Searched("Task", "how the delegations stand that the caller is party to"));
  resources.push_back(Searched("AuditEvent", "the entries of the trail that the caller may see"));
  resources.push_back(
      Searched("Provenance", "who handed oversight over to whom, as the trail has it"));
  const Json rest = {{"mode", "server"},
                     {"documentation",
                      "mutual TLS, or where it is set up an access token for a signed JWT; the "
                      "headers X-Request-Id and X-Correlation-Id are required but for "
                      "this statement"},
                     {"resource", std::move(resources)},
                     {"operation", Json::array({operation})}};
  return Dump(Json{
      {"resourceType", "CapabilityStatement"},
      {"status", "active"},
      {"date", kChanged},
      {"kind", "instance"},
      {"software", Json{{"name", std::string(software)}}},
      {"implementation", Json{{"description", "Delegated healthcare tasks, in the BaRS manner"}}},
      {"fhirVersion", "4.0.1"},
      {"format", Json::array({kMediaType})},
      {"rest", Json::array({rest})},
      {"messaging", Json::array({Json{{"supportedMessage",
                                       Json::array({message("receiver"), message("sender")})}}})}});
}

}  // namespace fosse::adapters::fhir
