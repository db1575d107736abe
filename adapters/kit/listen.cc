#include "adapters/kit/listen.h"

#include <string>

#include "absl/strings/numbers.h"
#include "base/status.h"
#include "boost/asio/ip/address.hpp"

namespace fosse::adapters {

absl::Status ListenOn(absl::string_view address_and_port,
                      boost::asio::ip::tcp::acceptor& acceptor) {
  namespace asio = boost::asio;
  const size_t colon = address_and_port.rfind(':');
  uint32_t port = 0;
  boost::system::error_code error;
  const bool numeric = colon != absl::string_view::npos &&
                       absl::SimpleAtoi(address_and_port.substr(colon + 1), &port) && port < 65536;
  const auto address =
      asio::ip::make_address(std::string(address_and_port.substr(0, numeric ? colon : 0)), error);
  if (numeric && !error) {
    const asio::ip::tcp::endpoint endpoint(address, static_cast<uint16_t>(port));
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  }
  if (!numeric || error) {
    return MakeError(absl::StatusCode::kUnavailable, "ADDRESS_UNUSABLE",
                     "cannot listen there; give address:port, free and of this machine");
  }
  return absl::OkStatus();
}

}  // namespace fosse::adapters
