#include "identity/internal/token_lookup.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <set>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace accubooks::identity {
namespace asio = boost::asio;
namespace {

/// More than one, so that one slow connection holds up no new request.
constexpr std::size_t kUnderWayMax = 2;
constexpr std::size_t kTokensMax = 256;  // of one look-up
/// After which a look-up hangs: another takes its place, and only its own requests wait for it. So
/// no more hang at a time than their deadlines and the pool's connections let.
constexpr std::chrono::milliseconds kPatience{1000};

constexpr pg::Statement kTokens{
    .name = "identity.tokens",
    .text = R"sql(
select token_digest, token_id, tenant_id, role, expires_at, use_is_due
  from platform.api_tokens_by_digest($1))sql",
};

constexpr pg::Statement kNoteUses{
    .name = "identity.note_token_uses",
    .text = "select platform.note_token_uses($1) is null",
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

    /// A number for one who serves what waits, if one more may.
    std::optional<std::uint64_t> enter();
    /// What waits, for the one of this number; nothing where nothing waits or it was passed, which
    /// ends it.
    Questions take(std::uint64_t number);
    /// The one of this number hangs.
    void pass(std::uint64_t number, const asio::any_io_executor& lane);

    void start(std::uint64_t number, const asio::any_io_executor& lane);
    base::Task<void> serve(std::uint64_t number, asio::any_io_executor lane);
    base::Task<void> look_up(const Questions& questions);

    pg::Pool& pool;
    std::mutex mutex;  // guards all below; never held across an await
    Questions waiting;
    std::set<std::uint64_t>
        serving;  // while anything waits, as many as may; those that none passed
    std::uint64_t last_number = 0;
};

std::optional<std::uint64_t> TokenLookup::State::enter() {
    if (serving.size() >= kUnderWayMax) {
        return std::nullopt;
    }
    serving.insert(++last_number);
    return last_number;
}

Questions TokenLookup::State::take(std::uint64_t number) {
    const std::scoped_lock lock{mutex};
    if (!serving.contains(number)) {
        return {};
    }
    const auto count = static_cast<std::ptrdiff_t>(std::min(waiting.size(), kTokensMax));
    Questions taken{waiting.begin(), waiting.begin() + count};
    waiting.erase(waiting.begin(), waiting.begin() + count);
    if (taken.empty()) {
        serving.erase(number);
    }
    return taken;
}

void TokenLookup::State::pass(std::uint64_t number, const asio::any_io_executor& lane) {
    std::optional<std::uint64_t> another;
    {
        const std::scoped_lock lock{mutex};
        serving.erase(number);
        another = waiting.empty() ? std::nullopt : enter();
    }
    if (another) {
        start(*another, lane);
    }
}

void TokenLookup::State::start(std::uint64_t number, const asio::any_io_executor& lane) {
    // Not a request's own coroutine: it may be given up while others wait for the answer.
    asio::co_spawn(
        lane,
        [self = shared_from_this(), number, lane] { return self->serve(number, lane); },
        [](const std::exception_ptr& broken) {
            base::ensure(!broken, "a look-up's failure ends at its requests");
        }
    );
}

base::Task<void> TokenLookup::State::serve(std::uint64_t number, asio::any_io_executor lane) {
    for (Questions questions = take(number); !questions.empty(); questions = take(number)) {
        asio::steady_timer patience{lane, kPatience};
        patience.async_wait([self = shared_from_this(), number, lane](boost::system::error_code no
                            ) {
            if (!no) {
                self->pass(number, lane);
            }
        });
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
    std::vector<base::Digest> due;
    for (int at = 0; at < rows.size(); ++at) {
        const pg::Row row = rows[at];
        const TokenRecord record{
            .token_id = row.get<base::Uuid>(1),
            .tenant = row.get<base::TenantId>(2),
            .role = parse_role(row.get<std::string_view>(3)).value(),
            .expires_at = row.get<std::optional<base::Instant>>(4),
        };
        const auto digest = row.get<base::Digest>(0);
        if (row.get<bool>(5)) {
            due.push_back(digest);
        }
        for (const auto& question : questions) {
            if (question->digest == digest) {
                question->found = record;
            }
        }
    }
    if (!due.empty()) {
        co_await note_token_uses(*lease, std::move(due), deadline);
    }
}

base::Task<void> note_token_uses(
    pg::Connection& connection, std::vector<base::Digest> digests, base::Deadline deadline
) {
    co_await connection.execute(kNoteUses, pg::Params::of(digests), deadline);
}

TokenLookup::TokenLookup(pg::Pool& app) : state_{std::make_shared<State>(app)} {}

TokenLookup::~TokenLookup() = default;

base::Task<std::optional<TokenRecord>> TokenLookup::find(
    base::Digest digest, base::Deadline deadline
) {
    const auto executor = co_await asio::this_coro::executor;
    const auto question = std::make_shared<Question>(digest, deadline, executor);
    std::optional<std::uint64_t> number;
    {
        const std::scoped_lock lock{state_->mutex};
        state_->waiting.push_back(question);
        number = state_->enter();
    }
    if (number) {
        state_->start(*number, executor);
    }
    co_await question->answered.async_receive(asio::use_awaitable);
    if (question->failure) {
        std::rethrow_exception(question->failure);
    }
    co_return question->found;
}

}  // namespace accubooks::identity
