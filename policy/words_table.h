#ifndef FOSSE_POLICY_WORDS_TABLE_H_
#define FOSSE_POLICY_WORDS_TABLE_H_

#include <vector>

namespace fosse::policy {

// Words of one value, by its name in the contract.
struct ValueWords {
  const char* name;
  const char* words;
};

// Words of one fact and of all its values but the zero.
struct FactWords {
  const char* name;
  const char* label;
  std::vector<ValueWords> values;
};

// In the order of the contract.
const std::vector<FactWords>& FactWordsTable();

}  // namespace fosse::policy

#endif  // FOSSE_POLICY_WORDS_TABLE_H_
