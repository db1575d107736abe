#ifndef FOSSE_TESTS_STORE_FAULTY_VFS_H_
#define FOSSE_TESTS_STORE_FAULTY_VFS_H_

#include <sqlite3.h>

#include <string>
#include <vector>

namespace fosse::store {

// A file layer for SQLite, over the one that SqliteStore uses, whose nth call of a kind fails or
// kills the process. Registered once under kName. Not thread-safe: for tests of one thread.
class FaultyVfs {
 public:
  static constexpr char kName[] = "fosse-faulty";
  enum class Call { kWrite, kSync, kRead };
  enum class File { kAny, kMain, kLog };
  // In place of a result code: the process dies as by SIGKILL, before the call is made.
  static constexpr int kKill = -1;

  static FaultyVfs& Get();

  // From now on the nth such call, counted from 1, answers `code` and does nothing. Once.
  void FailAt(Call call, File file, int nth, int code);
  // No more failures; forgets what was counted.
  void Reset();
  // Whether the failure has happened.
  bool failed() const { return failed_; }

  // Writes to the database's main file, by each handle in the order of opening.
  const std::vector<int>& main_writes() const { return main_writes_; }

 private:
  friend struct FaultyVfsCalls;
  FaultyVfs();
  int Enter(Call call, bool is_log);

  Call call_ = Call::kWrite;
  File file_ = File::kAny;
  int calls_left_ = 0;
  int code_ = SQLITE_OK;
  bool failed_ = false;
  std::vector<int> main_writes_;
};

}  // namespace fosse::store

#endif  // FOSSE_TESTS_STORE_FAULTY_VFS_H_
