#pragma once

#include <string>
#include <vector>

#include "pg/connection.h"

namespace accubooks::pg {

/// An endpoint as libpq's connect call takes it: what the connection string says, then the role and
/// the settings as start-up options, so that they hold from the session's first statement and
/// survive RESET ALL.
class ConnectParameters {
public:
    /// Throws Failure `connect` when the connection string can't be read; the message doesn't quote
    /// it.
    explicit ConnectParameters(const Endpoint& endpoint);

    // Null-terminated lists that refer into this object.
    std::vector<const char*> keywords() const;
    std::vector<const char*> values() const;

private:
    std::string& at(const std::string& keyword);

    std::vector<std::pair<std::string, std::string>> pairs_;
};

}  // namespace accubooks::pg
