#include "adapters/community/translate.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/community/note.h"
#include "base/field_check.h"
#include "base/status.h"

namespace fosse::adapters::community {
namespace {

using hl7::ErrorCode;
using hl7::Location;
using hl7::Message;

// Visits and movements: known, and by themselves nothing to the caseload.
constexpr absl::string_view kVisitEvents[] = {
    "A01", "A02", "A03", "A04", "A05", "A06", "A07", "A11", "A12", "A13", "A14",
    "A15", "A16", "A21", "A22", "A25", "A26", "A27", "A38", "A52", "A53",
};
constexpr absl::string_view kDemographicEvents[] = {"A08", "A28", "A31"};
// Two records of the sender's are one person's.
constexpr absl::string_view kMergeEvents[] = {"A34", "A40"};
constexpr absl::string_view kReferralEvents[] = {"I12", "I13", "I14", "I15"};

template <typename List, typename Value>
bool Has(const List& list, const Value& value) {
  return std::find(std::begin(list), std::end(list), value) != std::end(list);
}

// An event that takes another one back means what that one means.
struct Undoing {
  absl::string_view event;
  std::array<Meaning, 3> undone;
  std::array<absl::string_view, 3> of;
};
constexpr Undoing kUndoing[] = {
    {"ADT^A11",
     {Meaning::kOpen, Meaning::kAwayHospital, Meaning::kAwayRespite},
     {"ADT^A04", "ADT^A01", "ADT^A28"}},
    {"ADT^A13", {Meaning::kDischarge, Meaning::kBack}, {"ADT^A03"}},
    {"REF^I14", {Meaning::kOpen}, {"REF^I12"}},
};

bool IsStay(Meaning meaning) {
  return meaning == Meaning::kAwayHospital || meaning == Meaning::kAwayRespite ||
         meaning == Meaning::kBack;
}

const Undoing* UndoingBy(absl::string_view event) {
  for (const Undoing& undoing : kUndoing) {
    if (undoing.event == event) return &undoing;
  }
  return nullptr;
}

// What one message becomes; lives for one translation.
class Translation {
 public:
  Translation(const Message& message, const SiteProfile& profile, absl::string_view locality,
              absl::TimeZone zone)
      : message_(message), profile_(profile), locality_(locality), zone_(zone) {}

  Translated Run() {
    if (!message_.ok()) {
      out_.faults = hl7::ErrorsOf(message_);
      return Faulty();
    }
    if (profile_.strict()) RefuseDepartures();
    if (!out_.faults.empty()) return Faulty();
    type_ = message_.Value("MSH", 9, 1, 1);
    code_ = message_.Value("MSH", 9, 1, 2);
    // An RRI answers a REF: its events are the same.
    event_ = absl::StrCat(type_ == "RRI" ? "REF" : type_, "^", code_);
    native_service_ = message_.Value(profile_.ServicePlace(message_));
    const SiteProfile::Found found = MeaningHere();
    if (found.meaning == Meaning::kIgnore) return std::move(out_);
    if (!IsSupported(found.meaning)) return Unsupported();
    RefuseSecondSegments();
    if (!out_.faults.empty()) return Faulty();
    Decide(found);
    if (!out_.faults.empty()) return Faulty();
    if (out_.envelope.body_case() == v1::Envelope::BODY_NOT_SET) {
      out_.envelope.Clear();
      return std::move(out_);
    }
    FillEnvelope();
    CheckTerms();
    if (!out_.faults.empty()) return Faulty();
    out_.result = Translated::Result::kMessage;
    return std::move(out_);
  }

 private:
  void RefuseDepartures() {
    for (const hl7::Issue& issue : message_.issues()) {
      if (out_.faults.size() == hl7::kMaxAckErrors) return;
      out_.faults.push_back({.issue = issue, .code = ErrorCode::kDatatype});
    }
    if (message_.Value("MSH", 9, 1, 1) == "ADT" && message_.Value("EVN", 6).empty()) {
      Fault(Place("EVN", 6), ErrorCode::kRequiredFieldMissing, "TIME_MISSING",
            "say when it happened, as the ITK specification asks of every ADT event");
    }
  }

