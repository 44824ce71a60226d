#include "identity/internal/mail_time.h"

namespace accubooks::identity {

std::string to_minutes(base::Instant at) {
    std::string text = base::to_rfc3339(at).substr(0, 16);  // "2026-11-28T18:05"
    text.replace(10, 1, " ");
    return text + " UTC";
}

}  // namespace accubooks::identity
