#include "audit/reconciliation_note.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "audit/note.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::audit {
namespace {

constexpr char kName[] = "fosse.example/QK1";

SigningKey SigningKeyOf(char first) {
  std::string seed(32, '\0');
  for (int i = 0; i < 32; ++i) seed[static_cast<size_t>(i)] = static_cast<char>(first + i);
  return SigningKey::FromSeed(seed);
}
std::string Key(char first = 0) { return VerifierKey(kName, SigningKeyOf(first).public_key()); }

ReconciliationStatement Statement() {
  return {.locality = "QK1",
          .day = "2026-11-26",
          .as_of = absl::FromUnixMicros(1795737900000000),  // 2026-11-27T00:05:00Z
          .directions = {{{.sender = "RT5",
                           .recipient = "C82999",
                           .sent = SetOf({"D-1", "D-2"}),
                           .delivered = SetOf({"D-1"}),
                           .acted = SetOf({"D-1"}),
                           .outstanding = SetOf({"D-2"})},
                          {.sender = "C82999",
                           .recipient = "RT5",
                           .sent = SetOf({"D-3"}),
                           .delivered = SetOf({"D-3"}),
                           .acted = SetOf({}),
                           .outstanding = SetOf({})}}}};
}
std::string Note() { return SignReconciliation(Statement(), kName, SigningKeyOf(0)); }

TEST(ReconciliationNoteTest, WhatWasSignedComesBack) {
  Shows({"ctl-17"});
  EXPECT_THAT(OpenReconciliation(Note(), Key()), IsOkAndHolds(Statement()));
}

TEST(ReconciliationNoteTest, TwoSidesGetTheSameFromTheSameDeliveries) {
  Shows({"ctl-17"});
  EXPECT_EQ(SetOf({"b", "a", "b"}), SetOf({"a", "b"}));
  EXPECT_EQ(SetOf({"b", "a"}).count, 2u);
  EXPECT_NE(SetOf({"ab"}).digest, SetOf({"a", "b"}).digest);
  EXPECT_EQ(SetOf({}).count, 0u);
}

TEST(ReconciliationNoteTest, TheBytesAreThoseOfTheDocument) {
  const char* const source = std::getenv("FOSSE_SOURCE");
  std::ifstream file(std::string(source == nullptr ? "." : source) +
                     "/docs/formats/reconciliation-note.md");
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_NE(text.str().find(Note()), std::string::npos) << Note();
  EXPECT_NE(text.str().find(Key()), std::string::npos) << Key();
}

TEST(ReconciliationNoteTest, EveryChangedByteAndEveryCutIsNoticed) {
  Shows({"ctl-17"});
  const std::string note = Note();
  for (size_t i = 0; i < note.size(); ++i) {
    std::string changed = note;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(OpenReconciliation(changed, Key()).ok()) << i;
    EXPECT_FALSE(OpenReconciliation(note.substr(0, i), Key()).ok()) << i;
  }
}

TEST(ReconciliationNoteTest, AnotherKeyAndAnotherKindOfNoteAreNot) {
  Shows({"ctl-17"});
  EXPECT_THAT(OpenReconciliation(Note(), Key(1)), FailsWith("RECONCILIATION_FORGED"));
  EXPECT_THAT(OpenReconciliation(Note(), "no key"), FailsWith("VERIFIER_KEY_INVALID"));
  const std::string other = SignNote("fosse-rulebook/2\nQK1\n", kName, SigningKeyOf(0));
  EXPECT_THAT(OpenReconciliation(other, Key()), FailsWith("RECONCILIATION_INVALID"));
}

}  // namespace
}  // namespace fosse::audit
