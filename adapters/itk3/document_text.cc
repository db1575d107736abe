#include "adapters/itk3/document_text.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "adapters/kit/words.h"

namespace fosse::adapters {
namespace {

// A section that leaves out what is not known.
class Section {
 public:
  explicit Section(absl::string_view heading) { section_.heading = std::string(heading); }
  Section& Add(absl::string_view name, const std::string& text) {
    if (!text.empty()) section_.lines.push_back({std::string(name), text});
    return *this;
  }
  void To(std::vector<TextSection>& sections) {
    if (!section_.lines.empty()) sections.push_back(std::move(section_));
  }

 private:
  TextSection section_;
};

std::string TimeText(const google::protobuf::Timestamp& stamp) {
  static const absl::TimeZone kLondon = [] {
    absl::TimeZone zone;
    absl::LoadTimeZone("Europe/London", &zone);
    return zone;
  }();
  return absl::FormatTime("%A %e %B %Y at %H:%M", absl::FromUnixSeconds(stamp.seconds()), kLondon);
}

std::string DayText(const std::string& day) {
  absl::CivilDay parsed;
  if (!absl::ParseCivilTime(day, &parsed)) return day;
  return absl::FormatTime("%e %B %Y", absl::FromCivil(parsed, absl::UTCTimeZone()),
                          absl::UTCTimeZone());
}

// National job role codes, for people.
struct Role {
  absl::string_view code;
  absl::string_view words;
};
constexpr Role kRoles[] = {
    {"R0260", "general practitioner"},
    {"R0270", "salaried general practitioner"},
    {"R0600", "specialist nurse"},
    {"R0610", "sister or charge nurse"},
    {"R0620", "staff nurse"},
    {"R0700", "community nurse"},
    {"R0950", "occupational therapist"},
    {"R1110", "physiotherapist"},
};

std::string RoleText(const std::string& role) {
  for (const Role& known : kRoles) {
    if (known.code == role) return std::string(known.words);
  }
  return role;
}

std::string PersonText(const v1::Practitioner& person) {
  std::string text = person.name();
  if (!person.role().empty())
    absl::StrAppend(&text, text.empty() ? "" : ", ", RoleText(person.role()));
  if (!person.organisation().empty()) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", person.organisation());
  }
  return text;
}

std::string ContactText(const v1::Contact& contact) {
  std::string text = contact.name();
  if (!contact.telephone().empty()) {
    absl::StrAppend(&text, text.empty() ? "" : ", telephone ", contact.telephone());
  }
  if (!contact.hours().empty()) absl::StrAppend(&text, text.empty() ? "" : ", ", contact.hours());
  return text;
}

std::string NumberText(const std::string& number) {
  if (number.size() != 10) return number;
  return absl::StrCat(number.substr(0, 3), " ", number.substr(3, 3), " ", number.substr(6));
}

void AddPerson(const v1::PersonReference& person, std::vector<TextSection>& sections) {
  Section("Person")
      .Add("Name", absl::StrCat(person.given_name(), person.given_name().empty() ? "" : " ",
                                person.family_name()))
      .Add("NHS number", NumberText(person.nhs_number()))
      .Add("Date of birth", DayText(person.date_of_birth()))
      .To(sections);
}

void AddContacts(absl::string_view heading, const v1::DutyContacts& contacts,
                 std::vector<TextSection>& sections) {
  Section(heading)
      .Add("In hours", ContactText(contacts.in_hours()))
      .Add("Out of hours", ContactText(contacts.out_of_hours()))
      .To(sections);
}

void AddStanding(const v1::DelegationStanding& standing, std::vector<TextSection>& sections) {
  Section("How it stands")
      .Add("Task",
           standing.task().display().empty() ? standing.task().code() : standing.task().display())
      .Add("Done by", standing.delivers_now())
      .Add("State", WordOf(*v1::DelegationState_descriptor(), standing.state()))
      .Add("Overseen by", standing.overseer())
      .Add("Next review", DayText(standing.review_on()))
      .To(sections);
}

}  // namespace

