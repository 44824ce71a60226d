#include "pg/internal/prepared.h"

#include <algorithm>

namespace accubooks::pg {

bool PreparedStatements::use(const Statement& statement, std::span<const wire::Oid> types) {
    const auto found = by_name_.find(statement.name);
    if (found == by_name_.end()) {
        entries_.push_front({
            .name = std::string{statement.name},
            .text = std::string{statement.text},
            .types = {types.begin(), types.end()},
            .leaves = leaves_of(statement.text),
        });
        by_name_.emplace(entries_.front().name, entries_.begin());
        return false;
    }
    const auto entry = found->second;
    base::ensure(entry->text == statement.text, "a statement's name stands for one text");
    base::ensure(
        std::ranges::equal(entry->types, types), "a statement always has the same parameter types"
    );
    entries_.splice(entries_.begin(), entries_, entry);
    return true;
}

std::vector<PreparedStatements::Entry> PreparedStatements::evict(std::size_t in_use) {
    std::vector<Entry> evicted;
    while (entries_.size() > std::max(capacity_, in_use)) {
        by_name_.erase(entries_.back().name);
        evicted.push_back(std::move(entries_.back()));
        entries_.pop_back();
    }
    return evicted;
}

void PreparedStatements::confirm(std::string_view name) {
    const auto found = by_name_.find(name);
    base::ensure(found != by_name_.end(), "only a statement in use is confirmed");
    found->second->confirmed = true;
}

void PreparedStatements::restore(Entry entry) {
    if (by_name_.contains(entry.name)) {
        return;
    }
    entries_.push_back(std::move(entry));
    by_name_.emplace(entries_.back().name, std::prev(entries_.end()));
}

void PreparedStatements::drop_unconfirmed() {
    std::erase_if(by_name_, [](const auto& named) { return !named.second->confirmed; });
    std::erase_if(entries_, [](const Entry& entry) { return !entry.confirmed; });
}

void PreparedStatements::clear() {
    by_name_.clear();
    entries_.clear();
}

}  // namespace accubooks::pg
