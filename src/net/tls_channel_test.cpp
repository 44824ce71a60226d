#include "net/internal/tls_channel.h"

#include <functional>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "net/internal/server_under_test.h"
#include "net/internal/written_certificate_test.h"
#include "testing/temporary_folder.h"

namespace accubooks::net {
namespace {

using namespace std::chrono_literals;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// One blocking TLS connection to this machine, which trusts everybody.
class TlsClient {
public:
    using Prepare = std::function<void(SSL_CTX*)>;

    explicit TlsClient(std::uint16_t port, const Prepare& prepare = {})
        : context_{SSL_CTX_new(TLS_client_method()), SSL_CTX_free} {
        if (prepare) {
            prepare(context_.get());
        }
        bio_.reset(BIO_new_ssl_connect(context_.get()));
        const std::string where = "127.0.0.1:" + std::to_string(port);
        BIO_set_conn_hostname(bio_.get(), where.c_str());
        is_connected_ = BIO_do_connect(bio_.get()) == 1;
        BIO_get_ssl(bio_.get(), &ssl_);
    }

    bool is_connected() const { return is_connected_; }
    SSL* ssl() const { return ssl_; }

    void send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const int sent = BIO_write(bio_.get(), bytes.data(), static_cast<int>(bytes.size()));
            base::ensure(sent > 0, "the server takes what the test sends");
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    /// Until the server ends the connection.
    std::string receive_all() const {
        std::string all;
        std::array<char, 16'384> piece{};
        for (int got = 1; got > 0;) {
            got = BIO_read(bio_.get(), piece.data(), static_cast<int>(piece.size()));
            all.append(piece.data(), static_cast<std::size_t>(std::max(got, 0)));
        }
        return all;
    }

    /// Whether the server said that nothing more comes.
    bool was_told_the_end() const { return (SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0; }

private:
    std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
    std::unique_ptr<BIO, void (*)(BIO*)> bio_{nullptr, BIO_free_all};
    SSL* ssl_ = nullptr;
    bool is_connected_ = false;
};

constexpr std::string_view kLastRequest =
    "GET /over-tls HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

class TlsChannelTest : public ::testing::Test {
protected:
    HttpSettings settings() const { return {.tls = identity}; }

