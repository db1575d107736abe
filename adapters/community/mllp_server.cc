#include "adapters/community/mllp_server.h"

#include <array>
#include <atomic>
#include <list>
#include <mutex>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "adapters/hl7/mllp.h"
#include "adapters/kit/listen.h"
#include "adapters/kit/tls.h"
#include "base/log.h"
#include "base/status.h"
#include "boost/asio/as_tuple.hpp"
#include "boost/asio/buffer.hpp"
#include "boost/asio/co_spawn.hpp"
#include "boost/asio/detached.hpp"
#include "boost/asio/io_context.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/steady_timer.hpp"
#include "boost/asio/strand.hpp"
#include "boost/asio/use_awaitable.hpp"
#include "boost/asio/write.hpp"
#include "boost/beast/core.hpp"
#include "boost/beast/ssl.hpp"

namespace fosse::adapters::community {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

namespace {

// Errors come back as values: nothing of ours throws, and asio is asked not to.
constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

constexpr size_t kReadBytes = 16u << 10;
// A machine out of file descriptors must not spin.
constexpr absl::Duration kAcceptPause = absl::Milliseconds(100);

}  // namespace

struct MllpServer::Impl : std::enable_shared_from_this<MllpServer::Impl> {
  Impl(asio::ssl::context tls_context, MllpLimits mllp_limits, Handle handler)
      : tls(std::move(tls_context)),
        acceptor(io),
        limits(mllp_limits),
        handle(std::move(handler)) {}

  // One under way. `stream` is touched on its own executor alone.
  struct Handshake {
    TlsStream::executor_type executor;
    TlsStream* stream = nullptr;
  };

  asio::awaitable<void> Accept();
  void Begin(const std::shared_ptr<Handshake>& handshake);
  void End(const std::shared_ptr<Handshake>& handshake);
  // Ends the oldest handshake; false if none is under way.
  bool MakeRoom();
  asio::awaitable<void> Serve(tcp::socket socket);
  asio::awaitable<void> Talk(TlsStream& stream);
  asio::awaitable<int> AnswerFrames(TlsStream& stream, hl7::MllpDecoder& decoder,
                                    const std::string& client, size_t& broken);
  asio::awaitable<std::vector<std::string>> Ask(MllpRequest request);

  asio::io_context io{2};
  asio::ssl::context tls;
  tcp::acceptor acceptor;
  const MllpLimits limits;
  const Handle handle;
  std::atomic<size_t> connections = 0;
  std::mutex mutex;
  std::list<std::shared_ptr<Handshake>> handshakes;
};

asio::awaitable<void> MllpServer::Impl::Accept() {
  asio::steady_timer pause(io);
  while (true) {
    auto [error, socket] = co_await acceptor.async_accept(asio::make_strand(io), kNoThrow);
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      pause.expires_after(absl::ToChronoMilliseconds(kAcceptPause));
      static_cast<void>(co_await pause.async_wait(kNoThrow));
      continue;
    }
    if (connections >= limits.connections && !MakeRoom()) continue;  // Closed by leaving scope.
    auto executor = socket.get_executor();
    asio::co_spawn(executor, Serve(std::move(socket)), asio::detached);
  }
}

void MllpServer::Impl::Begin(const std::shared_ptr<Handshake>& handshake) {
  const std::lock_guard lock(mutex);
  handshakes.push_back(handshake);
}

void MllpServer::Impl::End(const std::shared_ptr<Handshake>& handshake) {
  handshake->stream = nullptr;
  const std::lock_guard lock(mutex);
  handshakes.remove(handshake);
}

bool MllpServer::Impl::MakeRoom() {
  const std::lock_guard lock(mutex);
  if (handshakes.empty()) return false;
  const std::shared_ptr<Handshake> oldest = handshakes.front();
  handshakes.pop_front();
  asio::post(oldest->executor, [oldest] {
    if (oldest->stream != nullptr) beast::get_lowest_layer(*oldest->stream).cancel();
  });
  return true;
}

asio::awaitable<void> MllpServer::Impl::Serve(tcp::socket socket) {
  ++connections;
  TlsStream stream(std::move(socket), tls);
  beast::get_lowest_layer(stream).expires_after(absl::ToChronoMilliseconds(limits.handshake));
  const auto begun = std::make_shared<Handshake>(Handshake{stream.get_executor(), &stream});
  Begin(begun);
  auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, kNoThrow);
  End(begun);
  if (!error) co_await Talk(stream);
  --connections;
}

