#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/error.h"

namespace accubooks::net {

/// A certificate for "localhost" that it signs itself, and its key, in two files of a folder. For
/// tests.
class WrittenCertificate {
public:
    explicit WrittenCertificate(const std::filesystem::path& folder, long days = 30)
        : certificate_file{folder / "cert.pem"}, key_file{folder / "key.pem"} {
        const auto key = own(EVP_EC_gen("P-256"), EVP_PKEY_free);
        const auto made = own(X509_new(), X509_free);
        ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
        X509_gmtime_adj(X509_getm_notBefore(made.get()), 0);
        X509_gmtime_adj(X509_getm_notAfter(made.get()), days * 86'400);
        X509_set_pubkey(made.get(), key.get());
        const std::string name = "localhost";
        X509_NAME* const subject = X509_get_subject_name(made.get());
        X509_NAME_add_entry_by_txt(
            subject,
            "CN",
            MBSTRING_ASC,
            reinterpret_cast<const unsigned char*>(name.data()),
            static_cast<int>(name.size()),
            -1,
            0
        );
        X509_set_issuer_name(made.get(), subject);
        base::ensure(
            X509_sign(made.get(), key.get(), EVP_sha256()) > 0, "OpenSSL can sign a certificate"
        );
        const auto certificates = own(BIO_new_file(certificate_file.c_str(), "w"), BIO_free);
        const auto keys = own(BIO_new_file(key_file.c_str(), "w"), BIO_free);
        PEM_write_bio_X509(certificates.get(), made.get());
        PEM_write_bio_PrivateKey(keys.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        std::filesystem::permissions(
            key_file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write
        );
    }

    const std::filesystem::path certificate_file;
    const std::filesystem::path key_file;

private:
    template <class T>
    static std::unique_ptr<T, void (*)(T*)> own(T* made, void (*free)(T*)) {
        base::ensure(made != nullptr, "a test has the memory that it needs");
        return {made, free};
    }
    static std::unique_ptr<BIO, int (*)(BIO*)> own(BIO* made, int (*free)(BIO*)) {
        base::ensure(made != nullptr, "a test may write its files");
        return {made, free};
    }
};

}  // namespace accubooks::net
