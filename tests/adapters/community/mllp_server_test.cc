#include "adapters/community/mllp_server.h"

#include <condition_variable>
#include <mutex>
#include <optional>

#include "absl/strings/str_cat.h"
#include "adapters/hl7/mllp.h"
#include "adapters/kit/tls.h"
#include "boost/asio/buffer.hpp"
#include "boost/asio/io_context.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/ssl/stream.hpp"
#include "boost/asio/write.hpp"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/adapters/community/certificate_files.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::community {
namespace {

namespace asio = boost::asio;
using ::testing::ElementsAre;

// A blocking client.
class Client {
 public:
  Client(int port, asio::ssl::context& context) : stream_(io_, context) {
    boost::system::error_code error;
    stream_.next_layer().connect({asio::ip::make_address("127.0.0.1"), static_cast<uint16_t>(port)},
                                 error);
    if (!error) stream_.handshake(asio::ssl::stream_base::client, error);
    connected_ = !error;
  }
  bool connected() const { return connected_; }

  void Send(const std::string& bytes) {
    boost::system::error_code ignored;
    asio::write(stream_, asio::buffer(bytes), ignored);
  }
  // The next frame; nothing where the connection ended first.
  std::optional<std::string> Read() {
    while (true) {
      if (std::optional<hl7::MllpFrame> frame = decoder_.Next()) return frame->bytes;
      char buffer[4096];
      boost::system::error_code error;
      const size_t size = stream_.read_some(asio::buffer(buffer), error);
      if (error) return std::nullopt;
      decoder_.Feed(absl::string_view(buffer, size));
    }
  }

 private:
  asio::io_context io_;
  asio::ssl::stream<asio::ip::tcp::socket> stream_;
  hl7::MllpDecoder decoder_;
  bool connected_ = false;
};

std::string Frame(const std::string& message) { return "\x0B" + message + "\x1C\r"; }

class MllpServerTest : public ::testing::Test {
 protected:
  void Start(MllpLimits limits, MllpServer::Handle handle) {
    Door door;
    door.set_listen("127.0.0.1:0");
    *door.mutable_credentials() = files_.Of("ADAPTER");
    ASSERT_OK_AND_ASSIGN(server_, MllpServer::Listen(door, limits, std::move(handle)));
    ASSERT_OK_AND_ASSIGN(asio::ssl::context context,
                         TlsContext(files_.Of("RT5"), /*server=*/false));
    context_.emplace(std::move(context));
  }
  // Answers "ack of " and the message, "cut" where it was too long; remembers what came.
  void StartEcho(MllpLimits limits = {}) {
    Start(limits, [this](MllpRequest request, MllpServer::Respond respond) {
      {
        const std::lock_guard lock(mutex_);
        came_.push_back(request.bytes);
        client_ = request.client;
      }
      respond({request.is_cut ? "cut" : "ack of " + request.bytes});
    });
  }
  std::vector<std::string> came() {
    const std::lock_guard lock(mutex_);
    return came_;
  }

