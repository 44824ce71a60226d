#pragma once

#include <chrono>
#include <memory>

#include "net/internal/channel.h"
#include "net/internal/tcp_channel.h"

struct ssl_st;      // OpenSSL's SSL
struct ssl_ctx_st;  // and SSL_CTX

namespace accubooks::net {

/// What a TLS listener talks to a client through: OpenSSL works in memory, and the socket's own
/// channel carries its bytes, so that deadlines and the connection's end are kept there alone. A
/// client whose first byte begins no handshake is taken plainly; the session judges what it may.
class TlsChannel final : public Channel {
public:
    /// `socket` must outlive it. `handshake_timeout`: for a handshake that has begun.
    TlsChannel(
        TcpChannel& socket,
        const std::shared_ptr<ssl_ctx_st>& context,
        std::chrono::milliseconds handshake_timeout
    );
    ~TlsChannel() override;

    base::Task<Read> read(std::span<char> into, base::Deadline deadline) override;
    base::Task<bool> write(
        std::string_view head, std::string_view body, base::Deadline::duration patience
    ) override;
    base::Task<void> linger(base::Deadline deadline) override;
    bool is_encrypted() const override { return state_ == State::encrypted; }

    /// Tells the client that nothing more will come, so that it knows that it has everything.
    base::Task<void> finish();

private:
    enum class State : std::uint8_t { fresh, plain, encrypted, over };

    base::Task<Read> begin(std::span<char> into, base::Deadline deadline);
    base::Task<bool> shake_hands(std::span<char> scratch, std::size_t received);
    base::Task<Read> decrypt(std::span<char> into, base::Deadline deadline);
    base::Task<Read> receive(std::span<char> scratch, base::Deadline deadline);
    base::Task<bool> flush(base::Deadline::duration patience);

    struct Free {
        void operator()(ssl_st* ssl) const;
    };

    TcpChannel& socket_;
    std::unique_ptr<ssl_st, Free> ssl_;
    std::chrono::milliseconds handshake_timeout_;
    State state_ = State::fresh;
};

}  // namespace accubooks::net
