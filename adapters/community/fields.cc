#include "adapters/community/fields.h"

#include <algorithm>
#include <set>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/local_date.h"
#include "base/nhs_number.h"

namespace fosse::adapters::community {
namespace {

using hl7::ErrorCode;
using hl7::Location;
using hl7::Message;
using hl7::Segment;

// "944 930 5552": as the NHS itself writes its numbers. In PID-2 and PID-19 that form stands in for
// a tag, as some systems send none there.
bool IsWrittenAsNhsNumber(absl::string_view text) {
  if (text.size() != 12 || text[3] != ' ' || text[7] != ' ') return false;
  return std::count_if(text.begin(), text.end(), absl::ascii_isdigit) == 10;
}

std::string Upper(const std::string& text) {
  return absl::AsciiStrToUpper(absl::StripAsciiWhitespace(text));
}

void FindNhsNumber(const Message& message, const NhsNumberTags& tags, v1::PersonReference& person,
                   Faults& faults) {
  const Segment& pid = *message.Find("PID");
  for (const int field : {3, 2, 19}) {
    const int repetitions = std::min(pid.RepetitionCount(field), 100);
    for (int n = 1; n <= repetitions; ++n) {
      const std::string text = pid.Value(field, n, 1);
      if (text.empty()) continue;
      const bool tagged =
          IsTagged(tags, Upper(pid.Value(field, n, 4, 1)), Upper(pid.Value(field, n, 5)));
      if (!tagged && (field == 3 || !IsWrittenAsNhsNumber(text))) continue;
      const std::optional<std::string> number = NormaliseNhsNumber(text);
      if (!number.has_value()) {
        AddFault(faults, pid.At(field, n, 1), ErrorCode::kDatatype, "NHS_NUMBER_INVALID",
                 "send a traced NHS number of England with a right check digit");
      } else if (person.nhs_number().empty()) {
        person.set_nhs_number(*number);
      } else if (person.nhs_number() != *number) {
        AddFault(faults, pid.At(field, n, 1), ErrorCode::kDatatype, "NHS_NUMBER_AMBIGUOUS",
                 "send one NHS number; this message has two that differ");
      }
    }
  }
  if (person.nhs_number().empty() && faults.empty()) {
    AddFault(faults, Place("PID", 3), ErrorCode::kRequiredFieldMissing, "NHS_NUMBER_MISSING",
             "trace the person and send the NHS number in PID-3 with NHS in component 4");
  }
}

void ReadBirth(const Message& message, v1::PersonReference& person, Faults& faults) {
  const std::string text = message.Value("PID", 7);
  if (text.empty()) {
    AddFault(faults, Place("PID", 7), ErrorCode::kRequiredFieldMissing, "DATE_OF_BIRTH_MISSING",
             "send the date of birth in PID-7");
    return;
  }
  // The day as written counts, so no zone can move it.
  const absl::StatusOr<hl7::Timestamp> born = hl7::ParseTime(text, absl::UTCTimeZone());
  if (!born.ok() || born->precision < hl7::Precision::kDay) {
    AddFault(faults, Place("PID", 7), ErrorCode::kDatatype, "DATE_OF_BIRTH_INVALID",
             "send the whole date of birth, YYYYMMDD");
    return;
  }
  person.set_date_of_birth(FormatLocalDate(absl::CivilDay(born->written)));
}

void ReadName(const Message& message, v1::PersonReference& person, Faults& faults) {
  const Segment& pid = *message.Find("PID");
  const int repetitions = std::min(pid.RepetitionCount(5), 100);
  int chosen = 1;
  // The legal name where the types say which that is; else the first.
  for (int n = repetitions; n >= 1; --n) {
    if (pid.Value(5, n, 7) == "L") chosen = n;
  }
  person.set_family_name(pid.Value(5, chosen, 1, 1));
  person.set_given_name(pid.Value(5, chosen, 2));
  if (person.family_name().empty()) {
    AddFault(faults, Place("PID", 5, 1), ErrorCode::kRequiredFieldMissing, "FAMILY_NAME_MISSING",
             "send the family name in PID-5.1");
  }
}

void ReadTracing(const Message& message, v1::PersonReference& person) {
  const Segment& pid = *message.Find("PID");
  std::set<std::string> codes;
  for (int n = 1; n <= std::min(pid.RepetitionCount(32), 100); ++n) {
    const std::string code = Upper(pid.Value(32, n, 1));
    if (absl::string_view(code).substr(0, 4) == "NSTS") codes.insert(code);
  }
  // Of two statements the weaker counts.
  if (codes.size() == 1 && codes.count("NSTS01") == 1) {
    person.set_nhs_number_status(v1::NUMBER_STATUS_VERIFIED);
  } else if (!codes.empty()) {
    person.set_nhs_number_status(v1::NUMBER_STATUS_NOT_VERIFIED);
  }
}

v1::Register RegisterNamed(absl::string_view word) {
  if (word == "NMC") return v1::REGISTER_NMC;
  if (word == "HCPC") return v1::REGISTER_HCPC;
  if (word == "GMC") return v1::REGISTER_GMC;
  if (word == "GPHC") return v1::REGISTER_GPHC;
  if (word == "SWE") return v1::REGISTER_SWE;
  if (word == "SDS") return v1::REGISTER_SDS;
  return v1::REGISTER_LOCAL;
}

std::string NameOf(const std::string& given, const std::string& family) {
  if (given.empty()) return family;
  return family.empty() ? given : absl::StrCat(given, " ", family);
}

std::optional<v1::Practitioner> PractitionerFrom(const std::string& identifier,
                                                 const std::string& name, v1::Register kind,
                                                 absl::string_view organisation) {
  if (identifier.empty() && name.empty()) return std::nullopt;
  v1::Practitioner practitioner;
  if (!identifier.empty()) {
    practitioner.set_register_(kind);
    practitioner.set_identifier(identifier);
  }
  practitioner.set_name(name);
  practitioner.set_organisation(std::string(organisation));
  return practitioner;
}

}  // namespace

void AddFault(Faults& faults, const Location& at, ErrorCode code, absl::string_view reason,
              absl::string_view remedy) {
  if (faults.size() >= hl7::kMaxAckErrors) return;  // More are not told.
  for (const hl7::AckError& fault : faults) {
    if (fault.issue.at == at && fault.issue.reason == reason) return;
  }
  faults.push_back(
      {.issue = {.at = at, .reason = std::string(reason), .remedy = std::string(remedy)},
       .code = code});
}

Location Place(absl::string_view segment, int field, int component) {
  return {.segment = std::string(segment),
          .occurrence = 1,
          .field = field,
          .repetition = 1,
          .component = component};
}

v1::PersonReference PersonOf(const Message& message, const NhsNumberTags& tags, Faults& faults) {
  v1::PersonReference person;
  if (message.Find("PID") == nullptr) {
    AddFault(faults, {.segment = "PID"}, ErrorCode::kSegmentSequence, "SEGMENT_MISSING",
             "send PID with NHS number, name and date of birth");
    return person;
  }
  // Two persons in one message: acting on the first would lose the second, or take it for the
  // first.
  if (message.Named("PID").size() > 1) {
    AddFault(faults, {.segment = "PID", .occurrence = 2}, ErrorCode::kSegmentSequence,
             "SECOND_PERSON", "send one message for each person");
    return person;
  }
  Faults own;
  FindNhsNumber(message, tags, person, own);
  ReadName(message, person, own);
  ReadBirth(message, person, own);
  ReadTracing(message, person);
  faults.insert(faults.end(), own.begin(), own.end());
  return person;
}

v1::PersonReference PriorPersonOf(const Message& message, const NhsNumberTags& tags,
                                  const v1::PersonReference& kept, Faults& faults) {
  v1::PersonReference prior = kept;
  prior.clear_nhs_number();
  prior.clear_nhs_number_status();
  const Segment* const merged = message.Find("MRG");
  if (merged == nullptr || message.Named("MRG").size() > 1) {
    AddFault(faults, {.segment = "MRG"}, ErrorCode::kSegmentSequence,
             merged == nullptr ? "SEGMENT_MISSING" : "SECOND_PERSON",
             "send one MRG with the NHS number of the record that is the same person's");
    return prior;
  }
  for (int n = 1; n <= std::min(merged->RepetitionCount(1), 100); ++n) {
    if (!IsTagged(tags, Upper(merged->Value(1, n, 4, 1)), Upper(merged->Value(1, n, 5)))) continue;
    const std::optional<std::string> number = NormaliseNhsNumber(merged->Value(1, n, 1));
    if (number.has_value()) prior.set_nhs_number(*number);
  }
  if (prior.nhs_number().empty() || prior.nhs_number() == kept.nhs_number()) {
    AddFault(faults, Place("MRG", 1, 1), ErrorCode::kRequiredFieldMissing, "MERGE_NUMBER_MISSING",
             "send the other record's NHS number in MRG-1 with NHS in component 4");
  }
  if (!merged->Value(7, 1, 1, 1).empty()) {
    prior.set_family_name(merged->Value(7, 1, 1, 1));
    prior.set_given_name(merged->Value(7, 1, 2));
  }
  return prior;
}

bool MergesLocalNumbersAlone(const Message& message, const NhsNumberTags& tags) {
  const Segment* const merged = message.Find("MRG");
  if (merged == nullptr || message.Named("MRG").size() > 1 || merged->Value(1).empty())
    return false;
  for (int n = 1; n <= std::min(merged->RepetitionCount(1), 100); ++n) {
    if (IsTagged(tags, Upper(merged->Value(1, n, 4, 1)), Upper(merged->Value(1, n, 5))) ||
        NormaliseNhsNumber(merged->Value(1, n, 1)).has_value()) {
      return false;
    }
  }
  return true;
}

std::optional<google::protobuf::Timestamp> TimeOf(const Message& message, absl::TimeZone zone,
                                                  std::initializer_list<Location> places,
                                                  Faults& faults) {
  for (Location place : places) {
    place.component = 1;
    const std::string text = message.Value(place);
    if (text.empty()) continue;
    const absl::StatusOr<hl7::Timestamp> time = hl7::ParseTime(text, zone);
    if (!time.ok() || time->precision < hl7::Precision::kDay) {
      AddFault(faults, place, ErrorCode::kDatatype, "TIME_INVALID",
               "send the time as YYYYMMDDHHMMSS with offset");
      return std::nullopt;
    }
    google::protobuf::Timestamp stamp;
    const int64_t seconds = absl::ToUnixSeconds(time->time);
    stamp.set_seconds(seconds);
    stamp.set_nanos(static_cast<int32_t>(
        absl::ToInt64Nanoseconds(time->time - absl::FromUnixSeconds(seconds))));
    return stamp;
  }
  AddFault(faults, *places.begin(), ErrorCode::kRequiredFieldMissing, "TIME_MISSING",
           "say when it happened");
  return std::nullopt;
}

std::optional<v1::Practitioner> PractitionerOf(const Message& message, absl::string_view segment,
                                               int field, absl::string_view organisation) {
  std::string tag = Upper(message.Value(segment, field, 1, 9, 1));
  if (tag.empty()) tag = Upper(message.Value(segment, field, 1, 13));
  return PractitionerFrom(
      message.Value(segment, field, 1, 1),
      NameOf(message.Value(segment, field, 1, 3), message.Value(segment, field, 1, 2, 1)),
      RegisterNamed(tag), organisation);
}

std::optional<v1::Practitioner> ReferredTo(const Message& message, absl::string_view organisation) {
  for (const Segment& provider : message.Named("PRD")) {
    if (provider.Value(1) != "RT") continue;
    return PractitionerFrom(provider.Value(7, 1, 1),
                            NameOf(provider.Value(2, 1, 2), provider.Value(2, 1, 1, 1)),
                            RegisterNamed(Upper(provider.Value(7, 1, 2))), organisation);
  }
  return std::nullopt;
}

Shielding ShieldingOf(const Message& message, Faults& faults) {
  const std::string text = Upper(message.Value("ZU8", 4));
  if (text.empty()) return Shielding::kNotStated;
  if (text == "Y" || text == "YES") return Shielding::kYes;
  if (text == "N" || text == "NO") return Shielding::kNo;
  AddFault(faults, Place("ZU8", 4), ErrorCode::kTableValueNotFound, "TABLE_VALUE_UNKNOWN",
           "send Y or N");
  return Shielding::kYes;
}

std::string PracticeOf(const Message& message, Shielding shielding) {
  return shielding == Shielding::kYes ? "" : message.Value("PD1", 3, 1, 3);
}

std::string AddressOf(const Message& message, Shielding shielding) {
  if (shielding != Shielding::kNo) return "";
  std::vector<std::string> parts;
  for (int component = 1; component <= 5; ++component) {
    std::string part = message.Value("PID", 11, 1, component);
    if (!part.empty()) parts.push_back(std::move(part));
  }
  return absl::StrJoin(parts, ", ");
}

bool SaysDied(const Message& message, Faults& faults) {
  const std::string text = Upper(message.Value("PID", 30));
  if (text.empty() || text == "N") return false;
  if (text != "Y") {
    AddFault(faults, Place("PID", 30), ErrorCode::kTableValueNotFound, "TABLE_VALUE_UNKNOWN",
             "send Y or N");
  }
  return text == "Y";
}

v1::DischargeDestination DestinationOf(const Message& message) {
  const std::set<std::string> codes = {message.Value("PV1", 36), message.Value("PV1", 37)};
  const auto says = [&codes](std::initializer_list<const char*> wanted) {
    return std::any_of(wanted.begin(), wanted.end(),
                       [&codes](const char* code) { return codes.count(code) > 0; });
  };
  if (says({"10", "79"})) return v1::DISCHARGE_DESTINATION_DIED;
  if (says({"7"})) return v1::DISCHARGE_DESTINATION_OTHER_PROVIDER;
  if (says({"54", "65", "85"})) return v1::DISCHARGE_DESTINATION_CARE_HOME;
  if (says({"19"})) return v1::DISCHARGE_DESTINATION_USUAL_RESIDENCE;
  return v1::DISCHARGE_DESTINATION_UNSPECIFIED;
}

}  // namespace fosse::adapters::community
