#ifndef FOSSE_POLICY_COMPOSE_H_
#define FOSSE_POLICY_COMPOSE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// One rulebook out of several texts. What comes out is one text: it is what is digested, signed,
// activated, shown and cited, and nothing needs the texts it was made of to decide.
//
// The rule of composition:
// - A *layer* (v1.Layer) adds rules and constraints. It removes and replaces nothing and permits
//   nothing, so no answer is weaker with it than without: where a rule matched before it still
//   does, and what a layer adds can only hold, refer or deny. Only where no rule matched at all may
//   the outcome change from REFER to HOLD: silence, which refers, is then answered.
// - A *base* is another locality's rulebook, named by id and digest. The rulebook that names it
//   takes its rules, constraints, tasks, deadlines and local numbers, but for those that it says it
//   replaces or leaves out. Two things of one id are a fault unless it says so. Organisations are
//   never taken. A base has no base.
// - Ids are unique over all parts. Catalogue, deadlines and routes are the locality's alone: a
//   layer has none.
// - The order of layers does not matter: they are put in order of id.
// Pure; thread-safe.
namespace fosse::policy {

// The stored texts. They outlive the call.
struct Parts {
  absl::string_view rulebook;             // The locality's own.
  absl::string_view base;                 // Empty: it names none.
  std::vector<absl::string_view> layers;  // At most kMaxLayers.
};

// Most layers over one rulebook.
inline constexpr size_t kMaxLayers = 8;

// The composed text, accepted by Rulebook::Create(): every rule and constraint names the part that
// wrote it, and `parts` names all parts with their digests. Its id is the rulebook's, with the ids
// of the layers behind it, each after a colon. Without base and layers, the rulebook's text itself.
// INVALID_ARGUMENT:
//   RULEBOOK_INVALID  a text does not parse, or what comes out has a fault (see
//   Rulebook::Create()). COMPOSE_INVALID   the parts do not fit: a base is missing, is another text
//   than the digest says
//                     or has a base itself; something replaced or left out is not there; an id is
//                     used twice; a layer permits, lacks id or name, is for another vocabulary or
//                     comes twice; a text says itself what only composing says. Each fault names
//                     the rule, constraint or task.
absl::StatusOr<std::string> Compose(const Parts& parts);

// What a text says it needs before it can decide; empty where it names no base. INVALID_ARGUMENT,
// RULEBOOK_INVALID, where it does not parse.
absl::StatusOr<std::string> BaseIdOf(absl::string_view rulebook);

}  // namespace fosse::policy

#endif  // FOSSE_POLICY_COMPOSE_H_