asio::awaitable<void> MllpServer::Impl::Talk(TlsStream& stream) {
  const std::string client = PeerName(stream.native_handle());
  hl7::MllpDecoder decoder(limits.frame_bytes);
  std::array<char, kReadBytes> buffer;
  bool was_in_frame = false;
  size_t broken = 0;
  size_t forgiven = 0;  // Stray bytes before the last frame: some senders end each with a line end.
  beast::get_lowest_layer(stream).expires_after(absl::ToChronoMilliseconds(limits.idle));
  while (true) {
    auto [error, size] = co_await stream.async_read_some(asio::buffer(buffer), kNoThrow);
    if (error) break;
    decoder.Feed(absl::string_view(buffer.data(), size));
    const int frames = co_await AnswerFrames(stream, decoder, client, broken);
    if (frames < 0) break;
    if (frames > 0) forgiven = decoder.stray_bytes();
    if (decoder.stray_bytes() - forgiven > limits.stray_bytes) {
      Log(fosse::Severity::kWarning, "mllp-not-spoken", {});
      break;
    }
    // A frame has its own time from its first byte, which a slow sender cannot renew.
    if (!decoder.in_frame()) {
      beast::get_lowest_layer(stream).expires_after(absl::ToChronoMilliseconds(limits.idle));
    } else if (!was_in_frame || frames > 0) {
      beast::get_lowest_layer(stream).expires_after(absl::ToChronoMilliseconds(limits.frame));
    }
    was_in_frame = decoder.in_frame();
  }
  if (decoder.in_frame()) Log(fosse::Severity::kWarning, "mllp-frame-broken-off", {});
  beast::get_lowest_layer(stream).expires_after(absl::ToChronoMilliseconds(limits.handshake));
  static_cast<void>(co_await stream.async_shutdown(kNoThrow));
}

// How many frames were answered; below zero when the connection is of no more use.
asio::awaitable<int> MllpServer::Impl::AnswerFrames(TlsStream& stream, hl7::MllpDecoder& decoder,
                                                    const std::string& client, size_t& broken) {
  int frames = 0;
  while (std::optional<hl7::MllpFrame> frame = decoder.Next()) {
    if (frame->kind == hl7::MllpFrame::Kind::kBrokenOff) {
      Log(fosse::Severity::kWarning, "mllp-frame-broken-off", {});
      if (++broken > limits.broken_frames) co_return -1;
      continue;
    }
    beast::get_lowest_layer(stream).expires_never();
    MllpRequest request;
    request.bytes = std::move(frame->bytes);
    request.client = client;
    request.is_cut = frame->kind == hl7::MllpFrame::Kind::kTooLong;
    const std::vector<std::string> answers = co_await Ask(std::move(request));
    std::string bytes;
    for (const std::string& answer : answers) {
      const absl::StatusOr<std::string> framed = hl7::EncodeMllp(answer);
      if (framed.ok()) bytes += *framed;
    }
    beast::get_lowest_layer(stream).expires_after(absl::ToChronoMilliseconds(limits.frame));
    if (!bytes.empty()) {
      auto [error, size] = co_await asio::async_write(stream, asio::buffer(bytes), kNoThrow);
      if (error) co_return -1;
    }
    ++frames;
  }
  co_return frames;
}

// Hands the message over and sleeps until somebody responds, on whatever thread.
asio::awaitable<std::vector<std::string>> MllpServer::Impl::Ask(MllpRequest request) {
  auto executor = co_await asio::this_coro::executor;
  auto start = [this, executor, &request](auto handler) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    // `self` comes first, so it goes last: what answers after the server is gone finds its threads
    // stopped, and not its memory freed.
    handle(std::move(request),
           [self = shared_from_this(), executor, shared](std::vector<std::string> answers) {
             asio::post(executor, [shared, answers = std::move(answers)]() mutable {
               (*shared)(std::move(answers));
             });
           });
  };
  co_return co_await asio::async_initiate<decltype(asio::use_awaitable),
                                          void(std::vector<std::string>)>(std::move(start),
                                                                          asio::use_awaitable);
}

absl::StatusOr<std::unique_ptr<MllpServer>> MllpServer::Listen(const Door& door, MllpLimits limits,
                                                               Handle handle) {
  FOSSE_ASSIGN_OR_RETURN(asio::ssl::context context, TlsContext(door.credentials(), true));
  auto impl = std::make_shared<Impl>(std::move(context), limits, std::move(handle));
  FOSSE_RETURN_IF_ERROR(ListenOn(door.listen(), impl->acceptor));
  asio::co_spawn(impl->io, impl->Accept(), asio::detached);
  std::unique_ptr<MllpServer> server(new MllpServer(impl));
  for (int n = 0; n < 2; ++n) server->threads_.emplace_back([impl] { impl->io.run(); });
  return server;
}

MllpServer::~MllpServer() {
  impl_->io.stop();
  for (std::thread& thread : threads_) thread.join();
}

int MllpServer::port() const {
  beast::error_code error;
  return impl_->acceptor.local_endpoint(error).port();
}

}  // namespace fosse::adapters::community
