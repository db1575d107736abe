#ifndef FOSSE_ADAPTERS_GP_PAGE_ANSWER_BUNDLE_H_
#define FOSSE_ADAPTERS_GP_PAGE_ANSWER_BUNDLE_H_

#include <string>

#include "absl/time/time.h"
#include "adapters/kit/config.pb.h"
#include "fosse/v1/delivery.pb.h"

namespace fosse::adapters::page {

// What a clinician answers on the page.
struct PageAnswer {
  std::string id;      // A UUID: the same form sent twice is the same message.
  std::string status;  // accepted, rejected, or on-hold: a question.
  std::string words;   // Why declined, or what is asked.
  absl::Time at;
};

// The answer as the message Bundle that a practice's own system would send over FHIR R4: one door,
// one translation, one set of rules for both. Pure.
std::string AnswerBundle(const v1::Delivery& offered, const PageClinician& clinician,
                         const PagePractice& practice, const PageAnswer& answer);

}  // namespace fosse::adapters::page

#endif  // FOSSE_ADAPTERS_GP_PAGE_ANSWER_BUNDLE_H_
