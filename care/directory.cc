#include "care/directory.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/field_check.h"
#include "base/status.h"
#include "fosse/v1/envelope.pb.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace fosse::care {
namespace {

constexpr size_t kMaxFaults = 50;

using Faults = std::vector<std::string>;

class PositionedFaults : public google::protobuf::io::ErrorCollector {
 public:
  explicit PositionedFaults(Faults& faults) : faults_(faults) {}
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    faults_.push_back(absl::StrCat(line + 1, ":", column + 1, ": ", message));
  }

 private:
  Faults& faults_;
};

bool IsBody(const std::string& name) {
  const auto* field = v1::Envelope::descriptor()->FindFieldByName(name);
  return field != nullptr && field->containing_oneof() != nullptr;
}

std::string At(int participant, absl::string_view what) {
  return absl::StrCat("participants[", participant, "]: ", what);
}

void CheckParticipant(const v1::DirectoryDocument& document, int n,
                      const std::set<std::string>& known, Faults& faults) {
  const v1::Participant& participant = document.participants(n);
  if (participant.roles().empty()) faults.push_back(At(n, "no role; state at least one"));
  for (const int role : participant.roles()) {
    if (role == v1::ROLE_UNSPECIFIED) faults.push_back(At(n, "a role that is none"));
  }
  for (const v1::SpeaksFor& other : participant.speaks_for()) {
    if (known.count(other.participant()) == 0) {
      faults.push_back(At(n, "speaks for somebody who is not in the directory; add them"));
    }
    for (const std::string& body : other.bodies()) {
      if (!IsBody(body)) faults.push_back(At(n, "speaks for another with a body that is none"));
    }
  }
  if (!participant.safeguarding_team().empty() &&
      known.count(participant.safeguarding_team()) == 0) {
    faults.push_back(At(n, "its safeguarding team is not in the directory; add it"));
  }
}

void CheckDocument(const v1::DirectoryDocument& document, Faults& faults) {
  if (const absl::Status status = CheckFields(document); !status.ok()) {
    for (const auto& [key, value] : MetadataOf(status)) {
      if (key.rfind("field", 0) == 0) {
        faults.push_back(absl::StrCat(value, ": missing, or not of its stated form"));
      }
    }
    if (faults.empty()) faults.push_back(std::string(status.message()));
  }
  std::set<std::string> ids;
  std::set<std::string> names;
  for (int n = 0; n < document.participants_size(); ++n) {
    const v1::Participant& participant = document.participants(n);
    if (!ids.insert(participant.id()).second) faults.push_back(At(n, "its id is used twice"));
    for (const std::string& name : participant.certificate_names()) {
      if (name.empty()) faults.push_back(At(n, "a certificate name is empty"));
      if (!names.insert(name).second) faults.push_back(At(n, "a certificate name is used twice"));
    }
  }
  for (int n = 0; n < document.participants_size(); ++n) {
    CheckParticipant(document, n, ids, faults);
  }
}

absl::Status ErrorOf(Faults faults) {
  if (faults.size() > kMaxFaults) faults.resize(kMaxFaults);
  return MakeError(absl::StatusCode::kInvalidArgument, "DIRECTORY_INVALID",
                   absl::StrJoin(faults, "\n"), {{"faults", faults.size()}});
}

}  // namespace

absl::StatusOr<std::unique_ptr<const Directory>> Directory::Create(absl::string_view stored) {
  std::unique_ptr<Directory> directory(new Directory());
  directory->stored_ = std::string(stored);
  directory->digest_ = Sha256(stored);

  Faults faults;
  PositionedFaults positioned(faults);
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&positioned);
  const bool parsed = parser.ParseFromString(directory->stored_, &directory->document_);
  if (!parsed || !faults.empty()) {
    if (faults.empty()) faults.push_back("1:1: not protobuf text of a DirectoryDocument");
    return ErrorOf(std::move(faults));
  }
  CheckDocument(directory->document_, faults);
  if (!faults.empty()) return ErrorOf(std::move(faults));

  for (const v1::Participant& participant : directory->document_.participants()) {
    if (participant.closed())
      continue;  // Whoever has closed takes no part, as if it were not here.
    directory->by_id_[participant.id()] = &participant;
    for (const std::string& name : participant.certificate_names()) {
      directory->by_certificate_[name] = &participant;
    }
  }
  return std::unique_ptr<const Directory>(std::move(directory));
}

const v1::Participant* Directory::Find(absl::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

const v1::Participant* Directory::FindByCertificateName(absl::string_view name) const {
  const auto found = by_certificate_.find(name);
  return found == by_certificate_.end() ? nullptr : found->second;
}

bool Directory::MaySpeakFor(const v1::Participant& speaker, absl::string_view sender,
                            absl::string_view body) const {
  const v1::Participant* for_whom = Find(sender);
  if (for_whom == nullptr || !MaySend(for_whom->kind(), body)) return false;
  if (speaker.id() == for_whom->id()) return true;
  for (const v1::SpeaksFor& other : speaker.speaks_for()) {
    if (other.participant() != for_whom->id()) continue;
    if (other.bodies().empty()) return true;
    for (const std::string& allowed : other.bodies()) {
      if (body == allowed) return true;
    }
  }
  return false;
}

bool Directory::IsListedService(absl::string_view organisation, absl::string_view service) const {
  const v1::Participant* participant = Find(organisation);
  if (participant == nullptr || participant->kind() != v1::ORGANISATION_KIND_COMMUNITY_HEALTH) {
    return false;
  }
  for (const v1::ListedService& listed : participant->services()) {
    if (service == listed.code()) return true;
  }
  return false;
}

}  // namespace fosse::care
