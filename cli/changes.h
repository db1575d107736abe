#ifndef FOSSE_CLI_CHANGES_H_
#define FOSSE_CLI_CHANGES_H_

#include <string>

#include "fosse/v1/record.pb.h"

namespace fosse::cli {

// What an entry changed in a record, as a line for people: "delegation 01J: active, overseer RT5
// (held)". Ids, states and organisations; nothing of the person.
std::string ChangeText(const v1::Change& change);

}  // namespace fosse::cli

#endif  // FOSSE_CLI_CHANGES_H_
