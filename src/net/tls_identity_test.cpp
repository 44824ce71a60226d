#include "net/tls_identity.h"

#include <fstream>
#include <functional>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/internal/written_certificate_test.h"
#include "testing/temporary_folder.h"

namespace accubooks::net {
namespace {

namespace fs = std::filesystem;
using ::accubooks::testing::TemporaryFolder;
using ::testing::HasSubstr;

TlsIdentity::Files files_of(const WrittenCertificate& written) {
    return {.certificate = written.certificate_file, .key = written.key_file};
}

std::string text_of(const fs::path& file) {
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

void write(const fs::path& file, std::string_view text) {
    std::ofstream{file} << text;
}

TEST(TlsIdentity, ShowsWhatItsFilesHoldNow) {
    const TemporaryFolder folder;
    const WrittenCertificate first{folder.path(), 30};
    const auto identity = TlsIdentity::read(files_of(first)).value();
    const auto before = identity->context();
    const base::Instant end = identity->expires_at();
    EXPECT_NEAR(
        static_cast<double>(end.unix_micros()) / 1e6,
        static_cast<double>(base::SystemClock{}.now().unix_micros()) / 1e6 + 30 * 86'400,
        3600
    );
    EXPECT_EQ(identity->refresh(), false);
    EXPECT_EQ(identity->context(), before);

    const WrittenCertificate renewed{folder.path(), 60};
    EXPECT_EQ(identity->refresh(), true);
    EXPECT_NE(identity->context(), before);
    EXPECT_GT(identity->expires_at(), end);
    EXPECT_EQ(identity->refresh(), false);
}

TEST(TlsIdentity, KeepsWhatItHasWhileTheFilesDoNotGoTogether) {
    const TemporaryFolder folder;
    const TemporaryFolder elsewhere;
    const WrittenCertificate first{folder.path()};
    const auto identity = TlsIdentity::read(files_of(first)).value();
    const auto before = identity->context();
    const WrittenCertificate renewed{elsewhere.path()};
    write(first.certificate_file, text_of(renewed.certificate_file));
    const auto half = identity->refresh();
    ASSERT_FALSE(half.has_value());
    EXPECT_EQ(half.error().code, "http.bad_certificate");
    EXPECT_EQ(identity->context(), before);
    write(first.key_file, text_of(renewed.key_file));
    EXPECT_EQ(identity->refresh(), true);
}

TEST(TlsIdentity, IsRefusedWhenItCannotBeShown) {
    struct Case {
        const char* name;
        std::function<void(const WrittenCertificate&)> spoil;
        const char* why;
    };
    const Case cases[] = {
        {"no certificate",
         [](const WrittenCertificate& its) { fs::remove(its.certificate_file); },
         "cert.pem can't be used for TLS: it can't be read"},
        {"no key",
         [](const WrittenCertificate& its) { fs::remove(its.key_file); },
         "key.pem can't be used for TLS: it can't be read"},
        {"a key that everybody reads",
         [](const WrittenCertificate& its) {
             fs::permissions(its.key_file, fs::perms::others_read, fs::perm_options::add);
         },
         "everybody can read it"},
        {"no PEM",
         [](const WrittenCertificate& its) { write(its.certificate_file, "certificate"); },
         "no start line"},
        {"a chain that breaks off",
         [](const WrittenCertificate& its) {
             const std::string whole = text_of(its.certificate_file);
             write(its.certificate_file, whole + whole.substr(0, whole.size() / 2));
         },
         "cert.pem can't be used"},
        {"a key under a passphrase",
         [](const WrittenCertificate& its) {
             std::unique_ptr<BIO, int (*)(BIO*)> in{
                 BIO_new_file(its.key_file.c_str(), "r"), BIO_free
             };
             std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key{
                 PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr), EVP_PKEY_free
             };
             std::unique_ptr<BIO, int (*)(BIO*)> out{
                 BIO_new_file(its.key_file.c_str(), "w"), BIO_free
             };
             const unsigned char passphrase[] = "secret";
             PEM_write_bio_PrivateKey(
                 out.get(), key.get(), EVP_aes_256_cbc(), passphrase, 6, nullptr, nullptr
             );
         },
         "key.pem can't be used"},
        {"a key of another certificate",
         [](const WrittenCertificate& its) {
             const TemporaryFolder elsewhere;
             write(its.key_file, text_of(WrittenCertificate{elsewhere.path()}.key_file));
         },
         "key values mismatch"},
        {"a file too large",
         [](const WrittenCertificate& its) {
             fs::resize_file(its.certificate_file, (std::uintmax_t{1} << 20) + 1);
         },
         "it is too large"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const TemporaryFolder folder;
        const WrittenCertificate written{folder.path()};
        c.spoil(written);
        const auto identity = TlsIdentity::read(files_of(written));
        ASSERT_FALSE(identity.has_value());
        EXPECT_EQ(identity.error().code, "http.bad_certificate");
        EXPECT_THAT(identity.error().detail, HasSubstr(c.why));
    }
}

}  // namespace
}  // namespace accubooks::net
