#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace accubooks::ops {

/// What a load consists of.
enum class LoadOperation : std::uint8_t {
    post,           // one entry
    batch,          // LoadTraffic::kBatchEntries at once
    entry,          // one that this run posted, compared with what was posted
    entries,        // a page of the journal
    account,        // one account
    accounts,       // a page of them
    trial_balance,  // the whole books
};
inline constexpr std::array kLoadOperations{
    LoadOperation::post,
    LoadOperation::batch,
    LoadOperation::entry,
    LoadOperation::entries,
    LoadOperation::account,
    LoadOperation::accounts,
    LoadOperation::trial_balance,
};

/// As in a mix file and in the report.
std::string_view to_string(LoadOperation operation);

/// How often each operation is asked for, as weights: 40 and 20 is twice as often.
class LoadMix {
public:
    /// A day's bookkeeping: as much reading as posting, few batches and reports.
    LoadMix();

    /// Reads one table or object of weights, `post = 40`, as TOML or, when it starts with a brace,
    /// JSON. What isn't named has weight 0. Errors: `load.bad_mix`.
    static base::Result<LoadMix> parse(std::string_view text);
    /// Errors: `load.bad_mix`, also when the file can't be read.
    static base::Result<LoadMix> read(const std::filesystem::path& file);

    std::uint32_t weight(LoadOperation operation) const {
        return weights_[static_cast<std::size_t>(operation)];
    }

    /// Chooses by a number that is uniform over all 64 bits.
    LoadOperation choose(std::uint64_t random) const;

private:
    using Weights = std::array<std::uint32_t, kLoadOperations.size()>;
    explicit LoadMix(const Weights& weights) : weights_{weights} {}

    Weights weights_;
};

}  // namespace accubooks::ops