    ::accubooks::testing::TemporaryFolder folder;
    WrittenCertificate written{folder.path()};
    std::shared_ptr<TlsIdentity> identity =
        TlsIdentity::read({.certificate = written.certificate_file, .key = written.key_file})
            .value();
};

TEST_F(TlsChannelTest, CarriesRequestsAndAnswers) {
    const TestServer server{settings()};
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        SCOPED_TRACE(version);
        const TlsClient client{server.port(), [version](SSL_CTX* context) {
                                   SSL_CTX_set_max_proto_version(context, version);
                               }};
        ASSERT_TRUE(client.is_connected());
        EXPECT_EQ(SSL_version(client.ssl()), version);
        client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        client.send(kLastRequest);
        const std::string answers = client.receive_all();
        EXPECT_THAT(answers, StartsWith("HTTP/1.1 200 OK\r\n"));
        EXPECT_THAT(answers, HasSubstr("\r\n\r\nhelloHTTP/1.1 200 OK\r\n"));
        EXPECT_THAT(answers, EndsWith("\r\n\r\nover TLS"));
        EXPECT_TRUE(client.was_told_the_end());
    }
}

TEST_F(TlsChannelTest, CarriesLargeBodiesWhole) {
    const TestServer server{settings()};
    const TlsClient client{server.port()};
    std::string body(3'000'000, 'a');
    for (std::size_t at = 0; at < body.size(); ++at) {
        body[at] = static_cast<char>('a' + at * 7919 % 26);
    }
    client.send(
        "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body
    );
    const std::string answer = client.receive_all();
    EXPECT_EQ(answer.substr(answer.find("\r\n\r\n") + 4), body);
    EXPECT_TRUE(client.was_told_the_end());
}

TEST_F(TlsChannelTest, SpeaksNoOldVersion) {
    const TestServer server{settings()};
    const TlsClient client{server.port(), [](SSL_CTX* context) {
                               SSL_CTX_set_security_level(context, 0);
                               SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
                               SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
                           }};
    EXPECT_FALSE(client.is_connected());
}

TEST_F(TlsChannelTest, AgreesOnHttp11OrOnNothing) {
    const TestServer server{settings()};
    struct Case {
        std::string offered;
        bool is_agreed;
    };
    using namespace std::string_literals;
    for (const auto& [offered, is_agreed] :
         {Case{"\x02h2\x08http/1.1"s, true}, {"\x08http/1.1"s, true}, {"\x02h2"s, false}}) {
        SCOPED_TRACE(offered);
        const TlsClient client{server.port(), [&offered](SSL_CTX* context) {
                                   SSL_CTX_set_alpn_protos(
                                       context,
                                       reinterpret_cast<const unsigned char*>(offered.data()),
                                       static_cast<unsigned>(offered.size())
                                   );
                               }};
        EXPECT_EQ(client.is_connected(), is_agreed);
        const unsigned char* chosen = nullptr;
        unsigned size = 0;
        SSL_get0_alpn_selected(client.ssl(), &chosen, &size);
        EXPECT_EQ(size, is_agreed ? 8U : 0U);
    }
}

TEST_F(TlsChannelTest, ShowsARenewedCertificateToNewConnections) {
    const TestServer server{settings()};
    const auto certificate_at = [](const TlsClient& client) {
        X509* const shown = SSL_get0_peer_certificate(client.ssl());
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned size = 0;
        X509_digest(shown, EVP_sha256(), digest.data(), &size);
        return base::to_hex(std::span{digest}.first(size));
    };
    const TlsClient before{server.port()};
    const WrittenCertificate renewed{folder.path()};
    ASSERT_EQ(identity->refresh(), true);
    const TlsClient after{server.port()};
    EXPECT_NE(certificate_at(before), certificate_at(after));
    before.send(kLastRequest);
    EXPECT_THAT(before.receive_all(), EndsWith("over TLS"));
}

TEST_F(TlsChannelTest, LetsThisMachineItselfTalkPlainly) {
    const TestServer server{settings()};
    const auto answer = server.connect().request("GET", "/over-tls");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "plainly");
}

TEST_F(TlsChannelTest, EndsAHandshakeThatIsNoneOrStalls) {
    HttpSettings impatient = settings();
    impatient.header_timeout = 30ms;
    const TestServer server{impatient};
    auto garbage = server.connect();
    garbage.send("\x16\x03\x01 what is this?");
    EXPECT_THAT(garbage.receive_all(), Not(HasSubstr("HTTP")));
    auto stalling = server.connect();
    stalling.send("\x16");
    EXPECT_EQ(stalling.receive_all(), "");
    const TlsClient client{server.port()};
    EXPECT_TRUE(client.is_connected());
}

TEST_F(TlsChannelTest, IsClosedWithAGoodbyeWhenTheServerStops) {
    TestServer server{settings()};
    const TlsClient client{server.port()};
    client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    std::array<char, 4> start{};
    ASSERT_EQ(SSL_read(client.ssl(), start.data(), start.size()), 4);
    server.server().stop(base::deadline_in(10s));
    client.receive_all();
    EXPECT_TRUE(client.was_told_the_end());
}

TEST(CheckReach, WantsTlsWhereOthersCome) {
    const ::accubooks::testing::TemporaryFolder folder;
    const WrittenCertificate written{folder.path()};
    const auto identity =
        TlsIdentity::read({.certificate = written.certificate_file, .key = written.key_file})
            .value();
    for (const char* address : {"127.0.0.1", "127.0.0.2", "::1"}) {
        EXPECT_TRUE(check_reach({}, address).has_value()) << address;
    }
    for (const char* address : {"0.0.0.0", "::", "192.0.2.1"}) {
        EXPECT_EQ(check_reach({}, address).error().code, "http.tls_required") << address;
        EXPECT_TRUE(check_reach({.tls = identity}, address).has_value());
        EXPECT_TRUE(check_reach({.trusted_proxies = {"192.0.2.9"}}, address).has_value());
        EXPECT_TRUE(check_reach({.trusts_its_network = true}, address).has_value());
    }
}

}  // namespace
}  // namespace accubooks::net
