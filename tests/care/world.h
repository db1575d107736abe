#ifndef FOSSE_TESTS_CARE_WORLD_H_
#define FOSSE_TESTS_CARE_WORLD_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "care/handle.h"
#include "fosse/v1/envelope.pb.h"

namespace fosse::care {

// The participants of the tests. RT5 is the community health service, C82001 and C82002 practices,
// PROV-A and PROV-B providers, LCC the council that vouches for PROV-A.
inline constexpr char kCommunity[] = "RT5";
inline constexpr char kPractice[] = "C82001";
inline constexpr char kOtherPractice[] = "C82002";
inline constexpr char kProvider[] = "PROV-A";
inline constexpr char kOtherProvider[] = "PROV-B";
inline constexpr char kCouncil[] = "LCC";
inline constexpr char kTraining[] = "RT5-TRAINING";
inline constexpr char kSafeguarding[] = "LCC-SAFE";
inline constexpr char kSharedCare[] = "QK1-SHAREDCARE";
inline constexpr char kCommissioner[] = "QK1";
inline constexpr char kBoard[] = "QK1-IPCB";

// A file of the source tree.
std::string StoredText(const std::string& path);
// The rulebook of the locality as stored in the source tree.
std::string StoredRulebook();
// A rulebook with the real catalogue, deadlines and routes that answers `question` with `outcome`
// and all others with PERMIT.
std::unique_ptr<const policy::Rulebook> Forced(v1::Question question, v1::Outcome outcome);
std::unique_ptr<const policy::Rulebook> AllPermit();
std::string StoredDirectory();

// What one message did, its consequences included.
struct Sent {
  Effect effect;
  std::vector<Effect> consequences;

  // Of the message and its consequences.
  std::vector<v1::Delivery> deliveries() const;
  template <typename Do>
  void ForEachDelivery(Do act) const {
    for (const v1::Delivery& delivery : effect.deliveries) act(delivery);
    for (const Effect& other : consequences) {
      for (const v1::Delivery& delivery : other.deliveries) act(delivery);
    }
  }
  int Count(absl::string_view recipient, v1::DeliveryKind kind) const;
  bool Told(absl::string_view recipient) const;
  // The outcome of the first answer to `question`; UNSPECIFIED: it was not asked.
  v1::Outcome OutcomeOf(v1::Question question) const;
  bool HasNotice(absl::string_view code) const;
};

// A small stand-in for what surrounds care/: keeps records, timers and order, and reads no clock.
// Its records come about by folding changes and by nothing else. After each message the standings
// that the receipt shows are compared with the folded record, so that nothing can be in the one and
// not in the other (INV-11).
class World {
 public:
  World();

  absl::Time now;
  std::shared_ptr<const policy::Rulebook> rulebook;
  std::unique_ptr<const Directory> directory;

  // Runs the timers that are due, then handles the message. Missing message id, locality, sent
  // time and acting basis are filled in.
  absl::StatusOr<Sent> Send(v1::Envelope envelope);
  // The same; a failure fails the test.
  Sent Must(const v1::Envelope& envelope);
  // Lets time pass and runs what falls due, each at its own time; gives what the timers did.
  std::vector<Sent> Advance(absl::Duration by);
  std::vector<Sent> AdvanceTo(absl::Time to);

  bool Knows(const std::string& nhs_number) const { return persons_.count(nhs_number) > 0; }
  const v1::CareRecord& person(const std::string& nhs_number) const;
  // By the reference of its proposal.
  const v1::Delegation& delegation(const std::string& nhs_number,
                                   const std::string& reference) const;
  const v1::WorkerRecord& worker(const std::string& reference) const;
  const v1::LocalityRecord& locality() const { return locality_; }
  const std::map<std::string, v1::CareRecord>& persons() const { return persons_; }
  const std::map<std::string, v1::WorkerRecord>& workers() const { return workers_; }
  struct Pending {
    v1::TimerKind kind;
    absl::Time due_at;
    std::string about;
    std::string nhs_number;
    std::string worker = {};
  };
  const std::map<std::string, Pending>& timers() const { return timers_; }

  // Everything delivered, oldest first.
  std::vector<v1::Delivery> mail;
  // Every change made to the locality's record, oldest first.
  std::vector<v1::Change> locality_history;
  // Every change made to a person's record, oldest first.
  std::vector<std::pair<std::string, v1::Change>> history;

 private:
  void Apply(const Effect& effect, const std::string& nhs_number, const std::string& worker);
  Sent Finish(Effect effect, const v1::Envelope& envelope, const std::string& nhs_number,
              const std::string& worker);
  // What the engine does by a sweep.
  void LookAfreshAtAll(const Consequence& consequence, const v1::Envelope& envelope, Sent& sent);
  std::string KeyOf(const v1::WorkerReference& reference) const;
  Moment NextMoment();

  std::map<std::string, v1::CareRecord> persons_;    // By NHS number.
  std::map<std::string, v1::WorkerRecord> workers_;  // By the employer's reference.
  v1::LocalityRecord locality_;
  std::map<std::string, Pending> timers_;
  uint64_t seed_ = 0;
  uint64_t messages_ = 0;
};

}  // namespace fosse::care

#endif  // FOSSE_TESTS_CARE_WORLD_H_
