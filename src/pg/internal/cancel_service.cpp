#include "pg/internal/cancel_service.h"

#include <array>
#include <memory>

#include <boost/asio/post.hpp>

namespace accubooks::pg {

namespace asio = boost::asio;

asio::execution_context::id CancelService::id;

CancelService::CancelService(asio::execution_context& context) : service{context} {}

void CancelService::cancel(
    PGconn* connection, const asio::any_io_executor& executor, std::function<void()> done
) {
    // Copied out of the connection now, so that the request outlives it.
    const std::shared_ptr<PGcancel> request{PQgetCancel(connection), PQfreeCancel};
    auto& self = asio::use_service<CancelService>(executor.context());
    asio::post(self.thread_, [request, executor, done = std::move(done)]() mutable {
        std::array<char, 256> reason{};
        // A failed request is no error of its own: the caller's wait for the answer then ends by
        // its own bound.
        if (request != nullptr) {
            PQcancel(request.get(), reason.data(), static_cast<int>(reason.size()));
        }
        asio::post(executor, std::move(done));
    });
}

void CancelService::shutdown() {
    thread_.join();
}

}  // namespace accubooks::pg
