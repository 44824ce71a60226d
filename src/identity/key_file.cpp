#include "identity/key_file.h"

#include <algorithm>
#include <array>
#include <new>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <sodium.h>

#include "audit/envelope.h"
#include "base/base64.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "identity/key_possession.h"
#include "identity/sealed.h"
#include "identity/secret_file.h"

namespace accubooks::identity {

namespace {

namespace json = boost::json;

constexpr std::size_t kFileBytesMax = 16UL * 1024;
constexpr std::int64_t kVersion = 1;
constexpr std::string_view kFormat = "accubooks personal key";
constexpr std::string_view kKdf = "argon2id";
constexpr std::size_t kSeedBytes = 32;
// A file from elsewhere must not make its reader work for hours, or take all memory.
constexpr std::uint64_t kPassesMax = 16;
constexpr std::uint64_t kMemoryMax = std::uint64_t{1} << 30U;

std::unexpected<base::Error> bad_file() {
    return base::refuse(
        base::ErrorKind::invalid,
        "identity.bad_key_file",
        "This is no key file of this version; accubooks key create makes one."
    );
}

std::span<const std::uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

SecretBytes key_of(std::string_view passphrase, std::string_view salt, PasswordCost cost) {
    SecretBytes key{kSealKeyBytes};
    const int failed = crypto_pwhash(
        key.span().data(),
        key.size(),
        passphrase.data(),
        passphrase.size(),
        reinterpret_cast<const unsigned char*>(salt.data()),
        cost.passes,
        cost.memory_bytes,
        crypto_pwhash_ALG_ARGON2ID13
    );
    if (failed != 0) {
        throw std::bad_alloc{};  // the only way in which it fails
    }
    return key;
}

std::string context_of(const base::PublicKey& key) {
    return fmt::format("{} {}\n{}\n", kFormat, kVersion, base::to_hex(key.bytes));
}

std::string text_of(const json::object& object, std::string_view name) {
    return std::string{object.at(name).as_string()};
}

std::uint64_t number_of(const json::object& object, std::string_view name, std::uint64_t most) {
    const auto number = object.at(name).to_number<std::uint64_t>();
    if (number < 1 || number > most) {
        throw std::out_of_range{"too much work"};
    }
    return number;
}

}  // namespace

base::Result<KeyFile> KeyFile::make(
    std::string_view passphrase,
    base::Instant now,
    const base::RandomBytes& random,
    PasswordCost cost
) {
    if (passphrase.size() < kPassphraseLeast) {
        return base::refuse(
            base::ErrorKind::invalid,
            "identity.weak_passphrase",
            fmt::format("A key's passphrase has at least {} characters.", kPassphraseLeast)
        );
    }
    const auto signing_key = base::SigningKey::generate(random);
    KeyFile file;
    file.public_key_ = signing_key.public_key();
    file.possession_ = sign_possession(signing_key, KeyKind::file, now);
    file.cost_ = cost;
    std::array<std::uint8_t, crypto_pwhash_SALTBYTES> salt{};
    random(salt);
    file.salt_.assign(salt.begin(), salt.end());
    const SecretBytes key = key_of(passphrase, file.salt_, cost);
    const auto sealed = seal(
        std::span<const std::uint8_t, kSealKeyBytes>{key.span()},
        signing_key.seed(),
        context_of(file.public_key_),
        random
    );
    file.sealed_.assign(sealed.begin(), sealed.end());
    return file;
}

base::Result<KeyFile> KeyFile::parse(std::string_view text) {
    const auto parsed =
        text.size() <= kFileBytesMax ? base::parse_json(text) : base::Result<json::value>{};
    if (!parsed) {
        return bad_file();
    }
    KeyFile file;
    try {
        const json::object& object = parsed->as_object();
        const json::object& kdf = object.at("kdf").as_object();
        if (text_of(object, "format") != kFormat || number_of(object, "version", 1) != kVersion ||
            text_of(kdf, "name") != kKdf) {
            return bad_file();
        }
        file.cost_ = {
            .passes = number_of(kdf, "passes", kPassesMax),
            .memory_bytes = number_of(kdf, "memory_bytes", kMemoryMax),
        };
        file.salt_ = base::from_base64(text_of(kdf, "salt")).value();
        file.sealed_ = base::from_base64(text_of(object, "sealed")).value();
        file.possession_ = json::serialize(object.at("possession"));
        const Possession possession = open_possession(file.possession_).value();
        file.public_key_ = possession.key;
    } catch (const std::exception&) {
        return bad_file();
    }
    if (file.salt_.size() != crypto_pwhash_SALTBYTES ||
        file.cost_.memory_bytes < crypto_pwhash_MEMLIMIT_MIN) {
        return bad_file();
    }
    return file;
}

base::Result<KeyFile> KeyFile::read(const std::filesystem::path& file) {
    AB_TRY(text, read_secret_file(file, kFileBytesMax));
    return parse(text);
}

std::string KeyFile::to_json() const {
    base::JsonWriter out;
    out.begin_object()
        .member("format", kFormat)
        .member("version", kVersion)
        .member("key_id", audit::key_id(public_key_))
        .member("public_key", base::to_base64(public_key_.bytes));
    out.key("kdf")
        .begin_object()
        .member("name", kKdf)
        .member("passes", cost_.passes)
        .member("memory_bytes", cost_.memory_bytes)
        .member("salt", base::to_base64(salt_))
        .end_object();
    out.member("sealed", base::to_base64(sealed_)).key("possession").raw(possession_).end_object();
    return std::move(out).take() + '\n';
}

base::Result<base::SigningKey> KeyFile::open(std::string_view passphrase) const {
    const SecretBytes key = key_of(passphrase, salt_, cost_);
    const auto seed = unseal(
        std::span<const std::uint8_t, kSealKeyBytes>{key.span()},
        bytes_of(sealed_),
        context_of(public_key_)
    );
    if (seed && seed->size() == kSeedBytes) {
        base::SigningKey opened{std::span<const std::uint8_t, kSeedBytes>{seed->span()}};
        if (opened.public_key() == public_key_) {
            return opened;
        }
    }
    return base::refuse(
        base::ErrorKind::forbidden,
        "identity.wrong_passphrase",
        "The passphrase doesn't open the key file."
    );
}

}  // namespace accubooks::identity
