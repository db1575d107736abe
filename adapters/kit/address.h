#ifndef FOSSE_ADAPTERS_KIT_ADDRESS_H_
#define FOSSE_ADAPTERS_KIT_ADDRESS_H_

#include "boost/asio/ip/address.hpp"

namespace fosse::adapters {

// Whether an address is one of the open internet: not loopback, private, link-local, shared,
// multicast, for documentation or a tunnel to such (the IANA registries of special-purpose
// addresses). Of IPv6 only global unicast is. Pure.
bool IsPublicAddress(const boost::asio::ip::address& address);

}  // namespace fosse::adapters

#endif  // FOSSE_ADAPTERS_KIT_ADDRESS_H_
