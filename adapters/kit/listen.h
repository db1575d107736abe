#ifndef FOSSE_ADAPTERS_KIT_LISTEN_H_
#define FOSSE_ADAPTERS_KIT_LISTEN_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "boost/asio/ip/tcp.hpp"

namespace fosse::adapters {

// Opens `acceptor` on "address:port" of this machine; port 0 is any free one. UNAVAILABLE, reason
// ADDRESS_UNUSABLE.
absl::Status ListenOn(absl::string_view address_and_port, boost::asio::ip::tcp::acceptor& acceptor);

}  // namespace fosse::adapters

#endif  // FOSSE_ADAPTERS_KIT_LISTEN_H_
