#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "ledger/internal/pretended_store_test.h"

/// What clients asked a poster for and were told, and what they may rely on then.
namespace accubooks::ledger {

/// One request of a client, and what it was told.
struct ClientRequest {
    base::TenantId tenant;
    std::vector<std::string> keys;
    std::vector<std::string> contents;
    std::uint64_t arrival = 0;
    std::optional<std::vector<base::Result<Posted>>> answer{};
    bool is_late = false;      // its deadline was over when it came
    bool is_too_much = false;  // for the queues, when it came
};

/// What clients know of a key.
struct ClientKey {
    std::string content;
    std::uint64_t attempts = 0;
    std::uint64_t under_way = 0;
    bool is_acknowledged = false;
    bool is_unknown = false;  // some attempt ended so that it may have been posted
};

/// Held against the journals that the answers tell of; the first rule that is broken stays.
class Promises {
public:
    /// Where nothing `is_faulty` no outcome is unknown and nothing is lost.
    Promises(const Journals& journals, bool is_faulty)
        : journals_{journals}, is_faulty_{is_faulty} {}

    void require(bool holds, const char* rule) {
        if (!holds && broken_.empty()) {
            broken_ = rule;
        }
    }
    const std::string& broken() const { return broken_; }

    /// It is on its way.
    void ask(const ClientRequest& request) {
        for (std::size_t at = 0; at < request.keys.size(); ++at) {
            ClientKey& key = keys_[name_of(request, at)];
            key.content = key.attempts == 0 ? request.contents[at] : key.content;
            ++key.attempts;
            ++key.under_way;
        }
    }

    /// It was answered so.
    void hold(const ClientRequest& request, const std::vector<base::Result<Posted>>& results) {
        require(results.size() == request.keys.size(), "there is one answer for each posting");
        hold_order(request, results);
        for (std::size_t at = 0; at < results.size() && broken_.empty(); ++at) {
            hold_result(request, at, results[at]);
        }
    }

    /// At the end: what was acknowledged is there, once, under the number that was told.
    void hold_in_the_end(const ClientRequest& request) {
        for (std::size_t at = 0; at < request.keys.size(); ++at) {
            const base::Result<Posted>& result = (*request.answer)[at];
            const auto* const stored = journals_.find(request.tenant, request.keys[at]);
            if (result) {
                require(
                    stored != nullptr && stored->number == result->number.value &&
                        stored->content == base::sha256(request.contents[at]),
                    "what was acknowledged is there under its number"
                );
            } else if (const ClientKey& key = keys_[name_of(request, at)]; stored != nullptr) {
                require(
                    key.is_acknowledged || key.is_unknown,
                    "what is there was acknowledged, or its outcome is unknown"
                );
            }
        }
    }

private:
    void hold_result(
        const ClientRequest& request, std::size_t at, const base::Result<Posted>& result
    ) {
        ClientKey& key = keys_[name_of(request, at)];
        --key.under_way;
        const bool is_same = request.contents[at] == key.content;
        if (result) {
            // When an attempt was lost and made again, nobody can tell what it posted from what was
            // there before.
            require(
                result->replayed || !key.is_acknowledged || is_faulty_,
                "what was answered before is a replay"
            );
            require(
                !result->replayed || key.attempts > 1, "what was asked for once is nobody's replay"
            );
            key.is_acknowledged = true;
            return;
        }
        const std::string_view code = result.error().code;
        if (code == "ledger.unknown_outcome") {
            require(is_faulty_, "outcomes are known while nothing is lost");
            key.is_unknown = true;
        } else if (code == "ledger.unbalanced") {
            require(request.contents[at] == kBad, "a good entry isn't refused for a bad one");
        } else if (code == "ledger.idempotency_conflict") {
            require(!is_same || is_reused(key), "a key conflicts only with another content");
        } else if (code == "ledger.queue_full") {
            require(
                request.is_late || is_faulty_ || request.is_too_much, "only a full queue is full"
            );
        } else if (code == "http.internal") {
            require(
                request.contents[at] == kPoison, "only what the server can't take fails with it"
            );
        } else {
            require(is_faulty_, "nothing fails while nothing is wrong");
        }
        const bool may_be_there =
            key.is_acknowledged || key.is_unknown || key.under_way > 0 || key.attempts > 1;
        require(
            may_be_there || journals_.find(request.tenant, request.keys[at]) == nullptr,
            "what was refused isn't there"
        );
    }

    /// Of postings that were told their numbers at the first attempt: who came first has the
    /// lesser.
    void hold_order(
        const ClientRequest& request, const std::vector<base::Result<Posted>>& results
    ) {
        for (std::size_t at = 0; at < results.size(); ++at) {
            if (results[at] && !results[at]->replayed &&
                keys_[name_of(request, at)].attempts == 1) {
                first_numbers_[request.tenant.value].emplace(
                    std::pair{request.arrival, at}, results[at]->number.value
                );
            }
        }
        std::int64_t last = 0;
        for (const auto& [arrival, number] : first_numbers_[request.tenant.value]) {
            require(number > last, "entries of a tenant are posted in the order they came");
            last = number;
        }
    }

    /// Whether several contents were asked for under the key: the first to be posted wins.
    static bool is_reused(const ClientKey& key) { return key.attempts > 1; }
    static std::string name_of(const ClientRequest& request, std::size_t at) {
        return fmt::format("{}/{}", request.tenant.value, request.keys[at]);
    }

    const Journals& journals_;
    const bool is_faulty_;
    std::map<std::string, ClientKey> keys_{};
    // By tenant, and by a posting's arrival: its number.
    std::map<std::int64_t, std::map<std::pair<std::uint64_t, std::size_t>, std::int64_t>>
        first_numbers_{};
    std::string broken_{};
};

}  // namespace accubooks::ledger
