#ifndef FOSSE_TESTS_ADAPTERS_MESH_MESH_WORLD_H_
#define FOSSE_TESTS_ADAPTERS_MESH_MESH_WORLD_H_

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/kit/https_server.h"
#include "adapters/mesh/client.h"
#include "tests/adapters/kit/kit_world.h"

namespace fosse::adapters::mesh {

// MESH in this process, as far as one mailbox sees it: checks who calls, keeps what was sent, hands
// out what a test puts into the inbox.
class FakeMesh {
 public:
  struct Part {
    std::string bytes;
    std::map<std::string, std::string> headers;  // Besides mex-chunk-range.
  };
  struct Sent {
    std::map<std::string, std::string> headers;
    std::string content;  // Uncompressed.
    std::string status = "accepted";
  };

  explicit FakeMesh(Certificates& certificates);

  MeshMailbox Config(Certificates& certificates) const;
  void PutIn(const std::string& id, std::vector<Part> parts);
  // A message with headers from a mailbox.
  void PutIn(const std::string& id, const std::string& from, const std::string& workflow,
             const std::string& content);
  std::vector<std::string> inbox() const;
  std::vector<Sent> sent() const;
  void SetStatus(const std::string& local_id, const std::string& status);
  // Fails so many calls of that method from now on, with 503.
  void FailNext(const std::string& method, int times);

 private:
  HttpResponse Answer(const HttpRequest& request);
  HttpResponse Keep(const HttpRequest& request, const std::string& path);
  HttpResponse Give(const std::string& path);
  bool Knows(const HttpRequest& request);

  mutable std::mutex mutex_;
  std::map<std::string, int> failing_;
  std::vector<std::string> nonces_;
  std::vector<Sent> sent_;
  std::map<std::string, std::vector<Part>> inbox_;
  std::unique_ptr<HttpsServer> server_;
};

}  // namespace fosse::adapters::mesh

#endif  // FOSSE_TESTS_ADAPTERS_MESH_MESH_WORLD_H_
