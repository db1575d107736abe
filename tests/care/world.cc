#include "tests/care/world.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/crypto.h"
#include "care/reading.h"
#include "care/times.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace fosse::care {
namespace {

std::string ReadSource(const std::string& path) {
  const char* root = std::getenv("FOSSE_SOURCE");
  std::ifstream file(std::string(root == nullptr ? "." : root) + "/" + path);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_FALSE(text.str().empty()) << path << " is not under FOSSE_SOURCE";
  return text.str();
}

constexpr char kDirectory[] = R"(
id: "llr/2026-11-01" locality: "QK1" test_environment: true
participants { id: "RT5" name: "Community health" kind: ORGANISATION_KIND_COMMUNITY_HEALTH
  roles: ROLE_EXCHANGE roles: ROLE_CARE_READER attests: true certificate_names: "urn:fosse:RT5"
  services { code: "NURSING" name: "Community nursing" }
  services { code: "THERAPY" name: "Community therapy" }
  duty { in_hours { name: "Duty desk" telephone: "0116 496 0101" hours: "08:00 to 18:30" }
         out_of_hours { name: "Night team" telephone: "0116 496 0102" hours: "18:30 to 08:00" } } }
participants { id: "C82001" name: "Practice one" kind: ORGANISATION_KIND_PRACTICE
  roles: ROLE_EXCHANGE attests: true certificate_names: "urn:fosse:C82001"
  duty { in_hours { name: "Duty doctor" telephone: "0116 496 0201" hours: "08:00 to 18:30" }
         out_of_hours { name: "Out of hours" telephone: "0116 496 0202" hours: "18:30 to 08:00" } } }
participants { id: "C82002" name: "Practice two" kind: ORGANISATION_KIND_PRACTICE
  roles: ROLE_EXCHANGE attests: true
  duty { in_hours { name: "Duty doctor" telephone: "0116 496 0301" hours: "08:00 to 18:30" }
         out_of_hours { name: "Out of hours" telephone: "0116 496 0302" hours: "18:30 to 08:00" } } }
participants { id: "PROV-A" name: "Home care A" kind: ORGANISATION_KIND_PROVIDER
  roles: ROLE_EXCHANGE attests: true safeguarding_team: "LCC-SAFE" }
participants { id: "PROV-B" name: "Home care B" kind: ORGANISATION_KIND_PROVIDER
  roles: ROLE_EXCHANGE attests: true }
participants { id: "LCC" name: "County council" kind: ORGANISATION_KIND_COUNCIL
  roles: ROLE_EXCHANGE attests: true certificate_names: "urn:fosse:LCC"
  speaks_for { participant: "PROV-A" bodies: "delegation_response" } }
participants { id: "LCC-SAFE" name: "Safeguarding" kind: ORGANISATION_KIND_SAFEGUARDING
  roles: ROLE_EXCHANGE attests: true }
participants { id: "RT5-TRAINING" name: "Training office"
  kind: ORGANISATION_KIND_TRAINING_PROVIDER roles: ROLE_EXCHANGE attests: true }
participants { id: "QK1-SHAREDCARE" name: "Shared Care" kind: ORGANISATION_KIND_SHARED_CARE
  roles: ROLE_EXCHANGE attests: true }
participants { id: "QK1-IPCB" name: "The board" kind: ORGANISATION_KIND_IPCB roles: ROLE_EXCHANGE
  attests: true }
participants { id: "QK1" name: "Integrated care board" kind: ORGANISATION_KIND_COMMISSIONER
  roles: ROLE_EXCHANGE attests: true }
participants { id: "RELAY-1" name: "An adapter" kind: ORGANISATION_KIND_RELAY
  roles: ROLE_EXCHANGE speaks_for { participant: "C82001" } certificate_names: "urn:fosse:relay" }
)";

