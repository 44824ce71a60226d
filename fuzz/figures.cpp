// What an instance says of itself, and what Linux says of processes: whatever the text, it is
// refused or read, and a sample that was read is a measurement that can be written and read again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "launch/fingerprint.h"
#include "launch/internal/instance_figures.h"
#include "launch/internal/processor_time.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace accubooks;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the fuzzer's bytes are a text
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const base::Instant now = base::Instant::from_unix_micros(1'767'225'600'000'000);
    for (const bool with_sketches : {false, true}) {
        const auto sample = launch::read_figures(text, "a", now, with_sketches);
        if (sample && !launch::parse_measurement(launch::to_json(launch::Measurement{*sample}))) {
            std::abort();
        }
    }
    static_cast<void>(launch::read_own_fingerprints(text, "a"));
    static_cast<void>(launch::parse_process_stat(text));
    static_cast<void>(launch::parse_uptime(text));
    static_cast<void>(launch::parse_children(text));
    const auto group = launch::parse_control_group(text);
    if (group && (!group->starts_with('/') || group->contains(".."))) {
        std::abort();
    }
    static_cast<void>(launch::parse_group_usage(text));
    static_cast<void>(launch::parse_group_quota(text));
    return 0;
}
