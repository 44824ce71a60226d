#include "identity/recovery_code.h"

#include <array>

#include "identity/totp.h"

namespace accubooks::identity {

namespace {

constexpr std::size_t kBytes = 10;
constexpr std::size_t kGroup = 4;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string make_recovery_code(const base::RandomBytes& random) {
    std::array<std::uint8_t, kBytes> bytes{};
    random(bytes);
    std::string code;
    for (const char c : to_base32(bytes)) {
        if (code.size() % (kGroup + 1) == kGroup) {
            code += '-';
        }
        code += lower(c);
    }
    return code;
}

base::Digest recovery_code_digest(const base::Uuid& user, std::string_view code) {
    std::string letters;
    for (const char c : code) {
        if (c != '-' && c != ' ') {
            letters += lower(c);
        }
    }
    return base::Sha256{}
        .update("accubooks recovery code 1\n")
        .update(base::to_string(user))
        .update("\n")
        .update(letters)
        .finish();
}

}  // namespace accubooks::identity
