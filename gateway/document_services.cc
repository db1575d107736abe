#include <algorithm>
#include <utility>
#include <vector>

#include "base/status.h"
#include "fosse/v1/directories.grpc.pb.h"
#include "fosse/v1/rulebooks.grpc.pb.h"
#include "gateway/authorisation.h"
#include "gateway/services.h"
#include "gateway/unary.h"

// What everybody who takes part may read, the rulebooks and the directory; and how the board
// publishes either.
namespace fosse::gateway {
namespace {

constexpr size_t kUsualPage = 50;
constexpr size_t kMostPage = 100;

using Wire = grpc::ByteBuffer;
using RulebooksBase = v1::RulebooksService::WithRawCallbackMethod_GetRulebook<
    v1::RulebooksService::WithRawCallbackMethod_ListRulebooks<
        v1::RulebooksService::WithRawCallbackMethod_PublishRulebook<
            v1::RulebooksService::Service>>>;
using DirectoryBase = v1::DirectoryService::WithRawCallbackMethod_GetParticipant<
    v1::DirectoryService::WithRawCallbackMethod_ListParticipants<
        v1::DirectoryService::WithRawCallbackMethod_ListDirectories<
            v1::DirectoryService::WithRawCallbackMethod_PublishDirectory<
                v1::DirectoryService::Service>>>>;

class RulebooksServiceOverEngine final : public RulebooksBase {
 public:
  explicit RulebooksServiceOverEngine(Gate& gate) : gate_(gate) {}

  grpc::ServerUnaryReactor* GetRulebook(grpc::CallbackServerContext* context, const Wire* request,
                                        Wire* response) override {
    return ServeUnary<v1::GetRulebookRequest, v1::GetRulebookResponse>(
        gate_, Method::kGetRulebook, context, request, response,
        [this](const Admitted&, v1::GetRulebookRequest message,
               engine::Done<v1::GetRulebookResponse> done) {
          gate_.engine().GetRulebook(std::move(message), std::move(done));
        });
  }

  grpc::ServerUnaryReactor* ListRulebooks(grpc::CallbackServerContext* context, const Wire* request,
                                          Wire* response) override {
    return ServeUnary<v1::ListRulebooksRequest, v1::ListRulebooksResponse>(
        gate_, Method::kListRulebooks, context, request, response,
        [this](const Admitted&, v1::ListRulebooksRequest message,
               engine::Done<v1::ListRulebooksResponse> done) {
          gate_.engine().ListRulebooks(std::move(message), std::move(done));
        });
  }

  grpc::ServerUnaryReactor* PublishRulebook(grpc::CallbackServerContext* context,
                                            const Wire* request, Wire* response) override {
    return ServeUnary<v1::PublishRulebookRequest, v1::PublishRulebookResponse>(
        gate_, Method::kPublishRulebook, context, request, response,
        [this](const Admitted& caller, v1::PublishRulebookRequest message,
               engine::Done<v1::PublishRulebookResponse> done) {
          if (absl::Status status = AuthoriseBody(*caller.participant, message.envelope());
              !status.ok()) {
            return done(status);
          }
          gate_.engine().PublishRulebook(
              caller.caller, std::move(message), caller.deadline,
              [done = std::move(done)](absl::StatusOr<v1::Receipt> receipt) {
                if (!receipt.ok()) return done(receipt.status());
                v1::PublishRulebookResponse answer;
                *answer.mutable_receipt() = *std::move(receipt);
                done(std::move(answer));
              });
        });
  }

