#include "interchange/internal/raw_transaction.h"

#include <limits>

#include "interchange/internal/binary.h"

namespace accubooks::interchange {

namespace {

// The spool never leaves this process, so the form is native and has no version.
enum PostingPart : std::uint16_t {
    has_amount = 1U << 0U,
    has_cost = 1U << 1U,
    has_assertion = 1U << 2U,
    has_date = 1U << 3U,
    has_comment = 1U << 4U,
    has_lot = 1U << 5U,
    is_virtual = 1U << 6U,
    assertion_total = 1U << 7U,
    assertion_inclusive = 1U << 8U,
    assertion_cost = 1U << 9U,
};

enum AmountPart : std::uint8_t { open_comma = 1U << 0U, wide = 1U << 1U };

void put_amount(std::string& out, const RawAmount& amount) {
    const auto mantissa = amount.value.mantissa();
    const bool is_wide = mantissa > std::numeric_limits<std::int64_t>::max() ||
                         mantissa < std::numeric_limits<std::int64_t>::min();
    put(out, amount.commodity);
    put(out, amount.column);
    put(out, amount.value.places());
    put(out, amount.precision);
    put(out,
        static_cast<std::uint8_t>(
            (amount.open_comma ? AmountPart::open_comma : 0U) | (is_wide ? AmountPart::wide : 0U)
        ));
    if (is_wide) {
        put(out, mantissa);
    } else {
        put(out, static_cast<std::int64_t>(mantissa));
    }
}

void put_cost(std::string& out, const RawCost& cost) {
    put(out, cost.kind);
    put_amount(out, cost.amount);
}

class Reader : public BinaryReader {
public:
    using BinaryReader::BinaryReader;

    RawAmount take_amount() {
        RawAmount amount;
        amount.commodity = take<std::uint32_t>();
        amount.column = take<std::uint32_t>();
        const auto places = take<std::uint8_t>();
        amount.precision = take<std::uint8_t>();
        const auto parts = take<std::uint8_t>();
        amount.open_comma = (parts & AmountPart::open_comma) != 0;
        amount.value = (parts & AmountPart::wide) != 0
                           ? base::Decimal{take<base::Decimal::Mantissa>(), places}
                           : base::Decimal{take<std::int64_t>(), places};
        return amount;
    }

    RawCost take_cost() {
        const auto kind = take<CostKind>();
        return {.kind = kind, .amount = take_amount()};
    }
};

unsigned parts_of(const RawPosting& posting) {
    const auto part = [](bool there, PostingPart bit) { return there ? unsigned{bit} : 0U; };
    return part(posting.amount.present(), has_amount) |
           part(posting.cost.kind != CostKind::none, has_cost) |
           part(posting.assertion.present(), has_assertion) |
           part(posting.date.has_value(), has_date) | part(!posting.comment.empty(), has_comment) |
           part(!posting.lot_price.empty() || !posting.lot_date.empty(), has_lot) |
           part(posting.balanced_virtual, is_virtual) |
           part(posting.assertion.total, assertion_total) |
           part(posting.assertion.inclusive, assertion_inclusive) |
           part(posting.assertion.cost.kind != CostKind::none, assertion_cost);
}

void put_posting(std::string& out, const RawPosting& posting) {
    const unsigned parts = parts_of(posting);
    put(out, static_cast<std::uint16_t>(parts));
    put(out, posting.line);
    put(out, posting.column);
    put(out, posting.account);
    put(out, posting.mark);
    if ((parts & has_amount) != 0) {
        put_amount(out, posting.amount);
    }
    if ((parts & has_cost) != 0) {
        put_cost(out, posting.cost);
    }
    if ((parts & has_assertion) != 0) {
        put(out, posting.assertion.column);
        put_amount(out, posting.assertion.amount);
    }
    if ((parts & assertion_cost) != 0) {
        put_cost(out, posting.assertion.cost);
    }
    if ((parts & has_date) != 0) {
        put(out, *posting.date);
    }
    if ((parts & has_comment) != 0) {
        put_text(out, posting.comment);
    }
    if ((parts & has_lot) != 0) {
        put_text(out, posting.lot_price);
        put_text(out, posting.lot_date);
    }
}

void take_posting(Reader& in, RawPosting& posting) {
    const unsigned parts = in.take<std::uint16_t>();
    posting = RawPosting{};
    posting.line = in.take<std::uint32_t>();
    posting.column = in.take<std::uint32_t>();
    posting.account = in.take<std::uint32_t>();
    posting.mark = in.take<Mark>();
    posting.balanced_virtual = (parts & is_virtual) != 0;
    if ((parts & has_amount) != 0) {
        posting.amount = in.take_amount();
    }
    if ((parts & has_cost) != 0) {
        posting.cost = in.take_cost();
    }
    if ((parts & has_assertion) != 0) {
        posting.assertion.total = (parts & assertion_total) != 0;
        posting.assertion.inclusive = (parts & assertion_inclusive) != 0;
        posting.assertion.column = in.take<std::uint32_t>();
        posting.assertion.amount = in.take_amount();
    }
    if ((parts & assertion_cost) != 0) {
        posting.assertion.cost = in.take_cost();
    }
    if ((parts & has_date) != 0) {
        posting.date = in.take<std::int32_t>();
    }
    if ((parts & has_comment) != 0) {
        posting.comment = in.take_text();
    }
    if ((parts & has_lot) != 0) {
        posting.lot_price = in.take_text();
        posting.lot_date = in.take_text();
    }
}

}  // namespace

void encode(const RawTransaction& transaction, std::string& out) {
    put(out, transaction.file);
    put(out, transaction.line);
    put(out, transaction.date);
    put(out, static_cast<std::uint8_t>(transaction.date2.has_value()));
    if (transaction.date2) {
        put(out, *transaction.date2);
    }
    put(out, transaction.mark);
    put_text(out, transaction.code);
    put_text(out, transaction.description);
    put_text(out, transaction.comment);
    put(out, static_cast<std::uint32_t>(transaction.postings.size()));
    for (const RawPosting& posting : transaction.postings) {
        put_posting(out, posting);
    }
}

void decode(std::string_view bytes, RawTransaction& transaction) {
    Reader in{bytes};
    transaction.file = in.take<std::uint32_t>();
    transaction.line = in.take<std::uint32_t>();
    transaction.date = in.take<std::int32_t>();
    transaction.date2.reset();
    if (in.take<std::uint8_t>() != 0) {
        transaction.date2 = in.take<std::int32_t>();
    }
    transaction.mark = in.take<Mark>();
    transaction.code = in.take_text();
    transaction.description = in.take_text();
    transaction.comment = in.take_text();
    transaction.postings.resize(in.take<std::uint32_t>());
    for (RawPosting& posting : transaction.postings) {
        take_posting(in, posting);
    }
}

}  // namespace accubooks::interchange
