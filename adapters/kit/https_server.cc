#include "adapters/kit/https_server.h"

#include <atomic>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "adapters/kit/tls.h"
#include "base/log.h"
#include "base/status.h"
#include "boost/asio/as_tuple.hpp"
#include "boost/asio/co_spawn.hpp"
#include "boost/asio/detached.hpp"
#include "boost/asio/io_context.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/strand.hpp"
#include "boost/asio/use_awaitable.hpp"
#include "boost/beast/core.hpp"
#include "boost/beast/http.hpp"
#include "boost/beast/ssl.hpp"

namespace fosse::adapters {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

namespace {

// Errors come back as values: nothing of ours throws, and asio is asked not to.
constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

HttpRequest RequestFrom(http::request<http::string_body>&& native, std::string client) {
  HttpRequest request;
  request.method = std::string(native.method_string());
  const absl::string_view target(native.target().data(), native.target().size());
  const size_t question = target.find('?');
  request.path = std::string(target.substr(0, question));
  if (question != absl::string_view::npos) request.query = std::string(target.substr(question + 1));
  for (const auto& field : native) {
    const auto name = field.name_string();
    const auto value = field.value();
    request.headers[absl::AsciiStrToLower(absl::string_view(name.data(), name.size()))] =
        std::string(value.data(), value.size());
  }
  request.body = std::move(native.body());
  request.client = std::move(client);
  return request;
}

http::response<http::string_body> NativeFrom(HttpResponse&& response, unsigned version,
                                             bool keep_alive) {
  http::response<http::string_body> native(static_cast<http::status>(response.status), version);
  for (const auto& [name, value] : response.headers) native.set(name, value);
  native.keep_alive(keep_alive);
  native.body() = std::move(response.body);
  native.prepare_payload();
  return native;
}

int StatusOf(const beast::error_code& error) {
  if (error == http::error::body_limit) return 413;
  if (error == http::error::header_limit) return 431;
  if (error == beast::error::timeout) return 408;
  return 400;
}

}  // namespace

struct HttpsServer::Impl : std::enable_shared_from_this<HttpsServer::Impl> {
  Impl(asio::ssl::context tls_context, HttpLimits http_limits, Handle handler,
       std::function<HttpResponse(int)> refusal)
      : tls(std::move(tls_context)),
        acceptor(io),
        limits(http_limits),
        handle(std::move(handler)),
        refuse(std::move(refusal)) {}

  asio::awaitable<void> Accept();
  asio::awaitable<void> Serve(tcp::socket socket);
  asio::awaitable<void> Talk(TlsStream& stream);
  asio::awaitable<HttpResponse> Ask(HttpRequest request);

