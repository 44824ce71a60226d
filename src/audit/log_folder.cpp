#include "audit/log_folder.h"

#include <algorithm>

#include <fmt/format.h>

#include "audit/internal/files.h"
#include "base/base64.h"

namespace accubooks::audit {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHeader = "accubooks-log-key-1 ";
constexpr std::size_t kKeyBytesMax = 200;

std::unexpected<base::Error> bad_key(const fs::path& file, std::string_view what) {
    return base::refuse(
        base::ErrorKind::conflict, "audit.bad_log_key", fmt::format("{} {}", file.string(), what)
    );
}

void wipe(std::string& secret) {
    base::wipe({reinterpret_cast<std::uint8_t*>(secret.data()), secret.size()});
}

base::Result<base::SigningKey> parse_key(const fs::path& file, std::string text) {
    std::string_view line{text};
    if (line.ends_with('\n')) {
        line.remove_suffix(1);
    }
    auto seed = line.starts_with(kHeader) ? base::from_base64(line.substr(kHeader.size()))
                                          : base::from_base64("-");
    wipe(text);
    if (!seed || seed->size() != 32) {
        return bad_key(file, "isn't a log key; put the one back that was made at first.");
    }
    const std::span bytes{reinterpret_cast<const std::uint8_t*>(seed->data()), seed->size()};
    base::SigningKey key{bytes.first<32>()};
    wipe(*seed);
    return key;
}

}  // namespace

LogFolder::LogFolder(fs::path folder) : folder_{std::move(folder)} {}

base::Result<std::optional<base::SigningKey>> LogFolder::key() const {
    const fs::path file = folder_ / "log.key";
    const fs::file_status about = fs::status(file);
    if (about.type() == fs::file_type::not_found) {
        return std::nullopt;
    }
    if ((about.permissions() & (fs::perms::group_all | fs::perms::others_all)) != fs::perms::none) {
        return bad_key(file, "can be read by others than its owner; chmod 600 it.");
    }
    auto text = read_file(file, kKeyBytesMax);
    if (!text) {
        return bad_key(file, "can't be read.");
    }
    AB_TRY(key, parse_key(file, std::move(*text)));
    return std::optional{std::move(key)};
}

base::Result<base::SigningKey> LogFolder::key_or_new(const base::RandomBytes& random) const {
    make_folders(folder_);
    const FileLock lock{folder_ / "lock"};
    AB_TRY(found, key());
    if (found) {
        return std::move(*found);
    }
    base::SigningKey made = base::SigningKey::generate(random);
    std::string text = fmt::format("{}{}\n", kHeader, base::to_base64(made.seed()));
    create_file(folder_ / "log.key", text, 0600);
    wipe(text);
    return made;
}

base::Result<std::optional<SignedCheckpoint>> LogFolder::last_signed() const {
    const fs::path file = folder_ / "last-checkpoint";
    if (!fs::exists(file)) {
        return std::nullopt;
    }
    const auto text = read_file(file, kNoteBytesMax);
    AB_TRY(last, SignedCheckpoint::parse(text.value_or("")));
    return std::optional{std::move(last)};
}

base::Result<SignedCheckpoint> LogFolder::sign_next(
    const base::SigningKey& key,
    const std::function<base::Result<Checkpoint>(const std::optional<SignedCheckpoint>&)>& next
) const {
    const FileLock lock{folder_ / "lock"};
    AB_TRY(last, last_signed());
    AB_TRY(checkpoint, next(last));
    SignedCheckpoint made = sign(checkpoint, key);
    replace_file(folder_ / "last-checkpoint", to_string(made.note), 0644);
    return made;
}

}  // namespace accubooks::audit
