#include "audit/keys.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "audit/checkpoint.h"
#include "audit/line_scanner.h"
#include "base/encoding.h"
#include "base/status.h"

namespace fosse::audit {
namespace {

constexpr size_t kMaxFileSize = 4096;
constexpr char kWrapVersion = 1;

absl::Status Missing(absl::string_view sentence) {
  return MakeError(absl::StatusCode::kFailedPrecondition, "KEYS_MISSING", sentence);
}

absl::Status Invalid(absl::string_view sentence) {
  return MakeError(absl::StatusCode::kInvalidArgument, "KEYS_INVALID", sentence);
}

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }
  bool ok() const { return fd_ >= 0; }

 private:
  int fd_;
};

// A secret that is wiped when it goes.
struct Secret {
  ~Secret() { Wipe(bytes.data(), bytes.size()); }
  std::string bytes;
};

struct Secrets {
  Secret master;
  Secret index;
  Secret signing;
};

bool WriteAll(int fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

// Makes the file whole or not at all. A file that somebody made in the meantime is left alone.
absl::Status CreateFile(const std::string& directory, const std::string& path, Random& random) {
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return Missing("directory of the keys cannot be made");
  }
  Secret text;
  {
    const Secrets fresh{
        {random.Bytes(kKeySize)}, {random.Bytes(kKeySize)}, {random.Bytes(kKeySize)}};
    text.bytes = absl::StrCat("{\"version\":1,\"master\":\"", Base64(fresh.master.bytes),
                              "\",\"index\":\"", Base64(fresh.index.bytes), "\",\"signing\":\"",
                              Base64(fresh.signing.bytes), "\"}\n");
  }
  const std::string fresh_path = absl::StrCat(path, ".", Hex(random.Bytes(8)));
  const File file(open(fresh_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.ok()) return Missing("file of the keys cannot be made");
  const bool written = WriteAll(file.fd(), text.bytes) && fsync(file.fd()) == 0;
  const bool linked = written && (link(fresh_path.c_str(), path.c_str()) == 0 || errno == EEXIST);
  unlink(fresh_path.c_str());
  const File parent(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!linked || !parent.ok() || fsync(parent.fd()) != 0) {
    return Missing("file of the keys cannot be written");
  }
  return absl::OkStatus();
}

absl::Status ReadFile(const File& file, Secret& text) {
  struct stat status;
  if (fstat(file.fd(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return Missing("keys are not in a regular file");
  }
  // Checked on the open file, so that it cannot be exchanged in between.
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "KEYS_UNSAFE",
                     "others than the owner may use the file of the keys; set its mode to 0600");
  }
  text.bytes.resize(kMaxFileSize + 1);
  size_t size = 0;
  while (size < text.bytes.size()) {
    const ssize_t part = read(file.fd(), &text.bytes[size], text.bytes.size() - size);
    if (part < 0 && errno == EINTR) continue;
    if (part < 0) return Missing("file of the keys cannot be read");
    if (part == 0) break;
    size += static_cast<size_t>(part);
  }
  text.bytes.resize(size);
  return absl::OkStatus();
}

bool ReadSecret(LineScanner& scan, absl::string_view name, Secret& secret) {
  absl::string_view text;
  return scan.Skip(absl::StrCat(",\"", name, "\":\"")) && scan.Until('"', &text) &&
         ReadBase64(text, &secret.bytes) && secret.bytes.size() == kKeySize;
}

absl::Status ReadSecrets(absl::string_view text, Secrets& secrets) {
  Secret dense;  // Whoever edits the file by hand may break lines and indent.
  for (const char c : text) {
    if (!absl::ascii_isspace(static_cast<unsigned char>(c))) dense.bytes.push_back(c);
  }
  LineScanner scan(dense.bytes);
  if (text.size() > kMaxFileSize || !scan.Skip("{\"version\":1") ||
      !ReadSecret(scan, "master", secrets.master) || !ReadSecret(scan, "index", secrets.index) ||
      !ReadSecret(scan, "signing", secrets.signing) || !scan.Skip("}") || !scan.AtEnd()) {
    return Invalid("file of the keys does not have version, master, index and signing");
  }
  return absl::OkStatus();
}

// Bound to a wrapped key, so that it opens for its subject alone.
std::string WrapContext(absl::string_view subject) {
  return absl::StrCat("fosse/1\nkey\n", subject);
}

}  // namespace

absl::StatusOr<KeyRing> KeyRing::Load(absl::string_view directory, absl::string_view origin,
                                      bool create, Random& random) {
  if (!IsOrigin(origin)) return Invalid("origin of the trail has a form it may not have");
  const std::string path = absl::StrCat(directory, "/keys.json");
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT && create) {
    FOSSE_RETURN_IF_ERROR(CreateFile(std::string(directory), path, random));
    fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  }
  const File file(fd);
  if (!file.ok()) return Missing("file of the keys cannot be opened");
  Secret text;
  FOSSE_RETURN_IF_ERROR(ReadFile(file, text));
  Secrets secrets;
  FOSSE_RETURN_IF_ERROR(ReadSecrets(text.bytes, secrets));
  return KeyRing(std::string(origin), secrets.master.bytes, secrets.index.bytes,
                 SigningKey::FromSeed(secrets.signing.bytes));
}

KeyRing KeyRing::ForTests(absl::string_view origin) {
  FOSSE_CHECK(IsOrigin(origin));
  return KeyRing(std::string(origin), std::string(kKeySize, 'm'), std::string(kKeySize, 'i'),
                 SigningKey::FromSeed(std::string(kKeySize, 's')));
}

KeyRing::DataKey KeyRing::NewDataKey(absl::string_view subject, Random& random) const {
  DataKey made;
  made.key = random.Bytes(kKeySize);
  made.wrapped = std::string(1, kWrapVersion) +
                 Seal(master_, random.Bytes(kNonceSize), WrapContext(subject), made.key);
  return made;
}

absl::StatusOr<std::string> KeyRing::Unwrap(absl::string_view subject,
                                            absl::string_view wrapped) const {
  if (!wrapped.empty() && wrapped[0] == kWrapVersion) {
    absl::StatusOr<std::string> key = Open(master_, WrapContext(subject), wrapped.substr(1));
    if (key.ok() && key->size() == kKeySize) return key;
  }
  return MakeError(absl::StatusCode::kDataLoss, "KEY_DAMAGED",
                   "wrapped data key does not open for its subject");
}

Digest KeyRing::Index(absl::string_view purpose, absl::string_view value) const {
  // The zero byte parts the two: no purpose has one.
  std::string input(purpose);
  input.push_back('\0');
  input.append(value.data(), value.size());
  return HmacSha256(index_, input);
}

}  // namespace fosse::audit
