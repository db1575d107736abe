// The contract, on what keeps bytes here.

#include "store/fake_store.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/contract/store_contract.h"

namespace fosse::store {

StoreKind Sqlite() {
  return {.name = "Sqlite", .make = [](const std::string& directory) -> std::unique_ptr<Store> {
            SqliteStore::Options options;
            options.path = directory + "/store.db";
            options.locality = "QK1";
            options.wal_limit_bytes = 64 << 10;  // Checkpoints happen under the suite, too.
            return SqliteStore::Open(options).value();
          }};
}

StoreKind Fake() {
  return {.name = "Fake", .make = [](const std::string&) -> std::unique_ptr<Store> {
            return std::make_unique<FakeStore>();
          }};
}

INSTANTIATE_TEST_SUITE_P(, StoreContract, ::testing::Values(Sqlite(), Fake()), NameOfKind);

}  // namespace fosse::store
