#include "identity/internal/answers.h"

#include "net/idempotency.h"
#include "net/page.h"

namespace accubooks::identity {

net::Response private_json(int status, std::string json) {
    auto response = net::Response::json(status, std::move(json));
    response.headers.set("Cache-Control", "no-store");
    return response;
}

void write_user(base::JsonWriter& json, const User& user) {
    json.begin_object()
        .member("user_id", base::to_string(user.user_id))
        .member("email", user.email)
        .member("name", user.name)
        .end_object();
}

base::Result<void> refuse_breaches(std::vector<base::FieldError> wrong) {
    return net::refuse_breaches("identity.bad_fields", "Nothing was done", std::move(wrong));
}

Role role_in(net::BodyFields& fields) {
    const auto role = parse_role(fields.text("role"));
    if (!role) {
        fields.breach("role", role.error().detail);
        return Role::viewer;
    }
    return *role;
}

std::optional<std::string> time_text(std::optional<base::Instant> at) {
    return at ? std::optional{base::to_rfc3339(*at)} : std::nullopt;
}

base::Result<UuidPage> uuid_page_of(const net::Request& request) {
    AB_TRY(page, net::text_page_of(request));
    std::optional<base::Uuid> after;
    if (page.after) {
        const auto parsed = base::Uuid::parse(*page.after);
        if (!parsed) {
            return base::refuse(
                base::ErrorKind::invalid,
                "http.bad_parameter",
                "The cursor isn't one that this list gave as `next`.",
                {{.pointer = "cursor", .detail = "as the last page's `next`"}}
            );
        }
        after = *parsed;
    }
    return UuidPage{.after = after, .limit = page.limit};
}

net::Response answer_again(KeptAnswer answer) {
    return net::replayed(
        answer.body.empty() ? net::Response::empty(answer.status)
                            : private_json(answer.status, std::move(answer.body))
    );
}

base::Task<base::Result<net::Response>> answer_to_write(
    IdentityApi api,
    base::TenantId tenant,
    std::optional<WriteKey> key,
    base::Result<void> written,
    net::Response answer,
    base::Deadline deadline
) {
    if (written) {
        co_return answer;
    }
    AB_CO_TRY(answered, co_await api.directory.find_answer(tenant, std::move(key), deadline));
    if (answered) {
        co_return answer_again(*std::move(answered));
    }
    co_return std::unexpected(std::move(written).error());
}

}  // namespace accubooks::identity
