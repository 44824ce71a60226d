#include <type_traits>

#include "interchange/internal/entry_builder.h"
#include "interchange/internal/exact.h"

namespace accubooks::interchange {

namespace {

/// Numbers are little-endian on every machine this runs on; texts carry their length, so that no
/// two contents make the same bytes.
template <class T>
void put(std::string& out, T value) {
    static_assert(std::is_integral_v<T> || std::is_same_v<T, __int128>);
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put_text(std::string& out, std::string_view text) {
    put(out, static_cast<std::uint32_t>(text.size()));
    out.append(text);
}

void put_amount(std::string& out, const std::string& code, const base::Decimal& value) {
    const base::Decimal plain = normalised(value);
    put_text(out, code);
    put(out, plain.mantissa());
    put(out, plain.places());
}

}  // namespace

base::Digest digest_of(
    const Book& book,
    const RawTransaction& transaction,
    const std::vector<ResolvedLine>& lines,
    std::int32_t day,
    std::string& buffer
) {
    buffer.assign("accubooks journal entry 1");
    put(buffer, day);
    put(buffer, static_cast<std::uint8_t>(transaction.date2.has_value()));
    put(buffer, transaction.date2.value_or(0));
    put(buffer, static_cast<std::uint8_t>(transaction.mark));
    put_text(buffer, transaction.code);
    put_text(buffer, transaction.description);
    put_text(buffer, transaction.comment);
    for (const ResolvedLine& line : lines) {
        const RawPosting& posting = transaction.postings[line.posting];
        if (posting.date.value_or(transaction.date) != day) {
            continue;
        }
        put_text(buffer, book.accounts()[line.account].path);
        put_amount(buffer, book.commodities()[line.commodity].code, line.amount);
        // A derived cost follows from the other lines, and its digits from the file's: it is no
        // content.
        const bool has_cost = line.weighs != ResolvedLine::Weighs::amount && !line.derived;
        put(buffer, static_cast<std::uint8_t>(has_cost));
        if (has_cost) {
            put_amount(buffer, book.commodities()[line.cost_commodity].code, line.cost);
        }
        put(buffer, static_cast<std::uint8_t>(posting.mark));
        put(buffer, static_cast<std::uint8_t>(posting.balanced_virtual));
        put_text(buffer, posting.comment);
        put_text(buffer, posting.lot_price);
        put_text(buffer, posting.lot_date);
    }
    return base::sha256(buffer);
}

}  // namespace accubooks::interchange
