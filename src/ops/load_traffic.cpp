#include "ops/load_traffic.h"

#include <algorithm>
#include <optional>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/decimal.h"
#include "base/json.h"
#include "base/json_writer.h"

namespace accubooks::ops {
namespace {

namespace json = boost::json;

constexpr int kCreated = 201;
constexpr int kDone = 200;
constexpr std::int64_t kAmountMax = 9'999;
constexpr std::size_t kHashLength = 64;

/// An answer that isn't what it must be; caught where answers are judged.
struct Wrong {
    std::string what;
    std::string kind = "wrong_answer";
};

[[noreturn]] void wrong(std::string what) {
    throw Wrong{std::move(what)};
}

void demand(bool right, std::string_view what) {
    if (!right) {
        wrong(std::string{what});
    }
}

const json::value& member(const json::value& of, std::string_view name) {
    const auto* object = of.if_object();
    const json::value* found = object == nullptr ? nullptr : object->if_contains(name);
    if (found == nullptr) {
        wrong(fmt::format("{} is missing", name));
    }
    return *found;
}

std::string_view text(const json::value& of, std::string_view name) {
    const auto* found = member(of, name).if_string();
    if (found == nullptr) {
        wrong(fmt::format("{} isn't a string", name));
    }
    return *found;
}

std::int64_t number(const json::value& of, std::string_view name) {
    const auto* found = member(of, name).if_int64();
    if (found == nullptr) {
        wrong(fmt::format("{} isn't a whole number", name));
    }
    return *found;
}

const json::array& array(const json::value& of, std::string_view name) {
    const auto* found = member(of, name).if_array();
    if (found == nullptr) {
        wrong(fmt::format("{} isn't an array", name));
    }
    return *found;
}

base::Decimal amount(const json::value& of, std::string_view name) {
    const auto parsed = base::Decimal::parse(text(of, name));
    if (!parsed) {
        wrong(fmt::format("{} isn't an amount", name));
    }
    return *parsed;
}

void add(base::Decimal& sum, const base::Decimal& more) {
    const auto added = base::add(sum, more);
    demand(added.has_value(), "the amounts have no sum");
    sum = *added;
}

std::string_view hash(const json::value& of) {
    const std::string_view found = text(of, "hash");
    demand(
        found.size() == kHashLength &&
            found.find_first_not_of("0123456789abcdef") == std::string_view::npos,
        "hash isn't 64 hexadecimal digits"
    );
    return found;
}

LoadPosted posted(const json::value& answer, LoadEntry entry) {
    LoadPosted found{
        .number = number(answer, "number"),
        .hash = std::string{hash(answer)},
        .entry = std::move(entry),
    };
    demand(found.number > 0, "an entry's number is above zero");
    return found;
}

void judge_post(const LoadCall& call, const json::value& answer, LoadBooks& books) {
    books.remember(posted(answer, call.posts.front()));
}

/// An entry of a batch stands or falls by itself, as if it had been asked for by itself.
Wrong refusal(std::int64_t status, const json::value& problem) {
    constexpr std::int64_t kRefused = 400;
    demand(status >= kRefused, "an entry is neither posted nor refused");
    return {
        .what = fmt::format("an entry of the batch was refused: {}", text(problem, "detail")),
        .kind = fmt::format("http_{}", status),
    };
}

void judge_batch(const LoadCall& call, const json::value& answer, LoadBooks& books) {
    const json::array& items = array(answer, "items");
    demand(items.size() == call.posts.size(), "a batch answers for each of its entries");
    std::optional<Wrong> refused;
    for (std::size_t at = 0; at < items.size(); ++at) {
        const json::value& item = items[at];
        demand(number(item, "index") == static_cast<std::int64_t>(at), "answers are in order");
        const std::int64_t status = number(item, "status");
        if (status == kCreated) {
            books.remember(posted(item, call.posts[at]));
        } else if (!refused) {
            refused = refusal(status, member(item, "problem"));
        }
    }
    if (refused) {
        throw *std::move(refused);
    }
}

void judge_entry(const LoadCall& call, const json::value& answer) {
    const LoadPosted& expected = call.expected;
    demand(number(answer, "number") == expected.number, "another number than was asked for");
    demand(hash(answer) == expected.hash, "another hash than was answered when it was posted");
    demand(text(answer, "date") == expected.entry.date, "another date than was posted");
    demand(
        text(answer, "description") == expected.entry.description,
        "another description than was posted"
    );
    demand(
        text(answer, "reference") == expected.entry.reference, "another reference than was posted"
    );
    const json::array& lines = array(answer, "lines");
    demand(lines.size() == expected.entry.lines.size(), "more or fewer lines than were posted");
    for (std::size_t at = 0; at < lines.size(); ++at) {
        const LoadEntry::Line& line = expected.entry.lines[at];
        demand(
            number(lines[at], "account_id") == line.account_id, "another account than was posted"
        );
        demand(
            amount(lines[at], "amount") == base::Decimal(line.amount, 0),
            "another amount than was posted"
        );
    }
}

void judge_next(const json::value& answer) {
    const json::value& next = member(answer, "next");
    demand(next.is_null() || next.is_string(), "next is neither null nor a string");
}

void judge_entries(const LoadCall& call, const json::value& answer) {
    const json::array& items = array(answer, "items");
    demand(!items.empty(), "a page is empty though entries were posted");
    demand(items.size() <= LoadTraffic::kPage, "a page is longer than was asked for");
    std::int64_t before = call.after;
    for (const json::value& item : items) {
        const std::int64_t its = number(item, "number");
        demand(its == before + 1, "numbers of a page have a gap or go back");
        before = its;
        hash(item);
        base::Decimal sum;
        for (const json::value& line : array(item, "lines")) {
            add(sum, amount(line, "base_amount"));
        }
        demand(sum.is_zero(), "an entry's debits and credits differ");
    }
    judge_next(answer);
}

void judge_account(const LoadCall& call, const json::value& answer) {
    demand(number(answer, "id") == call.account.id, "another account than was asked for");
    demand(text(answer, "code") == call.account.code, "another code than the account's");
}

void judge_accounts(const json::value& answer) {
    const json::array& items = array(answer, "items");
    demand(!items.empty(), "a page is empty though there are accounts");
    demand(items.size() <= LoadTraffic::kPage, "a page is longer than was asked for");
    constexpr std::array<std::string_view, 5> kTypes{
        "asset", "liability", "equity", "revenue", "expense"
    };
    for (const json::value& item : items) {
        demand(number(item, "id") > 0 && !text(item, "code").empty(), "an account without name");
        demand(
            std::ranges::find(kTypes, text(item, "type")) != kTypes.end(), "an account of no type"
        );
    }
    judge_next(answer);
}

// Sums the rows itself: that the totals agree with each other says nothing about the rows.
void judge_trial_balance(const LoadCall& call, const json::value& answer) {
    base::Decimal debit;
    base::Decimal credit;
    base::Decimal closing;
    for (const json::value& row : array(answer, "items")) {
        add(debit, amount(row, "base_debit"));
        add(credit, amount(row, "base_credit"));
        add(closing, amount(row, "base_closing"));
    }
    const json::value& totals = member(answer, "totals");
    demand(debit == amount(totals, "debit"), "the rows' debits aren't the total's");
    demand(credit == amount(totals, "credit"), "the rows' credits aren't the total's");
    demand(debit == credit, "debits and credits differ");
    demand(closing.is_zero(), "closing balances don't sum to zero");
    const auto* balanced = member(answer, "balanced").if_bool();
    demand(balanced != nullptr && *balanced, "it says itself that it isn't balanced");
    demand(number(answer, "last_entry") >= call.last, "an entry that was answered isn't in it");
}

void judge_body(const LoadCall& call, const json::value& answer, LoadBooks& books) {
    switch (call.operation) {
        case LoadOperation::post:
            return judge_post(call, answer, books);
        case LoadOperation::batch:
            return judge_batch(call, answer, books);
        case LoadOperation::entry:
            return judge_entry(call, answer);
        case LoadOperation::entries:
            return judge_entries(call, answer);
        case LoadOperation::account:
            return judge_account(call, answer);
        case LoadOperation::accounts:
            return judge_accounts(answer);
        case LoadOperation::trial_balance:
            return judge_trial_balance(call, answer);
    }
}

void write_entry(base::JsonWriter& out, const LoadEntry& entry, const std::string& currency) {
    out.begin_object().member("date", entry.date).member("description", entry.description);
    out.member("reference", entry.reference).key("lines").begin_array();
    for (const LoadEntry::Line& line : entry.lines) {
        out.begin_object()
            .member("account_id", line.account_id)
            .member("amount", std::to_string(line.amount))
            .member("currency", currency)
            .end_object();
    }
    out.end_array().end_object();
}

std::string path(const LoadBooks& books, std::string_view rest) {
    return fmt::format("/api/v1/tenants/{}/{}", books.tenant, rest);
}

void authorise(net::ClientRequest& request, const LoadBooks& books) {
    request.headers.add("Authorization", "Bearer " + books.token);
    request.headers.add("User-Agent", "accubooks-load");
}

}  // namespace

std::uint64_t LoadRandom::next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBULL;
    return mixed ^ (mixed >> 31U);
}

