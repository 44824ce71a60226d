#pragma once

#include <optional>
#include <string_view>

#include "net/http_client.h"

namespace accubooks::launch {

/// Where an instance that listens at `address` is asked; one that listens everywhere is asked on
/// this machine. None when the address can't be read.
std::optional<net::Origin> origin_of(std::string_view address);

}  // namespace accubooks::launch
