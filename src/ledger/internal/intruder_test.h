#pragma once

#include <memory>
#include <string>

#include "ledger/internal/house_test.h"
#include "pg/connection.h"

namespace accubooks::ledger {

/// Someone who holds the lock of every ledger, or of other rows, and ends the server process of who
/// waits for it.
class Intruder {
public:
    static base::Task<Intruder> with_the_lock(
        TestLedger& house, std::string of = "select from books.ledger for update"
    ) {
        Intruder intruder;
        for (auto* connection : {&intruder.holder_, &intruder.watcher_}) {
            *connection = co_await pg::Connection::open(
                house.database.endpoint("postgres"), TestLedger::deadline()
            );
        }
        static constexpr pg::Statement kBegin{.name = "test.begin", .text = "begin"};
        const pg::Statement lock{.name = "test.lock", .text = of};
        co_await intruder.holder_->execute(kBegin, {}, TestLedger::deadline());
        co_await intruder.holder_->execute(lock, {}, TestLedger::deadline());
        co_return intruder;
    }

    base::Task<void> release() { co_await holder_->commit(TestLedger::deadline()); }

    base::Task<void> kill_next_waiter() {
        static constexpr pg::Statement kKill{
            .name = "test.kill",
            .text =
                "with waiter as materialized ("
                "  select pid from pg_stat_activity"
                "   where datname = current_database() and usename = 'accubooks_app'"
                "     and wait_event_type = 'Lock' and pid <> $1"
                "   limit 1)"
                " select pid from waiter where pg_terminate_backend(pid)",
        };
        const base::Deadline deadline = TestLedger::deadline();
        for (;;) {
            const pg::Rows rows =
                co_await watcher_->execute(kKill, pg::Params::of(killed_), deadline);
            if (!rows.empty()) {
                killed_ = rows[0].get<std::int32_t>(0);
                co_return;
            }
        }
    }

private:
    std::unique_ptr<pg::Connection> holder_;
    std::unique_ptr<pg::Connection> watcher_;
    std::int32_t killed_ = 0;
};

}  // namespace accubooks::ledger
