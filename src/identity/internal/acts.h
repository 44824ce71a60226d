#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "base/ids.h"

namespace accubooks::identity {

/// "user:UUID", as books and log name a person who acts.
std::string user_actor(const base::Uuid& user);

/// Canonical JSON of an act's payload, which holds texts alone.
std::string canonical(boost::json::object payload);

}  // namespace accubooks::identity
