#include "engine/publication.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "audit/rulebook_note.h"
#include "base/local_date.h"
#include "base/status.h"
#include "engine/decider.h"
#include "engine/documents.h"
#include "engine/index_terms.h"
#include "engine/install.h"
#include "policy/check.h"
#include "policy/rulebook.h"

namespace fosse::engine {
namespace {

using Kind = store::Document::Kind;

// An error travels in the trailers of a call, which have little room; the check of the command line
// tells all.
constexpr size_t kMaxTold = 1500;

absl::Status DigestDiffers(const FieldPath& field) {
  return MakeError(absl::StatusCode::kInvalidArgument, "DIGEST_DIFFERS",
                   "the document or suite is not the one that the activation names",
                   {{"field", field}});
}

bool IsDigest(absl::string_view bytes, const Digest& digest) {
  return bytes == ByteView(digest).view();
}

// The same error with as many whole lines as there is room for.
absl::Status Shortened(const absl::Status& status) {
  const absl::string_view all = status.message();
  if (all.size() <= kMaxTold) return status;
  const absl::string_view told = all.substr(0, all.rfind('\n', kMaxTold));
  return MakeError(status.code(), ReasonOf(status),
                   absl::StrCat(told, "\nand more; a check of the files tells all"));
}

absl::Status SuiteFailed(const std::vector<std::string>& faults) {
  return Shortened(MakeError(
      absl::StatusCode::kFailedPrecondition, "SUITE_FAILED",
      absl::StrCat("the suite of the rulebook does not hold\n", absl::StrJoin(faults, "\n"))));
}

// The one field of the activation, by its name in either body.
FieldPath FieldOf(const v1::Envelope& envelope, const FieldPath& rulebook,
                  const FieldPath& directory) {
  return envelope.has_rulebook_activation() ? rulebook : directory;
}

absl::Status CheckSignature(const v1::Envelope& envelope, const store::Document& document,
                            const care::Directory& directory) {
  const bool is_rulebook = envelope.has_rulebook_activation();
  const FieldPath field = FieldOf(envelope, FieldPath("rulebook_activation.signed_note"),
                                  FieldPath("directory_activation.signed_note"));
  const std::string& note = is_rulebook ? envelope.rulebook_activation().signed_note()
                                        : envelope.directory_activation().signed_note();
  audit::RulebookStatement wanted{envelope.locality(), document.id, document.digest,
                                  document.effective_at};
  if (is_rulebook) {
    const std::string& suite = envelope.rulebook_activation().suite_digest();
    if (suite.size() != wanted.suite_digest.size()) {
      return DigestDiffers(FieldPath("rulebook_activation.suite_digest"));
    }
    std::copy(suite.begin(), suite.end(), wanted.suite_digest.begin());
  }
  const v1::Participant* const sender = directory.Find(envelope.sender());
  absl::Status status =
      MakeError(absl::StatusCode::kPermissionDenied, "SIGNATURE_MISSING",
                "the document is not signed by a publishing key of the board", {{"field", field}});
  if (sender == nullptr || sender->kind() != v1::ORGANISATION_KIND_IPCB) return status;
  for (const std::string& key : sender->publishing_keys()) {
    const absl::StatusOr<audit::RulebookStatement> said =
        is_rulebook ? audit::OpenRulebookNote(note, key) : audit::OpenDirectoryNote(note, key);
    if (said.ok() && *said == wanted) return absl::OkStatus();
    if (said.ok() || ReasonOf(said.status()) == "SIGNATURE_WRONG") {
      status = MakeError(absl::StatusCode::kPermissionDenied, "SIGNATURE_WRONG",
                         "the signed note is not over this document, instant and suite",
                         {{"field", field}});
    }
  }
  return status;
}

absl::Status CheckDay(absl::string_view day, const FieldPath& field, absl::Time now) {
  const std::optional<absl::CivilDay> parsed = ParseLocalDate(day);
  if (parsed.has_value() && *parsed <= LondonDay(now)) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "TIME_IN_FUTURE",
                   "the day stated has not come; state the day on which it happened",
                   {{"field", field}});
}

absl::Status NeedApproval(absl::string_view value, const FieldPath& field) {
  if (!value.empty()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, "APPROVAL_MISSING",
                   "the Clinical Executive's approval or the safety officer's review is missing",
                   {{"field", field}});
}

absl::Status CheckApprovals(const v1::RulebookActivation& activation, absl::Time now) {
  FOSSE_RETURN_IF_ERROR(
      NeedApproval(activation.approved_by(), FieldPath("rulebook_activation.approved_by")));
  FOSSE_RETURN_IF_ERROR(
      NeedApproval(activation.approved_on(), FieldPath("rulebook_activation.approved_on")));
  FOSSE_RETURN_IF_ERROR(
      NeedApproval(activation.hazard_review(), FieldPath("rulebook_activation.hazard_review")));
  FOSSE_RETURN_IF_ERROR(NeedApproval(activation.hazard_reviewed_on(),
                                     FieldPath("rulebook_activation.hazard_reviewed_on")));
  FOSSE_RETURN_IF_ERROR(
      CheckDay(activation.approved_on(), FieldPath("rulebook_activation.approved_on"), now));
  return CheckDay(activation.hazard_reviewed_on(),
                  FieldPath("rulebook_activation.hazard_reviewed_on"), now);
}

// A kept one too: a program reads what another one kept.
absl::Status CheckDecides(const store::Document& document, const care::Directory& directory) {
  const auto loaded = policy::Rulebook::Create(document.stored);
  if (!loaded.ok()) return Shortened(loaded.status());
  return CheckOrganisations((*loaded)->document(), directory);
}

// The rulebooks that decide at some time while a directory of that instant is in force.
absl::StatusOr<std::vector<store::Document>> RulebooksFrom(absl::Time instant, WorkingSet& work) {
  std::optional<store::Document> in_force;
  std::vector<store::Document> found;
  const auto look = [&](const store::Document& document) {
    if (document.kind != Kind::kRulebook) return true;
    if (document.effective_at > instant) {
      found.push_back(document);
    } else if (!in_force.has_value() || in_force->effective_at <= document.effective_at) {
      in_force = document;
    }
    return true;
  };
  FOSSE_RETURN_IF_ERROR(WalkDocuments(work.session(), Kind::kRulebook, look));
  for (const store::Document& document : work.documents()) look(document);
  if (in_force.has_value()) found.push_back(*in_force);
  return found;
}

// Whoever a rulebook names for cover, training or a route must be there to be told.
absl::Status CheckServesRulebooks(const store::Document& document, WorkingSet& work) {
  FOSSE_ASSIGN_OR_RETURN(const auto directory, care::Directory::Create(document.stored));
  FOSSE_ASSIGN_OR_RETURN(const std::vector<store::Document> rulebooks,
                         RulebooksFrom(document.effective_at, work));
  for (const store::Document& rulebook : rulebooks) {
    FOSSE_RETURN_IF_ERROR(CheckDecides(rulebook, *directory));
  }
  return absl::OkStatus();
}

// One walk over everything kept of the kind: an id is one document's for ever, an instant too.
absl::Status CheckPlace(const v1::Envelope& envelope, const store::Document& document,
                        absl::Time now, WorkingSet& work) {
  bool reused = false;
  bool taken = false;
  const auto look = [&](const store::Document& other) {
    if (other.kind != document.kind) return true;
    reused = reused || (other.id == document.id && other.digest != document.digest);
    taken = taken || other.effective_at == document.effective_at;
    return true;
  };
  FOSSE_RETURN_IF_ERROR(WalkDocuments(work.session(), document.kind, look));
  for (const store::Document& other : work.documents()) look(other);
  const FieldPath instant = FieldOf(envelope, FieldPath("rulebook_activation.effective_at"),
                                    FieldPath("directory_activation.effective_at"));
  if (reused) {
    return MakeError(
        absl::StatusCode::kAlreadyExists,
        document.kind == Kind::kRulebook ? "RULEBOOK_ID_REUSED" : "DIRECTORY_ID_REUSED",
        "a document is never changed; give the changed one an id of its own",
        {{"field", FieldOf(envelope, FieldPath("rulebook_activation.rulebook_id"),
                           FieldPath("directory_activation.directory_id"))}});
  }
  if (document.effective_at < now + kActivationLead) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "ACTIVATION_IN_PAST",
                     "only the first document takes effect at once; later ones in the future",
                     {{"now", now}});
  }
  if (document.effective_at > now + kMaxAhead) {
    return MakeError(absl::StatusCode::kInvalidArgument, "FIELD_INVALID",
                     "the instant is further away than documents are planned",
                     {{"field", instant}});
  }
  if (taken) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "ACTIVATION_TAKEN",
                     "another document takes effect at that instant; choose another instant",
                     {{"field", instant}});
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> IsRuled(const std::string& number, const audit::KeyRing& keys,
                             WorkingSet& work) {
  for (const Draft& draft : work.drafts()) {
    if (draft.detail.envelope().ruling().number() == number) return true;
  }
  FOSSE_ASSIGN_OR_RETURN(
      const std::vector<uint64_t> found,
      work.session().FindEntries({.term = RulingTerm(keys, number), .limit = 1}));
  return !found.empty();
}

}  // namespace

