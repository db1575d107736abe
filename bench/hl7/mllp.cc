// MLLP round trips a second over mutual TLS.
//
//   fosse-bench-mllp serve CERTIFICATE KEY AUTHORITY PORT
//   fosse-bench-mllp ask CERTIFICATE KEY AUTHORITY PORT CONNECTIONS SECONDS FILE
//
// `serve` is the door of the community adapter: each message is read, made into an Envelope, and
// answered at once, as by a gateway that takes no time. `ask` sends the messages of FILE in turn on
// each connection, the next one when the last is answered, and prints "round-trips N".
#include "adapters/hl7/mllp.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "adapters/community/hl7_door.h"
#include "adapters/community/mllp_server.h"
#include "adapters/hl7/batch.h"
#include "adapters/hl7/time.h"
#include "adapters/kit/tls.h"
#include "base/random.h"
#include "boost/asio/as_tuple.hpp"
#include "boost/asio/co_spawn.hpp"
#include "boost/asio/detached.hpp"
#include "boost/asio/io_context.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/use_awaitable.hpp"
#include "boost/asio/write.hpp"
#include "boost/beast/core.hpp"
#include "boost/beast/ssl.hpp"
#include "google/protobuf/text_format.h"

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using namespace fosse::adapters;
using namespace fosse::adapters::community;
using tcp = asio::ip::tcp;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
constexpr char kProfile[] = R"(
  organisation: "RT5"
  events { event: "REF^I12" native_service: "NUR" meaning: "CASELOAD_OPEN" service: "community-nursing" }
  events { event: "ADT^A03" native_service: "NUR" meaning: "CASELOAD_DISCHARGE" service: "community-nursing" }
)";

int Fail(const char* why) {
  std::fprintf(stderr, "fosse-bench-mllp: %s\n", why);
  return 2;
}

Credentials CredentialsOf(char** argv) {
  Credentials credentials;
  credentials.set_certificate(argv[0]);
  credentials.set_key(argv[1]);
  credentials.set_authority(argv[2]);
  return credentials;
}

int Serve(const Credentials& credentials, const char* port) {
  AdapterConfig config;
  if (!google::protobuf::TextFormat::ParseFromString(kProfile, &config)) return Fail("profile");
  absl::StatusOr<SiteProfile> profile = SiteProfile::Create(config);
  const absl::StatusOr<absl::TimeZone> zone = fosse::hl7::LondonTimeZone();
  if (!profile.ok() || !zone.ok()) return Fail("the profile does not hold");
  fosse::SystemRandom random;
  Hl7Door door({.profile = *std::move(profile),
                .locality = "QK1",
                .zone = *zone,
                .participant_of = [](absl::string_view) { return std::string("RT5"); },
                .hand =
                    [](fosse::v1::Envelope, std::function<void(Answer)> answered) {
                      answered({.kind = Answer::Kind::kReceipt});
                    },
                .random = random});
  Door listen;
  listen.set_listen(absl::StrCat("127.0.0.1:", port));
  *listen.mutable_credentials() = credentials;
  const auto server = MllpServer::Listen(listen, MllpLimits{},
                                         [&door](MllpRequest request, MllpServer::Respond respond) {
                                           door.Handle(std::move(request), std::move(respond));
                                         });
  if (!server.ok()) return Fail("cannot listen");
  std::printf("listening\n");
  std::fflush(stdout);
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  int signal = 0;
  return sigwait(&stop, &signal);
}

struct Asking {
  asio::ssl::context& context;
  tcp::endpoint to;
  const std::vector<std::string>& frames;
  absl::Time end;
  size_t done = 0;
  size_t failed = 0;
};

asio::awaitable<void> Ask(Asking& asking) {
  beast::ssl_stream<beast::tcp_stream> stream(co_await asio::this_coro::executor, asking.context);
  auto [connect_error] =
      co_await beast::get_lowest_layer(stream).async_connect(asking.to, kNoThrow);
  if (!connect_error) {
    beast::get_lowest_layer(stream).socket().set_option(tcp::no_delay(true));
    auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::client, kNoThrow);
    connect_error = error;
  }
  fosse::hl7::MllpDecoder decoder;
  std::vector<char> buffer(16384);
  for (size_t n = 0; !connect_error && absl::Now() < asking.end; ++n) {
    auto [write_error, written] = co_await asio::async_write(
        stream, asio::buffer(asking.frames[n % asking.frames.size()]), kNoThrow);
    connect_error = write_error;
    while (!connect_error && !decoder.Next().has_value()) {
      auto [error, size] = co_await stream.async_read_some(asio::buffer(buffer), kNoThrow);
      if (!error) decoder.Feed(absl::string_view(buffer.data(), size));
      connect_error = error;
    }
    if (!connect_error) ++asking.done;
  }
  if (connect_error) ++asking.failed;
}

int AskAll(const Credentials& credentials, char** argv) {
  std::ifstream file(argv[3], std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  std::vector<std::string> frames;
  for (absl::string_view part : fosse::hl7::SplitBatch(bytes).messages) {
    if (part.back() == '\r') part.remove_suffix(1);  // Some take it for one more segment.
    const absl::StatusOr<std::string> framed = fosse::hl7::EncodeMllp(part);
    if (framed.ok()) frames.push_back(*framed);
  }
  absl::StatusOr<asio::ssl::context> context = TlsContext(credentials, false);
  if (frames.empty() || !context.ok()) return Fail("no message in the file, or no credentials");
  const double seconds = std::atof(argv[2]);
  asio::io_context io(1);
  const absl::Time start = absl::Now();
  Asking asking{.context = *context,
                .to = {asio::ip::address_v4::loopback(),
                       static_cast<asio::ip::port_type>(std::atoi(argv[0]))},
                .frames = frames,
                .end = start + absl::Seconds(seconds)};
  for (int n = 0; n < std::atoi(argv[1]); ++n) {
    asio::co_spawn(io, Ask(asking), asio::detached);
  }
  io.run();
  if (asking.failed > 0) return Fail("a connection failed");
  std::printf("round-trips %.0f\n",
              static_cast<double>(asking.done) / absl::ToDoubleSeconds(absl::Now() - start));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string command = argc > 1 ? argv[1] : "";
  if (command == "serve" && argc == 6) {
    sigset_t stop;  // For every thread that is to come.
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stop, nullptr);
    return Serve(CredentialsOf(argv + 2), argv[5]);
  }
  if (command == "ask" && argc == 9) return AskAll(CredentialsOf(argv + 2), argv + 5);
  return Fail("serve or ask");
}
