#include "tests/store/faulty_vfs.h"

#include <signal.h>
#include <unistd.h>

#include "base/status.h"

namespace fosse::store {
namespace {

struct FaultyFile {
  sqlite3_file base;
  bool is_main = false;
  bool is_log = false;
  size_t number = 0;  // Among the main files.
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

FaultyFile& Of(sqlite3_file* file) { return *reinterpret_cast<FaultyFile*>(file); }
sqlite3_file* Real(sqlite3_file* file) { return Of(file).real(); }

sqlite3_vfs* real_vfs = nullptr;
sqlite3_io_methods methods = {};
sqlite3_vfs faulty_vfs = {};

}  // namespace

// The calls that SQLite makes.
struct FaultyVfsCalls {
  static int Open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    FaultyFile& faulty = Of(file);
    faulty.base.pMethods = nullptr;
    faulty.is_main = (flags & SQLITE_OPEN_MAIN_DB) != 0;
    faulty.is_log = (flags & SQLITE_OPEN_WAL) != 0;
    const int code = real_vfs->xOpen(real_vfs, name, faulty.real(), flags, out_flags);
    if (code != SQLITE_OK) return code;
    std::vector<int>& writes = FaultyVfs::Get().main_writes_;
    if (faulty.is_main) {
      faulty.number = writes.size();
      writes.push_back(0);
    }
    faulty.base.pMethods = &methods;
    return SQLITE_OK;
  }
  static int Close(sqlite3_file* file) { return Real(file)->pMethods->xClose(Real(file)); }
  static int Read(sqlite3_file* file, void* to, int amount, sqlite3_int64 offset) {
    const int code = Enter(FaultyVfs::Call::kRead, file);
    if (code != SQLITE_OK) return code;
    return Real(file)->pMethods->xRead(Real(file), to, amount, offset);
  }
  static int Write(sqlite3_file* file, const void* from, int amount, sqlite3_int64 offset) {
    const int code = Enter(FaultyVfs::Call::kWrite, file);
    if (code != SQLITE_OK) return code;
    std::vector<int>& writes = FaultyVfs::Get().main_writes_;
    if (Of(file).is_main && Of(file).number < writes.size()) ++writes[Of(file).number];
    return Real(file)->pMethods->xWrite(Real(file), from, amount, offset);
  }
  static int Sync(sqlite3_file* file, int flags) {
    const int code = Enter(FaultyVfs::Call::kSync, file);
    if (code != SQLITE_OK) return code;
    return Real(file)->pMethods->xSync(Real(file), flags);
  }
  static int Enter(FaultyVfs::Call call, sqlite3_file* file) {
    const FaultyFile& faulty = Of(file);
    if (!faulty.is_main && !faulty.is_log) return SQLITE_OK;
    return FaultyVfs::Get().Enter(call, faulty.is_log);
  }

  // The rest goes through as it is.
  static int Truncate(sqlite3_file* f, sqlite3_int64 size) {
    return Real(f)->pMethods->xTruncate(Real(f), size);
  }
  static int FileSize(sqlite3_file* f, sqlite3_int64* size) {
    return Real(f)->pMethods->xFileSize(Real(f), size);
  }
  static int Lock(sqlite3_file* f, int lock) { return Real(f)->pMethods->xLock(Real(f), lock); }
  static int Unlock(sqlite3_file* f, int lock) { return Real(f)->pMethods->xUnlock(Real(f), lock); }
  static int CheckReservedLock(sqlite3_file* f, int* reserved) {
    return Real(f)->pMethods->xCheckReservedLock(Real(f), reserved);
  }
  static int FileControl(sqlite3_file* f, int operation, void* argument) {
    return Real(f)->pMethods->xFileControl(Real(f), operation, argument);
  }
  static int SectorSize(sqlite3_file* f) { return Real(f)->pMethods->xSectorSize(Real(f)); }
  static int Characteristics(sqlite3_file* f) {
    return Real(f)->pMethods->xDeviceCharacteristics(Real(f));
  }
  static int ShmMap(sqlite3_file* f, int page, int size, int extend, void volatile** out) {
    return Real(f)->pMethods->xShmMap(Real(f), page, size, extend, out);
  }
  static int ShmLock(sqlite3_file* f, int offset, int count, int flags) {
    return Real(f)->pMethods->xShmLock(Real(f), offset, count, flags);
  }
  static void ShmBarrier(sqlite3_file* f) { Real(f)->pMethods->xShmBarrier(Real(f)); }
  static int ShmUnmap(sqlite3_file* f, int remove) {
    return Real(f)->pMethods->xShmUnmap(Real(f), remove);
  }
};

FaultyVfs::FaultyVfs() {
  using Calls = FaultyVfsCalls;
  real_vfs = sqlite3_vfs_find("unix-excl");
  FOSSE_CHECK(real_vfs != nullptr);
  methods = {2,
             Calls::Close,
             Calls::Read,
             Calls::Write,
             Calls::Truncate,
             Calls::Sync,
             Calls::FileSize,
             Calls::Lock,
             Calls::Unlock,
             Calls::CheckReservedLock,
             Calls::FileControl,
             Calls::SectorSize,
             Calls::Characteristics,
             Calls::ShmMap,
             Calls::ShmLock,
             Calls::ShmBarrier,
             Calls::ShmUnmap,
             nullptr,
             nullptr};
  faulty_vfs = *real_vfs;
  faulty_vfs.zName = kName;
  faulty_vfs.szOsFile = real_vfs->szOsFile + static_cast<int>(sizeof(FaultyFile));
  faulty_vfs.pNext = nullptr;
  faulty_vfs.xOpen = Calls::Open;
  FOSSE_CHECK(sqlite3_vfs_register(&faulty_vfs, 0) == SQLITE_OK);
}

FaultyVfs& FaultyVfs::Get() {
  static FaultyVfs* const vfs = new FaultyVfs();
  return *vfs;
}

void FaultyVfs::FailAt(Call call, File file, int nth, int code) {
  call_ = call;
  file_ = file;
  calls_left_ = nth;
  code_ = code;
  failed_ = false;
}

void FaultyVfs::Reset() {
  calls_left_ = 0;
  failed_ = false;
  main_writes_.clear();
}

int FaultyVfs::Enter(Call call, bool is_log) {
  if (calls_left_ == 0 || call != call_) return SQLITE_OK;
  if (file_ != File::kAny && (file_ == File::kLog) != is_log) return SQLITE_OK;
  if (--calls_left_ > 0) return SQLITE_OK;
  failed_ = true;
  if (code_ == kKill) {
    kill(getpid(), SIGKILL);
    pause();
  }
  return code_;
}

}  // namespace fosse::store
