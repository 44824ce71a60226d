#include "net/internal/tls_channel.h"

#include <algorithm>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/error.h"

namespace accubooks::net {

namespace {

constexpr char kHandshakeRecord = 0x16;  // RFC 8446 §5.1; no HTTP request begins so
constexpr std::size_t kFlushBytes = 64UL * 1024;
/// A client that has just connected is about to say hello, and then to ask, also to a server that
/// takes no more than what has come already.
constexpr std::chrono::seconds kFirstWords{2};

/// What OpenSSL wants to be sent.
std::string_view pending(SSL* ssl) {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(SSL_get_wbio(ssl), &bytes);
    return {bytes, static_cast<std::size_t>(std::max(size, 0L))};
}

}  // namespace

void TlsChannel::Free::operator()(ssl_st* ssl) const {
    SSL_free(ssl);
}

TlsChannel::TlsChannel(
    TcpChannel& socket,
    const std::shared_ptr<ssl_ctx_st>& context,
    std::chrono::milliseconds handshake_timeout
)
    : socket_{socket}, ssl_{SSL_new(context.get())}, handshake_timeout_{handshake_timeout} {
    BIO* const received = BIO_new(BIO_s_mem());
    BIO* const sent = BIO_new(BIO_s_mem());
    base::ensure(
        ssl_ != nullptr && received != nullptr && sent != nullptr,
        "OpenSSL has the memory that every allocation needs"
    );
    SSL_set_bio(ssl_.get(), received, sent);  // which it owns from here on
    SSL_set_accept_state(ssl_.get());
}

TlsChannel::~TlsChannel() = default;

base::Task<Channel::Read> TlsChannel::read(std::span<char> into, base::Deadline deadline) {
    switch (state_) {
        case State::fresh:
            co_return co_await begin(into, deadline);
        case State::plain:
            co_return co_await socket_.read(into, deadline);
        case State::encrypted:
            co_return co_await decrypt(into, deadline);
        case State::over:
            co_return Read{};
    }
    std::unreachable();
}

base::Task<Channel::Read> TlsChannel::begin(std::span<char> into, base::Deadline deadline) {
    const Read first =
        co_await socket_.read(into, std::max(deadline, base::deadline_in(kFirstWords)));
    if (first.bytes == 0) {
        co_return first;
    }
    if (into.front() != kHandshakeRecord) {
        state_ = State::plain;
        co_return first;
    }
    const bool is_done = co_await shake_hands(into, first.bytes);
    if (!is_done) {
        state_ = State::over;
        co_return Read{};
    }
    state_ = State::encrypted;
    co_return co_await decrypt(into, std::max(deadline, base::deadline_in(kFirstWords)));
}

base::Task<bool> TlsChannel::shake_hands(std::span<char> scratch, std::size_t received) {
    const base::Deadline deadline = base::deadline_in(handshake_timeout_);
    BIO_write(SSL_get_rbio(ssl_.get()), scratch.data(), static_cast<int>(received));
    while (true) {
        ERR_clear_error();
        const int done = SSL_do_handshake(ssl_.get());
        const int why = SSL_get_error(ssl_.get(), done);
        // Also when it failed: the client reads the alert.
        const bool is_sent = co_await flush(handshake_timeout_);
        if (done == 1 || !is_sent || why != SSL_ERROR_WANT_READ) {
            co_return done == 1 && is_sent;
        }
        const Read more = co_await receive(scratch, deadline);
        if (more.bytes == 0) {
            co_return false;
        }
    }
}

base::Task<Channel::Read> TlsChannel::decrypt(std::span<char> into, base::Deadline deadline) {
    while (true) {
        ERR_clear_error();
        std::size_t bytes = 0;
        const int done = SSL_read_ex(ssl_.get(), into.data(), into.size(), &bytes);
        if (done == 1) {
            co_return Read{.bytes = bytes};
        }
        const int why = SSL_get_error(ssl_.get(), done);
        const bool is_sent = co_await flush(handshake_timeout_);  // new keys, or an alert
        if (why == SSL_ERROR_ZERO_RETURN) {
            co_return Read{};  // the client says that nothing more comes; it may still be answered
        }
        if (why != SSL_ERROR_WANT_READ || !is_sent) {
            state_ = State::over;
            co_return Read{};
        }
        const Read more = co_await receive(into, deadline);
        if (more.bytes == 0) {
            co_return more;
        }
    }
}

/// More for OpenSSL to work on.
base::Task<Channel::Read> TlsChannel::receive(std::span<char> scratch, base::Deadline deadline) {
    const Read read = co_await socket_.read(scratch, deadline);
    BIO_write(SSL_get_rbio(ssl_.get()), scratch.data(), static_cast<int>(read.bytes));
    co_return read;
}

base::Task<bool> TlsChannel::flush(base::Deadline::duration patience) {
    const std::string_view bytes = pending(ssl_.get());
    if (bytes.empty()) {
        co_return true;
    }
    const bool is_sent = co_await socket_.write(bytes, {}, patience);
    BIO_reset(SSL_get_wbio(ssl_.get()));
    co_return is_sent;
}

base::Task<bool> TlsChannel::write(
    std::string_view head, std::string_view body, base::Deadline::duration patience
) {
    if (state_ != State::encrypted) {
        co_return state_ == State::plain&& co_await socket_.write(head, body, patience);
    }
    for (std::string_view piece : {head, body}) {
        while (!piece.empty()) {
            ERR_clear_error();
            std::size_t taken = 0;
            const auto part = piece.substr(0, kFlushBytes);
            if (SSL_write_ex(ssl_.get(), part.data(), part.size(), &taken) != 1) {
                state_ = State::over;
                co_return false;
            }
            piece.remove_prefix(taken);
            const bool is_sent =
                pending(ssl_.get()).size() < kFlushBytes || co_await flush(patience);
            if (!is_sent) {
                co_return false;
            }
        }
    }
    co_return co_await flush(patience);
}

base::Task<void> TlsChannel::linger(base::Deadline deadline) {
    co_await finish();
    co_await socket_.linger(deadline);
}

base::Task<void> TlsChannel::finish() {
    if (state_ == State::encrypted) {
        state_ = State::over;
        ERR_clear_error();
        SSL_shutdown(ssl_.get());
        co_await flush(kFirstWords);
    }
}

}  // namespace accubooks::net
