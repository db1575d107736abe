#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "adapters/community/file_commands.h"
#include "adapters/hl7/message.h"
#include "adapters/hl7/writer.h"

namespace fosse::adapters::community {

int ReemitCommand(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s reemit FILE\n", argv[0]);
    return 2;
  }
  std::ifstream file(argv[2], std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  if (!file) {
    std::fprintf(stderr, "%s: cannot be read\n", argv[2]);
    return 3;
  }
  const auto again = hl7::Builder::From(hl7::Message::Read(bytes.str())).Bytes();
  if (!again.ok()) {
    std::fprintf(stderr, "%s: %s\n", argv[2], std::string(again.status().message()).c_str());
    return 3;
  }
  return std::fwrite(again->data(), 1, again->size(), stdout) == again->size() ? 0 : 3;
}

}  // namespace fosse::adapters::community
