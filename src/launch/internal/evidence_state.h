#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "audit/bundle_writer.h"
#include "launch/evidence.h"
#include "launch/payload.h"

namespace accubooks::launch {

struct Evidence::State {
    audit::Disk& disk;
    std::filesystem::path folder;
    std::string writer;
    Terms terms;
    Payload payload;
    std::optional<audit::BundleWriter> bundle{};  // none: it is finished
    bool is_sealed = false;
    std::string outcome{};  // known when it is finished

    /// Does it on the disk's thread; what the disk refuses is `launch.evidence_not_written`.
    base::Task<base::Result<void>> on_disk(std::function<base::Result<void>()> work);
    /// On the disk's thread: adds a file unless it is there.
    base::Result<void> add(audit::FileAbout about, std::string_view bytes, base::Instant now);
};

/// "execution.jsonl".
std::string file_of(Lines lines);

}  // namespace accubooks::launch
