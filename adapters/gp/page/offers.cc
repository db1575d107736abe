#include "adapters/gp/page/offers.h"

#include <utility>

#include "adapters/itk3/document_text.h"
#include "adapters/page/items.h"
#include "base/status.h"

namespace fosse::adapters::page {
namespace {

constexpr size_t kMostOffers = 200;

std::string WordsOf(v1::OfferClosure closure) {
  switch (closure) {
    case v1::OFFER_CLOSURE_ACCEPTED:
      return "A named clinician has taken oversight.";
    case v1::OFFER_CLOSURE_DECLINED:
      return "It was declined. The giver keeps oversight.";
    case v1::OFFER_CLOSURE_EXPIRED:
      return "It was not answered in time. The giver keeps oversight.";
    default:
      return "It was taken back. You have nothing to do.";
  }
}

bool SameDelegation(const v1::Delivery& a, const v1::Delivery& b) {
  for (const v1::DelegationStanding& one : a.standings()) {
    for (const v1::DelegationStanding& other : b.standings()) {
      if (one.delegation_id() == other.delegation_id()) return true;
    }
  }
  return false;
}

// Why the offer is closed, by what the practice was told after it.
std::string ClosedBy(const v1::Delivery& later, const v1::Delivery& earlier) {
  const std::string reference = OfferReferenceOf(earlier);
  if (later.kind() == v1::DELIVERY_KIND_WITHDRAWAL && OfferReferenceOf(later) == reference) {
    return WordsOf(v1::OFFER_CLOSURE_WITHDRAWN);
  }
  if (IsOffer(later) && SameDelegation(later, earlier)) {
    return "A newer offer has taken its place.";
  }
  for (const v1::DelegationStanding& standing : later.standings()) {
    const v1::OfferState& offer = standing.offer();
    if (offer.closed() && (offer.offer_id() == reference || offer.reference() == reference)) {
      return WordsOf(offer.closure());
    }
  }
  return "";
}

}  // namespace

bool IsOffer(const v1::Delivery& delivery) { return delivery.kind() == v1::DELIVERY_KIND_OFFER; }

absl::StatusOr<std::vector<Offer>> OffersTo(Outbox& outbox, const std::string& practice,
                                            absl::Time now) {
  FOSSE_ASSIGN_OR_RETURN(const std::vector<Outbox::Item> items, AllItems(outbox, practice));
  std::vector<Offer> offers;
  for (auto item = items.rbegin(); item != items.rend() && offers.size() < kMostOffers; ++item) {
    Offer& offer = offers.emplace_back();
    offer.delivery = item->delivery;
    offer.read = item->state == Outbox::State::kDelivered;
    if (!IsOffer(offer.delivery)) continue;
    for (auto later = item.base(); later != items.end() && offer.closed.empty(); ++later) {
      offer.closed = ClosedBy(later->delivery, offer.delivery);
    }
    const bool late = offer.delivery.has_act_by() &&
                      absl::FromUnixSeconds(offer.delivery.act_by().seconds()) < now;
    if (offer.closed.empty() && late) offer.closed = WordsOf(v1::OFFER_CLOSURE_EXPIRED);
    FOSSE_ASSIGN_OR_RETURN(History history, ReadHistory(outbox, offer.delivery.delivery_id()));
    if (history.final && offer.closed.empty()) offer.closed = "It has been answered.";
    offer.history = std::move(history.lines);
  }
  return offers;
}

}  // namespace fosse::adapters::page
