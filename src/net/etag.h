#pragma once

#include <string>
#include <string_view>

#include "net/http.h"

namespace accubooks::net {

/// Marks an answer as revalidatable (RFC 9110 §8.8): the server then answers a GET or HEAD whose
/// If-None-Match has this tag with 304, and lets browsers, but no shared cache, keep the body to
/// ask again. Tags are strong.
///
/// `version` is whatever changes when the body does: a revision, the last entry's number and hash.
/// It is hashed.
void set_etag_of_version(Response& response, std::string_view version);

/// The same from the body itself, for answers without a version: saves the transfer, not the work.
void set_etag_of_body(Response& response);

/// Refuses a change when the request has an If-Match that doesn't name what is there now: nobody
/// overwrites what they haven't seen. `version` is what the ETag of that thing is made of. Errors:
/// `http.precondition_failed` (412).
base::Result<void> require_match(const Request& request, std::string_view version);

/// The same for what replaces a thing as a whole: there must be an If-Match. Errors also:
/// `http.precondition_required` (428).
base::Result<void> demand_match(const Request& request, std::string_view version);

}  // namespace accubooks::net
