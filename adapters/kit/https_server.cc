#include "adapters/kit/https_server.h"

#include <atomic>
#include <mutex>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "adapters/kit/listen.h"
#include "adapters/kit/tls.h"
#include "base/log.h"
#include "base/status.h"
#include "boost/asio/as_tuple.hpp"
#include "boost/asio/co_spawn.hpp"
#include "boost/asio/detached.hpp"
#include "boost/asio/io_context.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/post.hpp"
#include "boost/asio/steady_timer.hpp"
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
constexpr auto kAcceptPause = std::chrono::milliseconds(100);
constexpr size_t kMostSkipped = 4u << 20;

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

// Where an answer waits for its connection. The connection's end empties it, so that an answer that
// comes later, on whatever thread, touches nothing that is gone.
struct Slot {
  std::mutex mutex;
  asio::steady_timer* wake = nullptr;  // Null before and after the connection waits.
  std::optional<HttpResponse> response;
};

// Lives in the frame of the connection that waits.
class SlotHolder {
 public:
  explicit SlotHolder(asio::steady_timer& wake) : slot_(std::make_shared<Slot>()) {
    slot_->wake = &wake;
  }
  ~SlotHolder() {
    const std::lock_guard lock(slot_->mutex);
    slot_->wake = nullptr;
  }
  SlotHolder(const SlotHolder&) = delete;
  SlotHolder& operator=(const SlotHolder&) = delete;

  const std::shared_ptr<Slot>& slot() const { return slot_; }

 private:
  const std::shared_ptr<Slot> slot_;
};

void PutResponse(const std::shared_ptr<Slot>& slot, HttpResponse response) {
  const std::lock_guard lock(slot->mutex);
  if (slot->wake == nullptr || slot->response.has_value()) return;
  slot->response = std::move(response);
  // Behind the start of the wait: both run on the connection's strand.
  asio::post(slot->wake->get_executor(), [slot] {
    const std::lock_guard wake_lock(slot->mutex);
    if (slot->wake != nullptr) slot->wake->cancel();
  });
}

// Counts a connection for as long as it lives.
class Counted {
 public:
  explicit Counted(std::atomic<size_t>& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::atomic<size_t>& count_;
};

int StatusOf(const beast::error_code& error) {
  if (error == http::error::body_limit) return 413;
  if (error == http::error::header_limit) return 431;
  if (error == beast::error::timeout) return 408;
  return 400;
}

}  // namespace

bool HasMediaType(const HttpRequest& request, absl::string_view media_type) {
  const auto encoding = request.headers.find("content-encoding");
  if (encoding != request.headers.end() && !absl::EqualsIgnoreCase(encoding->second, "identity")) {
    return false;
  }
  const auto type = request.headers.find("content-type");
  if (type == request.headers.end()) return false;
  const absl::string_view named = type->second;
  return absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(named.substr(0, named.find(';'))),
                                media_type);
}

// Owns every connection: each is a coroutine that waits in `io`, and goes with it.
struct HttpsServer::Impl {
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
  asio::awaitable<void> SkipRest(TlsStream& stream, beast::flat_buffer& buffer);
  asio::awaitable<HttpResponse> Ask(HttpRequest request);

  std::atomic<size_t> connections = 0;  // Before `io`: a connection that goes with it counts down.
  asio::io_context io{2};
  asio::ssl::context tls;
  tcp::acceptor acceptor;
  const HttpLimits limits;
  const Handle handle;
  const std::function<HttpResponse(int)> refuse;
};

