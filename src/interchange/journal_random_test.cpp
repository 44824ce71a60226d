#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "interchange/internal/journal_fixture.h"
#include "interchange/internal/journal_generator.h"

/// Random journals read here and by hledger, which Debian has and tests alone use.
namespace accubooks::interchange {
namespace {

using Balances = std::map<std::pair<std::string, std::string>, std::string>;

struct Oracle {
    bool accepted = false;
    std::size_t transactions = 0;
    Balances balances;
    std::string complaint;
};

std::string text_of(const std::filesystem::path& file) {
    std::ifstream stream{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

/// Exact sums of what `hledger print -x -O json` lists; 20 places hold all that the generator can
/// make.
Oracle ask_hledger(const std::filesystem::path& journal) {
    const auto out = journal.string() + ".json";
    const auto errors = journal.string() + ".errors";
    const std::string command =
        fmt::format("hledger -f '{}' print -x -O json >'{}' 2>'{}'", journal.string(), out, errors);
    Oracle oracle;
    oracle.accepted = std::system(command.c_str()) == 0;
    oracle.complaint = text_of(errors);
    if (!oracle.accepted) {
        return oracle;
    }
    std::map<std::pair<std::string, std::string>, base::Decimal> sums;
    const auto parsed = boost::json::parse(text_of(out));
    for (const auto& transaction : parsed.as_array()) {
        ++oracle.transactions;
        for (const auto& posting : transaction.at("tpostings").as_array()) {
            for (const auto& amount : posting.at("pamount").as_array()) {
                const auto& quantity = amount.at("aquantity");
                const base::Decimal value{
                    quantity.at("decimalMantissa").as_int64(),
                    static_cast<std::uint8_t>(quantity.at("decimalPlaces").as_int64())
                };
                auto& sum = sums[{
                    std::string{posting.at("paccount").as_string()},
                    std::string{amount.at("acommodity").as_string()}
                }];
                sum = *base::add(sum, value);
            }
        }
    }
    for (const auto& [key, sum] : sums) {
        if (!sum.is_zero()) {
            oracle.balances[key] = base::to_string(sum.normalised());
        }
    }
    return oracle;
}

TEST(RandomJournals, AgreeWithHledgerInVerdictCountAndEveryFigure) {
    if (std::system("hledger --version >/dev/null 2>&1") != 0) {
        GTEST_SKIP() << "hledger is not installed: random journals were not compared";
    }
    // ACCUBOOKS_SOAK runs more of them, ACCUBOOKS_SEED=FIRST others.
    const char* seed_text = std::getenv("ACCUBOOKS_SEED");
    const int count = std::getenv("ACCUBOOKS_SOAK") == nullptr ? 60 : 1000;
    const std::uint64_t first = seed_text == nullptr ? 1 : std::strtoull(seed_text, nullptr, 10);
    std::printf(
        "seeds %llu to %llu\n",
        static_cast<unsigned long long>(first),
        static_cast<unsigned long long>(first) + static_cast<unsigned long long>(count) - 1
    );
    int accepted = 0;
    for (int i = 0; i < count; ++i) {
        const std::uint64_t seed = first + static_cast<std::uint64_t>(i);
        const JournalFolder folder;
        const auto file = folder.write("random.journal", JournalGenerator{seed}.journal());
        SCOPED_TRACE(fmt::format("seed {}", seed));
        const Oracle oracle = ask_hledger(file);
        auto read = read_journal(file, {.like = Like::hledger});
        // More than twelve digits after the mark are hledger's alone.
        if (read.error && read.error->code == "interchange.too_fine") {
            continue;
        }
        ASSERT_EQ(!read.error, oracle.accepted)
            << read.error_text << "\nhledger: " << oracle.complaint << "\n"
            << text_of(file);
        if (!oracle.accepted) {
            continue;
        }
        ++accepted;
        // What hledger rounds away lies on an account of the importer's own.
        std::erase_if(read.balances, [](const auto& balance) {
            return balance.first.first == "expenses:rounding";
        });
        EXPECT_TRUE(read.balanced) << text_of(file);
        EXPECT_EQ(read.report.transactions, oracle.transactions);
        ASSERT_EQ(read.balances, oracle.balances) << text_of(file);
    }
    std::printf("%d of %d accepted by both\n", accepted, count);
    EXPECT_GT(accepted, count / 4)
        << "the generator makes too few valid journals to prove anything";
}

}  // namespace
}  // namespace accubooks::interchange
