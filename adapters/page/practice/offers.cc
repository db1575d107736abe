#include "adapters/page/practice/offers.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "adapters/itk3/document_text.h"
#include "base/status.h"

namespace fosse::adapters::page {
namespace {

constexpr size_t kMostItems = 2000;
constexpr size_t kMostOffers = 200;
constexpr absl::string_view kFinal =
    "\x1e";  // Before a line after which nothing is left to answer.

std::string HistoryNote(const std::string& delivery_id) {
  return absl::StrCat("page/history/", delivery_id);
}

absl::StatusOr<std::vector<Outbox::Item>> AllItems(Outbox& outbox, const std::string& practice) {
  std::vector<Outbox::Item> all;
  for (const Outbox::State state : {Outbox::State::kWaiting, Outbox::State::kDelivered,
                                    Outbox::State::kRefused, Outbox::State::kDead}) {
    FOSSE_ASSIGN_OR_RETURN(std::vector<Outbox::Item> items,
                           outbox.ItemsOf(practice, state, kMostItems));
    for (Outbox::Item& item : items) all.push_back(std::move(item));
  }
  std::sort(all.begin(), all.end(),
            [](const Outbox::Item& a, const Outbox::Item& b) { return a.sequence < b.sequence; });
  return all;
}

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

absl::Status ReadHistory(Outbox& outbox, Offer& offer) {
  FOSSE_ASSIGN_OR_RETURN(const std::optional<std::string> note,
                         outbox.FindNote(HistoryNote(offer.delivery.delivery_id())));
  if (!note.has_value()) return absl::OkStatus();
  for (absl::string_view line : absl::StrSplit(*note, '\n', absl::SkipEmpty())) {
    if (absl::ConsumePrefix(&line, kFinal) && offer.closed.empty()) {
      offer.closed = "It has been answered.";
    }
    offer.history.emplace_back(line);
  }
  return absl::OkStatus();
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
    FOSSE_RETURN_IF_ERROR(ReadHistory(outbox, offer));
  }
  return offers;
}

absl::Status AddHistory(Outbox& outbox, const std::string& delivery_id, const std::string& line,
                        bool final) {
  FOSSE_ASSIGN_OR_RETURN(const std::optional<std::string> note,
                         outbox.FindNote(HistoryNote(delivery_id)));
  std::string flat = line;
  std::replace(flat.begin(), flat.end(), '\n', ' ');
  const std::string added = absl::StrCat(final ? kFinal : "", flat);
  // The same form sent twice says nothing new.
  for (const absl::string_view known : absl::StrSplit(note.value_or(""), '\n')) {
    if (known == added) return absl::OkStatus();
  }
  return outbox.KeepNote(HistoryNote(delivery_id), absl::StrCat(note.value_or(""), added, "\n"));
}

}  // namespace fosse::adapters::page
