#include "audit/leaf.h"

#include <array>
#include <cstring>
#include <tuple>

#include "base/status.h"

namespace fosse::audit {
namespace {

constexpr absl::string_view kMagic = "FOSL";
constexpr uint8_t kVersion = 1;
constexpr size_t kDigests = 5;
constexpr size_t kDigestSize = std::tuple_size_v<Digest>;
// Magic, version, index, time, cause, three enums; then the digests begin, at a multiple of 32.
constexpr size_t kHeadSize = 4 + 1 + 3 * 8 + 3;
static_assert(kHeadSize == 32);
constexpr size_t kFixedSize = kHeadSize + kDigests * kDigestSize;
static_assert(kFixedSize + 4 * (1 + kMaxLeafWord) <= kMaxLeafSize);

// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z.
constexpr int64_t kFirstMicrosecond = -62135596800 * 1000000;
constexpr int64_t kLastMicrosecond = 253402300800 * 1000000 - 1;

absl::Status Invalid(absl::string_view sentence) {
  return MakeError(absl::StatusCode::kInvalidArgument, "LEAF_INVALID", sentence);
}

constexpr std::array<bool, 256> MakeWordCharacters() {
  std::array<bool, 256> allowed{};
  for (int c = '0'; c <= '9'; ++c) allowed[c] = true;
  for (int c = 'A'; c <= 'Z'; ++c) allowed[c] = true;
  for (int c = 'a'; c <= 'z'; ++c) allowed[c] = true;
  for (const char c : {'_', '-', '.', ':'}) allowed[static_cast<uint8_t>(c)] = true;
  return allowed;
}
constexpr std::array<bool, 256> kWordCharacters = MakeWordCharacters();

// Ten digits, also grouped 3-3-4, pass for an NHS number. CQC's 1-123456789 does not.
bool LooksLikeNhsNumber(absl::string_view word) {
  if (word.size() != 10 && word.size() != 12) return false;
  size_t digits = 0;
  for (size_t i = 0; i < word.size(); ++i) {
    if (word[i] >= '0' && word[i] <= '9') {
      ++digits;
    } else if (word.size() != 12 || (i != 3 && i != 7)) {
      return false;
    }
  }
  return digits == 10;
}

bool IsWord(absl::string_view word) {
  if (word.size() > kMaxLeafWord) return false;
  for (const char c : word) {
    if (!kWordCharacters[static_cast<uint8_t>(c)]) return false;
  }
  return !LooksLikeNhsNumber(word);
}

int64_t MicrosecondsOf(const v1::LeafView& leaf) {
  return leaf.committed_at().seconds() * 1000000 + leaf.committed_at().nanos() / 1000;
}

void PutBigEndian(std::string& bytes, uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(number >> shift));
}

void PutDigest(std::string& bytes, const std::string& digest) {
  bytes.append(digest.empty() ? std::string(kDigestSize, '\0') : digest);
}

void PutWord(std::string& bytes, const std::string& word) {
  bytes.push_back(static_cast<char>(word.size()));
  bytes.append(word);
}

uint64_t BigEndian(const char* bytes) {
  uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = number << 8 | static_cast<uint8_t>(bytes[i]);
  return number;
}

// Takes a word with its length off the front of `rest`.
bool TakeWord(absl::string_view& rest, absl::string_view& word) {
  if (rest.empty()) return false;
  const size_t size = static_cast<uint8_t>(rest[0]);
  if (rest.size() < 1 + size) return false;
  word = rest.substr(1, size);
  rest.remove_prefix(1 + size);
  return true;
}

void SetDigest(absl::string_view bytes, std::string* digest) {
  static constexpr char kAbsent[kDigestSize] = {};
  if (std::memcmp(bytes.data(), kAbsent, kDigestSize) != 0) digest->assign(bytes.data(), 32);
}

}  // namespace

absl::Status CheckLeaf(const v1::LeafView& leaf) {
  const auto& time = leaf.committed_at();
  if (time.seconds() < kFirstMicrosecond / 1000000 || time.seconds() > kLastMicrosecond / 1000000 ||
      time.nanos() < 0 || time.nanos() > 999999999) {
    return Invalid("time of the leaf is out of range");
  }
  for (const std::string* word : {&leaf.locality(), &leaf.kind(), &leaf.sender(), &leaf.relay()}) {
    if (!IsWord(*word)) return Invalid("a word of the leaf has a form it may not have");
  }
  for (const std::string* digest :
       {&leaf.rulebook_digest(), &leaf.directory_digest(), &leaf.message_commitment(),
        &leaf.subject_commitment(), &leaf.detail_digest()}) {
    if (!digest->empty() && digest->size() != kDigestSize) {
      return Invalid("a digest of the leaf does not have 32 bytes");
    }
  }
  if (!v1::SubjectKind_IsValid(leaf.subject_kind()) || !v1::Question_IsValid(leaf.question()) ||
      !v1::Outcome_IsValid(leaf.outcome())) {
    return Invalid("a code of the leaf is not in the contract");
  }
  return absl::OkStatus();
}