  asio::io_context io{2};
  asio::ssl::context tls;
  tcp::acceptor acceptor;
  const HttpLimits limits;
  const Handle handle;
  const std::function<HttpResponse(int)> refuse;
  std::atomic<size_t> connections = 0;
};

asio::awaitable<void> HttpsServer::Impl::Accept() {
  while (true) {
    auto [error, socket] = co_await acceptor.async_accept(asio::make_strand(io), kNoThrow);
    if (error == asio::error::operation_aborted) co_return;
    if (error) continue;
    if (connections >= limits.connections) continue;  // Closed by leaving scope.
    auto executor = socket.get_executor();
    asio::co_spawn(executor, Serve(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> HttpsServer::Impl::Serve(tcp::socket socket) {
  const std::shared_ptr<Impl> self = shared_from_this();
  ++connections;
  TlsStream stream(std::move(socket), tls);
  beast::get_lowest_layer(stream).expires_after(absl::ToChronoMilliseconds(limits.handshake));
  auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, kNoThrow);
  if (!error) co_await Talk(stream);
  --connections;
}

asio::awaitable<void> HttpsServer::Impl::Talk(TlsStream& stream) {
  const std::string client = PeerName(stream.native_handle());
  beast::flat_buffer buffer;
  while (true) {
    // Idle until the first byte; from there the whole request has its own time.
    beast::get_lowest_layer(stream).expires_after(absl::ToChronoMilliseconds(limits.idle));
    if (buffer.size() == 0) {
      auto [error, size] = co_await stream.async_read_some(buffer.prepare(4096), kNoThrow);
      if (error) break;
      buffer.commit(size);
    }
    beast::get_lowest_layer(stream).expires_after(absl::ToChronoMilliseconds(limits.request));
    http::request_parser<http::string_body> parser;
    parser.body_limit(limits.body_bytes);
    parser.header_limit(static_cast<uint32_t>(limits.header_bytes));
    auto [error, size_read] = co_await http::async_read(stream, buffer, parser, kNoThrow);
    if (error == http::error::end_of_stream || error == asio::ssl::error::stream_truncated) break;
    beast::get_lowest_layer(stream).expires_never();
    const bool readable = !error;
    const unsigned version = readable ? parser.get().version() : 11;
    const bool keep_alive = readable && parser.get().keep_alive();
    HttpResponse response = readable ? co_await Ask(RequestFrom(parser.release(), client))
                                     : refuse(StatusOf(error));
    auto native = NativeFrom(std::move(response), version, keep_alive);
    beast::get_lowest_layer(stream).expires_after(absl::ToChronoMilliseconds(limits.request));
    auto [write_error, written] = co_await http::async_write(stream, native, kNoThrow);
    if (write_error || !keep_alive) break;
  }
  beast::get_lowest_layer(stream).expires_after(absl::ToChronoMilliseconds(limits.handshake));
  static_cast<void>(co_await stream.async_shutdown(kNoThrow));
}

// Hands the request over and sleeps until somebody responds, on whatever thread.
asio::awaitable<HttpResponse> HttpsServer::Impl::Ask(HttpRequest request) {
  auto executor = co_await asio::this_coro::executor;
  auto start = [this, executor, &request](auto handler) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    handle(std::move(request), [executor, shared](HttpResponse response) {
      asio::post(executor, [shared, response = std::move(response)]() mutable {
        (*shared)(std::move(response));
      });
    });
  };
  co_return co_await asio::async_initiate<decltype(asio::use_awaitable), void(HttpResponse)>(
      std::move(start), asio::use_awaitable);
}

absl::StatusOr<std::unique_ptr<HttpsServer>> HttpsServer::Listen(
    const Door& door, HttpLimits limits, Handle handle, std::function<HttpResponse(int)> refuse) {
  FOSSE_ASSIGN_OR_RETURN(asio::ssl::context context, TlsContext(door.credentials(), true));
  auto impl = std::make_shared<Impl>(std::move(context), limits, std::move(handle),
                                     std::move(refuse));
  const std::string& listen = door.listen();
  const size_t colon = listen.rfind(':');
  uint32_t port = 0;
  beast::error_code error;
  const bool numeric = colon != std::string::npos &&
                       absl::SimpleAtoi(absl::string_view(listen).substr(colon + 1), &port) &&
                       port < 65536;
  const auto address = asio::ip::make_address(listen.substr(0, numeric ? colon : 0), error);
  if (numeric && !error) {
    const tcp::endpoint endpoint(address, static_cast<uint16_t>(port));
    impl->acceptor.open(endpoint.protocol(), error);
    if (!error) impl->acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) impl->acceptor.bind(endpoint, error);
    if (!error) impl->acceptor.listen(asio::socket_base::max_listen_connections, error);
  }
  if (!numeric || error) {
    return MakeError(absl::StatusCode::kUnavailable, "ADDRESS_UNUSABLE",
                     "cannot listen there; give address:port, free and of this machine");
  }
  asio::co_spawn(impl->io, impl->Accept(), asio::detached);
  std::unique_ptr<HttpsServer> server(new HttpsServer(impl));
  for (int n = 0; n < 2; ++n) server->threads_.emplace_back([impl] { impl->io.run(); });
  return server;
}

HttpsServer::~HttpsServer() {
  impl_->io.stop();
  for (std::thread& thread : threads_) thread.join();
}

int HttpsServer::port() const {
  beast::error_code error;
  return impl_->acceptor.local_endpoint(error).port();
}

}  // namespace fosse::adapters
