#include "audit/rulebook_note.h"

#include "absl/strings/str_cat.h"
#include "audit/line_scanner.h"
#include "audit/note.h"
#include "base/encoding.h"
#include "base/status.h"

namespace fosse::audit {
namespace {

// One kind of note: its first line, and whether its last line is the digest of a suite.
struct Kind {
  absl::string_view first_line;
  bool has_suite;
};
constexpr Kind kRulebook = {.first_line = "fosse-rulebook/2\n", .has_suite = true};
constexpr Kind kDirectory = {.first_line = "fosse-directory/1\n", .has_suite = false};
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
                   "the signed note is not a signature over this document");
}

std::string Sign(Kind kind, const RulebookStatement& statement, const NoteSigner& signer) {
  FOSSE_CHECK(CanBeSigned(statement));
  std::string text =
      absl::StrCat(kind.first_line, statement.locality, "\n", statement.id, "\n",
                   Base64(statement.digest), "\n", InstantText(statement.effective_at), "\n");
  if (kind.has_suite) absl::StrAppend(&text, Base64(statement.suite_digest), "\n");
  return SignNote(text, signer.name, signer.key);
}

absl::StatusOr<RulebookStatement> Open(Kind kind, absl::string_view note, absl::string_view vkey) {
  FOSSE_ASSIGN_OR_RETURN(const VerifierKeyParts key, ParseVerifierKey(vkey));
  const absl::StatusOr<std::string> text = OpenNote(note, key);
  if (note.empty() || ReasonOf(text.status()) == "CHECKPOINT_UNSIGNED") {
    return MakeError(absl::StatusCode::kPermissionDenied, "SIGNATURE_MISSING",
                     "the document is not signed by a publishing key of the board");
  }
  if (!text.ok()) return Wrong();
  LineScanner scan(*text);
  absl::string_view locality;
  absl::string_view id;
  absl::string_view digest;
  absl::string_view instant;
  absl::string_view suite;
  RulebookStatement statement;
  if (!scan.Skip(kind.first_line) || !scan.Until('\n', &locality) || !scan.Until('\n', &id) ||
      !scan.Until('\n', &digest) || !ReadDigest(digest, &statement.digest) ||
      !scan.Until('\n', &instant) || !ReadInstant(instant, &statement.effective_at)) {
    return Wrong();
  }
  if (kind.has_suite &&
      (!scan.Until('\n', &suite) || !ReadDigest(suite, &statement.suite_digest))) {
    return Wrong();
  }
  statement.locality = std::string(locality);
  statement.id = std::string(id);
  if (!scan.AtEnd() || !CanBeSigned(statement)) return Wrong();
  return statement;
}

}  // namespace

bool CanBeSigned(const RulebookStatement& statement) {
  absl::Time read;
  return IsWord(statement.locality) && IsWord(statement.id) &&
         ReadInstant(InstantText(statement.effective_at), &read) && read == statement.effective_at;
}

std::string SignRulebook(const RulebookStatement& statement, const NoteSigner& signer) {
  return Sign(kRulebook, statement, signer);
}

std::string SignDirectory(const RulebookStatement& statement, const NoteSigner& signer) {
  FOSSE_CHECK(statement.suite_digest == Digest{});
  return Sign(kDirectory, statement, signer);
}

absl::StatusOr<RulebookStatement> OpenRulebookNote(absl::string_view note, absl::string_view vkey) {
  return Open(kRulebook, note, vkey);
}

absl::StatusOr<RulebookStatement> OpenDirectoryNote(absl::string_view note,
                                                    absl::string_view vkey) {
  return Open(kDirectory, note, vkey);
}

}  // namespace fosse::audit
