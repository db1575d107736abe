#include "tests/support/engine_world.h"

#include <stdlib.h>

#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/leaf.h"
#include "audit/rulebook_note.h"
#include "audit/seal.h"
#include "base/status.h"
#include "engine/index_terms.h"
#include "engine/sealing.h"
#include "engine/timestamps.h"
#include "google/protobuf/text_format.h"

namespace fosse {

EngineWorld::EngineWorld(Options options)
    : options_(std::move(options)), keys_(audit::KeyRing::ForTests("fosse.test/QK1")) {
  options_.limits.own_threads = false;
  std::string pattern = (std::filesystem::temp_directory_path() / "fosse-engine-XXXXXX").string();
  FOSSE_CHECK(mkdtemp(pattern.data()) != nullptr);
  directory_ = pattern;
  Open();
  FOSSE_CHECK(engine_->Install(options_.rulebook_text, options_.directory_text).ok());
  FOSSE_CHECK(engine_->Start("").ok());
}

EngineWorld::~EngineWorld() {
  Close();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void EngineWorld::Open() {
  auto store = store::SqliteStore::Open({.path = directory_ + "/store.db", .locality = "QK1"});
  FOSSE_CHECK(store.ok());
  store_ = *std::move(store);
  faulty_ = std::make_unique<store::FaultyStore>(*store_);
  engine_ = std::make_unique<engine::Engine>(
      "QK1",
      engine::EngineDeps{*faulty_, keys_, clock_, random_, executor_,
                         options_.breadcrumb ? breadcrumb_path() : ""},
      options_.limits);
}

void EngineWorld::Close() {
  engine_.reset();
  faulty_.reset();
  store_.reset();
}

absl::Status EngineWorld::Restart(absl::string_view witnessed_head) {
  Close();
  Open();
  FOSSE_RETURN_IF_ERROR(engine_->Install(options_.rulebook_text, options_.directory_text));
  return engine_->Start(witnessed_head);
}

v1::Envelope EngineWorld::Message(absl::string_view sender, absl::string_view message_id,
                                  const TestPerson& person) {
  v1::Envelope envelope;
  envelope.set_message_id(std::string(message_id));
  envelope.set_locality("QK1");
  envelope.set_sender(std::string(sender));
  *envelope.mutable_subject()->mutable_person() = ReferenceOf(person);
  *envelope.mutable_sent_at() = engine::ToTimestamp(clock_.Now());
  v1::Practitioner& practitioner = *envelope.mutable_acting_person()->mutable_practitioner();
  practitioner.set_register_(v1::REGISTER_NMC);
  practitioner.set_identifier("12A3456E");
  practitioner.set_register_part(v1::REGISTER_PART_NURSE);
  practitioner.set_register_status(v1::REGISTER_STATUS_CURRENT);
  practitioner.set_register_checked_on("2022-09-30");
  practitioner.set_name("Nurse Invented");
  practitioner.set_organisation(std::string(sender));
  return envelope;
}

v1::Envelope EngineWorld::Episode(const TestPerson& person, absl::string_view message_id) {
  v1::Envelope envelope = Message(kCommunity, message_id, person);
  v1::EpisodeChange& change = *envelope.mutable_episode_change();
  change.set_episode_reference("E1");
  change.set_kind(v1::EPISODE_CHANGE_KIND_OPENED);
  change.set_service("community-nursing");
  change.set_organisation(kCommunity);
  *change.mutable_occurred_at() = engine::ToTimestamp(clock_.Now());
  change.set_registered_practice(kPractice);
  *change.mutable_care_manager() = envelope.acting_person().practitioner();
  return envelope;
}

v1::Envelope EngineWorld::Proposal(const TestPerson& person, absl::string_view message_id,
                                   absl::string_view reference) {
  v1::Envelope envelope = Message(kCommunity, message_id, person);
  constexpr char kProposal[] = R"pb(
    direction: DELEGATION_DIRECTION_HEALTH_TO_SOCIAL_CARE
    task {
      code { code: "generic-7-blood-sugar" }
      description: "Finger-prick blood sugar test"
      particulars {
        in_plan_of_care: ANSWER_YES
        follow_up_defined: ANSWER_YES
        excluded_for_person: ANSWER_NO
      }
      setting: CARE_SETTING_OWN_HOME
    }
    delegating: "RT5"
    delegated_to: "1-1000000001"
    performer: PERFORMER_KIND_CARE_WORKER
    involvement: INVOLVEMENT_INVOLVED
    consent: CONSENT_GIVEN
    consent_record: "note-1"
    objects_to_sharing: ANSWER_NO
    mdt {
      outcome: MDT_OUTCOME_AGREED
      decided_on: "2022-09-30"
      members: "nurse"
      members: "doctor"
      training_class: TRAINING_CLASS_GENERIC
      practice: "C82999"
    }
    risk { level: RISK_LEVEL_LOW summary: "Stable" record_reference: "risk-1" }
    plan {
      reference: "plan-1"
      training_provided_by: "RT5-TRAINING"
      competence_assessor: "RT5-TRAINING"
      ongoing_support: "duty desk"
      clinical_reviewer: "Nurse Invented"
      changed: ANSWER_YES
      instructions: "Test before breakfast"
      thresholds: "Call above 15"
      review_on: "2022-12-01"
    }
    considered {
      self_care: ANSWER_YES
      assistive_technology: ANSWER_YES
      continuity: ANSWER_YES
      call_frequency: ANSWER_YES
    }
    cost_shares { organisation: "QK1" share_x10000: 10000 }
    added_minutes_per_week: 70
    interim_deliverer: "RT5"
    care_act { incidental_or_ancillary: ANSWER_YES nature_expected: ANSWER_YES answered_by: "team" }
  )pb";
  v1::DelegationProposal& proposal = *envelope.mutable_delegation_proposal();
  FOSSE_CHECK(google::protobuf::TextFormat::ParseFromString(kProposal, &proposal));
  proposal.set_reference(std::string(reference));
  proposal.mutable_task()->set_slot(std::string(reference));
  *proposal.mutable_delegator() = envelope.acting_person().practitioner();
  return envelope;
}

v1::Envelope EngineWorld::Concern(const TestPerson& person, absl::string_view message_id,
                                  absl::string_view sender, absl::string_view summary) {
  v1::Envelope envelope = Message(sender, message_id, person);
  v1::ConcernRaised& concern = *envelope.mutable_concern_raised();
  concern.set_reference(absl::StrCat("C-", message_id));
  concern.set_kind(v1::CONCERN_KIND_CLINICAL);
  concern.set_summary(std::string(summary));
  *concern.mutable_noticed_at() = engine::ToTimestamp(clock_.Now());
  return envelope;
}

v1::Envelope EngineWorld::Acceptance(const TestPerson& person, absl::string_view message_id,
                                     absl::string_view reference) {
  v1::Envelope envelope = Message(kProvider, message_id, person);
  constexpr char kResponse[] = R"pb(
    answer: DELEGATION_ANSWER_ACCEPTED
    subject_to_training: ANSWER_YES
    time_feasible: ANSWER_YES
    resources_feasible: ANSWER_YES
    capability_feasible: ANSWER_YES
    cost_feasible: ANSWER_YES
    within_insurance: ANSWER_YES
    within_registration: ANSWER_YES
    provider_confident: ANSWER_YES
  )pb";
  v1::DelegationResponse& response = *envelope.mutable_delegation_response();
  FOSSE_CHECK(google::protobuf::TextFormat::ParseFromString(kResponse, &response));
  response.mutable_delegation()->set_reference(std::string(reference));
  return envelope;
}

