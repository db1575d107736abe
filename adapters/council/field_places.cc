#include "adapters/council/field_places.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "adapters/council/fields.h"

namespace fosse::adapters::council {
namespace {

// The first `count` steps of a pointer.
std::string Shortened(absl::string_view pointer, size_t count) {
  std::string shortened;
  size_t at = 0;
  for (const absl::string_view step : absl::StrSplit(pointer.substr(1), '/')) {
    if (at++ == count) break;
    absl::StrAppend(&shortened, "/", step);
  }
  return shortened;
}

size_t StepsOf(absl::string_view path, char between) {
  return static_cast<size_t>(std::count(path.begin(), path.end(), between)) + 1;
}

// Of a path below a message that these lines map; a part of it, such as delegation, stands where
// its fields do.
std::string Find(absl::Span<const Field> fields, absl::string_view path) {
  const size_t bracket = path.find('[');
  if (bracket != absl::string_view::npos) {
    const size_t end = path.find(']', bracket);
    if (end == absl::string_view::npos) return "";
    const absl::string_view list = path.substr(0, bracket);
    const absl::string_view number = path.substr(bracket + 1, end - bracket - 1);
    absl::string_view rest = path.substr(end + 1);
    for (const Field& field : fields) {
      if (field.proto != list) continue;
      const std::string item = absl::StrCat(field.json, "/", number);
      if (!absl::ConsumePrefix(&rest, ".")) return item;
      return absl::StrCat(item, Find({field.items, field.items_size}, rest));
    }
    return "";
  }
  for (const Field& field : fields) {
    if (field.proto == path) return std::string(field.json);
  }
  for (const Field& field : fields) {
    const bool below = absl::StartsWith(field.proto, absl::StrCat(path, "."));
    if (below && StepsOf(field.json.substr(1), '/') == StepsOf(field.proto, '.')) {
      return Shortened(field.json, StepsOf(path, '.'));
    }
  }
  return "";
}

struct Part {
  absl::string_view field;
  absl::string_view member;
  absl::Span<const Field> (*fields)();
};
constexpr Part kParts[] = {{"subject.person", "/person", PersonFields},
                           {"subject.worker", "/worker", WorkerFields},
                           {"acting_person.practitioner", "/actingPerson", PractitionerFields}};

}  // namespace

std::string PointerOf(absl::string_view field) {
  for (const Part& part : kParts) {
    absl::string_view rest = field;
    if (!absl::ConsumePrefix(&rest, part.field)) continue;
    if (!absl::ConsumePrefix(&rest, ".")) return std::string(part.member);
    return absl::StrCat(part.member, Find(part.fields(), rest));
  }
  const std::pair<absl::string_view, absl::string_view> split =
      absl::StrSplit(field, absl::MaxSplits('.', 1));
  const MessageType* const type = FindByBody(split.first);
  return type == nullptr ? Find(EnvelopeFields(), field) : Find(type->fields, split.second);
}

}  // namespace fosse::adapters::council
