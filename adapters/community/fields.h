// Reads from HL7 v2 fields what the contract asks for. Pure; each adds a located fault where a
// field cannot be read without losing its meaning. A fault never holds a value.
#ifndef FOSSE_ADAPTERS_COMMUNITY_FIELDS_H_
#define FOSSE_ADAPTERS_COMMUNITY_FIELDS_H_

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/community/nhs_number_tags.h"
#include "adapters/hl7/ack.h"
#include "adapters/hl7/message.h"
#include "adapters/hl7/time.h"
#include "fosse/v1/common.pb.h"
#include "fosse/v1/oversight.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace fosse::adapters::community {

using Faults = std::vector<hl7::AckError>;

// The same fault at the same place stands there once, however often it is found. More than
// hl7::kMaxAckErrors are not kept.
void AddFault(Faults& faults, const hl7::Location& at, hl7::ErrorCode code,
              absl::string_view reason, absl::string_view remedy);

// A place of the message's first segment of that name.
hl7::Location Place(absl::string_view segment, int field, int component = 0);

// The person of PID, for cross-check by the gateway (HAZ-01). The NHS number is found by its tag in
// PID-3, then PID-2 and PID-19, never by position alone, and its check digit must be right; two
// different numbers are a fault. The date of birth is the day as written, whatever its clock.
v1::PersonReference PersonOf(const hl7::Message& message, const NhsNumberTags& tags,
                             Faults& faults);

// The record that a merge (ADT^A40) says is the same person's: the NHS number of MRG-1, found and
// checked as in PID-3, the name of MRG-7 or, as MRG holds no other, the name and the date of birth
// of `kept`. A fault where MRG names no NHS number, or the one that is kept.
v1::PersonReference PriorPersonOf(const hl7::Message& message, const NhsNumberTags& tags,
                                  const v1::PersonReference& kept, Faults& faults);
// Whether the other record of a merge is named by numbers of the sender's own alone: the sender
// links them, and nothing of it concerns anybody else.
bool MergesLocalNumbersAlone(const hl7::Message& message, const NhsNumberTags& tags);

// The first of `places` that holds something, read as a time. A fault at the first place where all
// are empty, and at the place itself where what stands there is no time or no full day.
std::optional<google::protobuf::Timestamp> TimeOf(const hl7::Message& message, absl::TimeZone zone,
                                                  std::initializer_list<hl7::Location> places,
                                                  Faults& faults);

// A person at work from an XCN field (EVN-5, PV1-9): nothing where it is empty. The register is the
// one that the assigning authority (component 9) or the identifier type (component 13) names; a
// number without such a tag is the organisation's own.
std::optional<v1::Practitioner> PractitionerOf(const hl7::Message& message,
                                               absl::string_view segment, int field,
                                               absl::string_view organisation);

// The provider that a referral goes to: the PRD with role RT, name PRD-2, identifier PRD-7.
std::optional<v1::Practitioner> ReferredTo(const hl7::Message& message,
                                           absl::string_view organisation);

// ZU8-4: address, telephone, next of kin and practice must be shielded. Absent is no statement.
enum class Shielding { kNotStated, kNo, kYes };
Shielding ShieldingOf(const hl7::Message& message, Faults& faults);

// The practice, PD1-3.3. Empty where nothing is sent, or where ZU8-4 shields it.
std::string PracticeOf(const hl7::Message& message, Shielding shielding);

// PID-11 as one line. Empty unless ZU8-4 says in so many words that it is not shielded.
std::string AddressOf(const hl7::Message& message, Shielding shielding);

// PID-30 is Y.
bool SaysDied(const hl7::Message& message, Faults& faults);

// PV1-36 and PV1-37 together: some systems put a value of one table into the other field, and no
// value of either means something else in the other. Death outranks transfer outranks the rest.
v1::DischargeDestination DestinationOf(const hl7::Message& message);

}  // namespace fosse::adapters::community

#endif  // FOSSE_ADAPTERS_COMMUNITY_FIELDS_H_
