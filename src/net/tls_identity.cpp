#include "net/tls_identity.h"

#include <array>
#include <fstream>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

namespace accubooks::net {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFileBytesMax = 1UL << 20;
constexpr std::string_view kHttp = "http/1.1";

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

std::unexpected<base::Error> unusable(const fs::path& file, std::string_view why) {
    return base::refuse(
        base::ErrorKind::invalid,
        "http.bad_certificate",
        fmt::format("{} can't be used for TLS: {}.", file.string(), why)
    );
}

std::string_view reason_of_openssl() {
    const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
    return reason != nullptr ? reason : "OpenSSL doesn't say why";
}

/// Bytes that are overwritten when they aren't needed any more.
struct Secret {
    Secret() = default;
    Secret(Secret&& other) noexcept : bytes{std::exchange(other.bytes, {})} {}
    Secret& operator=(Secret&&) = delete;
    ~Secret() { OPENSSL_cleanse(bytes.data(), bytes.size()); }

    std::string bytes{};
};

base::Result<Secret> bytes_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    Secret secret;
    secret.bytes.resize(kFileBytesMax + 1);
    in.read(secret.bytes.data(), static_cast<std::streamsize>(secret.bytes.size()));
    const auto size = static_cast<std::size_t>(in.gcount());
    if (size == 0 || size > kFileBytesMax) {
        return unusable(file, size == 0 ? "it can't be read, or is empty" : "it is too large");
    }
    secret.bytes.resize(size);
    return secret;
}

base::Result<void> refuse_key_of_everybody(const fs::path& file) {
    std::error_code unreadable;
    const auto permissions = fs::status(file, unreadable).permissions();
    if (!unreadable && (permissions & fs::perms::others_read) != fs::perms::none) {
        return unusable(file, "everybody can read it; chmod o= takes that away");
    }
    return {};
}

Bio reader(const std::string& bytes) {
    return {BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())), BIO_free};
}

/// Instead of a question at the terminal.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size, const unsigned char* offered, unsigned int offered_size, void*) {
    const std::string_view all{reinterpret_cast<const char*>(offered), offered_size};
    // Each name has its length in a byte before it (RFC 7301 §3.1).
    for (std::size_t at = 0; at < all.size(); at += 1UL + static_cast<unsigned char>(all[at])) {
        const std::string_view name = all.substr(at + 1, static_cast<unsigned char>(all[at]));
        if (name == kHttp) {
            *chosen = offered + at + 1;
            *chosen_size = static_cast<unsigned char>(name.size());
            return SSL_TLSEXT_ERR_OK;
        }
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::shared_ptr<SSL_CTX> new_context() {
    std::shared_ptr<SSL_CTX> context{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
    base::ensure(context != nullptr, "OpenSSL has the memory that every allocation needs");
    const bool is_set = SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) == 1 &&
                        SSL_CTX_set_cipher_list(context.get(), "ECDHE+AESGCM:ECDHE+CHACHA20") == 1;
    base::ensure(is_set, "OpenSSL 3 knows these versions and ciphers");
    SSL_CTX_set_options(
        context.get(),
        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE
    );
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);  // idle connections are many
    SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
    return context;
}

base::Instant end_of(const X509* certificate) {
    std::tm end{};
    base::ensure(
        ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) == 1,
        "a certificate that was parsed has an end"
    );
    return base::Instant::from_unix_micros(std::int64_t{timegm(&end)} * 1'000'000);
}

}  // namespace

base::Result<TlsIdentity::Held> TlsIdentity::load(const Files& files) {
    AB_CHECK(refuse_key_of_everybody(files.key));
    AB_TRY(chain, bytes_of(files.certificate));
    AB_TRY(secret, bytes_of(files.key));
    ERR_clear_error();
    auto context = new_context();
    const Bio certificates = reader(chain.bytes);
    const Certificate own{
        PEM_read_bio_X509(certificates.get(), nullptr, no_passphrase, nullptr), X509_free
    };
    if (!own || SSL_CTX_use_certificate(context.get(), own.get()) != 1) {
        return unusable(files.certificate, reason_of_openssl());
    }
    while (true) {
        Certificate next{
            PEM_read_bio_X509(certificates.get(), nullptr, no_passphrase, nullptr), X509_free
        };
        if (!next && ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE) {
            break;  // the end of the chain
        }
        if (!next || SSL_CTX_add1_chain_cert(context.get(), next.get()) != 1) {
            return unusable(files.certificate, reason_of_openssl());
        }
    }
    ERR_clear_error();
    const Bio keys = reader(secret.bytes);
    const Key key{
        PEM_read_bio_PrivateKey(keys.get(), nullptr, no_passphrase, nullptr), EVP_PKEY_free
    };
    if (!key || SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1 ||
        SSL_CTX_check_private_key(context.get()) != 1) {
        return unusable(files.key, reason_of_openssl());
    }
    base::Sha256 content;
    content.update(chain.bytes).update(secret.bytes);
    return Held{
        .content = content.finish(),
        .expires_at = end_of(own.get()),
        .context = std::move(context),
    };
}

TlsIdentity::TlsIdentity(Files files, Held held)
    : files_{std::move(files)}, held_{std::move(held)} {}

base::Result<std::shared_ptr<TlsIdentity>> TlsIdentity::read(Files files) {
    AB_TRY(held, load(files));
    return std::shared_ptr<TlsIdentity>{new TlsIdentity{std::move(files), std::move(held)}};
}

base::Result<bool> TlsIdentity::refresh() {
    AB_TRY(now, load(files_));
    const std::lock_guard lock{mutex_};
    if (now.content == held_.content) {
        return false;
    }
    held_ = std::move(now);
    return true;
}

base::Instant TlsIdentity::expires_at() const {
    const std::lock_guard lock{mutex_};
    return held_.expires_at;
}

std::shared_ptr<ssl_ctx_st> TlsIdentity::context() const {
    const std::lock_guard lock{mutex_};
    return held_.context;
}

}  // namespace accubooks::net