absl::Status CheckOrganisations(const v1::Rulebook& rulebook, const care::Directory& directory) {
  const google::protobuf::Descriptor& type = *v1::Rulebook::descriptor();
  const auto check = [&](const std::string& organisation, const FieldPath& field) {
    if (organisation.empty() || directory.Find(organisation) != nullptr) return absl::OkStatus();
    return MakeError(absl::StatusCode::kInvalidArgument, "PARTICIPANT_UNKNOWN",
                     "the rulebook names an organisation that the directory lacks or lists as "
                     "closed; list it, or publish a rulebook without it first",
                     {{"field", field}});
  };
  FOSSE_RETURN_IF_ERROR(check(rulebook.training_provider(), FieldPath("training_provider")));
  FOSSE_RETURN_IF_ERROR(check(rulebook.cover_owner(), FieldPath("cover_owner")));
  const auto& routes = *type.FindFieldByNumber(v1::Rulebook::kRoutesFieldNumber);
  const auto& organisation =
      *v1::RouteOwner::descriptor()->FindFieldByNumber(v1::RouteOwner::kOrganisationFieldNumber);
  for (int i = 0; i < rulebook.routes_size(); ++i) {
    FOSSE_RETURN_IF_ERROR(check(rulebook.routes(i).organisation(),
                                FieldPath().ThenItem(routes, i).Then(organisation)));
  }
  return absl::OkStatus();
}

