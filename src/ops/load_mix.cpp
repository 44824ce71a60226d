#include "ops/load_mix.h"

#include <algorithm>
#include <fstream>
#include <numeric>
#include <optional>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <toml++/toml.h>

#include "base/json.h"

namespace accubooks::ops {
namespace {

constexpr std::int64_t kWeightMax = 1'000'000;
constexpr std::size_t kBytesMax = 65'536;

std::unexpected<base::Error> bad_mix(std::string detail) {
    return base::refuse(base::ErrorKind::invalid, "load.bad_mix", std::move(detail));
}

std::optional<LoadOperation> operation_from(std::string_view name) {
    const auto* found = std::ranges::find(kLoadOperations, name, [](LoadOperation operation) {
        return to_string(operation);
    });
    return found == kLoadOperations.end() ? std::nullopt : std::optional{*found};
}

std::string known_names() {
    std::string names;
    for (const LoadOperation operation : kLoadOperations) {
        names += (names.empty() ? "" : ", ") + std::string{to_string(operation)};
    }
    return names;
}

using Named = std::vector<std::pair<std::string, std::optional<std::int64_t>>>;

base::Result<Named> from_json(std::string_view text) {
    const auto json = base::parse_json(text);
    if (!json) {
        return bad_mix("The mix isn't JSON: " + json.error().detail);
    }
    Named named;
    for (const auto& [name, value] : json->as_object()) {
        named.emplace_back(
            name, value.is_int64() ? std::optional{value.get_int64()} : std::nullopt
        );
    }
    return named;
}

base::Result<Named> from_toml(std::string_view text) {
    try {
        Named named;
        for (const auto& [name, value] : toml::parse(text)) {
            named.emplace_back(name.str(), value.value_exact<std::int64_t>());
        }
        return named;
    } catch (const toml::parse_error& error) {
        return bad_mix(fmt::format("The mix isn't TOML: {}.", error.description()));
    }
}

}  // namespace

std::string_view to_string(LoadOperation operation) {
    switch (operation) {
        case LoadOperation::post:
            return "post";
        case LoadOperation::batch:
            return "batch";
        case LoadOperation::entry:
            return "entry";
        case LoadOperation::entries:
            return "entries";
        case LoadOperation::account:
            return "account";
        case LoadOperation::accounts:
            return "accounts";
        case LoadOperation::trial_balance:
            return "trial_balance";
    }
    std::unreachable();
}

LoadMix::LoadMix() : weights_{40, 5, 25, 15, 5, 5, 5} {}

base::Result<LoadMix> LoadMix::parse(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    const bool is_json = first != std::string_view::npos && text[first] == '{';
    AB_TRY(named, is_json ? from_json(text) : from_toml(text));
    Weights weights{};
    for (const auto& [name, weight] : named) {
        const auto operation = operation_from(name);
        if (!operation) {
            return bad_mix(fmt::format("There is no {} in a mix; take {}.", name, known_names()));
        }
        if (!weight || *weight < 0 || *weight > kWeightMax) {
            return bad_mix(
                fmt::format("The weight of {} must be a whole number to {}.", name, kWeightMax)
            );
        }
        weights[static_cast<std::size_t>(*operation)] = static_cast<std::uint32_t>(*weight);
    }
    if (std::ranges::all_of(weights, [](std::uint32_t weight) { return weight == 0; })) {
        return bad_mix("The mix asks for nothing; give a weight to one of " + known_names() + ".");
    }
    return LoadMix{weights};
}

base::Result<LoadMix> LoadMix::read(const std::filesystem::path& file) {
    std::ifstream input{file, std::ios::binary};
    std::string text(kBytesMax + 1, '\0');
    input.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(input.gcount()));
    if (!input.eof() || text.size() > kBytesMax) {
        return bad_mix(fmt::format("{} can't be read, or is no mix.", file.string()));
    }
    return parse(text);
}

LoadOperation LoadMix::choose(std::uint64_t random) const {
    const std::uint64_t all = std::accumulate(weights_.begin(), weights_.end(), std::uint64_t{0});
    // The high half of the product is uniform below `all` (Lemire), to one part in 2^40.
    auto at = static_cast<std::uint64_t>((static_cast<unsigned __int128>(random) * all) >> 64U);
    std::size_t index = 0;
    while (at >= weights_[index]) {
        at -= weights_[index++];
    }
    return kLoadOperations[index];
}

}  // namespace accubooks::ops
