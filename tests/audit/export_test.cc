#include "audit/export.h"

#include <sstream>

#include "absl/strings/str_cat.h"
#include "audit/checkpoint.h"
#include "audit/keys.h"
#include "audit/leaf.h"
#include "base/encoding.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/audit/vectors.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::audit {
namespace {

constexpr char kOrigin[] = "fosse.example/QK1";

ExportManifest Manifest(uint64_t from, uint64_t count) {
  return {
      .origin = kOrigin,
      .locality = "QK1",
      .from = from,
      .count = count,
      .verifier_key = VerifierKey(kOrigin, KeyRing::ForTests(kOrigin).signing_key().public_key())};
}

absl::StatusOr<ExportLine> ReadLine(const std::string& line) {
  std::istringstream file(line);
  return ExportReader(file).Read();
}

TEST(ExportTest, PublishedVectorIsWrittenFromItsLeaves) {
  Shows({"aud-06"});
  const std::string published = Blocks("export.md", "export")[0];
  std::istringstream file(published);
  ExportReader reader(file);
  ASSERT_OK_AND_ASSIGN(const ExportLine first, reader.Read());
  std::string written;
  ASSERT_OK_AND_ASSIGN(ExportWriter writer, ExportWriter::Begin(std::get<ExportManifest>(first),
                                                                [&written](absl::string_view line) {
                                                                  written += std::string(line);
                                                                }));
  for (int i = 0; i < 3; ++i) {
    ASSERT_OK_AND_ASSIGN(const ExportLine line, reader.Read());
    const auto& entry = std::get<ExportEntry>(line);
    EXPECT_EQ(entry.index, i);
    EXPECT_EQ(LeafHash(entry.leaf), entry.hash);
    EXPECT_THAT(writer.Add(entry.leaf), IsOk());
  }
  ASSERT_OK_AND_ASSIGN(const ExportLine block, reader.Read());
  EXPECT_EQ(std::get<ExportBlock>(block).block, 0u);
  ASSERT_OK_AND_ASSIGN(const ExportLine end, reader.Read());
  EXPECT_EQ(std::get<ExportEnd>(end).checkpoint, Blocks("checkpoint.md", "note")[1]);
  EXPECT_EQ(reader.line(), 6u);
  EXPECT_THAT(reader.ExpectEnd(), IsOk());
  EXPECT_THAT(writer.Finish(std::get<ExportEnd>(end).checkpoint), IsOk());
  EXPECT_EQ(written, published);
}

TEST(ExportTest, BlocksEndAtMultiplesAndWithTheLastEntry) {
  std::vector<std::string> lines;
  // From 250: the edge of a tree of 250 = 128+64+32+16+8+2 leaves has six hashes.
  ExportManifest manifest = Manifest(250, 300);
  manifest.before.assign(6, Digest{});
  ASSERT_OK_AND_ASSIGN(ExportWriter writer,
                       ExportWriter::Begin(manifest, [&lines](absl::string_view line) {
                         lines.emplace_back(line);
                       }));
  for (int i = 0; i < 300; ++i) ASSERT_THAT(writer.Add("leaf"), IsOk());
  ASSERT_THAT(writer.Finish("note\n"), IsOk());
  ASSERT_EQ(lines.size(), 1 + 300 + 3 + 1u);
  EXPECT_EQ(lines[1 + 6].substr(0, 11), "{\"block\":0,");
  EXPECT_EQ(lines[1 + 6 + 1 + 256].substr(0, 11), "{\"block\":1,");
  EXPECT_EQ(lines[1 + 300 + 2].substr(0, 11), "{\"block\":2,");
}

TEST(ExportTest, WriterKeepsToItsManifest) {
  const auto nowhere = [](absl::string_view) {};
  ASSERT_OK_AND_ASSIGN(ExportWriter writer, ExportWriter::Begin(Manifest(0, 1), nowhere));
  EXPECT_THAT(writer.Finish("note\n"), FailsWith("EXPORT_INVALID"));
  EXPECT_THAT(writer.Add("leaf"), IsOk());
  EXPECT_THAT(writer.Add("leaf"), FailsWith("EXPORT_INVALID"));
  ExportManifest bad = Manifest(0, 1);
  bad.locality = "Q\"K1";
  EXPECT_THAT(ExportWriter::Begin(bad, nowhere), FailsWith("EXPORT_INVALID"));
  bad = Manifest(0, 1);
  bad.verifier_key = "key";
  EXPECT_THAT(ExportWriter::Begin(bad, nowhere), FailsWith("EXPORT_INVALID"));
  EXPECT_THAT(ExportWriter::Begin(Manifest(3, 1), nowhere), FailsWith("EXPORT_INVALID"));
  EXPECT_THAT(ExportWriter::Begin(Manifest(0, UINT64_MAX), nowhere), IsOk());
}

TEST(ExportTest, OnlyOneFormOfALineIsRead) {
  Shows({"aud-07"});
  const std::string hash = Base64(Digest{});
  const std::string entry =
      absl::StrCat("{\"index\":0,\"hash\":\"", hash, "\",\"leaf\":\"AAAA\"}\n");
  EXPECT_THAT(ReadLine(entry), IsOk());
  const std::string bad_lines[] = {
      " " + entry,
      "{ " + entry.substr(1),
      absl::StrCat(entry.substr(0, entry.size() - 1), " \n"),
      absl::StrCat("{\"index\":00,\"hash\":\"", hash, "\",\"leaf\":\"AAAA\"}\n"),
      absl::StrCat("{\"index\":0,\"leaf\":\"AAAA\",\"hash\":\"", hash, "\"}\n"),
      absl::StrCat("{\"index\":0,\"hash\":\"", hash, "\",\"leaf\":\"AAA=\",\"x\":1}\n"),
      absl::StrCat("{\"index\":0,\"hash\":\"", hash, "\",\"leaf\":\"AAB=\"}\n"),
      absl::StrCat("{\"index\":0,\"hash\":\"", hash, "\",\"leaf\":\"AB==\"}\n"),
      absl::StrCat("{\"index\":0,\"hash\":\"", hash, "\",\"leaf\":\"AAA\"}\n"),
      absl::StrCat("{\"index\":0,\"hash\":\"", hash, "\",\"leaf\":\"A===\"}\n"),
      absl::StrCat("{\"index\":0,\"hash\":\"", hash, "\",\"leaf\":\"====\"}\n"),
      absl::StrCat("{\"index\":0,\"hash\":\"", hash.substr(4), "\",\"leaf\":\"AAAA\"}\n"),
      "{\"index\":18446744073709551616,\"hash\":\"" + hash + "\",\"leaf\":\"AAAA\"}\n",
      absl::StrCat("{\"block\":0,\"root\":\"", hash, "\"} \n"),
      "{\"checkpoint\":\"a\\t\"}\n",
      "{\"checkpoint\":\"a\\\"}\n",
      "{\"checkpoint\":\"a\n",
      "{\"checkpoint\":\"a\"}}\n",
      "\n",
      "{}\n",
      std::string(kMaxExportLine + 1, 'x') + "\n"};
  for (const std::string& line : bad_lines) {
    EXPECT_THAT(ReadLine(line), FailsWith("EXPORT_LINE_INVALID")) << line.substr(0, 200);
  }
  EXPECT_THAT(ReadLine(""), FailsWith("EXPORT_CUT_SHORT"));
  EXPECT_THAT(ReadLine(entry.substr(0, entry.size() - 1)), FailsWith("EXPORT_CUT_SHORT"));
  ASSERT_OK_AND_ASSIGN(const ExportLine end, ReadLine("{\"checkpoint\":\"a\\n\\\"\\\\\"}\n"));
  EXPECT_EQ(std::get<ExportEnd>(end).checkpoint, "a\n\"\\");
}

}  // namespace
}  // namespace fosse::audit
