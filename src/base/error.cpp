#include "base/error.h"

#include <cstdio>
#include <cstdlib>

namespace accubooks::base {

void ensure(bool condition, std::string_view why, std::source_location where) {
    if (condition) [[likely]] {
        return;
    }
    std::fprintf(
        stderr,
        "accubooks: broken invariant at %s:%u: %.*s\n",
        where.file_name(),
        where.line(),
        static_cast<int>(why.size()),
        why.data()
    );
    std::abort();
}

}  // namespace accubooks::base
