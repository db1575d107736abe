#ifndef FOSSE_ADAPTERS_KIT_HTTPS_CLIENT_H_
#define FOSSE_ADAPTERS_KIT_HTTPS_CLIENT_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/kit/config.pb.h"
#include "adapters/kit/https_server.h"

namespace fosse::adapters {

// Calls a system over mutual TLS, one connection a call; blocks, at most for `timeout`. Any HTTP
// status is an answer. UNAVAILABLE, reason SYSTEM_UNREACHABLE, where none came; INVALID_ARGUMENT,
// reason URL_INVALID; FAILED_PRECONDITION, reason ADDRESS_NOT_PUBLIC. Redirects are not followed.
// Thread-safe.
struct HttpsCall {
  std::string method = "POST";
  std::string url;
  std::map<std::string, std::string> headers;
  std::string body;
  size_t answer_bytes = 1u << 20;  // Of the answer's body, at most.
  // Where the address is not the operator's own: no loopback, private or other address that is not
  // of the open internet is called. What the name stands for is looked up once, and is what is
  // called.
  bool public_only = false;
  // Status and headers are the whole answer; its body is not read.
  bool without_body = false;
};
absl::StatusOr<HttpResponse> CallHttps(HttpsCall call, const Credentials& credentials,
                                       absl::Duration timeout);
absl::StatusOr<HttpResponse> PostHttps(absl::string_view url,
                                       const std::map<std::string, std::string>& headers,
                                       std::string body, const Credentials& credentials,
                                       absl::Duration timeout);

// Whether that address can be called at all: the same errors, found without the network.
absl::Status CheckHttpsUrl(absl::string_view url, bool public_only);

}  // namespace fosse::adapters

#endif  // FOSSE_ADAPTERS_KIT_HTTPS_CLIENT_H_
