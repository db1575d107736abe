#ifndef FOSSE_TESTS_CARE_RENDER_H_
#define FOSSE_TESTS_CARE_RENDER_H_

#include <map>
#include <string>

#include "tests/care/world.h"

namespace fosse::care {

// Turns what happened into lines for people to review. Ids of the gateway become D1, O1, C1, K1 in
// order of appearance, so that the text changes only when what happens does.
class Renderer {
 public:
  std::string Step(const Sent& sent, const std::string& person, const World& world);

 private:
  std::string Short(const std::string& id);
  std::string Effects(const Effect& effect, absl::string_view indent);

  std::map<std::string, std::string> names_;
  std::map<char, int> counts_;
};

// Plays a scenario: blocks that begin with a line `# at <time>: <what happens>`, each followed by
// one Envelope as protobuf text, or by nothing where only time passes.
std::string RenderScenario(const std::string& text);

}  // namespace fosse::care

#endif  // FOSSE_TESTS_CARE_RENDER_H_
