#ifndef FOSSE_TESTS_ADAPTERS_COMMUNITY_CERTIFICATE_FILES_H_
#define FOSSE_TESTS_ADAPTERS_COMMUNITY_CERTIFICATE_FILES_H_

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "adapters/kit/config.pb.h"
#include "tests/support/test_certificates.h"

namespace fosse::adapters::community {

// Certificate files, gone with the test.
class CertificateFiles {
 public:
  CertificateFiles() {
    std::string pattern = (std::filesystem::temp_directory_path() / "fosse-mllp-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
    Write("ca.pem", authority_.certificate());
    Write("stranger-ca.pem", strangers_.certificate());
  }
  ~CertificateFiles() { std::filesystem::remove_all(path_); }

  Credentials Of(const std::string& participant, bool of_stranger = false) {
    const TestPair pair =
        (of_stranger ? strangers_ : authority_)
            .Issue({"URI:fosse:participant:" + participant, "DNS:localhost", "IP:127.0.0.1"});
    Credentials credentials;
    credentials.set_certificate(Write(participant + ".pem", pair.certificate));
    credentials.set_key(Write(participant + ".key", pair.key));
    credentials.set_authority(path_ + "/ca.pem");
    return credentials;
  }

 private:
  std::string Write(const std::string& name, const std::string& bytes) {
    std::ofstream(path_ + "/" + name, std::ios::binary) << bytes;
    return path_ + "/" + name;
  }
  std::string path_;
  TestAuthority authority_;
  TestAuthority strangers_;
};

}  // namespace fosse::adapters::community

#endif  // FOSSE_TESTS_ADAPTERS_COMMUNITY_CERTIFICATE_FILES_H_
