#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/task.h"
#include "pg/failure.h"
#include "pg/internal/session.h"

namespace accubooks::pg {

/// SQL text under way through the simple protocol, and what came of it.
class Script {
public:
    Script(Session& session, std::string sql) : session_{session}, sql_{std::move(sql)} {}

    void send();
    /// Flushes and reads to the end. May be called again after Interrupted, to go on.
    base::Task<void> complete();

    /// The rows that each statement touched.
    const std::vector<std::int64_t>& counts() const { return counts_; }
    const std::optional<Failure>& failure() const { return failure_; }

private:
    Failure failure_in(const PGresult* result) const;

    Session& session_;
    std::string sql_;
    std::vector<std::int64_t> counts_;
    std::optional<Failure> failure_;
};

}  // namespace accubooks::pg
