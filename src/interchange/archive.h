#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/date.h"
#include "base/decimal.h"
#include "base/digest.h"
#include "base/ids.h"
#include "base/money.h"
#include "ledger/account.h"
#include "ledger/audit_event.h"
#include "ledger/chain.h"
#include "ledger/entry.h"
#include "ledger/period.h"

/// A tenant's books as one file of JSON lines: everything that they are made of, and everything
/// that it takes to prove it without a database. One record a line, each with its `kind`; amounts
/// are plain decimals of their commodity, times are RFC 3339 in UTC, hashes hexadecimal. Records
/// come in the order of ArchiveKind; entries and events by number. Field by field:
/// docs/archive-format.md.
namespace accubooks::interchange {

enum class ArchiveKind : std::uint8_t {
    books,      // first, once
    commodity,  // before what is counted in it
    account,    // parents before children
    price,
    epoch,
    period_act,
    entry,
    balance,
    audit_event,
    end,  // last, once
};
inline constexpr std::size_t kArchiveKinds = 10;

/// "books", as in the file.
std::string_view to_string(ArchiveKind kind);

/// Bounds of what is read; past one of them the line is refused.
struct ArchiveLimits {
    static constexpr std::size_t kLineBytes = std::size_t{32} << 20U;
    static constexpr std::size_t kCommodities = 20'000;
    static constexpr std::size_t kAccounts = 200'000;
    static constexpr std::size_t kEpochs = 10'000;
    static constexpr std::size_t kPeriodActs = 100'000;
};

/// Whose books these are, and where they ended when they were written.
struct ArchiveHead {
    static constexpr std::string_view kFormat = "accubooks-archive";
    static constexpr std::int64_t kVersion = 1;

    base::TenantId tenant;
    std::string base_currency;
    std::int32_t epoch = 1;
    base::EntryNumber last_entry;
    base::Digest head_hash{};
    ledger::Closure closure{};    // how far they are closed
    ledger::Calendar calendar{};  // by which they have periods
    base::Instant exported_at{};
};

/// One unit of `commodity` was worth `price` of `quote_commodity` on that day.
struct ArchivedPrice {
    std::string commodity;
    std::string quote_commodity;
    base::Date date;
    base::Decimal price;
};

/// What an account moved in a commodity in one month; units.
struct ArchivedBalance {
    base::AccountId account;
    std::string commodity;
    base::Date month;  // its first day
    std::int64_t debit = 0;
    std::int64_t credit = 0;
    std::int64_t base_debit = 0;
    std::int64_t base_credit = 0;
};

/// How many records of each kind came before, and what they were: their lines chained by SHA-256,
/// d = SHA-256(d ‖ line), beginning with 32 zero bytes.
struct ArchiveSums {
    std::array<std::uint64_t, kArchiveKinds> counts{};
    std::array<base::Digest, kArchiveKinds> digests{};

    void add(ArchiveKind kind, std::string_view line);
};

struct ArchiveEnd {
    ArchiveSums sums;
};

using ArchiveRecord = std::variant<
    ArchiveHead,
    base::Commodity,
    ledger::Account,
    ArchivedPrice,
    ledger::Epoch,
    ledger::PeriodAct,
    ledger::PostedEntry,
    ArchivedBalance,
    ledger::AuditEvent,
    ArchiveEnd>;

}  // namespace accubooks::interchange
