#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace accubooks::interchange {

/// The `alias` rules in force at a line, the latest first: each rewrites what the ones before it
/// made of an account name. `alias OLD = NEW` replaces OLD and keeps what is below it; `alias
/// /REGEX/ = TEXT` replaces every match, ignoring case, with \1 … as in POSIX extended expressions.
class AccountAliases {
public:
    /// Adds the rule written behind `alias `. False where it isn't one; `why` says so.
    bool add(std::string_view rule, std::string& why);
    void clear() { rules_.clear(); }
    bool empty() const { return rules_.empty(); }
    std::size_t size() const { return rules_.size(); }

    /// Rewrites `name` in place. False where an expression needs more work than the limits of the
    /// expression engine allow, or a name grows past all bounds.
    bool apply(std::string& name) const;

private:
    struct Rule;
    std::vector<std::shared_ptr<const Rule>>
        rules_;  // shared with the copies that included files start with
};

}  // namespace accubooks::interchange
