// Rows of the alphabet about the person, what worries those who care, and what stands in the way.
#include "absl/strings/str_cat.h"
#include "care/times.h"
#include "tests/care/messages.h"
#include "tests/explorer/moves.h"

namespace fosse::care::rows {
namespace {

const v1::ConcernState* OpenConcern(const State& state, const About& about, v1::ConcernKind kind) {
  const v1::CareRecord* person = PersonOf(state, about);
  if (person == nullptr) return nullptr;
  for (const v1::ConcernState& concern : person->concerns()) {
    if (concern.open() && concern.concern().kind() == kind) return &concern;
  }
  return nullptr;
}

// One of a kind at a time.
template <v1::ConcernKind kKind>
bool Raise(const State& state, const Bounds&, const About& about, const char* sender,
           v1::Envelope& envelope) {
  if (PersonOf(state, about) == nullptr || OpenConcern(state, about, kKind) != nullptr) {
    return false;
  }
  envelope = Concern(Number(about), sender, "CR-1", kKind, Ref(about));
  return true;
}

bool CloseIt(const State& state, const Bounds&, const About& about, const char* sender,
             v1::Envelope& envelope) {
  const v1::ConcernState* open = OpenConcern(state, about, v1::CONCERN_KIND_CLINICAL);
  if (open == nullptr) return false;
  envelope = Concern(Number(about), sender, open->concern_id(), v1::CONCERN_KIND_CLINICAL, "");
  envelope.mutable_concern_raised()->set_closed(true);
  return true;
}

template <v1::ReviewConclusion kConclusion>
bool ReviewIt(const State& state, const Bounds&, const About& about, const char* sender,
              v1::Envelope& envelope) {
  if (TaskOf(state, about) == nullptr) return false;
  envelope = Review(Number(about), sender, Ref(about), kConclusion,
                    DayOf(state.now + absl::Hours(24 * 60)));
  *envelope.mutable_clinical_review()->mutable_reviewed_at() = Timestamp(state.now);
  return true;
}

bool ReviewAndClose(const State& state, const Bounds& bounds, const About& about,
                    const char* sender, v1::Envelope& envelope) {
  const v1::ConcernState* open = OpenConcern(state, about, v1::CONCERN_KIND_CLINICAL);
  if (open == nullptr ||
      !ReviewIt<v1::REVIEW_CONCLUSION_CONTINUE>(state, bounds, about, sender, envelope)) {
    return false;
  }
  envelope.mutable_clinical_review()->add_closes_concerns(open->concern_id());
  return true;
}

// The latest cover of the task in one of these states, answered by whoever was asked.
bool AnswerCover(const State& state, const About& about, bool refused, v1::CoverState answer,
                 v1::Envelope& envelope) {
  const v1::Delegation* delegation = TaskOf(state, about);
  if (delegation == nullptr) return false;
  const v1::CoverOrderState* found = nullptr;
  for (const v1::CoverOrderState& cover : PersonOf(state, about)->covers()) {
    if (cover.delegation_id() == delegation->delegation_id() &&
        cover.state() != v1::COVER_STATE_ENDED &&
        (cover.state() == v1::COVER_STATE_REFUSED) == refused) {
      found = &cover;
    }
  }
  if (found == nullptr) return false;
  envelope = From(found->cover_by(), Number(about));
  v1::CoverConfirmed& confirmed = *envelope.mutable_cover_confirmed();
  confirmed.set_order_reference(found->cover_id());
  confirmed.set_state(answer);
  *confirmed.mutable_at() = Timestamp(state.now);
  return true;
}

template <v1::CoverState kAnswer, bool kRefused = false>
bool Cover(const State& state, const Bounds&, const About& about, const char*,
           v1::Envelope& envelope) {
  return AnswerCover(state, about, kRefused, kAnswer, envelope);
}

template <v1::Consent kConsent>
bool Consent(const State& state, const Bounds&, const About& about, const char* sender,
             v1::Envelope& envelope) {
  if (TaskOf(state, about) == nullptr) return false;
  envelope = From(sender, Number(about));
  envelope.mutable_consent_changed()->mutable_delegation()->set_reference(Ref(about));
  envelope.mutable_consent_changed()->set_consent(kConsent);
  return true;
}

template <bool kReturned>
bool Away(const State& state, const Bounds&, const About& about, const char* sender,
          v1::Envelope& envelope) {
  if (PersonOf(state, about) == nullptr) return false;
  envelope = From(sender, Number(about));
  v1::PersonAway& away = *envelope.mutable_person_away();
  away.set_place(v1::AWAY_PLACE_HOSPITAL);
  *away.mutable_from() = Timestamp(state.now);
  away.set_returned(kReturned);
  return true;
}

template <v1::PersonUpdateKind kKind>
bool Update(const State& state, const Bounds&, const About& about, const char* sender,
            v1::Envelope& envelope) {
  if (PersonOf(state, about) == nullptr) return false;
  envelope = From(sender, Number(about));
  envelope.mutable_person_update()->set_kind(kKind);
  *envelope.mutable_person_update()->mutable_occurred_at() = Timestamp(state.now);
  return true;
}

// The other person's record is of this one, or is not.
template <v1::PersonUpdateKind kKind>
bool SaySame(const State& state, const Bounds& bounds, const About& about, const char* sender,
             v1::Envelope& envelope) {
  if (bounds.persons < kPersons || PersonOf(state, about) == nullptr) return false;
  envelope = From(sender, Number(about));
  v1::PersonUpdate& update = *envelope.mutable_person_update();
  update.set_kind(kKind);
  *update.mutable_occurred_at() = Timestamp(state.now);
  *update.mutable_other_person() = Person(NumberOf(1 - about.person));
  return true;
}

template <bool kResolved>
bool Dispute(const State& state, const Bounds&, const About& about, const char* sender,
             v1::Envelope& envelope) {
  if (TaskOf(state, about) == nullptr) return false;
  envelope = From(sender, Number(about));
  v1::DisputeRaised& dispute = *envelope.mutable_dispute_raised();
  dispute.set_reference("DIS-1");
  dispute.mutable_delegation()->set_reference(Ref(about));
  dispute.set_summary("who pays");
  dispute.set_jointly_funded(true);
  dispute.set_resolved(kResolved);
  return true;
}

// A named registrant passes over everything that is said to be missing, once for each task.
bool Override(const State& state, const Bounds&, const About& about, const char* sender,
              v1::Envelope& envelope) {
  const v1::Delegation* delegation = TaskOf(state, about);
  if (delegation == nullptr || Over(*delegation) || delegation->missing_rules().empty() ||
      !delegation->overrides().empty()) {
    return false;
  }
  envelope = From(sender, Number(about));
  v1::ClinicalOverride& by = *envelope.mutable_clinical_override();
  by.mutable_delegation()->set_reference(Ref(about));
  *by.mutable_rule_ids() = delegation->missing_rules();
  by.set_reason("seen at home");
  by.set_until(DayOf(state.now + absl::Hours(24 * 7)));
  return true;
}

bool Acknowledge(const State& state, const Bounds&, const About& about, const char*,
                 v1::Envelope& envelope) {
  if (PersonOf(state, about) == nullptr) return false;
  *envelope.mutable_subject()->mutable_person() = Person(Number(about));
  envelope.mutable_delivery_outcome()->set_delivery_id("M-1");
  envelope.mutable_delivery_outcome()->set_state(v1::DELIVERY_STATE_DELIVERED);
  return true;
}

}  // namespace

std::vector<Row> OfPerson() {
  using enum Group;
  return {
      {"raises a clinical concern",
       kConcerns,
       kPer,
       kPer,
       kNot,
       {kProvider},
       Raise<v1::CONCERN_KIND_CLINICAL>},
      {"raises a safeguarding concern",
       kConcerns,
       kPer,
       kPer,
       kNot,
       {kCommunity},
       Raise<v1::CONCERN_KIND_SAFEGUARDING>},
      {"closes the concern", kConcerns, kPer, kNot, kNot, {kCommunity, kPractice}, CloseIt},
      {"reviews and closes the concern", kConcerns, kPer, kPer, kNot, {kCommunity}, ReviewAndClose},
      {"reviews: it goes on",
       kReviews,
       kPer,
       kPer,
       kNot,
       {kCommunity, kPractice},
       ReviewIt<v1::REVIEW_CONCLUSION_CONTINUE>},
      {"reviews: it is suspended",
       kReviews,
       kPer,
       kPer,
       kNot,
       {kCommunity},
       ReviewIt<v1::REVIEW_CONCLUSION_SUSPEND>},
      {"reviews: it ends",
       kReviews,
       kPer,
       kPer,
       kNot,
       {kCommunity},
       ReviewIt<v1::REVIEW_CONCLUSION_END>},
      {"whoever is asked confirms the cover",
       kCover,
       kPer,
       kPer,
       kNot,
       {""},
       Cover<v1::COVER_STATE_CONFIRMED>},
      {"whoever is asked refuses the cover",
       kCover,
       kPer,
       kPer,
       kNot,
       {""},
       Cover<v1::COVER_STATE_REFUSED>},
      {"whoever is asked ends the cover",
       kCover,
       kPer,
       kPer,
       kNot,
       {""},
       Cover<v1::COVER_STATE_ENDED>},
      {"who refused the cover confirms it after all",
       kCover,
       kPer,
       kPer,
       kNot,
       {""},
       Cover<v1::COVER_STATE_CONFIRMED, true>},
      {"who refused the cover ends it",
       kCover,
       kPer,
       kPer,
       kNot,
       {""},
       Cover<v1::COVER_STATE_ENDED, true>},
      {"says that the person declines",
       kConsent,
       kPer,
       kPer,
       kNot,
       {kCommunity},
       Consent<v1::CONSENT_DECLINED>},
      {"says that the person consents",
       kConsent,
       kPer,
       kPer,
       kNot,
       {kCommunity},
       Consent<v1::CONSENT_GIVEN>},
      {"says that the person is away", kAbsence, kPer, kNot, kNot, {kCommunity}, Away<false>},
      {"says that the person is back", kAbsence, kPer, kNot, kNot, {kCommunity}, Away<true>},
      {"reports the person's death",
       kDeath,
       kPer,
       kNot,
       kNot,
       {kProvider, kPractice},
       Update<v1::PERSON_UPDATE_KIND_DEATH>},
      {"confirms the person's death",
       kDeath,
       kPer,
       kNot,
       kNot,
       {kProvider, kPractice},
       Update<v1::PERSON_UPDATE_KIND_DEATH_CONFIRMED>},
      {"says that the person lives",
       kDeath,
       kPer,
       kNot,
       kNot,
       {kPractice},
       Update<v1::PERSON_UPDATE_KIND_DEATH_CORRECTED>},
      {"says that the other record is of this person too",
       kIdentity,
       kPer,
       kNot,
       kNot,
       {kProvider, kPractice, kCommunity},
       SaySame<v1::PERSON_UPDATE_KIND_MERGE>},
      {"says that the other record is of somebody else",
       kIdentity,
       kPer,
       kNot,
       kNot,
       {kProvider, kPractice, kCommunity},
       SaySame<v1::PERSON_UPDATE_KIND_UN_MERGE>},
      {"disputes who pays", kDispute, kPer, kPer, kNot, {kCouncil}, Dispute<false>},
      {"settles who pays", kDispute, kPer, kPer, kNot, {kCouncil}, Dispute<true>},
      {"overrides what is missing", kOverride, kPer, kPer, kNot, {kCommunity}, Override},
      {"the recipient's system acknowledges a delivery",
       kReceipts,
       kPer,
       kNot,
       kNot,
       {""},
       Acknowledge},
  };
}

}  // namespace fosse::care::rows
