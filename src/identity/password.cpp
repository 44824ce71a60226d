#include "identity/password.h"

#include <new>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <sodium.h>

#include "base/utf8.h"

namespace accubooks::identity {

namespace {

std::string compute_hash(std::string password, const PasswordCost& cost) {
    char text[crypto_pwhash_STRBYTES];
    const int failed = crypto_pwhash_str_alg(
        text,
        password.data(),
        password.size(),
        cost.passes,
        cost.memory_bytes,
        crypto_pwhash_ALG_ARGON2ID13
    );
    sodium_memzero(password.data(), password.size());
    if (failed != 0) {
        throw std::bad_alloc{};  // its only cause with a cost within libsodium's limits
    }
    return text;
}

base::Task<std::string> hash_here(std::string password, PasswordCost cost) {
    co_return compute_hash(std::move(password), cost);
}

base::Task<bool> verify_here(std::string hash, std::string password) {
    const int differs = crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size());
    sodium_memzero(password.data(), password.size());
    co_return differs == 0;
}

std::unexpected<base::Error> busy() {
    return base::refuse(
        base::ErrorKind::overloaded,
        "identity.busy",
        "Too many people are signing in at this moment; try again in a few seconds."
    );
}

}  // namespace

base::Result<void> check_password(std::string_view password) {
    if (!base::is_utf8(password) || base::characters_in(password) < kPasswordLengthMin ||
        password.size() > kPasswordBytesMax) {
        return base::refuse(
            base::ErrorKind::invalid,
            "identity.weak_password",
            fmt::format("A password has at least {} characters.", kPasswordLengthMin)
        );
    }
    return {};
}

/// One place among those that compute or wait to.
class PasswordHasher::Turn {
public:
    explicit Turn(PasswordHasher& hasher)
        : hasher_{hasher}, granted_{hasher.waiting_.fetch_add(1) < hasher.waiting_max_} {}
    ~Turn() { hasher_.waiting_.fetch_sub(1); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    bool granted() const { return granted_; }

private:
    PasswordHasher& hasher_;
    bool granted_;
};

PasswordHasher::PasswordHasher(std::size_t threads, std::size_t waiting_max, PasswordCost cost)
    : cost_{cost}, waiting_max_{waiting_max}, threads_{threads} {
    base::ensure(sodium_init() >= 0, "libsodium starts on every machine we run on");
}

PasswordHasher::~PasswordHasher() {
    threads_.join();
}

const std::string& PasswordHasher::decoy() const {
    std::call_once(decoy_once_, [this] { decoy_ = compute_hash("nobody's password", cost_); });
    return decoy_;
}

base::Task<base::Result<std::string>> PasswordHasher::hash(std::string password) {
    const Turn turn{*this};
    if (!turn.granted()) {
        co_return busy();
    }
    std::string text = co_await boost::asio::co_spawn(
        threads_, hash_here(std::move(password), cost_), boost::asio::use_awaitable
    );
    co_return text;
}

base::Task<base::Result<bool>> PasswordHasher::verify(std::string hash, std::string password) {
    const Turn turn{*this};
    if (!turn.granted()) {
        co_return busy();
    }
    const bool same = co_await boost::asio::co_spawn(
        threads_, verify_here(std::move(hash), std::move(password)), boost::asio::use_awaitable
    );
    co_return same;
}

}  // namespace accubooks::identity
