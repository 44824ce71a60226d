#include "net/idempotency.h"

#include <algorithm>

namespace accubooks::net {

std::optional<std::string_view> idempotency_key_of(const Request& request) {
    return request.headers.count("Idempotency-Key") > 1 ? std::optional<std::string_view>{""}
                                                        : request.headers.find("Idempotency-Key");
}

bool is_idempotency_key(std::string_view text) {
    return !text.empty() && text.size() <= kIdempotencyKeyMax &&
           std::ranges::all_of(text, [](char letter) { return letter >= '!' && letter <= '~'; });
}

Response replayed(Response response) {
    response.headers.set("Idempotency-Replayed", "true");
    return response;
}

}  // namespace accubooks::net
