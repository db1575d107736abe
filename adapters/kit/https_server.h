#ifndef FOSSE_ADAPTERS_KIT_HTTPS_SERVER_H_
#define FOSSE_ADAPTERS_KIT_HTTPS_SERVER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/kit/config.pb.h"

namespace fosse::adapters {

struct HttpRequest {
  std::string method;                          // Upper case.
  std::string path;                            // Without the query.
  std::string query;                           // Behind the "?".
  std::map<std::string, std::string> headers;  // Names in lower case.
  std::string body;
  std::string client;  // Name in the client's certificate: fosse:participant:….
};

// Whether the body is `media_type` as it stands: parameters such as a charset do not count, a coded
// body (Content-Encoding: gzip) does not serve.
bool HasMediaType(const HttpRequest& request, absl::string_view media_type);

struct HttpResponse {
  int status = 200;
  std::map<std::string, std::string> headers;
  std::string body;
};

struct HttpLimits {
  size_t body_bytes = 1u << 20;
  size_t header_bytes = 8u << 10;
  size_t connections = 1024;
  absl::Duration handshake = absl::Seconds(10);
  absl::Duration idle = absl::Minutes(5);
  absl::Duration request = absl::Seconds(30);  // From the first byte of a request to its last.
};

// HTTP/1.1 over mutual TLS on Boost.Beast. All connections share two threads, so idle ones cost
// nothing and delay nobody. A body over the limit is answered 413, headers over it 431, a request
// that is no HTTP 400; one that takes too long is cut. Its end closes every connection.
class HttpsServer {
 public:
  // `handle` is called from the server's threads and must not block; `respond` may be called from
  // any thread, once; after the server it is a call without effect.
  using Respond = std::function<void(HttpResponse)>;
  using Handle = std::function<void(HttpRequest, Respond)>;

  // UNAVAILABLE, reason ADDRESS_UNUSABLE; FAILED_PRECONDITION, reason CREDENTIALS_UNREADABLE.
  // `refuse` words the answer to what never reaches `handle`: 400, 408, 413, 431.
  static absl::StatusOr<std::unique_ptr<HttpsServer>> Listen(
      const Door& door, HttpLimits limits, Handle handle,
      std::function<HttpResponse(int status)> refuse);
  ~HttpsServer();

  int port() const;

 private:
  struct Impl;
  explicit HttpsServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
  std::vector<std::thread> threads_;
};

}  // namespace fosse::adapters

#endif  // FOSSE_ADAPTERS_KIT_HTTPS_SERVER_H_
