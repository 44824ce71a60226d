#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace accubooks::testing {

/// An answer as a test sees it.
struct HttpReply {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    /// The first field of that name, whatever its case.
    std::optional<std::string> find(std::string_view name) const;
};

using HttpFields = std::vector<std::pair<std::string, std::string>>;

/// One blocking connection to a server on 127.0.0.1, which sends whatever bytes a test wants.
/// Everything that goes wrong, also 20 seconds without a byte, is a std::runtime_error.
class HttpClient {
public:
    explicit HttpClient(std::uint16_t port);
    ~HttpClient();
    HttpClient(HttpClient&& other) noexcept;
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    void send(std::string_view bytes) const;
    /// Says that nothing more will be sent.
    void finish_sending() const;

    /// The next answer, read by its Content-Length. `to` is the method it answers: HEAD has no
    /// body.
    HttpReply receive(std::string_view to = "GET");

    /// Everything until the server closes the connection.
    std::string receive_all();

    /// Sends one request with Host, and Content-Length when there is a body, and returns its
    /// answer.
    HttpReply request(
        std::string_view method,
        std::string_view target,
        const HttpFields& fields = {},
        std::string_view body = {}
    );

private:
    bool read_more();

    int socket_ = -1;
    std::string buffer_;  // received and not yet used
};

}  // namespace accubooks::testing