  // What decides stands once: of two, acting on the first would lose the second. Results of several
  // kinds are several notes.
  void RefuseSecondSegments() {
    for (const char* const name : {"EVN", "PV1", "PD1", "RF1", "TXA", "ZU8"}) {
      if (message_.Find(name, 2) == nullptr) continue;
      Fault({.segment = name, .occurrence = 2}, ErrorCode::kSegmentSequence, "SEGMENT_TWICE",
            "send one message for each event");
    }
    for (const hl7::Segment& results : message_.Named("OBR")) {
      if (!IsNote(event_) || results.Value(4) == native_service_) continue;
      Fault(results.At(4, 1, 1), ErrorCode::kSegmentSequence, "SEGMENT_TWICE",
            "send one message for each kind of note");
    }
  }

  SiteProfile::Found MeaningHere() const {
    SiteProfile::Found found = profile_.Find(event_, native_service_);
    const Undoing* const undoing = UndoingBy(event_);
    if (found.meaning != Meaning::kUnlisted || undoing == nullptr) return found;
    for (const absl::string_view event : undoing->of) {
      const SiteProfile::Found undone = profile_.Find(event, native_service_);
      if (Has(undoing->undone, undone.meaning)) return undone;
    }
    return found;
  }

  // The message has an effect only for services it must then name.
  bool LacksService() const {
    if (!native_service_.empty()) return false;
    if (profile_.DependsOnService(event_)) return true;
    const Undoing* const undoing = UndoingBy(event_);
    return undoing != nullptr &&
           std::any_of(undoing->of.begin(), undoing->of.end(),
                       [this](absl::string_view of) { return profile_.DependsOnService(of); });
  }

  bool IsReferral() const { return type_ == "REF" || type_ == "RRI"; }

  bool IsSupported(Meaning meaning) const {
    if (IsReferral()) return Has(kReferralEvents, code_);
    if (IsNote(event_)) return meaning == Meaning::kConcern;
    if (type_ != "ADT") return false;
    return Has(kVisitEvents, code_) || Has(kDemographicEvents, code_) || Has(kMergeEvents, code_) ||
           meaning == Meaning::kContactEnd;
  }

  bool IsOfThePerson() const { return Has(kDemographicEvents, code_) || Has(kMergeEvents, code_); }

  // What an inpatient, mental health or any other service that the profile does not list knows of
  // the person stays there, and so does that the person is known to it.
  bool IsOfAnotherService(Meaning meaning) const {
    if (meaning != Meaning::kUnlisted) return false;
    if (native_service_.empty()) return message_.Value("PV1", 2) == "I";
    return !profile_.ListsService(native_service_);
  }

  void Decide(const SiteProfile::Found& found) {
    const std::string processing = message_.Value("MSH", 11);
    if (processing != "P" && !processing.empty()) {
      return Fault(Place("MSH", 11), ErrorCode::kUnsupportedProcessingId,
                   "PROCESSING_ID_UNSUPPORTED", "send only production messages here: P");
    }
    const Meaning meaning = found.meaning;
    const bool caseload = meaning == Meaning::kOpen || meaning == Meaning::kDischarge;
    if (meaning == Meaning::kConcern) {
      return ReadConcern(message_, zone_, profile_.organisation(), out_.envelope, out_.faults);
    }
    if (IsReferral()) {
      if (meaning == Meaning::kOpen) return Referral(found.service);
      return SkipUnlessServiceLacks(meaning);
    }
    if (IsStay(meaning)) return Stay(meaning);
    if (IsOfThePerson() && meaning != Meaning::kOpen && IsOfAnotherService(meaning)) return;
    if (Has(kMergeEvents, code_)) return Merge();
    if (IsOfThePerson() && meaning != Meaning::kOpen) return Demographics();
    if (!caseload) {
      // A service that the profile lists tells a death also where only a contact ended.
      if (meaning == Meaning::kContactEnd && TellsDeath()) return Death();
      return SkipUnlessServiceLacks(meaning);
    }
    Caseload(meaning, found.service);
  }