absl::StatusOr<store::Document> LoadPublished(const std::string& locality,
                                              const v1::RulebookActivation& activation,
                                              absl::string_view stored, absl::string_view suite) {
  if (!IsDigest(activation.digest(), Sha256(stored))) {
    return DigestDiffers(FieldPath("rulebook_activation.digest"));
  }
  if (!IsDigest(activation.suite_digest(), Sha256(suite))) {
    return DigestDiffers(FieldPath("rulebook_activation.suite_digest"));
  }
  const auto loaded = policy::Rulebook::Create(stored);
  if (!loaded.ok()) return Shortened(loaded.status());
  const policy::Rulebook* const rulebook = loaded->get();
  if (rulebook->document().locality() != locality) {
    return MakeError(absl::StatusCode::kInvalidArgument, "LOCALITY_NOT_SERVED",
                     "the document is another locality's", {{"field", FieldPath("locality")}});
  }
  if (rulebook->document().id() != activation.rulebook_id()) {
    return DigestDiffers(FieldPath("rulebook_activation.rulebook_id"));
  }
  const absl::StatusOr<v1::Suite> rows = policy::ParseSuite(suite);
  if (!rows.ok()) return Shortened(rows.status());
  const std::vector<std::string> faults = policy::CheckSuite(*rulebook, *rows);
  if (!faults.empty()) return SuiteFailed(faults);
  store::Document document;
  document.kind = Kind::kRulebook;
  document.id = rulebook->document().id();
  document.digest = rulebook->digest();
  document.stored = std::string(stored);
  return document;
}

