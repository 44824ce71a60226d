#pragma once

#include <string>
#include <vector>

#include "base/json_writer.h"
#include "ops/change.h"
#include "ops/revision.h"

namespace accubooks::app {

/// What `accubooks config` says: members of the JSON object that is being written, and sentences.
void write_revision(base::JsonWriter& json, const ops::Revision& revision);
void write_changes(base::JsonWriter& json, const std::vector<ops::Difference>& changes);
void write_instances(base::JsonWriter& json, const ops::Progress& progress);

/// One line of the history.
std::string to_line(const ops::Revision& revision, const std::vector<ops::Difference>& changes);

/// Those that aren't there and weren't when the revision was made: nobody waits for them, but
/// nobody should forget them either. To standard error.
void tell_missing(const ops::Progress& progress);

/// Why a revision isn't in force everywhere, and what became of it.
std::string why_incomplete(
    const ops::Revision& revision, const ops::Progress& progress, const ops::Revision& newest
);

}  // namespace accubooks::app
