#include "app/demo_books.h"

#include <algorithm>
#include <map>
#include <random>

#include <fmt/format.h>

namespace accubooks::app {
namespace {

using base::Date;

constexpr std::string_view kCustomers[] = {
    "Harbor Street Cafe",
    "Juniper & Rye",
    "Ninth Avenue Diner",
    "Blue Door Bakery",
    "Cedar Hotel",
    "The Reading Room",
    "Foundry Coworking",
    "Marigold Market",
};
constexpr std::string_view kSuppliers[] = {"Pacific Packaging", "Bay Area Dairy", "Grinder Works"};

/// round(cents × rate / 100 000), half away from zero, for amounts above zero.
std::int64_t share(std::int64_t cents, std::int64_t rate_per_100k) {
    return (cents * rate_per_100k + 50'000) / 100'000;
}

class Year {
public:
    Year(Date first_day, std::uint64_t seed) : first_day_{first_day}, random_{seed} {}

    std::vector<DemoEntry> write() {
        open_books();
        Date month = first_day_;
        for (int number = 0; number < 12; ++number) {
            write_month(month, number);
            month = month.first_of_next_month();
        }
        std::vector<DemoEntry> year;
        for (auto& [date, entry] : entries_) {
            year.push_back(std::move(entry));
        }
        return year;
    }

private:
    std::int64_t between(std::int64_t least, std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>{least, most}(random_);
    }
    template <std::size_t N>
    std::string_view one_of(const std::string_view (&names)[N]) {
        return names[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(N) - 1))];
    }
    void add(
        Date date, std::string description, std::string reference, std::vector<DemoLine> lines
    ) {
        entries_.emplace(
            date, DemoEntry{date, std::move(description), std::move(reference), std::move(lines)}
        );
    }
    std::string next_invoice() { return fmt::format("INV-{}", ++invoice_); }

    void open_books() {
        add(first_day_,
            "Opening balances",
            "OPEN",
            {{"1000", 4'250'000},
             {"1200", 1'180'000},
             {"1500", 3'600'000},
             {"1590", -600'000},
             {"3000", -5'000'000},
             {"3200", -3'430'000}});
    }

    void write_month(Date month, int number) {
        const std::int32_t days = month.first_of_next_month().unix_days() - month.unix_days();
        add(month, "Rent of the roastery", "", {{"6200", 385'000}, {"1000", -385'000}});
        for (int week = 0; week < 4; ++week) {
            write_week(month.plus_days(week * 7 + 2));
        }
        write_payroll(month.plus_days(14));
        write_payroll(month.plus_days(days - 1));
        write_green_coffee(month.plus_days(9), number);
        const std::int64_t card = between(18'000, 64'000);
        add(month.plus_days(18),
            fmt::format("{}: supplies by card", one_of(kSuppliers)),
            "",
            {{"5000", card}, {"2100", -card}});
        add(month.plus_days(25), "Credit card paid", "", {{"2100", card}, {"1000", -card}});
        add(month.plus_days(days - 1),
            "Depreciation of equipment",
            "",
            {{"6300", 50'000}, {"1590", -50'000}});
        add(month.plus_days(days - 1), "Bank fees", "", {{"6400", 2'500}, {"1000", -2'500}});
        if (number % 3 == 2) {
            add(month.plus_days(days - 1),
                fmt::format("Sales tax of quarter {}", number / 3 + 1),
                "",
                {{"2200", sales_tax_}, {"1000", -sales_tax_}});
            sales_tax_ = 0;
        }
    }

    void write_week(Date monday) {
        for (int day = 0; day < 5; ++day) {
            const std::int64_t net = between(42'000, 96'000);
            const std::int64_t tax = share(net, 8'250);
            sales_tax_ += tax;
            add(monday.plus_days(day),
                "Counter sales of the day",
                "",
                {{"1050", net + tax}, {"4000", -net}, {"2200", -tax}});
            const std::int64_t fee = share(net + tax, 2'900) + 30;
            add(monday.plus_days(std::min(day + 2, 5)),
                "Card payout",
                "",
                {{"1000", net + tax - fee}, {"6400", fee}, {"1050", -(net + tax)}});
        }
        const std::int64_t wholesale = between(120'000, 340'000);
        const std::string invoice = next_invoice();
        const std::string_view customer = one_of(kCustomers);
        add(monday.plus_days(1),
            fmt::format("{}: beans, wholesale", customer),
            invoice,
            {{"1100", wholesale}, {"4000", -wholesale}});
        const std::int64_t cost = share(wholesale, 46'000);
        add(monday.plus_days(1),
            fmt::format("Beans shipped to {}", customer),
            invoice,
            {{"5000", cost}, {"1200", -cost}});
        if (between(1, 10) == 1) {
            const std::int64_t discount = share(wholesale, 2'000);
            add(monday.plus_days(4),
                fmt::format("{} paid early", customer),
                invoice,
                {{"1000", wholesale - discount}, {"4900", discount}, {"1100", -wholesale}});
        } else {
            add(monday.plus_days(5),
                fmt::format("{} paid", customer),
                invoice,
                {{"1000", wholesale}, {"1100", -wholesale}});
        }
    }

    void write_payroll(Date date) {
        constexpr std::int64_t kGross = 520'000;
        const std::int64_t employer = share(kGross, 7'650);
        const std::int64_t withheld = share(kGross, 16'000);
        const std::int64_t social = employer * 2;
        add(date,
            "Payroll",
            "",
            {{"6000", kGross},
             {"6100", employer},
             {"2300", -(withheld + social)},
             {"1000", -(kGross + employer - withheld - social)}});
        add(date.plus_days(1),
            "Payroll taxes remitted",
            "",
            {{"2300", withheld + social}, {"1000", -(withheld + social)}});
    }

    /// Green coffee is bought in euros and paid a fortnight later at another rate.
    void write_green_coffee(Date date, int number) {
        const std::int64_t euros = between(300'000, 480'000);
        const std::int64_t bought = share(euros, 106'000 + between(-1'500, 1'500));
        const std::int64_t paid = share(euros, 106'000 + between(-1'500, 1'500));
        const std::string reference = fmt::format("HAM-{}", 2201 + number);
        add(date,
            "Hamburg Green Coffee: container share",
            reference,
            {{"1200", bought}, {"2000", -euros, "EUR", -bought}});
        add(date.plus_days(14),
            "Hamburg Green Coffee paid",
            reference,
            {{"2000", euros, "EUR", bought}, {"7000", paid - bought}, {"1000", -paid}});
    }

    Date first_day_;
    std::mt19937_64 random_;
    std::multimap<Date, DemoEntry> entries_;  // those of a day in the order they were written
    std::int64_t sales_tax_ = 0;
    int invoice_ = 1000;
};

}  // namespace

std::vector<DemoEntry> demo_year(base::Date first_day, std::uint64_t seed) {
    return Year{first_day, seed}.write();
}

}  // namespace accubooks::app
