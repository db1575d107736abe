#ifndef FOSSE_CARE_READING_H_
#define FOSSE_CARE_READING_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "care/directory.h"
#include "fosse/v1/care_records.pb.h"
#include "fosse/v1/delivery.pb.h"
#include "fosse/v1/record.pb.h"

// How a record looks to a reader.
namespace fosse::care {

// How one delegation stands, for people. `delivers_now` is the provider where the delegation is
// live (ACTIVE, AT_RISK), else the interim deliverer.
v1::DelegationStanding StandingOf(const v1::Delegation& delegation);

// Which audiences an organisation belongs to with respect to this person, and removal of every
// field outside them: returns the removed paths. `message` may be any message of the contract; a
// field without an audience (of a receipt or an answer) is looked into and stays.
//
//   CLINICAL           practice, community, acute, the delegating organisation
//   CARE_TEAM          those, provider, training provider, safeguarding team, delegated to
//   COMMISSIONING      council, commissioner, Shared Care panel, the delegating organisation
//   SAFEGUARDING       safeguarding team
//   SENDER_AND_AUDIT   the sender, audit roles
//   GATEWAY            nobody
struct Reader {
  const v1::Participant* participant;  // Who reads.
  bool is_sender = false;              // It sent this very message.
  bool is_audit = false;               // In an audit role.
  bool is_delegating = false;          // It delegates the task that the message is about.
  bool is_delegated_to = false;        // Its workers do the task.
};
std::vector<std::string> CutToAudience(const Reader& reader, google::protobuf::Message& message);

// Whether `reader`, who has a relationship with the person, may see this delegation: a health body
// all, others those to which they are a party.
bool ShowsDelegation(const v1::Delegation& delegation, const v1::Participant& reader);

// Organisations that are a party to it and may see it for that, each once: delegating, asked (once
// it was told), overseer, whoever is offered oversight, interim deliverer, whoever must act next.
std::vector<std::string> ReadersOf(const v1::Delegation& delegation);

// The person as `reader` may see them. A safeguarding concern shows to the safeguarding team alone;
// that the identity is in question, to auditors alone.
v1::GetPersonResponse PersonFor(const v1::CareRecord& record, const v1::Participant& reader,
                                absl::Time now);

// A record as `reader` may see it: what PersonFor() shows, whole. Auditors see all of it.
v1::CareRecord RecordFor(const v1::CareRecord& record, const v1::Participant& reader);
// How the person's delegations stand, those that `reader` may see.
std::vector<v1::DelegationStanding> StandingsFor(const v1::CareRecord& record,
                                                 const v1::Participant& reader);

}  // namespace fosse::care

#endif  // FOSSE_CARE_READING_H_
