#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/status.h"
#include "cli/commands.h"
#include "cli/person_options.h"
#include "cli/words.h"
#include "fosse/v1/care_records.grpc.pb.h"

// Commands about how things stand, stood, and change.
namespace fosse::cli {
namespace {

absl::Status FillDelegations(Session& session, const ReadingOptions& options,
                             v1::ListDelegationsRequest& request) {
  const StandingOptions& standing = options.standing;
  if (options.person.given() || !standing.given()) {
    FOSSE_ASSIGN_OR_RETURN(*request.mutable_person(), ReadPerson(session, options.person));
  }
  request.set_reader(session.settings().reader);
  request.set_purpose(options.purpose);
  request.set_include_ended(options.include_ended);
  request.set_page_size(options.page_size);
  request.set_page_token(options.page_token);
  request.set_overseer(standing.overseer);
  request.set_provider(standing.provider);
  request.set_place(standing.place);
  request.set_gap(standing.gap);
  for (const std::string& name : standing.states) {
    v1::DelegationState state = v1::DELEGATION_STATE_UNSPECIFIED;
    const std::string value = absl::StrReplaceAll(absl::AsciiStrToUpper(name), {{"-", "_"}});
    if (!v1::DelegationState_Parse(absl::StrCat("DELEGATION_STATE_", value), &state)) {
      return absl::InvalidArgumentError(
          "--state takes held, proposed, referred, ready, active, at-risk, paused, suspended, "
          "ended "
          "or declined");
    }
    request.add_states(state);
  }
  if (standing.due_before.empty()) return absl::OkStatus();
  return ReadTime(standing.due_before, "--due-before", request.mutable_due_before());
}

}  // namespace

ExitCode Delegations(Session& session, const ReadingOptions& options) {
  v1::ListDelegationsRequest request;
  if (absl::Status filled = FillDelegations(session, options, request); !filled.ok()) {
    return session.Wrong(filled);
  }
  v1::ListDelegationsResponse response;
  const ExitCode code = session.Call<v1::CareRecordsService>(
      &v1::CareRecordsService::Stub::ListDelegations, request, response);
  if (code != kExitOk) return code;
  if (session.settings().json) {
    session.PrintJson(response);
  } else {
    PrintDelegations(response, session.out());
  }
  return kExitOk;
}

ExitCode StateAt(Session& session, const ReadingOptions& options) {
  v1::StateAtRequest request;
  absl::StatusOr<v1::PersonReference> person = ReadPerson(session, options.person);
  if (!person.ok()) return session.Wrong(person.status());
  *request.mutable_person() = *std::move(person);
  if (absl::Status at = ReadTime(options.at, "--at", request.mutable_at()); !at.ok()) {
    return session.Wrong(at);
  }
  request.set_sense(options.true_then ? v1::STATE_SENSE_TRUE_THEN : v1::STATE_SENSE_KNOWN_THEN);
  request.set_reader(session.settings().reader);
  request.set_purpose(options.purpose);
  v1::StateAtResponse response;
  const ExitCode code = session.Call<v1::CareRecordsService>(&v1::CareRecordsService::Stub::StateAt,
                                                             request, response);
  if (code != kExitOk) return code;
  if (session.settings().json) {
    session.PrintJson(response);
  } else {
    PrintStateAt(response, session.out());
  }
  return kExitOk;
}

ExitCode Watch(Session& session, const ReadingOptions& options) {
  v1::WatchRequest request;
  absl::StatusOr<v1::PersonReference> person = ReadPerson(session, options.person);
  if (!person.ok()) return session.Wrong(person.status());
  *request.mutable_person() = *std::move(person);
  request.set_reader(session.settings().reader);
  request.set_purpose(options.purpose);
  absl::StatusOr<std::shared_ptr<grpc::Channel>> channel = session.Connect();
  if (!channel.ok()) return session.Wrong(channel.status());
  grpc::ClientContext context;  // Without a deadline: it ends when somebody ends it.
  const auto stub = v1::CareRecordsService::NewStub(*channel);
  const auto changes = stub->Watch(&context, request);
  v1::WatchResponse change;
  while (changes->Read(&change)) {
    if (session.settings().json) {
      session.PrintJson(change);
    } else {
      PrintWatch(change, session.out());
    }
    session.out().flush();
  }
  return session.Refused(changes->Finish());
}

}  // namespace fosse::cli
