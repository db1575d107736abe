#include "engine/person_queries.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "care/handle.h"
#include "care/reading.h"
#include "engine/index_terms.h"
#include "engine/page.h"
#include "engine/scene.h"
#include "engine/standings.h"
#include "engine/sweep.h"
#include "engine/timestamps.h"
#include "engine/working_set.h"

namespace fosse::engine {
namespace {

bool Fits(const store::Standing& standing, const store::StandingSearch& wanted) {
  for (const Digest& term : wanted.terms) {
    if (std::count(standing.terms.begin(), standing.terms.end(), term) == 0) return false;
  }
  return (wanted.states == 0 || (wanted.states >> standing.state & 1) != 0) &&
         (wanted.oversight == 0 || wanted.oversight == standing.oversight) &&
         (wanted.due_before == absl::InfiniteFuture() || standing.due_at < wanted.due_before);
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
  if (!request.has_person()) {
    if (AsksForStandings(request)) return FindDelegations(deps, request, reader, note);
    return MakeError(absl::StatusCode::kInvalidArgument, "FIELD_REQUIRED",
                     "name a person, or say how the delegations stand",
                     {{"field", FieldPath("person")}});
  }
  note.query_shape = "person";
  v1::ListDelegationsRequest asked = request;
  asked.clear_page_token();  // A person's pages count.
  FOSSE_ASSIGN_OR_RETURN(const store::StandingSearch wanted,
                         StandingsAskedFor(deps.keys, asked, note));
  FOSSE_ASSIGN_OR_RETURN(const int64_t from, PageTokenOf(request.page_token()));
  Records records(deps.store, deps.keys, deps.decoy);
  FOSSE_ASSIGN_OR_RETURN(Slot* const slot,
                         FindVisible(deps, records, reader, request.person(), note));
  const int page = static_cast<int>(PageSizeOf(request.page_size()));
  const InForce in_force = deps.documents.Get();
  v1::ListDelegationsResponse response;
  int64_t position = 0;
  for (const v1::Delegation& delegation : slot->person.delegations()) {
    if (!Fits(StandingOf(deps.keys, slot->key, delegation, in_force.directory.get()), wanted)) {
      continue;
    }
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
  const ClockWatch::Reading at = deps.watch.Read();
  const absl::Time now = at.now;
  InForce in_force = deps.documents.Get();
  in_force.clock_unsure = at.unsure;
  Records records(deps.store, deps.keys, deps.decoy);
  FOSSE_ASSIGN_OR_RETURN(const Scene scene,
                         SetScene({deps.keys, deps.random, in_force}, message, now, records));
  if (scene.new_person == nullptr) {
    FOSSE_RETURN_IF_ERROR(ArriveWithoutEffect(records, deps.locality, scene.person, in_force,
                                              {now, deps.random.Bytes(32)}));
  }
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
