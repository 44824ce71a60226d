#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/error.h"

namespace accubooks::net {

/// The web client as its build wrote it, held in memory: what is served doesn't change under a
/// page that is open, and no path of a request ever reaches the disk.
class WebBundle {
public:
    /// A file's bytes as they are sent, and what changes when they do.
    struct Form {
        std::string bytes;
        std::string version;
    };
    struct File {
        std::string_view content_type;
        Form plain;
        std::optional<Form> brotli;  // beside it as NAME.br
        std::optional<Form> gzip;    // beside it as NAME.gz
    };

    /// Reads a folder with an index.html, which has __CSP_NONCE__ where a nonce belongs; 4096
    /// files, 16 MiB each and 64 MiB together at most. Errors: `http.bad_web_client`.
    static base::Result<WebBundle> read(const std::filesystem::path& folder);

    /// A file by its path in the folder, "assets/app-4f1c.js"; null when there is none. The page
    /// itself is none.
    const File* find(std::string_view path) const;

    /// The page, index.html with that nonce.
    std::string page(std::string_view nonce) const;

    /// SHA-256 over a line for each file, sorted by path: its digest, two blanks, its path. So
    /// `sha256sum` in the folder gives the same.
    const base::Digest& fingerprint() const { return fingerprint_; }

private:
    WebBundle() = default;

    std::map<std::string, File, std::less<>> files_;
    std::vector<std::string> page_;  // what stands around each nonce
    base::Digest fingerprint_{};
};

}  // namespace accubooks::net
