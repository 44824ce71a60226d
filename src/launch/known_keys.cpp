#include "launch/known_keys.h"

namespace accubooks::launch {

base::Task<std::vector<KnownKey>> known_keys(
    identity::PersonalKeys& keys, base::Uuid person, base::Deadline deadline
) {
    std::vector<KnownKey> theirs;
    for (const identity::PersonalKey& key : co_await keys.list(person, deadline)) {
        theirs.push_back({.key = key.key, .is_revoked = key.revoked_at.has_value()});
    }
    co_return theirs;
}

}  // namespace accubooks::launch
