#include "audit/witness.h"

#include <fmt/format.h>

#include "audit/internal/files.h"
#include "base/digest.h"

namespace accubooks::audit {

namespace fs = std::filesystem;

WitnessBook::WitnessBook(fs::path folder) : folder_{std::move(folder)} {
    make_folders(folder_);
}

fs::path WitnessBook::file_of(std::string_view origin, std::string_view ending) const {
    return folder_ / fmt::format("{}.{}", base::to_hex(base::sha256(origin)).substr(0, 32), ending);
}

base::Result<std::optional<SignedCheckpoint>> WitnessBook::last(std::string_view origin) const {
    const fs::path file = file_of(origin, "note");
    if (!fs::exists(file)) {
        return std::nullopt;
    }
    AB_TRY(read, SignedCheckpoint::parse(read_file(file, kNoteBytesMax).value_or("")));
    return std::optional{std::move(read)};
}

base::Result<std::int64_t> WitnessBook::seen(std::string_view origin) const {
    AB_TRY(found, last(origin));
    return found ? found->checkpoint.tree.size : 0;
}

base::Result<void> WitnessBook::pin(const VerifierKey& log) const {
    const fs::path file = file_of(log.name, "vkey");
    if (!fs::exists(file)) {
        create_file(file, to_string(log), 0644);
        return {};
    }
    if (read_file(file, kNoteBytesMax) != to_string(log)) {
        return base::refuse(
            base::ErrorKind::conflict,
            "audit.other_key",
            fmt::format(
                "The log {} has another key than when it was met first; find out why before it is "
                "witnessed again.",
                log.name
            )
        );
    }
    return {};
}

base::Result<NoteSignature> WitnessBook::cosign(
    const ConsistencyProof& proof,
    const VerifierKey& log,
    std::string_view name,
    const base::SigningKey& key,
    base::Instant at
) {
    const FileLock lock{folder_ / "lock"};
    AB_CHECK(pin(log));
    AB_TRY(remembered, last(log.name));
    const TreeHead older =
        remembered ? remembered->checkpoint.tree : TreeHead{.root = base::sha256("")};
    if (const auto verdict = verify(proof, older, log); !verdict) {
        if (verify(proof.checkpoint, log)) {
            replace_file(file_of(log.name, "conflict"), to_string(proof), 0644);
        }
        return std::unexpected(verdict.error());
    }
    replace_file(file_of(log.name, "note"), to_string(proof.checkpoint.note), 0644);
    return audit::cosign(proof.checkpoint.checkpoint, name, key, at);
}

}  // namespace accubooks::audit
