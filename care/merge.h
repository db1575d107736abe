#ifndef FOSSE_CARE_MERGE_H_
#define FOSSE_CARE_MERGE_H_

#include <string>
#include <vector>

#include "fosse/v1/record.pb.h"

// Parts of joining two records and taking them apart that concern items alone. All pure.
namespace fosse::care {

// Items of a record, as changes that would make them there, in the order of the record.
std::vector<v1::Change> ItemsOf(const v1::CareRecord& record);
// Names the item that such a change makes. RECORD_ITEM_KIND_UNSPECIFIED: it makes none.
v1::RecordItem ItemOf(const v1::Change& change);
bool IsSameItem(const v1::RecordItem& a, const v1::RecordItem& b);
// Where the item came from. Null: nobody said.
const v1::ItemOrigin* FindOrigin(const v1::CareRecord& record, const v1::RecordItem& item);
// Takes the item out.
void RemoveItem(const v1::RecordItem& item, v1::CareRecord& record);

v1::IdentityFlags FlagsOf(const v1::PersonIdentity& identity);
void SetFlags(const v1::IdentityFlags& flags, v1::PersonIdentity& identity);
// Each flag that is set in either: the stricter of both.
v1::IdentityFlags Either(const v1::IdentityFlags& a, const v1::IdentityFlags& b);
// Those of `now` that neither of the others has: set since.
v1::IdentityFlags Since(const v1::IdentityFlags& now, const v1::IdentityFlags& a,
                        const v1::IdentityFlags& b);

}  // namespace fosse::care

#endif  // FOSSE_CARE_MERGE_H_