asio::awaitable<void> HttpsServer::Impl::Accept() {
  while (true) {
    auto [error, socket] = co_await acceptor.async_accept(asio::make_strand(io), kNoThrow);
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      // Such as no file left: one of the open connections must go first.
      asio::steady_timer pause(io, kAcceptPause);
      co_await pause.async_wait(kNoThrow);
      continue;
    }
    if (connections >= limits.connections) continue;  // Closed by leaving scope.
    auto executor = socket.get_executor();
    asio::co_spawn(executor, Serve(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> HttpsServer::Impl::Serve(tcp::socket socket) {
  const Counted counted(connections);
  TlsStream stream(std::move(socket), tls);
  beast::get_lowest_layer(stream).expires_after(absl::ToChronoMilliseconds(limits.handshake));
  auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, kNoThrow);
  if (!error) co_await Talk(stream);
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
    // Not a conditional expression: g++ 12 destroys the awaited value too early in one.
    HttpResponse response;
    if (readable) {
      HttpRequest request = RequestFrom(parser.release(), client);
      response = co_await Ask(std::move(request));
    } else {
      response = refuse(StatusOf(error));
    }
    auto native = NativeFrom(std::move(response), version, keep_alive);
    beast::get_lowest_layer(stream).expires_after(absl::ToChronoMilliseconds(limits.request));
    auto [write_error, written] = co_await http::async_write(stream, native, kNoThrow);
    if (!readable && !write_error) co_await SkipRest(stream, buffer);
    if (write_error || !keep_alive) break;
  }
  beast::get_lowest_layer(stream).expires_after(absl::ToChronoMilliseconds(limits.handshake));
  static_cast<void>(co_await stream.async_shutdown(kNoThrow));
}

// Takes in what a refused client still sends: closing over unread bytes resets the connection, and
// the client may then lose the answer that it was refused.
asio::awaitable<void> HttpsServer::Impl::SkipRest(TlsStream& stream, beast::flat_buffer& buffer) {
  beast::get_lowest_layer(stream).expires_after(absl::ToChronoMilliseconds(limits.handshake));
  for (size_t skipped = 0; skipped < kMostSkipped;) {
    buffer.clear();
    auto [error, size] = co_await stream.async_read_some(buffer.prepare(16384), kNoThrow);
    if (error) break;
    skipped += size;
  }
}

// Hands the request over and sleeps until somebody responds, on whatever thread.
asio::awaitable<HttpResponse> HttpsServer::Impl::Ask(HttpRequest request) {
  asio::steady_timer wake(co_await asio::this_coro::executor,
                          asio::steady_timer::time_point::max());
  const SlotHolder holder(wake);
  handle(std::move(request),
         [slot = holder.slot()](HttpResponse response) { PutResponse(slot, std::move(response)); });
  co_await wake.async_wait(kNoThrow);
  const std::lock_guard lock(holder.slot()->mutex);
  co_return *std::move(holder.slot()->response);
}

absl::StatusOr<std::unique_ptr<HttpsServer>> HttpsServer::Listen(
    const Door& door, HttpLimits limits, Handle handle, std::function<HttpResponse(int)> refuse) {
  FOSSE_ASSIGN_OR_RETURN(asio::ssl::context context, TlsContext(door.credentials(), true));
  if (door.browsers()) context.set_verify_mode(asio::ssl::verify_none);
  if (door.certificate_optional()) context.set_verify_mode(asio::ssl::verify_peer);
  auto impl =
      std::make_unique<Impl>(std::move(context), limits, std::move(handle), std::move(refuse));
  FOSSE_RETURN_IF_ERROR(ListenOn(door.listen(), impl->acceptor));
  asio::co_spawn(impl->io, impl->Accept(), asio::detached);
  std::unique_ptr<HttpsServer> server(new HttpsServer(std::move(impl)));
  for (int n = 0; n < 2; ++n) {
    server->threads_.emplace_back([io = &server->impl_->io] { io->run(); });
  }
  return server;
}

HttpsServer::HttpsServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpsServer::~HttpsServer() {
  impl_->io.stop();
  for (std::thread& thread : threads_) thread.join();
}

int HttpsServer::port() const {
  beast::error_code error;
  return impl_->acceptor.local_endpoint(error).port();
}

}  // namespace fosse::adapters
