#include "adapters/mesh/client.h"

#include "adapters/mesh/chunks.h"
#include "gmock/gmock.h"
#include "nlohmann/json.hpp"
#include "tests/adapters/itk3/samples.h"
#include "tests/adapters/mesh/mesh_world.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::mesh {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ClientTest : public ::testing::Test {
 protected:
  ClientTest() : mesh_(certificates_) {
    auto client = Client::Create(mesh_.Config(certificates_), random_);
    EXPECT_TRUE(client.ok());
    client_ = *std::move(client);
  }
  Certificates certificates_;
  SystemRandom random_;
  FakeMesh mesh_;
  std::unique_ptr<Client> client_;
};

TEST_F(ClientTest, ShakesHandsAndIsRefusedWithAnotherPassword) {
  EXPECT_THAT(client_->Handshake(), IsOk());
  EXPECT_THAT(client_->Handshake(), IsOk()) << "each call has a nonce of its own";
  MeshMailbox config = mesh_.Config(certificates_);
  certificates_.folder().Write("mesh-password", "another");
  ASSERT_OK_AND_ASSIGN(const auto stranger, Client::Create(config, random_));
  EXPECT_THAT(stranger->Handshake(), FailsWith("MESH_REFUSED"));
  certificates_.folder().Write("mesh-password", "");
  EXPECT_THAT(Client::Create(config, random_), FailsWith("CREDENTIALS_UNREADABLE"));
}

TEST_F(ClientTest, WhatIsSentArrivesWholeAlsoInChunks) {
  const std::string large(11u << 20, 'a');
  EXPECT_THAT(client_->Send({"X26GP", "GPFED_CONSULT_REPORT", "D-1", large}), IsOkAndHolds("M0"));
  const std::vector<FakeMesh::Sent> sent = mesh_.sent();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].content, large);
  EXPECT_EQ(sent[0].headers.at("mex-chunk-range"), "1:3");
  EXPECT_EQ(sent[0].headers.at("mex-to"), "X26GP");
  ASSERT_OK_AND_ASSIGN(const Tracked tracked, client_->Track("D-1"));
  EXPECT_EQ(tracked.status, "accepted");
  EXPECT_THAT(client_->Track("D-2"), FailsWith("MESH_MESSAGE_UNKNOWN"));
}

TEST_F(ClientTest, DownloadsChunksEachCompressedByItselfAndAcknowledges) {
  mesh_.PutIn("IN1", {{Gzip("first, "), {{"content-encoding", "gzip"}, {"mex-from", "X26GP"}}},
                      {Gzip("second"), {{"content-encoding", "gzip"}}}});
  EXPECT_THAT(client_->Inbox(), IsOkAndHolds(ElementsAre("IN1")));
  ASSERT_OK_AND_ASSIGN(const Incoming message, client_->Download("IN1"));
  EXPECT_EQ(message.content, "first, second");
  EXPECT_EQ(message.from, "X26GP");
  EXPECT_FALSE(message.report);
  EXPECT_THAT(client_->Acknowledge("IN1"), IsOk());
  EXPECT_THAT(mesh_.inbox(), IsEmpty());
}

TEST_F(ClientTest, TheChunksOfOthersArriveWhole) {
  const std::filesystem::path folder = itk3::CorpusFolder();
  if (folder.empty()) GTEST_SKIP() << "no corpus; set FOSSE_CORPUS to the folder that holds mesh";
  const auto read = [&](const char* name) { return itk3::ReadWhole(folder / name); };
  const std::map<std::string, std::string> packed = {{"content-encoding", "gzip"}};
  mesh_.PutIn("GZ", {{read("CHUNKED_MESSAGE_GZ.part1"), packed},
                     {read("CHUNKED_MESSAGE_GZ.part2"), packed}});
  mesh_.PutIn("PLAIN", {{read("SIMPLE_MESSAGE.part1"), {}}});
  ASSERT_OK_AND_ASSIGN(const Incoming chunked, client_->Download("GZ"));
  EXPECT_EQ(chunked.content.substr(0, 11), "Lorem ipsum");
  ASSERT_OK_AND_ASSIGN(const Incoming simple, client_->Download("PLAIN"));
  const auto about = nlohmann::json::parse(read("SIMPLE_MESSAGE.json"), nullptr, false);
  EXPECT_EQ(simple.content.size(), about["file_size"].get<size_t>());
}

TEST_F(ClientTest, AnAnswerThatMayPassIsUnreachableAndADamagedOneIsNot) {
  mesh_.FailNext("GET", 1);
  EXPECT_THAT(client_->Inbox(), FailsWith("MESH_UNREACHABLE"));
  mesh_.PutIn("BAD", {{"no gzip", {{"content-encoding", "gzip"}}}});
  EXPECT_THAT(client_->Download("BAD"), FailsWith("GZIP_INVALID"));
  EXPECT_THAT(client_->Download("GONE"), FailsWith("MESH_REFUSED"));
}

}  // namespace
}  // namespace fosse::adapters::mesh
