#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "launch/change.h"
#include "launch/change_store.h"
#include "launch/notification.h"

namespace accubooks::launch {

/// What the stakeholders are told of `event`, which has just happened to `change` as its newest.
/// Expects an event that somebody is told of (told_of).
Notice notice_of(const Change& change, const Event& event, std::string_view actor);

/// The transition of the notice by which a revision's stakeholders were told that it is approved;
/// while it isn't, of the one that it is in review. None while it is a draft. `entries` are the
/// change's. A start needs the approval's receipts (receipts_of).
std::optional<std::string> approval_notice(
    std::int64_t change, std::int64_t revision, const std::vector<Entry>& entries
);

}  // namespace accubooks::launch
