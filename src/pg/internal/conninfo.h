#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
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

    /// The hosts' names that libpq would look up: neither addresses nor sockets' folders, and none
    /// where the addresses are given.
    std::vector<std::string> names() const;
    /// Each name's addresses, numeric, in the order to try them in. A name without any is left out.
    /// False when no host is left.
    bool give_addresses(const std::map<std::string, std::vector<std::string>>& of_names);

    // Null-terminated lists that refer into this object.
    std::vector<const char*> keywords() const;
    std::vector<const char*> values() const;

private:
    /// PGHOST, PGHOSTADDR and PGPORT, or what PGSERVICE says, where the string says nothing: libpq
    /// would take them only when it connects, and look up the names itself.
    void take_hosts_of_the_environment();
    std::string& at(const std::string& keyword);
    std::string_view value_of(std::string_view keyword) const;

    std::vector<std::pair<std::string, std::string>> pairs_;
};

}  // namespace accubooks::pg
