#pragma once

#include <functional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <libpq-fe.h>

namespace accubooks::pg {

/// Runs libpq's cancel requests, which block for a connect and a reply (8 to 10 ms on a quiet
/// machine), on one thread beside an execution context's own. One per execution context, made at
/// the first cancel, joined with the context.
class CancelService final : public boost::asio::execution_context::service {
public:
    using key_type = CancelService;
    static boost::asio::execution_context::id id;

    explicit CancelService(boost::asio::execution_context& context);

    /// Asks the server to cancel what `connection` runs now. `done` is called on `executor` when
    /// the request was received or has failed; from then on it can't hit a later statement.
    static void cancel(
        PGconn* connection, const boost::asio::any_io_executor& executor, std::function<void()> done
    );

private:
    void shutdown() override;

    boost::asio::thread_pool thread_{1};
};

}  // namespace accubooks::pg
