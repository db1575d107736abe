#include "tests/adapters/mesh/mesh_world.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "adapters/mesh/chunks.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace fosse::adapters::mesh {
namespace {

constexpr char kMailbox[] = "X26FOSSE";
constexpr char kPassword[] = "password";
constexpr char kSharedKey[] = "TestKey";
constexpr char kHere[] = "/messageexchange/X26FOSSE";

std::string TextOf(const std::map<std::string, std::string>& headers, const std::string& name) {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

}  // namespace

FakeMesh::FakeMesh(Certificates& certificates) {
  Door door;
  door.set_listen("127.0.0.1:0");
  *door.mutable_credentials() = certificates.Server();
  auto server = HttpsServer::Listen(
      door, {.body_bytes = 8u << 20},
      [this](const HttpRequest& request, const HttpsServer::Respond& respond) {
        respond(Answer(request));
      },
      [](int status) { return HttpResponse{.status = status, .headers = {}, .body = ""}; });
  EXPECT_TRUE(server.ok());
  server_ = *std::move(server);
}

MeshMailbox FakeMesh::Config(Certificates& certificates) const {
  certificates.folder().Write("mesh-password", absl::StrCat(kPassword, "\n"));
  certificates.folder().Write("mesh-key", kSharedKey);
  MeshMailbox config;
  config.set_url(absl::StrCat("https://127.0.0.1:", server_->port()));
  config.set_mailbox(kMailbox);
  config.set_password_file(certificates.folder().path("mesh-password"));
  config.set_shared_key_file(certificates.folder().path("mesh-key"));
  *config.mutable_credentials() = certificates.Participant("RELAY");
  return config;
}

void FakeMesh::PutIn(const std::string& id, std::vector<Part> parts) {
  const std::lock_guard lock(mutex_);
  inbox_[id] = std::move(parts);
}

void FakeMesh::PutIn(const std::string& id, const std::string& from, const std::string& workflow,
                     const std::string& content) {
  PutIn(id, {{content, {{"mex-from", from}, {"mex-workflowid", workflow}}}});
}

std::vector<std::string> FakeMesh::inbox() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> ids;
  for (const auto& [id, parts] : inbox_) ids.push_back(id);
  return ids;
}

std::vector<FakeMesh::Sent> FakeMesh::sent() const {
  const std::lock_guard lock(mutex_);
  return sent_;
}

void FakeMesh::SetStatus(const std::string& local_id, const std::string& status) {
  const std::lock_guard lock(mutex_);
  for (Sent& sent : sent_) {
    if (TextOf(sent.headers, "mex-localid") == local_id) sent.status = status;
  }
}

void FakeMesh::FailNext(const std::string& method, int times) {
  const std::lock_guard lock(mutex_);
  failing_[method] = times;
}

// Written from the rule, not with AuthorizationOf().
bool FakeMesh::Knows(const HttpRequest& request) {
  const std::string header = TextOf(request.headers, "authorization");
  if (!absl::StartsWith(header, "NHSMESH ")) return false;
  const std::vector<std::string> parts = absl::StrSplit(header.substr(8), ':');
  if (parts.size() != 5 || parts[0] != kMailbox) return false;
  const std::string nonce = parts[1] + ":" + parts[2];
  if (std::find(nonces_.begin(), nonces_.end(), nonce) != nonces_.end()) return false;
  nonces_.push_back(nonce);
  const std::string signed_text = absl::StrCat(kMailbox, ":", nonce, ":", kPassword, ":", parts[3]);
  return Hex(HmacSha256(absl::string_view(kSharedKey), signed_text)) == parts[4];
}

HttpResponse FakeMesh::Answer(const HttpRequest& request) {
  const std::lock_guard lock(mutex_);
  if (failing_[request.method] > 0) {
    --failing_[request.method];
    return {.status = 503, .headers = {}, .body = ""};
  }
  if (!Knows(request) || !absl::StartsWith(request.path, kHere)) {
    return {.status = 403, .headers = {}, .body = ""};
  }
  const std::string path = request.path.substr(sizeof(kHere) - 1);
  if (path.empty()) return {.status = 200, .headers = {}, .body = "{}"};
  if (absl::StartsWith(path, "/outbox/tracking")) {
    for (size_t n = 0; n < sent_.size(); ++n) {
      if (request.query == "localID=" + TextOf(sent_[n].headers, "mex-localid")) {
        return {.status = 200,
                .headers = {},
                .body = nlohmann::json{{"message_id", absl::StrCat("M", n)},
                                       {"status", sent_[n].status}}
                            .dump()};
      }
    }
    return {.status = 404, .headers = {}, .body = "{}"};
  }
  if (absl::StartsWith(path, "/outbox")) return Keep(request, path);
  if (path == "/inbox") {
    nlohmann::json ids = nlohmann::json::array();
    for (const auto& [id, parts] : inbox_) ids.push_back(id);
    return {.status = 200, .headers = {}, .body = nlohmann::json{{"messages", ids}}.dump()};
  }
  if (request.method == "PUT") {
    const std::vector<std::string> steps = absl::StrSplit(path, '/');
    inbox_.erase(steps[2]);
    return {.status = 200, .headers = {}, .body = ""};
  }
  return Give(path);
}

HttpResponse FakeMesh::Keep(const HttpRequest& request, const std::string& path) {
  const absl::StatusOr<std::string> plain = Gunzip(request.body, 64u << 20);
  if (!plain.ok()) return {.status = 417, .headers = {}, .body = ""};
  if (path == "/outbox") {
    sent_.push_back({request.headers, *plain});
  } else {
    sent_.back().content += *plain;
  }
  return {.status = 202,
          .headers = {},
          .body = nlohmann::json{{"message_id", absl::StrCat("M", sent_.size() - 1)}}.dump()};
}

HttpResponse FakeMesh::Give(const std::string& path) {
  const std::vector<std::string> steps = absl::StrSplit(path, '/');
  const auto found = inbox_.find(steps[2]);
  size_t n = 1;
  if (found == inbox_.end() || (steps.size() > 3 && !absl::SimpleAtoi(steps[3], &n))) {
    return {.status = 404, .headers = {}, .body = ""};
  }
  const std::vector<Part>& parts = found->second;
  HttpResponse response{.status = n < parts.size() ? 206 : 200,
                        .headers = parts[n - 1].headers,
                        .body = parts[n - 1].bytes};
  response.headers["mex-chunk-range"] = absl::StrCat(n, ":", parts.size());
  return response;
}

}  // namespace fosse::adapters::mesh
