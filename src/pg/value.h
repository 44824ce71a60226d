#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/date.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/ids.h"
#include "pg/internal/wire.h"

struct pg_result;

namespace accubooks::pg {

/// Whether a connection keeps a statement prepared, or the server reads and plans it at each use:
/// for one that runs once in a long while, or whose plan would be wrong the next time.
enum class Preparation : std::uint8_t { kept, once };

/// A statement of a store: a named constant. The name is also the prepared statement's, the
/// metric's and the log's, so two statements never share one.
struct Statement {
    std::string_view name;  // "ledger.period_of_date"
    std::string_view
        text;  // SQL with $1…$n; the C++ type of each parameter decides its PostgreSQL type
    Preparation preparation = Preparation::kept;
};

/// Bytes as a parameter (bytea).
using Bytes = std::span<const std::uint8_t>;

/// Parameters in PostgreSQL's binary format, each with its type's OID. Values are copied in.
///
/// int16/int32/int64/bool -> int2/int4/int8/bool, text -> text, Date -> date, Instant ->
/// timestamptz, Digest, Bytes and std::vector<std::uint8_t> -> bytea, Uuid -> uuid, Id<Tag> ->
/// int8, std::optional<T> -> T or null; any other vector or span of these (also of optionals) -> a
/// one-dimensional array. `add_json` sends jsonb.
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

    template <wire::Scalar T>
    Params& add(const T& value) {
        begin(wire::Format<T>::kOid);
        wire::Format<T>::append(buffer_, value);
        return end();
    }
    Params& add(const char* value) { return add(std::string_view{value}); }
    template <wire::Scalar T>
    Params& add(const std::optional<T>& value) {
        return value ? add(*value) : add_null(wire::Format<T>::kOid);
    }
    template <class T>
        requires wire::IsVector<std::vector<T>>::value
    Params& add(const std::vector<T>& values) {
        return add_array(values);
    }
    template <class T>
        requires(!std::is_same_v<std::remove_cv_t<T>, std::uint8_t>)
    Params& add(std::span<T> values) {
        return add_array(values);
    }

    /// Text that is valid JSON, as jsonb; none is null.
    Params& add_json(std::optional<std::string_view> json_text);
    Params& add_json_array(std::span<const std::optional<std::string>> json_texts);

    std::size_t size() const { return types_.size(); }
    // For the connection: what libpq's PQsendQueryPrepared takes.
    std::span<const wire::Oid> types() const { return types_; }
    /// The bytes of parameter `index`; none for null. Valid until the next change.
    std::optional<std::string_view> value(std::size_t index) const;

private:
    struct Slice {
        std::size_t offset;
        std::size_t length;
        bool is_null;
    };

    void begin(wire::Oid type);
    Params& end();
    Params& add_null(wire::Oid type);
    template <class Range>
    Params& add_array(const Range& values) {
        using Element = std::remove_cvref_t<decltype(*values.begin())>;
        begin(wire::Format<typename wire::Bare<Element>::Type>::kArrayOid);
        wire::append_array(buffer_, values);
        return end();
    }

    std::string buffer_;
    std::vector<wire::Oid> types_;
    std::vector<Slice> slices_;
};

/// One row of a result; refers into its Rows.
class Row {
public:
    Row(const pg_result* result, int row) : result_{result}, row_{row} {}

    bool is_null(int column) const;

    /// The column as T: bool, int16/32/64, std::string_view (valid while the Rows live),
    /// std::string, Date, Instant, Digest, Uuid, Id<Tag>, std::vector<std::uint8_t>, std::optional
    /// of these, another std::vector of these or of their optionals for arrays. Text also reads
    /// varchar, name, json and jsonb. A column of another PostgreSQL type, or a null without
    /// optional, is a bug and stops the process: one test prepares every statement and checks
    /// types. Cast in SQL what isn't listed (`sum(x)::bigint`, `price::text`).
    template <class T>
    T get(int column) const {
        if constexpr (wire::IsOptional<T>::value) {
            if (is_null(column)) {
                return std::nullopt;
            }
            return get<typename T::value_type>(column);
        } else if constexpr (wire::IsVector<T>::value) {
            return get_array<typename T::value_type>(column);
        } else {
            return wire::Format<T>::read(bytes(column, wire::Format<T>::kOid));
        }
    }

private:
    /// The column's bytes, after the checks.
    std::string_view bytes(int column, wire::Oid wanted) const;

    template <class Element>
    std::vector<Element> get_array(int column) const {
        using T = typename wire::Bare<Element>::Type;
        std::vector<Element> values;
        wire::read_array(
            bytes(column, wire::Format<T>::kArrayOid),
            wire::Format<T>::kOid,
            [&values](std::optional<std::string_view> element) {
                if (element) {
                    values.push_back(wire::Format<T>::read(*element));
                } else if constexpr (wire::IsOptional<Element>::value) {
                    values.push_back(std::nullopt);
                } else {
                    base::ensure(false, "an array with nulls is read into optionals");
                }
            }
        );
        return values;
    }

    const pg_result* result_;
    int row_;
};

/// The rows of one statement, owned; movable.
class Rows {
public:
    Rows() = default;
    explicit Rows(pg_result* result) : result_{result} {}
    ~Rows();
    Rows(Rows&& other) noexcept : result_{std::exchange(other.result_, nullptr)} {}
    Rows& operator=(Rows&& other) noexcept;
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;

    int size() const;
    bool empty() const { return size() == 0; }
    Row operator[](int row) const;
    /// What `make` makes of each row, in order.
    template <class Make>
    std::vector<std::invoke_result_t<Make&, Row>> map(Make make) const {
        std::vector<std::invoke_result_t<Make&, Row>> values;
        values.reserve(static_cast<std::size_t>(size()));
        for (int row = 0; row < size(); ++row) {
            values.push_back(make((*this)[row]));
        }
        return values;
    }
    /// Rows that an insert, update or delete touched.
    std::int64_t affected() const;

private:
    pg_result* result_ = nullptr;
};

}  // namespace accubooks::pg
