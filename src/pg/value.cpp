#include "pg/value.h"

#include <charconv>
#include <cstring>

#include <libpq-fe.h>

namespace accubooks::pg {

namespace {

constexpr char kJsonbVersion = '\1';  // the only version of jsonb's binary form

constexpr wire::Oid kText = wire::Format<std::string>::kOid;
constexpr wire::Oid kTextArray = wire::Format<std::string>::kArrayOid;

}  // namespace

bool wire::reads_as(Oid wanted, Oid column) {
    constexpr Oid kName = 19;
    constexpr Oid kJson = 114;
    constexpr Oid kBpchar = 1042;
    constexpr Oid kVarchar = 1043;
    constexpr Oid kNameArray = 1003;
    constexpr Oid kVarcharArray = 1015;
    if (wanted == column) {
        return true;
    }
    if (wanted == kText) {
        return column == kName || column == kVarchar || column == kBpchar || column == kJson ||
               column == kJsonb;
    }
    return wanted == kTextArray && (column == kNameArray || column == kVarcharArray);
}

void Params::reserve(std::size_t count) {
    types_.reserve(count);
    slices_.reserve(count);
}

void Params::begin(wire::Oid type) {
    types_.push_back(type);
    slices_.push_back({.offset = buffer_.size(), .length = 0, .is_null = false});
}

Params& Params::end() {
    slices_.back().length = buffer_.size() - slices_.back().offset;
    return *this;
}

Params& Params::add_null(wire::Oid type) {
    begin(type);
    slices_.back().is_null = true;
    return *this;
}

Params& Params::add_json(std::optional<std::string_view> json_text) {
    if (!json_text) {
        return add_null(wire::kJsonb);
    }
    begin(wire::kJsonb);
    buffer_.push_back(kJsonbVersion);
    buffer_.append(*json_text);
    return end();
}

Params& Params::add_json_array(std::span<const std::optional<std::string>> json_texts) {
    begin(wire::kJsonbArray);
    wire::append_array_head(buffer_, wire::kJsonb, json_texts.size());
    for (const auto& text : json_texts) {
        if (!text) {
            wire::append_integer(buffer_, std::int32_t{-1});
            continue;
        }
        wire::append_sized(buffer_, [&] {
            buffer_.push_back(kJsonbVersion);
            buffer_.append(*text);
        });
    }
    return end();
}

std::optional<std::string_view> Params::value(std::size_t index) const {
    const Slice& slice = slices_.at(index);
    if (slice.is_null) {
        return std::nullopt;
    }
    return std::string_view{buffer_}.substr(slice.offset, slice.length);
}

bool Row::is_null(int column) const {
    base::ensure(column >= 0 && column < PQnfields(result_), "a column of the result is asked for");
    return PQgetisnull(result_, row_, column) != 0;
}

std::string_view Row::bytes(int column, wire::Oid wanted) const {
    base::ensure(!is_null(column), "a column that may be null is read into an optional");
    const wire::Oid type = PQftype(result_, column);
    base::ensure(wire::reads_as(wanted, type), "a column is read as the C++ type of its own type");
    base::ensure(PQfformat(result_, column) == 1, "results are asked for in binary format");
    std::string_view value{
        PQgetvalue(result_, row_, column),
        static_cast<std::size_t>(PQgetlength(result_, row_, column)),
    };
    if (type == wire::kJsonb) {
        base::ensure(
            !value.empty() && value.front() == kJsonbVersion, "jsonb's binary form has version 1"
        );
        value.remove_prefix(1);
    }
    return value;
}

Rows::~Rows() {
    PQclear(result_);
}

Rows& Rows::operator=(Rows&& other) noexcept {
    std::swap(result_, other.result_);
    return *this;
}

int Rows::size() const {
    return PQntuples(result_);
}

Row Rows::operator[](int row) const {
    base::ensure(row >= 0 && row < size(), "a row of the result is asked for");
    return Row{result_, row};
}

std::int64_t Rows::affected() const {
    const std::string_view text = result_ == nullptr ? "" : PQcmdTuples(result_);
    std::int64_t count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
}

}  // namespace accubooks::pg
