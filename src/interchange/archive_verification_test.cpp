#include "interchange/archive_verification.h"

#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "interchange/archive_writer.h"
#include "ledger/chain.h"

namespace accubooks::interchange {
namespace {

/// Two accounts, two entries in two months, a price and an epoch between the entries.
std::string archive() {
    ArchiveWriter writer;
    const base::TenantId tenant{7};
    std::vector<ledger::PostedEntry> entries;
    base::Digest head = ledger::genesis_hash();
    ledger::Epoch epoch{
        .after = base::EntryNumber{1},
        .restored_to = base::Instant::from_unix_micros(1'700'000'000'000'000),
        .restored_at = base::Instant::from_unix_micros(1'700'000'100'000'000),
        .reason = "disk lost",
    };
    for (int number = 1; number <= 2; ++number) {
        ledger::PostedEntry posted{
            .number = base::EntryNumber{number},
            .entry =
                {
                    .date = *base::Date::of(2024, static_cast<unsigned>(number), 15),
                    .document_date = base::Date::of(2024, 1, 2).value(),
                    .description = "Sale",
                    .reference = "R-1",
                    .tags = {{"project", "atlas"}},
                    .lines =
                        {{.account = base::AccountId{1},
                          .commodity = "EUR",
                          .amount = 500,
                          .base_amount = 550,
                          .cost = ledger::Cost{.commodity = "USD", .units = 550},
                          .memo = "wire"},
                         {.account = base::AccountId{2},
                          .commodity = "USD",
                          .amount = -550,
                          .base_amount = -550}},
                },
            .posted_by = "user:1",
            .posted_at = base::Instant::from_unix_micros(1'700'000'000'000'000),
            .idempotency_key = fmt::format("key {}", number),
            .request_hash = base::sha256("request"),
            .line_count = 2,
        };
        posted.entry_hash = ledger::entry_hash({
            .tenant = tenant,
            .entry = &posted.entry,
            .posted_by = posted.posted_by,
            .posted_at = posted.posted_at,
            .idempotency_key = posted.idempotency_key,
            .request_hash = posted.request_hash,
        });
        posted.chain_hash = ledger::chain_hash(head, posted.number, posted.entry_hash);
        head = posted.chain_hash;
        if (number == 1) {
            epoch.previous = head;
            head = ledger::epoch_hash(head, epoch);
        }
        entries.push_back(std::move(posted));
    }
    std::string text = writer.head({
        .tenant = tenant,
        .base_currency = "USD",
        .epoch = 2,
        .last_entry = base::EntryNumber{2},
        .head_hash = head,
        .exported_at = base::Instant::from_unix_micros(1'700'000'200'000'000),
    });
    text += writer.commodity({.code = "USD", .scale = 2});
    text += writer.commodity({.code = "EUR", .scale = 2});
    ledger::Account account;
    account.id = base::AccountId{1};
    account.code = "1";
    account.name = "Bank";
    text += writer.account(account);
    account.id = base::AccountId{2};
    account.code = "2";
    account.name = "Cash";
    account.parent = base::AccountId{1};
    text += writer.account(account);
    text += writer.price({
        .commodity = "EUR",
        .quote_commodity = "USD",
        .date = *base::Date::of(2024, 1, 1),
        .price = *base::Decimal::parse("1.1"),
    });
    text += writer.epoch(epoch);
    for (const ledger::PostedEntry& posted : entries) {
        text += writer.entry(posted);
    }
    for (const unsigned month : {1U, 2U}) {
        text += writer.balance({
            .account = base::AccountId{1},
            .commodity = "EUR",
            .month = *base::Date::of(2024, month, 1),
            .debit = 500,
            .base_debit = 550,
        });
        text += writer.balance({
            .account = base::AccountId{2},
            .commodity = "USD",
            .month = *base::Date::of(2024, month, 1),
            .credit = 550,
            .base_credit = 550,
        });
    }
    base::Digest last = ledger::genesis_hash();
    for (const std::int64_t number : {1, 2}) {
        ledger::AuditEvent event{
            .number = number,
            .at = base::Instant::from_unix_micros(1'700'000'000'000'000 + number),
            .actor = "user:ann",
            .peer = "192.0.2.1",
            .kind = "role",
            .act = "changed",
            .object = fmt::format("user:{}", number),
            .before = R"({"role": "viewer"})",
            .after = R"({"role": "owner"})",
            .reason = "hired",
        };
        last = ledger::audit_event_hash(last, tenant, event);
        event.chain_hash = last;
        text += writer.audit_event(event);
    }
    return text + writer.end();
}

base::Result<ArchiveVerification> verified(const std::string& text) {
    std::istringstream in{text};
    return verify_archive(in, "books.jsonl", {});
}

/// Every breach as "check: detail", or the refusal.
std::string found_in(const std::string& text) {
    const auto found = verified(text);
    if (!found) {
        return found.error().detail;
    }
    std::string all;
    for (const ledger::Breach& breach : found->books.first_breaches) {
        all += fmt::format("{}: {}\n", breach.check, breach.detail);
    }
    return all;
}

std::string with(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

TEST(ArchiveVerification, ProvesWhatWasWritten) {
    const auto found = verified(archive());
    ASSERT_TRUE(found.has_value()) << found.error().detail;
    EXPECT_EQ(found->books.breaches, 0U) << found_in(archive());
    EXPECT_EQ(found->books.entries, 2U);
    EXPECT_EQ(found->books.lines, 4U);
    EXPECT_EQ(found->head.last_entry.value, 2);
    EXPECT_EQ(found->books.epochs.size(), 1U);
}

TEST(ArchiveVerification, NamesEveryKindOfFieldThatWasChanged) {
    struct Case {
        const char* from;
        const char* to;
        const char* named;
    };
    const Case cases[] = {
        {R"("tenant_id":7)", R"("tenant_id":8)", "hash: entry 1: its columns"},
        {R"("base_currency":"USD")", R"("base_currency":"EUR")", "balanced: entry 1"},
        {R"("epoch":2)", R"("epoch":3)", "epoch: the books are in epoch 3"},
        {R"("last_entry":2)", R"("last_entry":3)", "head: the books say 3 is the last"},
        {R"("exported_at":"2023)",
         R"("exported_at":"2022)",
         "records: the 1 records of the kind books"},
        {R"("code":"EUR","scale":2)", R"("code":"EUR","scale":3)", "hash: entry 1: its columns"},
        {R"("name":"Bank")", R"("name":"Vault")", "records: the 2 records of the kind account"},
        {R"("id":2,)", R"("id":3,)", "accounts: entry 1: there is no account 2"},
        {R"("parent_id":1)", R"("parent_id":5)", "accounts: account 2 names no parent above it"},
        {R"("type":"asset")", R"("type":"equity")", "records: the 2 records of the kind account"},
        {R"("price":"1.1")", R"("price":"1.2")", "records: the 1 records of the kind price"},
        {R"("after":1)", R"("after":2)", "epoch: epoch 2 doesn't continue the chain"},
        {R"("reason":"disk lost")", R"("reason":"disk found")", "chain: entry 2 doesn't continue"},
        {R"("number":2,"date")", R"("number":3,"date")", "gapless: entry 3 follows entry 1"},
        {R"("date":"2024-01-15")", R"("date":"2024-01-16")", "hash: entry 1: its columns"},
        {R"("document_date":"2024-01-02")", R"("document_date":null)", "hash: entry 1: its columns"
        },
        {R"("description":"Sale")", R"("description":"Sold")", "hash: entry 1: its columns"},
        {R"("reference":"R-1")", R"("reference":"R-2")", "hash: entry 1: its columns"},
        {R"({"project":"atlas"})", R"({"project":"zephyr"})", "hash: entry 1: its columns"},
        {R"("source":"api")", R"("source":"demo")", "hash: entry 1: its columns"},
        {R"("posted_by":"user:1")", R"("posted_by":"user:2")", "hash: entry 1: its columns"},
        {R"("posted_at":"2023)", R"("posted_at":"2022)", "hash: entry 1: its columns"},
        {R"("reverses":null,"reason":"")", R"("reverses":null,"reason":"x")", "hash: entry 1: its"},
        {R"("idempotency_key":"key 1")",
         R"("idempotency_key":"key 9")",
         "hash: entry 1: its columns"},
        {R"("line_count":2)", R"("line_count":3)", "lines: entry 1 has 2 lines"},
        {R"("account_id":1,"amount")", R"("account_id":2,"amount")", "hash: entry 1: its columns"},
        {R"("amount":"5.00")", R"("amount":"6.00")", "balances: account 1 in 'EUR'"},
        {R"("base_amount":"5.50")", R"("base_amount":"5.51")", "balanced: entry 1"},
        {R"("cost":{"amount":"5.50")", R"("cost":{"amount":"5.60")", "balanced: entry 1"},
        {R"("memo":"wire")", R"("memo":"cash")", "hash: entry 1: its columns"},
        {R"("debit":"5.00")", R"("debit":"5.01")", "balances: account 1 in 'EUR'"},
        {R"("month":"2024-02-01")", R"("month":"2024-03-01")", "balances: account 1 in 'EUR'"},
        {R"("number":1,"at")", R"("number":3,"at")", "audit: audit event 3 isn't what"},
        {R"("at":"2023-11-14T22:13:20.000002Z","actor")",
         R"("at":"2023-11-14T22:13:20.000003Z","actor")",
         "audit: audit event 2 isn't what"},
        {R"("actor":"user:ann")", R"("actor":"user:bob")", "audit: audit event 1 isn't what"},
        {R"("from":"192.0.2.1")", R"("from":"192.0.2.2")", "audit: audit event 1 isn't what"},
        {R"("event":"role")", R"("event":"user")", "audit: audit event 1 isn't what"},
        {R"("act":"changed")", R"("act":"made")", "audit: audit event 1 isn't what"},
        {R"("object":"user:2")", R"("object":"user:3")", "audit: audit event 2 isn't what"},
        {R"("before":"{\"role)", R"("before":"{\"rule)", "audit: audit event 1 isn't what"},
        {R"("after":"{\"role)", R"("after":"{\"rule)", "audit: audit event 1 isn't what"},
        {R"("reason":"hired")", R"("reason":"fired")", "audit: audit event 1 isn't what"},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.from);
        const std::string found = found_in(with(archive(), c.from, c.to));
        EXPECT_NE(found.find(c.named), std::string::npos) << found;
    }
    // A hash of each kind.
    for (const char* member :
         {"head_hash", "previous_hash", "request_hash", "entry_hash", "chain_hash", "digest"}) {
        SCOPED_TRACE(member);
        std::string text = archive();
        const auto at =
            text.find(fmt::format("\"{}\":\"", member)) + std::string_view{member}.size() + 4;
        text[at] = text[at] == '0' ? '1' : '0';
        EXPECT_NE(found_in(text), "");
    }
}

TEST(ArchiveVerification, MissesNoRecordThatWasTakenOut) {
    const std::string whole = archive();
    std::vector<std::string> lines;
    std::istringstream in{whole};
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    for (std::size_t left_out = 0; left_out < lines.size(); ++left_out) {
        std::string text;
        for (std::size_t at = 0; at < lines.size(); ++at) {
            text += at == left_out ? "" : lines[at] + '\n';
        }
        EXPECT_NE(found_in(text), "") << lines[left_out];
    }
    for (std::size_t size = 0; size < whole.size(); size += 37) {
        EXPECT_NE(found_in(whole.substr(0, size)), "") << size;
    }
}

TEST(ArchiveReader, RefusesWhatIsntAnArchiveWithItsLine) {
    struct Case {
        std::string text;
        const char* detail;
    };
    const std::string head = archive().substr(0, archive().find('\n') + 1);
    const Case cases[] = {
        {"", "books.jsonl:1: the file breaks off: it has no record of the kind end"},
        {"{\"kind\":\"books\"", "books.jsonl:1: the file breaks off within this line"},
        {"[]\n", "books.jsonl:1: "},
        {"{\"kind\":\"end\"}\n", "books.jsonl:1: a record of the kind end doesn't belong here"},
        {head + head, "books.jsonl:2: a record of the kind books doesn't belong here"},
        {head + "{\"kind\":\"account\",\"id\":1}\n", "books.jsonl:2: "},
        {head + "{\"kind\":\"commodity\",\"code\":\"USD\",\"scale\":13}\n",
         "books.jsonl:2: /scale: a whole number from 0 to 12"},
        {head + "{\"kind\":\"commodity\",\"code\":\"USD\",\"scale\":2,\"odd\":1}\n",
         "books.jsonl:2: /odd"},
        {archive() + "{}\n", "nothing follows the record of the kind end"},
        {head + std::string(ArchiveLimits::kLineBytes + 1, ' ') + "\n",
         "books.jsonl:2: the line is longer than 32 MiB"},
    };
    for (const Case& c : cases) {
        const std::string found = found_in(c.text);
        EXPECT_TRUE(found.contains(c.detail)) << found;
    }
}

}  // namespace
}  // namespace accubooks::interchange
