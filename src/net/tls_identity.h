#pragma once

#include <filesystem>
#include <memory>
#include <mutex>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace accubooks::net {

/// Who a listener is to its clients: a certificate and its key, from files that may be renewed
/// while it listens. TLS 1.2 with forward secrecy and authenticated ciphers, or 1.3. For any
/// thread.
class TlsIdentity {
public:
    struct Files {
        std::filesystem::path certificate;  // PEM, the chain behind it
        std::filesystem::path key;          // PEM, without a passphrase, not readable by everybody
    };

    /// Errors: `http.bad_certificate`.
    static base::Result<std::shared_ptr<TlsIdentity>> read(Files files);

    /// Reads the files again; whether they hold something else by now, which connections get that
    /// begin from now on. Errors: `http.bad_certificate`; connections get then what they got
    /// before.
    base::Result<bool> refresh();

    /// When the certificate ends.
    base::Instant expires_at() const;

    /// What a connection that begins now is made from.
    std::shared_ptr<ssl_ctx_st> context() const;

private:
    struct Held {
        base::Digest content{};  // of both files
        base::Instant expires_at{};
        std::shared_ptr<ssl_ctx_st> context{};
    };
    static base::Result<Held> load(const Files& files);

    TlsIdentity(Files files, Held held);

    const Files files_;
    mutable std::mutex mutex_;
    Held held_;  // guarded
};

}  // namespace accubooks::net
