#include "app/this_build.h"

#include <fstream>

#include <fmt/format.h>

#include "launch/calculation_suite.h"

namespace accubooks::app {
namespace {

base::Digest own_file() {
    base::Sha256 hash;
    std::ifstream file{"/proc/self/exe", std::ios::binary};
    std::string block(std::size_t{1} << 20U, '\0');
    while (file.read(block.data(), static_cast<std::streamsize>(block.size())) || file.gcount() > 0
    ) {
        hash.update(std::string_view{block}.substr(0, static_cast<std::size_t>(file.gcount())));
    }
    return hash.finish();
}

}  // namespace

launch::BuildSeen build_seen() {
    static const base::Digest binary = own_file();
    return {
        .version = ACCUBOOKS_VERSION, .commit = ACCUBOOKS_COMMIT, .binary = binary, .schema = {}
    };
}

ops::OwnFingerprints own_fingerprints(const net::WebBundle* web) {
    const launch::BuildSeen build = build_seen();
    return {
        .build = base::sha256(
            fmt::format("{}\n{}\n{}\n", build.version, build.commit, base::to_hex(build.binary))
        ),
        .api_description = *base::digest_from_hex(ACCUBOOKS_API_DESCRIPTION),
        .calculation_suite = launch::digest_of(launch::run_calculation_suite()),
        .web_bundle = web != nullptr ? std::optional{web->fingerprint()} : std::nullopt,
    };
}

}  // namespace accubooks::app
