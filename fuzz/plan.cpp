// A launch plan from outside: whatever the text, it is refused or read; what is read is written as
// a canonical form that is read as the same, and the lint says what it thinks of it.
#include "launch/plan.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "launch/plan_lint.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace accubooks::launch;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the fuzzer's bytes are a text
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto plan = parse_plan(text);
    if (plan) {
        const auto again = parse_canonical_plan(canonical_json(*plan));
        if (!again || digest_of(*again) != digest_of(*plan)) {
            std::abort();
        }
        static_cast<void>(complaints(*plan));
    }
    static_cast<void>(parse_canonical_plan(text));
    return 0;
}