void AddRule(v1::Rulebook& rulebook, v1::Question question, v1::Outcome outcome) {
  v1::Rule& rule = *rulebook.add_rules();
  rule.set_id(absl::StrReplaceAll(absl::StrCat("forced-", question, "-", outcome), {{"_", "-"}}));
  rule.set_clause("B-3.1");
  rule.set_standing(v1::STANDING_READING);
  rule.set_question(question);
  rule.set_outcome(outcome);
  rule.set_because("The test says so.");
  rule.set_remedy("None.");
  if (outcome == v1::OUTCOME_REFER) rule.set_route(v1::ROUTE_SHARED_CARE);
  if (question == v1::QUESTION_RECOGNISE_COMPETENCE) {
    rule.mutable_when()->add_competency_result(v1::Facts::COMPETENCY_RESULT_COMPETENT);
  } else {
    rule.mutable_when()->add_direction(v1::Facts::DIRECTION_HEALTH_TO_SOCIAL_CARE);
  }
}

std::unique_ptr<const policy::Rulebook> Load(const std::string& text) {
  auto rulebook = policy::Rulebook::Create(text);
  EXPECT_TRUE(rulebook.ok()) << rulebook.status();
  return rulebook.ok() ? *std::move(rulebook) : nullptr;
}

}  // namespace

std::string StoredText(const std::string& path) { return ReadSource(path); }

std::string StoredRulebook() {
  return ReadSource("policy/rulebooks/llr/2022-10-01/rulebook.txtpb");
}

std::string StoredDirectory() { return kDirectory; }

std::unique_ptr<const policy::Rulebook> Forced(v1::Question question, v1::Outcome outcome) {
  v1::Rulebook document;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(StoredRulebook(), &document));
  document.clear_rules();
  document.clear_constraints();
  for (int q = v1::QUESTION_PROPOSE; q <= v1::QUESTION_TAKE_OVERSIGHT; ++q) {
    AddRule(document, static_cast<v1::Question>(q), q == question ? outcome : v1::OUTCOME_PERMIT);
  }
  std::string text;
  google::protobuf::TextFormat::PrintToString(document, &text);
  return Load(text);
}

std::unique_ptr<const policy::Rulebook> AllPermit() {
  return Forced(v1::QUESTION_UNSPECIFIED, v1::OUTCOME_PERMIT);
}

std::vector<v1::Delivery> Sent::deliveries() const {
  std::vector<v1::Delivery> all = effect.deliveries;
  for (const Effect& other : consequences) {
    all.insert(all.end(), other.deliveries.begin(), other.deliveries.end());
  }
  return all;
}

int Sent::Count(absl::string_view recipient, v1::DeliveryKind kind) const {
  int count = 0;
  ForEachDelivery([&](const v1::Delivery& delivery) {
    if (recipient == delivery.recipient() && delivery.kind() == kind) ++count;
  });
  return count;
}

bool Sent::Told(absl::string_view recipient) const {
  for (const v1::Delivery& delivery : deliveries()) {
    if (recipient == delivery.recipient()) return true;
  }
  return false;
}

v1::Outcome Sent::OutcomeOf(v1::Question question) const {
  for (const v1::Decision& decision : effect.decisions) {
    if (decision.question() == question) return decision.outcome();
  }
  for (const Effect& other : consequences) {
    for (const v1::Decision& decision : other.decisions) {
      if (decision.question() == question) return decision.outcome();
    }
  }
  return v1::OUTCOME_UNSPECIFIED;
}

bool Sent::HasNotice(absl::string_view code) const {
  for (const v1::Notice& notice : effect.receipt.notices()) {
    if (code == notice.code()) return true;
  }
  return false;
}

World::World() {
  // Read once: it is the same for every world and cannot be changed.
  static const std::shared_ptr<const policy::Rulebook> stored = Load(StoredRulebook());
  rulebook = stored;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, "2026-11-02T09:00:00Z", &now, nullptr));
  auto created = Directory::Create(kDirectory);
  EXPECT_TRUE(created.ok()) << created.status();
  if (created.ok()) directory = *std::move(created);
}

Moment World::NextMoment() { return {now, ByteView(Sha256(absl::StrCat("seed", seed_++))).str()}; }

std::string World::KeyOf(const v1::WorkerReference& reference) const {
  for (const auto& [key, worker] : workers_) {
    if (!reference.worker_number().empty() && worker.worker_number() == reference.worker_number()) {
      return key;
    }
  }
  return reference.employer_reference();
}