 private:
  Gate& gate_;
};

absl::StatusOr<v1::GetParticipantResponse> ParticipantFor(const care::Directory& directory,
                                                          absl::string_view id) {
  const v1::Participant* const participant = directory.Find(id);
  if (participant == nullptr) {
    return MakeError(absl::StatusCode::kNotFound, "PARTICIPANT_NOT_FOUND",
                     "the directory in force has no such participant");
  }
  v1::GetParticipantResponse response;
  *response.mutable_participant() = *participant;
  response.mutable_participant()->clear_certificate_names();
  response.set_directory_digest(directory.digest().data(), directory.digest().size());
  return response;
}

// The token is the last id of the page before, so a directory that changes between two pages leaves
// nobody out who is in both.
v1::ListParticipantsResponse ParticipantsFor(const care::Directory& directory,
                                             const v1::ListParticipantsRequest& request) {
  std::vector<const v1::Participant*> after;
  for (const v1::Participant& participant : directory.document().participants()) {
    if (participant.id() > request.page_token()) after.push_back(&participant);
  }
  std::sort(after.begin(), after.end(),
            [](const v1::Participant* a, const v1::Participant* b) { return a->id() < b->id(); });
  const size_t page =
      request.page_size() == 0 ? kUsualPage : std::min<size_t>(request.page_size(), kMostPage);
  v1::ListParticipantsResponse response;
  for (size_t i = 0; i < std::min(page, after.size()); ++i) {
    *response.add_participants() = *after[i];
    response.mutable_participants(static_cast<int>(i))->clear_certificate_names();
  }
  if (after.size() > page) response.set_next_page_token(after[page - 1]->id());
  return response;
}

class DirectoryServiceOverEngine final : public DirectoryBase {
 public:
  explicit DirectoryServiceOverEngine(Gate& gate) : gate_(gate) {}

  grpc::ServerUnaryReactor* GetParticipant(grpc::CallbackServerContext* context,
                                           const Wire* request, Wire* response) override {
    return ServeUnary<v1::GetParticipantRequest, v1::GetParticipantResponse>(
        gate_, Method::kGetParticipant, context, request, response,
        [](const Admitted& caller, const v1::GetParticipantRequest& message,
           const engine::Done<v1::GetParticipantResponse>& done) {
          done(ParticipantFor(*caller.directory, message.participant()));
        });
  }

  grpc::ServerUnaryReactor* ListParticipants(grpc::CallbackServerContext* context,
                                             const Wire* request, Wire* response) override {
    return ServeUnary<v1::ListParticipantsRequest, v1::ListParticipantsResponse>(
        gate_, Method::kListParticipants, context, request, response,
        [](const Admitted& caller, const v1::ListParticipantsRequest& message,
           const engine::Done<v1::ListParticipantsResponse>& done) {
          done(ParticipantsFor(*caller.directory, message));
        });
  }

  grpc::ServerUnaryReactor* ListDirectories(grpc::CallbackServerContext* context,
                                            const Wire* request, Wire* response) override {
    return ServeUnary<v1::ListDirectoriesRequest, v1::ListDirectoriesResponse>(
        gate_, Method::kListDirectories, context, request, response,
        [this](const Admitted&, v1::ListDirectoriesRequest message,
               engine::Done<v1::ListDirectoriesResponse> done) {
          gate_.engine().ListDirectories(std::move(message), std::move(done));
        });
  }

  grpc::ServerUnaryReactor* PublishDirectory(grpc::CallbackServerContext* context,
                                             const Wire* request, Wire* response) override {
    return ServeUnary<v1::PublishDirectoryRequest, v1::PublishDirectoryResponse>(
        gate_, Method::kPublishDirectory, context, request, response,
        [this](const Admitted& caller, v1::PublishDirectoryRequest message,
               engine::Done<v1::PublishDirectoryResponse> done) {
          if (absl::Status status = AuthoriseBody(*caller.participant, message.envelope());
              !status.ok()) {
            return done(status);
          }
          gate_.engine().PublishDirectory(
              caller.caller, std::move(message), caller.deadline,
              [done = std::move(done)](absl::StatusOr<v1::Receipt> receipt) {
                if (!receipt.ok()) return done(receipt.status());
                v1::PublishDirectoryResponse answer;
                *answer.mutable_receipt() = *std::move(receipt);
                done(std::move(answer));
              });
        });
  }

 private:
  Gate& gate_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeRulebooksService(Gate& gate) {
  return std::make_unique<RulebooksServiceOverEngine>(gate);
}

std::unique_ptr<grpc::Service> MakeDirectoryService(Gate& gate) {
  return std::make_unique<DirectoryServiceOverEngine>(gate);
}

}  // namespace fosse::gateway
