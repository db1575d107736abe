#ifndef FOSSE_TESTS_CONTRACT_STORE_CONTRACT_H_
#define FOSSE_TESTS_CONTRACT_STORE_CONTRACT_H_

#include <filesystem>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "store/store.h"
#include "tests/support/status_matchers.h"

// What every Store promises, whatever keeps the bytes. A kind of store joins by instantiating the
// suite in a source of its test program, which is linked with the contract's sources:
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract, ::testing::Values(StoreKind{…}), NameOfKind);
namespace fosse::store {

// A new directory that goes with the object.
class ScratchDirectory {
 public:
  ScratchDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "fosse-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct StoreKind {
  std::string name;
  // A new, empty store that may keep files in the directory.
  std::function<std::unique_ptr<Store>(const std::string& directory)> make;
};

inline std::string NameOfKind(const ::testing::TestParamInfo<StoreKind>& kind) {
  return kind.param.name;
}
inline void PrintTo(const StoreKind& kind, std::ostream* os) { *os << kind.name; }

// Two that compare equal only when all that a store keeps of them is.
inline auto Fields(const Head& h) {
  return std::tie(h.size, h.root, h.last_entry_time, h.checkpoint);
}
inline auto Fields(const Entry& e) {
  return std::tie(e.index, e.leaf, e.detail, e.subject, e.committed_at, e.outcome, e.cause,
                  e.delivery_ids);
}
inline auto Fields(const Record& r) { return std::tie(r.key, r.version, r.sealed); }
inline auto Fields(const Receipt& r) {
  return std::tie(r.message_key, r.sameness, r.first_seen, r.entry_index, r.subject, r.sealed);
}
inline auto Fields(const Delivery& d) {
  return std::tie(d.delivery_id, d.recipient, d.sequence, d.subject, d.urgency, d.kind, d.state,
                  d.state_since, d.entry_index, d.act_by, d.sealed);
}
inline auto Fields(const Timer& t) {
  return std::tie(t.timer_id, t.record, t.kind, t.due_at, t.about);
}
inline auto Fields(const Document& d) {
  return std::tie(d.kind, d.id, d.digest, d.stored, d.effective_at);
}

// Monday 3 October 2022, 09:00 UTC, and so many seconds.
inline absl::Time At(int64_t seconds) { return absl::FromUnixSeconds(1664787600 + seconds); }

// Digests that differ for different numbers, with zero bytes in them.
inline Digest DigestOf(uint64_t number) {
  Digest digest{};
  for (int i = 0; i < 8; ++i) digest[i] = static_cast<uint8_t>(number >> (8 * i));
  digest[31] = 0xd1;
  return digest;
}

inline RecordKey PersonKey(int number) {
  return {RecordKind::kPerson, std::string(15, '\0') + static_cast<char>(number)};
}

// Bytes of every value, zero among them.
inline std::string AllBytes(size_t size) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7);
  return bytes;
}

inline Entry EntryOf(uint64_t index) {
  return {.index = index,
          .leaf = absl::StrCat("leaf ", index),
          .detail = absl::StrCat("detail ", index),
          .subject = PersonKey(1),
          .committed_at = At(index),
          .outcome = 1,
          .cause = 0,
          .terms = {},
          .delivery_ids = {}};
}

inline Delivery DeliveryOf(std::string id, std::string recipient, uint64_t sequence,
                           uint64_t entry_index = 0) {
  return {.delivery_id = std::move(id),
          .recipient = std::move(recipient),
          .sequence = sequence,
          .subject = PersonKey(1),
          .urgency = 2,
          .kind = 3,
          .state = DeliveryState::kQueued,
          .state_since = At(0),
          .entry_index = entry_index,
          .act_by = At(3600),
          .sealed = AllBytes(40)};
}

inline Timer TimerOf(std::string id, int64_t due, RecordKey record = PersonKey(1)) {
  return {.timer_id = std::move(id),
          .record = std::move(record),
          .kind = 4,
          .due_at = At(due),
          .about = "about"};
}

inline Receipt ReceiptOf(uint64_t number, uint64_t entry_index = 0) {
  return {.message_key = DigestOf(number),
          .sameness = DigestOf(number + 1000),
          .first_seen = At(number),
          .entry_index = entry_index,
          .subject = PersonKey(1),
          .sealed = absl::StrCat("receipt ", number)};
}

// A batch of so many plain entries.
inline Batch EntriesFrom(uint64_t first, uint64_t count) {
  Batch batch;
  for (uint64_t i = 0; i < count; ++i) batch.entries.push_back(EntryOf(first + i));
  return batch;
}

inline Head HeadOf(uint64_t size) {
  return {.size = size,
          .root = DigestOf(size),
          .last_entry_time = At(size),
          .checkpoint = absl::StrCat("checkpoint ", size)};
}

// One session: stages the batch and commits the head that follows from it.
inline absl::Status Keep(Store& store, const Batch& batch) {
  absl::StatusOr<std::unique_ptr<Session>> session = store.Begin();
  if (!session.ok()) return session.status();
  absl::StatusOr<Head> head = (*session)->GetHead();
  if (!head.ok()) return head.status();
  if (absl::Status staged = (*session)->Stage(batch); !staged.ok()) return staged;
  return (*session)->Commit(HeadOf(head->size + batch.entries.size()));
}

class StoreContract : public ::testing::TestWithParam<StoreKind> {
 protected:
  Store& store() { return *store_; }
  absl::Status Keep(const Batch& batch) { return store::Keep(*store_, batch); }

  ScratchDirectory directory_;
  std::unique_ptr<Store> store_ = GetParam().make(directory_.path());
};

}  // namespace fosse::store

#endif  // FOSSE_TESTS_CONTRACT_STORE_CONTRACT_H_
