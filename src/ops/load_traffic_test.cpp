#include "ops/load_traffic.h"

#include <set>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/json.h"

namespace accubooks::ops {
namespace {

const std::string kHash(64, 'a');
const LoadTraffic kTraffic{"run", "2026-07-28"};

LoadBooks books() {
    LoadBooks made{.token = "secret", .tenant = 7, .currency = "USD"};
    made.accounts = {{11, "load-bank"}, {12, "load-sales"}, {13, "load-costs"}};
    made.remember(
        {.number = 5,
         .hash = kHash,
         .entry =
             {.date = "2026-07-28",
              .description = "Load 1",
              .reference = "L-1",
              .lines = {{11, 30}, {12, -30}}}}
    );
    return made;
}

LoadVerdict judge(LoadOperation operation, int status, const std::string& body) {
    LoadBooks its = books();
    const LoadCall call = kTraffic.make(operation, its, 3, LoadRandom{1});
    return LoadTraffic::judge(call, {.status = status, .headers = {}, .body = body}, its);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

struct Lie {
    const char* from;
    const char* to;
};

void expect_lies_to_be_found(
    LoadOperation operation, int status, const std::string& right, std::initializer_list<Lie> lies
) {
    const LoadVerdict good = judge(operation, status, right);
    EXPECT_TRUE(good.is_right()) << good.what;
    for (const Lie& lie : lies) {
        SCOPED_TRACE(std::string{lie.from} + " -> " + lie.to);
        EXPECT_EQ(judge(operation, status, replaced(right, lie.from, lie.to)).kind, "wrong_answer");
    }
    for (const char* none : {"", "{}", "[]", "null", "{\"number\":"}) {
        EXPECT_EQ(judge(operation, status, none).kind, "wrong_answer") << none;
    }
    EXPECT_EQ(judge(operation, 503, right).kind, "http_503");
}

TEST(LoadTraffic, PostsEntriesThatBalance) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const LoadCall call = kTraffic.make(LoadOperation::batch, books(), seed, LoadRandom{seed});
        ASSERT_EQ(call.posts.size(), LoadTraffic::kBatchEntries);
        const auto body = base::parse_json(call.request.body).value();
        for (const auto& entry : body.at("entries").as_array()) {
            std::int64_t sum = 0;
            std::set<std::int64_t> accounts;
            for (const auto& line : entry.at("lines").as_array()) {
                const std::int64_t amount = std::stoll(line.at("amount").as_string().c_str());
                EXPECT_NE(amount, 0);
                sum += amount;
                accounts.insert(line.at("account_id").as_int64());
            }
            EXPECT_EQ(sum, 0);
            EXPECT_EQ(accounts.size(), 2U);
        }
    }
}

TEST(LoadTraffic, IsTheSameForTheSameSeedAndHasAKeyOfItsOwn) {
    const LoadCall one = kTraffic.make(LoadOperation::post, books(), 3, LoadRandom{9});
    const LoadCall same = kTraffic.make(LoadOperation::post, books(), 3, LoadRandom{9});
    const LoadCall next = kTraffic.make(LoadOperation::post, books(), 4, LoadRandom{10});
    EXPECT_EQ(one.request.body, same.request.body);
    EXPECT_NE(one.request.body, next.request.body);
    EXPECT_EQ(one.request.headers.find("Idempotency-Key"), "load-run-3");
    EXPECT_EQ(next.request.headers.find("Idempotency-Key"), "load-run-4");
    EXPECT_EQ(one.request.headers.find("Authorization"), "Bearer secret");
    EXPECT_EQ(one.request.target, "/api/v1/tenants/7/journal-entries");
}

TEST(LoadTraffic, FindsAPostThatWasAnsweredWrongly) {
    expect_lies_to_be_found(
        LoadOperation::post,
        201,
        fmt::format(R"({{"number":6,"hash":"{}"}})", kHash),
        {{"6", "0"}, {"6", "\"6\""}, {"aaaa", "AAAA"}, {"aaaa", ""}, {"number", "count"}}
    );
    EXPECT_EQ(judge(LoadOperation::post, 200, "{}").kind, "http_200");
    net::ClientAnswer replay{
        .status = 200, .headers = {}, .body = fmt::format(R"({{"number":6,"hash":"{}"}})", kHash)
    };
    replay.headers.add("Idempotency-Replayed", "true");
    LoadBooks its = books();
    const LoadCall call = kTraffic.make(LoadOperation::post, its, 3, LoadRandom{1});
    EXPECT_TRUE(LoadTraffic::judge(call, replay, its).is_right());
}

TEST(LoadTraffic, RemembersWhatWasPosted) {
    LoadBooks its = books();
    for (std::int64_t number = 6; number < 200; ++number) {
        const LoadCall call = kTraffic.make(LoadOperation::post, its, 3, LoadRandom{1});
        const std::string body = fmt::format(R"({{"number":{},"hash":"{}"}})", number, kHash);
        ASSERT_TRUE(LoadTraffic::judge(call, {.status = 201, .body = body}, its).is_right());
    }
    EXPECT_EQ(its.last_number, 199);
    EXPECT_EQ(its.posted.size(), its.posted_kept);
}

TEST(LoadTraffic, FindsABatchThatWasAnsweredWrongly) {
    std::string items;
    for (std::size_t i = 0; i < LoadTraffic::kBatchEntries; ++i) {
        items += fmt::format(
            R"({}{{"index":{},"status":201,"number":{},"hash":"{}"}})",
            i == 0 ? "" : ",",
            i,
            i + 6,
            kHash
        );
    }
    const std::string right = "{\"items\":[" + items + "]}";
    expect_lies_to_be_found(
        LoadOperation::batch,
        200,
        right,
        {{"\"index\":0", "\"index\":1"}, {"\"status\":201", "\"status\":200"}, {"[{", "[7,{"}}
    );
    const std::string refused =
        replaced(right, "\"status\":201", R"("status":503,"problem":{"detail":"Not now."})");
    const LoadVerdict verdict = judge(LoadOperation::batch, 200, refused);
    EXPECT_EQ(verdict.kind, "http_503");
    EXPECT_TRUE(verdict.what.contains("Not now.")) << verdict.what;
}

TEST(LoadTraffic, FindsAnEntryThatIsNotWhatWasPosted) {
    const std::string right =
        R"({"number":5,"date":"2026-07-28","description":"Load 1","reference":"L-1","hash":")" +
        kHash +
        R"(","lines":[{"account_id":11,"amount":"30.00"},{"account_id":12,"amount":"-30.00"}]})";
    expect_lies_to_be_found(
        LoadOperation::entry,
        200,
        right,
        {{"5", "6"},
         {"07-28", "07-29"},
         {"Load 1", "Load 2"},
         {"L-1", "L-2"},
         {"aaaa", "aaab"},
         {"11", "13"},
         {"30.00", "30.01"},
         {"-30.00", "30.00"},
         {"{\"account_id\":11,\"amount\":\"30.00\"},", ""}}
    );
}

