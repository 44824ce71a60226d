#pragma once

#include <cstdint>
#include <istream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/fwd.hpp>

#include "base/error.h"
#include "interchange/archive.h"

namespace accubooks::net {
class BodyFields;
}

namespace accubooks::interchange {

/// Reads an archive record by record, from whoever wrote it: every line is bounded, every member is
/// checked, and nothing that isn't expected is passed over. It doesn't judge the books; see
/// verify_archive.
class ArchiveReader {
public:
    /// `in` outlives the reader; `name` is what refusals call it.
    ArchiveReader(std::istream& in, std::string name) : in_{in}, name_{std::move(name)} {}

    /// The next record; none behind `end`. Errors: `interchange.bad_archive` with file, line and
    /// reason, also for a file that breaks off.
    base::Result<std::optional<ArchiveRecord>> next();

    /// Of the line that was read last, from 1.
    std::uint64_t line() const { return line_; }
    /// What was read so far comes to; compare with the `end`'s.
    const ArchiveSums& sums() const { return sums_; }

private:
    base::Result<bool> read_line();
    base::Result<ArchiveKind> kind_of(const std::string& text);
    ArchiveRecord record_of(ArchiveKind kind, net::BodyFields& fields);
    ArchiveHead head_of(net::BodyFields& fields);
    base::Commodity commodity_of(net::BodyFields& fields);
    ledger::Account account_of(net::BodyFields& fields);
    ledger::PostedEntry entry_of(net::BodyFields& fields);
    ledger::Line line_of(const boost::json::value& value, const std::string& pointer);
    std::int64_t amount_of(net::BodyFields& fields, std::string_view name, std::string_view of);
    std::unexpected<base::Error> refused(std::string_view reason) const;

    std::istream& in_;
    std::string name_;
    std::string text_;  // of the line
    std::uint64_t line_ = 0;
    std::optional<ArchiveKind> last_;
    std::string base_;
    std::map<std::string, std::uint8_t, std::less<>> scales_;
    std::vector<base::FieldError> wrong_;  // of the record
    ArchiveSums sums_;
};

}  // namespace accubooks::interchange
