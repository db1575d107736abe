#ifndef FOSSE_GATEWAY_CERTIFICATE_FILES_H_
#define FOSSE_GATEWAY_CERTIFICATE_FILES_H_

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "grpcpp/security/server_credentials.h"

namespace fosse::gateway {

// The gateway's own certificate and key, and the authority whose client certificates it takes:
// files that may be replaced while it runs (CTL-51).
//
// The library re-reads files but checks nothing, and an operator cannot replace two files at once.
// So what is read is checked first: certificate and key must belong together and the authority must
// be one. Only then is a copy put, in one rename, where the library looks. Half of a replacement
// changes nothing. Thread-safe.
class CertificateFiles {
 public:
  struct Paths {
    std::string certificate;  // PEM, leaf first.
    std::string key;          // PEM.
    std::string authority;    // PEM.
    std::string copies;       // Folder for the checked copies; made if missing, mode 0700.
  };

  // FAILED_PRECONDITION: TLS_UNREADABLE, a file cannot be read; TLS_PAIR_INVALID, certificate and
  // key are not a pair; TLS_AUTHORITY_INVALID; TLS_EXPIRED, the certificate is not valid `now`.
  static absl::StatusOr<std::unique_ptr<CertificateFiles>> Open(Paths paths, absl::Time now);

  // Looks at the files again. On an error, the same as of Open(), what was there stays in use.
  absl::Status Refresh(absl::Time now);

  // Mutual TLS only, and whatever Refresh() finds from then on, a few seconds later.
  std::shared_ptr<grpc::ServerCredentials> Credentials() const;

  // When the certificate in use ends.
  absl::Time expires() const;

 private:
  explicit CertificateFiles(Paths paths) : paths_(std::move(paths)) {}

  const Paths paths_;
  mutable absl::Mutex mutex_;
  std::string pair_ ABSL_GUARDED_BY(mutex_);
  std::string authority_ ABSL_GUARDED_BY(mutex_);
  absl::Time expires_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace fosse::gateway

#endif  // FOSSE_GATEWAY_CERTIFICATE_FILES_H_
