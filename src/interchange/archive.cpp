#include "interchange/archive.h"

#include <utility>

namespace accubooks::interchange {

std::string_view to_string(ArchiveKind kind) {
    switch (kind) {
        case ArchiveKind::books:
            return "books";
        case ArchiveKind::commodity:
            return "commodity";
        case ArchiveKind::account:
            return "account";
        case ArchiveKind::price:
            return "price";
        case ArchiveKind::epoch:
            return "epoch";
        case ArchiveKind::period_act:
            return "period_act";
        case ArchiveKind::entry:
            return "entry";
        case ArchiveKind::balance:
            return "balance";
        case ArchiveKind::audit_event:
            return "audit_event";
        case ArchiveKind::end:
            return "end";
    }
    std::unreachable();
}

void ArchiveSums::add(ArchiveKind kind, std::string_view line) {
    const auto at = static_cast<std::size_t>(kind);
    ++counts[at];
    const base::Digest before = digests[at];
    digests[at] = base::Sha256{}
                      .update({reinterpret_cast<const char*>(before.data()), before.size()})
                      .update(line)
                      .finish();
}

}  // namespace accubooks::interchange
