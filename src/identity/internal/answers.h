#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/json_writer.h"
#include "base/task.h"
#include "identity/api.h"
#include "identity/authenticator.h"
#include "identity/session.h"
#include "identity/write_key.h"
#include "net/body_fields.h"
#include "net/http.h"

namespace accubooks::identity {

/// An answer with a secret or a person in it: no cache may keep it.
net::Response private_json(int status, std::string json);

/// A person as they are told to themselves.
void write_user(base::JsonWriter& json, const User& user);

/// `identity.bad_fields` when there are breaches.
base::Result<void> refuse_breaches(std::vector<base::FieldError> wrong);

/// The body's `role`; what is none becomes a breach.
Role role_in(net::BodyFields& fields);

std::optional<std::string> time_text(std::optional<base::Instant> at);

/// Which page of a list by UUID is asked for.
struct UuidPage {
    std::optional<base::Uuid> after;
    std::int64_t limit = 0;
};
base::Result<UuidPage> uuid_page_of(const net::Request& request);

/// The first answer again; none of it was told to a cache either.
net::Response answer_again(KeptAnswer answer);

/// The answer to a write that ended as `written`: `answer`, or of a refused one the answer of
/// another request with its key, when that one was faster, else the refusal.
base::Task<base::Result<net::Response>> answer_to_write(
    IdentityApi api,
    base::TenantId tenant,
    std::optional<WriteKey> key,
    base::Result<void> written,
    net::Response answer,
    base::Deadline deadline
);

/// The routes of tenants_api.cpp.
void mount_tenants(net::Router& router, const IdentityApi& api);
/// Those of invitations_api.cpp.
void mount_invitations(net::Router& router, const IdentityApi& api);
/// Those of password_resets_api.cpp.
void mount_password_resets(net::Router& router, const IdentityApi& api);
/// Those of members_api.cpp.
void mount_members(net::Router& router, const IdentityApi& api);
/// Those of me_api.cpp.
void mount_me(net::Router& router, const IdentityApi& api);

}  // namespace accubooks::identity
