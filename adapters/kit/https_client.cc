#include "adapters/kit/https_client.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "adapters/kit/address.h"
#include "adapters/kit/tls.h"
#include "base/status.h"
#include "boost/asio/as_tuple.hpp"
#include "boost/asio/co_spawn.hpp"
#include "boost/asio/detached.hpp"
#include "boost/asio/io_context.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/ssl/host_name_verification.hpp"
#include "boost/asio/use_awaitable.hpp"
#include "boost/beast/core.hpp"
#include "boost/beast/http.hpp"
#include "boost/beast/ssl.hpp"

namespace fosse::adapters {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

namespace {

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

struct Target {
  std::string host;
  std::string port;
  std::string path;
};

absl::StatusOr<Target> ParseUrl(absl::string_view url) {
  constexpr absl::string_view kScheme = "https://";
  if (absl::StartsWith(url, kScheme)) {
    url.remove_prefix(kScheme.size());
    const size_t slash = url.find('/');
    const absl::string_view authority = url.substr(0, slash);
    const size_t colon = authority.rfind(':');
    Target target;
    target.host = std::string(authority.substr(0, colon));
    target.port =
        colon == absl::string_view::npos ? "443" : std::string(authority.substr(colon + 1));
    target.path = slash == absl::string_view::npos ? "/" : std::string(url.substr(slash));
    if (!target.host.empty() && !target.port.empty()) return target;
  }
  return MakeError(absl::StatusCode::kInvalidArgument, "URL_INVALID",
                   "an endpoint must be https://host:port/path");
}

absl::Status Unreachable() {
  return MakeError(absl::StatusCode::kUnavailable, "SYSTEM_UNREACHABLE",
                   "the system did not answer in time");
}

absl::Status NotPublic() {
  return MakeError(absl::StatusCode::kFailedPrecondition, "ADDRESS_NOT_PUBLIC",
                   "the address is not of the open internet, and the config does not allow others");
}

HttpResponse ResponseOf(http::response_parser<http::string_body>& parser) {
  HttpResponse response;
  response.status = static_cast<int>(parser.get().result_int());
  for (const auto& field : parser.get()) {
    const auto name = field.name_string();
    const auto value = field.value();
    response.headers[absl::AsciiStrToLower(absl::string_view(name.data(), name.size()))] =
        std::string(value.data(), value.size());
  }
  response.body = std::move(parser.get().body());
  return response;
}

asio::awaitable<void> Post(asio::ssl::context& context, const Target& target, const HttpsCall& call,
                           http::request<http::string_body>& request,
                           std::chrono::milliseconds timeout,
                           absl::StatusOr<HttpResponse>& answer) {
  const auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver(executor);
  beast::ssl_stream<beast::tcp_stream> stream(executor, context);
  stream.set_verify_callback(asio::ssl::host_name_verification(target.host));
  SSL_set_tlsext_host_name(stream.native_handle(), target.host.c_str());
  beast::get_lowest_layer(stream).expires_after(timeout);

  auto [resolve_error, endpoints] =
      co_await resolver.async_resolve(target.host, target.port, kNoThrow);
  if (resolve_error) co_return;
  std::vector<tcp::endpoint> addresses(endpoints.begin(), endpoints.end());
  if (call.public_only) {
    std::erase_if(addresses, [](const auto& at) { return !IsPublicAddress(at.address()); });
  }
  if (addresses.empty()) {
    answer = NotPublic();
    co_return;
  }
  auto [connect_error, endpoint] =
      co_await beast::get_lowest_layer(stream).async_connect(addresses, kNoThrow);
  if (connect_error) co_return;
  auto [handshake_error] =
      co_await stream.async_handshake(asio::ssl::stream_base::client, kNoThrow);
  if (handshake_error) co_return;
  auto [write_error, written] = co_await http::async_write(stream, request, kNoThrow);
  if (write_error) co_return;
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  if (call.without_body) {
    parser.body_limit(boost::none);  // A long one must not hide its status.
    auto [header_error, header] =
        co_await http::async_read_header(stream, buffer, parser, kNoThrow);
    if (!header_error) answer = ResponseOf(parser);
    co_return;
  }
  parser.body_limit(call.answer_bytes);
  auto [read_error, read] = co_await http::async_read(stream, buffer, parser, kNoThrow);
  if (!read_error) answer = ResponseOf(parser);
}

}  // namespace

absl::StatusOr<HttpResponse> CallHttps(HttpsCall call, const Credentials& credentials,
                                       absl::Duration timeout) {
  FOSSE_ASSIGN_OR_RETURN(const Target target, ParseUrl(call.url));
  FOSSE_ASSIGN_OR_RETURN(asio::ssl::context context, TlsContext(credentials, false));
  http::request<http::string_body> request;
  request.version(11);
  request.method_string(call.method);
  request.target(target.path);
  request.set(http::field::host, target.host + ":" + target.port);
  for (const auto& [name, value] : call.headers) request.set(name, value);
  request.keep_alive(false);
  request.body() = std::move(call.body);
  request.prepare_payload();

  absl::StatusOr<HttpResponse> answer = Unreachable();
  asio::io_context io(1);
  asio::co_spawn(io,
                 Post(context, target, call, request, absl::ToChronoMilliseconds(timeout), answer),
                 asio::detached);
  io.run_for(absl::ToChronoMilliseconds(timeout + absl::Seconds(1)));
  return answer;
}

absl::StatusOr<HttpResponse> PostHttps(absl::string_view url,
                                       const std::map<std::string, std::string>& headers,
                                       std::string body, const Credentials& credentials,
                                       absl::Duration timeout) {
  return CallHttps({.url = std::string(url), .headers = headers, .body = std::move(body)},
                   credentials, timeout);
}

absl::Status CheckHttpsUrl(absl::string_view url, bool public_only) {
  FOSSE_ASSIGN_OR_RETURN(const Target target, ParseUrl(url));
  const auto plain = [](char c) { return absl::ascii_isgraph(static_cast<unsigned char>(c)); };
  int port = 0;
  if (!std::all_of(url.begin(), url.end(), plain) || url.find('#') != absl::string_view::npos ||
      target.host.find_first_of("@[]?") != std::string::npos ||
      !absl::SimpleAtoi(target.port, &port) || port < 1 || port > 65535) {
    return MakeError(absl::StatusCode::kInvalidArgument, "URL_INVALID",
                     "an endpoint must be https://host:port/path");
  }
  boost::system::error_code not_an_address;
  const asio::ip::address address = asio::ip::make_address(target.host, not_an_address);
  const bool local = target.host == "localhost" || absl::EndsWith(target.host, ".localhost") ||
                     (!not_an_address && !IsPublicAddress(address));
  return public_only && local ? NotPublic() : absl::OkStatus();
}

}  // namespace fosse::adapters