void World::Apply(const Effect& effect, const std::string& nhs_number, const std::string& worker) {
  for (const v1::Change& change : effect.changes) {
    if (change.has_worker() || change.has_competency() || change.has_worker_task()) {
      ASSERT_FALSE(worker.empty());
      Fold(change, workers_[worker]);
    } else if (change.has_sign_off() || change.has_task_version() || change.has_training() ||
               change.has_issue() || change.has_precedent()) {
      ASSERT_TRUE(worker.empty() && nhs_number.empty()) << "one record an entry";
      Fold(change, locality_);
      locality_history.push_back(change);
    } else {
      ASSERT_FALSE(nhs_number.empty());
      Fold(change, persons_[nhs_number]);
      history.emplace_back(nhs_number, change);
    }
  }
  for (const TimerChange& timer : effect.timers) {
    timers_.erase(timer.timer_id);
    if (timer.due_at != absl::InfinitePast()) {
      timers_[timer.timer_id] = {timer.kind, timer.due_at, timer.about, nhs_number, worker};
    }
  }
  mail.insert(mail.end(), effect.deliveries.begin(), effect.deliveries.end());
  for (const v1::DelegationStanding& standing : effect.receipt.standings()) {
    for (const v1::Delegation& delegation : persons_[nhs_number].delegations()) {
      if (delegation.delegation_id() != standing.delegation_id()) continue;
      EXPECT_EQ(StandingOf(delegation).SerializeAsString(), standing.SerializeAsString())
          << "the receipt shows what the changes do not make";
    }
  }
}

Sent World::Finish(Effect effect, const v1::Envelope& envelope, const std::string& nhs_number,
                   const std::string& worker) {
  Sent sent;
  sent.effect = std::move(effect);
  Apply(sent.effect, nhs_number, worker);
  for (const Consequence& consequence : sent.effect.consequences) {
    std::string person_key;
    std::string worker_key;
    for (const auto& [key, record] : persons_) {
      if (record.person_key() == consequence.person_key) person_key = key;
    }
    for (const auto& [key, record] : workers_) {
      if (record.worker_key() == consequence.worker_key) worker_key = key;
    }
    if (consequence.kind == Consequence::Kind::kLocality) {
      const View view{nullptr, nullptr, nullptr, rulebook.get(), directory.get(), &locality_};
      sent.consequences.push_back(HandleConsequence(view, consequence, envelope, NextMoment()));
      Apply(sent.consequences.back(), "", "");
      continue;
    }
    if (consequence.kind == Consequence::Kind::kLookAfresh) {
      LookAfreshAtAll(consequence, envelope, sent);
      continue;
    }
    const bool about_worker = consequence.kind == Consequence::Kind::kWorkerTask;
    const bool about_record =
        !about_worker && consequence.kind != Consequence::Kind::kCompetenceChanged;
    if (about_record ? person_key.empty() : worker_key.empty()) continue;
    const View view{about_worker || person_key.empty() ? nullptr : &persons_[person_key],
                    about_record ? nullptr : &workers_[worker_key],
                    nullptr,
                    rulebook.get(),
                    directory.get(),
                    &locality_};
    sent.consequences.push_back(HandleConsequence(view, consequence, envelope, NextMoment()));
    Apply(sent.consequences.back(), about_worker ? "" : person_key, about_worker ? worker_key : "");
  }
  return sent;
}

void World::LookAfreshAtAll(const Consequence& consequence, const v1::Envelope& envelope,
                            Sent& sent) {
  for (auto& [key, record] : persons_) {
    if (!record.identity().merged_into().empty()) continue;
    View view{&record, nullptr, nullptr, rulebook.get(), directory.get(), &locality_};
    for (const auto& [name, worker] : workers_) view.workers.push_back(&worker);
    sent.consequences.push_back(HandleConsequence(view, consequence, envelope, NextMoment()));
    Apply(sent.consequences.back(), key, "");
  }
}

