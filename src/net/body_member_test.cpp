#include "net/body_member.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace accubooks::net {
namespace {

using base::ErrorKind;
using base::FieldError;
using base::Result;

constexpr std::array kMembers{
    MemberOfCode{"house.bad_name", "/name"},
    MemberOfCode{"house.bad_day", "/day"},
};

std::vector<std::string> places(const Result<int>& result) {
    std::vector<std::string> found;
    for (const FieldError& field : result.error().fields) {
        found.push_back(field.pointer + ": " + field.detail);
    }
    return found;
}

TEST(BodyMember, IsNamedByTheCodeOfARefusal) {
    const auto refused = [](std::string_view code) {
        return at_members(Result<int>{base::refuse(ErrorKind::conflict, code, "No.")}, kMembers);
    };
    EXPECT_THAT(places(refused("house.bad_name")), testing::ElementsAre("/name: No."));
    EXPECT_THAT(places(refused("house.bad_day")), testing::ElementsAre("/day: No."));
    EXPECT_THAT(places(refused("house.taken")), testing::IsEmpty());
    EXPECT_EQ(at_members(Result<int>{7}, kMembers).value(), 7);
}

TEST(BodyMember, IsTheOnlyOneForWhatIsInvalid) {
    const auto refused = [](ErrorKind kind) {
        return at_member(Result<int>{base::refuse(kind, "house.bad_name", "No.")}, "/key");
    };
    EXPECT_THAT(places(refused(ErrorKind::invalid)), testing::ElementsAre("/key: No."));
    EXPECT_THAT(places(refused(ErrorKind::conflict)), testing::IsEmpty());
    EXPECT_EQ(at_member(Result<int>{7}, "/key").value(), 7);
}

TEST(BodyMember, LeavesAPlaceThatIsKnownAlready) {
    const Result<int> known{
        base::refuse(ErrorKind::invalid, "house.bad_name", "No.", {{"/rooms/0", "too small"}})
    };
    EXPECT_THAT(places(at_members(known, kMembers)), testing::ElementsAre("/rooms/0: too small"));
    EXPECT_THAT(places(at_member(known, "/key")), testing::ElementsAre("/rooms/0: too small"));
}

}  // namespace
}  // namespace accubooks::net
