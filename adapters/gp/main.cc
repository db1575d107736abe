// fosse-gp: FHIR R4 messages over HTTPS for practice systems, ITK3 over MESH, and the practice
// page.
//
//   fosse-gp --config FILE              opens the door and delivers
//   fosse-gp translate FILE…            what files would become: no network, nothing kept

#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>

#include "adapters/fhir/translate.h"
#include "adapters/gp/doors.h"
#include "adapters/gp/translate_itk3.h"
#include "adapters/kit/adapter.h"
#include "google/protobuf/util/json_util.h"
#include "nlohmann/json.hpp"

namespace fosse::adapters::gp {
namespace {

constexpr int kUsage = 2;
constexpr int kFaults = 3;

// The Envelope of one file as JSON, without the original, which is the file itself; or its issues.
bool TranslateFile(const char* path) {
  using Json = nlohmann::ordered_json;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  if (file && LooksLikeXml(bytes.str())) return TranslateItk3(path, bytes.str());
  fhir::Translated translated;
  if (file) {
    translated =
        fhir::FromBundle(bytes.str(), {.sender = "", .locality = "", .correlation_id = ""});
  } else {
    translated.issues.push_back({"", "FILE_UNREADABLE", "check the path", "not-found"});
  }
  Json json = {{"file", path}};
  if (translated.issues.empty()) {
    std::string envelope;
    translated.envelope.clear_original();
    google::protobuf::util::JsonPrintOptions options;
    options.preserve_proto_field_names = true;
    if (google::protobuf::util::MessageToJsonString(translated.envelope, &envelope, options).ok()) {
      json["envelope"] = Json::parse(envelope, nullptr, /*allow_exceptions=*/false);
    }
  }
  json["issues"] = Json::array();
  for (const fhir::Issue& issue : translated.issues) {
    json["issues"].push_back({{"at", issue.at},
                              {"reason", issue.reason},
                              {"remedy", issue.remedy},
                              {"code", issue.code}});
  }
  std::printf("%s\n", json.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
  return translated.issues.empty();
}

int Translate(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s translate FILE...\n", argv[0]);
    return kUsage;
  }
  int code = 0;
  for (int n = 2; n < argc; ++n) {
    if (!TranslateFile(argv[n])) code = kFaults;
  }
  return code;
}

}  // namespace
}  // namespace fosse::adapters::gp

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "translate") == 0) {
    return fosse::adapters::gp::Translate(argc, argv);
  }
  return fosse::adapters::RunAdapter(argc, argv, fosse::adapters::gp::OpenDoors);
}
