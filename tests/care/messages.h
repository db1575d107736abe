#ifndef FOSSE_TESTS_CARE_MESSAGES_H_
#define FOSSE_TESTS_CARE_MESSAGES_H_

#include <string>

#include "absl/time/time.h"
#include "fosse/v1/envelope.pb.h"
#include "tests/care/world.h"

// Messages of invented people, complete and right, for tests to send or to spoil.
namespace fosse::care {

inline constexpr char kAda[] = "9990000018";
inline constexpr char kBen[] = "9990000026";
inline constexpr char kTask[] = "generic-7-blood-sugar";
inline constexpr char kWorker[] = "W100";
inline constexpr char kOtherWorker[] = "W200";

v1::PersonReference Person(const std::string& nhs_number);
v1::Practitioner Nurse(const std::string& organisation);
v1::Practitioner Doctor(const std::string& organisation);
// About a person; from a nurse, doctor or officer whom the sender vouches for.
v1::Envelope From(const std::string& sender, const std::string& nhs_number);

v1::Envelope Episode(const std::string& nhs_number, v1::EpisodeChangeKind kind, absl::Time at);
v1::Envelope Registered(const std::string& nhs_number, const std::string& practice);
v1::Envelope Proposal(const std::string& nhs_number, const std::string& reference);
v1::Envelope Accepted(const std::string& nhs_number, const std::string& reference);
v1::Envelope Assigned(const std::string& nhs_number, const std::string& reference,
                      const std::string& worker);
v1::Envelope Started(const std::string& nhs_number, const std::string& reference,
                     const std::string& worker, absl::Time at);
v1::Envelope Performed(const std::string& nhs_number, const std::string& reference,
                       const std::string& worker, absl::Time at);
v1::Envelope NotDone(const std::string& nhs_number, const std::string& reference, absl::Time at);
v1::Envelope Change(const std::string& sender, const std::string& nhs_number,
                    const std::string& reference, v1::DelegationChangeKind kind,
                    v1::Answer need_has_ended = v1::ANSWER_UNSPECIFIED);
// A standalone check of the generic task by a nurse of the training provider, found competent.
v1::Envelope Checked(const std::string& worker, const std::string& reference, absl::Time on);
v1::Envelope Revoked(const std::string& worker, const std::string& reference, absl::Time at);
v1::Envelope Offer(const std::string& nhs_number, const std::string& reference,
                   const std::string& of_delegation);
v1::Envelope HandBack(const std::string& nhs_number, const std::string& reference,
                      const std::string& of_delegation, const std::string& from);
v1::Envelope Answer(const std::string& nhs_number, const std::string& sender,
                    const std::string& offer, v1::OversightAnswer answer);
v1::Envelope Concern(const std::string& nhs_number, const std::string& sender,
                     const std::string& reference, v1::ConcernKind kind,
                     const std::string& of_delegation);
v1::Envelope Review(const std::string& nhs_number, const std::string& sender,
                    const std::string& of_delegation, v1::ReviewConclusion conclusion,
                    const std::string& next_on);

// Brings a new world's person to a state of the usual task, by messages alone. Stops once there;
// the worker is competent and assigned from READY on.
void Bring(World& world, const std::string& nhs_number, const std::string& reference,
           v1::DelegationState to, const std::string& worker = kWorker);

}  // namespace fosse::care

#endif  // FOSSE_TESTS_CARE_MESSAGES_H_
