#include "adapters/kit/address.h"

#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::adapters {
namespace {

bool IsPublic(const char* text) { return IsPublicAddress(boost::asio::ip::make_address(text)); }

TEST(AddressTest, OnlyTheOpenInternetIsPublic) {
  Shows({"haz-31"});
  for (const char* open :
       {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "172.15.255.255", "172.32.0.0", "192.167.255.255", "198.17.255.255", "198.20.0.0",
        "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "2003::1"}) {
    EXPECT_TRUE(IsPublic(open)) << open;
  }
  for (const char* ours : {"0.0.0.0",
                           "10.0.0.0",
                           "10.255.255.255",
                           "100.64.0.0",
                           "100.127.255.255",
                           "127.0.0.1",
                           "127.255.255.255",
                           "169.254.169.254",
                           "172.16.0.0",
                           "172.31.255.255",
                           "192.0.0.8",
                           "192.0.2.1",
                           "192.168.1.1",
                           "198.18.0.1",
                           "198.19.255.255",
                           "198.51.100.7",
                           "203.0.113.7",
                           "224.0.0.1",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.0.0.1",
                           "64:ff9b::a00:1",
                           "fc00::1",
                           "fd12::1",
                           "fe80::1",
                           "ff02::1",
                           "2001::1",
                           "2001:db8::1",
                           "2002:a00:1::1"}) {
    EXPECT_FALSE(IsPublic(ours)) << ours;
  }
}

}  // namespace
}  // namespace fosse::adapters
