#include "testing/seeded_random.h"

#include <memory>
#include <random>

namespace accubooks::testing {

base::RandomBytes seeded_random(std::uint64_t seed) {
    // The engine's numbers are fixed by the standard; its distributions are not, so bytes are taken
    // from it directly.
    return [engine = std::make_shared<std::mt19937_64>(seed)](std::span<std::uint8_t> bytes) {
        for (auto& byte : bytes) {
            byte = static_cast<std::uint8_t>((*engine)() >> 56U);
        }
    };
}

}  // namespace accubooks::testing
