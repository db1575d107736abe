#include "verify/run.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"
#include "tests/verify/made_trail.h"
#include "verify/check_proof.h"

namespace fosse::verify {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ProofTest, EveryEntryIsProvenAtEverySizeFromItOn) {
  Shows({"aud-06"});
  const MadeTrail trail(40);
  for (uint64_t size = 1; size <= 40; size += 3) {
    for (uint64_t index = 0; index < size; ++index) {
      ASSERT_OK_AND_ASSIGN(
          const ProvenEntry proven,
          CheckProof(trail.Proof(index, size), trail.leaf(index), trail.verifier_key()));
      EXPECT_EQ(proven.leaf.index(), index);
      EXPECT_EQ(proven.checkpoint.size, size);
    }
  }
}

TEST(ProofTest, AnythingElseIsNotProven) {
  Shows({"aud-06"});
  const MadeTrail trail(40);
  const std::string proof = trail.Proof(7, 40);
  const std::string vkey = trail.verifier_key();
  EXPECT_THAT(CheckProof(proof, trail.leaf(8), vkey), FailsWith("INDEX_DIFFERS"));
  EXPECT_THAT(CheckProof(proof, "leaf", vkey), FailsWith("LEAF_INVALID"));
  EXPECT_THAT(CheckProof("proof", trail.leaf(7), vkey), FailsWith("PROOF_INVALID"));
  v1::LeafView view = MadeTrail::View(7);
  view.set_outcome(v1::OUTCOME_DENY);
  EXPECT_THAT(CheckProof(proof, audit::EncodeLeaf(view), vkey), FailsWith("NOT_INCLUDED"));
  const SigningKey other = SigningKey::FromSeed(std::string(32, 'o'));
  EXPECT_THAT(
      CheckProof(proof, trail.leaf(7), audit::VerifierKey(MadeTrail::kOrigin, other.public_key())),
      FailsWith("CHECKPOINT_UNSIGNED"));
  for (size_t i = 0; i < proof.size(); ++i) {
    std::string changed = proof;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    ASSERT_FALSE(CheckProof(changed, trail.leaf(7), vkey).ok()) << i;
  }
}

class RunTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "/fosse-verify-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string File(const std::string& name, const std::string& text) {
    const std::string path = directory_ + "/" + name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  int Call(const std::vector<std::string>& arguments) {
    std::vector<const char*> argv = {"fosse-verify"};
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    out_.str("");
    err_.str("");
    return verify::Run(static_cast<int>(argv.size()), argv.data(), out_, err_);
  }

  std::string directory_;
  std::ostringstream out_;
  std::ostringstream err_;
  MadeTrail trail_{300};
};

TEST_F(RunTest, VerifiedTrailIsSaidInWordsAndJson) {
  Shows({"aud-07"});
  const std::string file = File("trail.ndjson", trail_.Export());
  const std::string key_file = File("key", trail_.verifier_key() + "\n");
  const std::string previous = File("checkpoint", trail_.Checkpoint(100));
  EXPECT_EQ(Call({"trail", file, "--key-file", key_file, "--previous", previous}), kVerified);
  EXPECT_THAT(out_.str(), HasSubstr("Verified.\n  trail: fosse.example/QK1\n"));
  EXPECT_THAT(out_.str(), HasSubstr("entries: 300\n"));
  EXPECT_THAT(out_.str(), HasSubstr("continues the earlier checkpoint of size: 100\n"));
  EXPECT_THAT(err_.str(), IsEmpty());
  EXPECT_EQ(Call({"trail", file, "--key", trail_.verifier_key(), "--json"}), kVerified);
  EXPECT_THAT(out_.str(), HasSubstr("{\"verified\":true,\"origin\":\"fosse.example/QK1\","));
  EXPECT_THAT(out_.str(), HasSubstr("\"count\":300,"));
}

TEST_F(RunTest, FlippedBitIsNamedInWordsAndJson) {
  Shows({"aud-07"});
  std::string text = trail_.Export();
  const size_t at = text.find("{\"index\":123,");
  const size_t leaf = text.find("\"leaf\":\"", at) + 100;
  text[leaf] = text[leaf] == 'A' ? 'B' : 'A';
  const std::string file = File("trail.ndjson", text);
  EXPECT_EQ(Call({"trail", file, "--key", trail_.verifier_key()}), kNotVerified);
  EXPECT_EQ(out_.str(),
            "NOT VERIFIED.\n  line: 125\n  entry: 123\n  reason: ENTRY_CHANGED\n"
            "  what is wrong: the entry does not have the hash beside it\n");
  EXPECT_EQ(Call({"trail", file, "--json", "--key", trail_.verifier_key()}), kNotVerified);
  EXPECT_EQ(out_.str(),
            "{\"verified\":false,\"line\":125,\"entry\":123,\"reason\":\"ENTRY_CHANGED\","
            "\"message\":\"the entry does not have the hash beside it\"}\n");
}

TEST_F(RunTest, ProofIsCheckedFromItsFiles) {
  Shows({"aud-06"});
  const std::string proof = File("entry.tlog-proof", trail_.Proof(14, 300));
  const std::string leaf = File("entry.leaf", trail_.leaf(14));
  const std::string wrong = File("wrong.leaf", trail_.leaf(15));
  const std::string key = trail_.verifier_key();
  EXPECT_EQ(Call({"proof", proof, "--leaf", leaf, "--key", key}), kVerified);
  EXPECT_THAT(out_.str(), HasSubstr("entry: 14\n"));
  EXPECT_THAT(out_.str(), HasSubstr("outcome: OUTCOME_PERMIT\n"));
  EXPECT_EQ(Call({"proof", proof, "--leaf", wrong, "--key", key, "--json"}), kNotVerified);
  EXPECT_THAT(out_.str(), HasSubstr("\"reason\":\"INDEX_DIFFERS\""));
}

TEST_F(RunTest, WrongCallsAreToldApartFromWrongTrails) {
  Shows({"aud-07"});
  const std::string file = File("trail.ndjson", trail_.Export());
  const std::string key = trail_.verifier_key();
  const std::vector<std::vector<std::string>> calls = {
      {},
      {"trail"},
      {"trail", file},
      {"trail", file, "--key", "no key"},
      {"trail", file, "--key-file", directory_ + "/none"},
      {"trail", file, "--key", key, "--key-file", file},
      {"trail", file, "--key", key, "--previous", directory_ + "/none"},
      {"trail", directory_ + "/none", "--key", key},
      {"trail", file, "--key", key, "--unknown"},
      {"proof", file, "--key", key},
      {"proof", directory_ + "/none", "--leaf", file, "--key", key},
      {"sign", file},
  };
  for (const std::vector<std::string>& call : calls) {
    EXPECT_EQ(Call(call), kUsage) << ::testing::PrintToString(call);
    EXPECT_THAT(out_.str(), IsEmpty());
    EXPECT_FALSE(err_.str().empty());
  }
  EXPECT_EQ(Call({"--help"}), kVerified);
  // Directories open, but cannot be read.
  EXPECT_EQ(Call({"trail", directory_, "--key", key}), kUsage);
}

}  // namespace
}  // namespace fosse::verify
