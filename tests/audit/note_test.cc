#include "audit/note.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "audit/checkpoint.h"
#include "audit/proof.h"
#include "base/encoding.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/audit/vectors.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::audit {
namespace {

// Key, text and signature of the tests of Go's golang.org/x/mod/sumdb/note.
constexpr char kPeterKey[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr char kPeterText[] =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
constexpr char kPeterLine[] =
    "\xe2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

// A head that Go's checksum database signed.
constexpr char kSumKey[] = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
constexpr char kSumNote[] =
    "go.sum database tree\n6476701\nmb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=\n\n"
    "\xe2\x80\x94 sum.golang.org "
    "Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbFIGu95949rj4nPRYfvimWEPWL+o3GeoWwOoAw="
    "\n";

absl::StatusOr<std::string> Opened(const std::string& note, const std::string& vkey) {
  FOSSE_ASSIGN_OR_RETURN(const VerifierKeyParts key, ParseVerifierKey(vkey));
  return OpenNote(note, key);
}

SigningKey DocumentedKey() {
  return SigningKey::FromSeed(Unhex(Value(Vectors("checkpoint.md", "seed")[0], "seed")));
}

std::string DocumentedVerifierKey() { return Value(Vectors("checkpoint.md", "seed")[0], "vkey"); }

TEST(NoteTest, OpensNotesOfOthers) {
  Shows({"ctl-21"});
  EXPECT_THAT(Opened(absl::StrCat(kPeterText, "\n", kPeterLine), kPeterKey),
              IsOkAndHolds(std::string(kPeterText)));
  EXPECT_THAT(Opened(kSumNote, kSumKey), IsOk());
}

TEST(NoteTest, MakesTheNoteThatOthersMake) {
  Shows({"ctl-21"});
  ASSERT_OK_AND_ASSIGN(const VerifierKeyParts peter, ParseVerifierKey(kPeterKey));
  // As in the Go tests: a type byte, then the seed.
  ASSERT_OK_AND_ASSIGN(std::string typed,
                       FromBase64("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"));
  const SigningKey key = SigningKey::FromSeed(typed.substr(1));
  EXPECT_EQ(key.public_key(), peter.public_key);
  EXPECT_EQ(VerifierKey("PeterNeumann", key.public_key()), kPeterKey);
  EXPECT_EQ(SignNote(kPeterText, "PeterNeumann", key), absl::StrCat(kPeterText, "\n", kPeterLine));
}

TEST(NoteTest, MangledVerifierKeysAreRefused) {
  Shows({"ctl-21"});
  const std::string key = kPeterKey;
  EXPECT_THAT(ParseVerifierKey(key), IsOk());
  for (size_t begin = 0; begin <= key.size(); ++begin) {
    for (size_t size = 0; begin + size <= key.size(); ++size) {
      if (size == key.size()) continue;
      ASSERT_THAT(ParseVerifierKey(key.substr(begin, size)), FailsWith("VERIFIER_KEY_INVALID"));
    }
  }
  for (size_t i = 0; i < key.size(); ++i) {
    std::string changed = key;
    ++changed[i];
    ASSERT_THAT(ParseVerifierKey(changed), FailsWith("VERIFIER_KEY_INVALID")) << changed;
  }
  // Wrong size of the key, and another type, each with the id that belongs to it.
  EXPECT_THAT(ParseVerifierKey(
                  "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=="),
              FailsWith("VERIFIER_KEY_INVALID"));
  EXPECT_THAT(
      ParseVerifierKey("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"),
      FailsWith("VERIFIER_KEY_INVALID"));
}

TEST(NoteTest, EveryChangedBitIsRefused) {
  Shows({"ctl-21"});
  const std::string note = Blocks("checkpoint.md", "note")[1];
  const std::string vkey = DocumentedVerifierKey();
  ASSERT_THAT(OpenCheckpoint(note, vkey), IsOk());
  for (size_t bit = 0; bit < note.size() * 8; ++bit) {
    std::string changed = note;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    ASSERT_FALSE(OpenCheckpoint(changed, vkey).ok()) << "bit " << bit;
  }
  for (size_t size = 0; size < note.size(); ++size) {
    ASSERT_FALSE(OpenCheckpoint(note.substr(0, size), vkey).ok()) << size;
  }
}

TEST(NoteTest, SignaturesOfOtherKeysAreIgnoredAndBadOnesOfTheKeyAreNot) {
  Shows({"ctl-21"});
  const std::string note = Blocks("checkpoint.md", "note")[1];
  const std::string vkey = DocumentedVerifierKey();
  const std::string line = note.substr(note.find("\n\n") + 2);
  EXPECT_THAT(OpenCheckpoint(absl::StrCat(note, kPeterLine), vkey), IsOk());
  EXPECT_THAT(OpenCheckpoint(absl::StrCat(note, line), vkey), IsOk());
  const std::string others = absl::StrCat(note.substr(0, note.size() - line.size()), kPeterLine);
  EXPECT_THAT(OpenCheckpoint(others, vkey), FailsWith("CHECKPOINT_UNSIGNED"));
  // The key's name and id with another signature.
  ASSERT_OK_AND_ASSIGN(const std::string peter,
                       FromBase64(absl::string_view(kPeterLine).substr(17, 92)));
  ASSERT_OK_AND_ASSIGN(const VerifierKeyParts key, ParseVerifierKey(vkey));
  std::string forged;
  for (int shift = 24; shift >= 0; shift -= 8) forged.push_back(static_cast<char>(key.id >> shift));
  forged += peter.substr(4);
  const std::string forged_line =
      absl::StrCat("\xe2\x80\x94 ", key.name, " ", Base64(forged), "\n");
  EXPECT_THAT(OpenCheckpoint(absl::StrCat(note, forged_line), vkey),
              FailsWith("CHECKPOINT_FORGED"));
}

TEST(NoteTest, MalformedNotesAreRefused) {
  Shows({"ctl-21"});
  const std::string note = absl::StrCat(kPeterText, "\n", kPeterLine);
  const std::string no_break = note.substr(0, note.size() - 1);
  const std::string hyphen = absl::StrReplaceAll(note, {{"\xe2\x80\x94", "-"}});
  const std::string control = absl::StrReplaceAll(note, {{"problem,", "problem,\t"}});
  const std::string latin = absl::StrReplaceAll(note, {{"problem,", "problem,\xe9"}});
  const std::string huge = absl::StrCat(std::string(kMaxNoteSize, 'x'), note);
  for (const std::string& bad :
       {std::string(), std::string("\n\n"), std::string(kPeterText), no_break, hyphen, control,
        latin, huge, absl::StrCat(kPeterText, kPeterLine)}) {
    EXPECT_FALSE(Opened(bad, kPeterKey).ok()) << bad;
  }
}

TEST(CheckpointTest, PublishedVectors) {
  Shows({"ctl-21"});
  const SigningKey key = DocumentedKey();
  const std::string vkey = DocumentedVerifierKey();
  EXPECT_EQ(VerifierKey("fosse.example/QK1", key.public_key()), vkey);
  const std::vector<std::string> notes = Blocks("checkpoint.md", "note");
  ASSERT_EQ(notes.size(), 2u);
  for (const std::string& note : notes) {
    ASSERT_OK_AND_ASSIGN(const Checkpoint checkpoint, OpenCheckpoint(note, vkey));
    EXPECT_EQ(checkpoint.origin, "fosse.example/QK1");
    EXPECT_EQ(SignCheckpoint(checkpoint, key), note);
  }
}

TEST(CheckpointTest, SignedTextThatIsNoCheckpointIsRefused) {
  Shows({"ctl-21"});
  const SigningKey key = DocumentedKey();
  const std::string vkey = DocumentedVerifierKey();
  const std::string root = Base64(Sha256("root"));
  const std::string origin = "fosse.example/QK1";
  const auto open = [&](const std::string& text) {
    return OpenCheckpoint(SignNote(text, origin, key), vkey);
  };
  EXPECT_THAT(open(absl::StrCat(origin, "\n7\n", root, "\n")), IsOk());
  EXPECT_THAT(open(absl::StrCat(origin, "\n7\n", root, "\nextension\n")), IsOk());
  for (const std::string& text :
       {absl::StrCat(origin, "\n07\n", root, "\n"), absl::StrCat(origin, "\n-7\n", root, "\n"),
        absl::StrCat(origin, "\n18446744073709551616\n", root, "\n"),
        absl::StrCat(origin, "\n7\n", root.substr(4), "\n"), absl::StrCat(origin, "\n7\n"),
        absl::StrCat("\n7\n", root, "\n"), absl::StrCat(origin, "\n7\n", root, "\n\nmore\n")}) {
    EXPECT_THAT(open(text), FailsWith("CHECKPOINT_INVALID")) << text;
  }
  // A head of another trail, under this key.
  EXPECT_THAT(open(absl::StrCat("fosse.example/QK2\n7\n", root, "\n")),
              FailsWith("CHECKPOINT_UNSIGNED"));
}

TEST(ProofTest, PublishedVector) {
  Shows({"aud-06"});
  const std::string text = Blocks("checkpoint.md", "proof")[0];
  ASSERT_OK_AND_ASSIGN(const Proof proof, ParseProof(text));
  EXPECT_EQ(proof.index, 1u);
  EXPECT_EQ(proof.hashes.size(), 2u);
  EXPECT_EQ(proof.checkpoint, Blocks("checkpoint.md", "note")[1]);
  EXPECT_EQ(FormatProof(proof.index, proof.hashes, proof.checkpoint, proof.extra), text);
}

TEST(ProofTest, ExtraIsKept) {
  const std::string note = Blocks("checkpoint.md", "note")[0];
  const std::string text = FormatProof(0, {}, note, "opaque");
  EXPECT_EQ(text.substr(0, 45), "c2sp.org/tlog-proof@v1\nextra b3BhcXVl\nindex 0");
  ASSERT_OK_AND_ASSIGN(const Proof proof, ParseProof(text));
  EXPECT_EQ(proof.extra, "opaque");
  EXPECT_EQ(proof.checkpoint, note);
}

TEST(ProofTest, OtherFormsAreRefused) {
  Shows({"aud-06"});
  const std::string good = Blocks("checkpoint.md", "proof")[0];
  const std::string hash = Base64(Sha256("hash")) + "\n";
  std::string many = "c2sp.org/tlog-proof@v1\nindex 1\n";
  for (size_t i = 0; i <= kMaxProofHashes; ++i) many += hash;
  for (const std::string& bad :
       {std::string(), absl::StrReplaceAll(good, {{"@v1", "@v2"}}),
        absl::StrReplaceAll(good, {{"index 1", "index 01"}}),
        absl::StrReplaceAll(good, {{"index 1", "index +1"}}),
        absl::StrReplaceAll(good, {{"index 1\n", ""}}), absl::StrReplaceAll(good, {{"=\n", "\n"}}),
        absl::StrReplaceAll(good, {{"\n", "\r\n"}}), many + "\nnote",
        std::string("c2sp.org/tlog-proof@v1\nindex 1\n\n")}) {
    EXPECT_THAT(ParseProof(bad), FailsWith("PROOF_INVALID")) << bad;
  }
}

}  // namespace
}  // namespace fosse::audit
