#include "base/decimal.h"

#include <limits>
#include <optional>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace accubooks::base {
namespace {

Decimal decimal(std::string_view text) {
    return Decimal::parse(text).value();
}

constexpr std::string_view kLargest = "99999999999999999999999999999999999999";  // 38 digits

TEST(Decimal, ReadsPlainNumbersAndRefusesTheRest) {
    struct Case {
        const char* name;
        std::string_view text;
        std::string_view written;  // as printed, or the refusal's code
    };
    const Case cases[] = {
        {"negative", "-12.50", "-12.50"},
        {"plus", "+3", "3"},
        {"no digit before the point", ".5", "0.5"},
        {"no digit after it", "5.", "5"},
        {"zero has no sign", "-0.00", "0.00"},
        {"leading zeros", "007", "7"},
        {"38 digits", kLargest, kLargest},
        {"38 places",
         "0.00000000000000000000000000000000000001",
         "0.00000000000000000000000000000000000001"},
        {"39 digits", "100000000000000000000000000000000000000", "base.decimal_overflow"},
        {"39 places", "0.000000000000000000000000000000000000001", "base.decimal_overflow"},
        {"past 128 bits", "999999999999999999999999999999999999999999", "base.decimal_overflow"},
        {"nothing", "", "base.bad_decimal"},
        {"a sign alone", "-", "base.bad_decimal"},
        {"a point alone", ".", "base.bad_decimal"},
        {"two signs", "--1", "base.bad_decimal"},
        {"two points", "1.2.3", "base.bad_decimal"},
        {"groups", "1,000", "base.bad_decimal"},
        {"an exponent", "1e3", "base.bad_decimal"},
        {"a space", " 1", "base.bad_decimal"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto value = Decimal::parse(c.text);
        EXPECT_EQ(value ? to_string(*value) : value.error().code, c.written);
    }
}

TEST(Decimal, ComparesByValueWhateverItsPlaces) {
    EXPECT_EQ(decimal("1.5"), decimal("1.50"));
    EXPECT_EQ(decimal("-0.0"), decimal("0"));
    EXPECT_LT(decimal("-1.5"), decimal("-1.49"));
    EXPECT_LT(decimal("0.1"), decimal("0.10000000000000000000000000000000000001"));
    EXPECT_GT(decimal(kLargest), decimal("0.00000000000000000000000000000000000001"));
    EXPECT_LT(decimal(kLargest).negated(), decimal("-99999999999999999999999999999999999.5"));
    EXPECT_EQ(to_string(decimal("-1.500").normalised()), "-1.5");
    EXPECT_EQ(to_string(decimal("100.00").normalised()), "100");
    EXPECT_EQ(to_string(decimal("-2.5").abs()), "2.5");
}

TEST(Decimal, RoundsAsItIsTold) {
    struct Case {
        std::string_view text;
        std::string_view away;
        std::string_view even;
    };
    const Case cases[] = {
        {"0.5", "1", "0"},
        {"-0.5", "-1", "0"},
        {"1.5", "2", "2"},
        {"-1.5", "-2", "-2"},
        {"2.5", "3", "2"},
        {"-2.5", "-3", "-2"},
        {"2.4999", "2", "2"},
        {"2.5001", "3", "3"},
        {"-2.5001", "-3", "-3"},
        {"0.4999", "0", "0"},
        {"9.5", "10", "10"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.text);
        const auto value = decimal(c.text);
        EXPECT_EQ(to_string(*value.rescaled(0, Rounding::half_away_from_zero)), c.away);
        EXPECT_EQ(to_string(*value.rescaled(0, Rounding::half_even)), c.even);
        EXPECT_EQ(
            to_string(*divide(value, decimal("1"), 0, Rounding::half_away_from_zero)), c.away
        );
        EXPECT_EQ(to_string(*divide(value, decimal("1"), 0, Rounding::half_even)), c.even);
    }
    EXPECT_EQ(to_string(*decimal("2").rescaled(3, Rounding::half_even)), "2.000");
    EXPECT_EQ(
        decimal(kLargest).rescaled(1, Rounding::half_even).error().code, "base.decimal_overflow"
    );
    EXPECT_EQ(decimal("1").rescaled(39, Rounding::half_even).error().code, "base.decimal_overflow");
}

TEST(Decimal, GivesUnitsOnlyWhenNothingIsLost) {
    EXPECT_EQ(*decimal("12.50").units_at(2), 1250);
    EXPECT_EQ(*decimal("-12.5").units_at(2), -1250);
    EXPECT_EQ(*decimal("12.5000").units_at(2), 1250);
    EXPECT_EQ(decimal("12.505").units_at(2).error().code, "base.decimal_inexact");
    EXPECT_EQ(
        *decimal("9223372036854775807").units_at(0), std::numeric_limits<std::int64_t>::max()
    );
    EXPECT_EQ(
        *decimal("-9223372036854775808").units_at(0), std::numeric_limits<std::int64_t>::min()
    );
    EXPECT_EQ(decimal("9223372036854775808").units_at(0).error().code, "base.decimal_overflow");
    EXPECT_EQ(decimal("92233720368547758.08").units_at(2).error().code, "base.decimal_overflow");
}

TEST(Decimal, CalculatesExactlyOrRefuses) {
    EXPECT_EQ(to_string(*add(decimal("0.1"), decimal("0.20"))), "0.30");
    EXPECT_EQ(to_string(*subtract(decimal("0.1"), decimal("0.3"))), "-0.2");
    EXPECT_EQ(to_string(*multiply(decimal("-1.5"), decimal("0.25"))), "-0.375");
    EXPECT_EQ(to_string(*multiply(decimal("1000.00"), decimal("1.1000"))), "1100.0");
    EXPECT_EQ(add(decimal(kLargest), decimal("1")).error().code, "base.decimal_overflow");
    EXPECT_EQ(
        subtract(decimal(kLargest).negated(), decimal("1")).error().code, "base.decimal_overflow"
    );
    EXPECT_EQ(multiply(decimal(kLargest), decimal("2")).error().code, "base.decimal_overflow");
    EXPECT_EQ(multiply(decimal(kLargest), decimal(kLargest)).error().code, "base.decimal_overflow");
    EXPECT_EQ(
        multiply(decimal("0.00000000000000000001"), decimal("0.00000000000000000001")).error().code,
        "base.decimal_overflow"
    );
}

TEST(Decimal, DividesWithTheDigitsAskedFor) {
    const auto away = Rounding::half_away_from_zero;
    EXPECT_EQ(to_string(*divide(decimal("10"), decimal("3"), 4, away)), "3.3333");
    EXPECT_EQ(to_string(*divide(decimal("-2"), decimal("3"), 2, away)), "-0.67");
    EXPECT_EQ(to_string(*divide(decimal("1"), decimal("0.004"), 0, away)), "250");
    EXPECT_EQ(to_string(*divide(decimal("1.0000"), decimal("8"), 2, away)), "0.13");
    EXPECT_EQ(to_string(*divide(decimal("1.0000"), decimal("8"), 2, Rounding::half_even)), "0.12");
    EXPECT_EQ(divide(decimal("1"), decimal("0.00"), 2, away).error().code, "base.division_by_zero");
    EXPECT_EQ(
        divide(decimal(kLargest), decimal("1"), 1, away).error().code, "base.decimal_overflow"
    );
    // The middle of the calculation is past 128 bits, the answer isn't.
    EXPECT_EQ(
        to_string(*divide(decimal(kLargest), decimal(kLargest), 37, away)),
        "1.0000000000000000000000000000000000000"
    );
    EXPECT_EQ(
        to_string(
            *divide(decimal("0.00000000000000000000000000000000000001"), decimal(kLargest), 0, away)
        ),
        "0"
    );
}

TEST(Units, AreWrittenWithTheirScale) {
    EXPECT_EQ(units_to_string(1250, 2), "12.50");
    EXPECT_EQ(units_to_string(-5, 2), "-0.05");
    EXPECT_EQ(units_to_string(0, 3), "0.000");
    EXPECT_EQ(units_to_string(-7, 0), "-7");
    EXPECT_EQ(
        units_to_string(std::numeric_limits<std::int64_t>::min(), 12), "-9223372.036854775808"
    );
}

rc::Gen<Decimal> any_decimal() {
    return rc::gen::map(
        rc::gen::pair(rc::gen::arbitrary<std::int64_t>(), rc::gen::inRange(0, 12)),
        [](const auto& pair) { return Decimal{pair.first, static_cast<std::uint8_t>(pair.second)}; }
    );
}

RC_GTEST_PROP(Decimal, TextReadsBackAsTheSameNumber, ()) {
    const auto value = *any_decimal();
    const auto again = Decimal::parse(to_string(value));
    RC_ASSERT(again->mantissa() == value.mantissa());
    RC_ASSERT(again->places() == value.places());
}

RC_GTEST_PROP(Decimal, SubtractionUndoesAddition, ()) {
    const auto left = *any_decimal();
    const auto right = *any_decimal();
    RC_ASSERT(*subtract(*add(left, right), right) == left);
    RC_ASSERT(*add(left, right) == *add(right, left));
    RC_ASSERT((left <=> right) == (subtract(left, right)->mantissa() <=> Decimal::Mantissa{0}));
}

RC_GTEST_PROP(Decimal, AQuotientIsWithinHalfAUnitOfItsLastDigit, ()) {
    const auto dividend = *any_decimal();
    const auto divisor =
        *rc::gen::suchThat(any_decimal(), [](const Decimal& value) { return !value.is_zero(); });
    const auto quotient = divide(dividend, divisor, 6, Rounding::half_even);
    if (!quotient) {
        RC_ASSERT(quotient.error().code == "base.decimal_overflow");
        return;
    }
    const auto back = multiply(*quotient, divisor);
    RC_PRE(back.has_value());
    const auto miss = subtract(*back, dividend)->abs();
    const auto half = multiply(divisor.abs(), Decimal{5, 7});
    RC_ASSERT(miss <= *half);
}

RC_GTEST_PROP(Decimal, RoundingMirrorsTheSign, ()) {
    const auto value = *any_decimal();
    for (const auto rounding : {Rounding::half_away_from_zero, Rounding::half_even}) {
        RC_ASSERT(value.rescaled(2, rounding)->negated() == *value.negated().rescaled(2, rounding));
    }
}

}  // namespace
}  // namespace accubooks::base