  CertificateFiles files_;
  std::mutex mutex_;
  std::vector<std::string> came_;
  std::string client_;
  std::optional<asio::ssl::context> context_;
  std::unique_ptr<MllpServer> server_;  // Goes first.
};

TEST_F(MllpServerTest, FrameMayBeCutAnywhere) {
  Shows({"haz-21"});
  StartEcho();
  Client client(server_->port(), *context_);
  const std::string frame = Frame("MSH|one");
  for (size_t cut = 0; cut <= frame.size(); ++cut) {
    client.Send(frame.substr(0, cut));
    client.Send(frame.substr(cut));
    ASSERT_EQ(client.Read(), "ack of MSH|one") << cut;
  }
  for (const char byte : frame) client.Send(std::string(1, byte));
  EXPECT_EQ(client.Read(), "ack of MSH|one");
  EXPECT_EQ(client_, "fosse:participant:RT5");
}

TEST_F(MllpServerTest, SeveralInOnePacketAreAnsweredInOrder) {
  StartEcho();
  Client client(server_->port(), *context_);
  client.Send(Frame("MSH|1") + Frame("MSH|2") + Frame("MSH|3") + "\x0BMSH|4");
  EXPECT_EQ(client.Read(), "ack of MSH|1");
  EXPECT_EQ(client.Read(), "ack of MSH|2");
  EXPECT_EQ(client.Read(), "ack of MSH|3");
  client.Send("\x1C\r");
  EXPECT_EQ(client.Read(), "ack of MSH|4");
}

TEST_F(MllpServerTest, OneMessageIsUnderWayAtATime) {
  Shows({"haz-06"});
  std::vector<MllpServer::Respond> waiting;
  std::condition_variable changed;
  Start({}, [&](MllpRequest, MllpServer::Respond respond) {
    const std::lock_guard lock(mutex_);
    waiting.push_back(std::move(respond));
    changed.notify_all();
  });
  Client client(server_->port(), *context_);
  client.Send(Frame("MSH|1") + Frame("MSH|2"));
  for (size_t n = 1; n <= 2; ++n) {
    std::unique_lock lock(mutex_);
    changed.wait(lock, [&] { return waiting.size() >= n; });
    EXPECT_EQ(waiting.size(), n);  // The second comes only after the first was answered.
    MllpServer::Respond respond = waiting.back();
    lock.unlock();
    respond({absl::StrCat("answer ", n)});
    EXPECT_EQ(client.Read(), absl::StrCat("answer ", n));
  }
}

TEST_F(MllpServerTest, SenderMayWantTwoAnswersOrNone) {
  int count = 0;
  Start({}, [&](MllpRequest, MllpServer::Respond respond) {
    respond(++count == 1 ? std::vector<std::string>{} : std::vector<std::string>{"CA", "AA"});
  });
  Client client(server_->port(), *context_);
  client.Send(Frame("MSH|1") + Frame("MSH|2"));
  EXPECT_EQ(client.Read(), "CA");
  EXPECT_EQ(client.Read(), "AA");
}

TEST_F(MllpServerTest, FrameOverTheLimitIsAnsweredOnceAndTheNextOneIsRead) {
  Shows({"haz-21"});
  StartEcho({.frame_bytes = 1000});
  Client client(server_->port(), *context_);
  client.Send(Frame("MSH|" + std::string(50'000, 'x')) + Frame("MSH|next"));
  EXPECT_EQ(client.Read(), "cut");
  EXPECT_EQ(client.Read(), "ack of MSH|next");
  ASSERT_EQ(came().size(), 2);
  EXPECT_EQ(came()[0].size(), 1000);
}

TEST_F(MllpServerTest, BrokenOffFrameIsNeverHandedOn) {
  Shows({"haz-21"});
  StartEcho();
  {
    Client client(server_->port(), *context_);
    client.Send("\x0BMSH|lost");
  }
  Client client(server_->port(), *context_);
  client.Send("\x0BMSH|lost too" + Frame("MSH|whole"));
  EXPECT_EQ(client.Read(), "ack of MSH|whole");
  EXPECT_THAT(came(), ElementsAre("MSH|whole"));
}

TEST_F(MllpServerTest, WhoDoesNotSpeakMllpIsCutOff) {
  StartEcho();
  Client client(server_->port(), *context_);
  client.Send(std::string(10'000, 'x'));
  EXPECT_EQ(client.Read(), std::nullopt);
  EXPECT_TRUE(came().empty());
}

TEST_F(MllpServerTest, LineEndsBetweenFramesAddUpToNothing) {
  StartEcho({.stray_bytes = 8});
  Client client(server_->port(), *context_);
  for (int n = 0; n < 50; ++n) {
    client.Send(Frame("MSH|x") + "\r\n");
    ASSERT_EQ(client.Read(), "ack of MSH|x");
  }
}

TEST_F(MllpServerTest, WithoutACertificateOfTheAuthorityNothingIsRead) {
  Shows({"ctl-01", "haz-32"});
  StartEcho();
  {
    asio::ssl::context none(asio::ssl::context::tls_client);
    Client client(server_->port(), none);
    client.Send(Frame("MSH|x"));
    EXPECT_EQ(client.Read(), std::nullopt);
  }
  {
    ASSERT_OK_AND_ASSIGN(asio::ssl::context other,
                         TlsContext(files_.Of("RT5", /*of_stranger=*/true), false));
    Client client(server_->port(), other);
    client.Send(Frame("MSH|x"));
    EXPECT_EQ(client.Read(), std::nullopt);
  }
  EXPECT_TRUE(came().empty());
}

TEST_F(MllpServerTest, IdleSocketsDelayNobody) {
  StartEcho();
  // Half say nothing at all, half stop within a frame.
  std::vector<std::unique_ptr<Client>> idle;
  for (int n = 0; n < 64; ++n) {
    idle.push_back(std::make_unique<Client>(server_->port(), *context_));
    ASSERT_TRUE(idle.back()->connected());
    if (n % 2 == 1) idle.back()->Send("\x0BMSH|unfinished");
  }
  // 64 more that never begin the handshake.
  asio::io_context io;
  std::vector<asio::ip::tcp::socket> silent;
  for (int n = 0; n < 64; ++n) {
    silent.emplace_back(io);
    silent.back().connect(
        {asio::ip::make_address("127.0.0.1"), static_cast<uint16_t>(server_->port())});
  }
  Client client(server_->port(), *context_);
  client.Send(Frame("MSH|x"));
  EXPECT_EQ(client.Read(), "ack of MSH|x");
  for (const auto& other : idle) EXPECT_TRUE(other->connected());
  idle[1]->Send("\x1C\r");
  EXPECT_EQ(idle[1]->Read(), "ack of MSH|unfinished");
}

// Whoever has no certificate takes no place from those who have one.
TEST_F(MllpServerTest, UnfinishedHandshakesMakeRoom) {
  Shows({"ctl-31", "haz-32"});
  StartEcho({.connections = 4});
  asio::io_context io;
  std::vector<asio::ip::tcp::socket> silent;
  for (int n = 0; n < 12; ++n) {
    silent.emplace_back(io);
    silent.back().connect(
        {asio::ip::make_address("127.0.0.1"), static_cast<uint16_t>(server_->port())});
  }
  for (int n = 0; n < 4; ++n) {
    Client client(server_->port(), *context_);
    client.Send(Frame("MSH|x"));
    EXPECT_EQ(client.Read(), "ack of MSH|x");
  }
}

TEST_F(MllpServerTest, FramesThatBreakOffAgainAndAgainEndTheConnection) {
  Shows({"ctl-31", "haz-21"});
  StartEcho();
  Client client(server_->port(), *context_);
  std::string frames;
  for (int n = 0; n < 30; ++n) frames += "\x0BMSH|broken";
  client.Send(frames + Frame("MSH|late"));
  EXPECT_EQ(client.Read(), std::nullopt);
  EXPECT_TRUE(came().empty());
}

TEST_F(MllpServerTest, ConnectionsOverTheLimitAreClosed) {
  StartEcho({.connections = 2});
  Client one(server_->port(), *context_);
  Client two(server_->port(), *context_);
  one.Send(Frame("MSH|1"));
  two.Send(Frame("MSH|2"));
  EXPECT_EQ(one.Read(), "ack of MSH|1");
  EXPECT_EQ(two.Read(), "ack of MSH|2");
  Client three(server_->port(), *context_);
  three.Send(Frame("MSH|3"));
  EXPECT_EQ(three.Read(), std::nullopt);
}

TEST_F(MllpServerTest, AnswerAfterTheServerIsGoneHarmsNothing) {
  MllpServer::Respond late;
  std::condition_variable changed;
  Start({}, [&](MllpRequest, MllpServer::Respond respond) {
    const std::lock_guard lock(mutex_);
    late = std::move(respond);
    changed.notify_all();
  });
  Client client(server_->port(), *context_);
  client.Send(Frame("MSH|x"));
  {
    std::unique_lock lock(mutex_);
    changed.wait(lock, [&] { return late != nullptr; });
  }
  server_.reset();
  late({"too late"});
  late = nullptr;
  EXPECT_EQ(client.Read(), std::nullopt);
}

TEST_F(MllpServerTest, UnusableDoorsAreTold) {
  Door door;
  *door.mutable_credentials() = files_.Of("ADAPTER");
  for (const char* listen : {"", "7421", "127.0.0.1:99999", "nowhere:1", "192.0.2.1:0"}) {
    door.set_listen(listen);
    EXPECT_THAT(MllpServer::Listen(door, {}, {}), FailsWith("ADDRESS_UNUSABLE")) << listen;
  }
  door.set_listen("127.0.0.1:0");
  door.mutable_credentials()->set_key("/nonexistent");
  EXPECT_THAT(MllpServer::Listen(door, {}, {}), FailsWith("CREDENTIALS_UNREADABLE"));
}

}  // namespace
}  // namespace fosse::adapters::community
