#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/error.h"
#include "base/ids.h"
#include "net/http.h"
#include "pg/author.h"
#include "pg/failure.h"
#include "pg/value.h"

namespace accubooks::identity {

/// The idempotency key of a write to tokens or members, and the hash of what the write asks for.
/// The sender is no part of it.
struct WriteKey {
    std::string key;
    base::Digest content;
};

/// The answer that is kept under a key, in the transaction that does the write.
struct KeptAnswer {
    int status = 200;
    std::string body{};
};

/// A write's key with the answer to keep under it, and who writes; no answer is kept for a request
/// without a key.
struct Keeping {
    std::optional<WriteKey> key{};
    KeptAnswer answer{};
    pg::Author author{};
};

/// The request's key; none when it has none. `act` names the write and what it writes to ("POST
/// members"), `content` is its body's canonical form. Errors: `identity.bad_idempotency_key`.
base::Result<std::optional<WriteKey>> write_key_of(
    const net::Request& request, std::string_view act, std::string_view content
);

/// Adds key, content, status and body: the four parameters of a statement that keeps an answer.
void add_keeping(pg::Params& params, const Keeping& keeping);

/// `identity.idempotency_conflict` when `failure` is that another request with this key was faster;
/// none otherwise. What that one was answered is to be looked up then.
std::optional<base::Error> refusal_of_taken_key(const pg::Failure& failure);

}  // namespace accubooks::identity
