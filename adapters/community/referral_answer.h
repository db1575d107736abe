#ifndef FOSSE_ADAPTERS_COMMUNITY_REFERRAL_ANSWER_H_
#define FOSSE_ADAPTERS_COMMUNITY_REFERRAL_ANSWER_H_

#include <string>

#include "adapters/community/translate.h"
#include "adapters/hl7/message.h"

// RRI, the answer to a referral, in both directions. Base HL7: the ITK specification has none.
// Thread-safe.
namespace fosse::adapters::community {

// `ack`, a positive application acknowledgement of a REF, as the RRI that HL7 has in its place:
// RF1, PRD and PID are the sender's, RF1-1 too, so that it says nothing of its own about the
// referral. Anything else stays as it is.
std::string AsReferralAnswer(const hl7::Message& referral, std::string ack);

// An RRI about a referral that we sent, cover or hand-back. That it is pending has no effect. That
// it is accepted or refused is a named clinician's to say, by FHIR or on the telephone, so it is
// refused at RF1-1: whoever sent it must not believe that oversight moved (INV-02).
Translated AnswerToOurs(const hl7::Message& answer);

}  // namespace fosse::adapters::community

#endif  // FOSSE_ADAPTERS_COMMUNITY_REFERRAL_ANSWER_H_
