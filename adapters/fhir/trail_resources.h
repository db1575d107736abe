#ifndef FOSSE_ADAPTERS_FHIR_TRAIL_RESOURCES_H_
#define FOSSE_ADAPTERS_FHIR_TRAIL_RESOURCES_H_

#include "adapters/fhir/writing.h"
#include "fosse/v1/trail.pb.h"

// Entries of the trail, as the national audit events have them. Whatever the reader may not see is
// not in the entry, and so not in these.
namespace fosse::adapters::fhir {

// Who sent what about whom, when, what was decided by which rules, and where it went.
Json AuditEventOf(const v1::EntryView& entry);

// Who offered oversight to whom, or answered; null for every other entry, and for one whose detail
// the reader may not see.
Json ProvenanceOf(const v1::EntryView& entry);

}  // namespace fosse::adapters::fhir

#endif  // FOSSE_ADAPTERS_FHIR_TRAIL_RESOURCES_H_
