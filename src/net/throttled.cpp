#include "net/throttled.h"

#include <algorithm>
#include <chrono>

#include "net/internal/retry_fields.h"

namespace accubooks::net {

base::Error throttled(
    std::string_view code, std::string detail, base::Instant retry_at, base::Instant now
) {
    using std::chrono::seconds;
    const auto wait = std::max(std::chrono::ceil<seconds>(retry_at - now), seconds{1});
    return {
        .kind = base::ErrorKind::throttled,
        .code = code,
        .detail = std::move(detail),
        .fields =
            {{.pointer = std::string{kRetryAt}, .detail = base::to_rfc3339(retry_at)},
             {.pointer = std::string{kRetryAfter}, .detail = std::to_string(wait.count())}},
    };
}

}  // namespace accubooks::net
