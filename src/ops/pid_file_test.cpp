#include "ops/pid_file.h"

#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

namespace accubooks::ops {
namespace {

class PidFileTest : public ::testing::Test {
protected:
    PidFileTest() {
        std::string name = ::testing::TempDir() + "pid_file.XXXXXX";
        folder_ = mkdtemp(name.data());
    }
    ~PidFileTest() override { std::filesystem::remove_all(folder_); }

    std::filesystem::path path() const { return folder_ / "serve.pid"; }

private:
    std::filesystem::path folder_;
};

TEST_F(PidFileTest, ReadsWhatWasWritten) {
    EXPECT_FALSE(PidFile::read(path()).has_value());
    for (const PidFile& file :
         {PidFile{.pid = 42}, PidFile{.pid = 43, .failure = "No such luck."}}) {
        ASSERT_TRUE(file.write(path()).has_value());
        EXPECT_EQ(PidFile::read(path()), file);
    }
}

TEST_F(PidFileTest, NamesNoProcessInAnythingElse) {
    for (const char* text : {"", "x\n", "-1\n", "0\n", "1\n", "99999999999999999999\n"}) {
        SCOPED_TRACE(text);
        std::ofstream{path()} << text;
        EXPECT_FALSE(PidFile::read(path()).has_value());
    }
}

TEST_F(PidFileTest, StaysWhenItIsASuccessors) {
    ASSERT_TRUE(PidFile{.pid = 42}.write(path()).has_value());
    PidFile::remove(path(), 41);
    EXPECT_TRUE(PidFile::read(path()).has_value());
    PidFile::remove(path(), 42);
    EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(PidFileTest, SaysWhereItCannotBeWritten) {
    const auto written = PidFile{.pid = 42}.write("/nowhere/serve.pid");
    ASSERT_FALSE(written.has_value());
    EXPECT_EQ(written.error().code, "handover.pid_file");
}

}  // namespace
}  // namespace accubooks::ops
