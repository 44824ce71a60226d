#include "audit/bundle_reader.h"

#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "testing/temporary_folder.h"

namespace accubooks::audit {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& file, std::string_view text) {
    fs::create_directories(file.parent_path());
    std::ofstream{file} << text;
}

TEST(BundleReader, TellsWhatLiesInABundleAndReadsIt) {
    const testing::TemporaryFolder folder;
    const fs::path bundle = folder.path() / "bundle";
    EXPECT_TRUE(files_of_bundle(bundle).empty());
    write(bundle / "manifest.json", "{}");
    write(bundle / "log/leaves.jsonl", "four");
    EXPECT_EQ(
        files_of_bundle(bundle),
        (std::vector<BundleFile>{{"log/leaves.jsonl", 4}, {"manifest.json", 2}})
    );
    EXPECT_EQ(read_bundle_file(bundle, "log/leaves.jsonl", 4), "four");
    EXPECT_EQ(read_bundle_file(bundle, "log/leaves.jsonl", 3), std::nullopt);
    EXPECT_EQ(read_bundle_file(bundle, "log", 100), std::nullopt);
    EXPECT_EQ(read_bundle_file(bundle, "log/other.jsonl", 100), std::nullopt);
}

TEST(BundleReader, PassesOverWhatItsWriterRemovesMeanwhile) {
    const testing::TemporaryFolder folder;
    const fs::path bundle = folder.path() / "bundle";
    write(bundle / "manifest.json", "{}");
    const std::jthread writer{[&bundle](const std::stop_token& enough) {
        while (!enough.stop_requested()) {
            for (int file = 0; file < 50; ++file) {
                write(bundle / "log" / std::to_string(file), "four");
            }
            fs::remove_all(bundle / "log");
        }
    }};
    for (int turn = 0; turn < 1000; ++turn) {
        const auto files = files_of_bundle(bundle);
        EXPECT_EQ(files.back(), (BundleFile{"manifest.json", 2}));
    }
}

TEST(BundleReader, NeverLeavesTheBundle) {
    const testing::TemporaryFolder folder;
    const fs::path bundle = folder.path() / "bundle";
    write(folder.path() / "secret/key", "secret");
    write(bundle / "manifest.json", "{}");
    fs::create_symlink(folder.path() / "secret/key", bundle / "key");
    fs::create_directory_symlink(folder.path() / "secret", bundle / "folder");
    EXPECT_EQ(files_of_bundle(bundle), (std::vector<BundleFile>{{"manifest.json", 2}}));
    for (const char* path :
         {"key",
          "folder/key",
          "../secret/key",
          "/etc/passwd",
          "",
          ".",
          "a//b",
          "log/../../secret/key"}) {
        EXPECT_EQ(read_bundle_file(bundle, path, 100), std::nullopt) << path;
    }
}

}  // namespace
}  // namespace accubooks::audit
