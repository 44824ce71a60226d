#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "launch/payload.h"
#include "pg/connection.h"

namespace accubooks::launch {

/// What the stakeholders are told of.
struct Notice {
    /// What happened, named so that telling of it again is nothing new: "change/1/event/4".
    std::string transition;
    std::string kind;     // "approval_notice", "rollback": a word, for files and queries
    std::string subject;  // one line; may hold anything
    /// Name and value, a line each. Values may hold anything.
    std::vector<std::pair<std::string, std::string>> fields{};
};

/// The text of a notice, a line per field; no value makes a line of its own.
std::string text_of(const Notice& notice);

/// Has the recipients told, once each, and the webhook once for all: rows of the caller's
/// transaction, so that they are told exactly when it commits. Who sends is NotificationSender.
base::Task<void> notify(
    pg::Connection& connection,
    Notice notice,
    std::vector<Stakeholder> recipients,
    base::Deadline deadline
);

/// How far a recipient was told.
enum class Told : std::uint8_t {
    waiting,   // nobody has tried yet, or an attempt is under way
    sent,      // the receiver took it and said so
    not_sent,  // nothing is configured to send by: the message is in the outbox folder
    failed,    // the last attempt failed; another follows until there were too many
};
std::string_view to_string(Told told);

/// What is known about one recipient of a notice.
struct Receipt {
    std::string transition;
    std::string kind;
    std::optional<Stakeholder> person{};  // without the name; none: the webhook
    Told told = Told::waiting;
    std::string channel{};  // mail, webhook or outbox; empty while nobody has tried
    std::string detail{};   // what the receiver said, where the file is, or why it failed
    std::optional<base::Instant> at{};
    std::int64_t attempts = 0;

    /// Whether there is a receipt: the receiver's, or that it was put into the outbox.
    bool is_received() const { return told == Told::sent || told == Told::not_sent; }
};

/// Of one notice and of those below it ("change/1/event/4", then "change/1/event/4/again/1"),
/// people by role and the webhook last.
base::Task<std::vector<Receipt>> receipts_of(
    pg::Connection& connection, std::string transition, base::Deadline deadline
);

/// The stakeholders whom none of these receipts is of.
std::vector<Stakeholder> without_receipt(
    const std::vector<Stakeholder>& stakeholders, const std::vector<Receipt>& receipts
);

}  // namespace accubooks::launch