std::uint64_t LoadRandom::below(std::uint64_t bound) {
    return static_cast<std::uint64_t>((static_cast<unsigned __int128>(next()) * bound) >> 64U);
}

void LoadBooks::remember(LoadPosted one) {
    last_number = std::max(last_number, one.number);
    if (posted.size() < posted_kept) {
        posted.push_back(std::move(one));
    } else {
        posted[posted_count % posted_kept] = std::move(one);
    }
    ++posted_count;
}

net::ClientRequest LoadTraffic::get(const LoadBooks& books, std::string target) {
    net::ClientRequest request{
        .method = net::Method::get, .target = std::move(target), .repeatable = true
    };
    authorise(request, books);
    return request;
}

net::ClientRequest LoadTraffic::post(
    const LoadBooks& books, std::string target, std::string key, std::string body
) {
    net::ClientRequest request{
        .method = net::Method::post,
        .target = std::move(target),
        .body = std::move(body),
        .repeatable = true,
    };
    authorise(request, books);
    request.headers.add("Content-Type", "application/json");
    request.headers.add("Idempotency-Key", std::move(key));
    return request;
}

LoadEntry LoadTraffic::entry(const LoadBooks& books, std::uint64_t index, LoadRandom& random)
    const {
    const auto draw = [&random] { return static_cast<std::int64_t>(1 + random.below(kAmountMax)); };
    const auto from = random.below(books.accounts.size());
    const auto to = (from + 1 + random.below(books.accounts.size() - 1)) % books.accounts.size();
    LoadEntry made{
        .date = date_,
        .description = fmt::format("Load {}", index),
        .reference = fmt::format("L-{}", index),
        .lines = {},
    };
    std::int64_t sum = 0;
    const auto splits = 1 + random.below(3);
    for (std::uint64_t i = 0; i < splits; ++i) {
        const std::int64_t amount = draw();
        sum += amount;
        made.lines.push_back({.account_id = books.accounts[to].id, .amount = amount});
    }
    made.lines.push_back({.account_id = books.accounts[from].id, .amount = -sum});
    return made;
}

