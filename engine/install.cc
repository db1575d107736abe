#include "engine/install.h"

#include <utility>

#include "audit/note.h"
#include "base/encoding.h"
#include "base/status.h"
#include "care/directory.h"
#include "engine/index_terms.h"
#include "engine/publication.h"
#include "engine/timestamps.h"
#include "policy/rulebook.h"

namespace fosse::engine {
namespace {

absl::Status CheckLocality(const IntakeDeps& deps, const std::string& locality) {
  if (locality == deps.locality) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "LOCALITY_NOT_SERVED",
                   "the document is another locality's", {{"field", FieldPath("locality")}});
}

// Care knows no keys, so the directory itself loads with any text in their place.
absl::Status CheckKeys(const v1::DirectoryDocument& directory) {
  for (const v1::Participant& participant : directory.participants()) {
    for (const std::string& key : participant.publishing_keys()) {
      if (participant.kind() == v1::ORGANISATION_KIND_IPCB && audit::ParseVerifierKey(key).ok()) {
        continue;
      }
      return MakeError(absl::StatusCode::kInvalidArgument, "DIRECTORY_INVALID",
                       "publishing_keys are verifier keys (name+id+key), of the board alone",
                       {{"field", FieldPath("participants.publishing_keys")}});
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<store::Document> LoadDirectory(const IntakeDeps& deps, absl::string_view stored) {
  FOSSE_ASSIGN_OR_RETURN(const auto directory, care::Directory::Create(stored));
  FOSSE_RETURN_IF_ERROR(CheckLocality(deps, directory->document().locality()));
  FOSSE_RETURN_IF_ERROR(CheckKeys(directory->document()));
  store::Document document;
  document.kind = store::Document::Kind::kDirectory;
  document.id = directory->document().id();
  document.digest = directory->digest();
  document.stored = std::string(stored);
  return document;
}

absl::StatusOr<Message> ActivationOf(const IntakeDeps& deps, store::Document::Kind kind,
                                     absl::string_view stored, absl::Time now) {
  store::Document document;
  document.kind = kind;
  document.stored = std::string(stored);
  v1::Envelope envelope;
  const auto set_common = [&](auto& activation) {
    activation.set_digest(document.digest.data(), document.digest.size());
  };
  if (kind == store::Document::Kind::kRulebook) {
    FOSSE_ASSIGN_OR_RETURN(const auto rulebook, policy::Rulebook::Create(stored));
    FOSSE_RETURN_IF_ERROR(CheckLocality(deps, rulebook->document().locality()));
    document.id = rulebook->document().id();
    document.digest = rulebook->digest();
    envelope.mutable_rulebook_activation()->set_rulebook_id(document.id);
    set_common(*envelope.mutable_rulebook_activation());
  } else {
    FOSSE_ASSIGN_OR_RETURN(document, LoadDirectory(deps, stored));
    envelope.mutable_directory_activation()->set_directory_id(document.id);
    set_common(*envelope.mutable_directory_activation());
  }
  // The same document is the same message: installing twice does nothing twice.
  Message message =
      OwnMessage(deps, MessageKind::kActivation, kOwnSender,
                 absl::StrCat("activation-", Hex(document.digest)), std::move(envelope), now);
  message.terms.push_back(DocumentTerm(deps.keys, ByteView(document.digest).view()));
  message.documents.push_back(std::move(document));
  return message;
}

absl::Status CheckTogether(absl::string_view rulebook_text, absl::string_view directory_text) {
  if (rulebook_text.empty() || directory_text.empty()) return absl::OkStatus();
  FOSSE_ASSIGN_OR_RETURN(const auto rulebook, policy::Rulebook::Create(rulebook_text));
  FOSSE_ASSIGN_OR_RETURN(const auto directory, care::Directory::Create(directory_text));
  return CheckOrganisations(rulebook->document(), *directory);
}

}  // namespace fosse::engine
