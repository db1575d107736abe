// fosse-gp: FHIR R4 messages over HTTPS for practice systems, ITK3 over MESH, and the practice
// page.
//
//   fosse-gp --config FILE                      opens the door and delivers
//   fosse-gp translate [--as EVENT] FILE…       what files would become: no network, nothing kept

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>

#include "adapters/gp/doors.h"
#include "adapters/gp/translate_file.h"
#include "adapters/kit/adapter.h"

namespace fosse::adapters::gp {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kUsage = 2;
constexpr int kFaults = 3;

bool TranslateFile(const char* path, absl::string_view event) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  Json json;
  if (file) {
    json = TranslateBytes(path, bytes.str(), event);
  } else {
    json = {{"file", path},
            {"issues", Json::array({{{"at", ""},
                                     {"reason", "FILE_UNREADABLE"},
                                     {"remedy", "check the path"},
                                     {"code", "not-found"}}})}};
  }
  std::printf("%s\n", json.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
  return json["issues"].empty();
}

int Translate(int argc, char** argv) {
  int first = 2;
  std::string event;
  if (argc > 3 && std::strcmp(argv[2], "--as") == 0) {
    event = argv[3];
    first = 4;
  }
  const bool known = event.empty() ||
                     std::find(std::begin(kEvents), std::end(kEvents), event) != std::end(kEvents);
  if (argc <= first || !known) {
    std::fprintf(stderr, "usage: %s translate [--as EVENT] FILE...\nEVENT is one of:", argv[0]);
    for (const absl::string_view name : kEvents) {
      std::fprintf(stderr, " %s", std::string(name).c_str());
    }
    std::fprintf(stderr, "\nEnds with 0 where all are translated, 3 where one has issues.\n");
    return kUsage;
  }
  int code = 0;
  for (int n = first; n < argc; ++n) {
    if (!TranslateFile(argv[n], event)) code = kFaults;
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
