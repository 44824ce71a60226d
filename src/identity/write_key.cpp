#include "identity/write_key.h"

#include <fmt/format.h>

#include "net/idempotency.h"

namespace accubooks::identity {
base::Result<std::optional<WriteKey>> write_key_of(
    const net::Request& request, std::string_view act, std::string_view content
) {
    const auto key = net::idempotency_key_of(request);
    if (!key) {
        return std::nullopt;
    }
    if (!net::is_idempotency_key(*key)) {
        return base::refuse(
            base::ErrorKind::invalid,
            "identity.bad_idempotency_key",
            "An Idempotency-Key has 1 to 200 visible ASCII characters."
        );
    }
    return WriteKey{
        .key = std::string{*key},
        .content = base::sha256(fmt::format("{} {}", act, content)),
    };
}

void add_keeping(pg::Params& params, const Keeping& keeping) {
    const auto& key = keeping.key;
    params.add(key ? std::optional{key->key} : std::nullopt);
    params.add(key ? std::optional{key->content} : std::nullopt);
    params.add(static_cast<std::int16_t>(keeping.answer.status));
    params.add(keeping.answer.body);
}

std::optional<base::Error> refusal_of_taken_key(const pg::Failure& failure) {
    if (failure.constraint() != "write_key__pk") {
        return std::nullopt;
    }
    return base::Error{
        .kind = base::ErrorKind::conflict,
        .code = "identity.idempotency_conflict",
        .detail = "Another request with this idempotency key was faster.",
    };
}

}  // namespace accubooks::identity
