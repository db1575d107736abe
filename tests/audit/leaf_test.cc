#include "audit/leaf.h"

#include "fosse/v1/trail.pb.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "tests/audit/vectors.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::audit {
namespace {

using google::protobuf::util::MessageDifferencer;

v1::LeafView SomeLeaf() {
  v1::LeafView leaf;
  leaf.set_index(7);
  leaf.mutable_committed_at()->set_seconds(1664787600);
  leaf.mutable_committed_at()->set_nanos(123456000);
  leaf.set_locality("QK1");
  leaf.set_kind("delegation_proposal");
  leaf.set_sender("RT5");
  leaf.set_relay("F82001");
  leaf.set_subject_kind(v1::SUBJECT_KIND_PERSON);
  leaf.set_question(v1::QUESTION_PROPOSE);
  leaf.set_outcome(v1::OUTCOME_DENY);
  leaf.set_rulebook_digest(std::string(32, 'r'));
  leaf.set_directory_digest(std::string(32, 'd'));
  leaf.set_message_commitment(std::string(32, 'm'));
  leaf.set_subject_commitment(std::string(32, 's'));
  leaf.set_detail_digest(std::string(32, 'e'));
  leaf.set_cause(3);
  return leaf;
}

TEST(LeafTest, PublishedVectorsAreEncodedAndDecoded) {
  Shows({"ctl-20"});
  const std::vector<Vector> vectors = Vectors("leaf.md", "name");
  EXPECT_GE(vectors.size(), 6u);
  for (const Vector& vector : vectors) {
    SCOPED_TRACE(Value(vector, "name"));
    v1::LeafView view;
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(Value(vector, "view"), &view));
    const std::string bytes = EncodeLeaf(view);
    EXPECT_EQ(Hex(bytes), Value(vector, "leaf"));
    EXPECT_EQ(Hex(LeafHash(bytes)), Value(vector, "hash"));
    ASSERT_OK_AND_ASSIGN(const v1::LeafView decoded, DecodeLeaf(bytes));
    EXPECT_TRUE(MessageDifferencer::Equals(decoded, view)) << decoded.DebugString();
  }
}

TEST(LeafTest, PublishedRefusalsAreRefused) {
  Shows({"ctl-20", "ctl-23"});
  const std::vector<Vector> vectors = Vectors("leaf.md", "refused");
  EXPECT_GE(vectors.size(), 14u);
  for (const Vector& vector : vectors) {
    EXPECT_THAT(DecodeLeaf(Unhex(Value(vector, "leaf"))), FailsWith("LEAF_INVALID"))
        << Value(vector, "refused");
  }
}

TEST(LeafTest, PublishedCommitment) {
  Shows({"ctl-23"});
  for (const Vector& vector : Vectors("leaf.md", "salt")) {
    EXPECT_EQ(Hex(Commitment(Unhex(Value(vector, "salt")), Unhex(Value(vector, "bytes")))),
              Value(vector, "commitment"));
  }
}

TEST(LeafTest, EveryBitThatDecodesIsKept) {
  Shows({"ctl-20"});
  const std::string bytes = EncodeLeaf(SomeLeaf());
  size_t decoded = 0;
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    const absl::StatusOr<v1::LeafView> view = DecodeLeaf(flipped);
    if (!view.ok()) continue;
    ++decoded;
    // Strict: whatever decodes is the encoding of what it decodes to, so no two leaves mean the
    // same.
    ASSERT_EQ(EncodeLeaf(*view), flipped) << "bit " << bit;
  }
  EXPECT_GT(decoded, 5 * 32 * 8u);  // Digests take any bits; magic, lengths and codes do not.
}

TEST(LeafTest, EveryPrefixIsRefused) {
  Shows({"ctl-20"});
  const std::string bytes = EncodeLeaf(SomeLeaf());
  for (size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_THAT(DecodeLeaf(bytes.substr(0, size)), FailsWith("LEAF_INVALID")) << size;
  }
}

TEST(LeafTest, TimeIsRoundedDownToMicroseconds) {
  v1::LeafView leaf = SomeLeaf();
  leaf.mutable_committed_at()->set_seconds(-2);
  leaf.mutable_committed_at()->set_nanos(999999999);
  ASSERT_OK_AND_ASSIGN(const LeafParts parts, ParseLeaf(EncodeLeaf(leaf)));
  EXPECT_EQ(parts.committed_at_us, -1000001);
  ASSERT_OK_AND_ASSIGN(const v1::LeafView decoded, DecodeLeaf(EncodeLeaf(leaf)));
  EXPECT_EQ(decoded.committed_at().seconds(), -2);
  EXPECT_EQ(decoded.committed_at().nanos(), 999999000);
}

TEST(LeafTest, AnAbsentDigestIsThirtyTwoZeroBytes) {
  v1::LeafView absent = SomeLeaf();
  absent.clear_directory_digest();
  v1::LeafView zero = absent;
  zero.set_directory_digest(std::string(32, '\0'));
  EXPECT_EQ(EncodeLeaf(absent), EncodeLeaf(zero));
  ASSERT_OK_AND_ASSIGN(const v1::LeafView decoded, DecodeLeaf(EncodeLeaf(zero)));
  EXPECT_TRUE(decoded.directory_digest().empty());
}

TEST(LeafTest, WhatALeafMayNotHoldIsFoundBeforeEncoding) {
  Shows({"ctl-23"});
  EXPECT_THAT(CheckLeaf(SomeLeaf()), IsOk());
  struct {
    const char* what;
    void (*spoil)(v1::LeafView&);
  } const kCases[] = {
      {"free text", [](v1::LeafView& leaf) { leaf.set_sender("Mrs Example rang"); }},
      {"an NHS number", [](v1::LeafView& leaf) { leaf.set_sender("9990000018"); }},
      {"a grouped NHS number", [](v1::LeafView& leaf) { leaf.set_relay("999-000-0018"); }},
      {"a long word", [](v1::LeafView& leaf) { leaf.set_kind(std::string(65, 'k')); }},
      {"a short digest", [](v1::LeafView& leaf) { leaf.set_detail_digest("short"); }},
      {"an unknown question",
       [](v1::LeafView& leaf) { leaf.set_question(static_cast<v1::Question>(200)); }},
      {"a time that is none",
       [](v1::LeafView& leaf) { leaf.mutable_committed_at()->set_nanos(-1); }},
      {"a time too late",
       [](v1::LeafView& leaf) { leaf.mutable_committed_at()->set_seconds(253402300800); }},
  };
  for (const auto& test : kCases) {
    v1::LeafView leaf = SomeLeaf();
    test.spoil(leaf);
    EXPECT_THAT(CheckLeaf(leaf), FailsWith("LEAF_INVALID")) << test.what;
  }
}

TEST(LeafTest, CommitmentsDifferBySaltAndBytes) {
  Shows({"ctl-23"});
  const std::string salt(kSaltSize, 'a');
  EXPECT_NE(Commitment(salt, "9990000018"), Commitment(std::string(kSaltSize, 'b'), "9990000018"));
  EXPECT_NE(Commitment(salt, "9990000018"), Commitment(salt, "9990000026"));
  EXPECT_NE(Commitment(salt, "9990000018"), Sha256("9990000018"));
}

}  // namespace
}  // namespace fosse::audit
