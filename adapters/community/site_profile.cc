#include "adapters/community/site_profile.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "adapters/community/note.h"
#include "base/field_form.h"
#include "base/status.h"

namespace fosse::adapters::community {
namespace {

constexpr int kMostEntries = 1000;
constexpr int kMostMarks = 100;

constexpr std::pair<absl::string_view, Meaning> kMeanings[] = {
    {"CASELOAD_OPEN", Meaning::kOpen},
    {"CASELOAD_DISCHARGE", Meaning::kDischarge},
    {"CONTACT_END", Meaning::kContactEnd},
    {"AWAY_HOSPITAL", Meaning::kAwayHospital},
    {"AWAY_RESPITE", Meaning::kAwayRespite},
    {"BACK", Meaning::kBack},
    {"DEMOGRAPHICS", Meaning::kDemographics},
    {"CONCERN", Meaning::kConcern},
    {"IGNORE", Meaning::kIgnore},
};

std::optional<Meaning> MeaningNamed(absl::string_view word) {
  for (const auto& [name, meaning] : kMeanings) {
    if (name == word) return meaning;
  }
  return std::nullopt;
}

bool IsCaseload(Meaning meaning) {
  return meaning == Meaning::kOpen || meaning == Meaning::kDischarge;
}

// ADT^A03, REF^I12: three capitals, a circumflex, three capitals or digits.
bool IsEvent(absl::string_view text) {
  if (text.size() != 7 || text[3] != '^') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c == '^' || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

// Which events can have a meaning; any other is a slip that would lose an event or make one up.
struct Allowed {
  Meaning meaning;
  std::vector<absl::string_view> events;
};
const std::vector<Allowed>& AllowedEvents() {
  static const auto& allowed = *new std::vector<Allowed>{
      {Meaning::kOpen,
       {"REF^I12", "REF^I14", "ADT^A01", "ADT^A04", "ADT^A05", "ADT^A11", "ADT^A28"}},
      {Meaning::kDischarge, {"ADT^A03", "ADT^A13"}},
      {Meaning::kAwayHospital, {"ADT^A01", "ADT^A02", "ADT^A04", "ADT^A06", "ADT^A11", "ADT^A21"}},
      {Meaning::kAwayRespite, {"ADT^A01", "ADT^A02", "ADT^A04", "ADT^A06", "ADT^A11", "ADT^A21"}},
      {Meaning::kBack, {"ADT^A03", "ADT^A07", "ADT^A13", "ADT^A22"}},
      {Meaning::kDemographics, {"ADT^A08", "ADT^A28", "ADT^A31", "ADT^A34", "ADT^A40"}},
      {Meaning::kConcern, {"MDM^T02", "ORU^R01"}},
  };
  return allowed;
}

bool MayMean(const std::string& event, Meaning meaning) {
  bool of_the_person = false;
  for (const Allowed& allowed : AllowedEvents()) {
    const bool listed =
        std::find(allowed.events.begin(), allowed.events.end(), event) != allowed.events.end();
    if (allowed.meaning == meaning) return listed;
    if (allowed.meaning == Meaning::kDemographics) of_the_person = listed;
  }
  // A visit that ended, or nothing at all.
  return meaning == Meaning::kIgnore || (event.substr(0, 3) == "ADT" && !of_the_person);
}

absl::Status Invalid(absl::string_view sentence, int entry) {
  return MakeError(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID", sentence,
                   {{"event", entry}});
}

absl::StatusOr<NhsNumberTags> TagsOf(const AdapterConfig& config) {
  if (config.nhs_number_marks().empty()) return UsualNhsNumberTags();
  if (config.nhs_number_marks_size() > kMostMarks) {
    return MakeError(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID",
                     "list at most 100 nhs_number_marks");
  }
  NhsNumberTags tags;
  for (const NhsNumberMark& mark : config.nhs_number_marks()) {
    // A number would be taken for its position alone.
    if (mark.authority().empty() && mark.type().empty()) {
      return MakeError(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID",
                       "nhs_number_marks need an authority or a type");
    }
    tags.push_back({absl::AsciiStrToUpper(mark.authority()), absl::AsciiStrToUpper(mark.type())});
  }
  return tags;
}

}  // namespace

absl::StatusOr<SiteProfile> SiteProfile::Create(const AdapterConfig& config) {
  SiteProfile profile;
  profile.organisation_ = config.organisation();
  if (!HasForm(v1::FORMAT_PARTICIPANT, config.organisation())) {
    return MakeError(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID",
                     "organisation must name the participant whose site profile this is");
  }
  if (!config.service_field().empty()) {
    const std::optional<hl7::Location> place = hl7::Location::Parse(config.service_field());
    if (!place.has_value() || place->field == 0) {
      return MakeError(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID",
                       "service_field must be a field such as PV1-10 or RF1-3.1");
    }
    profile.service_field_ = *place;
    if (place->component == 0) profile.service_field_.component = 1;
  }
  profile.strict_ = config.strict();
  if (!config.character_set().empty()) {
    const hl7::CharacterSet set = hl7::CharacterSetNamed(config.character_set());
    if (set == hl7::CharacterSet::kUnsupported) {
      return MakeError(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID",
                       "character_set must be one that is read: UNICODE UTF-8, 8859/1 or 8859/15");
    }
    profile.read_options_.undeclared = set;
  }
  if (config.events_size() > kMostEntries) {
    return Invalid("list at most 1000 events", config.events_size());
  }
  if (!config.documents_as().empty() && !IsNote(config.documents_as())) {
    return MakeError(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID",
                     "documents_as must be MDM^T02 or ORU^R01");
  }
  FOSSE_ASSIGN_OR_RETURN(profile.tags_, TagsOf(config));
  for (int n = 0; n < config.events_size(); ++n) {
    const EventMeaning& event = config.events(n);
    const std::optional<Meaning> meaning = MeaningNamed(event.meaning());
    if (!IsEvent(event.event())) return Invalid("an event is written TYPE^EVENT", n);
    if (!meaning.has_value()) {
      return Invalid(
          "a meaning is CASELOAD_OPEN, CASELOAD_DISCHARGE, CONTACT_END, AWAY_HOSPITAL, "
          "AWAY_RESPITE, BACK, DEMOGRAPHICS, CONCERN or IGNORE",
          n);
    }
    if (IsCaseload(*meaning) &&
        (event.service().empty() || !HasForm(v1::FORMAT_CODE, event.service()))) {
      return Invalid("a caseload meaning needs the service as the directory lists it", n);
    }
    if (!MayMean(event.event(), *meaning)) {
      return Invalid("this event cannot have this meaning: see docs/adapters/hl7-events.md", n);
    }
    for (const Entry& other : profile.entries_) {
      if (other.event == event.event() && other.native_service == event.native_service()) {
        return Invalid("an event is listed twice for one service", n);
      }
    }
    profile.entries_.push_back({.event = event.event(),
                                .native_service = event.native_service(),
                                .found = {.meaning = *meaning, .service = event.service()}});
  }
  return profile;
}

SiteProfile::Found SiteProfile::Find(absl::string_view event,
                                     absl::string_view native_service) const {
  const Entry* any = nullptr;
  for (const Entry& entry : entries_) {
    if (entry.event != event) continue;
    if (entry.native_service.empty()) {
      any = &entry;
    } else if (entry.native_service == native_service) {
      return entry.found;
    }
  }
  return any == nullptr ? Found{} : any->found;
}

bool SiteProfile::DependsOnService(absl::string_view event) const {
  return std::any_of(entries_.begin(), entries_.end(), [event](const Entry& entry) {
    return entry.event == event && !entry.native_service.empty() && IsCaseload(entry.found.meaning);
  });
}

bool SiteProfile::ListsService(absl::string_view native_service) const {
  return std::any_of(entries_.begin(), entries_.end(), [native_service](const Entry& entry) {
    return entry.native_service == native_service && entry.found.meaning != Meaning::kIgnore;
  });
}

hl7::Location SiteProfile::ServicePlace(const hl7::Message& message) const {
  if (!service_field_.segment.empty() && message.Find(service_field_.segment) != nullptr) {
    return service_field_;
  }
  if (IsNote(absl::StrCat(message.Value("MSH", 9), "^", message.Value("MSH", 9, 1, 2)))) {
    return KindOfNote(message);
  }
  const bool referral = message.Find("RF1") != nullptr;
  return {.segment = referral ? "RF1" : "PV1",
          .occurrence = 1,
          .field = referral ? 3 : 10,
          .repetition = 1,
          .component = 1};
}

}  // namespace fosse::adapters::community