v1::Envelope EngineWorld::Competency(absl::string_view message_id,
                                     const v1::WorkerReference& worker) {
  v1::Envelope envelope = Message(kTraining, message_id, kAda);
  *envelope.mutable_subject()->mutable_worker() = worker;
  constexpr char kRecord[] = R"pb(
    task { code: "generic-7-blood-sugar" }
    task_version: "2022-10"
    training_class: TRAINING_CLASS_GENERIC
    mode: TRAINING_MODE_STANDALONE_CHECK
    trained_on: "2022-10-02"
    assessed_on: "2022-10-02"
    session_minutes: 60
    competence_was_checked: ANSWER_YES
    method: "Observed three times"
    standard: "Local standard"
    result: COMPETENCY_RESULT_COMPETENT
  )pb";
  v1::CompetencyRecord& record = *envelope.mutable_competency_record();
  FOSSE_CHECK(google::protobuf::TextFormat::ParseFromString(kRecord, &record));
  record.set_reference(absl::StrCat("K-", message_id));
  *record.mutable_assessor() = envelope.acting_person().practitioner();
  return envelope;
}

v1::Envelope EngineWorld::Assignment(const TestPerson& person, absl::string_view message_id,
                                     absl::string_view reference,
                                     const v1::WorkerReference& worker) {
  v1::Envelope envelope = Message(kProvider, message_id, person);
  v1::WorkerAssignment& assignment = *envelope.mutable_worker_assignment();
  assignment.mutable_delegation()->set_reference(std::string(reference));
  *assignment.mutable_worker() = worker;
  assignment.set_worker_agrees(v1::ANSWER_YES);
  assignment.set_worker_confident(v1::ANSWER_YES);
  assignment.set_provider_confident(v1::ANSWER_YES);
  assignment.set_visits_confirmed(v1::ANSWER_YES);
  assignment.set_contingency_confirmed(v1::ANSWER_YES);
  *assignment.mutable_agreed_start() = engine::ToTimestamp(clock_.Now() + absl::Hours(24));
  return envelope;
}

v1::Envelope EngineWorld::Risk(const TestPerson& person, absl::string_view message_id) {
  v1::Envelope envelope = Message(kCommunity, message_id, person);
  envelope.mutable_risk_change()->mutable_risk()->set_level(v1::RISK_LEVEL_MEDIUM);
  return envelope;
}

absl::StatusOr<v1::Receipt> EngineWorld::Submit(v1::Envelope envelope) {
  const engine::Caller caller{.participant = envelope.sender()};
  return SubmitAs(caller, std::move(envelope));
}

