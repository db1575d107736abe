#ifndef FOSSE_CARE_DIRECTORY_H_
#define FOSSE_CARE_DIRECTORY_H_

#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/crypto.h"
#include "fosse/v1/directory.pb.h"

namespace fosse::care {

// Who takes part in one locality: an activated, digested document.
// Thread-safe: nothing changes after Create().
class Directory {
 public:
  // `stored` is protobuf text of a DirectoryDocument. INVALID_ARGUMENT, reason DIRECTORY_INVALID,
  // lists every fault with its position or path: id used twice, certificate name used twice, speaks
  // for somebody unknown, a body that is no body, kind or role missing.
  static absl::StatusOr<std::unique_ptr<const Directory>> Create(absl::string_view stored);

  const Digest& digest() const { return digest_; }
  const std::string& stored() const { return stored_; }
  const v1::DirectoryDocument& document() const { return document_; }

  // Null where there is none, or where it has closed.
  const v1::Participant* Find(absl::string_view id) const;
  // The one participant whose certificate carries this name. Null where there is none.
  const v1::Participant* FindByCertificateName(absl::string_view name) const;

  // Whether `speaker` may hand over `body` (a field name of Envelope) in the name of `sender`.
  // A participant speaks for itself with every body that its kind may send.
  bool MaySpeakFor(const v1::Participant& speaker, absl::string_view sender,
                   absl::string_view body) const;

  // Whether an organisation of this kind may send this body at all: the default-deny table.
  static bool MaySend(v1::OrganisationKind kind, absl::string_view body);

  // Whether `service` of `organisation` counts as community nursing or therapy (B-5.5c).
  bool IsListedService(absl::string_view organisation, absl::string_view service) const;

 private:
  Directory() = default;

  std::string stored_;
  Digest digest_{};
  v1::DirectoryDocument document_;
  absl::flat_hash_map<std::string, const v1::Participant*> by_id_;
  absl::flat_hash_map<std::string, const v1::Participant*> by_certificate_;
};

}  // namespace fosse::care

#endif  // FOSSE_CARE_DIRECTORY_H_
