#include "adapters/kit/address.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace fosse::adapters {

namespace ip = boost::asio::ip;

namespace {

struct Network {
  uint32_t base;
  int bits;
};

constexpr Network kNotPublic4[] = {
    {0x00000000, 8},   // 0.0.0.0/8, this network
    {0x0a000000, 8},   // 10.0.0.0/8
    {0x64400000, 10},  // 100.64.0.0/10, shared
    {0x7f000000, 8},   // 127.0.0.0/8
    {0xa9fe0000, 16},  // 169.254.0.0/16, link-local
    {0xac100000, 12},  // 172.16.0.0/12
    {0xc0000000, 24},  // 192.0.0.0/24
    {0xc0000200, 24},  // 192.0.2.0/24, documentation
    {0xc0a80000, 16},  // 192.168.0.0/16
    {0xc6120000, 15},  // 198.18.0.0/15, benchmarks
    {0xc6336400, 24},  // 198.51.100.0/24, documentation
    {0xcb007100, 24},  // 203.0.113.0/24, documentation
    {0xe0000000, 3},   // 224.0.0.0/4 multicast, 240.0.0.0/4 reserved
};

// Within 2000::/3, by the first 32 bits.
constexpr Network kNotPublic6[] = {
    {0x20010000, 23},  // 2001::/23, Teredo and other protocols
    {0x20010db8, 32},  // 2001:db8::/32, documentation
    {0x20020000, 16},  // 2002::/16, 6to4
};

bool Within(uint32_t address, const Network& network) {
  return (address ^ network.base) >> (32 - network.bits) == 0;
}

template <size_t kSize>
bool InNone(uint32_t address, const Network (&networks)[kSize]) {
  return std::none_of(std::begin(networks), std::end(networks),
                      [address](const Network& network) { return Within(address, network); });
}

}  // namespace

bool IsPublicAddress(const ip::address& address) {
  if (address.is_v4()) return InNone(address.to_v4().to_uint(), kNotPublic4);
  const ip::address_v6::bytes_type bytes = address.to_v6().to_bytes();
  const uint32_t first = uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 |
                         uint32_t{bytes[2]} << 8 | uint32_t{bytes[3]};
  return Within(first, {0x20000000, 3}) && InNone(first, kNotPublic6);
}

}  // namespace fosse::adapters
