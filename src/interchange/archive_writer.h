#pragma once

#include <map>
#include <string>

#include "base/json_writer.h"
#include "interchange/archive.h"

namespace accubooks::interchange {

/// Writes the records of an archive as lines, each with its '\n'. To be called in the order of
/// ArchiveKind; a line in a commodity that wasn't written before is a bug and stops the process.
class ArchiveWriter {
public:
    std::string head(const ArchiveHead& head);
    std::string commodity(const base::Commodity& commodity);
    std::string account(const ledger::Account& account);
    std::string price(const ArchivedPrice& price);
    std::string epoch(const ledger::Epoch& epoch);
    std::string period_act(const ledger::PeriodAct& act);
    std::string entry(const ledger::PostedEntry& posted);
    std::string balance(const ArchivedBalance& balance);
    std::string audit_event(const ledger::AuditEvent& event);
    std::string end();

private:
    void write_line(base::JsonWriter& json, const ledger::Line& line) const;
    std::string amount(std::int64_t units, const std::string& commodity) const;
    std::string finish(ArchiveKind kind, base::JsonWriter json);

    std::string base_;
    std::map<std::string, std::uint8_t> scales_;
    ArchiveSums sums_;
};

}  // namespace accubooks::interchange
