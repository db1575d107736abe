#ifndef FOSSE_ADAPTERS_COMMUNITY_SITE_PROFILE_H_
#define FOSSE_ADAPTERS_COMMUNITY_SITE_PROFILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "adapters/community/nhs_number_tags.h"
#include "adapters/hl7/message.h"
#include "adapters/kit/config.pb.h"

namespace fosse::adapters::community {

// What an event says about the caseload of one service.
enum class Meaning {
  kUnlisted,      // The profile says nothing: no effect on the caseload.
  kOpen,          // CASELOAD_OPEN
  kDischarge,     // CASELOAD_DISCHARGE
  kContactEnd,    // CONTACT_END: a visit ended, the caseload stays.
  kAwayHospital,  // AWAY_HOSPITAL: the person is admitted; tasks pause (HAZ-41).
  kAwayRespite,   // AWAY_RESPITE
  kBack,          // BACK: the person has left the ward or home of a stay.
  kDemographics,  // DEMOGRAPHICS: it tells of the person, whatever the service.
  kConcern,       // CONCERN: a note of this kind is a concern about the person.
  kIgnore,        // IGNORE
};

// What the events of one community system mean. The same event is a visit at one site and a
// caseload at another, so nothing here is guessed: what is not listed has no effect on the caseload
// (wire-formats 3.3). Thread-safe: nothing changes after Create().
class SiteProfile {
 public:
  struct Found {
    Meaning meaning = Meaning::kUnlisted;
    std::string service;  // Ours, as the directory lists it. Set for the two caseload meanings.
  };

  // INVALID_ARGUMENT, reason CONFIG_INVALID, with the position of the entry in metadata `event`: a
  // meaning that is none of these, an event that is not written TYPE^EVENT, a caseload meaning
  // without a service, an entry named twice, an organisation or service field that cannot be one.
  static absl::StatusOr<SiteProfile> Create(const AdapterConfig& config);

  // The entry for the service itself, else the one for any service.
  Found Find(absl::string_view event, absl::string_view native_service) const;
  // Whether the caseload meaning of this event hangs on which service it names.
  bool DependsOnService(absl::string_view event) const;

  // Whether any entry but IGNORE is about this service: others stay where they are.
  bool ListsService(absl::string_view native_service) const;

  // Where this message names its service: the configured field where its segment is there, else
  // RF1-3.1 for referrals, the kind of note for notes, and PV1-10.1 for all others.
  hl7::Location ServicePlace(const hl7::Message& message) const;

  const std::string& organisation() const { return organisation_; }
  // How its messages are read.
  const hl7::ReadOptions& read_options() const { return read_options_; }
  // How it marks an NHS number.
  const NhsNumberTags& nhs_number_tags() const { return tags_; }
  // Whether departures from the standard that could be understood are refused.
  bool strict() const { return strict_; }

 private:
  struct Entry {
    std::string event;
    std::string native_service;  // Empty: any.
    Found found;
  };

  std::string organisation_;
  hl7::Location service_field_;  // No segment: none configured.
  std::vector<Entry> entries_;
  hl7::ReadOptions read_options_;
  NhsNumberTags tags_;
  bool strict_ = false;
};

}  // namespace fosse::adapters::community

#endif  // FOSSE_ADAPTERS_COMMUNITY_SITE_PROFILE_H_
