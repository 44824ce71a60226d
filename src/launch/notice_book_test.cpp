#include "launch/notice_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace accubooks::launch {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Stakeholder person(std::uint8_t number) {
    Stakeholder made{.role = RoleName::on_call, .user = {}, .name = "P" + std::to_string(number)};
    made.user.bytes.back() = number;
    return made;
}

Receipt receipt(std::uint8_t number, Told told) {
    return {
        .transition = "change/1/event/4", .kind = "decided", .person = person(number), .told = told
    };
}

TEST(ToTellAgain, IsWhomEveryAttemptFailedAndWhoWasNeverMeant) {
    const std::vector<Stakeholder> people{
        person(1), person(2), person(3), person(4), person(5), person(6)
    };
    const std::vector<Receipt> receipts{
        receipt(1, Told::sent),
        receipt(2, Told::not_sent),
        receipt(3, Told::waiting),
        receipt(4, Told::failed),
        // Told again already, and on its way.
        receipt(6, Told::failed),
        receipt(6, Told::waiting),
    };
    EXPECT_THAT(to_tell_again(people, receipts), ElementsAre(person(4), person(5)));
}

TEST(Receipts, NameThePeopleAndTheWebhook) {
    const Receipt webhook{
        .transition = "t", .kind = "decided", .told = Told::not_sent, .channel = "outbox"
    };
    const std::string json =
        receipts_json({receipt(1, Told::sent), receipt(9, Told::failed), webhook}, {person(1)}, 1);
    EXPECT_THAT(json, HasSubstr(R"("role":"on_call","name":"P1","told":"sent")"));
    EXPECT_THAT(json, HasSubstr(R"("name":"00000000-0000-0000-0000-000000000009")"));
    EXPECT_THAT(json, HasSubstr(R"("role":null,"name":null,"told":"not_sent","channel":"outbox")"));
    EXPECT_THAT(json, HasSubstr(R"("again":1})"));
}

}  // namespace
}  // namespace accubooks::launch
