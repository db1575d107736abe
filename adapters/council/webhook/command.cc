#include "adapters/council/webhook/command.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "adapters/council/webhook/check.h"
#include "adapters/council/webhook/sender.h"
#include "adapters/council/webhook/signature.h"
#include "adapters/kit/adapter.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/random.h"
#include "base/status.h"
#include "nlohmann/json.hpp"

namespace fosse::adapters::council::webhook {
namespace {

constexpr int kUsage = 2;
constexpr int kUnusable = 3;
constexpr int kNotTaken = 5;

// What follows `webhook VERB`: options with their values, switches with none, and one file at most.
struct Given {
  std::map<std::string, std::string> options;
  std::string file;
  bool has(const std::string& name) const { return options.contains(name); }
};

struct Verb {
  const char* name;
  std::vector<std::string> options;
  std::vector<std::string> switches;
  bool file;
  int (*run)(const Given& given);
};

int Told(int code, const absl::Status& status) {
  std::fprintf(stderr, "%s: %s\n", ReasonOf(status).c_str(), std::string(status.message()).c_str());
  return code;
}

int RunVerify(const Given& given) {
  const absl::StatusOr<std::vector<Key>> keys = ReadKeys(given.options.at("--secret-file"));
  if (!keys.ok()) return Told(kUnusable, keys.status());
  std::ifstream file(given.file, std::ios::binary);
  std::ostringstream body;
  body << file.rdbuf();
  if (!file) {
    std::fprintf(stderr, "FILE_UNREADABLE: the body cannot be read; check its path\n");
    return kUnusable;
  }
  const std::string bytes = body.str();
  const Signed call{
      .id = given.options.at("--id"), .timestamp = given.options.at("--timestamp"), .body = bytes};
  int64_t seconds = 0;
  const bool any_time = given.has("--any-time") && absl::SimpleAtoi(call.timestamp, &seconds);
  const absl::Status verified = Verify(call, given.options.at("--signature"), *keys,
                                       any_time ? absl::FromUnixSeconds(seconds) : absl::Now());
  if (!verified.ok()) return Told(kNotTaken, verified);
  std::puts("verified");
  return 0;
}

// The webhook of one recipient, in a config that is right in all of them.
absl::StatusOr<Webhook> HookOf(const AdapterConfig& config, const std::string& recipient) {
  FOSSE_RETURN_IF_ERROR(CheckWebhooks(config));
  for (const Webhook& hook : config.webhooks()) {
    if (hook.participant() == recipient) return hook;
  }
  return MakeError(absl::StatusCode::kNotFound, "WEBHOOK_CONFIG_INVALID",
                   "webhooks has no such participant; give --recipient one that stands there");
}

int RunTest(const Given& given) {
  const absl::StatusOr<AdapterConfig> config = ReadConfig(given.options.at("--config"));
  if (!config.ok()) return Told(kUnusable, config.status());
  const absl::StatusOr<Webhook> hook = HookOf(*config, given.options.at("--recipient"));
  if (!hook.ok()) return Told(kUnusable, hook.status());
  SystemRandom random;
  const std::string id = absl::StrCat("TEST-", Base32Crockford(random.Bytes(16)));
  const nlohmann::ordered_json event = {
      {"id", id},
      {"kind", "test"},
      {"words", "A test event: about nobody, and nothing is to be done."},
      {"committedAt", absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::Now(), absl::UTCTimeZone())}};
  const absl::StatusOr<HttpResponse> response =
      Post(*hook, config->https().credentials(), id, event.dump());
  if (!response.ok()) return Told(kNotTaken, response.status());
  std::printf("%s: http-%d\n", id.c_str(), response->status);
  return response->status >= 200 && response->status < 300 ? 0 : kNotTaken;
}

int RunEnable(const Given& given) {
  const absl::StatusOr<AdapterConfig> config = ReadConfig(given.options.at("--config"));
  if (!config.ok()) return Told(kUnusable, config.status());
  const absl::StatusOr<Webhook> hook = HookOf(*config, given.options.at("--recipient"));
  if (!hook.ok()) return Told(kUnusable, hook.status());
  SystemRandom random;
  const auto outbox = Outbox::Open(config->outbox(), config->outbox_key(), random);
  if (!outbox.ok()) return Told(kUnusable, outbox.status());
  const absl::Status enabled = Enable(**outbox, hook->participant());
  if (!enabled.ok()) return Told(kUnusable, enabled);
  std::puts("enabled; what was refused meanwhile waits to be replayed");
  return 0;
}

// The private half goes into the file, which must be new; what the receiver gets is printed, for
// Ed25519 alone: the secret of an HMAC is the file itself.
int RunKey(const Given& given) {
  SystemRandom random;
  const std::string seed = random.Bytes(kKeySize);
  const bool pair = given.has("--ed25519");
  const std::string line = absl::StrCat(pair ? "whsk_" : "whsec_", Base64(seed), "\n");
  const int file = open(given.file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool written = file >= 0 &&
                       write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
                       fsync(file) == 0;
  if (file >= 0) close(file);
  if (!written) {
    std::fprintf(stderr, "FILE_UNWRITABLE: the file is there already, or cannot be made\n");
    return kUnusable;
  }
  if (pair) {
    std::printf("whpk_%s\n", Base64(SigningKey::FromSeed(seed).public_key()).c_str());
  } else {
    std::puts("made; the receiver gets a copy of the file, over a way that nobody else reads");
  }
  return 0;
}

const std::vector<Verb>& Verbs() {
  static const std::vector<Verb> verbs = {
      {"verify",
       {"--secret-file", "--id", "--timestamp", "--signature"},
       {"--any-time"},
       true,
       RunVerify},
      {"test", {"--config", "--recipient"}, {}, false, RunTest},
      {"enable", {"--config", "--recipient"}, {}, false, RunEnable},
      {"key", {}, {"--ed25519"}, true, RunKey},
  };
  return verbs;
}

bool Contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// False where something is missing, unknown or given twice.
bool ReadGiven(const Verb& verb, int argc, char** argv, Given& given) {
  for (int n = 3; n < argc; ++n) {
    const std::string word = argv[n];
    if (Contains(verb.switches, word)) {
      given.options[word] = "";
    } else if (Contains(verb.options, word) && n + 1 < argc && !given.has(word)) {
      given.options[word] = argv[++n];
    } else if (verb.file && given.file.empty() && word[0] != '-') {
      given.file = word;
    } else {
      return false;
    }
  }
  const bool all = std::all_of(verb.options.begin(), verb.options.end(),
                               [&given](const std::string& name) { return given.has(name); });
  return all && verb.file == !given.file.empty();
}

int Usage(FILE* to, int code) {
  std::fputs(
      "usage: fosse-council webhook verify --secret-file FILE --id ID --timestamp T\n"
      "                                    --signature S [--any-time] BODYFILE\n"
      "       fosse-council webhook test --config FILE --recipient PARTICIPANT\n"
      "       fosse-council webhook enable --config FILE --recipient PARTICIPANT\n"
      "       fosse-council webhook key [--ed25519] FILE\n"
      "Ends with 0; 2 for wrong usage; 3 where a file or the config cannot be used; 5 where it is\n"
      "not verified, or the receiver did not take it.\n",
      to);
  return code;
}

}  // namespace

int WebhookCommand(int argc, char** argv) {
  if (argc == 3 && std::strcmp(argv[2], "--help") == 0) return Usage(stdout, 0);
  for (const Verb& verb : Verbs()) {
    Given given;
    if (argc < 3 || std::strcmp(argv[2], verb.name) != 0) continue;
    return ReadGiven(verb, argc, argv, given) ? verb.run(given) : Usage(stderr, kUsage);
  }
  return Usage(stderr, kUsage);
}

}  // namespace fosse::adapters::council::webhook
