// Who gets in, over a real connection with mutual TLS, and what is told to those who do not.

#include "tests/gateway/door.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "fosse/v1/audit.grpc.pb.h"
#include "fosse/v1/care_records.grpc.pb.h"
#include "fosse/v1/directories.grpc.pb.h"
#include "fosse/v1/exchange.grpc.pb.h"
#include "fosse/v1/mailbox.grpc.pb.h"
#include "fosse/v1/rulebooks.grpc.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/security/credentials.h"
#include "gtest/gtest.h"
#include "tests/gateway/test_gateway.h"
#include "tests/support/shows.h"

namespace fosse {
namespace {

using grpc::StatusCode;

constexpr char kSubmit[] = "/fosse.v1.ExchangeService/Submit";

TEST_F(DoorTest, AKnownCertificateGetsIn) {
  Shows({"ctl-01"});
  EXPECT_TRUE(Ask(gateway_->ConnectAs("RT5")).ok());
  v1::Receipt receipt;
  const grpc::Status status = Submit(gateway_->ConnectAs("RT5"), EpisodeOpened("door-1"), &receipt);
  ASSERT_TRUE(status.ok()) << ErrorOf(status).reason() << " " << status.error_message();
  EXPECT_EQ(receipt.message_id(), "door-1");
}

TEST_F(DoorTest, WithoutACertificateNothingIsAnswered) {
  Shows({"ctl-01", "thr-01", "flt-24"});
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = gateway_->authority.certificate();
  const grpc::Status status =
      Ask(grpc::CreateChannel(gateway_->address(), grpc::SslCredentials(options)));
  EXPECT_EQ(status.error_code(), StatusCode::UNAVAILABLE);
  EXPECT_EQ(ErrorOf(status).reason(), "");  // No answer of ours: the handshake failed.
}

TEST_F(DoorTest, PlainTextIsNotSpoken) {
  Shows({"ctl-01"});
  const grpc::Status status =
      Ask(grpc::CreateChannel(gateway_->address(), grpc::InsecureChannelCredentials()));
  EXPECT_EQ(status.error_code(), StatusCode::UNAVAILABLE);
}

TEST_F(DoorTest, AnotherAuthoritysCertificateIsRefused) {
  Shows({"ctl-01", "flt-24"});
  TestAuthority other;
  const grpc::Status status = Ask(gateway_->Connect(other.Participant("RT5")));
  EXPECT_EQ(status.error_code(), StatusCode::UNAVAILABLE);
}

TEST_F(DoorTest, ExpiredAndFutureCertificatesAreRefused) {
  Shows({"flt-24"});
  const std::string name = "URI:fosse:participant:RT5";
  EXPECT_EQ(Ask(gateway_->Connect(gateway_->authority.Issue({name}, -120, -60))).error_code(),
            StatusCode::UNAVAILABLE);
  EXPECT_EQ(Ask(gateway_->Connect(gateway_->authority.Issue({name}, 600, 1200))).error_code(),
            StatusCode::UNAVAILABLE);
}

TEST_F(DoorTest, ACertificateThatTheDirectoryDoesNotNameIsRefused) {
  Shows({"ctl-01", "thr-01"});
  for (const std::vector<std::string>& names :
       {std::vector<std::string>{"URI:fosse:participant:NOBODY"}, {"DNS:RT5"}, {}}) {
    const grpc::Status status = Ask(gateway_->Connect(gateway_->authority.Issue(names)));
    EXPECT_EQ(status.error_code(), StatusCode::UNAUTHENTICATED);
    EXPECT_EQ(ErrorOf(status).reason(), "CERTIFICATE_UNKNOWN");
  }
  const grpc::Status both = Ask(gateway_->Connect(
      gateway_->authority.Issue({"URI:fosse:participant:RT5", "URI:fosse:participant:C82999"})));
  EXPECT_EQ(ErrorOf(both).reason(), "CERTIFICATE_AMBIGUOUS");
}

TEST_F(DoorTest, ASenderWhomTheCallerMayNotSpeakForIsRefused) {
  Shows({"ctl-01", "thr-01"});
  const grpc::Status status = Submit(gateway_->ConnectAs("C82999"), EpisodeOpened("door-2"));
  EXPECT_EQ(status.error_code(), StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(ErrorOf(status).reason(), "SENDER_NOT_ALLOWED");
}

TEST_F(DoorTest, ARelayMaySendForWhomItSpeaks) {
  Shows({"ctl-01"});
  v1::Receipt receipt;
  const grpc::Status status =
      Submit(gateway_->ConnectAs("RELAY"), EpisodeOpened("door-3", "9990000026"), &receipt);
  EXPECT_TRUE(status.ok()) << ErrorOf(status).reason() << " " << status.error_message();
}

TEST_F(DoorTest, ARoleThatMayNotCallIsRefused) {
  Shows({"ctl-03"});
  const grpc::Status status = Submit(gateway_->ConnectAs("OPS"), EpisodeOpened("door-4"));
  EXPECT_EQ(status.error_code(), StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(ErrorOf(status).reason(), "METHOD_NOT_ALLOWED");
}

TEST_F(DoorTest, TheCallerIsLookedAtBeforeTheMessage) {
  const grpc::Status status = Submit(gateway_->ConnectAs("OPS"), v1::Envelope());
  EXPECT_EQ(ErrorOf(status).reason(), "METHOD_NOT_ALLOWED");
}

TEST_F(DoorTest, AUnaryCallHasADeadlineOfAtMostAMinute) {
  Shows({"ctl-30", "ctl-31"});
  const auto stub = v1::RulebooksService::NewStub(gateway_->ConnectAs("RT5"));
  const auto ask = [&](std::optional<int> seconds) {
    grpc::ClientContext context;
    if (seconds.has_value()) {
      context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(*seconds));
    }
    v1::GetRulebookResponse response;
    return stub->GetRulebook(&context, v1::GetRulebookRequest(), &response);
  };
  EXPECT_TRUE(ask(std::nullopt).ok());  // It gets the usual one.
  const grpc::Status too_long = ask(120);
  EXPECT_EQ(too_long.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ErrorOf(too_long).reason(), "DEADLINE_TOO_LONG");
  EXPECT_EQ(ErrorOf(too_long).metadata().at("mostSeconds"), "60");
  EXPECT_TRUE(ask(60).ok());
}

TEST_F(DoorTest, TooLargeAMessageIsRefused) {
  Shows({"ctl-30", "flt-27"});
  v1::Envelope envelope = EpisodeOpened("door-5");
  envelope.mutable_original()->set_content(std::string(1 << 20, 'x'));
  EXPECT_EQ(Submit(gateway_->ConnectAs("RT5"), envelope).error_code(),
            StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(Ask(gateway_->ConnectAs("RT5")).ok());  // It lives.
}

TEST_F(DoorTest, TooMuchMetadataIsRefused) {
  Shows({"ctl-30", "flt-27"});
  const auto context = Soon();
  context->AddMetadata("x-long", std::string(64 << 10, 'x'));
  v1::GetRulebookResponse response;
  const auto channel = gateway_->ConnectAs("RT5");
  const grpc::Status status = v1::RulebooksService::NewStub(channel)->GetRulebook(
      context.get(), v1::GetRulebookRequest(), &response);
  EXPECT_EQ(status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(Ask(gateway_->ConnectAs("RT5")).ok());  // It lives; that connection need not.
}

TEST_F(DoorTest, BytesThatAreNoMessageAreTheCallersFault) {
  Shows({"flt-29"});
  std::string deep;  // Messages within messages, further than anything of ours nests.
  for (int i = 0; i < 200; ++i) {
    std::string outer = "\x0a";
    size_t size = deep.size();
    while (size >= 0x80) {
      outer += static_cast<char>((size & 0x7f) | 0x80);
      size >>= 7;
    }
    deep = outer + static_cast<char>(size) + deep;
  }
  const std::string not_utf8("\x0a\x04\x0a\x02\xff\xfe", 6);  // envelope.message_id
  for (const std::string& bytes :
       {std::string("\xff\xff\xff"), std::string("\x0a\x7f"), not_utf8}) {
    const grpc::Status status = SendBytes(kSubmit, bytes);
    EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(ErrorOf(status).reason(), "MESSAGE_UNREADABLE");
  }
  EXPECT_EQ(SendBytes(kSubmit, deep).error_code(), StatusCode::INVALID_ARGUMENT);
  // Nothing at all is an empty message, refused for its missing fields.
  const grpc::Status empty = SendBytes(kSubmit, "");
  EXPECT_EQ(empty.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ErrorOf(empty).reason(), "FIELD_REQUIRED");
}

TEST_F(DoorTest, UnknownEnumsAndBadFieldsAreNamedWithoutTheirValue) {
  Shows({"flt-29", "ctl-26"});
  v1::Envelope unknown = EpisodeOpened("door-6");
  unknown.mutable_episode_change()->set_kind(static_cast<v1::EpisodeChangeKind>(77));
  const grpc::Status enum_status = Submit(gateway_->ConnectAs("RT5"), unknown);
  EXPECT_EQ(enum_status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ErrorOf(enum_status).reason(), "ENUM_UNKNOWN");
  EXPECT_EQ(ErrorOf(enum_status).metadata().at("field"), "episode_change.kind");

  v1::Envelope number = EpisodeOpened("door-7", "9990000019");  // Its check digit is wrong.
  const grpc::Status number_status = Submit(gateway_->ConnectAs("RT5"), number);
  EXPECT_EQ(number_status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ErrorOf(number_status).metadata().at("field"), "subject.person.nhs_number");
  const std::string all = number_status.error_message() + number_status.error_details();
  EXPECT_EQ(all.find("9990000019"), std::string::npos);
  EXPECT_EQ(all.find("Quillfeather"), std::string::npos);
}

// Whether a TLS handshake succeeds with these terms. Security level 0, so that it is the server who
// refuses.
bool Handshake(int port, const TestPair& pair, int version, const char* ciphers) {
  SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_security_level(context, 0);
  SSL_CTX_set_min_proto_version(context, version);
  SSL_CTX_set_max_proto_version(context, version);
  if (ciphers != nullptr) SSL_CTX_set_cipher_list(context, ciphers);
  BIO* bio = BIO_new_mem_buf(pair.certificate.data(), static_cast<int>(pair.certificate.size()));
  X509* const certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  SSL_CTX_use_certificate(context, certificate);
  X509_free(certificate);
  BIO_free(bio);
  bio = BIO_new_mem_buf(pair.key.data(), static_cast<int>(pair.key.size()));
  EVP_PKEY* const key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  SSL_CTX_use_PrivateKey(context, key);
  EVP_PKEY_free(key);
  BIO_free(bio);
  static constexpr unsigned char kAlpn[] = {2, 'h', '2'};
  SSL_CTX_set_alpn_protos(context, kAlpn, sizeof(kAlpn));

  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bool done = false;
  SSL* const ssl = SSL_new(context);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
    SSL_set_fd(ssl, fd);
    done = SSL_connect(ssl) == 1;
  }
  SSL_free(ssl);
  SSL_CTX_free(context);
  close(fd);
  return done;
}

TEST_F(DoorTest, OldTlsAndWeakSuitesAreRefused) {
  Shows({"ctl-01"});
  const TestPair pair = gateway_->authority.Participant("RT5");
  const int port = gateway_->server->port();
  EXPECT_TRUE(Handshake(port, pair, TLS1_3_VERSION, nullptr));
  EXPECT_TRUE(Handshake(port, pair, TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256"));
  EXPECT_FALSE(Handshake(port, pair, TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA256"));
  EXPECT_FALSE(Handshake(port, pair, TLS1_1_VERSION, nullptr));
}

TEST_F(DoorTest, ReflectionIsOffUnlessAskedFor) {
  Shows({"ctl-51"});
  EXPECT_EQ(
      SendBytes("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", "").error_code(),
      StatusCode::UNIMPLEMENTED);
}

// HealthCheckResponse is field 1, an enum; SERVING is 1, NOT_SERVING is 2.
TEST_F(DoorTest, HealthIsWhatTheGatewaySays) {
  Shows({"ctl-52"});
  const auto ask = [&] {
    grpc::GenericStub stub(gateway_->ConnectAs("OPS"));
    grpc::ByteBuffer request;
    const grpc::Slice empty("");
    request = grpc::ByteBuffer(&empty, 1);
    grpc::ByteBuffer response;
    grpc::CompletionQueue queue;
    const auto context = Soon();
    const auto call =
        stub.PrepareUnaryCall(context.get(), "/grpc.health.v1.Health/Check", request, &queue);
    call->StartCall();
    grpc::Status status;
    call->Finish(&response, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    EXPECT_TRUE(status.ok()) << status.error_message();
    grpc::Slice slice;
    response.TrySingleSlice(&slice);
    return std::string(reinterpret_cast<const char*>(slice.begin()), slice.size());
  };
  EXPECT_EQ(ask(), "\x08\x01");
  gateway_->server->SetServing(false);
  EXPECT_EQ(ask(), "\x08\x02");
  gateway_->server->SetServing(true);
}

TEST_F(DoorTest, AReplacedCertificateIsServedWithoutARestart) {
  Shows({"ctl-51"});
  TestGateway gateway;
  const auto served = [&](const std::string& trusted) {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = trusted;
    const TestPair pair = gateway.authority.Participant("RT5");
    options.pem_cert_chain = pair.certificate;
    options.pem_private_key = pair.key;
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return Ask(grpc::CreateCustomChannel(gateway.address(), grpc::SslCredentials(options),
                                         arguments))
        .ok();
  };
  TestAuthority next;
  ASSERT_TRUE(served(gateway.authority.certificate()));
  ASSERT_FALSE(served(next.certificate()));
  const TestPair pair = next.LocalServer();
  gateway.folder.Write("server.pem", pair.certificate);
  gateway.folder.Write("server.key", pair.key);
  ASSERT_TRUE(gateway.certificates->Refresh(absl::Now()).ok());
  bool replaced = false;
  for (int i = 0; i < 100 && !replaced; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    replaced = served(next.certificate());
  }
  EXPECT_TRUE(replaced);
}

}  // namespace
}  // namespace fosse
