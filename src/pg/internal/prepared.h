#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pg/internal/session_state.h"
#include "pg/value.h"

namespace accubooks::pg {

/// Which statements the server holds for one connection, least recently used last. Knows nothing of
/// the connection: the caller sends what it is told and reports back what the server answered.
class PreparedStatements {
public:
    struct Entry {
        std::string name;
        std::string text;
        std::vector<wire::Oid> types;
        Leaves leaves = Leaves::nothing;
        bool confirmed = false;  // the server said that it has it
    };

    explicit PreparedStatements(std::size_t capacity) : capacity_{capacity} {}

    /// Marks the statement as used now; false when it must be prepared first (it is then held,
    /// unconfirmed). Stops the process when the name is known with another text or other parameter
    /// types.
    bool use(const Statement& statement, std::span<const wire::Oid> types);

    /// What the statement used last may leave in its session.
    Leaves left_by_last() const { return entries_.front().leaves; }

    /// Takes out what exceeds the capacity, never one of the `in_use` most recently used.
    std::vector<Entry> evict(std::size_t in_use);

    void confirm(std::string_view name);
    /// Puts an evicted entry back, when the server didn't let go of it.
    void restore(Entry entry);
    /// Forgets what was never confirmed, after a round that failed.
    void drop_unconfirmed();
    void clear();

    std::size_t size() const { return entries_.size(); }

private:
    std::size_t capacity_;
    std::list<Entry> entries_;  // most recently used first
    std::unordered_map<std::string_view, std::list<Entry>::iterator>
        by_name_;  // keys live in entries_
};

}  // namespace accubooks::pg