  // Silence would lose a caseload event; a message that names its service and is not listed is a
  // visit, or another service's.
  void SkipUnlessServiceLacks(Meaning meaning) {
    if (meaning != Meaning::kUnlisted || !LacksService()) return;
    Fault(profile_.ServicePlace(message_), ErrorCode::kRequiredFieldMissing, "SERVICE_MISSING",
          "name the service that the event is about");
  }

  void Referral(const std::string& service) {
    if (message_.Find("RF1") == nullptr) {
      return Fault({.segment = "RF1"}, ErrorCode::kSegmentSequence, "SEGMENT_MISSING",
                   "send RF1 with status, service and referral identifier");
    }
    const bool cancels = code_ == "I14";
    const std::string status = message_.Value("RF1", 1);
    if (!cancels && status != "A") {
      // Pending, rejected, expired: nobody is on the caseload by it.
      if (status == "P" || status == "R" || status == "E") return;
      return Fault(
          Place("RF1", 1, 1),
          status.empty() ? ErrorCode::kRequiredFieldMissing : ErrorCode::kTableValueNotFound,
          "REFERRAL_STATUS_UNKNOWN", "send A, P, R or E (table 0283)");
    }
    // A change or a status question about an accepted referral opens nothing anew.
    if (!cancels && code_ != "I12") return;
    if (cancels && SaysDied(message_, out_.faults)) return Death();
    v1::EpisodeChange& change =
        Episode(cancels ? v1::EPISODE_CHANGE_KIND_CANCELLED : v1::EPISODE_CHANGE_KIND_OPENED,
                service, Place("RF1", 6, 1));
    RefuseIfDied();
    // RF1-7 of a cancellation is still the day that the referral was to begin.
    SetTime(change, {cancels ? Place("EVN", 6) : Place("RF1", 7), Place("MSH", 7)});
    if (auto provider = ReferredTo(message_, profile_.organisation())) {
      *change.mutable_care_manager() = *provider;
    }
  }

  void Caseload(Meaning meaning, const std::string& service) {
    const bool undoes = UndoingBy(event_) != nullptr;
    const bool opens = meaning == Meaning::kOpen;
    const v1::EpisodeChangeKind kind =
        opens ? (undoes ? v1::EPISODE_CHANGE_KIND_CANCELLED : v1::EPISODE_CHANGE_KIND_OPENED)
              : (undoes ? v1::EPISODE_CHANGE_KIND_REOPENED : v1::EPISODE_CHANGE_KIND_CLOSED);
    // Death pauses the tasks, which is more than a cancelled opening does.
    if (kind == v1::EPISODE_CHANGE_KIND_CANCELLED && SaysDied(message_, out_.faults)) {
      return Death();
    }
    v1::EpisodeChange& change = Episode(kind, service, Place("PV1", 19, 1));
    // PV1-44 and 45 tell of the visit, not of when it was taken back.
    SetTime(change, {Place("EVN", 6), undoes  ? Place("EVN", 2)
                                      : opens ? Place("PV1", 44)
                                              : Place("PV1", 45)});
    auto manager = PractitionerOf(message_, "PV1", 9, profile_.organisation());
    if (!manager.has_value()) manager = PractitionerOf(message_, "PV1", 7, profile_.organisation());
    if (manager.has_value()) *change.mutable_care_manager() = *std::move(manager);
    if (kind == v1::EPISODE_CHANGE_KIND_CLOSED) {
      change.set_destination(SaysDied(message_, out_.faults) ? v1::DISCHARGE_DESTINATION_DIED
                                                             : DestinationOf(message_));
    } else {
      RefuseIfDied();
    }
  }