absl::StatusOr<Sent> World::Send(v1::Envelope envelope) {
  AdvanceTo(now);
  if (envelope.message_id().empty()) {
    envelope.set_message_id(absl::StrCat("m-", ++messages_));
  }
  if (envelope.locality().empty()) envelope.set_locality("QK1");
  if (!envelope.has_sent_at()) *envelope.mutable_sent_at() = Timestamp(now);
  if (const absl::Status shape = CheckShape(envelope, /*from_gateway=*/false); !shape.ok()) {
    return shape;
  }
  const Wants wants = WhatItWants(envelope);
  std::string nhs_number;
  if (wants.person) {
    nhs_number = envelope.subject().person().nhs_number();
    if (persons_.count(nhs_number) == 0) {
      if (!wants.may_create_person) return absl::NotFoundError("no such person");
      persons_[nhs_number].set_person_key(absl::StrCat("person-", nhs_number));
    }
  }
  std::string worker;
  if (wants.worker) {
    worker = KeyOf(wants.worker_reference);
    if (workers_.count(worker) == 0) {
      if (wants.may_create_worker) {
        workers_[worker].set_worker_key(absl::StrCat("worker-", worker));
      } else {
        worker.clear();
      }
    }
  }
  const v1::CareRecord* other = nullptr;
  if (wants.other_person) {
    const auto found = persons_.find(wants.other_person_reference.nhs_number());
    if (found != persons_.end()) other = &found->second;
  }
  const View view{nhs_number.empty() ? nullptr : &persons_[nhs_number],
                  worker.empty() ? nullptr : &workers_[worker],
                  other,
                  rulebook.get(),
                  directory.get(),
                  &locality_};
  absl::StatusOr<Effect> effect = Handle(view, envelope, NextMoment());
  if (!effect.ok()) return effect.status();
  return Finish(*std::move(effect), envelope, nhs_number, worker);
}

Sent World::Must(const v1::Envelope& envelope) {
  absl::StatusOr<Sent> sent = Send(envelope);
  EXPECT_TRUE(sent.ok()) << sent.status() << "\n" << envelope.DebugString();
  return sent.ok() ? *std::move(sent) : Sent();
}

std::vector<Sent> World::Advance(absl::Duration by) { return AdvanceTo(now + by); }

std::vector<Sent> World::AdvanceTo(absl::Time to) {
  std::vector<Sent> done;
  constexpr size_t kMostTimers = 1000;
  while (done.size() < kMostTimers) {
    auto next = timers_.end();
    for (auto timer = timers_.begin(); timer != timers_.end(); ++timer) {
      if (timer->second.due_at <= to &&
          (next == timers_.end() || timer->second.due_at < next->second.due_at)) {
        next = timer;
      }
    }
    if (next == timers_.end()) break;
    const Pending due = next->second;
    v1::Envelope envelope;
    envelope.set_message_id(next->first);
    envelope.set_locality("QK1");
    envelope.mutable_timer_due()->set_timer_id(next->first);
    envelope.mutable_timer_due()->set_kind(due.kind);
    *envelope.mutable_timer_due()->mutable_due_at() = Timestamp(due.due_at);
    envelope.mutable_timer_due()->set_about(due.about);
    timers_.erase(next);
    now = std::max(now, due.due_at);
    const View view{due.nhs_number.empty() ? nullptr : &persons_[due.nhs_number],
                    due.worker.empty() ? nullptr : &workers_[due.worker],
                    nullptr,
                    rulebook.get(),
                    directory.get(),
                    &locality_};
    absl::StatusOr<Effect> effect = Handle(view, envelope, NextMoment());
    EXPECT_TRUE(effect.ok()) << effect.status();
    if (effect.ok())
      done.push_back(Finish(*std::move(effect), envelope, due.nhs_number, due.worker));
  }
  EXPECT_LT(done.size(), kMostTimers) << "timers without end";
  now = to;
  return done;
}

const v1::CareRecord& World::person(const std::string& nhs_number) const {
  return persons_.at(nhs_number);
}

const v1::Delegation& World::delegation(const std::string& nhs_number,
                                        const std::string& reference) const {
  static const v1::Delegation none;
  const v1::Delegation* found = &none;
  for (const v1::Delegation& delegation : person(nhs_number).delegations()) {
    if (delegation.proposal().reference() == reference) found = &delegation;
  }
  EXPECT_NE(found, &none) << "no delegation " << reference;
  return *found;
}

const v1::WorkerRecord& World::worker(const std::string& reference) const {
  return workers_.at(reference);
}

}  // namespace fosse::care
