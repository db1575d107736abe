#ifndef FOSSE_ADAPTERS_FHIR_BODIES_H_
#define FOSSE_ADAPTERS_FHIR_BODIES_H_

#include <string>

#include "absl/time/time.h"
#include "adapters/fhir/bundle.h"
#include "fosse/v1/envelope.pb.h"

namespace fosse::adapters::fhir {

// A message in the middle of being read.
struct Reading {
  const Bundle& bundle;
  Node author;  // Who acts.
  Node focus;   // The Task, Communication or EpisodeOfCare.
  std::string sender;
  absl::Time sent_at;
  v1::Envelope& envelope;  // Everything but the body is there.
  absl::string_view body;  // Which one it becomes: field name in Envelope.
};

// One for each kind of message; each fills the body from the focus and what it refers to.
void ReadProposal(Reading& reading);
void ReadDelegationResponse(Reading& reading);
void ReadDelegationChange(Reading& reading);
void ReadOversightOffer(Reading& reading);
void ReadOversightResponse(Reading& reading);
void ReadHandBack(Reading& reading);
void ReadClinicalReview(Reading& reading);
void ReadAdvice(Reading& reading);
void ReadConcern(Reading& reading);
void ReadCoverConfirmed(Reading& reading);
void ReadRegistrationChange(Reading& reading);
void ReadSharedCareReferral(Reading& reading);
void ReadEpisode(Reading& reading);
void ReadConsentChanged(Reading& reading);
void ReadDelegatorChanged(Reading& reading);
void ReadPersonAway(Reading& reading);
// What says all in parameters and identifiers, whichever body it is.
void ReadPlain(Reading& reading);
// The same of a Task whose status says too whether it is over: completed, or cancelled.
void ReadDispute(Reading& reading);
void ReadChallenge(Reading& reading);

}  // namespace fosse::adapters::fhir

#endif  // FOSSE_ADAPTERS_FHIR_BODIES_H_
