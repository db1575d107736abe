#ifndef FOSSE_VERIFY_REDECIDE_H_
#define FOSSE_VERIFY_REDECIDE_H_

#include <cstdint>
#include <istream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/details.h"
#include "audit/leaf.h"
#include "base/crypto.h"
#include "fosse/v1/trail.pb.h"
#include "policy/rulebook.h"

namespace fosse::verify {

// Something that does not hold, in one entry or in a kept rulebook. No person's data: names of
// questions and rules alone.
struct RedecideFault {
  std::optional<uint64_t> entry;
  std::string rulebook;  // Hex of the digest that it is kept under; empty: the fault is an entry's.
  std::string reason;
  std::string words;
};

// What deciding again found. Faults first: with none, every decision that could be made again was
// the recorded one. An entry that is REDACTED or WITHHELD is neither agreement nor fault.
struct RedecideReport {
  uint64_t entries = 0;
  uint64_t opened = 0;
  uint64_t redacted = 0;
  uint64_t withheld = 0;
  uint64_t decisions = 0;             // Made again.
  uint64_t rulebooks = 0;             // In the file.
  std::vector<RedecideFault> faults;  // The first kMaxRedecideFaults.
  uint64_t fault_count = 0;

  // Nothing was decided again while entries were kept from the reader: no agreement, and no fault.
  bool decided_nothing() const { return decisions == 0 && redacted + withheld > 0; }
};
inline constexpr size_t kMaxRedecideFaults = 100;

// Decides every recorded decision of a trail again, from its recorded facts with its own rulebook,
// and compares the canonical encoding (base/canonical.h). Fed with the leaves of an export that is
// being checked, so that each detail is the one that the signed trail commits to.
//
// Reasons of faults: DETAIL_DIFFERS and SEAL_BROKEN (audit/details.h); MESSAGE_DIFFERS, the message
// is not the one that the leaf commits to; LEAF_DIFFERS, the leaf says another question, outcome or
// rulebook than the detail; RULEBOOK_MISSING, RULEBOOK_CHANGED and RULEBOOK_UNREADABLE, the
// rulebook of a decision is not in the file, or its bytes have another digest, or this program
// cannot load it; DECISION_DIFFERS, deciding again gives another answer. RULEBOOK_CHANGED is told
// of every rulebook of the file, whether a decision used it or not. Not thread-safe.
class Redecider {
 public:
  // `details` (audit/details.h) outlives the Redecider. Errors are those of its reader;
  // DETAILS_INVALID where the manifest is missing.
  static absl::StatusOr<Redecider> Begin(std::istream& details);

  // The next entry of the trail. DATA_LOSS, reason DETAILS_INVALID, metadata `entry`, where the
  // file has no line for it: the two files are not of one export.
  absl::Status Take(const audit::LeafParts& leaf);

  // After the last one. DATA_LOSS, reason DETAILS_INVALID, where more follows or the file is of
  // another trail.
  absl::StatusOr<RedecideReport> Finish(const std::string& origin, const std::string& locality);

 private:
  struct Known {
    std::unique_ptr<const policy::Rulebook> rulebook;  // Null: `fault` says why.
    std::string fault;
  };

  explicit Redecider(std::istream& details)
      : reader_(std::make_unique<audit::DetailsReader>(details)) {}
  void AddRulebook(const v1::KeptRulebook& kept);
  void CheckDetail(const audit::LeafParts& leaf, const v1::EntryDetail& detail);
  void DecideAgain(uint64_t entry, const v1::RecordedDecision& recorded);
  void AddFault(uint64_t entry, absl::string_view reason, absl::string_view words);
  void AddFault(RedecideFault fault);

  std::unique_ptr<audit::DetailsReader> reader_;
  audit::DetailsManifest manifest_;
  absl::StatusOr<audit::DetailsLine> next_ = audit::DetailsEnd{};
  std::map<std::string, Known> rulebooks_;  // By digest.
  uint64_t first_ = 0;                      // Index of the first entry taken.
  RedecideReport report_;
};

}  // namespace fosse::verify

#endif  // FOSSE_VERIFY_REDECIDE_H_
