#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/date.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/ids.h"

/// PostgreSQL's binary formats of the types this program uses. Source: the send and receive
/// functions in PostgreSQL's `src/backend/utils/adt`; every format is tried against a real server
/// by value_db_test.cpp.
namespace accubooks::pg::wire {

/// A type's number in pg_type, fixed since each type exists.
using Oid = std::uint32_t;

constexpr Oid kJsonb = 3802;
constexpr Oid kJsonbArray = 3807;

/// Days and microseconds between the Unix epoch and PostgreSQL's, 2000-01-01.
constexpr std::int32_t kEpochDays = 10957;
constexpr std::int64_t kEpochMicros = std::int64_t{kEpochDays} * 86'400 * 1'000'000;

/// Network byte order. `bytes` has exactly the width of T.
template <std::integral T>
void append_integer(std::string& out, T value) {
    using Bits = std::make_unsigned_t<T>;
    auto bits = static_cast<Bits>(value);
    char bytes[sizeof(T)];
    for (std::size_t at = sizeof(T); at-- > 0;) {
        bytes[at] = static_cast<char>(bits & 0xff);
        bits = static_cast<Bits>(bits >> (sizeof(T) > 1 ? 8 : 0));
    }
    out.append(bytes, sizeof(T));
}

template <std::integral T>
T read_integer(std::string_view bytes) {
    base::ensure(bytes.size() == sizeof(T), "the server sends an integer in its type's width");
    std::uint64_t bits = 0;
    for (const char byte : bytes) {
        bits = bits << 8 | static_cast<std::uint8_t>(byte);
    }
    return static_cast<T>(bits);
}

inline std::string_view as_text(std::span<const std::uint8_t> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline void copy_into(std::span<std::uint8_t> target, std::string_view bytes) {
    base::ensure(bytes.size() == target.size(), "a column of fixed size has that size");
    std::memcpy(target.data(), bytes.data(), bytes.size());
}

/// How a C++ type travels: the type's OID, its array's OID, `append` and `read`. Only the types
/// below have one.
template <class T>
struct Format;

template <class T>
concept Scalar = requires { Format<T>::kOid; };

template <std::integral T, Oid Type, Oid Array>
struct IntegerFormat {
    static constexpr Oid kOid = Type;
    static constexpr Oid kArrayOid = Array;
    static void append(std::string& out, T value) { append_integer(out, value); }
    static T read(std::string_view bytes) { return read_integer<T>(bytes); }
};

template <>
struct Format<std::int16_t> : IntegerFormat<std::int16_t, 21, 1005> {};
template <>
struct Format<std::int32_t> : IntegerFormat<std::int32_t, 23, 1007> {};
template <>
struct Format<std::int64_t> : IntegerFormat<std::int64_t, 20, 1016> {};

template <>
struct Format<bool> {
    static constexpr Oid kOid = 16;
    static constexpr Oid kArrayOid = 1000;
    static void append(std::string& out, bool value) { out.push_back(value ? '\1' : '\0'); }
    static bool read(std::string_view bytes) { return read_integer<std::int8_t>(bytes) != 0; }
};

template <class Tag>
struct Format<base::Id<Tag>> {
    static constexpr Oid kOid = 20;
    static constexpr Oid kArrayOid = 1016;
    static void append(std::string& out, base::Id<Tag> id) { append_integer(out, id.value); }
    static base::Id<Tag> read(std::string_view bytes) {
        return {read_integer<std::int64_t>(bytes)};
    }
};

template <>
struct Format<std::string_view> {
    static constexpr Oid kOid = 25;
    static constexpr Oid kArrayOid = 1009;
    static void append(std::string& out, std::string_view value) { out.append(value); }
    static std::string_view read(std::string_view bytes) { return bytes; }
};
template <>
struct Format<std::string> : Format<std::string_view> {
    static std::string read(std::string_view bytes) { return std::string{bytes}; }
};

template <>
struct Format<base::Date> {
    static constexpr Oid kOid = 1082;
    static constexpr Oid kArrayOid = 1182;
    static void append(std::string& out, base::Date date) {
        append_integer(out, date.unix_days() - kEpochDays);
    }
    static base::Date read(std::string_view bytes) {
        return base::Date::from_unix_days(read_integer<std::int32_t>(bytes) + kEpochDays);
    }
};

template <>
struct Format<base::Instant> {
    static constexpr Oid kOid = 1184;
    static constexpr Oid kArrayOid = 1185;
    static void append(std::string& out, base::Instant at) {
        append_integer(out, at.unix_micros() - kEpochMicros);
    }
    static base::Instant read(std::string_view bytes) {
        return base::Instant::from_unix_micros(read_integer<std::int64_t>(bytes) + kEpochMicros);
    }
};

template <>
struct Format<std::span<const std::uint8_t>> {
    static constexpr Oid kOid = 17;
    static constexpr Oid kArrayOid = 1001;
    static void append(std::string& out, std::span<const std::uint8_t> bytes) {
        out.append(as_text(bytes));
    }
};
template <>
struct Format<std::vector<std::uint8_t>> : Format<std::span<const std::uint8_t>> {
    static std::vector<std::uint8_t> read(std::string_view bytes) {
        return {bytes.begin(), bytes.end()};
    }
};
template <>
struct Format<base::Digest> : Format<std::span<const std::uint8_t>> {
    static base::Digest read(std::string_view bytes) {
        base::Digest digest;
        copy_into(digest, bytes);
        return digest;
    }
};

template <>
struct Format<base::Uuid> {
    static constexpr Oid kOid = 2950;
    static constexpr Oid kArrayOid = 2951;
    static void append(std::string& out, const base::Uuid& uuid) {
        out.append(as_text(uuid.bytes));
    }
    static base::Uuid read(std::string_view bytes) {
        base::Uuid uuid;
        copy_into(uuid.bytes, bytes);
        return uuid;
    }
};

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::bool_constant<!Scalar<std::vector<T>>> {};

/// T without an optional around it.
template <class T>
struct Bare {
    using Type = T;
};
template <class T>
struct Bare<std::optional<T>> {
    using Type = T;
};

/// Writes a length in front of what `write` appends, as array elements have it. A value is limited
/// to 1 GiB by the server, so its length always fits.
template <class Write>
void append_sized(std::string& out, Write write) {
    const std::size_t length_at = out.size();
    out.append(4, '\0');
    write();
    const std::size_t length = out.size() - length_at - 4;
    base::ensure(length <= std::numeric_limits<std::int32_t>::max(), "a parameter is under 2 GiB");
    std::string encoded;
    append_integer(encoded, static_cast<std::int32_t>(length));
    out.replace(length_at, 4, encoded);
}

/// The head of a one-dimensional array: dimensions, whether nulls may follow, element type, size,
/// lower bound. An empty array has no dimension.
inline void append_array_head(std::string& out, Oid element, std::size_t size) {
    append_integer(out, std::int32_t{size == 0 ? 0 : 1});
    append_integer(out, std::int32_t{1});
    append_integer(out, element);
    if (size > 0) {
        base::ensure(
            size <= std::numeric_limits<std::int32_t>::max(),
            "an array has fewer than 2^31 elements"
        );
        append_integer(out, static_cast<std::int32_t>(size));
        append_integer(out, std::int32_t{1});
    }
}

/// An array of T or std::optional<T>.
template <class Range>
void append_array(std::string& out, const Range& values) {
    using Element = std::remove_cvref_t<decltype(*values.begin())>;
    using T = typename Bare<Element>::Type;
    append_array_head(out, Format<T>::kOid, values.size());
    for (auto&& value : values) {
        if constexpr (IsOptional<Element>::value) {
            if (!value) {
                append_integer(out, std::int32_t{-1});
                continue;
            }
            append_sized(out, [&] { Format<T>::append(out, *value); });
        } else {
            append_sized(out, [&] { Format<T>::append(out, value); });
        }
    }
}

/// Whether a column of type `column` may be read as a T whose own type is `wanted`: text also reads
/// the server's other character types and json.
bool reads_as(Oid wanted, Oid column);

/// Calls `element(std::optional<std::string_view>)` for each element of a one-dimensional array.
template <class Element>
void read_array(std::string_view bytes, Oid wanted, Element element) {
    const auto take = [&bytes](std::size_t count) {
        base::ensure(bytes.size() >= count, "the server sends whole arrays");
        const std::string_view head = bytes.substr(0, count);
        bytes.remove_prefix(count);
        return head;
    };
    const auto dimensions = read_integer<std::int32_t>(take(4));
    take(4);
    const auto type = read_integer<Oid>(take(4));
    base::ensure(reads_as(wanted, type), "an array is read as its own element type");
    if (dimensions == 0) {
        return;
    }
    base::ensure(dimensions == 1, "arrays have one dimension here");
    const auto size = read_integer<std::int32_t>(take(4));
    take(4);
    for (std::int32_t at = 0; at < size; ++at) {
        const auto length = read_integer<std::int32_t>(take(4));
        if (length < 0) {
            element(std::optional<std::string_view>{});
        } else {
            element(std::optional<std::string_view>{take(static_cast<std::size_t>(length))});
        }
    }
}

}  // namespace accubooks::pg::wire
