#include "adapters/mesh/client.h"

#include <fstream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "adapters/mesh/chunks.h"
#include "base/encoding.h"
#include "base/status.h"
#include "nlohmann/json.hpp"

namespace fosse::adapters::mesh {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(30);
constexpr size_t kChunkBytes = 5u << 20;  // Before compression.
constexpr size_t kMostBytes = 20u << 20;  // Of a whole message, uncompressed.
constexpr size_t kMostInbox = 100;
constexpr char kMediaType[] = "application/vnd.mesh.v2+json";
constexpr char kBytes[] = "application/octet-stream";

using Json = nlohmann::json;

absl::Status AnswerInvalid() {
  return MakeError(absl::StatusCode::kInvalidArgument, "MESH_ANSWER_INVALID",
                   "the answer of MESH has not the form that its interface states");
}

absl::Status Refused(int status) {
  return MakeError(absl::StatusCode::kFailedPrecondition, "MESH_REFUSED",
                   "MESH does not take the call; check mailbox, password, key and workflow",
                   {{"httpStatus", status}});
}

absl::Status Unreachable() {
  return MakeError(absl::StatusCode::kUnavailable, "MESH_UNREACHABLE",
                   "MESH did not answer, or asks to wait");
}

bool MayPass(int status) { return status == 408 || status == 429 || status >= 500; }

absl::StatusOr<std::string> SecretOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  std::string secret = text.str();
  absl::StripTrailingAsciiWhitespace(&secret);
  if (file && !secret.empty()) return secret;
  return MakeError(absl::StatusCode::kFailedPrecondition, "CREDENTIALS_UNREADABLE",
                   "a secret's file cannot be read or is empty; check its path in the config");
}

// A path segment: ids come from outside, and are nothing but letters, digits and a few marks.
bool IsId(absl::string_view id) {
  if (id.empty() || id.size() > 128) return false;
  for (const char c : id) {
    if (!absl::ascii_isalnum(c) && c != '-' && c != '_' && c != '.') return false;
  }
  return id.find("..") == absl::string_view::npos;
}

