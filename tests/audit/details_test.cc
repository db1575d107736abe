#include "audit/details.h"

#include <sstream>

#include "audit/leaf.h"
#include "audit/seal.h"
#include "base/fake_random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::audit {
namespace {

const std::string kDataKey(32, 'k');

v1::OpenedDetail Present(uint64_t index, const std::string& subject,
                         const std::string& correlation) {
  FakeRandom random;
  v1::EntryDetail detail;
  detail.mutable_envelope()->set_correlation_id(correlation);
  detail.set_subject_salt(std::string(kSaltSize, 's'));
  v1::OpenedDetail opened;
  opened.set_index(index);
  opened.set_state(v1::DETAIL_STATE_PRESENT);
  opened.set_subject(subject);
  opened.set_sealed(SealFor(subject, kDataKey, kSealDetail, detail.SerializeAsString(), random));
  opened.set_key(*PieceKey(kDataKey, opened.sealed()));
  return opened;
}
v1::OpenedDetail Without(uint64_t index, v1::DetailState state) {
  v1::OpenedDetail opened;
  opened.set_index(index);
  opened.set_state(state);
  return opened;
}

std::string Written() {
  std::string text;
  DetailsWriter writer({.origin = "fosse.example/QK1", .locality = "QK1", .from = 7, .count = 3},
                       [&text](absl::string_view line) { text.append(line.data(), line.size()); });
  v1::KeptRulebook rulebook;
  rulebook.set_digest(std::string(32, 'd'));
  rulebook.set_stored("id: \"x\"\n");
  writer.Add(rulebook);
  EXPECT_THAT(writer.Add(Present(7, "person", "c-1")), IsOk());
  EXPECT_THAT(writer.Add(Without(8, v1::DETAIL_STATE_REDACTED)), IsOk());
  EXPECT_THAT(writer.Finish(), FailsWith("DETAILS_INVALID"));
  EXPECT_THAT(writer.Add(Without(8, v1::DETAIL_STATE_REDACTED)), FailsWith("DETAILS_INVALID"));
  EXPECT_THAT(writer.Add(Without(9, v1::DETAIL_STATE_WITHHELD)), IsOk());
  EXPECT_THAT(writer.Add(Without(10, v1::DETAIL_STATE_WITHHELD)), FailsWith("DETAILS_INVALID"));
  EXPECT_THAT(writer.Finish(), IsOk());
  return text;
}

TEST(DetailsTest, WhatIsWrittenIsReadInOrder) {
  Shows({"aud-08"});
  std::istringstream file(Written());
  DetailsReader reader(file);
  ASSERT_OK_AND_ASSIGN(DetailsLine line, reader.Read());
  EXPECT_EQ(std::get<DetailsManifest>(line).from, 7u);
  EXPECT_EQ(std::get<DetailsManifest>(line).locality, "QK1");
  ASSERT_OK_AND_ASSIGN(line, reader.Read());
  EXPECT_EQ(std::get<v1::KeptRulebook>(line).stored(), "id: \"x\"\n");
  ASSERT_OK_AND_ASSIGN(line, reader.Read());
  ASSERT_OK_AND_ASSIGN(const v1::EntryDetail detail, OpenDetail(std::get<v1::OpenedDetail>(line)));
  EXPECT_EQ(detail.envelope().correlation_id(), "c-1");
  ASSERT_OK_AND_ASSIGN(line, reader.Read());
  EXPECT_EQ(std::get<v1::OpenedDetail>(line).state(), v1::DETAIL_STATE_REDACTED);
  ASSERT_OK_AND_ASSIGN(line, reader.Read());
  EXPECT_EQ(std::get<v1::OpenedDetail>(line).state(), v1::DETAIL_STATE_WITHHELD);
  ASSERT_OK_AND_ASSIGN(line, reader.Read());
  EXPECT_EQ(std::get<DetailsEnd>(line).end, 10u);
  EXPECT_TRUE(reader.AtEnd());
  EXPECT_THAT(reader.Read(), FailsWith("DETAILS_CUT_SHORT"));
}

TEST(DetailsTest, NoOtherFormIsRead) {
  Shows({"aud-08"});
  for (const std::string bad :
       {"{}\n", "words\n", "{\"index\":1}\n", "{\"index\":1,\"state\":\"present\"}\n",
        "{\"index\":1,\"state\":\"redacted\"} \n", "{\"index\":01,\"state\":\"redacted\"}\n",
        "{\"index\":1,\"state\":\"gone\"}\n", "{\"rulebook\":\"?\",\"stored\":\"\"}\n",
        "{\"end\":}\n", "{\"format\":\"fosse-details/2\"}\n"}) {
    std::istringstream file(bad);
    EXPECT_THAT(DetailsReader(file).Read(), FailsWith("DETAILS_LINE_INVALID")) << bad;
  }
  std::istringstream cut("{\"end\":3}");
  EXPECT_THAT(DetailsReader(cut).Read(), FailsWith("DETAILS_CUT_SHORT"));
}

TEST(DetailsTest, ADetailOpensOnlyForTheLeafThatCommitsToIt) {
  Shows({"ctl-23", "aud-07"});
  const v1::OpenedDetail opened = Present(3, "person", "c-1");
  v1::LeafView view;
  view.set_index(3);
  view.mutable_committed_at()->set_seconds(1664787600);
  view.set_locality("QK1");
  const auto bytes = [](const Digest& digest) { return ByteView(digest).str(); };
  view.set_detail_digest(bytes(Sha256(opened.sealed())));
  view.set_subject_commitment(bytes(Commitment(std::string(kSaltSize, 's'), "person")));
  const auto open = [](const v1::LeafView& leaf, const v1::OpenedDetail& detail) {
    const std::string encoded = EncodeLeaf(leaf);
    return OpenDetail(*ParseLeaf(encoded), detail);
  };
  EXPECT_THAT(open(view, opened), IsOk());
  EXPECT_THAT(open(view, Present(3, "person", "c-2")), FailsWith("DETAIL_DIFFERS"));
  EXPECT_THAT(open(view, Present(4, "person", "c-1")), FailsWith("DETAIL_DIFFERS"));
  v1::LeafView other = view;
  other.set_subject_commitment(bytes(Commitment(std::string(kSaltSize, 's'), "another")));
  EXPECT_THAT(open(other, opened), FailsWith("DETAIL_DIFFERS"));
  v1::OpenedDetail wrong = opened;
  wrong.set_key(std::string(32, 'x'));
  EXPECT_THAT(open(view, wrong), FailsWith("SEAL_BROKEN"));
}

}  // namespace
}  // namespace fosse::audit
