#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "cli/commands.h"
#include "cli/person_options.h"
#include "cli/words.h"
#include "fosse/v1/audit.grpc.pb.h"
#include "fosse/v1/care_records.grpc.pb.h"
#include "fosse/v1/exchange.grpc.pb.h"
#include "fosse/v1/mailbox.grpc.pb.h"

// Commands about messages and people.
namespace fosse::cli {
namespace {

template <typename Decisions>
ExitCode OutcomeOf(const Decisions& decisions) {
  return decisions.empty() ? kExitOk : ExitCodeOf(decisions[0].outcome());
}

absl::Status FillSearch(Session& session, const SearchOptions& options,
                        v1::SearchRequest& request) {
  if (options.person.given()) {
    FOSSE_ASSIGN_OR_RETURN(*request.mutable_person(), ReadPerson(session, options.person));
  }
  if (!options.from.empty()) {
    FOSSE_RETURN_IF_ERROR(ReadTime(options.from, "--from", request.mutable_from()));
  }
  if (!options.until.empty()) {
    FOSSE_RETURN_IF_ERROR(ReadTime(options.until, "--until", request.mutable_until()));
  }
  if (!options.outcome.empty()) {
    v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
    if (!v1::Outcome_Parse(absl::StrCat("OUTCOME_", absl::AsciiStrToUpper(options.outcome)),
                           &outcome)) {
      return absl::InvalidArgumentError("--outcome takes permit, hold, refer or deny");
    }
    request.set_outcome(outcome);
  }
  request.set_purpose(options.purpose);
  request.set_page_size(options.page_size);
  request.set_page_token(options.page_token);
  return absl::OkStatus();
}

}  // namespace

ExitCode Submit(Session& session, const std::string& file) {
  v1::SubmitRequest request;
  if (absl::Status read = ReadMessageFile(session, file, *request.mutable_envelope()); !read.ok()) {
    return session.Wrong(read);
  }
  v1::SubmitResponse response;
  const ExitCode code =
      session.Call<v1::ExchangeService>(&v1::ExchangeService::Stub::Submit, request, response);
  if (code != kExitOk) return code;
  if (session.settings().json) {
    session.PrintJson(response);
  } else {
    PrintReceipt(response.receipt(), session.out());
  }
  return OutcomeOf(response.receipt().decisions());
}

ExitCode Check(Session& session, const std::string& file) {
  v1::CheckRequest request;
  if (absl::Status read = ReadMessageFile(session, file, *request.mutable_envelope()); !read.ok()) {
    return session.Wrong(read);
  }
  v1::CheckResponse response;
  const ExitCode code =
      session.Call<v1::ExchangeService>(&v1::ExchangeService::Stub::Check, request, response);
  if (code != kExitOk) return code;
  if (session.settings().json) {
    session.PrintJson(response);
  } else {
    PrintCheck(response, session.out());
  }
  return OutcomeOf(response.decisions());
}

ExitCode Person(Session& session, const ReadingOptions& options) {
  v1::GetPersonRequest request;
  absl::StatusOr<v1::PersonReference> person = ReadPerson(session, options.person);
  if (!person.ok()) return session.Wrong(person.status());
  *request.mutable_person() = *std::move(person);
  request.set_reader(session.settings().reader);
  request.set_purpose(options.purpose);
  v1::GetPersonResponse response;
  const ExitCode code = session.Call<v1::CareRecordsService>(
      &v1::CareRecordsService::Stub::GetPerson, request, response);
  if (code != kExitOk) return code;
  if (session.settings().json) {
    session.PrintJson(response);
  } else {
    PrintPerson(response, session.out());
  }
  return kExitOk;
}

ExitCode DeadLetters(Session& session, const DeadLetterOptions& options) {
  v1::ListDeadLettersRequest request;
  request.set_recipient(options.recipient.empty() ? session.settings().reader : options.recipient);
  request.set_purpose(options.purpose);
  request.set_page_size(options.page_size);
  request.set_page_token(options.page_token);
  v1::ListDeadLettersResponse response;
  const ExitCode code = session.Call<v1::MailboxService>(&v1::MailboxService::Stub::ListDeadLetters,
                                                         request, response);
  if (code != kExitOk) return code;
  if (session.settings().json) {
    session.PrintJson(response);
  } else {
    PrintDeadLetters(response, session.out());
  }
  return kExitOk;
}

ExitCode Replay(Session& session, const ReplayOptions& options) {
  v1::ReplayRequest request;
  request.set_delivery_id(options.delivery_id);
  request.set_reason(options.reason);
  v1::ReplayResponse response;
  const ExitCode code =
      session.Call<v1::MailboxService>(&v1::MailboxService::Stub::Replay, request, response);
  if (code != kExitOk) return code;
  if (session.settings().json) {
    session.PrintJson(response);
  } else {
    session.out() << "It waits to be delivered again. This act is entry " << response.entry_index()
                  << ".\n";
  }
  return kExitOk;
}

ExitCode Trace(Session& session, const TraceOptions& options) {
  v1::GetTraceRequest request;
  uint64_t index = 0;
  if (!options.message_id.empty() && !options.sender.empty() && options.index.empty()) {
    request.mutable_message()->set_sender(options.sender);
    request.mutable_message()->set_message_id(options.message_id);
  } else if (absl::SimpleAtoi(options.index, &index) && options.message_id.empty()) {
    request.set_index(index);
  } else {
    return session.Wrong(absl::InvalidArgumentError(
        "trace takes the number of an entry, or both --sender and --message-id"));
  }
  request.set_purpose(options.purpose);
  request.set_reader(session.settings().reader);
  v1::GetTraceResponse response;
  const ExitCode code =
      session.Call<v1::AuditService>(&v1::AuditService::Stub::GetTrace, request, response);
  if (code != kExitOk) return code;
  if (session.settings().json) {
    session.PrintJson(response);
  } else {
    PrintTrace(response, session.out());
  }
  return kExitOk;
}

ExitCode Search(Session& session, const SearchOptions& options) {
  v1::SearchRequest request;
  if (absl::Status filled = FillSearch(session, options, request); !filled.ok()) {
    return session.Wrong(filled);
  }
  v1::SearchResponse response;
  const ExitCode code =
      session.Call<v1::AuditService>(&v1::AuditService::Stub::Search, request, response);
  if (code != kExitOk) return code;
  if (session.settings().json) {
    session.PrintJson(response);
  } else {
    PrintSearch(response, session.out());
  }
  return kExitOk;
}

}  // namespace fosse::cli
