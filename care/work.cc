#include "care/work.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/status.h"
#include "care/facts.h"
#include "care/times.h"
#include "policy/decide.h"
#include "policy/explain.h"

namespace fosse::care {
namespace {

constexpr size_t kIdLength = 20;

std::string IdOf(absl::string_view prefix, const std::string& source) {
  return absl::StrCat(prefix, Base32Crockford(Sha256(source)).substr(0, kIdLength));
}

// One timer of a kind about one thing, so that setting it again replaces it and nobody has to
// remember its id.
std::string TimerId(v1::TimerKind kind, absl::string_view about) {
  return IdOf("T-", absl::StrCat("timer:", static_cast<int>(kind), ":", about));
}

template <typename Items, typename Same>
auto* FindIn(Items& items, Same same) {
  const auto found = std::find_if(items.begin(), items.end(), same);
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

Work::Work(const View& view, const v1::Envelope& envelope, const Moment& moment)
    : view_(view), envelope_(envelope), now_(moment.now), id_seed_(moment.id_seed) {
  FOSSE_CHECK(view.rulebook != nullptr && view.directory != nullptr);
  if (view.person != nullptr) person_ = *view.person;
  if (view.worker != nullptr) worker_ = *view.worker;
}

std::string Work::NewId(absl::string_view prefix) {
  return IdOf(prefix, absl::StrCat(id_seed_, ":", ids_++));
}

void Work::Touch(Touched touched, bool shown) {
  if (shown && touched.item == Item::kDelegation) Show(touched.id);
  if (std::find(touched_.begin(), touched_.end(), touched) == touched_.end()) {
    touched_.push_back(std::move(touched));
  }
}

v1::PersonIdentity& Work::EditIdentity() {
  Touch({Item::kIdentity, "", ""});
  return *person_.mutable_identity();
}

v1::Episode& Work::EditEpisode(const std::string& organisation, const std::string& reference) {
  Touch({Item::kEpisode, organisation, reference});
  v1::Episode* episode = FindIn(*person_.mutable_episodes(), [&](const v1::Episode& held) {
    return held.organisation() == organisation && held.reference() == reference;
  });
  if (episode == nullptr) {
    episode = person_.add_episodes();
    episode->set_organisation(organisation);
    episode->set_reference(reference);
  }
  return *episode;
}

v1::Delegation& Work::EditDelegation(const std::string& delegation_id) {
  Touch({Item::kDelegation, delegation_id, ""});
  v1::Delegation* delegation =
      FindIn(*person_.mutable_delegations(),
             [&](const v1::Delegation& held) { return held.delegation_id() == delegation_id; });
  if (delegation == nullptr) {
    delegation = person_.add_delegations();
    delegation->set_delegation_id(delegation_id);
  }
  return *delegation;
}

v1::ConcernState& Work::EditConcern(const std::string& concern_id) {
  Touch({Item::kConcern, concern_id, ""});
  v1::ConcernState* concern =
      FindIn(*person_.mutable_concerns(),
             [&](const v1::ConcernState& held) { return held.concern_id() == concern_id; });
  if (concern == nullptr) {
    concern = person_.add_concerns();
    concern->set_concern_id(concern_id);
  }
  return *concern;
}

v1::CoverOrderState& Work::EditCover(const std::string& cover_id) {
  Touch({Item::kCover, cover_id, ""});
  v1::CoverOrderState* cover =
      FindIn(*person_.mutable_covers(),
             [&](const v1::CoverOrderState& held) { return held.cover_id() == cover_id; });
  if (cover == nullptr) {
    cover = person_.add_covers();
    cover->set_cover_id(cover_id);
  }
  return *cover;
}

void Work::Add(const v1::Performance& performance) {
  v1::Change& change = added_.emplace_back();
  *change.mutable_performance() = performance;
  Fold(change, person_);
}

void Work::Put(const v1::Change& item) {
  switch (item.change_case()) {
    case v1::Change::kIdentity:
      Touch({Item::kIdentity, "", ""});
      break;
    case v1::Change::kEpisode:
      Touch({Item::kEpisode, item.episode().organisation(), item.episode().reference()});
      break;
    case v1::Change::kDelegation:
      Touch({Item::kDelegation, item.delegation().delegation_id(), ""}, /*shown=*/false);
      break;
    case v1::Change::kConcern:
      Touch({Item::kConcern, item.concern().concern_id(), ""});
      break;
    case v1::Change::kCover:
      Touch({Item::kCover, item.cover().cover_id(), ""});
      break;
    default:
      added_.push_back(item);
      break;
  }
  Fold(item, person_);
}

void Work::MoveAway(const v1::RecordItem& item) {
  v1::Change& change = added_.emplace_back();
  *change.mutable_moved_away() = item;
  Fold(change, person_);
}

void Work::SetOrigin(const v1::ItemOrigin& origin) {
  v1::Change& change = added_.emplace_back();
  *change.mutable_origin() = origin;
  Fold(change, person_);
}

void Work::SetWorkerIdentity(const v1::WorkerIdentity& identity) {
  v1::Change& change = added_.emplace_back();
  *change.mutable_worker() = identity;
  Fold(change, worker_);
}

void Work::SetCompetency(const v1::Competency& competency) {
  v1::Change& change = added_.emplace_back();
  *change.mutable_competency() = competency;
  Fold(change, worker_);
}

void Work::SetWorkerTask(const v1::WorkerTask& task) {
  v1::Change& change = added_.emplace_back();
  *change.mutable_worker_task() = task;
  Fold(change, worker_);
}

const v1::LocalityRecord& Work::locality() const {
  if (locality_.has_value()) return *locality_;
  return view_.locality == nullptr ? v1::LocalityRecord::default_instance() : *view_.locality;
}

void Work::SetLocality(const v1::Change& change) {
  if (!locality_.has_value()) locality_ = locality();
  Fold(change, *locality_);
  locality_changes_.push_back(change);
}

std::vector<std::string> Work::DelegationIds() const {
  std::vector<std::string> ids;
  for (const v1::Delegation& delegation : person_.delegations()) {
    ids.push_back(delegation.delegation_id());
  }
  return ids;
}

v1::Outcome Work::Ask(v1::Question question, const v1::Facts& known,
                      const v1::Delegation* delegation) {
  v1::Facts facts = known;
  if (delegation != nullptr) {
    facts.set_override_cover(OverrideCoverOf(rulebook(), question, *delegation, now_, known));
  }
  const policy::Verdict verdict = policy::Decide(rulebook(), question, facts);

  v1::RecordedDecision& recorded = effect_.recorded.emplace_back();
  recorded.set_question(question);
  *recorded.mutable_facts() = facts;
  recorded.set_outcome(verdict.outcome);
  for (std::string& id : policy::RuleIds(rulebook(), verdict.matched)) {
    recorded.add_rule_ids(std::move(id));
  }
  recorded.set_rulebook_digest(ByteView(rulebook().digest()).str());

  v1::Decision decision = policy::Explain(rulebook(), question, facts, verdict);
  const bool holds = view_.clock_unsure && policy::IsHeldWhileClockIsUnsure(question, verdict);
  if (holds) HoldForClock(recorded, decision);
  if (delegation != nullptr) {
    recorded.set_delegation_id(delegation->delegation_id());
    decision.set_delegation_id(delegation->delegation_id());
    if (verdict.outcome == v1::OUTCOME_REFER && decision.owner().empty()) {
      decision.set_owner(delegation->proposal().delegating());
    }
  }
  effect_.decisions.push_back(std::move(decision));
  return recorded.outcome();
}

void Work::HoldForClock(v1::RecordedDecision& recorded, v1::Decision& decision) {
  effect_.held_for_clock = true;
  recorded.set_clock_unsure(true);
  recorded.set_outcome(v1::OUTCOME_HOLD);
  decision.set_outcome(v1::OUTCOME_HOLD);
  v1::Finding finding;
  finding.set_rule_id("clock-unsure");
  finding.set_clause("B-7.3");
  finding.set_standing(v1::STANDING_READING);
  finding.set_outcome(v1::OUTCOME_HOLD);
  finding.set_because("The gateway is not sure of the time, and starts nothing meanwhile.");
  finding.set_remedy("Wait, or call. Care that runs goes on, and reports are kept.");
  decision.mutable_findings()->Add(std::move(finding));
  auto& findings = *decision.mutable_findings();  // The strongest stands first.
  std::rotate(findings.begin(), findings.end() - 1, findings.end());
  AddNotice("CLOCK_UNSURE",
            "The gateway is not sure of the time, so nothing is started. Proposals and assignments "
            "are asked again by themselves once it is; confirm a start, accept oversight or send a "
            "record of competence once more then. Care that runs goes on.",
            "B-7.3");
}

std::string Work::ReferredTo(const v1::Delegation& delegation) const {
  const std::string& owner = last_decision().owner();
  return owner.empty() ? delegation.proposal().delegating() : owner;
}

std::string Work::StandIn(bool clinical) const {
  const std::string commissioning(rulebook().OwnerOf(v1::ROUTE_COMMISSIONING));
  const std::string& cover = rulebook().document().cover_owner();
  for (const std::string& organisation :
       {clinical ? cover : commissioning, clinical ? commissioning : cover}) {
    if (directory().Find(organisation) != nullptr) return organisation;
  }
  return "";
}

bool Work::Redirect(Telling& telling) {
  const std::string other =
      telling.to_nobody_else ? "" : StandIn(telling.kind == v1::DELIVERY_KIND_CONCERN);
  if (other.empty()) {
    AddNotice(
        "RECIPIENT_UNKNOWN",
        "An organisation that should be told is not in the directory, and nobody in its place "
        "is. Call it, and ask the keeper of the directory to add it.",
        "");
    unreached_.push_back(std::move(telling));
    return false;
  }
  AddNotice("RECIPIENT_REPLACED",
            "An organisation that should be told is not in the directory. Another has been told in "
            "its place; ask the keeper of the directory to add it.",
            "");
  telling.recipient = other;
  telling.words = absl::StrCat(
      "Not for you, but for an organisation that is not in the directory: "
      "see that it is acted on. ",
      telling.words);
  // What only the one meant can do, its stand-in cannot: it must see to it.
  if (telling.kind != v1::DELIVERY_KIND_TOLD && telling.kind != v1::DELIVERY_KIND_CONCERN) {
    telling.kind = v1::DELIVERY_KIND_ESCALATION;
  }
  return true;
}

void Work::Tell(Telling telling) {
  if (telling.recipient.empty()) return;
  if (directory().Find(telling.recipient) == nullptr && !Redirect(telling)) return;
  const bool only_to_know = telling.kind == v1::DELIVERY_KIND_TOLD;
  if (only_to_know && telling.recipient == sender()) return;
  for (Telling& other : tellings_) {
    if (other.recipient != telling.recipient || other.kind != telling.kind ||
        other.delegation_id != telling.delegation_id) {
      continue;
    }
    if (other.words.find(telling.words) == std::string::npos) {
      absl::StrAppend(&other.words, " ", telling.words);
    }
    other.urgency = std::max(other.urgency, telling.urgency);
    other.act_by = std::min(other.act_by, telling.act_by);
    other.with_proposal = other.with_proposal || telling.with_proposal;
    return;
  }
  tellings_.push_back(std::move(telling));
}

void Work::SetTimer(v1::TimerKind kind, absl::string_view about, absl::Time due_at) {
  const std::string id = TimerId(kind, about);
  // The last word on one timer stands; the engine need not see the others.
  effect_.timers.erase(
      std::remove_if(effect_.timers.begin(), effect_.timers.end(),
                     [&id](const TimerChange& timer) { return timer.timer_id == id; }),
      effect_.timers.end());
  effect_.timers.push_back({id, kind, due_at, std::string(about)});
}

void Work::CancelTimer(v1::TimerKind kind, absl::string_view about) {
  SetTimer(kind, about, absl::InfinitePast());
}

absl::Time Work::DeadlineOf(v1::TimerKind kind) const {
  return now_ + rulebook().DeadlineFor(kind);
}

void Work::AddConsequence(Consequence consequence) {
  effect_.consequences.push_back(std::move(consequence));
}

void Work::AddNotice(absl::string_view code, absl::string_view words, absl::string_view clause) {
  for (const v1::Notice& notice : effect_.receipt.notices()) {
    if (notice.code() == code && notice.words() == words) return;
  }
  v1::Notice& notice = *effect_.receipt.add_notices();
  notice.set_code(std::string(code));
  notice.set_words(std::string(words));
  notice.set_clause(std::string(clause));
}

void Work::Show(const std::string& delegation_id) {
  if (std::find(shown_.begin(), shown_.end(), delegation_id) == shown_.end()) {
    shown_.push_back(delegation_id);
  }
}

std::string DeliversNow(const v1::Delegation& delegation) {
  return IsRunning(delegation) ? delegation.proposal().delegated_to()
                               : delegation.interim_deliverer();
}

}  // namespace fosse::care
