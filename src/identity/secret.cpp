#include "identity/secret.h"

#include <algorithm>
#include <array>

namespace accubooks::identity {

namespace {

constexpr std::string_view kApiPrefix = "ab_";
constexpr std::string_view kPersonalPrefix = "abp_";
constexpr std::string_view kInvitationPrefix = "abi_";
constexpr std::string_view kResetPrefix = "abr_";
constexpr std::size_t kDigits = 64;

std::string random_digits(const base::RandomBytes& random) {
    std::array<std::uint8_t, kDigits / 2> bytes{};
    random(bytes);
    return base::to_hex(bytes);
}

bool is_random_digits(std::string_view text) {
    return text.size() == kDigits && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

std::optional<base::Digest> digest_of(std::string_view token, std::string_view prefix) {
    if (!token.starts_with(prefix) || !is_random_digits(token.substr(prefix.size()))) {
        return std::nullopt;
    }
    return base::sha256(token);
}

}  // namespace

std::string make_api_token(const base::RandomBytes& random) {
    return std::string{kApiPrefix} + random_digits(random);
}

std::string make_personal_token(const base::RandomBytes& random) {
    return std::string{kPersonalPrefix} + random_digits(random);
}

std::string make_invitation_secret(const base::RandomBytes& random) {
    return std::string{kInvitationPrefix} + random_digits(random);
}

std::string make_reset_secret(const base::RandomBytes& random) {
    return std::string{kResetPrefix} + random_digits(random);
}

std::string make_session_token(const base::RandomBytes& random) {
    return random_digits(random);
}

std::optional<base::Digest> api_token_digest(std::string_view token) {
    return digest_of(token, kApiPrefix);
}

std::optional<base::Digest> personal_token_digest(std::string_view token) {
    return digest_of(token, kPersonalPrefix);
}

std::optional<base::Digest> invitation_digest(std::string_view secret) {
    return digest_of(secret, kInvitationPrefix);
}

std::optional<base::Digest> reset_digest(std::string_view secret) {
    return digest_of(secret, kResetPrefix);
}

std::optional<base::Digest> session_token_digest(std::string_view token) {
    return digest_of(token, "");
}

std::string csrf_token_of(std::string_view session_token) {
    // The prefix keeps this value apart from the stored digest of the same secret.
    return base::to_hex(base::Sha256{}.update("accubooks csrf 1\n").update(session_token).finish());
}

}  // namespace accubooks::identity
