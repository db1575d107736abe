// Rows of the alphabet about oversight: episodes, practices, offers and their answers.
#include "absl/strings/str_cat.h"
#include "care/times.h"
#include "tests/care/messages.h"
#include "tests/explorer/moves.h"

namespace fosse::care::rows {
namespace {

template <v1::EpisodeChangeKind kKind>
bool ChangeEpisode(const State& state, const Bounds&, const About& about, const char*,
                   v1::Envelope& envelope) {
  if (PersonOf(state, about) == nullptr && kKind != v1::EPISODE_CHANGE_KIND_OPENED) return false;
  envelope = Episode(Number(about), kKind, state.now);
  return true;
}

// What the record has overtaken already: of an hour before the last event.
bool CloseEpisodeTooLate(const State& state, const Bounds& bounds, const About& about,
                         const char* sender, v1::Envelope& envelope) {
  const v1::CareRecord* person = PersonOf(state, about);
  if (person == nullptr || person->episodes().empty()) return false;
  ChangeEpisode<v1::EPISODE_CHANGE_KIND_CLOSED>(state, bounds, about, sender, envelope);
  *envelope.mutable_episode_change()->mutable_occurred_at() =
      Timestamp(TimeOf(person->episodes(0).last_event_at()) - absl::Hours(1));
  return true;
}

template <v1::DischargeDestination kWhere>
bool Discharge(const State& state, const Bounds& bounds, const About& about, const char* sender,
               v1::Envelope& envelope) {
  if (!ChangeEpisode<v1::EPISODE_CHANGE_KIND_CLOSED>(state, bounds, about, sender, envelope)) {
    return false;
  }
  envelope.mutable_episode_change()->set_destination(kWhere);
  return true;
}

template <bool kCloses>
bool Register(const State&, const Bounds&, const About& about, const char* sender,
              v1::Envelope& envelope) {
  envelope = Registered(Number(about), sender);
  envelope.mutable_registration_change()->set_practice_closing(kCloses);
  return true;
}

// Offers are named in turn: a late answer names an earlier one.
std::string OfferName(int n) { return absl::StrCat("OF-", n); }
int OffersOn(const v1::Delegation& delegation) {
  int offers =
      delegation.oversight().has_offer() && !delegation.oversight().offer().reference().empty();
  for (const v1::OfferState& past : delegation.oversight().past_offers()) {
    offers += !past.reference().empty();
  }
  return offers;
}

bool MayOffer(const State& state, const Bounds& bounds, const About& about) {
  const v1::Delegation* delegation = TaskOf(state, about);
  return delegation != nullptr && OffersOn(*delegation) < bounds.offers;
}

bool OfferTo(const State& state, const Bounds& bounds, const About& about, const char* sender,
             v1::Envelope& envelope) {
  if (!MayOffer(state, bounds, about)) return false;
  envelope = Offer(Number(about), OfferName(OffersOn(*TaskOf(state, about))), Ref(about));
  envelope.set_sender(sender);
  return true;
}

bool OfferToOther(const State& state, const Bounds& bounds, const About& about, const char* sender,
                  v1::Envelope& envelope) {
  if (!OfferTo(state, bounds, about, sender, envelope)) return false;
  envelope.mutable_oversight_offer()->set_offered_to(kOtherPractice);
  return true;
}

bool OfferIncompletely(const State& state, const Bounds& bounds, const About& about,
                       const char* sender, v1::Envelope& envelope) {
  if (!OfferTo(state, bounds, about, sender, envelope)) return false;
  envelope.mutable_oversight_offer()->set_recent_events("");
  return true;
}

bool TakeOfferBack(const State& state, const Bounds&, const About& about, const char* sender,
                   v1::Envelope& envelope) {
  const v1::Delegation* delegation = TaskOf(state, about);
  if (delegation == nullptr || OffersOn(*delegation) == 0) return false;
  envelope = Offer(Number(about), OfferName(OffersOn(*delegation) - 1), Ref(about));
  envelope.set_sender(sender);
  envelope.mutable_oversight_offer()->set_withdrawn(true);
  return true;
}

bool HandItBack(const State& state, const Bounds& bounds, const About& about, const char* sender,
                v1::Envelope& envelope) {
  if (!MayOffer(state, bounds, about)) return false;
  envelope =
      HandBack(Number(about), OfferName(OffersOn(*TaskOf(state, about))), Ref(about), sender);
  return true;
}

template <v1::OversightAnswer kAnswer>
bool AnswerLast(const State& state, const Bounds&, const About& about, const char* sender,
                v1::Envelope& envelope) {
  const v1::Delegation* delegation = TaskOf(state, about);
  if (delegation == nullptr || OffersOn(*delegation) == 0) return false;
  envelope = Answer(Number(about), sender, OfferName(OffersOn(*delegation) - 1), kAnswer);
  return true;
}

bool AcceptFirst(const State& state, const Bounds&, const About& about, const char* sender,
                 v1::Envelope& envelope) {
  const v1::Delegation* delegation = TaskOf(state, about);
  if (delegation == nullptr || OffersOn(*delegation) < 2) return false;
  envelope = Answer(Number(about), sender, OfferName(0), v1::OVERSIGHT_ANSWER_ACCEPTED);
  return true;
}

// By a system, with nobody's name.
bool AcceptUnnamed(const State& state, const Bounds& bounds, const About& about, const char* sender,
                   v1::Envelope& envelope) {
  if (!AnswerLast<v1::OVERSIGHT_ANSWER_ACCEPTED>(state, bounds, about, sender, envelope)) {
    return false;
  }
  envelope.mutable_oversight_response()->clear_clinician();
  envelope.clear_acting_person();
  return true;
}

// In a gap, the offer that the gap itself made.
template <v1::OversightAnswer kAnswer>
bool AnswerGap(const State& state, const Bounds&, const About& about, const char* sender,
               v1::Envelope& envelope) {
  const v1::Delegation* delegation = TaskOf(state, about);
  if (delegation == nullptr || delegation->oversight().state() != v1::OVERSIGHT_STATE_GAP) {
    return false;
  }
  envelope = Answer(Number(about), sender, delegation->oversight().offer().offer_id(), kAnswer);
  return true;
}

}  // namespace

std::vector<Row> OfOversight() {
  using enum Group;
  return {
      {"opens an episode",
       kEpisodes,
       kPer,
       kNot,
       kNot,
       {kCommunity},
       ChangeEpisode<v1::EPISODE_CHANGE_KIND_OPENED>},
      {"closes the episode",
       kEpisodes,
       kPer,
       kNot,
       kNot,
       {kCommunity},
       ChangeEpisode<v1::EPISODE_CHANGE_KIND_CLOSED>},
      {"cancels the episode",
       kEpisodes,
       kPer,
       kNot,
       kNot,
       {kCommunity},
       ChangeEpisode<v1::EPISODE_CHANGE_KIND_CANCELLED>},
      {"reopens the episode",
       kEpisodes,
       kPer,
       kNot,
       kNot,
       {kCommunity},
       ChangeEpisode<v1::EPISODE_CHANGE_KIND_REOPENED>},
      {"plans to discharge",
       kEpisodes,
       kPer,
       kNot,
       kNot,
       {kCommunity},
       ChangeEpisode<v1::EPISODE_CHANGE_KIND_DISCHARGE_PLANNED>},
      {"closes the episode, too late",
       kEpisodes,
       kPer,
       kNot,
       kNot,
       {kCommunity},
       CloseEpisodeTooLate},
      {"discharges to another provider of health care",
       kEpisodes,
       kPer,
       kNot,
       kNot,
       {kCommunity},
       Discharge<v1::DISCHARGE_DESTINATION_OTHER_PROVIDER>},
      {"discharges, the person having died",
       kDeath,
       kPer,
       kNot,
       kNot,
       {kCommunity},
       Discharge<v1::DISCHARGE_DESTINATION_DIED>},
      {"registers", kRegistration, kPer, kNot, kNot, {kPractice, kOtherPractice}, Register<false>},
      {"closes its doors",
       kRegistration,
       kPer,
       kNot,
       kNot,
       {kPractice, kOtherPractice},
       Register<true>},
      {"offers oversight to the practice", kOffers, kPer, kPer, kNot, {kCommunity}, OfferTo},
      {"offers oversight to the other practice",
       kOffers,
       kPer,
       kPer,
       kNot,
       {kCommunity, kPractice},
       OfferToOther},
      {"offers oversight incompletely", kOffers, kPer, kPer, kNot, {kCommunity}, OfferIncompletely},
      {"takes its offer back", kOffers, kPer, kPer, kNot, {kCommunity}, TakeOfferBack},
      {"hands oversight back",
       kHandBack,
       kPer,
       kPer,
       kNot,
       {kPractice, kOtherPractice},
       HandItBack},
      {"accepts oversight by name",
       kOffers,
       kPer,
       kPer,
       kNot,
       {kPractice, kOtherPractice, kCommunity},
       AnswerLast<v1::OVERSIGHT_ANSWER_ACCEPTED>},
      {"accepts oversight by nobody's name",
       kOffers,
       kPer,
       kPer,
       kNot,
       {kPractice, kCommunity},
       AcceptUnnamed},
      {"accepts the first offer of oversight, late",
       kOffers,
       kPer,
       kPer,
       kNot,
       {kPractice, kOtherPractice},
       AcceptFirst},
      {"declines oversight",
       kOffers,
       kPer,
       kPer,
       kNot,
       {kPractice, kOtherPractice, kCommunity},
       AnswerLast<v1::OVERSIGHT_ANSWER_DECLINED>},
      {"asks about the offer of oversight",
       kOffers,
       kPer,
       kPer,
       kNot,
       {kPractice},
       AnswerLast<v1::OVERSIGHT_ANSWER_QUESTION>},
      {"takes the oversight that nobody has",
       kRegistration,
       kPer,
       kPer,
       kNot,
       {kCommunity, kOtherPractice},
       AnswerGap<v1::OVERSIGHT_ANSWER_ACCEPTED>},
      {"declines the oversight that nobody has",
       kRegistration,
       kPer,
       kPer,
       kNot,
       {kCommunity},
       AnswerGap<v1::OVERSIGHT_ANSWER_DECLINED>},
  };
}

}  // namespace fosse::care::rows
