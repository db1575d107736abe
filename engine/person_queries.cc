#include "engine/person_queries.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "base/status.h"
#include "care/handle.h"
#include "care/reading.h"
#include "engine/index_terms.h"
#include "engine/scene.h"
#include "engine/timestamps.h"
#include "engine/working_set.h"

namespace fosse::engine {
namespace {

constexpr int kMaxPage = 100;
constexpr int kUsualPage = 50;

bool HasEnded(const v1::Delegation& delegation) {
  return delegation.state() == v1::DELEGATION_STATE_ENDED ||
         delegation.state() == v1::DELEGATION_STATE_DECLINED;
}

}  // namespace

absl::StatusOr<v1::GetPersonResponse> ReadPerson(const ReadDeps& deps,
                                                 const v1::GetPersonRequest& request,
                                                 ReadNote& note) {
  FOSSE_ASSIGN_OR_RETURN(const ReadAs reader, WhoReads(deps, note.caller, request.reader()));
  note.reader = reader.participant.id();
  note.query_shape = "person";
  Records records(deps.store, deps.keys, deps.decoy);
  FOSSE_ASSIGN_OR_RETURN(Slot* const slot,
                         FindVisible(deps, records, reader, request.person(), note));
  note.rows = 1;
  return care::PersonFor(slot->person, reader.participant, deps.clock.Now());
}

absl::StatusOr<v1::ListDelegationsResponse> ReadDelegations(
    const ReadDeps& deps, const v1::ListDelegationsRequest& request, ReadNote& note) {
  FOSSE_ASSIGN_OR_RETURN(const ReadAs reader, WhoReads(deps, note.caller, request.reader()));
  note.reader = reader.participant.id();
  note.query_shape = request.include_ended() ? "person,include_ended" : "person";
  int from = 0;
  if (!request.page_token().empty() &&
      (!absl::SimpleAtoi(request.page_token(), &from) || from < 0)) {
    return MakeError(absl::StatusCode::kInvalidArgument, "FIELD_INVALID",
                     "the page token is not one that was given",
                     {{"field", FieldPath("page_token")}});
  }
  Records records(deps.store, deps.keys, deps.decoy);
  FOSSE_ASSIGN_OR_RETURN(Slot* const slot,
                         FindVisible(deps, records, reader, request.person(), note));
  const int page = request.page_size() == 0
                       ? kUsualPage
                       : std::min<int>(kMaxPage, static_cast<int>(request.page_size()));
  v1::ListDelegationsResponse response;
  int position = 0;
  for (const v1::Delegation& delegation : slot->person.delegations()) {
    if (HasEnded(delegation) && !request.include_ended()) continue;
    if (!reader.auditor && !care::ShowsDelegation(delegation, reader.participant)) continue;
    if (position++ < from) continue;
    if (response.delegations_size() == page) {
      response.set_next_page_token(absl::StrCat(from + page));
      break;
    }
    v1::Delegation& shown = *response.add_delegations();
    shown = delegation;
    if (reader.auditor) continue;
    care::CutToAudience(
        {.participant = &reader.participant,
         .is_delegating = delegation.proposal().delegating() == reader.participant.id(),
         .is_delegated_to = delegation.proposal().delegated_to() == reader.participant.id()},
        shown);
  }
  note.rows = response.delegations_size();
  return response;
}

absl::StatusOr<v1::CheckResponse> DecideWithoutEffect(const ReadDeps& deps, const Message& message,
                                                      ReadNote& note) {
  note.reader = message.envelope.sender();
  note.query_shape = std::string(BodyNameOf(message.envelope));
  if (message.envelope.subject().has_person()) {
    note.terms.push_back(
        AskedNumberTerm(deps.keys, message.envelope.subject().person().nhs_number()));
  }
  const absl::Time now = WholeMicroseconds(deps.clock.Now());
  const InForce in_force = deps.documents.Get();
  Records records(deps.store, deps.keys, deps.decoy);
  FOSSE_ASSIGN_OR_RETURN(const Scene scene,
                         SetScene({deps.keys, deps.random, in_force}, message, now, records));
  FOSSE_ASSIGN_OR_RETURN(
      care::Effect effect,
      care::Handle(scene.ViewWith(in_force), message.envelope, {now, deps.random.Bytes(32)}));
  v1::CheckResponse response;
  for (v1::Decision& decision : effect.decisions) *response.add_decisions() = std::move(decision);
  *response.mutable_notices() = std::move(*effect.receipt.mutable_notices());
  response.set_delivers_meanwhile(effect.receipt.delivers_meanwhile());
  note.rows = response.decisions_size();
  return response;
}

}  // namespace fosse::engine