absl::StatusOr<Message> TakeInRulebook(const IntakeDeps& deps, const Caller& caller,
                                       v1::PublishRulebookRequest request,
                                       const care::Directory& directory, absl::Time now,
                                       absl::Duration doubt) {
  if (!request.envelope().has_rulebook_activation()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "BODY_MISSING",
                     "a rulebook comes with the message that activates it",
                     {{"field", FieldPath("envelope.rulebook_activation")}});
  }
  FOSSE_ASSIGN_OR_RETURN(
      Message message,
      TakeIn(deps, caller, std::move(*request.mutable_envelope()), directory, now, doubt));
  FOSSE_ASSIGN_OR_RETURN(store::Document document,
                         LoadPublished(deps.locality, message.envelope.rulebook_activation(),
                                       request.stored(), request.suite()));
  message.documents.push_back(std::move(document));
  return message;
}

absl::StatusOr<Message> TakeInDirectory(const IntakeDeps& deps, const Caller& caller,
                                        v1::PublishDirectoryRequest request,
                                        const care::Directory& directory, absl::Time now,
                                        absl::Duration doubt) {
  if (!request.envelope().has_directory_activation()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "BODY_MISSING",
                     "a directory comes with the message that activates it",
                     {{"field", FieldPath("envelope.directory_activation")}});
  }
  FOSSE_ASSIGN_OR_RETURN(
      Message message,
      TakeIn(deps, caller, std::move(*request.mutable_envelope()), directory, now, doubt));
  const v1::DirectoryActivation& activation = message.envelope.directory_activation();
  if (!IsDigest(activation.digest(), Sha256(request.stored()))) {
    return DigestDiffers(FieldPath("directory_activation.digest"));
  }
  absl::StatusOr<store::Document> document = LoadDirectory(deps, request.stored());
  if (!document.ok()) return Shortened(document.status());
  if (document->id != activation.directory_id()) {
    return DigestDiffers(FieldPath("directory_activation.directory_id"));
  }
  message.documents.push_back(*std::move(document));
  return message;
}

absl::Status CheckPublication(const v1::Envelope& envelope, const store::Document& document,
                              const care::Directory& directory, const audit::KeyRing& keys,
                              absl::Time now, WorkingSet& work) {
  if (envelope.has_directory_activation()) {
    if (document.id != envelope.directory_activation().directory_id()) {
      return DigestDiffers(FieldPath("directory_activation.directory_id"));
    }
    FOSSE_RETURN_IF_ERROR(CheckSignature(envelope, document, directory));
    FOSSE_RETURN_IF_ERROR(CheckPlace(envelope, document, now, work));
    return CheckServesRulebooks(document, work);
  }
  const v1::RulebookActivation& activation = envelope.rulebook_activation();
  if (document.id != activation.rulebook_id()) {
    return DigestDiffers(FieldPath("rulebook_activation.rulebook_id"));
  }
  FOSSE_RETURN_IF_ERROR(CheckSignature(envelope, document, directory));
  FOSSE_RETURN_IF_ERROR(CheckDecides(document, directory));
  FOSSE_RETURN_IF_ERROR(CheckApprovals(activation, now));
  FOSSE_RETURN_IF_ERROR(CheckPlace(envelope, document, now, work));
  for (const std::string& number : activation.answers_rulings()) {
    FOSSE_ASSIGN_OR_RETURN(const bool ruled, IsRuled(number, keys, work));
    if (ruled) continue;
    return MakeError(absl::StatusCode::kFailedPrecondition, "RULING_UNKNOWN",
                     "no ruling of this number is in the trail; send the ruling first",
                     {{"field", FieldPath("rulebook_activation.answers_rulings")}});
  }
  return absl::OkStatus();
}

}  // namespace fosse::engine