  // A stay elsewhere pauses the tasks; its end starts nothing before the overseer has answered
  // (HAZ-41).
  void Stay(Meaning meaning) {
    if (TellsDeath()) return Death();
    const bool undoes = UndoingBy(event_) != nullptr;
    v1::PersonAway& away = *out_.envelope.mutable_person_away();
    away.set_place(meaning == Meaning::kAwayRespite ? v1::AWAY_PLACE_RESPITE
                                                    : v1::AWAY_PLACE_HOSPITAL);
    away.set_returned((meaning == Meaning::kBack) != undoes);
    auto time = TimeOf(message_, zone_,
                       {Place("EVN", 6), undoes                      ? Place("EVN", 2)
                                         : meaning == Meaning::kBack ? Place("PV1", 45)
                                                                     : Place("PV1", 44)},
                       out_.faults);
    if (time.has_value()) *away.mutable_from() = *std::move(time);
  }

  v1::EpisodeChange& Episode(v1::EpisodeChangeKind kind, const std::string& service,
                             const Location& reference) {
    v1::EpisodeChange& change = *out_.envelope.mutable_episode_change();
    change.set_kind(kind);
    change.set_service(service);
    change.set_organisation(profile_.organisation());
    change.set_episode_reference(message_.Value(reference));
    change.set_registered_practice(PracticeOf(message_, ShieldingOf(message_, out_.faults)));
    return change;
  }

  void SetTime(v1::EpisodeChange& change, std::initializer_list<Location> places) {
    auto time = TimeOf(message_, zone_, places, out_.faults);
    if (time.has_value()) *change.mutable_occurred_at() = *std::move(time);
  }

  void Demographics() {
    if (TellsDeath()) return Death();
    const Shielding shielding = ShieldingOf(message_, out_.faults);
    v1::PersonUpdate& update =
        Update(shielding == Shielding::kYes ? v1::PERSON_UPDATE_KIND_RESTRICTION
                                            : v1::PERSON_UPDATE_KIND_DEMOGRAPHICS);
    update.set_registered_practice(PracticeOf(message_, shielding));
    update.set_address(AddressOf(message_, shielding));
  }

  // PID is the record that is kept, MRG the other. What follows is for people to decide.
  void Merge() {
    if (MergesLocalNumbersAlone(message_, profile_.nhs_number_tags())) return;
    v1::PersonUpdate& update = Update(v1::PERSON_UPDATE_KIND_MERGE);
    Faults told_with_the_person;
    const v1::PersonReference kept =
        PersonOf(message_, profile_.nhs_number_tags(), told_with_the_person);
    *update.mutable_other_person() =
        PriorPersonOf(message_, profile_.nhs_number_tags(), kept, out_.faults);
  }

  bool TellsDeath() {
    return SaysDied(message_, out_.faults) ||
           ((code_ == "A03" || IsOfThePerson()) &&
            DestinationOf(message_) == v1::DISCHARGE_DESTINATION_DIED);
  }

  void Death() { Update(v1::PERSON_UPDATE_KIND_DEATH); }

  v1::PersonUpdate& Update(v1::PersonUpdateKind kind) {
    v1::PersonUpdate& update = *out_.envelope.mutable_person_update();
    update.set_kind(kind);
    update.set_location_restricted(ShieldingOf(message_, out_.faults) == Shielding::kYes);
    auto time =
        TimeOf(message_, zone_, {Place("EVN", 6), Place("EVN", 2), Place("MSH", 7)}, out_.faults);
    if (time.has_value()) *update.mutable_occurred_at() = *std::move(time);
    return update;
  }

  // One Envelope cannot carry both, and neither may be lost.
  void RefuseIfDied() {
    if (!SaysDied(message_, out_.faults)) return;
    Fault(Place("PID", 30), ErrorCode::kTableValueNotFound, "DEATH_WITH_OPENING",
          "send the death on its own, as A31 or A08");
  }