TEST(LoadTraffic, FindsAPageThatIsWrong) {
    const auto item = [](int number) {
        return fmt::format(
            R"({{"number":{},"hash":"{}","lines":[{{"base_amount":"1.50"}},{{"base_amount":"-1.50"}}]}})",
            number,
            kHash
        );
    };
    const std::string right = R"({"items":[)" + item(1) + "," + item(2) + R"(],"next":null})";
    expect_lies_to_be_found(
        LoadOperation::entries,
        200,
        right,
        {{"\"number\":2", "\"number\":1"},
         {"\"number\":2", "\"number\":3"},
         {"-1.50", "-1.51"},
         {"null", "7"},
         {",\"next\":null", ""}}
    );
    EXPECT_EQ(
        judge(LoadOperation::entries, 200, R"({"items":[],"next":null})").kind, "wrong_answer"
    );
}

TEST(LoadTraffic, FindsAccountsThatAreWrong) {
    LoadBooks its = books();
    const LoadCall call = kTraffic.make(LoadOperation::account, its, 3, LoadRandom{1});
    const std::string right =
        fmt::format(R"({{"id":{},"code":"{}"}})", call.account.id, call.account.code);
    expect_lies_to_be_found(LoadOperation::account, 200, right, {{"1", "9"}, {"load", "laod"}});
    expect_lies_to_be_found(
        LoadOperation::accounts,
        200,
        R"({"items":[{"id":1,"code":"1000","type":"asset"}],"next":"abc"})",
        {{"asset", "assets"}, {":1,", ":0,"}, {"1000", ""}, {"\"abc\"", "1"}}
    );
}

TEST(LoadTraffic, FindsATrialBalanceThatIsWrong) {
    const std::string right =
        R"({"last_entry":5,"items":[)"
        R"({"base_debit":"30.00","base_credit":"0.00","base_closing":"30.00"},)"
        R"({"base_debit":"0.00","base_credit":"30.00","base_closing":"-30.00"}],)"
        R"("totals":{"opening":"0.00","debit":"30.00","credit":"30.00","closing":"0.00"},)"
        R"("balanced":true})";
    expect_lies_to_be_found(
        LoadOperation::trial_balance,
        200,
        right,
        {{"5", "4"},
         {"\"base_debit\":\"30.00\"", "\"base_debit\":\"31.00\""},
         {"\"base_credit\":\"30.00\"", "\"base_credit\":\"29.00\""},
         {"-30.00", "-30.01"},
         {"\"debit\":\"30.00\"", "\"debit\":\"30.01\""},
         {"\"credit\":\"30.00\"", "\"credit\":\"30.01\""},
         {"true", "false"}}
    );
}

}  // namespace
}  // namespace accubooks::ops
