#include "audit/reconciliation_note.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "audit/line_scanner.h"
#include "audit/note.h"
#include "base/encoding.h"
#include "base/status.h"

namespace fosse::audit {
namespace {

constexpr absl::string_view kFirstLine = "fosse-reconciliation/1\n";
constexpr absl::string_view kInstant = "%Y-%m-%dT%H:%M:%E6SZ";
constexpr size_t kMaxWord = 64;

// The four sets of a direction, in the order of their lines.
struct NamedSet {
  absl::string_view word;
  DeliverySet DirectionStatement::*set;
};
constexpr NamedSet kSets[] = {{"sent ", &DirectionStatement::sent},
                              {"delivered ", &DirectionStatement::delivered},
                              {"acted ", &DirectionStatement::acted},
                              {"outstanding ", &DirectionStatement::outstanding}};

bool IsWord(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxWord &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

std::string InstantText(absl::Time time) {
  return absl::FormatTime(kInstant, time, absl::UTCTimeZone());
}

bool ReadWord(LineScanner& scan, std::string& word) {
  absl::string_view line;
  if (!scan.Until('\n', &line) || !IsWord(line)) return false;
  word = std::string(line);
  return true;
}

bool ReadSet(LineScanner& scan, absl::string_view word, DeliverySet& set) {
  absl::string_view digest;
  return scan.Skip(word) && scan.Number(&set.count) && scan.Skip(" ") &&
         scan.Until('\n', &digest) && ReadDigest(digest, &set.digest);
}

bool ReadDirection(LineScanner& scan, DirectionStatement& direction) {
  if (!ReadWord(scan, direction.sender) || !ReadWord(scan, direction.recipient)) return false;
  for (const NamedSet& named : kSets) {
    if (!ReadSet(scan, named.word, direction.*named.set)) return false;
  }
  return true;
}

// Only the one form that InstantText() gives.
bool ReadInstant(LineScanner& scan, absl::Time& time) {
  absl::string_view line;
  return scan.Until('\n', &line) &&
         absl::ParseTime(kInstant, line, absl::UTCTimeZone(), &time, nullptr) &&
         InstantText(time) == line;
}

}  // namespace

DeliverySet SetOf(std::vector<std::string> delivery_ids) {
  std::sort(delivery_ids.begin(), delivery_ids.end());
  delivery_ids.erase(std::unique(delivery_ids.begin(), delivery_ids.end()), delivery_ids.end());
  std::string lines;
  for (const std::string& id : delivery_ids) absl::StrAppend(&lines, id, "\n");
  return {delivery_ids.size(), Sha256(lines)};
}

std::string SignReconciliation(const ReconciliationStatement& statement, absl::string_view origin,
                               const SigningKey& key) {
  FOSSE_CHECK(IsWord(statement.locality) && IsWord(statement.day));
  std::string text = absl::StrCat(kFirstLine, statement.locality, "\n", statement.day, "\n",
                                  InstantText(statement.as_of), "\n");
  for (const DirectionStatement& direction : statement.directions) {
    FOSSE_CHECK(IsWord(direction.sender) && IsWord(direction.recipient));
    absl::StrAppend(&text, direction.sender, "\n", direction.recipient, "\n");
    for (const auto& [word, set] : kSets) {
      absl::StrAppend(&text, word, (direction.*set).count, " ", Base64((direction.*set).digest),
                      "\n");
    }
  }
  return SignNote(text, origin, key);
}

absl::StatusOr<ReconciliationStatement> OpenReconciliation(absl::string_view note,
                                                           absl::string_view vkey) {
  FOSSE_ASSIGN_OR_RETURN(const VerifierKeyParts key, ParseVerifierKey(vkey));
  const absl::StatusOr<std::string> text = OpenNote(note, key);
  if (absl::IsUnauthenticated(text.status())) {
    return MakeError(absl::StatusCode::kUnauthenticated, "RECONCILIATION_FORGED",
                     "the reconciliation was not signed by this key, or was changed since");
  }
  ReconciliationStatement statement;
  LineScanner scan(text.ok() ? absl::string_view(*text) : absl::string_view());
  if (!scan.Skip(kFirstLine) || !ReadWord(scan, statement.locality) ||
      !ReadWord(scan, statement.day) || !ReadInstant(scan, statement.as_of) ||
      !ReadDirection(scan, statement.directions[0]) ||
      !ReadDirection(scan, statement.directions[1]) || !scan.AtEnd()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "RECONCILIATION_INVALID",
                     "this is no signed reconciliation");
  }
  return statement;
}

}  // namespace fosse::audit
