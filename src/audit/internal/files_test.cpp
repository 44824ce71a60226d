#include "audit/internal/files.h"

#include <filesystem>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace accubooks::audit {
namespace {

TEST(FileLock, IsWaitedForNoLongerThanSomebodyHasPatience) {
    const std::filesystem::path file =
        std::filesystem::temp_directory_path() / ("lock_" + std::to_string(::getpid()));
    std::optional<FileLock> held{file};
    std::string complaint;
    try {
        const FileLock second{file, std::chrono::milliseconds{30}};
    } catch (const std::filesystem::filesystem_error& error) {
        complaint = error.what();
    }
    EXPECT_THAT(complaint, ::testing::HasSubstr("is locked by another program for too long"));
    held.reset();
    EXPECT_NO_THROW((FileLock{file, std::chrono::milliseconds{30}}));
    std::filesystem::remove(file);
}

}  // namespace
}  // namespace accubooks::audit