LoadCall LoadTraffic::make(
    LoadOperation operation, const LoadBooks& books, std::uint64_t index, LoadRandom random
) const {
    LoadCall call{.operation = operation, .request = {}, .last = books.last_number};
    const std::string key = fmt::format("load-{}-{}", run_, index);
    switch (operation) {
        case LoadOperation::post: {
            call.posts.push_back(entry(books, index, random));
            base::JsonWriter body{512};
            write_entry(body, call.posts.front(), books.currency);
            call.request = post(books, path(books, "journal-entries"), key, std::move(body).take());
            break;
        }
        case LoadOperation::batch: {
            base::JsonWriter body{512 * kBatchEntries};
            body.begin_object().key("entries").begin_array();
            for (std::size_t i = 0; i < kBatchEntries; ++i) {
                call.posts.push_back(entry(books, index, random));
                write_entry(body, call.posts.back(), books.currency);
            }
            body.end_array().end_object();
            call.request =
                post(books, path(books, "journal-entries:batch"), key, std::move(body).take());
            break;
        }
        case LoadOperation::entry:
            call.expected = books.posted[random.below(books.posted.size())];
            call.request =
                get(books, path(books, fmt::format("journal-entries/{}", call.expected.number)));
            break;
        case LoadOperation::entries:
            call.after = std::max<std::int64_t>(0, books.last_number - kPage);
            call.request = get(
                books,
                path(books, fmt::format("journal-entries?cursor={}&limit={}", call.after, kPage))
            );
            break;
        case LoadOperation::account:
            call.account = books.accounts[random.below(books.accounts.size())];
            call.request = get(books, path(books, fmt::format("accounts/{}", call.account.id)));
            break;
        case LoadOperation::accounts:
            call.request = get(books, path(books, fmt::format("accounts?limit={}", kPage)));
            break;
        case LoadOperation::trial_balance:
            call.request = get(books, path(books, "reports/trial-balance"));
            break;
    }
    return call;
}

LoadVerdict LoadTraffic::judge(
    const LoadCall& call, const net::ClientAnswer& answer, LoadBooks& books
) {
    const int good = call.operation == LoadOperation::post ? kCreated : kDone;
    // The key is this run's own: whoever sent it again on the way, a balancer say, did so for us.
    const bool is_replay = call.operation == LoadOperation::post && answer.status == kDone &&
                           answer.headers.find("Idempotency-Replayed") == "true";
    const auto about = [&call](std::string_view what) {
        return fmt::format(
            "{} {}: {}.", net::to_string(call.request.method), call.request.target, what
        );
    };
    if (answer.status != good && !is_replay) {
        return {
            .kind = fmt::format("http_{}", answer.status),
            .what = about(answer.body.substr(0, kShown))
        };
    }
    const auto parsed = base::parse_json(answer.body);
    if (!parsed) {
        return {.kind = "wrong_answer", .what = about(parsed.error().detail)};
    }
    try {
        judge_body(call, *parsed, books);
    } catch (const Wrong& found) {
        return {.kind = found.kind, .what = about(found.what)};
    }
    return {};
}

}  // namespace accubooks::ops
