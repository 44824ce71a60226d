#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

/// For tests alone: random journals that use most of the syntax, most of them valid, some not.
namespace accubooks::interchange {

class JournalGenerator {
public:
    explicit JournalGenerator(std::uint64_t seed) : random_{seed} {}

    std::string journal() {
        text_.clear();
        comma_ = chance(15);
        open_dates_ = chance(70);
        directives();
        const int count = number(3, 25);
        for (int i = 0; i < count; ++i) {
            if (chance(15)) {
                between();
            }
            transaction();
        }
        while (parents_ > 0) {
            text_ += "end apply account\n";
            --parents_;
        }
        return text_;
    }

private:
    int number(int low, int high) { return std::uniform_int_distribution<int>{low, high}(random_); }
    bool chance(int percent) { return number(1, 100) <= percent; }
    template <std::size_t N>
    const char* pick(const char* const (&words)[N]) {
        return words[static_cast<std::size_t>(number(0, static_cast<int>(N) - 1))];
    }

    void directives() {
        if (comma_) {
            text_ += "decimal-mark ,\n";
        }
        if (chance(25)) {
            text_ += comma_ ? "commodity 1.000,00 EUR\n" : "commodity 1,000.00 EUR\n";
        }
        if (chance(15)) {
            text_ += comma_ ? "commodity $\n  format $1.000,000\n"
                            : "commodity $\n  format $1,000.000\n";
        }
        if (chance(10)) {
            text_ += comma_ ? "D 1.000,0 CHF\n" : "D 1,000.0 CHF\n";
        }
        if (chance(30)) {
            text_ += "account assets:cash  ; type:C\naccount odd\n  ; type:L, other:tag\n";
        }
        if (chance(10)) {
            text_ += "alias income = revenue\n";
        }
        if (chance(10)) {
            text_ += "alias /^exp(ens)e*s:([a-z]+)/ = cost:\\2\n";
        }
        if (chance(20)) {
            text_ += "Y2021\n";
        }
        if (chance(5)) {
            text_ += "payee Somebody\n\n";
        }
    }

    void between() {
        switch (number(0, 6)) {
            case 0:
                text_ += "; a comment\n# another\n* and one more\n  ; indented\n\n";
                break;
            case 1:
                text_ += "comment\n2020-01-01 not an entry\n  a  1\nend comment\n\n";
                break;
            case 2:
                text_ += fmt::format(
                    "P {} EUR {}\n", date(), amount("$", number(1, 20000), number(0, 4))
                );
                break;
            case 3:
                text_ += fmt::format(
                    "P 2021/02/03 12:30 ACME {}\n", amount("EUR", number(1, 999999), 2)
                );
                break;
            case 4:
                if (parents_ < 2) {
                    text_ += "apply account sub\n";
                    ++parents_;
                }
                break;
            case 5:
                if (parents_ > 0) {
                    text_ += "end apply account\n";
                    --parents_;
                }
                break;
            default:
                text_ += "account some:account:or other\n";
        }
    }

    std::string date() {
        const char* separator = pick({"-", "/", "."});
        const int month = number(1, 12);
        const int day = number(1, 28);
        if (!open_dates_) {
            return fmt::format("2022{0}{1:02}{0}{2:02}", separator, month, day);
        }
        return chance(50) ? fmt::format("20{3}{0}{1}{0}{2}", separator, month, day, number(19, 22))
                          : fmt::format("2020{0}{1:02}{0}{2:02}", separator, month, day);
    }

    std::string account() {
        return pick({
            "assets:cash",
            "assets:bank:checking",
            "assets:bank",
            "liabilities:card",
            "equity:opening balances",
            "expenses:food",
            "expenses:food:lunch out",
            "Expenses:Rent",
            "income:salary",
            "income",
            "odd",
            "odd:deep:er",
            "été:ñandú",
            "[looks odd",
            "a (b)",
        });
    }

    /// `units` with `places` digits after the mark, sometimes in groups.
    std::string digits(long units, int places) {
        const bool negative = units < 0;
        std::string plain = std::to_string(negative ? -units : units);
        if (static_cast<int>(plain.size()) <= places) {
            plain.insert(0, static_cast<std::size_t>(places) + 1 - plain.size(), '0');
        }
        std::string whole = plain.substr(0, plain.size() - static_cast<std::size_t>(places));
        const std::string part = plain.substr(plain.size() - static_cast<std::size_t>(places));
        // Groups only where a decimal mark tells which mark is which.
        if (places > 0 && chance(30)) {
            const char group = chance(80) ? (comma_ ? '.' : ',') : ' ';
            for (std::size_t at = whole.size(); at > 3; at -= 3) {
                whole.insert(at - 3, 1, group);
            }
        }
        return (negative ? "-" : "") + whole +
               (places > 0 ? (comma_ ? "," : ".") + part : std::string{});
    }

    std::string amount(const std::string& commodity, long units, int places) {
        std::string text = digits(units, places);
        if (commodity.empty()) {
            return text;
        }
        if (commodity == "$") {
            if (text.starts_with('-')) {
                const std::string rest = text.substr(1);
                switch (number(0, 3)) {
                    case 0:
                        return "$-" + rest;
                    case 1:
                        return "-$" + rest;
                    case 2:
                        return "$ -" + rest;
                    default:
                        return "- $" + rest;
                }
            }
            return chance(10) ? "$+" + text : "$" + text;
        }
        if (chance(5) && places == 0 && units != 0) {
            text += "E0";
        }
        return text + (chance(20) && commodity.front() != '"' && commodity != "EUR" ? "" : " ") +
               commodity;
    }