std::string TextOf(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string HeaderOf(const HttpResponse& response, const char* name) {
  const auto found = response.headers.find(name);
  return found == response.headers.end() ? "" : found->second;
}

absl::StatusOr<Json> ObjectOf(const HttpResponse& response) {
  Json json = Json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return AnswerInvalid();
  return json;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Client>> Client::Create(const MeshMailbox& config, Random& random) {
  MailboxSecrets secrets;
  secrets.mailbox = config.mailbox();
  FOSSE_ASSIGN_OR_RETURN(secrets.password, SecretOf(config.password_file()));
  FOSSE_ASSIGN_OR_RETURN(secrets.shared_key, SecretOf(config.shared_key_file()));
  return std::unique_ptr<Client>(new Client(config, std::move(secrets), random));
}

Client::Client(const MeshMailbox& config, MailboxSecrets secrets, Random& random)
    : config_(config), secrets_(std::move(secrets)), random_(random) {}

absl::StatusOr<HttpResponse> Client::Call(const std::string& method, const std::string& path,
                                          std::map<std::string, std::string> headers,
                                          std::string body) {
  headers["Authorization"] =
      AuthorizationOf(secrets_, Hex(random_.Bytes(16)), /*count=*/0, absl::Now());
  headers["Accept"] = kMediaType;
  const absl::StatusOr<HttpResponse> response =
      CallHttps({.method = method,
                 .url = absl::StrCat(config_.url(), "/messageexchange/", config_.mailbox(), path),
                 .headers = std::move(headers),
                 .body = std::move(body),
                 .answer_bytes = kMostBytes},
                config_.credentials(), kTimeout);
  if (!response.ok()) {
    return ReasonOf(response.status()) == "SYSTEM_UNREACHABLE" ? Unreachable() : response.status();
  }
  if (MayPass(response->status)) return Unreachable();
  return *response;
}

absl::Status Client::Handshake() {
  FOSSE_ASSIGN_OR_RETURN(const HttpResponse response, Call("POST", "",
                                                           {{"mex-ClientVersion", "fosse"},
                                                            {"mex-OSName", "Linux"},
                                                            {"mex-OSArchitecture", "x86_64"},
                                                            {"mex-OSVersion", "12"}}));
  return response.status == 200 ? absl::OkStatus() : Refused(response.status);
}

absl::StatusOr<std::string> Client::Send(const Outgoing& message) {
  const std::vector<absl::string_view> chunks = Split(message.content, kChunkBytes);
  if (chunks.size() > kMostChunks) return Refused(413);
  std::map<std::string, std::string> headers = {
      {"Content-Type", kBytes},
      {"Content-Encoding", "gzip"},
      {"mex-From", config_.mailbox()},
      {"mex-To", message.to},
      {"mex-WorkflowID", message.workflow},
      {"mex-LocalID", message.local_id},
      {"mex-FileName", absl::StrCat(message.local_id, ".xml")},
      {"mex-MessageType", "DATA"},
      {"mex-Content-Compressed", "Y"},
      {"mex-Chunk-Range", absl::StrCat("1:", chunks.size())}};
  FOSSE_ASSIGN_OR_RETURN(const HttpResponse first,
                         Call("POST", "/outbox", headers, Gzip(chunks[0])));
  if (first.status != 200 && first.status != 202) return Refused(first.status);
  FOSSE_ASSIGN_OR_RETURN(const Json answer, ObjectOf(first));
  std::string id = TextOf(answer, "message_id");
  if (id.empty()) id = TextOf(answer, "messageID");  // As version 1 answers.
  if (!IsId(id)) return AnswerInvalid();
  for (size_t n = 1; n < chunks.size(); ++n) {
    FOSSE_ASSIGN_OR_RETURN(const HttpResponse next,
                           Call("POST", absl::StrCat("/outbox/", id, "/", n + 1),
                                {{"Content-Type", kBytes},
                                 {"Content-Encoding", "gzip"},
                                 {"mex-Chunk-Range", absl::StrCat(n + 1, ":", chunks.size())}},
                                Gzip(chunks[n])));
    if (next.status != 200 && next.status != 202) return Refused(next.status);
  }
  return id;
}

absl::StatusOr<std::vector<std::string>> Client::Inbox() {
  FOSSE_ASSIGN_OR_RETURN(const HttpResponse response,
                         Call("GET", absl::StrCat("/inbox?max_results=", kMostInbox)));
  if (response.status != 200) return Refused(response.status);
  FOSSE_ASSIGN_OR_RETURN(const Json json, ObjectOf(response));
  const auto messages = json.find("messages");
  if (messages == json.end() || !messages->is_array()) return AnswerInvalid();
  std::vector<std::string> ids;
  for (const Json& id : *messages) {
    if (!id.is_string() || !IsId(id.get<std::string>())) return AnswerInvalid();
    if (ids.size() < kMostInbox) ids.push_back(id.get<std::string>());
  }
  return ids;
}

absl::StatusOr<Incoming> Client::Download(const std::string& message_id) {
  Incoming message{.message_id = message_id};
  int whole = 1;
  for (int n = 1; n <= whole; ++n) {
    const std::string path =
        absl::StrCat("/inbox/", message_id, n == 1 ? "" : absl::StrCat("/", n));
    FOSSE_ASSIGN_OR_RETURN(HttpResponse response, Call("GET", path, {{"Accept-Encoding", "gzip"}}));
    if (response.status != 200 && response.status != 206) return Refused(response.status);
    const std::string range = HeaderOf(response, "mex-chunk-range");
    if (!range.empty()) {
      FOSSE_ASSIGN_OR_RETURN(const auto part, ChunkRange(range));
      if (part.first != n || (n > 1 && part.second != whole)) return AnswerInvalid();
      whole = part.second;
    }
    // 206 says that more is to come, 200 that this was the last.
    if ((response.status == 206) != (n < whole)) return AnswerInvalid();
    if (n == 1) {
      message.from = HeaderOf(response, "mex-from");
      message.workflow = HeaderOf(response, "mex-workflowid");
      message.report = absl::AsciiStrToUpper(HeaderOf(response, "mex-messagetype")) == "REPORT";
      message.linked_id = HeaderOf(response, "mex-linkedmsgid");
      message.local_id = HeaderOf(response, "mex-localid");
      message.error_code = HeaderOf(response, "mex-statuscode");
    }
    if (HeaderOf(response, "content-encoding") == "gzip") {
      FOSSE_ASSIGN_OR_RETURN(response.body,
                             Gunzip(response.body, kMostBytes - message.content.size()));
    }
    message.content += response.body;
    if (message.content.size() > kMostBytes) return AnswerInvalid();
  }
  return message;
}

absl::Status Client::Acknowledge(const std::string& message_id) {
  FOSSE_ASSIGN_OR_RETURN(const HttpResponse response,
                         Call("PUT", absl::StrCat("/inbox/", message_id, "/status/acknowledged")));
  return response.status == 200 ? absl::OkStatus() : Refused(response.status);
}

absl::StatusOr<Tracked> Client::Track(const std::string& local_id) {
  if (!IsId(local_id)) return AnswerInvalid();
  FOSSE_ASSIGN_OR_RETURN(const HttpResponse response,
                         Call("GET", absl::StrCat("/outbox/tracking?localID=", local_id)));
  if (response.status == 404) {
    return MakeError(absl::StatusCode::kNotFound, "MESH_MESSAGE_UNKNOWN",
                     "MESH knows no message of that local id");
  }
  if (response.status != 200) return Refused(response.status);
  FOSSE_ASSIGN_OR_RETURN(const Json json, ObjectOf(response));
  Tracked tracked{.message_id = TextOf(json, "message_id"),
                  .status = absl::AsciiStrToLower(TextOf(json, "status"))};
  if (!IsId(tracked.message_id) || tracked.status.empty()) return AnswerInvalid();
  return tracked;
}

}  // namespace fosse::adapters::mesh
