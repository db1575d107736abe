#include "adapters/council/drop/drops.h"

#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "adapters/council/drop/import.h"
#include "adapters/council/file_reading.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/log.h"
#include "base/status.h"

namespace fosse::adapters::council {
namespace {

constexpr uint32_t kSettleMs = 5000;
constexpr std::chrono::milliseconds kLook(500);
constexpr std::chrono::seconds kAfterFailure(5);

std::string ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

absl::Time ChangedAt(const std::string& path) {
  struct stat about = {};
  return stat(path.c_str(), &about) == 0 ? absl::TimeFromTimespec(about.st_mtim) : absl::Now();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Drops>> Drops::Start(Adapter& adapter) {
  // The outbox made its key when it was opened; the digests have one that is made of it.
  const std::string key = ReadText(adapter.config.outbox_key());
  std::unique_ptr<Drops> drops(new Drops(adapter, key));
  for (const FolderDrop& config : adapter.config.drops()) {
    FOSSE_RETURN_IF_ERROR(drops->Add(config));
  }
  for (const auto& one : drops->drops_) {
    one->thread = std::thread([drops = drops.get(), one = one.get()] { drops->Watch(*one); });
  }
  return drops;
}

Drops::~Drops() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (const auto& one : drops_) {
    if (one->thread.joinable()) one->thread.join();
  }
}

absl::Status Drops::Add(const FolderDrop& config) {
  auto one = std::make_unique<One>();
  one->config = config;
  if (!config.map().empty()) {
    std::vector<MapFault> faults;
    one->map = ColumnMap::Load(ReadText(config.map()), faults);
    if (one->map == nullptr) {
      return MakeError(absl::StatusCode::kFailedPrecondition, "COLUMN_MAP_INVALID",
                       "a column map has faults; fosse-council translate --map shows them",
                       {{"faults", faults.size()}});
    }
  }
  const uint32_t settle = config.settle_ms() == 0 ? kSettleMs : config.settle_ms();
  FOSSE_ASSIGN_OR_RETURN(one->folder,
                         DropFolder::Open(config.folder(), absl::Milliseconds(settle)));
  FOSSE_ASSIGN_OR_RETURN(one->snapshots,
                         Snapshots::Open(absl::StrCat(adapter_.config.outbox(), ".snapshots")));
  drops_.push_back(std::move(one));
  return absl::OkStatus();
}

void Drops::Watch(One& one) {
  while (!stopping_) {
    std::chrono::milliseconds wait = kLook;
    if (const std::unique_ptr<ClaimedFile> file = one.folder->Next(absl::Now()); file != nullptr) {
      const absl::Status taken = Take(one, *file);
      if (taken.ok()) continue;  // Perhaps there is another.
      Log(Severity::kWarning, "council-file-waits", {{"error", taken}});
      wait = kAfterFailure;
    }
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, wait, [this] { return stopping_.load(); });
  }
}

absl::Status Drops::Take(One& one, ClaimedFile& file) {
  const std::string& sender = one.config.participant();
  Origin origin{.sender = sender,
                .locality = adapter_.config.locality(),
                .sent_at = ChangedAt(file.path()),
                .also = {one.config.also().begin(), one.config.also().end()}};
  FOSSE_ASSIGN_OR_RETURN(const std::unique_ptr<FileReading> reading,
                         FileReading::Open(file.path(), one.map.get(), std::move(origin)));
  FOSSE_ASSIGN_OR_RETURN(const std::unique_ptr<ResultFile> result,
                         ResultFile::Open(file.result_path()));
  const ImportDeps deps{
      .snapshots = *one.snapshots,
      .digest =
          [this](absl::string_view text) {
            const Digest digest = HmacSha256(key_, absl::StrCat("council-snapshot/", text));
            return std::string(digest.begin(), digest.end());
          },
      .hand =
          [this](v1::Envelope envelope, std::function<void(Answer)> answered) {
            adapter_.door->Hand(std::move(envelope), std::move(answered));
          },
      .keep_episode =
          [this](const std::string& owner, const ServiceEpisode& episode) {
            return adapter_.outbox->KeepNote(
                absl::StrCat("council/episode/", owner, "/", Hex(Sha256(episode.reference()))),
                episode.SerializeAsString());
          },
      .stopping = stopping_};
  Log(Severity::kInfo, "council-file-begun", {{"after-line", result->told()}});
  FOSSE_ASSIGN_OR_RETURN(const ImportCounts counts,
                         ImportFile(*reading, file.name(), sender, deps, *result));
  Log(Severity::kInfo, "council-file-ended",
      {{"taken", counts.taken}, {"refused", counts.refused}});
  return file.End(counts.refused == 0 ? Ending::kDone
                  : counts.taken == 0 ? Ending::kFailed
                                      : Ending::kPartDone);
}

}  // namespace fosse::adapters::council
