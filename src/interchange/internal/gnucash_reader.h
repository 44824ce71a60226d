#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "interchange/internal/gnucash_book.h"
#include "interchange/internal/gnucash_transaction.h"
#include "interchange/internal/refusal.h"
#include "interchange/internal/xml_records.h"

namespace accubooks::interchange {

/// Where what is read goes, in the order of the file.
struct GnucashSink {
    std::function<void(const GnucashTransaction&)> transaction;
    std::function<void(const ImportedPrice&)> price;
};

/// Reads a GnuCash file record by record: children of the book itself, and of the file where there
/// is no book around them. Templates of scheduled transactions look like transactions, so nothing
/// is looked for any deeper. What isn't imported is counted.
class GnucashReader final : public XmlHandler {
public:
    GnucashReader(GnucashBook& book, Refusal& refusal, GnucashSink sink)
        : book_{book}, refusal_{refusal}, sink_{std::move(sink)} {}

    std::optional<Way> begin(std::string_view name, std::size_t depth, SourcePosition at) override;
    bool record(const XmlRecord& record) override;

    /// Remarks on what was counted.
    void conclude();

private:
    /// How often something was met that the books don't keep, and where first.
    struct Count {
        std::uint64_t times = 0;
        SourcePosition first{};
    };

    Way way_of(std::string_view name, std::size_t depth, SourcePosition at);
    base::Result<void> read(const XmlRecord::Element& element, SourcePosition& at);
    base::Result<void> read_commodity(const XmlRecord::Element& element, SourcePosition& at);
    base::Result<void> read_account(const XmlRecord::Element& element, SourcePosition& at);
    base::Result<void> read_price(const XmlRecord::Element& element, SourcePosition& at);
    base::Result<void> take_transaction(const XmlRecord::Element& element, SourcePosition& at);
    void count(std::string_view what, SourcePosition at, std::uint64_t times = 1);
    void remark_on_accounts();

    GnucashBook& book_;
    Refusal& refusal_;
    GnucashSink sink_;
    std::size_t prices_depth_ = 0;  // of what is in the price list that is open; 0: none is
    bool has_book_ = false;
    std::map<std::string, Count, std::less<>> left_;
};

}  // namespace accubooks::interchange
