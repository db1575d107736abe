#include "gateway/certificate_files.h"

#include <sys/stat.h>

#include <string>

#include "gtest/gtest.h"
#include "tests/gateway/test_gateway.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::gateway {
namespace {

class CertificateFilesTest : public ::testing::Test {
 protected:
  CertificateFilesTest() : pair_(authority_.LocalServer()) { Put(pair_); }

  void Put(const TestPair& pair) {
    folder_.Write("server.pem", pair.certificate);
    folder_.Write("server.key", pair.key);
    folder_.Write("ca.pem", authority_.certificate());
  }
  absl::StatusOr<std::unique_ptr<CertificateFiles>> Open() {
    return CertificateFiles::Open({.certificate = folder_.path("server.pem"),
                                   .key = folder_.path("server.key"),
                                   .authority = folder_.path("ca.pem"),
                                   .copies = folder_.path("tls")},
                                  absl::Now());
  }

  TestFolder folder_;
  TestAuthority authority_;
  TestPair pair_;
};

TEST_F(CertificateFilesTest, OnlyTheOwnerMayReadTheCopy) {
  ASSERT_OK_AND_ASSIGN(const auto files, Open());
  struct stat mode {};
  ASSERT_EQ(stat(folder_.path("tls/pair.pem").c_str(), &mode), 0);
  EXPECT_EQ(mode.st_mode & 0777, 0600u);
  ASSERT_EQ(stat(folder_.path("tls").c_str(), &mode), 0);
  EXPECT_EQ(mode.st_mode & 0777, 0700u);
}

TEST_F(CertificateFilesTest, KnowsWhenTheCertificateEnds) {
  Shows({"ctl-51"});
  ASSERT_OK_AND_ASSIGN(const auto files, Open());
  EXPECT_GT(files->expires(), absl::Now() + absl::Minutes(50));
  EXPECT_LT(files->expires(), absl::Now() + absl::Minutes(70));
}

TEST_F(CertificateFilesTest, HalfOfAReplacementChangesNothing) {
  Shows({"ctl-51"});
  ASSERT_OK_AND_ASSIGN(const auto files, Open());
  const std::string before = folder_.Read("tls/pair.pem");
  const TestPair next = authority_.LocalServer();

  folder_.Write("server.pem", next.certificate);
  EXPECT_THAT(files->Refresh(absl::Now()), FailsWith("TLS_PAIR_INVALID"));
  EXPECT_EQ(folder_.Read("tls/pair.pem"), before);

  folder_.Write("server.key", next.key);
  EXPECT_THAT(files->Refresh(absl::Now()), IsOk());
  EXPECT_EQ(folder_.Read("tls/pair.pem"), next.certificate + "\n" + next.key);
}

TEST_F(CertificateFilesTest, AFileCutShortChangesNothing) {
  Shows({"ctl-51"});
  ASSERT_OK_AND_ASSIGN(const auto files, Open());
  const std::string before = folder_.Read("tls/authority.pem");
  folder_.Write("ca.pem", before.substr(0, before.size() / 2));
  EXPECT_THAT(files->Refresh(absl::Now()), FailsWith("TLS_AUTHORITY_INVALID"));
  folder_.Write("ca.pem", "");
  EXPECT_THAT(files->Refresh(absl::Now()), FailsWith("TLS_UNREADABLE"));
  EXPECT_EQ(folder_.Read("tls/authority.pem"), before);
}

TEST_F(CertificateFilesTest, RefusesWhatCannotServe) {
  Shows({"flt-24"});
  Put(authority_.Issue({"DNS:localhost"}, -120, -60));
  EXPECT_THAT(Open(), FailsWith("TLS_EXPIRED"));
  Put(authority_.Issue({"DNS:localhost"}, 60, 120));
  EXPECT_THAT(Open(), FailsWith("TLS_EXPIRED"));
  Put({pair_.certificate, authority_.LocalServer().key});
  EXPECT_THAT(Open(), FailsWith("TLS_PAIR_INVALID"));
  Put({pair_.key, pair_.certificate});
  EXPECT_THAT(Open(), FailsWith("TLS_PAIR_INVALID"));
  Put(pair_);
  std::filesystem::remove(folder_.path("server.key"));
  EXPECT_THAT(Open(), FailsWith("TLS_UNREADABLE"));
}

}  // namespace
}  // namespace fosse::gateway
