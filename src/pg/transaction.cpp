#include "pg/transaction.h"

namespace accubooks::pg {

namespace {

constexpr Statement kBegin{.name = "pg.begin", .text = "begin"};

}  // namespace

base::Task<void> begin(Connection& connection, base::Deadline deadline) {
    co_await connection.execute(kBegin, Params{}, deadline);
}

}  // namespace accubooks::pg
