#include "identity/key_file.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "identity/key_possession.h"
#include "identity/secret_file.h"
#include "testing/seeded_random.h"
#include "testing/temporary_folder.h"

namespace accubooks::identity {
namespace {

constexpr std::string_view kPassphrase = "correct horse";
constexpr PasswordCost kCheap{.passes = 1, .memory_bytes = std::size_t{8} << 10U};
const base::Instant kNow = base::Instant::from_unix_micros(1'767'225'600'000'000);

KeyFile some_file() {
    return KeyFile::make(kPassphrase, kNow, testing::seeded_random(1), kCheap).value();
}

TEST(KeyFile, GivesItsKeyForThePassphrase) {
    const KeyFile made = some_file();
    const auto read = KeyFile::parse(made.to_json());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->public_key(), made.public_key());
    const auto key = read->open(kPassphrase);
    ASSERT_TRUE(key);
    EXPECT_TRUE(base::verify(made.public_key(), "an act", key->sign("an act")));
    EXPECT_EQ(open_possession(read->possession())->key, made.public_key());
}

TEST(KeyFile, GivesNothingForAnotherPassphrase) {
    const KeyFile file = some_file();
    for (const std::string_view wrong : {"", "correct horse ", "Correct horse"}) {
        const auto key = file.open(wrong);
        ASSERT_FALSE(key) << wrong;
        EXPECT_EQ(key.error().code, "identity.wrong_passphrase");
    }
    EXPECT_EQ(
        KeyFile::make("short", kNow, testing::seeded_random(1), kCheap).error().code,
        "identity.weak_passphrase"
    );
}

TEST(KeyFile, TellsNoSecret) {
    const KeyFile file = some_file();
    const auto key = file.open(kPassphrase);
    const auto seed = key->seed();
    const std::string_view raw{reinterpret_cast<const char*>(seed.data()), seed.size()};
    const std::string json = file.to_json();
    EXPECT_FALSE(json.contains(raw.substr(0, 8)));
    EXPECT_FALSE(json.contains(base::to_hex(seed)));
}

// Each byte of the file is changed: it isn't read, or doesn't open, or is the same key to the byte
// (the key's id and public key stand in it twice, for people).
TEST(KeyFile, WithAChangedByteIsNeverAnotherKey) {
    const KeyFile file = some_file();
    const std::string json = file.to_json();
    for (std::size_t at = 0; at < json.size(); ++at) {
        for (const char to : {'A', '1', '}'}) {
            std::string changed = json;
            changed[at] = to;
            const auto read = KeyFile::parse(changed);
            // A changed cost would only make this test slow: it changes the key, as the salt does.
            if (!read || changed.find("\"passes\":1,") == std::string::npos ||
                changed.find("\"memory_bytes\":8192,") == std::string::npos) {
                continue;
            }
            const auto key = read->open(kPassphrase);
            EXPECT_TRUE(!key || key->public_key() == file.public_key()) << at << ' ' << to;
        }
    }
}

TEST(KeyFile, OfSomebodyElsesMakingIsRefused) {
    const std::string good = some_file().to_json();
    const auto with = [&good](std::string_view from, std::string_view to) {
        std::string text = good;
        return text.replace(text.find(from), from.size(), to);
    };
    const std::string cases[] = {
        "",
        "{}",
        "[]",
        std::string(20'000, ' '),
        with("\"version\":1", "\"version\":2"),
        with("\"argon2id\"", "\"md5\""),
        with("\"passes\":1", "\"passes\":17"),
        with("\"passes\":1", "\"passes\":-1"),
        with("\"memory_bytes\":8192", "\"memory_bytes\":2147483648"),
        with("\"memory_bytes\":8192", "\"memory_bytes\":1"),
        with("\"salt\":\"", "\"salt\":\"AAAA"),
    };
    for (const std::string& text : cases) {
        const auto read = KeyFile::parse(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().code, "identity.bad_key_file") << text;
    }
}

TEST(KeyFile, IsReadWhenNobodyElseCan) {
    const testing::TemporaryFolder folder;
    const auto file = folder.path() / "ann.key";
    const KeyFile made = some_file();
    ASSERT_TRUE(make_secret_file(file, made.to_json()));
    EXPECT_EQ(KeyFile::read(file)->public_key(), made.public_key());
    EXPECT_EQ(make_secret_file(file, "another").error().code, "identity.file_exists");
    std::filesystem::permissions(file, std::filesystem::perms{0640});
    EXPECT_EQ(KeyFile::read(file).error().code, "identity.exposed_file");
    EXPECT_EQ(KeyFile::read(folder.path() / "none").error().code, "identity.no_file");
}

}  // namespace
}  // namespace accubooks::identity
