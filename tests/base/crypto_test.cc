#include "base/crypto.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "base/encoding.h"
#include "base/fake_random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

std::string Unhex(absl::string_view text) {
  const absl::StatusOr<std::string> bytes = FromHex(text);
  EXPECT_TRUE(bytes.ok()) << text;
  return bytes.value_or("");
}

TEST(Sha256Test, MatchesFips180) {
  EXPECT_EQ(Hex(Sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Hex(Sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Hex(Sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(Hex(Sha256(std::string(1000000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Test, StreamEqualsWholeAndBeginsAnew) {
  Sha256Stream stream;
  stream.Add("a");
  stream.Add("");
  stream.Add("bc");
  EXPECT_EQ(stream.Finish(), Sha256("abc"));
  EXPECT_EQ(stream.Finish(), Sha256(""));
  stream.Add("abc");
  Sha256Stream moved = std::move(stream);
  EXPECT_EQ(moved.Finish(), Sha256("abc"));
}

TEST(HmacTest, MatchesRfc4231) {
  EXPECT_EQ(Hex(HmacSha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(Hex(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(Hex(HmacSha256(std::string(20, '\xaa'), std::string(50, '\xdd'))),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  EXPECT_EQ(Hex(HmacSha256(std::string(131, '\xaa'),
                           "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  // An empty key is a key, not "the key of the call before".
  EXPECT_EQ(Hex(HmacSha256("", "")),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

struct GcmCase {
  const char* key;
  const char* nonce;
  const char* aad;
  const char* plain;
  const char* cipher_and_tag;
};

// Test cases 13, 14 and 16 of the GCM specification submitted to NIST.
const GcmCase kGcmCases[] = {
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
     "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
     "", "00000000000000000000000000000000",
     "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
     "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
     "76fc6ece0f4e1768cddf8853bb2d551b"},
};

TEST(SealTest, MatchesTheGcmVectors) {
  for (const GcmCase& c : kGcmCases) {
    const std::string sealed = Seal(Unhex(c.key), Unhex(c.nonce), Unhex(c.aad), Unhex(c.plain));
    EXPECT_EQ(Hex(sealed), std::string(c.nonce) + c.cipher_and_tag);
    EXPECT_THAT(Open(Unhex(c.key), Unhex(c.aad), sealed), IsOkAndHolds(Unhex(c.plain)));
  }
}

TEST(SealTest, AnyChangedBitKeyOrContextIsRefused) {
  Shows({"ctl-23"});
  const std::string key(32, 'k');
  const std::string sealed = Seal(key, std::string(12, 'n'), "entry 7", "plain text");
  for (size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string changed = sealed;
    changed[bit / 8] ^= static_cast<char>(1 << (bit % 8));
    EXPECT_THAT(Open(key, "entry 7", changed), FailsWith("SEAL_BROKEN")) << bit;
  }
  EXPECT_THAT(Open(std::string(32, 'K'), "entry 7", sealed), FailsWith("SEAL_BROKEN"));
  EXPECT_THAT(Open(key, "entry 8", sealed), FailsWith("SEAL_BROKEN"));
  EXPECT_THAT(Open(key, "", sealed), FailsWith("SEAL_BROKEN"));
  for (size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_THAT(Open(key, "entry 7", sealed.substr(0, size)), FailsWith("SEAL_BROKEN")) << size;
  }
  // A failure leaves nothing behind for the next call of this thread.
  EXPECT_THAT(Open(key, "entry 7", sealed), IsOkAndHolds("plain text"));
}

TEST(SealDeathTest, WrongSizesOfOurOwnAbort) {
  EXPECT_DEATH(Seal("short", std::string(12, 'n'), "", ""), "kKeySize");
  EXPECT_DEATH(Seal(std::string(32, 'k'), "short", "", ""), "kNonceSize");
  EXPECT_DEATH((void)Open("short", "", ""), "kKeySize");
  EXPECT_DEATH(SigningKey::FromSeed("short"), "size");
}

struct Ed25519Case {
  const char* seed;
  const char* public_key;
  const char* message;
  const char* signature;
};

// RFC 8032 section 7.1, tests 1 to 3.
const Ed25519Case kEd25519Cases[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
     "b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
     "1d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
     "c6594a7c15e9716ed28dc027beceea1ec40a"},
};

TEST(Ed25519Test, MatchesRfc8032) {
  for (const Ed25519Case& c : kEd25519Cases) {
    const SigningKey key = SigningKey::FromSeed(Unhex(c.seed));
    EXPECT_EQ(Hex(key.public_key()), c.public_key);
    EXPECT_EQ(Hex(key.seed()), c.seed);
    EXPECT_EQ(Hex(key.Sign(Unhex(c.message))), c.signature);
    EXPECT_TRUE(VerifyEd25519(Unhex(c.public_key), Unhex(c.message), Unhex(c.signature)));
  }
}

TEST(Ed25519Test, WhatWasNotSignedIsRefused) {
  FakeRandom random;
  const SigningKey key = SigningKey::Generate(random);
  const SigningKey other = SigningKey::Generate(random);
  const Signature signature = key.Sign("message");
  EXPECT_TRUE(VerifyEd25519(key.public_key(), "message", signature));
  EXPECT_FALSE(VerifyEd25519(key.public_key(), "massage", signature));
  EXPECT_FALSE(VerifyEd25519(other.public_key(), "message", signature));
  EXPECT_FALSE(VerifyEd25519("short", "message", signature));
  EXPECT_FALSE(VerifyEd25519(key.public_key(), "message", "short"));
  EXPECT_FALSE(VerifyEd25519(key.public_key(), "message", std::string(64, '\xff')));
  for (size_t i = 0; i < signature.size(); ++i) {
    Signature changed = signature;
    changed[i] ^= 1;
    EXPECT_FALSE(VerifyEd25519(key.public_key(), "message", changed)) << i;
  }
}

TEST(CryptoTest, ThreadsDoNotDisturbEachOther) {
  FakeRandom random;
  const SigningKey key = SigningKey::Generate(random);
  const Signature signature = key.Sign("shared");
  const Digest digest = Sha256("shared");
  const Digest mac = HmacSha256("key", "shared");
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const std::string seal_key(32, static_cast<char>('a' + t));
      for (int i = 0; i < 200; ++i) {
        wrong += key.Sign("shared") != signature;
        wrong += Sha256("shared") != digest;
        wrong += HmacSha256("key", "shared") != mac;
        const std::string sealed = Seal(seal_key, std::string(12, 'n'), "a", "plain");
        const absl::StatusOr<std::string> plain = Open(seal_key, "a", sealed);
        wrong += !plain.ok() || *plain != "plain";
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(CryptoTest, ConstantTimeEqualityIsEquality) {
  EXPECT_TRUE(EqualInConstantTime("", ""));
  EXPECT_TRUE(EqualInConstantTime("tag", std::string("tag")));
  EXPECT_FALSE(EqualInConstantTime("tag", "taG"));
  EXPECT_FALSE(EqualInConstantTime("tag", "tags"));
}

}  // namespace
}  // namespace fosse
