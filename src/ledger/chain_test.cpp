#include "ledger/chain.h"

#include <functional>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace accubooks::ledger {
namespace {

/// An entry with everything that its record refers to.
struct Columns {
    std::int64_t tenant = 1;
    Entry entry{};
    std::string posted_by{};
    std::int64_t posted_at = 0;
    std::string key{};
    base::Digest request{};

    friend bool operator==(const Columns&, const Columns&) = default;
};

EntryRecord record_of(const Columns& columns) {
    return {
        .tenant = base::TenantId{columns.tenant},
        .entry = &columns.entry,
        .posted_by = columns.posted_by,
        .posted_at = base::Instant::from_unix_micros(columns.posted_at),
        .idempotency_key = columns.key,
        .request_hash = columns.request,
    };
}

std::string hex_of(const std::string& bytes) {
    return base::to_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

Columns plain_entry() {
    return {
        .tenant = 1,
        .entry =
            {.date = *base::Date::parse("2026-01-31"),
             .description = "Rent",
             .lines =
                 {{.account = base::AccountId{7},
                   .commodity = "USD",
                   .amount = 120000,
                   .base_amount = 120000},
                  {.account = base::AccountId{8},
                   .commodity = "USD",
                   .amount = -120000,
                   .base_amount = -120000}}},
        .posted_by = "user:u1",
        .posted_at = 1'767'225'600'000'000,
        .key = "k1",
    };
}

Columns entry_with_everything() {
    Columns columns{
        .tenant = std::numeric_limits<std::int64_t>::max(),
        .entry =
            {.date = *base::Date::parse("0001-01-01"),
             .document_date = *base::Date::parse("9999-12-31"),
             .description = "Zürich",
             .reference = "R-1",
             .tags = {{"b", "2"}, {"a", ""}, {"é", "x"}},
             .source = "reversal",
             .reverses = base::EntryNumber{3},
             .reason = "typo",
             .lines =
                 {{.account = base::AccountId{1},
                   .commodity = "EUR",
                   .amount = -std::numeric_limits<std::int64_t>::max(),
                   .base_amount = -5,
                   .cost = Cost{"USD", -5},
                   .memo = "m"},
                  {.account = base::AccountId{2}, .commodity = ""},
                  {.account = base::AccountId{3}, .commodity = "USD", .amount = 5, .base_amount = 5}
                 }},
        .posted_by = "cli:root",
        .posted_at = -1,
        .key =
            "key\x1f"
            "0",
    };
    for (std::size_t at = 0; at < columns.request.size(); ++at) {
        columns.request[at] = static_cast<std::uint8_t>(at);
    }
    return columns;
}

// These vectors were computed from chain.h's description by other means than this program. They
// never change: a stored chain must verify for ever. Another layout is another version.
TEST(Chain, GivesTheGoldenBytesAndHashes) {
    const Columns plain = plain_entry();
    EXPECT_EQ(
        hex_of(canonical_bytes(record_of(plain))),
        "0000001261636375626f6f6b732f656e7472792f763100000000000000010000000000005004000000000452"
        "656e740000000000000000000000000000000361706900000007757365723a75310006474846204000000000"
        "0000000000026b31000000000000000000000000000000000000000000000000000000000000000000000000"
        "00000002000000000000000700000003555344000000000001d4c0000000000001d4c0000000000000000000"
        "0000000800000003555344fffffffffffe2b40fffffffffffe2b400000000000"
    );
    const base::Digest first = entry_hash(record_of(plain));
    EXPECT_EQ(
        base::to_hex(first), "79f87d822a85b0b7581e13aecbadec3804a9facb48044acb0708c34b8bc8feb1"
    );
    const base::Digest head = chain_hash(genesis_hash(), base::EntryNumber{1}, first);
    EXPECT_EQ(
        base::to_hex(head), "eb8febb5b6b69f78c3c861070804120bfad6b51f53d3d119943abbf80066b056"
    );

    const Columns full = entry_with_everything();
    EXPECT_EQ(
        hex_of(canonical_bytes(record_of(full))),
        "0000001261636375626f6f6b732f656e7472792f76317ffffffffffffffffffffffffff506c6010000000000"
        "2cc0a0000000075ac3bc7269636800000003522d310000000000000003000000016100000000000000016200"
        "0000013200000002c3a9000000017800000008726576657273616c00000008636c693a726f6f74ffffffffff"
        "ffffff010000000000000003000000047479706f000000056b65791f30000102030405060708090a0b0c0d0e"
        "0f101112131415161718191a1b1c1d1e1f000000000000000300000000000000010000000345555280000000"
        "00000001fffffffffffffffb0100000003555344fffffffffffffffb000000016d0000000000000002000000"
        "0000000000000000000000000000000000000000000000000000000000030000000355534400000000000000"
        "0500000000000000050000000000"
    );
    const base::Digest second = entry_hash(record_of(full));
    EXPECT_EQ(
        base::to_hex(second), "81f505c58f7f46d2a03d576f9d01f8dc0da1fb68a1520fd4e44bfda30ac5237f"
    );
    EXPECT_EQ(
        base::to_hex(chain_hash(head, base::EntryNumber{2}, second)),
        "80ecfdddcf82f650ac80a522c3c6139dba1fe0f5fdb66f9af4ad6db05ac3b5b9"
    );
}

/// Reads canonical bytes back. That this is possible at all is what no two entries sharing their
/// bytes means.
class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_{bytes} {}

    std::int64_t integer() { return static_cast<std::int64_t>(big_endian(8)); }
    std::string text() {
        const auto size = static_cast<std::size_t>(big_endian(4));
        return std::string{take(size)};
    }
    bool present() { return take(1) == "\x01"; }
    base::Digest digest() {
        base::Digest value{};
        const std::string_view bytes = take(value.size());
        std::ranges::copy(bytes, value.begin());
        return value;
    }
    bool at_end() const { return rest_.empty(); }

private:
    std::string_view take(std::size_t size) {
        base::ensure(size <= rest_.size(), "the writer wrote what the reader reads");
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }
    std::uint64_t big_endian(std::size_t width) {
        std::uint64_t value = 0;
        for (const char byte : take(width)) {
            value = value << 8 | static_cast<std::uint8_t>(byte);
        }
        return value;
    }
    std::string_view rest_;
};

base::Date date_of(Reader& from) {
    return base::Date::from_unix_days(static_cast<std::int32_t>(from.integer()));
}

Line read_line(Reader& from) {
    Line line{.account = base::AccountId{from.integer()}, .commodity = from.text()};
    line.amount = from.integer();
    line.base_amount = from.integer();
    if (from.present()) {
        line.cost = Cost{.commodity = from.text(), .units = 0};
        line.cost->units = from.integer();
    }
    line.memo = from.text();
    return line;
}

Columns read(std::string_view bytes) {
    Reader from{bytes};
    base::ensure(from.text() == "accubooks/entry/v1", "there is one version");
    Columns columns;
    Entry& entry = columns.entry;
    columns.tenant = from.integer();
    entry.date = date_of(from);
    if (from.present()) {
        entry.document_date = date_of(from);
    }
    entry.description = from.text();
    entry.reference = from.text();
    for (auto tags = from.integer(); tags > 0; --tags) {
        std::string key = from.text();
        entry.tags.emplace(std::move(key), from.text());
    }
    entry.source = from.text();
    columns.posted_by = from.text();
    columns.posted_at = from.integer();
    if (from.present()) {
        entry.reverses = base::EntryNumber{from.integer()};
    }
    entry.reason = from.text();
    columns.key = from.text();
    columns.request = from.digest();
    for (auto lines = from.integer(); lines > 0; --lines) {
        entry.lines.push_back(read_line(from));
    }
    base::ensure(from.at_end(), "nothing stands behind the last line");
    return columns;
}

base::Date random_date() {
    return base::Date::from_unix_days(*rc::gen::inRange(-719'162, 2'932'897));
}

Columns random_columns() {
    const auto text = rc::gen::arbitrary<std::string>();
    const auto number = rc::gen::arbitrary<std::int64_t>();
    Columns columns{.tenant = *number, .posted_by = *text, .posted_at = *number, .key = *text};
    Entry& entry = columns.entry;
    entry = {.date = random_date(), .description = *text, .reference = *text};
    if (*rc::gen::arbitrary<bool>()) {
        entry.document_date = random_date();
    }
    entry.tags = *rc::gen::arbitrary<Tags>();
    entry.source = *text;
    if (*rc::gen::arbitrary<bool>()) {
        entry.reverses = base::EntryNumber{*number};
    }
    entry.reason = *text;
    columns.request = base::sha256(*text);
    const int lines = *rc::gen::inRange(0, 4);
    for (int at = 0; at < lines; ++at) {
        Line line{
            .account = base::AccountId{*number},
            .commodity = *text,
            .amount = *number,
            .base_amount = *number,
            .memo = *text,
        };
        if (*rc::gen::arbitrary<bool>()) {
            line.cost = Cost{.commodity = *text, .units = *number};
        }
        entry.lines.push_back(std::move(line));
    }
    return columns;
}

RC_GTEST_PROP(Chain, BytesCanBeReadBackSoNoTwoEntriesShareThem, ()) {
    const Columns columns = random_columns();
    RC_ASSERT(read(canonical_bytes(record_of(columns))) == columns);
}

struct Change {
    const char* column;
    std::function<void(Columns&)> apply;
};

const std::vector<Change>& changes() {
    static const std::vector<Change> all = {
        {"tenant_id", [](Columns& c) { ++c.tenant; }},
        {"entry_date", [](Columns& c) { c.entry.date = c.entry.date.plus_days(1); }},
        {"document_date, another",
         [](Columns& c) { c.entry.document_date = c.entry.document_date->plus_days(-1); }},
        {"document_date, none", [](Columns& c) { c.entry.document_date.reset(); }},
        {"description", [](Columns& c) { c.entry.description += ' '; }},
        {"a letter from description to reference",
         [](Columns& c) {
             c.entry.reference.insert(0, 1, c.entry.description.back());
             c.entry.description.pop_back();
         }},
        {"reference", [](Columns& c) { c.entry.reference.clear(); }},
        {"a tag's key",
         [](Columns& c) {
             auto tag = c.entry.tags.extract("b");
             tag.key() = "c";
             c.entry.tags.insert(std::move(tag));
         }},
        {"a tag's value", [](Columns& c) { c.entry.tags["a"] = "1"; }},
        {"a tag more", [](Columns& c) { c.entry.tags[""] = ""; }},
        {"source", [](Columns& c) { c.entry.source = "api"; }},
        {"posted_by", [](Columns& c) { c.posted_by = "cli:roof"; }},
        {"posted_at", [](Columns& c) { ++c.posted_at; }},
        {"reverses, another", [](Columns& c) { c.entry.reverses = base::EntryNumber{4}; }},
        {"reverses, none", [](Columns& c) { c.entry.reverses.reset(); }},
        {"reason", [](Columns& c) { c.entry.reason = "Typo"; }},
        {"idempotency_key",
         [](Columns& c) {
             c.key =
                 "key\x1f"
                 "1";
         }},
        {"request_hash", [](Columns& c) { c.request[31] ^= 1; }},
        {"account_id", [](Columns& c) { ++c.entry.lines[1].account.value; }},
        {"commodity", [](Columns& c) { c.entry.lines[1].commodity = "EUR"; }},
        {"amount", [](Columns& c) { ++c.entry.lines[1].amount; }},
        {"base_amount", [](Columns& c) { ++c.entry.lines[1].base_amount; }},
        {"cost_commodity", [](Columns& c) { c.entry.lines[0].cost->commodity = "JPY"; }},
        {"cost_amount", [](Columns& c) { ++c.entry.lines[0].cost->units; }},
        {"no cost", [](Columns& c) { c.entry.lines[0].cost.reset(); }},
        {"memo", [](Columns& c) { c.entry.lines[0].memo = "n"; }},
        {"line, swapped", [](Columns& c) { std::swap(c.entry.lines[0], c.entry.lines[1]); }},
        {"a line less", [](Columns& c) { c.entry.lines.pop_back(); }},
        {"a line more", [](Columns& c) { c.entry.lines.push_back(c.entry.lines.back()); }},
    };
    return all;
}

TEST(Chain, EveryColumnIsInTheHash) {
    const base::Digest before = entry_hash(record_of(entry_with_everything()));
    for (const Change& change : changes()) {
        SCOPED_TRACE(change.column);
        Columns columns = entry_with_everything();
        change.apply(columns);
        EXPECT_NE(entry_hash(record_of(columns)), before);
    }
}

TEST(Epoch, HasGoldenHashes) {
    base::Digest previous{};
    for (std::size_t at = 0; at < previous.size(); ++at) {
        previous.at(at) = static_cast<std::uint8_t>(at);
    }
    const Epoch known{
        .number = 2,
        .after = base::EntryNumber{57},
        .previous = previous,
        .restored_to = base::Instant::from_unix_micros(1769860800000000),
        .restored_at = base::Instant::from_unix_micros(1769864400000001),
        .replaced = base::EntryNumber{60},
        .reason = "Disk lost",
    };
    EXPECT_EQ(
        base::to_hex(epoch_hash(previous, known)),
        "0bd65cb92892f5f9307f1088bab5f47ab8814c3288083da2d004fe878860984a"
    );
    const Epoch unknown{
        .number = 3,
        .after = base::EntryNumber{0},
        .previous = previous,
        .restored_to = base::Instant::from_unix_micros(-1),
        .restored_at = base::Instant::from_unix_micros(1769864400000001),
        .replaced = {},
        .reason = "Größe",
    };
    EXPECT_EQ(
        base::to_hex(epoch_hash(previous, unknown)),
        "d7919f5fae2918f241aaf2c008c87987a683fba2039455107bbe2aa5a9d9b6a0"
    );
}

TEST(AuditEvent, HasAGoldenHashInWhichEveryColumnIs) {
    const auto at = [](std::int64_t micros) { return base::Instant::from_unix_micros(micros); };
    const AuditEvent event{
        .number = 1,
        .at = at(1767225600000000),
        .actor = "user:ann",
        .peer = "192.0.2.1",
        .kind = "role",
        .act = "made",
        .object = "user:bob",
        .after = R"({"role": "viewer"})",
        .reason = "hired",
    };
    const auto hash_of = [](const AuditEvent& changed) {
        return base::to_hex(audit_event_hash(genesis_hash(), base::TenantId{7}, changed));
    };
    const std::string golden = "5555656f48652a34aefa27114535fc2cabb9ed64e49a511385b3ef7cc3558dd6";
    EXPECT_EQ(hash_of(event), golden);
    const std::function<void(AuditEvent&)> changes[] = {
        [](AuditEvent& e) { e.number = 2; },
        [at](AuditEvent& e) { e.at = at(1767225600000001); },
        [](AuditEvent& e) { e.actor = "user:bob"; },
        [](AuditEvent& e) { e.peer.clear(); },
        [](AuditEvent& e) { e.kind = "user"; },
        [](AuditEvent& e) { e.act = "changed"; },
        [](AuditEvent& e) { e.object = "user:ann"; },
        [](AuditEvent& e) { e.before = "{}"; },
        [](AuditEvent& e) { e.after.reset(); },
        [](AuditEvent& e) { std::swap(e.before, e.after); },
        [](AuditEvent& e) { e.reason.clear(); },
    };
    for (const auto& change : changes) {
        AuditEvent changed = event;
        change(changed);
        EXPECT_NE(hash_of(changed), golden);
    }
    EXPECT_NE(base::to_hex(audit_event_hash(genesis_hash(), base::TenantId{8}, event)), golden);
    EXPECT_NE(
        base::to_hex(audit_event_hash(base::sha256("head"), base::TenantId{7}, event)), golden
    );
}

TEST(Chain, BindsNumberAndPredecessor) {
    const base::Digest entry = base::sha256("entry");
    const base::Digest hash = chain_hash(genesis_hash(), base::EntryNumber{1}, entry);
    EXPECT_NE(hash, chain_hash(genesis_hash(), base::EntryNumber{2}, entry));
    EXPECT_NE(hash, chain_hash(entry, base::EntryNumber{1}, entry));
    EXPECT_NE(hash, chain_hash(genesis_hash(), base::EntryNumber{1}, genesis_hash()));
}

}  // namespace
}  // namespace accubooks::ledger
