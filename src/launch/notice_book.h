#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "launch/change_book.h"
#include "launch/notification.h"
#include "pg/pool.h"

namespace accubooks::launch {

/// Who was told of a change's newest standing that a start asks receipts of: its approval, or while
/// it isn't approved that it is in review. Works on a pool whose connections are accubooks_ops.
/// Calls throw pg::Failure.
class NoticeBook {
public:
    NoticeBook(pg::Pool& ops, const base::Clock& clock) : ops_{ops}, clock_{clock} {}

    /// The receipts, people by role and the webhook last, as JSON. Errors:
    /// `launch.change_not_found`, `launch.nothing_to_tell` for a draft.
    base::Task<base::Result<std::string>> list(std::int64_t change, base::Deadline deadline);

    /// Has the stakeholders told once more whom the notice couldn't be brought to, or who became
    /// one since; answers the receipts. Errors: as `list`, and `identity.idempotency_conflict`.
    base::Task<base::Result<Written>> tell_again(
        Actor by, std::int64_t change, base::Deadline deadline
    );

private:
    pg::Pool& ops_;
    const base::Clock& clock_;
};

/// Whom a notice is to be brought to again: whose every attempt has failed, and who was never
/// meant. Somebody whose notice is on its way isn't one of them.
std::vector<Stakeholder> to_tell_again(
    const std::vector<Stakeholder>& stakeholders, const std::vector<Receipt>& receipts
);

/// {"items": […], "again": 2}: receipts with the names of people, and how many are told again.
std::string receipts_json(
    const std::vector<Receipt>& receipts, const std::vector<Stakeholder>& people, std::size_t again
);

}  // namespace accubooks::launch
