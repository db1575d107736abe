#include "adapters/council/webhook/check.h"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "adapters/council/webhook/signature.h"
#include "adapters/kit/https_client.h"
#include "base/status.h"

namespace fosse::adapters::council::webhook {
namespace {

constexpr uint32_t kLongestTimeoutMs = 15'000;

// What is wrong with one field; empty: nothing.
std::string FaultOfUrl(const Webhook& hook) {
  const absl::Status url = CheckHttpsUrl(hook.url(), !hook.private_addresses());
  if (ReasonOf(url) == "ADDRESS_NOT_PUBLIC") {
    return "names a loopback or private address; set private_addresses where it is meant";
  }
  return url.ok() ? "" : "give https://host:port/path, without user or fragment";
}

std::string FaultOfKeys(const Webhook& hook) {
  const absl::StatusOr<std::vector<Key>> keys = ReadKeys(hook.key_file());
  if (!keys.ok()) return std::string(keys.status().message());
  if (std::any_of(keys->begin(), keys->end(),
                  [](const Key& key) { return key.kind == Key::Kind::kPublic; })) {
    return "a public key (whpk_) signs nothing; put its whsk_ there";
  }
  struct stat file = {};
  if (stat(hook.key_file().c_str(), &file) != 0 || (file.st_mode & 077) != 0) {
    return "others may read this file; chmod 600 it";
  }
  return "";
}

std::string FaultOfAuthority(const Webhook& hook) {
  if (hook.authority().empty() || std::ifstream(hook.authority()).good()) return "";
  return "cannot be read; name a PEM file";
}

struct Check {
  absl::string_view field;
  std::string (*fault)(const Webhook& hook);
};
constexpr Check kChecks[] = {
    {"url", FaultOfUrl},
    {"key_file", FaultOfKeys},
    {"content",
     [](const Webhook& hook) -> std::string {
       return hook.content() == "item" || hook.content() == "reference"
                  ? ""
                  : "say what is sent: item, or reference";
     }},
    {"timeout_ms",
     [](const Webhook& hook) -> std::string {
       return hook.timeout_ms() <= kLongestTimeoutMs ? "" : "give 15,000 at most";
     }},
    {"authority", FaultOfAuthority},
};

absl::Status Fault(int index, absl::string_view field, absl::string_view fault) {
  return MakeError(absl::StatusCode::kInvalidArgument, "WEBHOOK_CONFIG_INVALID",
                   absl::StrCat("webhooks[", index, "].", field, ": ", fault));
}

}  // namespace

absl::Status CheckWebhooks(const AdapterConfig& config) {
  std::set<std::string> seen;
  for (int n = 0; n < config.webhooks_size(); ++n) {
    const Webhook& hook = config.webhooks(n);
    if (std::count(config.recipients().begin(), config.recipients().end(), hook.participant()) ==
        0) {
      return Fault(n, "participant", "name one of recipients");
    }
    if (!seen.insert(hook.participant()).second) {
      return Fault(n, "participant", "has a webhook already; give each organisation one");
    }
    for (const Check& check : kChecks) {
      if (const std::string fault = check.fault(hook); !fault.empty()) {
        return Fault(n, check.field, fault);
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace fosse::adapters::council::webhook
