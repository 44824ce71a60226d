#pragma once

#include <boost/json/fwd.hpp>

#include "base/error.h"
#include "net/http.h"

namespace accubooks::net {

/// The request's body as JSON, read by base::parse_json: strictly, duplicate names refused, depth
/// bounded; its length is bounded by HttpSettings::body_bytes_max. Errors:
/// `http.unsupported_media_type` unless the Content-Type is application/json (in UTF-8, if it names
/// a charset); `http.bad_json`, naming the place.
base::Result<boost::json::value> json_body(const Request& request);

}  // namespace accubooks::net