absl::StatusOr<v1::Receipt> EngineWorld::SubmitAs(const engine::Caller& caller,
                                                  v1::Envelope envelope) {
  return Ask<v1::Receipt>([&](engine::Done<v1::Receipt> done) {
    engine_->Submit(caller, std::move(envelope), absl::InfiniteFuture(), std::move(done));
  });
}

std::shared_ptr<std::optional<absl::StatusOr<v1::Receipt>>> EngineWorld::Start(
    v1::Envelope envelope, absl::Time deadline) {
  auto answer = std::make_shared<std::optional<absl::StatusOr<v1::Receipt>>>();
  const engine::Caller caller{.participant = envelope.sender()};
  engine_->Submit(caller, std::move(envelope), deadline,
                  [answer](absl::StatusOr<v1::Receipt> given) { *answer = std::move(given); });
  return answer;
}

v1::PublishDirectoryRequest EngineWorld::DirectoryRequest(const std::string& text, absl::Time at,
                                                          absl::string_view message_id) {
  v1::PublishDirectoryRequest request;
  request.set_stored(text);
  v1::Envelope& envelope = *request.mutable_envelope();
  envelope = Message(kBoard, message_id, kAda);
  envelope.clear_subject();
  v1::DirectoryDocument document;
  google::protobuf::TextFormat::ParseFromString(text, &document);
  v1::DirectoryActivation& activation = *envelope.mutable_directory_activation();
  activation.set_directory_id(document.id());
  activation.set_digest(ByteView(Sha256(text)).str());
  *activation.mutable_effective_at() = engine::ToTimestamp(at);
  activation.set_signed_note(
      audit::SignDirectory({"QK1", document.id(), Sha256(text), at}, TestBoard()));
  return request;
}

absl::StatusOr<v1::Receipt> EngineWorld::PublishDirectory(const std::string& text, absl::Time at,
                                                          absl::string_view message_id) {
  return Ask<v1::Receipt>([&](engine::Done<v1::Receipt> done) {
    engine_->PublishDirectory({.participant = kBoard}, DirectoryRequest(text, at, message_id),
                              absl::InfiniteFuture(), std::move(done));
  });
}

void EngineWorld::Run() {
  for (int i = 0; i < 1000 && engine_->RunOnce(); ++i) {
  }
}

absl::StatusOr<v1::GetPersonResponse> EngineWorld::GetPerson(absl::string_view reader,
                                                             const v1::PersonReference& reference) {
  v1::GetPersonRequest request;
  *request.mutable_person() = reference;
  request.set_purpose("test");
  return Ask<v1::GetPersonResponse>([&](engine::Done<v1::GetPersonResponse> done) {
    engine_->GetPerson({.participant = std::string(reader)}, request, std::move(done));
  });
}

absl::StatusOr<v1::ListDelegationsResponse> EngineWorld::ListDelegations(absl::string_view reader,
                                                                         const TestPerson& person) {
  v1::ListDelegationsRequest request;
  *request.mutable_person() = ReferenceOf(person);
  request.set_purpose("test");
  return Ask<v1::ListDelegationsResponse>([&](engine::Done<v1::ListDelegationsResponse> done) {
    engine_->ListDelegations({.participant = std::string(reader)}, request, std::move(done));
  });
}

absl::StatusOr<v1::GetTraceResponse> EngineWorld::Trace(absl::string_view reader, uint64_t index) {
  v1::GetTraceRequest request;
  request.set_index(index);
  request.set_purpose("test");
  return Ask<v1::GetTraceResponse>([&](engine::Done<v1::GetTraceResponse> done) {
    engine_->GetTrace({.participant = std::string(reader)}, request, std::move(done));
  });
}

v1::EntryDetail EngineWorld::Detail(uint64_t index) {
  const auto entry = store_->ReadEntry(index);
  FOSSE_CHECK(entry.ok() && entry->has_value());
  v1::EntryDetail detail;
  FOSSE_CHECK(engine::ReadAndOpen(*store_, keys_, (*entry)->subject, audit::kSealDetail,
                                  (*entry)->detail, detail)
                  .ok());
  return detail;
}

v1::LeafView EngineWorld::Leaf(uint64_t index) {
  const auto entry = store_->ReadEntry(index);
  FOSSE_CHECK(entry.ok() && entry->has_value());
  const auto leaf = audit::DecodeLeaf((*entry)->leaf);
  FOSSE_CHECK(leaf.ok());
  return *leaf;
}

uint64_t EngineWorld::Size() { return store_->GetHead()->size; }

v1::CareRecord EngineWorld::StoredPerson(const TestPerson& person) {
  v1::CareRecord record;
  const auto key = store_->FindAlias(engine::NhsNumberAlias(keys_, person.nhs_number, 0));
  if (!key.ok() || !key->has_value()) return record;
  const auto stored = store_->ReadRecord(**key);
  FOSSE_CHECK(stored.ok() && stored->has_value());
  FOSSE_CHECK(
      engine::ReadAndOpen(*store_, keys_, **key, audit::kSealRecord, (*stored)->sealed, record)
          .ok());
  return record;
}

}  // namespace fosse
