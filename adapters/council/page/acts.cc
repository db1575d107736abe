#include "adapters/council/page/acts.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/local_date.h"
#include "nlohmann/json.hpp"

namespace fosse::adapters::page {
namespace {

using Form = std::map<std::string, std::string>;
using Json = nlohmann::ordered_json;

constexpr Act kActs[] = {
    {ActKind::kAnswer, "answer", "Answer", "Send your answer"},
    {ActKind::kWorker, "worker", "Name who will do it", "Name this worker"},
    {ActKind::kStart, "start", "Say that it has begun", "It has begun"},
    {ActKind::kNotDone, "not-done", "Say that it was not done", "It was not done"},
    {ActKind::kConcern, "concern", "Raise a concern", "Raise this concern"},
};

constexpr Statement kAnswerStatements[] = {
    {"time", "timeFeasible", "We have the time"},
    {"people", "resourcesFeasible", "We have the people"},
    {"skills", "capabilityFeasible", "We have the skills, or will have them by training"},
    {"cost", "costFeasible", "The cost is settled"},
    {"insurance", "withinInsurance", "Our insurance covers it"},
    {"registration", "withinRegistration", "Our registration allows it"},
    {"confident", "providerConfident", "We are confident to do it safely"},
    {"training", "subjectToTraining", "We accept subject to training"},
};
constexpr Statement kWorkerStatements[] = {
    {"agrees", "workerAgrees", "The worker was asked, and agrees"},
    {"worker-confident", "workerConfident", "The worker feels confident"},
    {"confident", "providerConfident", "We are confident in this worker for this person"},
    {"visits", "visitsConfirmed", "The visits are in the worker's rota"},
    {"contingency", "contingencyConfirmed", "Somebody stands in when the worker is away"},
};
constexpr Option kDeclineReasons[] = {
    {"capacity", "No time or staff"},
    {"insurance", "Our insurance does not cover it"},
    {"registration", "Our registration does not allow it"},
    {"training", "No training in time"},
    {"confidence", "We are not confident to do it safely"},
    {"funding", "The cost is not settled"},
    {"other", "Something else: say it below"},
};
constexpr Option kNotDoneReasons[] = {
    {"person-away", "The person was away"}, {"person-declined", "The person declined"},
    {"no-worker", "There was no worker"},   {"unsafe", "It was not safe"},
    {"supplies", "Supplies were missing"},  {"other", "Something else: say it below"},
};
constexpr Option kConcernKinds[] = {
    {"clinical", "The person is unwell or getting worse"},
    {"safeguarding", "Somebody may be harming or neglecting the person"},
    {"incident", "Something went wrong"},
};

std::string FieldOf(const Form& form, absl::string_view name) {
  const auto found = form.find(std::string(name));
  return found == form.end() ? "" : std::string(absl::StripAsciiWhitespace(found->second));
}

bool Has(absl::Span<const Option> options, const std::string& value) {
  return std::any_of(options.begin(), options.end(),
                     [&value](const Option& option) { return option.first == value; });
}

std::string Instant(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

// Only what was ticked: what was not is not stated, and nothing false is said in anybody's name.
void Tell(absl::Span<const Statement> statements, const Form& form, Json& json) {
  for (const Statement& statement : statements) {
    if (!FieldOf(form, statement.name).empty()) json[std::string(statement.json)] = true;
  }
}

void PutText(const Form& form, absl::string_view name, absl::string_view member, Json& json) {
  const std::string text = FieldOf(form, name);
  if (!text.empty()) json[std::string(member)] = text;
}

void PutWorker(const Form& form, Json& json) {
  Json& worker = json["worker"];
  worker["reference"] = FieldOf(form, "worker");
  PutText(form, "worker-name", "name", worker);
}

absl::string_view TypeOf(ActKind kind) {
  switch (kind) {
    case ActKind::kAnswer:
      return "delegation-response";
    case ActKind::kWorker:
      return "worker-assignment";
    case ActKind::kStart:
      return "start-confirmed";
    case ActKind::kNotDone:
      return "task-not-done";
    case ActKind::kConcern:
      return "concern";
  }
  return "";
}

void PutBody(const Act& act, const Form& form, absl::Time at, Json& json) {
  const absl::Time when = TimeOf(FieldOf(form, "when")).value_or(at);
  switch (act.kind) {
    case ActKind::kAnswer:
      json["answer"] = FieldOf(form, "answer");
      if (FieldOf(form, "answer") == "declined") {
        json["declineReason"] = FieldOf(form, "reason");
      } else {
        Tell(kAnswerStatements, form, json);
      }
      PutText(form, "note", "note", json);
      break;
    case ActKind::kWorker:
      PutWorker(form, json);
      Tell(kWorkerStatements, form, json);
      if (!FieldOf(form, "when").empty()) json["agreedStart"] = Instant(when);
      break;
    case ActKind::kStart:
      PutWorker(form, json);
      json["startedAt"] = Instant(when);
      break;
    case ActKind::kNotDone:
      json["dueAt"] = Instant(when);
      json["reason"] = FieldOf(form, "reason");
      PutText(form, "note", "note", json);
      break;
    case ActKind::kConcern:
      json["reference"] = FieldOf(form, "form");
      json["kind"] = FieldOf(form, "kind");
      json["summary"] = FieldOf(form, "note");
      json["noticedAt"] = Instant(when);
      break;
  }
}

std::optional<ActFault> WhenFault(const Form& form) {
  if (FieldOf(form, "when").empty() || TimeOf(FieldOf(form, "when")).has_value()) {
    return std::nullopt;
  }
  return ActFault{"when", "Give day and time, such as 2026-12-01T09:30"};
}

std::optional<ActFault> AnswerFault(const Form& form) {
  const std::string answer = FieldOf(form, "answer");
  if (answer != "accepted" && answer != "declined") {
    return ActFault{"answer-accepted", "Choose an answer"};
  }
  if (answer == "accepted") return std::nullopt;
  if (!Has(kDeclineReasons, FieldOf(form, "reason"))) {
    return ActFault{"reason-capacity", "Choose why you decline"};
  }
  if (FieldOf(form, "reason") == "other" && FieldOf(form, "note").empty()) {
    return ActFault{"note", "Say why you decline"};
  }
  return std::nullopt;
}

std::optional<ActFault> WorkerFault(const Form& form) {
  if (FieldOf(form, "worker").empty()) {
    return ActFault{"worker", "Give the reference by which you know the worker"};
  }
  return WhenFault(form);
}

std::optional<ActFault> NotDoneFault(const Form& form) {
  if (FieldOf(form, "when").empty()) return ActFault{"when", "Say when it was due"};
  if (const auto fault = WhenFault(form); fault.has_value()) return fault;
  if (!Has(kNotDoneReasons, FieldOf(form, "reason"))) {
    return ActFault{"reason-person-away", "Choose why it was not done"};
  }
  return std::nullopt;
}

std::optional<ActFault> ConcernFault(const Form& form) {
  if (!Has(kConcernKinds, FieldOf(form, "kind"))) {
    return ActFault{"kind-clinical", "Choose what it is"};
  }
  if (FieldOf(form, "note").empty()) return ActFault{"note", "Say what you saw"};
  return std::nullopt;
}

}  // namespace

absl::Span<const Act> Acts() { return kActs; }
absl::Span<const Statement> AnswerStatements() { return kAnswerStatements; }
absl::Span<const Statement> WorkerStatements() { return kWorkerStatements; }
absl::Span<const Option> DeclineReasons() { return kDeclineReasons; }
absl::Span<const Option> NotDoneReasons() { return kNotDoneReasons; }
absl::Span<const Option> ConcernKinds() { return kConcernKinds; }

const Act* FindAct(absl::string_view word) {
  for (const Act& act : kActs) {
    if (act.word == word) return &act;
  }
  return nullptr;
}

bool IsPossible(const Act& act, const ProviderTask& task) {
  const v1::DelegationState state = task.standing.state();
  switch (act.kind) {
    case ActKind::kAnswer:
      return task.IsOpen();
    case ActKind::kWorker:
      return !task.IsOver();
    case ActKind::kStart:
      return state == v1::DELEGATION_STATE_READY || state == v1::DELEGATION_STATE_SUSPENDED ||
             state == v1::DELEGATION_STATE_PAUSED;
    case ActKind::kNotDone:
      return !task.IsOpen() && !task.IsOver();
    case ActKind::kConcern:
      return true;  // Never refused, also about a task that is over.
  }
  return false;
}

std::optional<ActFault> FaultOf(const Act& act, const Form& form) {
  if (FieldOf(form, "note").size() > 1000) {
    return ActFault{"note", "Write at most 1,000 characters"};
  }
  switch (act.kind) {
    case ActKind::kAnswer:
      return AnswerFault(form);
    case ActKind::kWorker:
    case ActKind::kStart:
      return WorkerFault(form);
    case ActKind::kNotDone:
      return NotDoneFault(form);
    case ActKind::kConcern:
      return ConcernFault(form);
  }
  return std::nullopt;
}

std::string MessageOf(const Act& act, const ProviderTask& task, const Colleague& colleague,
                      const Form& form, absl::Time at) {
  const v1::PersonReference& person = task.person();
  Json json = {
      {"id", FieldOf(form, "form")},
      {"type", std::string(TypeOf(act.kind))},
      {"sentAt", Instant(at)},
      {"person",
       {{"nhsNumber", person.nhs_number()},
        {"dateOfBirth", person.date_of_birth()},
        {"familyName", person.family_name()}}},
      {"actingPerson",
       {{"register", "local"}, {"identifier", colleague.reference}, {"name", colleague.name}}},
      {"delegation", {{"id", task.id()}}}};
  if (!person.given_name().empty()) json["person"]["givenName"] = person.given_name();
  PutBody(act, form, at, json);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<absl::Time> TimeOf(const std::string& text) {
  absl::CivilMinute minute;
  if (!absl::ParseCivilTime(text, &minute)) return std::nullopt;
  return LondonTime(absl::CivilSecond(minute));
}

std::string TimeField(absl::Time time) {
  return absl::FormatCivilTime(absl::CivilMinute(LondonClock(time)));
}

}  // namespace fosse::adapters::page
