#ifndef FOSSE_CLI_WORDS_H_
#define FOSSE_CLI_WORDS_H_

#include <ostream>
#include <string>

#include "absl/strings/string_view.h"
#include "fosse/v1/audit.pb.h"
#include "fosse/v1/care_records.pb.h"
#include "fosse/v1/exchange.pb.h"
#include "fosse/v1/mailbox.pb.h"
#include "fosse/v1/receipt.pb.h"
#include "google/protobuf/generated_enum_reflection.h"
#include "google/protobuf/timestamp.pb.h"

// Answers of the gateway as people read them.
namespace fosse::cli {

void PrintReceipt(const v1::Receipt& receipt, std::ostream& out);
void PrintCheck(const v1::CheckResponse& check, std::ostream& out);
void PrintPerson(const v1::GetPersonResponse& person, std::ostream& out);
void PrintStateAt(const v1::StateAtResponse& state, std::ostream& out);
void PrintWatch(const v1::WatchResponse& change, std::ostream& out);
void PrintDelegations(const v1::ListDelegationsResponse& delegations, std::ostream& out);
void PrintDeadLetters(const v1::ListDeadLettersResponse& letters, std::ostream& out);
void PrintTrace(const v1::GetTraceResponse& trace, std::ostream& out);
void PrintSearch(const v1::SearchResponse& found, std::ostream& out);

// 2026-11-22 09:00:00 UTC; empty for an unset time.
std::string TimeText(const google::protobuf::Timestamp& time);

// A value's name without the name of its type, in lower case with spaces: "at risk" for
// DELEGATION_STATE_AT_RISK; empty for the unspecified one; the number for one that this program
// does not know.
std::string EnumText(const google::protobuf::EnumDescriptor& type, int number);
template <typename E>
std::string EnumText(E value) {
  return EnumText(*google::protobuf::GetEnumDescriptor<E>(), static_cast<int>(value));
}

}  // namespace fosse::cli

#endif  // FOSSE_CLI_WORDS_H_
