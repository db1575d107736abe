#include "audit/rulebook_note.h"

#include "absl/strings/str_cat.h"
#include "audit/line_scanner.h"
#include "audit/note.h"
#include "base/encoding.h"
#include "base/status.h"

namespace fosse::audit {
namespace {

constexpr absl::string_view kFirstLine = "fosse-rulebook/2\n";
constexpr absl::string_view kInstant = "%Y-%m-%dT%H:%M:%E6SZ";
constexpr size_t kInstantSize = sizeof("2026-12-01T00:00:00.000000Z") - 1;
constexpr size_t kMaxWord = 64;

bool IsWord(absl::string_view text) {
  if (text.empty() || text.size() > kMaxWord) return false;
  for (const char c : text) {
    if (c <= ' ' || c >= 0x7f) return false;
  }
  return true;
}

std::string InstantText(absl::Time time) {
  return absl::FormatTime(kInstant, time, absl::UTCTimeZone());
}

// Only the one form that InstantText() gives.
bool ReadInstant(absl::string_view text, absl::Time* time) {
  return text.size() == kInstantSize &&
         absl::ParseTime(kInstant, text, absl::UTCTimeZone(), time, nullptr) &&
         InstantText(*time) == text;
}

absl::Status Wrong() {
  return MakeError(absl::StatusCode::kPermissionDenied, "SIGNATURE_WRONG",
                   "the signed note is not a signature over this rulebook");
}

}  // namespace

bool CanBeSigned(const RulebookStatement& statement) {
  absl::Time read;
  return IsWord(statement.locality) && IsWord(statement.id) &&
         ReadInstant(InstantText(statement.effective_at), &read) && read == statement.effective_at;
}

std::string SignRulebook(const RulebookStatement& statement, const NoteSigner& signer) {
  FOSSE_CHECK(CanBeSigned(statement));
  return SignNote(absl::StrCat(kFirstLine, statement.locality, "\n", statement.id, "\n",
                               Base64(statement.digest), "\n", InstantText(statement.effective_at),
                               "\n", Base64(statement.suite_digest), "\n"),
                  signer.name, signer.key);
}

absl::StatusOr<RulebookStatement> OpenRulebookNote(absl::string_view note, absl::string_view vkey) {
  FOSSE_ASSIGN_OR_RETURN(const VerifierKeyParts key, ParseVerifierKey(vkey));
  const absl::StatusOr<std::string> text = OpenNote(note, key);
  if (note.empty() || ReasonOf(text.status()) == "CHECKPOINT_UNSIGNED") {
    return MakeError(absl::StatusCode::kPermissionDenied, "SIGNATURE_MISSING",
                     "the rulebook is not signed by a publishing key of the board");
  }
  if (!text.ok()) return Wrong();
  LineScanner scan(*text);
  absl::string_view locality;
  absl::string_view id;
  absl::string_view digest;
  absl::string_view instant;
  absl::string_view suite;
  RulebookStatement statement;
  if (!scan.Skip(kFirstLine) || !scan.Until('\n', &locality) || !scan.Until('\n', &id) ||
      !scan.Until('\n', &digest) || !ReadDigest(digest, &statement.digest) ||
      !scan.Until('\n', &instant) || !ReadInstant(instant, &statement.effective_at) ||
      !scan.Until('\n', &suite) || !ReadDigest(suite, &statement.suite_digest) || !scan.AtEnd()) {
    return Wrong();
  }
  statement.locality = std::string(locality);
  statement.id = std::string(id);
  if (!CanBeSigned(statement)) return Wrong();
  return statement;
}

}  // namespace fosse::audit
