#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "interchange/archive.h"

namespace accubooks::interchange {

/// Writes a tenant's books as a journal that hledger 1.25 reads and `accubooks import` makes the
/// same books of: accounts, commodities, prices, and entries with their texts, tags, amounts, costs
/// and base amounts. What hledger has no words for stands in comments (internal/marks.h); who
/// posted an entry, its number and its hash are not in a journal.
///
/// An account that was imported is called what it was; another one by code and name. To be called
/// as an ArchiveWriter is.
class HledgerWriter {
public:
    std::string head(const ArchiveHead& head);
    std::string commodity(const base::Commodity& commodity);
    std::string account(const ledger::Account& account);
    std::string price(const ArchivedPrice& price) const;
    std::string epoch(const ledger::Epoch&) const { return {}; }
    std::string period_act(const ledger::PeriodAct&) const { return {}; }
    std::string audit_event(const ledger::AuditEvent&) const { return {}; }
    std::string entry(const ledger::PostedEntry& posted) const;
    std::string balance(const ArchivedBalance&) const { return {}; }
    std::string end() const;

private:
    /// What a line says beyond its entry's posting, if all base amounts have to be told.
    enum class BaseAmounts : std::uint8_t { follow, told };

    std::string amount(std::int64_t units, const std::string& commodity) const;
    void append_comments(std::string& to, const ledger::Entry& entry) const;
    void append_line(std::string& to, const ledger::Line& line, BaseAmounts told) const;
    void append_posting(std::string& to, const ledger::Line& line) const;

    std::string base_;
    std::map<std::string, std::uint8_t> scales_;
    std::unordered_map<std::int64_t, std::string> names_;  // of accounts, by id
    std::unordered_map<std::int64_t, std::string> codes_;
    std::set<std::string> taken_;
};

}  // namespace accubooks::interchange
