#include "net/web_bundle.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <utility>

#include <fmt/format.h>

namespace accubooks::net {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPage = "index.html";
constexpr std::string_view kNonce = "__CSP_NONCE__";
constexpr std::string_view kBrotli = ".br";
constexpr std::string_view kGzip = ".gz";
constexpr std::size_t kFilesMax = 4096;
constexpr std::size_t kFileBytesMax = 16UL << 20;
constexpr std::size_t kBytesMax = 64UL << 20;

using Bytes = std::map<std::string, std::string, std::less<>>;

std::unexpected<base::Error> unusable(const fs::path& what, std::string_view why) {
    return base::refuse(
        base::ErrorKind::invalid,
        "http.bad_web_client",
        fmt::format("The web client can't be served: {} {}; build it again.", what.string(), why)
    );
}

base::Result<std::string> bytes_of(const fs::path& file) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    if (error || size > kFileBytesMax) {
        return unusable(file, error ? error.message() : "is larger than 16 MiB");
    }
    std::string bytes(size, '\0');
    std::ifstream in{file, std::ios::binary};
    if (!in.read(bytes.data(), static_cast<std::streamsize>(size))) {
        return unusable(file, "can't be read");
    }
    return bytes;
}

/// Every file beneath the folder, by its path there.
base::Result<Bytes> read_all(const fs::path& folder) {
    Bytes found;
    std::size_t sum = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator at{folder, error}, end; !error && at != end;
         at.increment(error)) {
        const fs::path& path = at->path();
        const fs::file_status status = at->symlink_status();
        if (fs::is_directory(status)) {
            continue;
        }
        if (!fs::is_regular_file(status)) {
            return unusable(path, "is no regular file");
        }
        AB_TRY(bytes, bytes_of(path));
        sum += bytes.size();
        found.emplace(path.lexically_relative(folder).generic_string(), std::move(bytes));
        if (found.size() > kFilesMax || sum > kBytesMax) {
            return unusable(folder, "has more than 4096 files, or 64 MiB");
        }
    }
    if (error) {
        return unusable(folder, fmt::format("can't be read ({})", error.message()));
    }
    return found;
}

std::string_view content_type_of(std::string_view path) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kTypes{{
        {".css", "text/css; charset=utf-8"},
        {".html", "text/html; charset=utf-8"},
        {".ico", "image/x-icon"},
        {".jpg", "image/jpeg"},
        {".js", "text/javascript; charset=utf-8"},
        {".json", "application/json"},
        {".map", "application/json"},
        {".mjs", "text/javascript; charset=utf-8"},
        {".png", "image/png"},
        {".svg", "image/svg+xml"},
        {".txt", "text/plain; charset=utf-8"},
        {".wasm", "application/wasm"},
        {".webmanifest", "application/manifest+json"},
        {".woff2", "font/woff2"},
    }};
    const auto* const type =
        std::ranges::find_if(kTypes, [path](const auto& one) { return path.ends_with(one.first); });
    return type != kTypes.end() ? type->second : "application/octet-stream";
}

base::Digest fingerprint_of(const Bytes& all) {
    base::Sha256 sum;
    for (const auto& [path, bytes] : all) {
        sum.update(fmt::format("{}  {}\n", base::to_hex(base::sha256(bytes)), path));
    }
    return sum.finish();
}

/// The file of which `path` is a compressed form; empty when it is none.
std::string_view compressed_of(std::string_view path, const Bytes& all) {
    for (const std::string_view mark : {kBrotli, kGzip}) {
        if (path.ends_with(mark)) {
            const std::string_view stem = path.substr(0, path.size() - mark.size());
            return all.contains(stem) ? stem : std::string_view{};
        }
    }
    return {};
}

WebBundle::Form form_of(std::string bytes) {
    std::string version = base::to_hex(base::sha256(bytes));
    return {.bytes = std::move(bytes), .version = std::move(version)};
}

std::vector<std::string> around_nonces(std::string_view page) {
    std::vector<std::string> pieces;
    for (auto at = page.find(kNonce); at != std::string_view::npos; at = page.find(kNonce)) {
        pieces.emplace_back(page.substr(0, at));
        page.remove_prefix(at + kNonce.size());
    }
    pieces.emplace_back(page);
    return pieces;
}

}  // namespace

base::Result<WebBundle> WebBundle::read(const fs::path& folder) {
    AB_TRY(all, read_all(folder));
    const auto page = all.find(kPage);
    if (page == all.end()) {
        return unusable(folder, "has no index.html");
    }
    WebBundle bundle;
    bundle.page_ = around_nonces(page->second);
    if (bundle.page_.size() < 2) {
        return unusable(folder / kPage, "has no place for a nonce, __CSP_NONCE__");
    }
    bundle.fingerprint_ = fingerprint_of(all);
    for (auto& [path, bytes] : all) {
        if (path != kPage && compressed_of(path, all).empty()) {
            bundle.files_.emplace(
                path,
                File{
                    .content_type = content_type_of(path),
                    .plain = form_of(std::move(bytes)),
                    .brotli = {},
                    .gzip = {},
                }
            );
        }
    }
    for (auto& [path, bytes] : all) {
        const auto file = bundle.files_.find(compressed_of(path, all));
        if (file != bundle.files_.end()) {
            auto& form = path.ends_with(kBrotli) ? file->second.brotli : file->second.gzip;
            form = form_of(std::move(bytes));
        }
    }
    return bundle;
}

const WebBundle::File* WebBundle::find(std::string_view path) const {
    const auto found = files_.find(path);
    return found != files_.end() ? &found->second : nullptr;
}

std::string WebBundle::page(std::string_view nonce) const {
    std::string page = page_.front();
    for (std::size_t at = 1; at < page_.size(); ++at) {
        page += nonce;
        page += page_[at];
    }
    return page;
}

}  // namespace accubooks::net
