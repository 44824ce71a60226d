#include "identity/internal/token_lookup.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace accubooks::identity {
namespace asio = boost::asio;
namespace {

/// More than one, so that one slow connection holds up no new request.
constexpr std::size_t kUnderWayMax = 2;
constexpr std::size_t kTokensMax = 256;  // of one look-up

constexpr pg::Statement kTokens{
    .name = "identity.tokens",
    .text = R"sql(
select token_digest, token_id, tenant_id, role, expires_at
  from platform.api_tokens_by_digest($1))sql",
};

using Signal = asio::experimental::concurrent_channel<void(boost::system::error_code)>;

/// One request's question. Shared, because the request may give up before the answer.
struct Question {
    Question(
        base::Digest its_digest, base::Deadline its_deadline, const asio::any_io_executor& asker
    )
        : digest{its_digest}, deadline{its_deadline}, answered{asker, 1} {}

    base::Digest digest;
    base::Deadline deadline;
    std::optional<TokenRecord> found{};
    std::exception_ptr failure{};
    Signal answered;
};
using Questions = std::vector<std::shared_ptr<Question>>;

}  // namespace

struct TokenLookup::State : std::enable_shared_from_this<TokenLookup::State> {
    explicit State(pg::Pool& from) : pool{from} {}

    /// What waits now; nothing when the look-up that asks is one too many then, which ends it.
    Questions take();
    base::Task<void> serve();
    base::Task<void> look_up(const Questions& questions);

    pg::Pool& pool;
    std::mutex mutex;  // guards all below; never held across an await
    Questions waiting;
    std::size_t under_way = 0;
};

Questions TokenLookup::State::take() {
    const std::scoped_lock lock{mutex};
    const auto count = static_cast<std::ptrdiff_t>(std::min(waiting.size(), kTokensMax));
    Questions taken{waiting.begin(), waiting.begin() + count};
    waiting.erase(waiting.begin(), waiting.begin() + count);
    under_way -= taken.empty() ? 1 : 0;
    return taken;
}

base::Task<void> TokenLookup::State::serve() {
    for (Questions questions = take(); !questions.empty(); questions = take()) {
        std::exception_ptr failure;
        try {
            co_await look_up(questions);
        } catch (...) {
            // Whatever it is, it is each request's own failure, as if it had looked up by itself.
            failure = std::current_exception();
        }
        for (const auto& question : questions) {
            question->failure = failure;
            question->answered.try_send(boost::system::error_code{});
        }
    }
}

base::Task<void> TokenLookup::State::look_up(const Questions& questions) {
    base::Deadline deadline = questions.front()->deadline;
    std::vector<base::Digest> digests;
    digests.reserve(questions.size());
    for (const auto& question : questions) {
        deadline = std::max(deadline, question->deadline);
        digests.push_back(question->digest);
    }
    auto lease = co_await pool.acquire(deadline);
    const pg::Rows rows = co_await lease->execute(kTokens, pg::Params::of(digests), deadline);
    for (int at = 0; at < rows.size(); ++at) {
        const pg::Row row = rows[at];
        const TokenRecord record{
            .token_id = row.get<base::Uuid>(1),
            .tenant = row.get<base::TenantId>(2),
            .role = parse_role(row.get<std::string_view>(3)).value(),
            .expires_at = row.get<std::optional<base::Instant>>(4),
        };
        const auto digest = row.get<base::Digest>(0);
        for (const auto& question : questions) {
            if (question->digest == digest) {
                question->found = record;
            }
        }
    }
}

TokenLookup::TokenLookup(pg::Pool& app) : state_{std::make_shared<State>(app)} {}

TokenLookup::~TokenLookup() = default;

base::Task<std::optional<TokenRecord>> TokenLookup::find(
    base::Digest digest, base::Deadline deadline
) {
    const auto executor = co_await asio::this_coro::executor;
    const auto question = std::make_shared<Question>(digest, deadline, executor);
    bool begins = false;
    {
        const std::scoped_lock lock{state_->mutex};
        state_->waiting.push_back(question);
        begins = state_->under_way < kUnderWayMax;
        state_->under_way += begins ? 1 : 0;
    }
    if (begins) {
        // Not the request's own coroutine: it may be given up while others wait for the answer.
        asio::co_spawn(
            executor,
            [state = state_] { return state->serve(); },
            [](const std::exception_ptr& broken) {
                base::ensure(!broken, "a look-up's failure ends at its requests");
            }
        );
    }
    co_await question->answered.async_receive(asio::use_awaitable);
    if (question->failure) {
        std::rethrow_exception(question->failure);
    }
    co_return question->found;
}

}  // namespace accubooks::identity