std::string EncodeLeaf(const v1::LeafView& leaf) {
  FOSSE_CHECK(CheckLeaf(leaf).ok());
  std::string bytes;
  bytes.reserve(kFixedSize + 4 + leaf.locality().size() + leaf.kind().size() +
                leaf.sender().size() + leaf.relay().size());
  bytes.append(kMagic.data(), kMagic.size());
  bytes.push_back(kVersion);
  PutBigEndian(bytes, leaf.index());
  PutBigEndian(bytes, static_cast<uint64_t>(MicrosecondsOf(leaf)));
  PutBigEndian(bytes, leaf.cause());
  bytes.push_back(static_cast<char>(leaf.subject_kind()));
  bytes.push_back(static_cast<char>(leaf.question()));
  bytes.push_back(static_cast<char>(leaf.outcome()));
  PutDigest(bytes, leaf.rulebook_digest());
  PutDigest(bytes, leaf.directory_digest());
  PutDigest(bytes, leaf.message_commitment());
  PutDigest(bytes, leaf.subject_commitment());
  PutDigest(bytes, leaf.detail_digest());
  PutWord(bytes, leaf.locality());
  PutWord(bytes, leaf.kind());
  PutWord(bytes, leaf.sender());
  PutWord(bytes, leaf.relay());
  return bytes;
}

absl::StatusOr<LeafParts> ParseLeaf(absl::string_view bytes) {
  if (bytes.size() > kMaxLeafSize) return Invalid("leaf is too large");
  if (bytes.size() < kFixedSize) return Invalid("leaf ends early");
  if (bytes.substr(0, kMagic.size()) != kMagic) return Invalid("bytes are no leaf");
  if (static_cast<uint8_t>(bytes[4]) != kVersion) return Invalid("version of the leaf is unknown");
  LeafParts leaf;
  leaf.index = BigEndian(&bytes[5]);
  leaf.committed_at_us = static_cast<int64_t>(BigEndian(&bytes[13]));
  if (leaf.committed_at_us < kFirstMicrosecond || leaf.committed_at_us > kLastMicrosecond) {
    return Invalid("time of the leaf is out of range");
  }
  leaf.cause = BigEndian(&bytes[21]);
  const int subject_kind = static_cast<uint8_t>(bytes[29]);
  const int question = static_cast<uint8_t>(bytes[30]);
  const int outcome = static_cast<uint8_t>(bytes[31]);
  if (!v1::SubjectKind_IsValid(subject_kind) || !v1::Question_IsValid(question) ||
      !v1::Outcome_IsValid(outcome)) {
    return Invalid("a code of the leaf is not in the contract");
  }
  leaf.subject_kind = static_cast<v1::SubjectKind>(subject_kind);
  leaf.question = static_cast<v1::Question>(question);
  leaf.outcome = static_cast<v1::Outcome>(outcome);
  absl::string_view rest = bytes.substr(kHeadSize);
  for (absl::string_view* digest :
       {&leaf.rulebook_digest, &leaf.directory_digest, &leaf.message_commitment,
        &leaf.subject_commitment, &leaf.detail_digest}) {
    *digest = rest.substr(0, kDigestSize);
    rest.remove_prefix(kDigestSize);
  }
  for (absl::string_view* word : {&leaf.locality, &leaf.kind, &leaf.sender, &leaf.relay}) {
    if (!TakeWord(rest, *word)) return Invalid("leaf ends early");
    if (!IsWord(*word)) return Invalid("a word of the leaf has a form it may not have");
  }
  if (!rest.empty()) return Invalid("bytes follow the leaf");
  return leaf;
}

absl::StatusOr<v1::LeafView> DecodeLeaf(absl::string_view bytes) {
  FOSSE_ASSIGN_OR_RETURN(const LeafParts parts, ParseLeaf(bytes));
  v1::LeafView leaf;
  leaf.set_index(parts.index);
  // Nanoseconds count forwards from the second below, also before 1970.
  int64_t seconds = parts.committed_at_us / 1000000;
  int64_t microseconds = parts.committed_at_us % 1000000;
  if (microseconds < 0) {
    --seconds;
    microseconds += 1000000;
  }
  leaf.mutable_committed_at()->set_seconds(seconds);
  leaf.mutable_committed_at()->set_nanos(static_cast<int32_t>(microseconds * 1000));
  leaf.set_locality(std::string(parts.locality));
  leaf.set_kind(std::string(parts.kind));
  leaf.set_sender(std::string(parts.sender));
  leaf.set_relay(std::string(parts.relay));
  leaf.set_subject_kind(parts.subject_kind);
  leaf.set_question(parts.question);
  leaf.set_outcome(parts.outcome);
  SetDigest(parts.rulebook_digest, leaf.mutable_rulebook_digest());
  SetDigest(parts.directory_digest, leaf.mutable_directory_digest());
  SetDigest(parts.message_commitment, leaf.mutable_message_commitment());
  SetDigest(parts.subject_commitment, leaf.mutable_subject_commitment());
  SetDigest(parts.detail_digest, leaf.mutable_detail_digest());
  leaf.set_cause(parts.cause);
  return leaf;
}

Digest LeafHash(ByteView leaf) {
  std::string prefixed;
  prefixed.reserve(1 + leaf.size());
  prefixed.push_back('\0');
  prefixed.append(leaf.view().data(), leaf.size());
  return Sha256(prefixed);
}

Digest Commitment(ByteView salt, ByteView bytes) {
  FOSSE_CHECK(salt.size() == kSaltSize);
  std::string salted = salt.str();
  salted.append(bytes.view().data(), bytes.size());
  return Sha256(salted);
}

}  // namespace fosse::audit