    std::string commodity() {
        return pick({"EUR", "$", "ACME", "\"green apple 7\"", "", "EUR", "EUR", "$"});
    }

    void end_posting() {
        if (chance(10)) {
            text_ += chance(50) ? "  ; note" : "  ; key:value, other: more words";
        }
        text_ += "\n";
        if (chance(4)) {
            text_ += "    ; a second line, with:tag\n";
        }
    }

    void posting(const std::string& name, const std::string& amount_text) {
        text_ += chance(10) ? "\t" : "    ";
        text_ += chance(5) ? "* " : chance(5) ? "! " : "";
        text_ += name;
        if (!amount_text.empty()) {
            text_ += chance(20) ? " \t" : "   ";
            text_ += amount_text;
        }
        end_posting();
    }

    void header() {
        text_ += date();
        text_ += chance(5) ? "=2020/3/4" : "";
        text_ += chance(20) ? " *" : chance(10) ? " !" : "";
        text_ += chance(15) ? " (A-1)" : "";
        text_ += pick(
            {"",
             " Payee",
             " Payee | a note",
             " words; comment",
             " more  words   here",
             " tag ;key:value"}
        );
        text_ += "\n";
        if (chance(5)) {
            text_ += "    ; comment of its own\n";
        }
    }

    void transaction() {
        header();
        switch (number(0, 9)) {
            case 0:
                cost();
                break;
            case 1:
                exchange();
                break;
            case 2:
                assignment();
                break;
            case 3:
                asserted();
                break;
            case 4:
                several_inferred();
                break;
            case 5:
                bracketed();
                break;
            case 6:
                if (chance(30)) {
                    break;  // no postings
                }
                [[fallthrough]];
            default:
                plain();
        }
        text_ += "\n";
    }

    void plain() {
        const std::string unit = commodity();
        const int places = number(0, 3);
        const int count = number(1, 4);
        long sum = 0;
        for (int i = 0; i < count; ++i) {
            const long units = number(-5000000, 5000000);
            sum += units;
            posting(account(), amount(unit, units, places));
        }
        if (chance(3)) {
            sum += 1;  // doesn't balance, unless that is below the display precision
        }
        posting(account(), chance(50) ? "" : amount(unit, -sum, places));
    }

    void cost() {
        const long quantity = number(1, 100000);
        const int quantity_places = number(0, 3);
        const long price = number(1, 1000000);
        const int price_places = number(0, 4);
        const bool total = chance(30);
        const bool sale = chance(30);
        std::string text = amount("ACME", sale ? -quantity : quantity, quantity_places);
        text += chance(10) ? " {" + amount("EUR", price, price_places) + "}" : "";
        text += chance(5) ? " [2020-01-01]" : "";
        text += (total ? " @@ " : " @ ") + amount("EUR", price, price_places);
        posting("assets:shares", text);
        if (chance(40)) {
            posting(account(), "");
            return;
        }
        // To two digits: exact, or balanced by rounding, or refused.
        long cents = price;
        int places = price_places;
        if (!total) {
            cents = price * quantity;
            places += quantity_places;
        }
        long power = 1;
        for (; places > 2; --places) {
            power *= 10;
        }
        for (; places < 2; ++places) {
            cents *= 10;
        }
        cents = (cents + power / 2) / power;
        posting(account(), amount("EUR", sale ? cents : -cents, 2));
    }

    void exchange() {
        const int lines = number(1, 3);
        for (int i = 0; i < lines; ++i) {
            posting(account(), amount("$", number(1, 99999), 2));
        }
        posting(account(), amount("EUR", -number(1, 99999), chance(50) ? 2 : 3));
        if (chance(20)) {
            posting(account(), amount("EUR", -number(1, 999), 1));
        }
    }

    void assignment() {
        const std::string unit = chance(70) ? "EUR" : "$";
        posting(
            fmt::format("assets:assigned:{}", number(1, 3)),
            std::string{pick({"= ", "= ", "== ", "=* "})} + amount(unit, number(-99999, 99999), 2)
        );
        if (chance(30)) {
            posting(account(), amount(unit, number(-999, 999), 2));
        }
        posting(account(), "");
    }

    void asserted() {
        const long units = number(1, 99999);
        const std::string text = amount("EUR", units, 2);
        const std::string name = fmt::format("assets:checked:{}", ++checked_);
        const long claimed = chance(97) ? units : units + 1;
        posting(name, text + pick({" = ", " == ", " =* ", " ==* "}) + amount("EUR", claimed, 2));
        posting(account(), "");
    }

    void several_inferred() {
        posting(account(), amount("EUR", number(-99999, 99999), 2));
        posting(account(), amount("$", number(-99999, 99999), 2));
        posting(account(), amount("ACME", number(-99, 99), 0));
        posting(account(), "");
    }

    void bracketed() {
        const long units = number(-99999, 99999);
        posting(account(), amount("EUR", number(-99999, 99999), 2));
        posting(account(), "");
        posting("[budget:food]", amount("EUR", units, 2));
        posting("[budget:all]", chance(50) ? "" : amount("EUR", -units, 2));
    }

    std::mt19937_64 random_;
    std::string text_;
    bool comma_ = false;
    bool open_dates_ = true;
    int parents_ = 0;
    int checked_ = 0;
};

}  // namespace accubooks::interchange
