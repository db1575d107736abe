#ifndef FOSSE_TESTS_SUPPORT_ENGINE_WORLD_H_
#define FOSSE_TESTS_SUPPORT_ENGINE_WORLD_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "audit/keys.h"
#include "audit/signer_key.h"
#include "base/fake_clock.h"
#include "base/fake_executor.h"
#include "base/fake_random.h"
#include "engine/engine.h"
#include "store/fake_faulty_store.h"
#include "store/sqlite/sqlite_store.h"

namespace fosse {

// Participants of the test directory.
inline constexpr char kCommunity[] = "RT5";
inline constexpr char kPractice[] = "C82999";
inline constexpr char kOtherPractice[] = "C82998";  // Has no relationship with anybody.
inline constexpr char kProvider[] = "1-1000000001";
inline constexpr char kTraining[] = "RT5-TRAINING";
inline constexpr char kCouncil[] = "QK1-COUNCIL";
inline constexpr char kAuditTeam[] = "QK1-AUDIT";         // Remit over everybody.
inline constexpr char kPracticeAudit[] = "QK1-AUDIT-GP";  // Remit over kOtherPractice alone.
inline constexpr char kRelay[] = "QK1-GP-ADAPTER";        // Speaks for the practices; attests not.
inline constexpr char kBoard[] = "QK1-IPCB";

// Invented people, by their numbers of the test range.
struct TestPerson {
  const char* nhs_number;
  const char* date_of_birth;
  const char* family_name;
};
inline constexpr TestPerson kAda = {"9990000018", "1941-03-02", "Quillfeather"};
inline constexpr TestPerson kBede = {"9990000026", "1938-11-30", "Thornapple"};
inline constexpr TestPerson kCleo = {"9990000034", "1950-07-19", "Brackenbury"};

v1::PersonReference ReferenceOf(const TestPerson& person);
v1::WorkerReference WorkerOf(absl::string_view employer, absl::string_view employer_reference);

// The test directory as text. `extra` participants are put at its end.
std::string TestDirectory(absl::string_view extra = "");
// The rulebook of the locality, from the source tree.
std::string TestRulebook();

// The key by which the test board publishes, and a directory in which the board has it.
audit::NoteSigner TestBoard();
std::string WithBoardKey(std::string directory_text);

// An engine over a real store in a directory of its own, with a clock, randomness and threads that
// only the test moves. Not thread-safe.
class EngineWorld {
 public:
  struct Options {
    engine::Limits limits;
    std::string directory_text = TestDirectory();
    std::string rulebook_text = TestRulebook();
    bool breadcrumb = true;
  };
  EngineWorld() : EngineWorld(Options{}) {}
  explicit EngineWorld(Options options);
  ~EngineWorld();

  // As a stop or crash and a new start over the same files: the engine and its memory go. Gives the
  // result of the new start.
  absl::Status Restart(absl::string_view witnessed_head = "");
  // The store and engine are let go; files stay.
  void Close();

  // An envelope with sender, id, time and person filled in; the body is the test's.
  v1::Envelope Message(absl::string_view sender, absl::string_view message_id,
                       const TestPerson& person);
  // The person comes onto the community caseload, registered with kPractice.
  v1::Envelope Episode(const TestPerson& person, absl::string_view message_id);
  // Community nursing proposes a task to the provider, complete in every way.
  v1::Envelope Proposal(const TestPerson& person, absl::string_view message_id,
                        absl::string_view reference);
  v1::Envelope Concern(const TestPerson& person, absl::string_view message_id,
                       absl::string_view sender, absl::string_view summary);
  // The provider accepts the delegation of this reference, subject to training.
  v1::Envelope Acceptance(const TestPerson& person, absl::string_view message_id,
                          absl::string_view reference);
  // The training office records a sound check of competence in the proposed task.
  v1::Envelope Competency(absl::string_view message_id, const v1::WorkerReference& worker);
  // The provider assigns the worker, who agrees.
  v1::Envelope Assignment(const TestPerson& person, absl::string_view message_id,
                          absl::string_view reference, const v1::WorkerReference& worker);
  v1::Envelope Risk(const TestPerson& person, absl::string_view message_id);

  // Hands over and runs the engine until the answer comes.
  absl::StatusOr<v1::Receipt> Submit(v1::Envelope envelope);
  absl::StatusOr<v1::Receipt> SubmitAs(const engine::Caller& caller, v1::Envelope envelope);
  // Hands over and returns; the answer comes once the engine runs.
  std::shared_ptr<std::optional<absl::StatusOr<v1::Receipt>>> Start(
      v1::Envelope envelope, absl::Time deadline = absl::InfiniteFuture());
  // The board publishes a later directory, soundly signed, in force from `at` on.
  absl::StatusOr<v1::Receipt> PublishDirectory(const std::string& text, absl::Time at,
                                               absl::string_view message_id = "dir-1");
  // The same as a request, for a test to spoil.
  v1::PublishDirectoryRequest DirectoryRequest(const std::string& text, absl::Time at,
                                               absl::string_view message_id = "dir-1");

  // Runs until there is nothing to commit.
  void Run();

  // Calls any method of the engine that answers once, and runs the engine until it does.
  template <typename T>
  absl::StatusOr<T> Ask(const std::function<void(engine::Done<T>)>& call) {
    std::optional<absl::StatusOr<T>> answer;
    call([&answer](absl::StatusOr<T> given) { answer = std::move(given); });
    for (int i = 0; i < 100 && !answer.has_value(); ++i) engine_->RunOnce();
    if (!answer.has_value()) return absl::InternalError("no answer came");
    return *std::move(answer);
  }
  absl::StatusOr<v1::GetPersonResponse> GetPerson(absl::string_view reader,
                                                  const v1::PersonReference& reference);
  absl::StatusOr<v1::ListDelegationsResponse> ListDelegations(absl::string_view reader,
                                                              const TestPerson& person);
  absl::StatusOr<v1::GetTraceResponse> Trace(absl::string_view reader, uint64_t index);

  // The opened detail of an entry, for tests that must see what the trail keeps.
  v1::EntryDetail Detail(uint64_t index);
  v1::LeafView Leaf(uint64_t index);
  uint64_t Size();
  // The stored record of a person; empty where there is none.
  v1::CareRecord StoredPerson(const TestPerson& person);

  engine::Engine& engine() { return *engine_; }
  store::SqliteStore& store() { return *store_; }
  store::FaultyStore& faults() { return *faulty_; }
  const audit::KeyRing& keys() const { return keys_; }
  FakeClock& clock() { return clock_; }
  FakeRandom& random() { return random_; }
  const std::string& directory() const { return directory_; }
  std::string breadcrumb_path() const { return directory_ + "/breadcrumb"; }

 private:
  void Open();

  Options options_;
  std::string directory_;
  audit::KeyRing keys_;
  FakeClock clock_;
  FakeRandom random_;
  InlineExecutor executor_;
  std::unique_ptr<store::SqliteStore> store_;
  std::unique_ptr<store::FaultyStore> faulty_;
  std::unique_ptr<engine::Engine> engine_;
};

}  // namespace fosse

#endif  // FOSSE_TESTS_SUPPORT_ENGINE_WORLD_H_
