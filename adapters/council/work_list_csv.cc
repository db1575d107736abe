#include "adapters/council/work_list_csv.h"

#include <sstream>

#include "adapters/council/local_time.h"
#include "adapters/csv/writer.h"
#include "adapters/kit/words.h"
#include "base/local_date.h"

namespace fosse::adapters::council {
namespace {

std::vector<std::string> RowOf(const v1::Delivery& delivery,
                               const v1::DelegationStanding& standing) {
  const v1::PersonReference& person = delivery.message().subject().person();
  return {delivery.delivery_id(),
          WordOf(*v1::DeliveryKind_descriptor(), delivery.kind()),
          WordOf(*v1::Urgency_descriptor(), delivery.urgency()),
          delivery.words(),
          LocalTime(delivery.act_by()),
          person.nhs_number(),
          person.family_name(),
          person.given_name(),
          person.date_of_birth(),
          standing.reference(),
          standing.task().code(),
          WordOf(*v1::DelegationState_descriptor(), standing.state()),
          standing.delivers_now(),
          standing.overseer(),
          standing.contacts().in_hours().telephone(),
          standing.contacts().out_of_hours().telephone(),
          standing.review_on()};
}

}  // namespace

std::string WorkListCsv(const std::vector<v1::Delivery>& deliveries) {
  std::ostringstream out;
  csv::WriteRow(
      {"Item", "Kind", "Urgency", "What happened and what is asked", "Act by", "NHS number",
       "Family name", "Given name", "Date of birth", "Delegation", "Task", "State", "Delivers now",
       "Overseer", "Telephone in hours", "Telephone out of hours", "Next review"},
      out);
  for (const v1::Delivery& delivery : deliveries) {
    for (const v1::DelegationStanding& standing : delivery.standings()) {
      csv::WriteRow(RowOf(delivery, standing), out);
    }
    if (delivery.standings().empty()) csv::WriteRow(RowOf(delivery, {}), out);
  }
  return out.str();
}

}  // namespace fosse::adapters::council
