#include "identity/secret_key.h"

#include <system_error>

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/base64.h"
#include "base/ed25519.h"
#include "identity/secret_file.h"

namespace accubooks::identity {

namespace {

constexpr const char* kFileName = "secret.key";
constexpr std::string_view kHeading = "accubooks secret key 1\n";
constexpr std::size_t kFileBytesMax = 256;

std::span<std::uint8_t> bytes_of(std::string& text) {
    return {reinterpret_cast<std::uint8_t*>(text.data()), text.size()};
}

/// Overwrites a text when it goes.
struct Wiped {
    std::string text;

    explicit Wiped(std::string of) : text{std::move(of)} {}
    Wiped(const Wiped&) = delete;
    Wiped& operator=(const Wiped&) = delete;
    ~Wiped() { base::wipe(bytes_of(text)); }
};

}  // namespace

SecretKey::SecretKey(std::filesystem::path folder, base::RandomBytes random)
    : folder_{std::move(folder)}, random_{std::move(random)} {}

base::Result<std::span<const std::uint8_t, kSealKeyBytes>> SecretKey::read() {
    if (key_) {
        return std::span<const std::uint8_t, kSealKeyBytes>{key_->span()};
    }
    if (folder_.empty()) {
        return base::refuse(
            base::ErrorKind::not_found,
            "identity.no_secret_folder",
            "Set identity.directory to the folder of this database's secret.key."
        );
    }
    const auto file = folder_ / kFileName;
    AB_TRY(text, read_secret_file(file, kFileBytesMax));
    Wiped held{std::move(text)};
    std::string_view line = held.text;
    const bool has_heading = line.starts_with(kHeading) && line.ends_with('\n');
    if (has_heading) {
        line.remove_prefix(kHeading.size());
        line.remove_suffix(1);
    }
    auto bytes = base::from_base64(line);
    if (!has_heading || !bytes || bytes->size() != kSealKeyBytes) {
        return base::refuse(
            base::ErrorKind::invalid,
            "identity.bad_file",
            fmt::format("{} isn't a file that AccuBooks made.", file.string())
        );
    }
    const Wiped decoded{*std::move(bytes)};
    key_.emplace(std::vector<std::uint8_t>{decoded.text.begin(), decoded.text.end()});
    return std::span<const std::uint8_t, kSealKeyBytes>{key_->span()};
}

base::Result<void> SecretKey::make() {
    std::error_code error;
    std::filesystem::create_directories(folder_.parent_path(), error);
    if (::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) {
        return base::refuse(
            base::ErrorKind::invalid,
            "identity.cannot_write",
            fmt::format(
                "{} can't be made: {}.", folder_.string(), std::system_category().message(errno)
            )
        );
    }
    SecretBytes key{kSealKeyBytes};
    random_(key.span());
    Wiped encoded{base::to_base64(key.span())};
    const Wiped text{fmt::format("{}{}\n", kHeading, encoded.text)};
    auto made = make_secret_file(folder_ / kFileName, text.text);
    if (!made && made.error().code != "identity.file_exists") {  // somebody else's is as good
        return made;
    }
    return {};
}

base::Result<std::vector<std::uint8_t>> SecretKey::seal(
    std::span<const std::uint8_t> secret, std::string_view context
) {
    const std::scoped_lock lock{mutex_};
    auto key = read();
    if (!key && key.error().code == "identity.no_file") {
        AB_CHECK(make());
        key = read();
    }
    AB_TRY(good, std::move(key));
    return identity::seal(good, secret, context, random_);
}

base::Result<SecretBytes> SecretKey::unseal(
    std::span<const std::uint8_t> sealed, std::string_view context
) {
    const std::scoped_lock lock{mutex_};
    AB_TRY(key, read());
    auto secret = identity::unseal(key, sealed, context);
    if (!secret) {
        return base::refuse(
            base::ErrorKind::invalid,
            "identity.other_secret_key",
            fmt::format(
                "The secret wasn't sealed by {} for this person; bring the right secret.key back, "
                "or enrol again.",
                (folder_ / kFileName).string()
            )
        );
    }
    return *std::move(secret);
}

}  // namespace accubooks::identity
