#include "gateway/authorisation.h"

#include <string>

#include "base/status.h"
#include "google/protobuf/descriptor.h"

namespace fosse::gateway {
namespace {

using v1::ROLE_AUDITOR;
using v1::ROLE_CARE_READER;
using v1::ROLE_EXCHANGE;
using v1::ROLE_OPERATOR;
using v1::ROLE_PUBLISHER;

constexpr RoleSet kEverybody = {ROLE_EXCHANGE, ROLE_CARE_READER, ROLE_AUDITOR, ROLE_OPERATOR,
                                ROLE_PUBLISHER};
constexpr RoleSet kSenders = {ROLE_EXCHANGE, ROLE_PUBLISHER};
// An organisation may read the trace of its own messages; which those are is the engine's to say.
constexpr RoleSet kTraceReaders = {ROLE_EXCHANGE, ROLE_CARE_READER, ROLE_AUDITOR};

// Whose mailbox, and how much of an item an operator sees, is the engine's to say.
constexpr RoleSet kMailboxKeepers = {ROLE_EXCHANGE, ROLE_OPERATOR};
// Employers and the training provider.
constexpr RoleSet kRegisterReaders = {ROLE_EXCHANGE, ROLE_CARE_READER};
// The board, which publishes, and audit teams.
constexpr RoleSet kFigureReaders = {ROLE_AUDITOR, ROLE_PUBLISHER};
// What the forum decided is best practice for all who hand over or take tasks (B-7.1).
constexpr RoleSet kPrecedentReaders = {ROLE_EXCHANGE, ROLE_CARE_READER, ROLE_AUDITOR,
                                       ROLE_PUBLISHER};

constexpr MethodRow kTable[] = {
    {Method::kSubmit, "fosse.v1.ExchangeService/Submit", kSenders, true},
    {Method::kSubmitStream, "fosse.v1.ExchangeService/SubmitStream", kSenders, false},
    {Method::kCheck, "fosse.v1.ExchangeService/Check", kSenders, true},
    {Method::kReceive, "fosse.v1.MailboxService/Receive", {ROLE_EXCHANGE}, false},
    {Method::kListDeadLetters, "fosse.v1.MailboxService/ListDeadLetters", kMailboxKeepers, true},
    {Method::kReplay, "fosse.v1.MailboxService/Replay", kMailboxKeepers, true},
    {Method::kGetPerson, "fosse.v1.CareRecordsService/GetPerson", {ROLE_CARE_READER}, true},
    {Method::kListDelegations,
     "fosse.v1.CareRecordsService/ListDelegations",
     {ROLE_CARE_READER, ROLE_AUDITOR},
     true},
    {Method::kWatch, "fosse.v1.CareRecordsService/Watch", {ROLE_CARE_READER}, false},
    {Method::kStateAt,
     "fosse.v1.CareRecordsService/StateAt",
     {ROLE_CARE_READER, ROLE_AUDITOR},
     true},
    {Method::kGetTrace, "fosse.v1.AuditService/GetTrace", kTraceReaders, true},
    {Method::kSearch, "fosse.v1.AuditService/Search", {ROLE_CARE_READER, ROLE_AUDITOR}, true},
    {Method::kGetCheckpoint, "fosse.v1.AuditService/GetCheckpoint", kEverybody, true},
    {Method::kGetInclusionProof, "fosse.v1.AuditService/GetInclusionProof", kTraceReaders, true},
    {Method::kGetConsistencyProof, "fosse.v1.AuditService/GetConsistencyProof", kEverybody, true},
    {Method::kExportTrail, "fosse.v1.AuditService/ExportTrail", {ROLE_AUDITOR}, false},
    {Method::kGetRulebook, "fosse.v1.RulebooksService/GetRulebook", kEverybody, true},
    {Method::kListRulebooks, "fosse.v1.RulebooksService/ListRulebooks", kEverybody, true},
    {Method::kPublishRulebook, "fosse.v1.RulebooksService/PublishRulebook", {ROLE_PUBLISHER}, true},
    {Method::kGetParticipant, "fosse.v1.DirectoryService/GetParticipant", kEverybody, true},
    {Method::kListParticipants, "fosse.v1.DirectoryService/ListParticipants", kEverybody, true},
    {Method::kGetTrainingFigures, "fosse.v1.ReportsService/GetTrainingFigures", kFigureReaders,
     true},
    {Method::kGetDelegationFigures, "fosse.v1.ReportsService/GetDelegationFigures", kFigureReaders,
     true},
    {Method::kGetThemes, "fosse.v1.ReportsService/GetThemes", kFigureReaders, true},
    {Method::kGetEqualityReturn, "fosse.v1.ReportsService/GetEqualityReturn", kFigureReaders, true},
    {Method::kListPrecedents, "fosse.v1.ReportsService/ListPrecedents", kPrecedentReaders, true},
    {Method::kListDirectories, "fosse.v1.DirectoryService/ListDirectories", kEverybody, true},
    {Method::kPublishDirectory,
     "fosse.v1.DirectoryService/PublishDirectory",
     {ROLE_PUBLISHER},
     true},
    // Of which pairs is the engine's to say.
    {Method::kGetReconciliation, "fosse.v1.ReportsService/GetReconciliation", kTraceReaders, true},
    // Whose workers is the engine's to say.
    {Method::kListTrainingQueue, "fosse.v1.TrainingService/ListTrainingQueue", kRegisterReaders,
     true},
    {Method::kListCompetencies, "fosse.v1.TrainingService/ListCompetencies", kRegisterReaders,
     true},
};
static_assert(std::size(kTable) == kMethods);

bool HasRow(absl::string_view name, absl::Span<const MethodRow> table) {
  for (const MethodRow& row : table) {
    if (row.name == name) return true;
  }
  return false;
}

const google::protobuf::ServiceDescriptor* FindService(absl::string_view name) {
  return google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(std::string(name));
}

// Whether `name`, a service and a method joined by a slash, is a method of one of `services`.
bool IsLinked(absl::string_view name, absl::Span<const absl::string_view> services) {
  for (const absl::string_view service : services) {
    const google::protobuf::ServiceDescriptor* const descriptor = FindService(service);
    for (int i = 0; descriptor != nullptr && i < descriptor->method_count(); ++i) {
      if (name == absl::StrCat(service, "/", descriptor->method(i)->name())) return true;
    }
  }
  return false;
}

}  // namespace

absl::Span<const MethodRow> AuthorisationTable() { return kTable; }

const MethodRow& RowOf(Method method) { return kTable[static_cast<size_t>(method)]; }

absl::Status CheckTable(absl::Span<const absl::string_view> services,
                        absl::Span<const MethodRow> table) {
  for (const absl::string_view service : services) {
    const google::protobuf::ServiceDescriptor* const descriptor = FindService(service);
    if (descriptor == nullptr) {
      return MakeError(absl::StatusCode::kFailedPrecondition, "ROW_WITHOUT_METHOD",
                       "a service of the gateway is not in the contract");
    }
    for (int i = 0; i < descriptor->method_count(); ++i) {
      if (!HasRow(absl::StrCat(service, "/", descriptor->method(i)->name()), table)) {
        return MakeError(absl::StatusCode::kFailedPrecondition, "METHOD_WITHOUT_ROW",
                         "a linked method has no row in the authorisation table",
                         {{"methodIndex", descriptor->method(i)->index()}});
      }
    }
  }
  for (size_t i = 0; i < table.size(); ++i) {
    if (table[i].method != static_cast<Method>(i) || !IsLinked(table[i].name, services)) {
      return MakeError(absl::StatusCode::kFailedPrecondition, "ROW_WITHOUT_METHOD",
                       "a row of the authorisation table has no linked method", {{"row", i}});
    }
  }
  return absl::OkStatus();
}

absl::Status AuthoriseMethod(Method method, const v1::Participant& caller) {
  const MethodRow& row = RowOf(method);
  for (const int role : caller.roles()) {
    if (role != v1::ROLE_UNSPECIFIED && v1::Role_IsValid(role) &&
        row.roles.Has(static_cast<v1::Role>(role))) {
      return absl::OkStatus();
    }
  }
  return MakeError(absl::StatusCode::kPermissionDenied, "METHOD_NOT_ALLOWED",
                   "the caller has no role that may call this method");
}

absl::Status AuthoriseBody(const v1::Participant& caller, const v1::Envelope& envelope) {
  const bool activation = envelope.has_rulebook_activation() || envelope.has_directory_activation();
  const v1::Role needed = activation ? ROLE_PUBLISHER : ROLE_EXCHANGE;
  for (const int role : caller.roles()) {
    if (role == needed) return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kPermissionDenied, "BODY_NOT_ALLOWED",
                   "the caller has no role that may send this body", {{"role", CodeOf(needed)}});
}

absl::Status AuthoriseReader(const v1::Participant& caller, absl::string_view reader) {
  if (reader.empty() || reader == caller.id()) return absl::OkStatus();
  for (const v1::SpeaksFor& other : caller.speaks_for()) {
    // Speaking with some bodies only is a right to send those, not to read.
    if (other.participant() == reader && other.bodies().empty()) return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kPermissionDenied, "READER_NOT_ALLOWED",
                   "the caller may not read or collect in the name of this participant");
}

}  // namespace fosse::gateway
