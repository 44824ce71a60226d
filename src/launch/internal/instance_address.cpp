#include "launch/internal/instance_address.h"

#include <fmt/format.h>

namespace accubooks::launch {

std::optional<net::Origin> origin_of(std::string_view address) {
    auto origin = net::Origin::parse(fmt::format("http://{}", address));
    if (!origin) {
        return std::nullopt;
    }
    if (origin->host == "0.0.0.0" || origin->host == "::") {
        origin->host = "127.0.0.1";  // it listens everywhere, here too
    }
    return *std::move(origin);
}

}  // namespace accubooks::launch
