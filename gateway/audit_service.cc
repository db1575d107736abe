#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/leaf.h"
#include "base/status.h"
#include "fosse/v1/audit.grpc.pb.h"
#include "gateway/authorisation.h"
#include "gateway/services.h"
#include "gateway/stream.h"
#include "gateway/unary.h"

namespace fosse::gateway {
namespace {

using Wire = grpc::ByteBuffer;
using Base =
    v1::AuditService::WithRawCallbackMethod_GetTrace<v1::AuditService::WithRawCallbackMethod_Search<
        v1::AuditService::WithRawCallbackMethod_GetCheckpoint<
            v1::AuditService::WithRawCallbackMethod_GetInclusionProof<
                v1::AuditService::WithRawCallbackMethod_GetConsistencyProof<
                    v1::AuditService::WithRawCallbackMethod_ExportTrail<
                        v1::AuditService::Service>>>>>>;

// Leaves read at a time. Every reading is an entry of its own, so not too few; all wait in memory
// for the caller to take them, so not too many. A detail may hold a whole message.
constexpr size_t kExportChunk = 1024;
constexpr size_t kDetailsChunk = 64;

absl::Status EntryNotFound() {
  return MakeError(absl::StatusCode::kNotFound, "ENTRY_NOT_FOUND",
                   "the trail has no such entry, or none that the caller may see");
}

// A leaf names sender, kind and time. Only auditors see those of others' messages.
absl::Status MaySeeLeaf(const v1::Participant& caller, absl::string_view leaf_bytes) {
  for (const int role : caller.roles()) {
    if (role == v1::ROLE_AUDITOR) return absl::OkStatus();
  }
  FOSSE_ASSIGN_OR_RETURN(const audit::LeafParts leaf, audit::ParseLeaf(leaf_bytes));
  if (leaf.relay == caller.id()) return absl::OkStatus();
  if (!leaf.sender.empty() && AuthoriseReader(caller, leaf.sender).ok()) return absl::OkStatus();
  return EntryNotFound();
}

// The trail up to the checkpoint signed last when the call came in.
class ExportTrailCall : public Stream<WriteReactor> {
 public:
  ExportTrailCall(Gate& gate, grpc::CallbackServerContext* context, const Wire& request)
      : Stream(gate, Method::kExportTrail, context), read_(ReadMessage(request, request_)) {}

  void Drain() override {
    CloseNow(MakeError(absl::StatusCode::kUnavailable, "SHUTTING_DOWN",
                       "the gateway is stopping; connect again"));
  }

 protected:
  void Open() override {
    if (!read_.ok()) return CloseNow(read_);
    gate().engine().GetCheckpoint([self = Self()](absl::StatusOr<v1::GetCheckpointResponse> head) {
      const absl::Status status = head.ok() ? self->Begin(*head) : head.status();
      if (!status.ok()) self->CloseNow(status);
    });
  }

  void Sent() override {
    {
      absl::MutexLock lock(&mutex_);
      if (waiting_ == 0 || --waiting_ > 0) return;
    }
    ReadOn();
  }

 private:
  std::shared_ptr<ExportTrailCall> Self() {
    return std::static_pointer_cast<ExportTrailCall>(shared_from_this());
  }

  absl::Status Begin(const v1::GetCheckpointResponse& head) {
    FOSSE_ASSIGN_OR_RETURN(const audit::Checkpoint checkpoint,
                           audit::OpenCheckpoint(head.checkpoint(), head.verifier_key()));
    if (request_.from_index() > checkpoint.size) return EntryNotFound();
    checkpoint_ = head.checkpoint();
    next_ = request_.from_index();
    end_ = checkpoint.size;
    if (request_.limit() != 0) end_ = std::min(end_, next_ + request_.limit());
    if (request_.with_details()) {
      SendRulebooks();
    } else {
      ReadOn();
    }
    return absl::OkStatus();
  }

  // Ahead of the first entry, so that a reader can decide each one again as it comes.
  void SendRulebooks() {
    gate().engine().AllRulebooks(
        [self = Self()](absl::StatusOr<std::vector<v1::KeptRulebook>> rulebooks) {
          if (!rulebooks.ok()) return self->CloseNow(rulebooks.status());
          std::vector<v1::ExportTrailResponse> items(rulebooks->size());
          for (size_t i = 0; i < items.size(); ++i) {
            *items[i].mutable_rulebook() = std::move((*rulebooks)[i]);
          }
          if (items.empty()) return self->ReadOn();
          self->SendAll(items);
        });
  }

  void ReadOn() {
    if (next_ >= end_) {
      v1::ExportTrailResponse last;
      last.set_checkpoint(checkpoint_);
      Send(WriteMessage(last));
      return Close(absl::OkStatus());
    }
    Admitted now;
    if (const absl::Status status = AdmitAgain(now); !status.ok()) return CloseNow(status);
    const size_t chunk = request_.with_details() ? kDetailsChunk : kExportChunk;
    const size_t count = std::min<uint64_t>(chunk, end_ - next_);
    if (request_.with_details()) {
      return gate().engine().ReadDetails(
          now.caller, next_, count, request_.purpose(),
          [self = Self()](absl::StatusOr<std::vector<engine::Engine::OpenedEntry>> entries) {
            if (!entries.ok()) return self->CloseNow(entries.status());
            std::vector<v1::ExportTrailResponse> items(2 * entries->size());
            for (size_t i = 0; i < entries->size(); ++i) {
              items[2 * i].set_leaf_bytes(std::move((*entries)[i].leaf));
              *items[2 * i + 1].mutable_opened() = std::move((*entries)[i].detail);
            }
            self->SendEntries(items, entries->size());
          });
    }
    gate().engine().ReadLeaves(now.caller, next_, count, request_.purpose(),
                               [self = Self()](absl::StatusOr<std::vector<std::string>> leaves) {
                                 if (!leaves.ok()) return self->CloseNow(leaves.status());
                                 std::vector<v1::ExportTrailResponse> items(leaves->size());
                                 for (size_t i = 0; i < items.size(); ++i) {
                                   items[i].set_leaf_bytes(std::move((*leaves)[i]));
                                 }
                                 self->SendEntries(items, items.size());
                               });
  }

