#ifndef FOSSE_ADAPTERS_KIT_ANSWER_H_
#define FOSSE_ADAPTERS_KIT_ANSWER_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "fosse/v1/receipt.pb.h"

// What became of a message, as the translators of every format put it into words. Plain values.
namespace fosse::adapters {

// What the gateway refused: the canonical code, our stable reason, and its metadata (field paths,
// times, counts; never a value of the message).
struct Refusal {
  absl::StatusCode code = absl::StatusCode::kUnknown;
  std::string reason;
  std::string sentence;
  std::vector<std::pair<std::string, std::string>> metadata;

  // Sending again may help: the gateway was away, full, or did not know.
  bool MayPass() const;
};

// What a native caller can be told.
struct Answer {
  enum class Kind {
    kReceipt,  // The gateway decided.
    kRefused,  // The gateway refuses it for good: nothing is kept.
    kKept,     // Kept here; the gateway has not answered yet, and will.
    kNotKept,  // Not even kept: send again.
  };
  Kind kind = Kind::kNotKept;
  v1::Receipt receipt;
  Refusal refusal;
};

}  // namespace fosse::adapters

#endif  // FOSSE_ADAPTERS_KIT_ANSWER_H_
