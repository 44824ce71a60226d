#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace accubooks::testing {

/// What this test program puts on disk (fsync, fdatasync) while this lives, from whichever thread.
/// For tests of what must outlive a power cut; one at a time.
///
/// A test program that uses it has its own fsync in the place of the C library's, also under
/// sanitizers, which bring none.
class SyncedFiles {
public:
    SyncedFiles();
    ~SyncedFiles();
    SyncedFiles(const SyncedFiles&) = delete;
    SyncedFiles& operator=(const SyncedFiles&) = delete;

    /// What a power cut could take now of what lies below `folder`, each with what is missing: a
    /// file whose bytes weren't put on disk since they were last written, or a file or folder whose
    /// name wasn't, with the folder that it is in. Files that are empty have no bytes to lose.
    std::vector<std::string> could_be_lost(const std::filesystem::path& folder) const;
};

}  // namespace accubooks::testing
