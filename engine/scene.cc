#include "engine/scene.h"

#include "base/encoding.h"
#include "base/status.h"
#include "engine/index_terms.h"

namespace fosse::engine {
namespace {

constexpr size_t kWorkerNumberDigits = 10;
// Ten digits of 32: a clash is not to be expected once in the life of a locality.
constexpr int kWorkerNumberTries = 4;

absl::Status MakePerson(const SceneDeps& deps, const v1::PersonReference& reference,
                        Records& records, Scene& scene) {
  FOSSE_ASSIGN_OR_RETURN(const int claims, records.CountClaims(reference.nhs_number()));
  if (claims == kMaxClaims) return PersonNotVisible();
  scene.new_person = std::make_unique<Slot>();
  Slot& slot = *scene.new_person;
  slot.key = {store::RecordKind::kPerson, deps.random.Bytes(16)};
  slot.timers_read = true;
  slot.person.set_person_key(slot.key.key);
  if (claims > 0) slot.person.mutable_identity()->set_identity_in_question(true);
  v1::PersonIdentity& identity = *scene.person_changes.emplace_back().mutable_identity();
  identity = slot.person.identity();
  *identity.mutable_reference() = reference;
  scene.aliases.emplace_back(NhsNumberAlias(deps.keys, reference.nhs_number(), claims), slot.key);
  scene.person = &slot;
  return absl::OkStatus();
}

// A number that replaces another is not known yet. The record is made whoever asks, so that the
// answer does not tell whether there was one (CTL-04).
absl::Status MakeOther(const SceneDeps& deps, const v1::PersonReference& reference,
                       Records& records, Scene& scene) {
  FOSSE_ASSIGN_OR_RETURN(const int claims, records.CountClaims(reference.nhs_number()));
  if (claims == kMaxClaims) return PersonNotVisible();
  scene.new_other = std::make_unique<Slot>();
  Slot& slot = *scene.new_other;
  slot.key = {store::RecordKind::kPerson, deps.random.Bytes(16)};
  slot.timers_read = true;
  slot.person.set_person_key(slot.key.key);
  v1::PersonIdentity& identity = *slot.person.mutable_identity();
  *identity.mutable_reference() = reference;
  identity.set_identity_in_question(claims > 0);
  scene.aliases.emplace_back(NhsNumberAlias(deps.keys, reference.nhs_number(), claims), slot.key);
  scene.other_person = &slot;
  return absl::OkStatus();
}

absl::Status FindOther(const SceneDeps& deps, const Message& message, Records& records,
                       Scene& scene) {
  const v1::PersonReference& reference = message.wants.other_person_reference;
  FOSSE_ASSIGN_OR_RETURN(scene.other_person, records.FindPerson(reference));
  if (scene.other_person == nullptr && message.wants.may_create_other) {
    return MakeOther(deps, reference, records, scene);
  }
  if (scene.other_person == nullptr || scene.other_person != scene.person) return absl::OkStatus();
  // Both references reach one record: the other one is what was joined into it.
  const std::string joined = care::JoinedKeyOf(scene.person->person.identity(),
                                               message.envelope.subject().person(), reference);
  if (joined.empty()) return absl::OkStatus();
  FOSSE_ASSIGN_OR_RETURN(scene.other_person, records.Find({store::RecordKind::kPerson, joined}));
  return absl::OkStatus();
}

absl::StatusOr<std::string> NewWorkerNumber(const SceneDeps& deps, Records& records) {
  for (int i = 0; i < kWorkerNumberTries; ++i) {
    const std::string number =
        "W" + Base32Crockford(deps.random.Bytes(8)).substr(0, kWorkerNumberDigits);
    FOSSE_ASSIGN_OR_RETURN(const std::optional<store::RecordKey> taken,
                           records.FindAlias(WorkerNumberAlias(deps.keys, number)));
    if (!taken.has_value()) return number;
  }
  return MakeError(absl::StatusCode::kInternal, "MESSAGE_FAILED_CHECK",
                   "no free worker number was found");
}

absl::Status MakeWorker(const SceneDeps& deps, const v1::WorkerReference& reference,
                        Records& records, Scene& scene) {
  FOSSE_ASSIGN_OR_RETURN(const std::string number, NewWorkerNumber(deps, records));
  scene.new_worker = std::make_unique<Slot>();
  Slot& slot = *scene.new_worker;
  slot.key = {store::RecordKind::kWorker, deps.random.Bytes(16)};
  slot.timers_read = true;
  slot.worker.set_worker_key(slot.key.key);
  v1::Change& change = scene.worker_changes.emplace_back();
  change.mutable_worker()->set_worker_number(number);
  v1::WorkerReference& kept = *change.mutable_worker()->add_references();
  kept = reference;
  kept.clear_worker_number();
  care::Fold(change, slot.worker);
  scene.aliases.emplace_back(WorkerNumberAlias(deps.keys, number), slot.key);
  scene.aliases.emplace_back(EmployerAlias(deps.keys, reference), slot.key);
  scene.worker = &slot;
  return absl::OkStatus();
}

absl::Status FindPerson(const SceneDeps& deps, const Message& message, absl::Time now,
                        Records& records, Scene& scene) {
  const v1::PersonReference& reference = message.envelope.subject().person();
  FOSSE_ASSIGN_OR_RETURN(scene.person, records.FindPerson(reference));
  if (scene.person == nullptr && message.wants.may_create_person) {
    return MakePerson(deps, reference, records, scene);
  }
  if (scene.person == nullptr) return PersonNotVisible();
  if (care::NeedsRelationship(message.envelope) &&
      !care::HasLiveRelationship(scene.person->person, message.envelope.sender(), now) &&
      !care::AnswersOffer(scene.person->person, message.envelope, now)) {
    return PersonNotVisible();
  }
  return absl::OkStatus();
}

absl::Status FindWorker(const SceneDeps& deps, const Message& message, Records& records,
                        Scene& scene) {
  const v1::WorkerReference& reference = message.wants.worker_reference;
  FOSSE_ASSIGN_OR_RETURN(scene.worker, records.FindWorker(reference));
  if (scene.worker != nullptr) return absl::OkStatus();
  const bool named = reference.worker_number().empty() && !reference.employer().empty() &&
                     !reference.employer_reference().empty();
  if (named && message.wants.may_create_worker && deps.in_force.rulebook != nullptr &&
      care::MayNameWorker(reference, message.envelope.sender(), *deps.in_force.rulebook)) {
    return MakeWorker(deps, reference, records, scene);
  }
  if (message.envelope.subject().has_worker()) {
    return MakeError(absl::StatusCode::kNotFound, "WORKER_NOT_FOUND",
                     "no worker of this number or reference is known",
                     {{"field", FieldPath("subject.worker")}});
  }
  return absl::OkStatus();  // A report of care by an unknown worker is still kept (INV-05).
}

}  // namespace

care::View Scene::ViewWith(const InForce& in_force) const {
  return {.person = person == nullptr ? nullptr : &person->person,
          .worker = worker == nullptr ? nullptr : &worker->worker,
          .other_person = other_person == nullptr ? nullptr : &other_person->person,
          .rulebook = in_force.rulebook.get(),
          .directory = in_force.directory.get(),
          .locality = locality == nullptr ? nullptr : &locality->locality,
          .clock_unsure = in_force.clock_unsure};
}

care::View ViewOf(const Slot* person, const Slot* worker, const Slot& locality,
                  const InForce& in_force) {
  return {.person = person == nullptr ? nullptr : &person->person,
          .worker = worker == nullptr ? nullptr : &worker->worker,
          .other_person = nullptr,
          .rulebook = in_force.rulebook.get(),
          .directory = in_force.directory.get(),
          .locality = &locality.locality,
          .clock_unsure = in_force.clock_unsure};
}

void Scene::Adopt(Records& records) {
  if (new_person != nullptr) records.Adopt(std::move(new_person));
  if (new_worker != nullptr) records.Adopt(std::move(new_worker));
  if (new_other != nullptr) records.Adopt(std::move(new_other));
  for (const auto& [alias, record] : aliases) records.AdoptAlias(alias, record);
}

absl::StatusOr<Scene> SetScene(const SceneDeps& deps, const Message& message, absl::Time now,
                               Records& records) {
  Scene scene;
  if (message.wants.person) {
    FOSSE_RETURN_IF_ERROR(FindPerson(deps, message, now, records, scene));
  }
  if (message.wants.worker) FOSSE_RETURN_IF_ERROR(FindWorker(deps, message, records, scene));
  if (message.wants.other_person) {
    FOSSE_RETURN_IF_ERROR(FindOther(deps, message, records, scene));
  }
  FOSSE_ASSIGN_OR_RETURN(scene.locality,
                         records.Find({store::RecordKind::kLocality, message.envelope.locality()}));
  if (message.envelope.subject().has_person()) {
    scene.about = scene.person;
  } else if (message.envelope.subject().has_worker()) {
    scene.about = scene.worker;
  }
  if (scene.about == nullptr) scene.about = scene.locality;
  return scene;
}

absl::Status PersonNotVisible() {
  return MakeError(absl::StatusCode::kNotFound, "PERSON_NOT_VISIBLE",
                   "no such person, or none that the caller may see");
}

}  // namespace fosse::engine
