#include "interchange/internal/account_names.h"

#include <algorithm>

#include <fmt/format.h>

namespace accubooks::interchange {

namespace {

bool enclosed(std::string_view name, char open, char close) {
    return name.size() >= 2 && name.front() == open && name.back() == close;
}

}  // namespace

std::string_view AccountNames::read(Cursor& cursor) {
    const std::string_view line = cursor.line();
    const std::size_t start = cursor.at();
    std::size_t at = start;
    bool odd_space = false;
    while (at < line.size()) {
        const std::size_t space = space_length(line, at);
        if (space == 0) {
            ++at;
            continue;
        }
        const bool ends = at + space >= line.size() || space_length(line, at + space) > 0 ||
                          (line[at] == '\t' && like_ == Like::ledger);
        if (ends) {
            break;
        }
        odd_space = odd_space || line[at] != ' ';
        at += space;
    }
    cursor.move_to(at);
    const auto name = line.substr(start, at - start);
    if (!odd_space) {
        return name;
    }
    plain_.clear();
    for (std::size_t i = 0; i < name.size();) {
        const std::size_t space = space_length(name, i);
        plain_ += space > 0 ? ' ' : name[i];
        i += std::max<std::size_t>(space, 1);
    }
    return plain_;
}

bool AccountNames::resolve(std::string_view written, SourcePosition at, NamedAccount& account) {
    constexpr std::size_t kCachedBytes = std::size_t{4} << 20U;
    if (cache_version_ != state_.version || cache_bytes_ > kCachedBytes) {
        cache_.clear();
        cache_bytes_ = 0;
        cache_version_ = state_.version;
    }
    if (const auto found = cache_.find(written); found != cache_.end()) {
        account = found->second;
        return true;
    }
    if (enclosed(written, '(', ')')) {
        return refusal_.refuse(
            at,
            "interchange.virtual_posting",
            fmt::format(
                "{} is a virtual posting, which balances with nothing; give it a counterpart or "
                "take it out",
                shown(written)
            )
        );
    }
    account.balanced_virtual = enclosed(written, '[', ']');
    const auto bare = account.balanced_virtual ? written.substr(1, written.size() - 2) : written;
    name_.clear();
    for (const auto& parent : state_.parents) {
        name_ += parent;
        name_ += ':';
    }
    name_ += bare.substr(0, JournalLimits::kAccountBytes + 1);
    if (name_.size() <= JournalLimits::kAccountBytes && !state_.aliases.apply(name_)) {
        return refusal_.refuse(
            at,
            "interchange.bad_alias",
            fmt::format(
                "an alias can't be applied to {}: too long a name, too much work, or a group that "
                "isn't there",
                shown(written)
            )
        );
    }
    const auto depth = static_cast<std::size_t>(std::count(name_.begin(), name_.end(), ':')) + 1;
    if (bare.empty() || name_.empty() || name_.size() > JournalLimits::kAccountBytes ||
        depth > JournalLimits::kAccountDepth) {
        return refusal_.refuse(
            at,
            "interchange.bad_account",
            bare.empty() || name_.empty()
                ? "the account has no name"
                : fmt::format(
                      "the account name has more than {} bytes or {} parts",
                      JournalLimits::kAccountBytes,
                      JournalLimits::kAccountDepth
                  )
        );
    }
    if (!book_.has_room_for_account(name_, depth)) {
        return refusal_.refuse(
            at,
            "interchange.too_many_accounts",
            fmt::format(
                "there are more than {} accounts, or their names are too long together",
                JournalLimits::kAccounts
            )
        );
    }
    account.index = book_.intern_account(name_, at);
    cache_bytes_ += written.size();
    cache_.emplace(written, account);
    return true;
}

}  // namespace accubooks::interchange
