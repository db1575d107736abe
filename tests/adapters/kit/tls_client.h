#ifndef FOSSE_TESTS_ADAPTERS_KIT_TLS_CLIENT_H_
#define FOSSE_TESTS_ADAPTERS_KIT_TLS_CLIENT_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "adapters/kit/config.pb.h"
#include "boost/asio/connect.hpp"
#include "boost/asio/io_context.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/read.hpp"
#include "boost/asio/ssl.hpp"
#include "boost/asio/write.hpp"
#include "boost/beast/core/flat_buffer.hpp"
#include "boost/beast/http.hpp"

namespace fosse::adapters {

// One TLS connection to a port of this machine that says exactly what a test wants said. Not
// thread-safe.
class TlsClient {
 public:
  // Without a certificate where `credentials` names none.
  TlsClient(int port, const Credentials& credentials, SSL_SESSION* session = nullptr)
      : context_(boost::asio::ssl::context::tls_client) {
    boost::system::error_code error;
    context_.load_verify_file(credentials.authority(), error);
    context_.set_verify_mode(boost::asio::ssl::verify_peer, error);
    if (!credentials.certificate().empty()) {
      context_.use_certificate_chain_file(credentials.certificate(), error);
      context_.use_private_key_file(credentials.key(), boost::asio::ssl::context::pem, error);
    }
    stream_ = std::make_unique<Stream>(io_, context_);
    if (session != nullptr) SSL_set_session(stream_->native_handle(), session);
    const auto address = boost::asio::ip::make_address("127.0.0.1");
    stream_->lowest_layer().connect({address, static_cast<uint16_t>(port)}, error);
    if (!error) stream_->handshake(boost::asio::ssl::stream_base::client, error);
    connected_ = !error;
  }

  bool connected() const { return connected_; }

  bool Send(absl::string_view bytes) {
    boost::system::error_code error;
    boost::asio::write(*stream_, boost::asio::buffer(bytes.data(), bytes.size()), error);
    return !error;
  }

  struct Response {
    int status = 0;  // 0: the connection ended instead.
    std::string body;
    bool keep_alive = false;
  };
  Response Read() {
    boost::system::error_code error;
    boost::beast::http::response<boost::beast::http::string_body> response;
    boost::beast::http::read(*stream_, buffer_, response, error);
    if (error) return {};
    return {static_cast<int>(response.result_int()), response.body(), response.keep_alive()};
  }
  Response Ask(absl::string_view bytes) { return Send(bytes) ? Read() : Response(); }

  // Waits until the other side ends the connection; false where it sends something instead.
  bool IsEnded() {
    boost::system::error_code error;
    char byte;
    stream_->read_some(boost::asio::buffer(&byte, 1), error);
    return static_cast<bool>(error);
  }

  SSL_SESSION* Session() { return SSL_get1_session(stream_->native_handle()); }

 private:
  using Stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;
  boost::asio::io_context io_;
  boost::asio::ssl::context context_;
  std::unique_ptr<Stream> stream_;
  boost::beast::flat_buffer buffer_;
  bool connected_ = false;
};

}  // namespace fosse::adapters

#endif  // FOSSE_TESTS_ADAPTERS_KIT_TLS_CLIENT_H_
