#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_client.h"
#include "ops/load_mix.h"

namespace accubooks::ops {

/// Numbers that look random and are the same for the same seed on every machine (SplitMix64).
class LoadRandom {
public:
    explicit LoadRandom(std::uint64_t seed) : state_{seed} {}
    std::uint64_t next();
    /// From 0, below `bound`.
    std::uint64_t below(std::uint64_t bound);

private:
    std::uint64_t state_;
};

/// An entry as a load posts it. Amounts are whole units of the base currency, debit positive, so
/// that every currency can have them.
struct LoadEntry {
    struct Line {
        std::int64_t account_id = 0;
        std::int64_t amount = 0;
    };
    std::string date;
    std::string description;
    std::string reference;
    std::vector<Line> lines;
};

/// What the server said about it.
struct LoadPosted {
    std::int64_t number = 0;
    std::string hash;
    LoadEntry entry;
};

/// The books that one token opens, as the load knows them.
struct LoadBooks {
    struct Account {
        std::int64_t id = 0;
        std::string code;
    };
    std::string token;  // a secret: goes into a header and nowhere else
    std::int64_t tenant = 0;
    std::string currency;
    std::vector<Account> accounts{};
    std::size_t posted_kept = 64;
    std::vector<LoadPosted> posted{};  // the last ones
    std::uint64_t posted_count = 0;
    std::int64_t last_number = 0;  // the highest that was answered

    void remember(LoadPosted one);
};

/// One request of the load, and what its answer must say.
struct LoadCall {
    LoadOperation operation{};
    net::ClientRequest request;
    std::vector<LoadEntry> posts{};  // of a post or batch, in order
    LoadPosted expected{};           // of an entry
    LoadBooks::Account account{};
    std::int64_t after = 0;  // of a page: numbers above this
    std::int64_t last = 0;   // number that had been answered before this was asked
};

/// What an answer is worth.
struct LoadVerdict {
    std::string kind{};  // of the error: "http_503", "wrong_answer"; empty when it is right
    std::string what{};  // one sentence
    bool is_right() const { return kind.empty(); }
};

/// Makes requests for books and judges the answers by their bodies. No I/O.
class LoadTraffic {
public:
    static constexpr std::size_t kBatchEntries = 20;
    static constexpr int kPage = 20;
    /// Bytes of an answer that isn't the right one, for whoever has to find out why.
    static constexpr std::size_t kShown = 300;

    /// The accounts that a load posts to, made where they are missing.
    struct NeededAccount {
        std::string_view code;
        std::string_view name;
        std::string_view type;
    };
    static constexpr std::array<NeededAccount, 4> kAccounts{{
        {"load-bank", "Load: bank", "asset"},
        {"load-receivables", "Load: receivables", "asset"},
        {"load-sales", "Load: sales", "revenue"},
        {"load-costs", "Load: costs", "expense"},
    }};

    /// `run` makes the idempotency keys of this run its own; `date` is the entries' day.
    LoadTraffic(std::string run, std::string date) : run_{std::move(run)}, date_{std::move(date)} {}

    /// Request `index` of the run. Books that were asked for entries have posted at least one.
    LoadCall make(
        LoadOperation operation, const LoadBooks& books, std::uint64_t index, LoadRandom random
    ) const;

    /// A right answer to a post is remembered in `books`.
    static LoadVerdict judge(
        const LoadCall& call, const net::ClientAnswer& answer, LoadBooks& books
    );

    static net::ClientRequest get(const LoadBooks& books, std::string target);
    static net::ClientRequest post(
        const LoadBooks& books, std::string target, std::string key, std::string body
    );

private:
    LoadEntry entry(const LoadBooks& books, std::uint64_t index, LoadRandom& random) const;

    std::string run_;
    std::string date_;
};

}  // namespace accubooks::ops
