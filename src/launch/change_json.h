#pragma once

#include <string>
#include <vector>

#include "base/json_writer.h"
#include "launch/change.h"
#include "launch/change_store.h"

namespace accubooks::launch {

/// A change as lists show it, and as every write about it answers: the newest revision with digest
/// and state.
void write_standing(base::JsonWriter& json, const Change& change);
std::string standing_json(const Change& change);

/// All that is to be known of a change: its revisions with their approvals, what happened, and who
/// asks, at which time of the server: what a decision names.
std::string change_json(
    const Change& change,
    const std::vector<Entry>& history,
    const Participant& asker,
    base::Instant now
);

/// A revision without its payload's bytes.
std::string revision_json(const Change& change, const StoredRevision& revision);

/// The signed bytes of all decisions.
std::string decisions_json(const std::vector<StoredDecision>& decisions);

}  // namespace accubooks::launch
