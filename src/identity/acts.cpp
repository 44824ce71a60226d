#include "identity/internal/acts.h"

#include <boost/json/value.hpp>

#include "base/canonical_json.h"

namespace accubooks::identity {

std::string user_actor(const base::Uuid& user) {
    return "user:" + base::to_string(user);
}

std::string canonical(boost::json::object payload) {
    auto text = base::canonical_json(std::move(payload));
    base::ensure(text.has_value(), "checked texts are canonical");
    return *std::move(text);
}

}  // namespace accubooks::identity
