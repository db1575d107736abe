#include "tests/care/render.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "care/reading.h"
#include "care/times.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace fosse::care {
namespace {

std::string Word(const std::string& name, absl::string_view prefix) {
  return std::string(absl::StripPrefix(name, prefix));
}

std::string At(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", time, absl::UTCTimeZone());
}

std::string OrNobody(const std::string& organisation) {
  return organisation.empty() ? "nobody" : organisation;
}

// The gateway gives a cover order its id; a story names the latest one as @cover.
std::string LastCover(const World& world, const std::string& person) {
  if (person.empty() || !world.Knows(person) || world.person(person).covers().empty()) return "";
  return world.person(person).covers().rbegin()->cover_id();
}

}  // namespace

std::string Renderer::Short(const std::string& id) {
  if (id.size() < 3 || id[1] != '-') return id;
  std::string& name = names_[id];
  if (name.empty()) name = absl::StrCat(std::string(1, id[0]), ++counts_[id[0]]);
  return name;
}

std::string Renderer::Effects(const Effect& effect, absl::string_view indent) {
  std::string text;
  for (const v1::Decision& decision : effect.decisions) {
    std::vector<std::string> rules;
    for (const v1::Finding& finding : decision.findings()) {
      rules.push_back(absl::StrCat(finding.rule_id(), " (", finding.clause(), ")"));
    }
    absl::StrAppend(&text, indent, Word(v1::Question_Name(decision.question()), "QUESTION_"), " ",
                    Short(decision.delegation_id()), " -> ",
                    Word(v1::Outcome_Name(decision.outcome()), "OUTCOME_"), "\n");
    for (const std::string& rule : rules) absl::StrAppend(&text, indent, "  rule ", rule, "\n");
    if (decision.outcome() != v1::OUTCOME_PERMIT) {
      absl::StrAppend(&text, indent, "  meanwhile ", OrNobody(decision.delivers_meanwhile()),
                      ", owner ", OrNobody(decision.owner()), "\n");
    }
  }
  for (const v1::Notice& notice : effect.receipt.notices()) {
    absl::StrAppend(&text, indent, "notice ", notice.code(), "\n");
  }
  for (const v1::Delivery& delivery : effect.deliveries) {
    absl::StrAppend(&text, indent, "to ", delivery.recipient(), " ",
                    Word(v1::DeliveryKind_Name(delivery.kind()), "DELIVERY_KIND_"), " ",
                    Word(v1::Urgency_Name(delivery.urgency()), "URGENCY_"), ": ", delivery.words(),
                    "\n");
    if (delivery.has_act_by()) {
      absl::StrAppend(&text, indent, "  act by ", At(TimeOf(delivery.act_by())), "\n");
    }
    if (!delivery.removed_paths().empty()) {
      absl::StrAppend(&text, indent, "  without ", absl::StrJoin(delivery.removed_paths(), " "),
                      "\n");
    }
  }
  for (const TimerChange& timer : effect.timers) {
    const bool cancelled = timer.due_at == absl::InfinitePast();
    absl::StrAppend(&text, indent, "timer ", Word(v1::TimerKind_Name(timer.kind), "TIMER_KIND_"),
                    " ", Short(timer.about), cancelled ? " cancelled" : " at " + At(timer.due_at),
                    "\n");
  }
  return text;
}

std::string Renderer::Step(const Sent& sent, const std::string& person, const World& world) {
  std::string text = Effects(sent.effect, "  ");
  for (size_t i = 0; i < sent.consequences.size(); ++i) {
    const std::string effects = Effects(sent.consequences[i], "    ");
    if (!effects.empty()) absl::StrAppend(&text, "  therefore\n", effects);
  }
  const v1::Receipt& receipt = sent.effect.receipt;
  if (receipt.contacts().has_in_hours()) {
    absl::StrAppend(&text, "  call ", receipt.overseer(), " ",
                    receipt.contacts().in_hours().telephone(), ", out of hours ",
                    receipt.contacts().out_of_hours().telephone(), "\n");
  }
  if (person.empty()) return text;
  for (const v1::Delegation& delegation : world.person(person).delegations()) {
    const v1::DelegationStanding standing = StandingOf(delegation);
    absl::StrAppend(&text, "  = ", Short(standing.delegation_id()), " ", standing.reference(), " ",
                    Word(v1::DelegationState_Name(standing.state()), "DELEGATION_STATE_"),
                    ", overseen by ", OrNobody(standing.overseer()), " (",
                    Word(v1::OversightState_Name(standing.oversight()), "OVERSIGHT_STATE_"),
                    standing.has_offer() ? " to " + standing.offer().offered_to() : "",
                    "), delivers ", OrNobody(standing.delivers_now()), ", next ",
                    OrNobody(standing.owner()),
                    standing.review_on().empty() ? "" : ", review " + standing.review_on(), "\n");
  }
  return text;
}

std::string RenderScenario(const std::string& text) {
  World world;
  Renderer renderer;
  std::string rendered;
  std::string person;
  const std::vector<std::string> blocks = absl::StrSplit("\n" + text, "\n# at ");
  for (size_t n = 1; n < blocks.size(); ++n) {
    const std::pair<std::string, std::string> lines =
        absl::StrSplit(blocks[n], absl::MaxSplits('\n', 1));
    const std::pair<std::string, std::string> head =
        absl::StrSplit(lines.first, absl::MaxSplits(": ", 1));
    absl::Time at;
    std::string error;
    EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, head.first, &at, &error)) << error;
    for (const Sent& sent : world.AdvanceTo(at)) {
      absl::StrAppend(&rendered, "timer, before ", At(at), "\n",
                      renderer.Step(sent, person, world));
    }
    absl::StrAppend(&rendered, At(at), " ", head.second, "\n");
    v1::Envelope envelope;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        absl::StrReplaceAll(lines.second, {{"@cover", LastCover(world, person)}}), &envelope))
        << lines.first;
    if (envelope.body_case() == v1::Envelope::BODY_NOT_SET) continue;
    if (envelope.subject().has_person()) {
      person = envelope.subject().person().nhs_number();
    }
    const absl::StatusOr<Sent> sent = world.Send(envelope);
    if (!sent.ok()) {
      absl::StrAppend(&rendered, "  refused: ", ReasonOf(sent.status()), "\n");
    } else {
      rendered += renderer.Step(*sent, person, world);
    }
  }
  return rendered;
}

}  // namespace fosse::care
