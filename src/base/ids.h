#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace accubooks::base {

/// A number that identifies one kind of thing; ids of different kinds don't mix and don't add.
template <class Tag>
struct Id {
    std::int64_t value = 0;

    friend constexpr auto operator<=>(Id, Id) = default;
};

using TenantId = Id<struct TenantTag>;
using AccountId = Id<struct AccountTag>;
using EntryNumber = Id<struct EntryNumberTag>;

/// A UUID (RFC 9562).
struct Uuid {
    std::array<std::uint8_t, 16> bytes{};

    /// Reads the 36-character form, either case. Errors: `base.bad_uuid`.
    static Result<Uuid> parse(std::string_view text);

    friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

/// Lower-case 8-4-4-4-12 form.
std::string to_string(const Uuid& uuid);

/// Where random bytes come from; seeded in tests.
using RandomBytes = std::function<void(std::span<std::uint8_t>)>;

/// The operating system's random bytes.
RandomBytes system_random();

/// A version 7 UUID (RFC 9562 §5.7): milliseconds of `at`, then random bits, so ids made later sort
/// later.
Uuid uuid_v7(Instant at, const RandomBytes& random);

}  // namespace accubooks::base

template <class Tag>
struct std::hash<accubooks::base::Id<Tag>> {
    std::size_t operator()(accubooks::base::Id<Tag> id) const noexcept {
        return std::hash<std::int64_t>{}(id.value);
    }
};
