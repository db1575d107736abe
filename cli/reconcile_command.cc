#include "cli/reconcile_command.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "audit/reconciliation_note.h"
#include "base/bytes.h"
#include "base/status.h"
#include "cli/table.h"
#include "cli/words.h"
#include "fosse/v1/reports.grpc.pb.h"

namespace fosse::cli {
namespace {

// Ids on one side only, in the order of their bytes.
struct Difference {
  std::vector<std::string> not_ours;    // The gateway has them, our list does not.
  std::vector<std::string> not_theirs;  // The other way round.
};

bool IsSame(const v1::ReconciledSet& shown, const audit::DeliverySet& signed_set) {
  return shown.count() == signed_set.count &&
         shown.digest() == std::string(signed_set.digest.begin(), signed_set.digest.end());
}

// Whether the listed items and numbers are those that were signed.
bool IsWhatWasSigned(const v1::ReconciledDirection& shown,
                     const audit::DirectionStatement& statement) {
  std::vector<std::string> ids;
  for (const v1::ReconciledItem& item : shown.items()) ids.push_back(item.delivery_id());
  return shown.sender() == statement.sender && shown.recipient() == statement.recipient &&
         audit::SetOf(std::move(ids)) == statement.sent && IsSame(shown.sent(), statement.sent) &&
         IsSame(shown.delivered(), statement.delivered) && IsSame(shown.acted(), statement.acted) &&
         IsSame(shown.outstanding(), statement.outstanding);
}

absl::Status CheckNote(const v1::GetReconciliationResponse& response, const std::string& key) {
  FOSSE_ASSIGN_OR_RETURN(const audit::ReconciliationStatement statement,
                         audit::OpenReconciliation(response.note(), key));
  bool same = statement.day == response.day() &&
              response.directions_size() == static_cast<int>(statement.directions.size());
  for (int i = 0; same && i < response.directions_size(); ++i) {
    same = IsWhatWasSigned(response.directions(i), statement.directions[static_cast<size_t>(i)]);
  }
  if (same) return absl::OkStatus();
  return MakeError(absl::StatusCode::kDataLoss, "RECONCILIATION_DIFFERS",
                   "what was answered is not what was signed");
}

Difference Compare(const v1::GetReconciliationResponse& response, absl::string_view own) {
  std::set<std::string> theirs;
  for (const v1::ReconciledDirection& direction : response.directions()) {
    for (const v1::ReconciledItem& item : direction.items()) theirs.insert(item.delivery_id());
  }
  std::set<std::string> ours;
  for (const absl::string_view line : absl::StrSplit(own, '\n')) {
    const absl::string_view id = absl::StripAsciiWhitespace(line);
    if (!id.empty()) ours.emplace(id);
  }
  Difference difference;
  std::set_difference(theirs.begin(), theirs.end(), ours.begin(), ours.end(),
                      std::back_inserter(difference.not_ours));
  std::set_difference(ours.begin(), ours.end(), theirs.begin(), theirs.end(),
                      std::back_inserter(difference.not_theirs));
  return difference;
}

void PrintDirections(const v1::GetReconciliationResponse& response, std::ostream& out) {
  out << "Sent on " << response.day() << ", as of " << TimeText(response.as_of()) << "\n\n";
  Table counts({"FROM", "TO", "SENT", "DELIVERED", "ACTED ON", "OUTSTANDING"});
  for (const v1::ReconciledDirection& direction : response.directions()) {
    counts.Row({direction.sender(), direction.recipient(), absl::StrCat(direction.sent().count()),
                absl::StrCat(direction.delivered().count()),
                absl::StrCat(direction.acted().count()),
                absl::StrCat(direction.outstanding().count())});
  }
  counts.Print(out);
  Table outstanding({"OUTSTANDING", "TO", "ASKS", "STATE", "ACT BY", "ENTRY"});
  bool any = false;
  for (const v1::ReconciledDirection& direction : response.directions()) {
    for (const v1::ReconciledItem& item : direction.items()) {
      const bool done =
          item.has_act_by() ? item.acted() : item.state() == v1::DELIVERY_STATE_DELIVERED;
      if (done) continue;
      any = true;
      outstanding.Row({item.delivery_id(), direction.recipient(), EnumText(item.kind()),
                       EnumText(item.state()), item.has_act_by() ? TimeText(item.act_by()) : "",
                       absl::StrCat(item.entry_index())});
    }
  }
  if (any) {
    out << "\n";
    outstanding.Print(out);
  }
  if (response.redacted_entries() > 0) {
    out << "\n"
        << response.redacted_entries()
        << " erased entries: whether they acted on something is not known.\n";
  }
}

ExitCode PrintDifference(const Difference& difference, std::ostream& out) {
  for (const std::string& id : difference.not_ours) {
    out << id << ": not in your list\n";
  }
  for (const std::string& id : difference.not_theirs) {
    out << id << ": not between these two on this day\n";
  }
  if (difference.not_ours.empty() && difference.not_theirs.empty()) {
    out << "Your list is the same.\n";
    return kExitOk;
  }
  return kExitNotVerified;
}

}  // namespace

ExitCode Reconcile(Session& session, const ReconcileOptions& options) {
  std::string own;
  if (!options.own.empty()) {
    absl::StatusOr<std::string> read = session.ReadInput(options.own);
    if (!read.ok()) return session.Wrong(read.status());
    own = *std::move(read);
  }
  v1::GetReconciliationRequest request;
  request.set_organisation(options.organisation);
  request.set_other(options.other);
  request.set_day(options.day);
  request.set_purpose(options.purpose);
  request.set_reader(session.settings().reader);
  v1::GetReconciliationResponse response;
  const ExitCode code = session.Call<v1::ReportsService>(
      &v1::ReportsService::Stub::GetReconciliation, request, response);
  if (code != kExitOk) return code;

  const bool trusted = !options.verifier_key.empty();
  const absl::Status checked =
      CheckNote(response, trusted ? options.verifier_key : response.verifier_key());
  if (!checked.ok()) return session.Wrong(checked, kExitNotVerified);
  if (!options.output.empty()) {
    const absl::Status written = session.WriteFile(options.output, response.note());
    if (!written.ok()) return session.Wrong(written);
  }
  if (session.settings().json) {
    session.PrintJson(response);
    if (options.own.empty()) return kExitOk;
    return PrintDifference(Compare(response, own), session.err());
  }
  PrintDirections(response, session.out());
  session.out() << (trusted ? "\nThe signature fits the key given.\n"
                            : "\nThe signature fits the key that the gateway itself names.\n");
  if (options.own.empty()) return kExitOk;
  return PrintDifference(Compare(response, own), session.out());
}

}  // namespace fosse::cli
