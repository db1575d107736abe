#include <cstdio>
#include <string>

#include "adapters/community/file_commands.h"
#include "adapters/community/site_profile.h"
#include "adapters/kit/adapter.h"
#include "base/status.h"

namespace fosse::adapters::community {
namespace {

void PrintEvents(const AdapterConfig& config) {
  for (const EventMeaning& event : config.events()) {
    std::printf("  %-8s %-8s %s%s%s\n", event.event().c_str(),
                event.native_service().empty() ? "any" : event.native_service().c_str(),
                event.meaning().c_str(), event.service().empty() ? "" : " of ",
                event.service().c_str());
  }
  if (config.events().empty()) std::printf("  no event touches a caseload\n");
}

bool CheckFile(const std::string& path) {
  const absl::StatusOr<AdapterConfig> config = ReadConfig(path);
  const absl::Status status = config.ok() ? SiteProfile::Create(*config).status() : config.status();
  if (!status.ok()) {
    std::string where;
    for (const auto& [name, value] : MetadataOf(status)) where += " (" + name + " " + value + ")";
    std::fprintf(stderr, "%s: %s: %s%s\n", path.c_str(), ReasonOf(status).c_str(),
                 std::string(status.message()).c_str(), where.c_str());
    return false;
  }
  std::printf("%s: holds; %s\n", path.c_str(),
              config->strict() ? "departures from the standard are refused"
                               : "departures that can be understood are taken");
  PrintEvents(*config);
  return true;
}

}  // namespace

int CheckCommand(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s check PROFILE...\n", argv[0]);
    return 2;
  }
  bool all = true;
  for (int n = 2; n < argc; ++n) all &= CheckFile(argv[n]);
  return all ? 0 : 3;
}

}  // namespace fosse::adapters::community
