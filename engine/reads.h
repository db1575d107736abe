#ifndef FOSSE_ENGINE_READS_H_
#define FOSSE_ENGINE_READS_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/status.h"
#include "engine/clock_watch.h"
#include "engine/documents.h"
#include "engine/engine.h"
#include "engine/intake.h"
#include "engine/queue.h"
#include "engine/records.h"
#include "engine/refusals.h"

namespace fosse::engine {

struct ReadDeps {  // References outlive whatever reads.
  const std::string& locality;
  store::Store& store;
  const audit::KeyRing& keys;
  const Clock& clock;
  Random& random;
  Executor& executor;
  const Limits& limits;
  Queue& queue;
  Documents& documents;
  Refusals& refusals;
  const Decoy& decoy;
  ClockWatch& watch;
};

// Who reads, and as what.
struct ReadAs {
  v1::Participant participant;
  bool auditor = false;

  // Whether an auditor's remit reaches this organisation's own cases. False for others.
  bool Audits(absl::string_view organisation) const;
};

// What a read found, besides its answer.
struct ReadNote {
  Caller caller;
  std::string method;
  std::string purpose;
  std::string query_shape;  // Kinds of terms asked, never their values.
  std::string reader;       // Participant that reads.
  uint32_t rows = 0;
  std::vector<Digest> terms;  // Whom it was about, as keyed hashes.
};

// The participant that `caller` reads as: itself, or one that it speaks for. PERMISSION_DENIED,
// reason SENDER_NOT_ALLOWED.
absl::StatusOr<ReadAs> WhoReads(const ReadDeps& deps, const Caller& caller,
                                absl::string_view on_behalf_of);

// Whether `reader` has a live relationship with the person, or an audit remit over somebody who
// has.
bool IsVisible(const v1::CareRecord& record, const ReadAs& reader, absl::Time now);

// The person whom `reference` names, where `reader` has a live relationship or an audit remit;
// PersonNotVisible() in all other cases, after the same work (CTL-04). INVALID_ARGUMENT where the
// reference breaks its terms. Notes the terms of the read.
absl::StatusOr<Slot*> FindVisible(const ReadDeps& deps, Records& records, const ReadAs& reader,
                                  const v1::PersonReference& reference, ReadNote& note);

// The person's record, and those that were joined into it.
std::vector<store::RecordKey> RecordsOf(const Slot& slot);

// Writes the read into the trail; `then` gets the entry's index once it is durable, on the executor
// (CTL-25).
void RecordRead(const ReadDeps& deps, ReadNote note,
                std::function<void(absl::StatusOr<uint64_t>)> then);

// INVALID_ARGUMENT, reason FIELD_TOO_LONG, for a purpose that the trail has no room for.
absl::Status CheckPurpose(absl::string_view purpose);

// Runs `read` on the executor, records it whatever it found, and only then answers. `read` gets the
// note to fill in and returns the response; the entry's index is set on it here.
template <typename Response>
void ReadAndRecord(const ReadDeps& deps, ReadNote note,
                   std::function<absl::StatusOr<Response>(ReadNote&)> read, Done<Response> done) {
  deps.executor.Run(
      [deps, note = std::move(note), read = std::move(read), done = std::move(done)]() mutable {
        const absl::Status purpose = CheckPurpose(note.purpose);
        if (!purpose.ok()) return done(purpose);
        auto found = std::make_shared<absl::StatusOr<Response>>(read(note));
        // Nothing to record: the caller may not read at all, or asked what cannot be asked.
        if (absl::IsPermissionDenied(found->status()) || absl::IsInvalidArgument(found->status())) {
          return done(std::move(found)->status());
        }
        if (!found->ok()) note.rows = 0;
        RecordRead(deps, std::move(note), [found, done](absl::StatusOr<uint64_t> index) {
          if (!index.ok()) return done(std::move(index).status());
          if (found->ok()) (*found)->set_entry_index(*index);
          done(std::move(*found));
        });
      });
}

// A response of many rows, which shows no entry index.
template <typename T>
struct ManyRows {
  std::vector<T> rows;
  void set_entry_index(uint64_t) {}
};

// RunRecorded() of `impl` for a response of many rows, which it counts.
template <typename T, typename Impl>
void ReadMany(Impl& impl, ReadNote note,
              std::function<absl::StatusOr<std::vector<T>>(ReadNote&)> work,
              Done<std::vector<T>> done) {
  impl.template RunRecorded<ManyRows<T>>(
      std::move(note),
      [work = std::move(work)](ReadNote& read) -> absl::StatusOr<ManyRows<T>> {
        FOSSE_ASSIGN_OR_RETURN(std::vector<T> rows, work(read));
        read.rows = static_cast<uint32_t>(rows.size());
        return ManyRows<T>{std::move(rows)};
      },
      [done = std::move(done)](absl::StatusOr<ManyRows<T>> found) {
        if (!found.ok()) return done(std::move(found).status());
        done(std::move(found->rows));
      });
}

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_READS_H_
