#include "audit/rulebook_note.h"

#include <fstream>
#include <regex>
#include <sstream>

#include "absl/strings/str_replace.h"
#include "audit/note.h"
#include "audit/signer_key.h"
#include "base/encoding.h"
#include "base/fake_random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::audit {
namespace {

constexpr char kName[] = "fosse.example/QK1-IPCB";

NoteSigner Signer() {
  std::string seed(32, '\0');
  for (int i = 0; i < 32; ++i) seed[static_cast<size_t>(i)] = static_cast<char>(i);
  return {kName, SigningKey::FromSeed(seed)};
}
std::string Key() { return VerifierKey(kName, Signer().key.public_key()); }
RulebookStatement Statement() {
  return {"QK1", "llr/2026-12-01", Sha256("rulebook\n"),
          absl::FromUnixMicros(1796083200000000),  // 2026-12-01T00:00:00Z
          Sha256("suite\n")};
}

TEST(RulebookNoteTest, WhatWasSignedComesBack) {
  Shows({"b-6.1", "ctl-06"});
  EXPECT_THAT(OpenRulebookNote(SignRulebook(Statement(), Signer()), Key()),
              IsOkAndHolds(Statement()));
}

TEST(RulebookNoteTest, TheBytesAreThoseOfTheDocument) {
  const char* const source = std::getenv("FOSSE_SOURCE");
  std::ifstream file(std::string(source == nullptr ? "." : source) +
                     "/docs/formats/rulebook-note.md");
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_NE(text.str().find(SignRulebook(Statement(), Signer())), std::string::npos)
      << SignRulebook(Statement(), Signer());
  EXPECT_NE(text.str().find(Key()), std::string::npos) << Key();
  EXPECT_NE(text.str().find(SignerKey(Signer())), std::string::npos) << SignerKey(Signer());
}

TEST(RulebookNoteTest, EveryChangedByteIsNoticed) {
  Shows({"ctl-06"});
  const std::string note = SignRulebook(Statement(), Signer());
  for (size_t i = 0; i < note.size(); ++i) {
    std::string changed = note;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const absl::StatusOr<RulebookStatement> opened = OpenRulebookNote(changed, Key());
    EXPECT_TRUE(!opened.ok() || *opened == Statement()) << i;
    EXPECT_FALSE(opened.ok()) << i;
  }
}

TEST(RulebookNoteTest, OtherKeysAndOtherNotesAreRefused) {
  Shows({"b-6.1", "ctl-06"});
  FakeRandom random;
  const NoteSigner other{kName, SigningKey::Generate(random)};
  EXPECT_THAT(OpenRulebookNote(SignRulebook(Statement(), other), Key()),
              FailsWith("SIGNATURE_MISSING"));
  EXPECT_THAT(OpenRulebookNote("", Key()), FailsWith("SIGNATURE_MISSING"));
  EXPECT_THAT(OpenRulebookNote("words", Key()), FailsWith("SIGNATURE_WRONG"));
  // Signed by the board, and no rulebook: a checkpoint, too many lines, too few, no digest.
  // Also: the form before this one, and instants in any other form.
  const std::string digest = Base64(Sha256("rulebook\n"));
  const std::string begin = "fosse-rulebook/2\nQK1\nllr/1\n" + digest + "\n";
  const std::string instant = "2026-12-01T00:00:00.000000Z\n";
  ASSERT_THAT(
      OpenRulebookNote(SignNote(begin + instant + digest + "\n", kName, Signer().key), Key()),
      IsOk());
  for (const std::string& text :
       {std::string("fosse.example/QK1\n3\n") + digest + "\n",
        "fosse-rulebook/1\nQK1\nllr/1\n" + digest + "\n",
        "fosse-rulebook/1\nQK1\nllr/1\n" + digest + "\n" + instant + digest + "\n", begin,
        begin + instant, begin + instant + "x\n", begin + instant + digest + "\nmore\n",
        begin + "2026-12-01T00:00:00Z\n" + digest + "\n",
        begin + "2026-12-01T01:00:00.000000+01:00\n" + digest + "\n",
        begin + "2026-13-01T00:00:00.000000Z\n" + digest + "\n",
        "fosse-rulebook/2\n\nllr/1\n" + digest + "\n" + instant + digest + "\n"}) {
    EXPECT_THAT(OpenRulebookNote(SignNote(text, kName, Signer().key), Key()),
                FailsWith("SIGNATURE_WRONG"))
        << text;
  }
  EXPECT_THAT(OpenRulebookNote(SignRulebook(Statement(), Signer()), "no key"),
              FailsWith("VERIFIER_KEY_INVALID"));
}

RulebookStatement Directory() {
  return {"QK1", "qk1/2026-12-01", Sha256("directory\n"),
          absl::FromUnixMicros(1796083200000000)};  // 2026-12-01T00:00:00Z
}

TEST(DirectoryNoteTest, WhatWasSignedComesBackAndEveryChangedByteIsNoticed) {
  Shows({"ctl-06", "thr-12"});
  const std::string note = SignDirectory(Directory(), Signer());
  EXPECT_THAT(OpenDirectoryNote(note, Key()), IsOkAndHolds(Directory()));
  for (size_t i = 0; i < note.size(); ++i) {
    std::string changed = note;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(OpenDirectoryNote(changed, Key()).ok()) << i;
  }
}

TEST(DirectoryNoteTest, TheBytesAreThoseOfTheDocument) {
  const char* const source = std::getenv("FOSSE_SOURCE");
  std::ifstream file(std::string(source == nullptr ? "." : source) +
                     "/docs/formats/rulebook-note.md");
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_NE(text.str().find(SignDirectory(Directory(), Signer())), std::string::npos)
      << SignDirectory(Directory(), Signer());
}

TEST(DirectoryNoteTest, NeitherKindPassesForTheOther) {
  Shows({"ctl-06", "thr-12"});
  EXPECT_THAT(OpenRulebookNote(SignDirectory(Directory(), Signer()), Key()),
              FailsWith("SIGNATURE_WRONG"));
  EXPECT_THAT(OpenDirectoryNote(SignRulebook(Statement(), Signer()), Key()),
              FailsWith("SIGNATURE_WRONG"));
  EXPECT_THAT(OpenDirectoryNote("", Key()), FailsWith("SIGNATURE_MISSING"));
  // Signed by the board, and without its instant, or with a suite besides.
  const std::string digest = Base64(Sha256("directory\n")) + "\n";
  const std::string begin = "fosse-directory/1\nQK1\nqk1/1\n" + digest;
  const std::string instant = "2026-12-01T00:00:00.000000Z\n";
  ASSERT_THAT(OpenDirectoryNote(SignNote(begin + instant, kName, Signer().key), Key()), IsOk());
  for (const std::string& text :
       {begin, begin + instant + digest, begin + "2026-12-01T00:00:00Z\n"}) {
    EXPECT_THAT(OpenDirectoryNote(SignNote(text, kName, Signer().key), Key()),
                FailsWith("SIGNATURE_WRONG"))
        << text;
  }
}

TEST(RulebookNoteTest, WhatWouldNeedEscapingCannotBeSigned) {
  EXPECT_TRUE(CanBeSigned(Statement()));
  EXPECT_FALSE(CanBeSigned({"QK1", "two\nlines", {}}));
  EXPECT_FALSE(CanBeSigned({"QK1", "two words", {}}));
  EXPECT_FALSE(CanBeSigned({"", "llr/1", {}}));
  EXPECT_FALSE(CanBeSigned({"QK1", std::string(65, 'x'), {}}));
  RulebookStatement statement = Statement();
  for (const absl::Time time :
       {absl::InfinitePast(), absl::InfiniteFuture(), statement.effective_at + absl::Nanoseconds(1),
        absl::FromUnixSeconds(int64_t{1} << 40)}) {
    statement.effective_at = time;
    EXPECT_FALSE(CanBeSigned(statement)) << time;
  }
}

TEST(SignerKeyTest, ComesBackFromItsText) {
  ASSERT_OK_AND_ASSIGN(const NoteSigner read, ParseSignerKey(SignerKey(Signer())));
  EXPECT_EQ(read.name, kName);
  EXPECT_EQ(read.key.public_key(), Signer().key.public_key());
}

TEST(SignerKeyTest, AnythingElseIsRefused) {
  Shows({"ctl-06"});
  const std::string good = SignerKey(Signer());
  for (const std::string& bad :
       {std::string(), std::string("PRIVATE+KEY+"), good.substr(8), good + "x",
        good.substr(0, good.size() - 4), absl::StrReplaceAll(good, {{"QK1-IPCB", "QK2-IPCB"}})}) {
    EXPECT_THAT(ParseSignerKey(bad), FailsWith("SIGNER_KEY_INVALID"));
  }
}

}  // namespace
}  // namespace fosse::audit
