#include "adapters/community/mllp_client.h"

#include <optional>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "adapters/community/delivery_message.h"
#include "adapters/hl7/mllp.h"
#include "adapters/hl7/time.h"
#include "adapters/kit/tls.h"
#include "base/status.h"
#include "boost/asio/as_tuple.hpp"
#include "boost/asio/co_spawn.hpp"
#include "boost/asio/detached.hpp"
#include "boost/asio/io_context.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/ssl/host_name_verification.hpp"
#include "boost/asio/use_awaitable.hpp"
#include "boost/asio/write.hpp"
#include "boost/beast/core.hpp"
#include "boost/beast/ssl.hpp"

namespace fosse::adapters::community {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;

namespace {

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
constexpr absl::string_view kScheme = "mllp://";
constexpr absl::Duration kAnswerIn = absl::Seconds(30);
constexpr size_t kReadBytes = 4096;
constexpr size_t kMostStray = 4096;  // Then it is no MLLP.

struct Target {
  std::string host;
  std::string port;
};

std::optional<Target> TargetOf(absl::string_view url) {
  if (!IsMllp(url)) return std::nullopt;
  url.remove_prefix(kScheme.size());
  const size_t colon = url.rfind(':');
  if (colon == absl::string_view::npos || colon == 0 || colon + 1 == url.size())
    return std::nullopt;
  return Target{std::string(url.substr(0, colon)), std::string(url.substr(colon + 1))};
}

asio::awaitable<void> Ask(asio::ssl::context& context, const Target& target,
                          const std::string& framed, std::chrono::milliseconds timeout,
                          absl::StatusOr<std::string>& answer) {
  const auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver(executor);
  beast::ssl_stream<beast::tcp_stream> stream(executor, context);
  stream.set_verify_callback(asio::ssl::host_name_verification(target.host));
  SSL_set_tlsext_host_name(stream.native_handle(), target.host.c_str());
  beast::get_lowest_layer(stream).expires_after(timeout);

  auto [resolve_error, endpoints] =
      co_await resolver.async_resolve(target.host, target.port, kNoThrow);
  if (resolve_error) co_return;
  auto [connect_error, endpoint] =
      co_await beast::get_lowest_layer(stream).async_connect(endpoints, kNoThrow);
  if (connect_error) co_return;
  auto [handshake_error] =
      co_await stream.async_handshake(asio::ssl::stream_base::client, kNoThrow);
  if (handshake_error) co_return;
  auto [write_error, written] = co_await asio::async_write(stream, asio::buffer(framed), kNoThrow);
  if (write_error) co_return;
  hl7::MllpDecoder decoder;
  char buffer[kReadBytes];
  while (decoder.stray_bytes() <= kMostStray) {
    if (const std::optional<hl7::MllpFrame> frame = decoder.Next()) {
      if (frame->kind == hl7::MllpFrame::Kind::kMessage) answer = frame->bytes;
      co_return;
    }
    auto [read_error, size] = co_await stream.async_read_some(asio::buffer(buffer), kNoThrow);
    if (read_error) co_return;
    decoder.Feed(absl::string_view(buffer, size));
  }
}

Attempt AttemptOf(const HeardBack& heard) {
  switch (heard.kind) {
    case HeardBack::Kind::kTaken:
      return {.result = Attempt::Result::kDelivered, .detail_code = heard.code};
    case HeardBack::Kind::kRefused:
      return {.result = Attempt::Result::kRefused, .detail_code = heard.code};
    case HeardBack::Kind::kLater:
      return {.result = Attempt::Result::kLater, .detail_code = heard.code};
    case HeardBack::Kind::kNotOurs:
      break;
  }
  return {.result = Attempt::Result::kLater, .detail_code = "not-ours"};
}

}  // namespace

bool IsMllp(absl::string_view url) { return absl::StartsWith(url, kScheme); }

absl::StatusOr<std::string> AskMllp(absl::string_view url, absl::string_view message,
                                    const Credentials& credentials, absl::Duration timeout) {
  const std::optional<Target> target = TargetOf(url);
  if (!target.has_value()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "URL_INVALID",
                     "an endpoint for HL7 v2 must be mllp://host:port");
  }
  FOSSE_ASSIGN_OR_RETURN(const std::string framed, hl7::EncodeMllp(message));
  FOSSE_ASSIGN_OR_RETURN(asio::ssl::context context, TlsContext(credentials, false));
  absl::StatusOr<std::string> answer = MakeError(
      absl::StatusCode::kUnavailable, "SYSTEM_UNREACHABLE", "the system did not answer in time");
  asio::io_context io(1);
  asio::co_spawn(io, Ask(context, *target, framed, absl::ToChronoMilliseconds(timeout), answer),
                 asio::detached);
  io.run_for(absl::ToChronoMilliseconds(timeout + absl::Seconds(1)));
  return answer;
}

Attempt PostMllp(Adapter& adapter, const v1::Delivery& delivery) {
  const absl::StatusOr<absl::TimeZone> zone = hl7::LondonTimeZone();
  const absl::StatusOr<std::string> message =
      zone.ok() ? DeliveryMessage(delivery, adapter.config.locality(), absl::Now(), *zone,
                                  adapter.config.documents_as().empty()
                                      ? "MDM^T02"
                                      : absl::string_view(adapter.config.documents_as()))
                : zone.status();
  if (!message.ok()) {
    return {.result = Attempt::Result::kRefused, .detail_code = "without-person"};
  }
  for (const std::string& name : SentNotes(delivery)) {
    if (!adapter.outbox->KeepNote(name, delivery.delivery_id()).ok()) {
      return {.result = Attempt::Result::kLater, .detail_code = "not-kept"};
    }
  }
  const absl::StatusOr<std::string> answer =
      AskMllp(adapter.EndpointOf(delivery.recipient()), *message,
              adapter.config.mllp().credentials(), kAnswerIn);
  if (!answer.ok()) return {.result = Attempt::Result::kLater, .detail_code = "unreachable"};
  return AttemptOf(Hear(*answer, ControlIdOf(delivery)));
}

}  // namespace fosse::adapters::community
