#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace accubooks::net {

/// The member of a request's body, as a JSON pointer, that a refusal with this code is about.
struct MemberOfCode {
    std::string_view code;
    std::string_view pointer;
};

/// The same result, whose refusal names its member where its code is listed and it names none yet.
/// For rules that are kept behind the edge, where nobody knows the body.
template <class T>
base::Result<T> at_members(base::Result<T> result, std::span<const MemberOfCode> members) {
    if (!result && result.error().fields.empty()) {
        const auto found = std::ranges::find(members, result.error().code, &MemberOfCode::code);
        if (found != members.end()) {
            result.error().fields = {{std::string{found->pointer}, result.error().detail}};
        }
    }
    return result;
}

/// The same where only that member can be at fault for what is refused as `invalid`.
template <class T>
base::Result<T> at_member(base::Result<T> result, std::string_view pointer) {
    if (!result && result.error().fields.empty() &&
        result.error().kind == base::ErrorKind::invalid) {
        result.error().fields = {{std::string{pointer}, result.error().detail}};
    }
    return result;
}

}  // namespace accubooks::net
