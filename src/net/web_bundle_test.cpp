#include "net/web_bundle.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/internal/written_bundle_test.h"

namespace accubooks::net {
namespace {

using ::testing::HasSubstr;

WebBundle read(const WrittenBundle& written) {
    auto bundle = WebBundle::read(written.path());
    EXPECT_TRUE(bundle.has_value()) << bundle.error().detail;
    return *std::move(bundle);
}

TEST(WebBundle, HoldsEachFileInEachFormThatItHas) {
    const WrittenBundle written;
    const WebBundle bundle = read(written);
    const auto* const script = bundle.find("assets/app-1.js");
    ASSERT_NE(script, nullptr);
    EXPECT_EQ(script->content_type, "text/javascript; charset=utf-8");
    EXPECT_EQ(script->plain.bytes, "let answer = 42;");
    EXPECT_EQ(script->gzip->bytes, "gzip of it");
    EXPECT_EQ(script->brotli->bytes, "brotli of it");
    EXPECT_NE(script->gzip->version, script->plain.version);
    const auto* const font = bundle.find("assets/font-2.woff2");
    ASSERT_NE(font, nullptr);
    EXPECT_EQ(font->content_type, "font/woff2");
    EXPECT_FALSE(font->gzip || font->brotli);
    EXPECT_NE(bundle.find("icon.svg"), nullptr);
}

TEST(WebBundle, KnowsNothingButItsFiles) {
    const WrittenBundle written;
    const WebBundle bundle = read(written);
    for (const char* path :
         {"",
          "assets",
          "assets/",
          "assets/app-1.js.gz",
          "index.html",
          "/icon.svg",
          "../icon.svg",
          "assets/../icon.svg",
          "/etc/passwd"}) {
        EXPECT_EQ(bundle.find(path), nullptr) << path;
    }
}

TEST(WebBundle, PutsTheNonceIntoItsPage) {
    const WrittenBundle written;
    EXPECT_EQ(read(written).page("abc"), "<meta nonce=\"abc\"><script src=\"/assets/app-1.js\">");
    written.write("index.html", "__CSP_NONCE__,__CSP_NONCE__");
    EXPECT_EQ(read(written).page("n"), "n,n");
}

TEST(WebBundle, HasAFingerprintThatSha256sumGives) {
    const WrittenBundle written;
    // find . -type f -printf '%P\n' | LC_ALL=C sort | xargs sha256sum | sha256sum
    EXPECT_EQ(
        base::to_hex(read(written).fingerprint()),
        "5007f57146697d47c7e11c9ebef8c45fb0443c05c93c4a157ba86eb89396f2ca"
    );
}

TEST(WebBundle, HasAnotherFingerprintWhenAnythingDiffers) {
    const WrittenBundle written;
    auto last = read(written).fingerprint();
    const auto expect_another = [&](const char* what) {
        const auto now = read(written).fingerprint();
        EXPECT_NE(now, last) << what;
        last = now;
    };
    written.write("assets/app-1.js", "let answer = 43;");
    expect_another("content");
    written.write("assets/app-1.js.br", "brotli of 43");
    expect_another("a compressed form");
    std::filesystem::rename(written.path() / "icon.svg", written.path() / "picture.svg");
    expect_another("a name");
    written.write("index.html", "__CSP_NONCE__");
    expect_another("the page");
}

TEST(WebBundle, IsRefusedWhenItCannotBeServed) {
    struct Case {
        const char* name;
        std::function<void(const WrittenBundle&)> spoil;
        const char* why;
    };
    const Case cases[] = {
        {"no folder",
         [](const WrittenBundle& written) { std::filesystem::remove_all(written.path()); },
         "can't be read"},
        {"no page",
         [](const WrittenBundle& written) {
             std::filesystem::remove(written.path() / "index.html");
         },
         "has no index.html"},
        {"no nonce",
         [](const WrittenBundle& written) { written.write("index.html", "<p>"); },
         "has no place for a nonce"},
        {"a link out of the folder",
         [](const WrittenBundle& written) {
             std::filesystem::create_symlink("/etc/passwd", written.path() / "assets/passwd");
         },
         "is no regular file"},
        {"a file too large",
         [](const WrittenBundle& written) {
             written.write("assets/film.webm", "");
             std::filesystem::resize_file(
                 written.path() / "assets/film.webm", (std::uintmax_t{16} << 20) + 1
             );
         },
         "is larger than 16 MiB"},
        {"too many files",
         [](const WrittenBundle& written) {
             for (int i = 0; i < 4096; ++i) {
                 written.write("assets/" + std::to_string(i), "");
             }
         },
         "has more than 4096 files"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const WrittenBundle written;
        c.spoil(written);
        const auto bundle = WebBundle::read(written.path());
        ASSERT_FALSE(bundle.has_value());
        EXPECT_EQ(bundle.error().code, "http.bad_web_client");
        EXPECT_THAT(bundle.error().detail, HasSubstr(c.why));
    }
}

}  // namespace
}  // namespace accubooks::net
