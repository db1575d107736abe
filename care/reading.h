#ifndef FOSSE_CARE_READING_H_
#define FOSSE_CARE_READING_H_

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "care/directory.h"
#include "fosse/v1/care_records.pb.h"
#include "fosse/v1/delivery.pb.h"
#include "fosse/v1/record.pb.h"

// How a record looks to a reader.
namespace fosse::care {

// How one delegation stands, for people. `delivers_now` is the provider where the delegation is
// live, else the interim deliverer.
v1::DelegationStanding StandingOf(const v1::Delegation& delegation);

// Which audiences an organisation belongs to with respect to this person, and removal of every
// field outside them: returns the removed paths. `message` may be any message of the contract.
// Recipients of a message get `original` and `traceparent` never.
struct Reader {
  const v1::Participant* participant;  // Who reads.
  bool is_sender = false;              // It sent this very message.
  bool is_audit = false;               // In an audit role.
};
std::vector<std::string> CutToAudience(const Reader& reader, google::protobuf::Message& message);

// The person as `reader` may see them. A safeguarding concern shows to the safeguarding team alone.
v1::GetPersonResponse PersonFor(const v1::CareRecord& record, const v1::Participant& reader,
                                absl::Time now);

}  // namespace fosse::care

#endif  // FOSSE_CARE_READING_H_
