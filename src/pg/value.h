#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/date.h"
#include "base/digest.h"
#include "base/ids.h"

struct pg_result;

namespace accubooks::pg {

/// A statement of a store: a named constant. The name is also the prepared statement's, the metric's and the log's.
struct Statement {
    std::string_view name;  // "ledger.period_of_date"
    std::string_view text;  // SQL with $1…$n; the C++ type of each parameter decides its PostgreSQL type
};

/// Bytes as a parameter or a column (bytea).
using Bytes = std::span<const std::uint8_t>;

/// Parameters in PostgreSQL's binary format, each with its type's OID. Values are copied in; the object may outlive them.
///
/// int16/int32/int64/bool -> int2/int4/int8/bool, text -> text, Date -> date, Instant -> timestamptz, Digest/Bytes ->
/// bytea, Uuid -> uuid, std::optional<T> -> T or null; a vector or span of any of these (also of optionals) -> a
/// one-dimensional array. `json` sends jsonb.
class Params {
public:
    Params() = default;
    template <class... Values>
    static Params of(const Values&... values) {
        Params params;
        params.reserve(sizeof...(values));
        (params.add(values), ...);
        return params;
    }

    void reserve(std::size_t count);
    Params& add(bool value);
    Params& add(std::int16_t value);
    Params& add(std::int32_t value);
    Params& add(std::int64_t value);
    Params& add(std::string_view value);
    Params& add(const std::string& value) { return add(std::string_view{value}); }
    Params& add(const char* value) { return add(std::string_view{value}); }
    Params& add(base::Date value);
    Params& add(base::Instant value);
    Params& add(const base::Digest& value);
    Params& add(Bytes value);
    Params& add(const base::Uuid& value);
    template <class Tag>
    Params& add(base::Id<Tag> value) {
        return add(value.value);
    }
    template <class T>
    Params& add(const std::optional<T>& value);
    template <class T>
    Params& add(const std::vector<T>& values);
    Params& add_json(std::string_view json_text);
    Params& add_json_array(std::span<const std::optional<std::string>> json_texts);

    std::size_t size() const { return types_.size(); }
    // For the connection: what libpq's PQsendQueryPrepared takes.
    std::span<const std::uint32_t> types() const { return types_; }
    /// The bytes of parameter `index`; none for null.
    std::optional<std::span<const char>> value(std::size_t index) const;

private:
    std::string buffer_;
    std::vector<std::uint32_t> types_;
    std::vector<std::pair<std::int64_t, std::int32_t>> slices_;  // offset (-1: null), length
};

/// One row of a result; refers into its Rows.
class Row {
public:
    Row(const pg_result* result, int row) : result_{result}, row_{row} {}

    bool is_null(int column) const;
    /// The column as T: bool, int16/32/64, std::string_view (valid while the Rows live), std::string, Date, Instant,
    /// Digest, Uuid, Id<Tag>, std::vector<std::uint8_t>, std::optional of these, std::vector of these for arrays.
    /// A column of another PostgreSQL type, or a null without optional, is a bug and stops the process: one test
    /// prepares every statement and checks types.
    template <class T>
    T get(int column) const;

private:
    const pg_result* result_;
    int row_;
};

/// The rows of one statement, owned; movable.
class Rows {
public:
    Rows() = default;
    explicit Rows(pg_result* result) : result_{result} {}
    ~Rows();
    Rows(Rows&& other) noexcept;
    Rows& operator=(Rows&& other) noexcept;
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;

    int size() const;
    bool empty() const { return size() == 0; }
    Row operator[](int row) const { return Row{result_, row}; }
    /// Rows that an insert, update or delete touched.
    std::int64_t affected() const;

private:
    pg_result* result_ = nullptr;
};

}  // namespace accubooks::pg
