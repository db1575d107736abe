#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "adapters/community/file_commands.h"
#include "adapters/hl7/batch.h"
#include "adapters/hl7/message.h"
#include "adapters/hl7/text.h"
#include "nlohmann/json.hpp"

namespace fosse::adapters::community {
namespace {

using Json = nlohmann::ordered_json;
using hl7::Message;
using hl7::Segment;

int CountOf(absl::string_view text, char separator) {
  int count = 1;
  for (const char c : text) count += separator != '\0' && c == separator;
  return count;
}

// Each part that holds something: where it stands, as it was sent, and what it says.
void ListField(const Message& message, const Segment& segment, int field, Json& out) {
  hl7::Delimiters no_escape = message.delimiters();
  no_escape.escape = '\0';
  const bool declares = segment.name() == "MSH" && field <= 2;
  const int repetitions = segment.RepetitionCount(field);
  for (int n = 1; n <= repetitions; ++n) {
    const absl::string_view one = segment.Raw(field, n, 0);
    const int components = declares ? 1 : CountOf(one, message.delimiters().component);
    for (int component = 1; component <= components; ++component) {
      const absl::string_view part = segment.Raw(field, n, component);
      const int subs = declares ? 1 : CountOf(part, message.delimiters().subcomponent);
      for (int sub = 1; sub <= subs; ++sub) {
        const absl::string_view sent = segment.Raw(field, n, component, sub);
        if (sent.empty()) continue;
        out.push_back({{"at", segment.At(field, n, component, sub).ToString()},
                       {"sent", hl7::Unescape(sent, no_escape, message.character_set())},
                       {"says", segment.Value(field, n, component, sub)}});
      }
    }
  }
}

Json FieldsOf(const Message& message) {
  Json json = {{"ok", message.ok()}, {"issues", Json::array()}, {"fields", Json::array()}};
  for (const hl7::Issue& issue : message.issues()) {
    json["issues"].push_back({{"at", issue.at.ToString()}, {"reason", issue.reason}});
  }
  for (const Segment& segment : message.segments()) {
    for (int field = 1; field <= segment.field_count(); ++field) {
      ListField(message, segment, field, json["fields"]);
    }
  }
  return json;
}

}  // namespace

int FieldsCommand(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s fields FILE...\n", argv[0]);
    return 2;
  }
  bool understood = true;
  for (int n = 2; n < argc; ++n) {
    std::ifstream file(argv[n], std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    if (!file) {
      std::fprintf(stderr, "%s: cannot be read\n", argv[n]);
      understood = false;
      continue;
    }
    const std::string text = bytes.str();
    const hl7::Batch batch = hl7::SplitBatch(text);
    understood &= batch.issues.empty();
    for (const absl::string_view part : batch.messages) {
      const Message message = Message::Read(std::string(part));
      understood &= message.ok();
      std::printf("%s\n",
                  FieldsOf(message).dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
    }
  }
  return understood ? 0 : 3;
}

}  // namespace fosse::adapters::community
