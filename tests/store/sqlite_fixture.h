#ifndef FOSSE_TESTS_STORE_SQLITE_FIXTURE_H_
#define FOSSE_TESTS_STORE_SQLITE_FIXTURE_H_

#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/contract/store_contract.h"
#include "tests/store/faulty_vfs.h"

namespace fosse::store {

// Tests of what only SQLite has: a file, its log, its lock, and a disk that fails.
class SqliteTest : public ::testing::Test {
 protected:
  SqliteTest() { FaultyVfs::Get().Reset(); }
  ~SqliteTest() override { FaultyVfs::Get().Reset(); }

  std::string path() const { return directory_.path() + "/store.db"; }

  SqliteStore::Options OptionsOf() const {
    SqliteStore::Options options;
    options.path = path();
    options.locality = "QK1";
    options.cache_bytes = 1 << 20;
    options.readers = 2;
    options.vfs = FaultyVfs::kName;
    return options;
  }
  absl::StatusOr<std::unique_ptr<SqliteStore>> Open() const {
    return SqliteStore::Open(OptionsOf());
  }

  // One entry with a receipt, a delivery and a record whose version is the trail's size after it.
  static Batch Whole(uint64_t index, size_t bytes = 2000) {
    Batch batch = EntriesFrom(index, 1);
    batch.entries[0].detail = AllBytes(bytes);
    batch.entries[0].terms = {DigestOf(index), DigestOf(7)};
    batch.nodes = {{0, index, DigestOf(index)}};
    batch.receipts = {ReceiptOf(index, index)};
    batch.deliveries = {DeliveryOf(absl::StrCat("d", index), "A1", index + 1, index)};
    batch.records = {{PersonKey(1), index + 1, AllBytes(bytes)}};
    return batch;
  }

  // The trail's size, after checking that every part of every Whole() batch is there and no more.
  static uint64_t SizeIfWhole(Store& store) {
    const uint64_t size = store.GetHead().value().size;
    EXPECT_EQ(store.ScanEntries(0, 10000).value().size(), size);
    EXPECT_EQ(store.QueuedDeliveries("A1", 0, 10000).value().size(), size);
    EXPECT_EQ(store.FindEntries({.term = DigestOf(7), .limit = 10000}).value().size(), size);
    const auto record = store.ReadRecord(PersonKey(1)).value();
    EXPECT_EQ(record.has_value() ? record->version : 0, size);
    for (uint64_t i = 0; i <= size; ++i) {
      EXPECT_EQ(store.FindReceipt(DigestOf(i)).value().has_value(), i < size);
      EXPECT_EQ(store.ReadNode(0, i).value().has_value(), i < size);
    }
    return size;
  }

  // Runs `work` in a child process and gives its wait status. `work` returns an exit code.
  static int InChild(const std::function<int()>& work) {
    const pid_t child = fork();
    if (child == 0) _exit(work());
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return status;
  }
  static bool WasKilled(int status) { return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL; }

  ScratchDirectory directory_;
};

}  // namespace fosse::store

#endif  // FOSSE_TESTS_STORE_SQLITE_FIXTURE_H_