const v1::OfferState* OfferIn(const v1::Delivery& delivery) {
  const v1::OfferState* found = nullptr;
  for (const v1::DelegationStanding& standing : delivery.standings()) {
    if (!standing.has_offer()) continue;
    if (!standing.offer().closed() && standing.offer().offered_to() == delivery.recipient()) {
      return &standing.offer();
    }
    if (found == nullptr) found = &standing.offer();
  }
  return found;
}

std::string OfferReferenceOf(const v1::Delivery& delivery) {
  const v1::OfferState* const offer = OfferIn(delivery);
  if (offer != nullptr && !offer->offer_id().empty()) return offer->offer_id();
  if (offer != nullptr && !offer->reference().empty()) return offer->reference();
  return delivery.message().oversight_offer().reference();
}

std::vector<TextSection> DeliveryText(const v1::Delivery& delivery) {
  std::vector<TextSection> sections;
  const v1::OversightOffer& offer = delivery.message().oversight_offer();
  const v1::DelegationProposal& proposal =
      delivery.has_proposal() ? delivery.proposal() : delivery.message().delegation_proposal();
  Section(delivery.kind() == v1::DELIVERY_KIND_OFFER ? "What is asked" : "What it says")
      .Add("", delivery.words())
      .Add("Reference", OfferReferenceOf(delivery))
      .Add("Sent by", offer.offered_by().empty() ? delivery.message().sender() : offer.offered_by())
      .Add("Clinician", PersonText(offer.has_author() ? offer.author() : proposal.delegator()))
      .Add("Answer by", delivery.has_act_by() ? TimeText(delivery.act_by()) : "")
      .To(sections);
  Section("What was said")
      .Add("Concern", delivery.message().concern_raised().summary())
      .Add("Advice", delivery.message().advice_given().advice())
      .Add("Reason", delivery.message().delegation_change().reason())
      .Add("Reason or question", delivery.message().oversight_response().reason())
      .Add("Reason", delivery.message().oversight_hand_back().reason())
      .To(sections);
  if (delivery.message().subject().has_person()) {
    AddPerson(delivery.message().subject().person(), sections);
  }
  Section("Task")
      .Add("", offer.task_summary())
      .Add("Task", proposal.task().code().display())
      .Add("Details", proposal.task().description())
      .Add("Done by", proposal.delegated_to())
      .To(sections);
  Section("Plan")
      .Add("", offer.plan_summary())
      .Add("Instructions", proposal.plan().instructions())
      .Add("Training", proposal.plan().training_provided_by())
      .Add("Competence assessed by", proposal.plan().competence_assessor())
      .Add("Support", proposal.plan().ongoing_support())
      .Add("Clinical review by", proposal.plan().clinical_reviewer())
      .Add("Next review", DayText(offer.next_review_on().empty() ? proposal.plan().review_on()
                                                                 : offer.next_review_on()))
      .Add("When things change", proposal.plan().route_back())
      .To(sections);
  Section("When to act")
      .Add("", offer.thresholds())
      .Add("From the plan", proposal.plan().thresholds())
      .To(sections);
  Section("Risk")
      .Add("", offer.risk_summary())
      .Add("Level", WordOf(*v1::RiskLevel_descriptor(), proposal.risk().level()))
      .Add("As weighed by the team", proposal.risk().summary())
      .To(sections);
  Section("Recent events")
      .Add("", offer.recent_events())
      .Add("Open concern", offer.open_concern())
      .To(sections);
  AddContacts("Who answers meanwhile", offer.contacts(), sections);
  for (const v1::DelegationStanding& standing : delivery.standings()) {
    AddStanding(standing, sections);
    AddContacts("The overseer's contacts", standing.contacts(), sections);
  }
  return sections;
}

}  // namespace fosse::adapters