  void FillEnvelope() {
    v1::Envelope& envelope = out_.envelope;
    envelope.set_message_id(
        absl::StrCat(message_.Value("MSH", 10), "/", message_.Value("MSH", 7, 1, 1)));
    if (message_.Value("MSH", 10).empty()) {
      Fault(Place("MSH", 10), ErrorCode::kRequiredFieldMissing, "CONTROL_ID_MISSING",
            "send a control id of its own with every message");
    }
    envelope.set_locality(std::string(locality_));
    envelope.set_sender(profile_.organisation());
    auto sent = TimeOf(message_, zone_, {Place("MSH", 7)}, out_.faults);
    if (sent.has_value()) *envelope.mutable_sent_at() = *std::move(sent);
    *envelope.mutable_subject()->mutable_person() =
        PersonOf(message_, profile_.nhs_number_tags(), out_.faults);
    if (auto operated = PractitionerOf(message_, "EVN", 5, profile_.organisation());
        operated.has_value() && !envelope.has_acting_person()) {
      *envelope.mutable_acting_person()->mutable_practitioner() = *std::move(operated);
    }
    envelope.mutable_original()->set_media_type(kMediaType);
    envelope.mutable_original()->set_content(message_.bytes().data(), message_.bytes().size());
  }

  // What is missing or unreadable is already told, better than by the terms.
  void CheckTerms() {
    if (!out_.faults.empty()) return;
    const absl::Status kept = CheckFields(out_.envelope);
    if (kept.ok()) return;
    out_.faults = FaultsOf(
        {.code = kept.code(), .reason = ReasonOf(kept), .metadata = MetadataOf(kept)}, message_);
  }

  void Fault(const Location& at, ErrorCode code, absl::string_view reason,
             absl::string_view remedy) {
    AddFault(out_.faults, at, code, reason, remedy);
  }

  Translated Faulty() {
    out_.result = Translated::Result::kFaulty;
    out_.envelope.Clear();
    if (out_.faults.size() > hl7::kMaxAckErrors) out_.faults.resize(hl7::kMaxAckErrors);
    return std::move(out_);
  }

  Translated Unsupported() {
    if (IsNote(event_)) {
      Fault(KindOfNote(message_), ErrorCode::kUnsupportedEvent, "NOTE_UNLISTED",
            "nobody would read it here: the site profile lists this kind of note as no concern");
      out_.result = Translated::Result::kUnsupported;
      return std::move(out_);
    }
    if (type_ == "ADT" || IsReferral()) {
      Fault(Place("MSH", 9, 2), ErrorCode::kUnsupportedEvent, "EVENT_UNSUPPORTED",
            "this door takes caseload, visit and demographic events; see the format's description");
    } else {
      Fault(Place("MSH", 9, 1), ErrorCode::kUnsupportedMessageType, "MESSAGE_TYPE_UNSUPPORTED",
            "this door takes ADT, REF and RRI, and as concerns MDM and ORU");
    }
    out_.result = Translated::Result::kUnsupported;
    return std::move(out_);
  }

