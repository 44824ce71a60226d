#include "ops/adoption.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace accubooks::ops {
namespace {

using namespace std::chrono_literals;

Revision numbered(std::int64_t number) {
    return {.number = number, .settings = "{}", .author = "x", .reason = "x", .created_at = {}};
}

Sight settled(std::int64_t number) {
    return {.newest = numbered(number), .confirmed = numbered(number)};
}

Sight awaiting(std::int64_t number, std::chrono::milliseconds left, std::int32_t renewals = 0) {
    return {
        .newest = numbered(number),
        .lease = Lease{.left = left, .renewals = renewals},
        .confirmed = numbered(number - 1),
    };
}

/// "take 7", "go back 7 6" or "".
std::string told(const Step& step) {
    if (const auto* const take = std::get_if<Take>(&step)) {
        return "take " + std::to_string(take->revision.number);
    }
    if (const auto* const back = std::get_if<GoBack>(&step)) {
        return "go back " + std::to_string(back->from.number) + " " +
               std::to_string(back->to.number);
    }
    return "";
}

class AdoptionTest : public ::testing::Test {
protected:
    void look(const Sight& sight) { adoption = evolve(adoption, Looked{now, sight}); }
    std::string next() const { return told(todo(adoption, now)); }
    void took(std::int64_t number) { adoption = evolve(adoption, Took{number}); }

    Adoption adoption;
    Moment now{1h};
};

TEST_F(AdoptionTest, TakesTheNewestOnce) {
    EXPECT_EQ(next(), "");
    look(settled(7));
    EXPECT_EQ(next(), "take 7");
    EXPECT_EQ(next(), "take 7");
    took(7);
    EXPECT_EQ(next(), "");
    look(settled(9));
    EXPECT_EQ(next(), "take 9");
}

TEST_F(AdoptionTest, DoesNotTryARefusedOneAgainButTheNext) {
    look(settled(7));
    took(7);
    look(settled(8));
    adoption = evolve(adoption, Refused{8, "no"});
    look(settled(8));
    EXPECT_EQ(next(), "");
    look(settled(9));
    EXPECT_EQ(next(), "take 9");
}

TEST_F(AdoptionTest, GoesBackWhenNobodyConfirmsWhateverTheDatabaseDoes) {
    look(settled(7));
    took(7);
    look(awaiting(8, 5s));
    EXPECT_EQ(next(), "take 8");
    took(8);
    now += 4999ms;
    EXPECT_EQ(next(), "");
    now += 1ms;
    EXPECT_EQ(next(), "go back 8 7");
    took(7);
    EXPECT_EQ(next(), "");
    look(awaiting(8, -1ms));
    EXPECT_EQ(next(), "") << "it stays back while nobody has recorded that it is over";
    look(settled(9));
    EXPECT_EQ(next(), "take 9");
}

TEST_F(AdoptionTest, CountsTheTimeFromItsFirstLook) {
    look(awaiting(8, 5s));
    took(8);
    now += 3s;
    look(awaiting(8, 4s));  // a database whose clock went back doesn't lengthen it
    now += 2s;
    EXPECT_EQ(next(), "go back 8 7");
}

TEST_F(AdoptionTest, CountsAnewWhenTheTimeIsRenewed) {
    look(awaiting(8, 5s));
    took(8);
    now += 4s;
    look(awaiting(8, 5s, 1));
    now += 4s;
    EXPECT_EQ(next(), "");
    now += 1s;
    EXPECT_EQ(next(), "go back 8 7");
}

TEST_F(AdoptionTest, StaysWhenItIsConfirmed) {
    look(awaiting(8, 5s));
    took(8);
    now += 4s;
    look(settled(8));
    now += 1h;
    EXPECT_EQ(next(), "");
}

TEST_F(AdoptionTest, ReturnsToWhatWasConfirmedWithoutItsKnowledge) {
    look(awaiting(8, 5s));
    took(8);
    now += 6s;
    took(7);  // it went back alone, the database out of reach
    look(settled(8));
    EXPECT_EQ(next(), "take 8");
}

TEST_F(AdoptionTest, NeverTakesWhatIsOverAlready) {
    look(settled(7));
    took(7);
    look(awaiting(8, 0ms));
    EXPECT_EQ(next(), "");
}

/// Whatever it sees and whenever: on an unconfirmed revision past its time it never stays, and done
/// steps lead to rest.
RC_GTEST_PROP(Adoption, NeverStaysOnWhatNobodyConfirmed, ()) {
    Adoption adoption;
    Moment now{1h};
    std::int64_t newest = 1;
    adoption = evolve(adoption, Looked{now, settled(1)});
    adoption = evolve(adoption, Took{1});
    const auto steps = *rc::gen::inRange(1, 60);
    for (int i = 0; i < steps; ++i) {
        now += std::chrono::milliseconds{*rc::gen::inRange(0, 4000)};
        switch (*rc::gen::inRange(0, 4)) {
            case 0:
                adoption = evolve(adoption, Looked{now, settled(++newest)});
                break;
            case 1:
                ++newest;
                adoption = evolve(
                    adoption,
                    Looked{
                        now,
                        awaiting(newest, std::chrono::milliseconds{*rc::gen::inRange(-1, 5000)})
                    }
                );
                break;
            case 2:
                adoption = evolve(adoption, Looked{now, settled(newest)});  // confirmed
                break;
            default:
                break;  // the database doesn't answer
        }
        const Step step = todo(adoption, now);
        if (const auto* const take = std::get_if<Take>(&step)) {
            adoption = *rc::gen::inRange(0, 5) == 0
                           ? evolve(adoption, Refused{take->revision.number, "no"})
                           : evolve(adoption, Took{take->revision.number});
        } else if (const auto* const back = std::get_if<GoBack>(&step)) {
            adoption = evolve(adoption, Took{back->to.number});
        }
        RC_ASSERT(std::holds_alternative<Nothing>(todo(adoption, now)));
        RC_ASSERT(!is_over(adoption, now) || adoption.in_force != adoption.seen->newest.number);
    }
}

}  // namespace
}  // namespace accubooks::ops
