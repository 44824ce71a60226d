#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "interchange/internal/account_alias.h"
#include "interchange/internal/book.h"
#include "interchange/internal/cursor.h"
#include "interchange/internal/refusal.h"

namespace accubooks::interchange {

/// How `apply account` and `alias` rename accounts at a line. An included file starts with its
/// parent's state and doesn't give its own back.
struct NamingState {
    std::vector<std::string> parents{};
    AccountAliases aliases{};
    std::uint64_t version = 0;  // of this very state, for the cache
};

/// An account as a posting names it.
struct NamedAccount {
    std::uint32_t index = 0;
    bool balanced_virtual = false;
};

/// Reads account names and turns them into accounts of the book: brackets off, parent before it,
/// aliases applied, limits checked. What a spelling became is remembered while the naming state
/// stays.
class AccountNames {
public:
    AccountNames(Book& book, Refusal& refusal, Like like)
        : book_{book}, refusal_{refusal}, like_{like} {}

    NamingState& state() { return state_; }
    /// To be called after each change of `state`, but not after one saved earlier is put back.
    void changed() { state_.version = ++versions_; }

    /// Takes a name from the cursor: it ends before two white space characters, or at the line's
    /// end. (Ledger: a tab ends it too.) The view is of the line, unless white space in it had to
    /// be made a plain space.
    std::string_view read(Cursor& cursor);

    /// The account that `written` means; refuses `(virtual)` ones and what passes a limit.
    bool resolve(std::string_view written, SourcePosition at, NamedAccount& account);

private:
    Book& book_;
    Refusal& refusal_;
    Like like_;
    NamingState state_{};
    std::uint64_t versions_ = 0;
    TextMap<NamedAccount> cache_;
    std::uint64_t cache_version_ = 0;
    std::size_t cache_bytes_ = 0;
    std::string plain_;
    std::string name_;
};

}  // namespace accubooks::interchange