  const Message& message_;
  const SiteProfile& profile_;
  const absl::string_view locality_;
  const absl::TimeZone zone_;
  std::string type_;
  std::string code_;   // A03
  std::string event_;  // ADT^A03; RRI counts as REF.
  std::string native_service_;
  Translated out_;
};

// Where the fields of an Envelope come from. The first that a path begins with.
struct Origin {
  absl::string_view path;
  absl::string_view adt;       // From ADT.
  absl::string_view referral;  // From REF and RRI; empty: the same.
  absl::string_view result;    // From ORU; empty: the same.
};
constexpr Origin kOrigins[] = {
    {"message_id", "MSH-10", ""},
    {"sent_at", "MSH-7", ""},
    {"original", "MSH-1", ""},
    {"subject.person.nhs_number", "PID-3.1", ""},
    {"subject.person.date_of_birth", "PID-7", ""},
    {"subject.person.family_name", "PID-5.1", ""},
    {"subject.person.given_name", "PID-5.2", ""},
    {"subject", "PID-3", ""},
    {"acting_person", "EVN-5", ""},
    {"episode_change.episode_reference", "PV1-19.1", "RF1-6.1"},
    {"episode_change.service", "PV1-10", "RF1-3"},
    {"episode_change.occurred_at", "EVN-6", "RF1-7"},
    {"episode_change.care_manager.identifier", "PV1-9.1", "PRD-7.1"},
    {"episode_change.care_manager", "PV1-9", "PRD-2"},
    {"episode_change.destination", "PV1-37", ""},
    {"episode_change.registered_practice", "PD1-3.3", ""},
    {"concern_raised.reference", "TXA-12.1", "", "OBR-3.1"},
    {"concern_raised.noticed_at", "TXA-4", "", "OBR-7"},
    {"concern_raised.summary", "OBX-5", ""},
    {"person_away.from", "EVN-6", ""},
    {"person_update.occurred_at", "EVN-6", ""},
    {"person_update.other_person", "MRG-1.1", ""},
    {"person_update.registered_practice", "PD1-3.3", ""},
    {"person_update.address", "PID-11", ""},
};

ErrorCode CodeOf(const Refusal& refusal, absl::string_view reason) {
  if (reason == "MESSAGE_ID_REUSED") return ErrorCode::kDuplicateKey;
  if (reason == "FIELD_REQUIRED") return ErrorCode::kRequiredFieldMissing;
  if (reason == "ENUM_UNKNOWN") return ErrorCode::kTableValueNotFound;
  if (absl::StartsWith(reason, "FIELD_") || absl::StartsWith(reason, "NHS_NUMBER_")) {
    return ErrorCode::kDatatype;
  }
  return refusal.code == absl::StatusCode::kNotFound ? ErrorCode::kUnknownKey
                                                     : ErrorCode::kInternal;
}

}  // namespace

Translated FromHl7(const Message& message, const SiteProfile& profile, absl::string_view locality,
                   absl::TimeZone zone) {
  return Translation(message, profile, locality, zone).Run();
}

Location PlaceOf(absl::string_view field_path, const Message& message) {
  const bool referral = message.Find("RF1") != nullptr;
  const bool result = message.Find("OBR") != nullptr;
  for (const Origin& origin : kOrigins) {
    if (!absl::StartsWith(field_path, origin.path)) continue;
    const absl::string_view place = referral && !origin.referral.empty() ? origin.referral
                                    : result && !origin.result.empty()   ? origin.result
                                                                         : origin.adt;
    return *Location::Parse(place);
  }
  return Place("MSH", 10);
}

Faults FaultsOf(const Refusal& refusal, const Message& message) {
  Faults faults;
  const auto value = [&refusal](const std::string& key) -> std::string {
    for (const auto& [name, text] : refusal.metadata) {
      if (name == key) return text;
    }
    return "";
  };
  for (int n = 1; n <= hl7::kMaxAckErrors; ++n) {
    const std::string suffix = n == 1 ? "" : absl::StrCat(n);
    const std::string field = value("field" + suffix);
    if (field.empty()) break;
    const std::string reason = n == 1 ? refusal.reason : value("reason" + suffix);
    AddFault(faults, PlaceOf(field, message), CodeOf(refusal, reason), reason,
             "the gateway's terms do not allow what stands in this field; correct it");
  }
  if (faults.empty()) {
    AddFault(faults,
             refusal.code == absl::StatusCode::kNotFound ? Place("PID", 3) : Place("MSH", 10),
             CodeOf(refusal, refusal.reason), refusal.reason,
             refusal.sentence.empty() ? "ask the gateway's operator" : refusal.sentence);
  }
  return faults;
}

}  // namespace fosse::adapters::community