  void SendEntries(const std::vector<v1::ExportTrailResponse>& items, size_t entries) {
    if (entries == 0 || entries > end_ - next_) {
      return CloseNow(MakeError(absl::StatusCode::kDataLoss, "TRAIL_DAMAGED",
                                "the trail is shorter than its signed head", {{"at", next_}}));
    }
    next_ += entries;
    SendAll(items);
  }

  // The caller takes them all before more is read.
  void SendAll(const std::vector<v1::ExportTrailResponse>& items) {
    {
      absl::MutexLock lock(&mutex_);
      waiting_ = items.size();
    }
    for (const v1::ExportTrailResponse& item : items) Send(WriteMessage(item));
  }

  v1::ExportTrailRequest request_;
  const absl::Status read_;
  // Only one of Begin(), SendEntries() and ReadOn() is under way at any time.
  std::string checkpoint_;
  uint64_t next_ = 0;
  uint64_t end_ = 0;

  absl::Mutex mutex_;
  size_t waiting_ ABSL_GUARDED_BY(mutex_) = 0;  // Items that the caller has not taken yet.
};

class AuditServiceOverEngine final : public Base {
 public:
  explicit AuditServiceOverEngine(Gate& gate) : gate_(gate) {}

  grpc::ServerUnaryReactor* GetTrace(grpc::CallbackServerContext* context, const Wire* request,
                                     Wire* response) override {
    return ServeUnary<v1::GetTraceRequest, v1::GetTraceResponse>(
        gate_, Method::kGetTrace, context, request, response,
        [this](const Admitted& caller, v1::GetTraceRequest message,
               engine::Done<v1::GetTraceResponse> done) {
          if (absl::Status status = AuthoriseReader(*caller.participant, message.reader());
              !status.ok()) {
            return done(status);
          }
          gate_.engine().GetTrace(caller.caller, std::move(message), std::move(done));
        });
  }

  grpc::ServerUnaryReactor* Search(grpc::CallbackServerContext* context, const Wire* request,
                                   Wire* response) override {
    return ServeUnary<v1::SearchRequest, v1::SearchResponse>(
        gate_, Method::kSearch, context, request, response,
        [this](const Admitted& caller, v1::SearchRequest message,
               engine::Done<v1::SearchResponse> done) {
          if (absl::Status status = AuthoriseReader(*caller.participant, message.reader());
              !status.ok()) {
            return done(status);
          }
          gate_.engine().Search(caller.caller, std::move(message), std::move(done));
        });
  }

  grpc::ServerUnaryReactor* GetCheckpoint(grpc::CallbackServerContext* context, const Wire* request,
                                          Wire* response) override {
    return ServeUnary<v1::GetCheckpointRequest, v1::GetCheckpointResponse>(
        gate_, Method::kGetCheckpoint, context, request, response,
        [this](const Admitted&, v1::GetCheckpointRequest,
               engine::Done<v1::GetCheckpointResponse> done) {
          gate_.engine().GetCheckpoint(std::move(done));
        });
  }

  grpc::ServerUnaryReactor* GetInclusionProof(grpc::CallbackServerContext* context,
                                              const Wire* request, Wire* response) override {
    return ServeUnary<v1::GetInclusionProofRequest, v1::GetInclusionProofResponse>(
        gate_, Method::kGetInclusionProof, context, request, response,
        [this](const Admitted& caller, v1::GetInclusionProofRequest message,
               engine::Done<v1::GetInclusionProofResponse> done) {
          gate_.engine().GetInclusionProof(
              std::move(message), [caller, done = std::move(done)](
                                      absl::StatusOr<v1::GetInclusionProofResponse> proof) {
                if (absl::IsOutOfRange(proof.status()) || absl::IsNotFound(proof.status())) {
                  return done(EntryNotFound());
                }
                if (proof.ok()) {
                  absl::Status seen = MaySeeLeaf(*caller.participant, proof->leaf_bytes());
                  if (!seen.ok()) return done(std::move(seen));
                }
                done(std::move(proof));
              });
        });
  }

  grpc::ServerUnaryReactor* GetConsistencyProof(grpc::CallbackServerContext* context,
                                                const Wire* request, Wire* response) override {
    return ServeUnary<v1::GetConsistencyProofRequest, v1::GetConsistencyProofResponse>(
        gate_, Method::kGetConsistencyProof, context, request, response,
        [this](const Admitted&, v1::GetConsistencyProofRequest message,
               engine::Done<v1::GetConsistencyProofResponse> done) {
          gate_.engine().GetConsistencyProof(std::move(message), std::move(done));
        });
  }

  WriteReactor* ExportTrail(grpc::CallbackServerContext* context, const Wire* request) override {
    return ExportTrailCall::Run(std::make_shared<ExportTrailCall>(gate_, context, *request),
                                context);
  }

 private:
  Gate& gate_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAuditService(Gate& gate) {
  return std::make_unique<AuditServiceOverEngine>(gate);
}

}  // namespace fosse::gateway
