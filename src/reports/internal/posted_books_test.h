#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ledger/posting.h"
#include "reports/date_range.h"
#include "reports/scope.h"
#include "testing/fake_clock.h"
#include "testing/test_books.h"

namespace accubooks::reports {

using ledger::Entry;
using ledger::Line;
using testing::TestBooks;

inline base::Date day(std::string_view text) {
    return *base::Date::parse(text);
}

/// `units` of USD from one account to another.
inline Entry move(std::int64_t units, base::Date date, base::AccountId from, base::AccountId to) {
    return {
        .date = date,
        .description = "Move",
        .lines =
            {{.account = to, .commodity = "USD", .amount = units, .base_amount = units},
             {.account = from, .commodity = "USD", .amount = -units, .base_amount = -units}},
    };
}

/// Books in USD that also know EUR, with what a test of a report posts to them.
class PostedBooks {
protected:
    PostedBooks() { books.commodity(tenant, "EUR", 2); }

    std::vector<base::Result<ledger::Posted>> results_of_posting(const std::vector<Entry>& entries
    ) {
        const auto commodities = std::make_shared<const std::vector<base::Commodity>>(
            std::vector<base::Commodity>{{.code = "USD", .scale = 2}, {.code = "EUR", .scale = 2}}
        );
        std::vector<ledger::Posting> postings;
        for (const Entry& entry : entries) {
            postings.push_back({
                .entry = entry,
                .commodities = commodities,
                .idempotency_key = fmt::format("key {}", ++posted),
                .request_hash = base::sha256(fmt::to_string(posted)),
                .posted_by = "user:test",
            });
        }
        return books.await(poster.post(tenant, std::move(postings), TestBooks::deadline()));
    }

    void post(const std::vector<Entry>& entries) {
        for (const auto& result : results_of_posting(entries)) {
            ASSERT_TRUE(result.has_value()) << result.error().detail;
        }
    }

    /// The days on which `random_entries` are.
    static inline const std::int32_t kFirstDay = day("2025-11-20").unix_days();
    static constexpr int kDays = 140;

    int below(int end) { return std::uniform_int_distribution{0, end - 1}(random); }
    base::Date random_day() { return base::Date::from_unix_days(kFirstDay + below(kDays)); }

    /// Entries between accounts of every type, a third of them in unvalued EUR, a third tagged with
    /// one of two projects, and some of them closing entries.
    std::vector<Entry> random_entries(int count) {
        std::vector<base::AccountId> accounts;
        for (const char* type : {"asset", "liability", "equity", "revenue", "expense"}) {
            accounts.push_back(books.account(tenant, {.code = type, .type = type, .imported = true})
            );
        }
        std::vector<Entry> entries;
        for (int at = 0; at < count; ++at) {
            const auto account = [&] { return accounts[static_cast<std::size_t>(below(5))]; };
            Entry entry = move(below(50), random_day(), account(), account());
            if (below(3) == 0) {
                for (Line& line : entry.lines) {
                    line.commodity = "EUR";
                    line.base_amount = 0;
                }
            }
            if (below(3) == 0) {
                entry.tags.emplace("project", below(2) == 0 ? "atlas" : "zephyr");
            }
            if (below(20) == 0) {
                entry.tags.emplace("closing", "2025");
            }
            entries.push_back(std::move(entry));
        }
        return entries;
    }

    /// Any part of the books with so many entries.
    Scope random_scope(int count) {
        Scope scope{.closing = below(2) == 0 ? Closing::exclude : Closing::include};
        if (below(2) == 0) {
            scope.tags.emplace("project", "atlas");
        }
        if (below(2) == 0) {
            scope.known_at = base::EntryNumber{1 + below(count)};
        }
        return scope;
    }

    /// Those of `entries`, numbered as they stand, that are in `scope` of a report of `range`; the
    /// others without lines.
    static std::vector<Entry> in_scope(
        std::vector<Entry> entries, const Scope& scope, const DateRange& range
    ) {
        for (std::size_t at = 0; at < entries.size(); ++at) {
            Entry& entry = entries[at];
            const auto number = static_cast<std::int64_t>(at) + 1;
            const bool is_known = !scope.known_at || number <= scope.known_at->value;
            const bool is_tagged = std::ranges::includes(entry.tags, scope.tags);
            const bool is_left_out = scope.closing == Closing::exclude &&
                                     entry.tags.contains("closing") &&
                                     entry.date >= days_of(range).first;
            if (!is_known || !is_tagged || is_left_out) {
                entry.lines.clear();
            }
        }
        return entries;
    }

    TestBooks books;
    testing::FakeClock clock;
    ledger::Poster poster{books.io.get_executor(), books.pool, clock};
    base::TenantId tenant = books.tenant();
    int posted = 0;
    std::mt19937_64 random{7};
};

}  // namespace accubooks::reports
