#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/money.h"
#include "interchange/import_source.h"
#include "ledger/posting.h"

namespace accubooks::interchange {

/// What a source's own numbering means in the books, and how its texts are read.
struct Mapping {
    std::vector<base::AccountId> accounts;  // by the source's account index
    std::vector<std::string> commodities;   // by the source's commodity index
    std::vector<std::int64_t> factors;  // from the source's units to the books', which may be finer
    std::shared_ptr<const std::vector<base::Commodity>> scales;
    base::Commodity base;
    bool may_hold_marks = false;
};

/// An entry of the source as the books shall have it. Lines that an export had to write as two are
/// one again, and base amounts are as the marks tell, where they do, else by the lines' costs. `at`
/// becomes the place of what is refused: `money.out_of_range`, `interchange.bad_mark` and what the
/// ledger says of a line's value.
base::Result<ledger::Posting> posting_of(
    const ImportedEntry& from, const Mapping& mapping, const std::string& actor, SourcePosition& at
);

}  // namespace accubooks::interchange
