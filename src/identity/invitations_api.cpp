#include <algorithm>
#include <array>
#include <chrono>

#include <boost/json/value.hpp>

#include "base/canonical_json.h"
#include "identity/internal/answers.h"
#include "identity/invitation_mail.h"
#include "net/body_fields.h"
#include "net/body_member.h"
#include "net/json_body.h"
#include "net/page.h"
#include "net/routes.h"

namespace accubooks::identity {
namespace {

using base::Result;
using base::Task;
using net::Request;
using net::Response;

void write_invitation(base::JsonWriter& json, const Invitation& invitation) {
    json.member("invitation_id", base::to_string(invitation.invitation_id))
        .member("email", invitation.email)
        .member("role", to_string(invitation.role))
        .member("created_at", base::to_rfc3339(invitation.created_at))
        .member("created_by", invitation.created_by)
        .member("expires_at", base::to_rfc3339(invitation.expires_at))
        .member("accepted_at", time_text(invitation.accepted_at))
        .member("withdrawn_at", time_text(invitation.withdrawn_at));
}

/// The secret is told once: what is kept for a repeated request says so in its place, and nothing
/// of the mail, which comes after.
std::string issued_json(
    const Invitation& invitation,
    std::optional<std::string_view> secret,
    std::optional<net::Mailing::Outcome> mail
) {
    base::JsonWriter json;
    json.begin_object();
    write_invitation(json, invitation);
    json.member("secret", secret).member("secret_was_told", !secret.has_value());
    json.member("mail", mail.transform([](auto outcome) { return net::to_string(outcome); }));
    json.end_object();
    return std::move(json).take();
}

/// Tells the invited person; whoever invites has the secret too, so that no mail is needed.
Task<net::Mailing::Outcome> send_mail(
    IdentityApi api, IssuedInvitation issued, std::string tenant_name, base::Deadline deadline
) {
    constexpr std::chrono::seconds kPatience{10};
    const net::Mailing mailing = co_await api.mailer.send(
        mail_of(issued, tenant_name), std::min(deadline, base::deadline_in(kPatience))
    );
    co_return mailing.outcome;
}

Response joined_response(const Joined& joined) {
    base::JsonWriter json;
    json.begin_object()
        .member("user_id", base::to_string(joined.user_id))
        .member("tenant_id", joined.tenant.value)
        .member("role", to_string(joined.role))
        .end_object();
    return private_json(201, std::move(json).take());
}

Task<Result<Response>> get_invitations(IdentityApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::member_manage));
    AB_CO_TRY(page, uuid_page_of(request));
    auto invitations = co_await api.invitations.list(
        principal.tenant, page.after, page.limit + 1, request.deadline
    );
    co_return private_json(
        200,
        net::text_page_json(
            std::move(invitations),
            page.limit,
            [](const Invitation& invitation) { return base::to_string(invitation.invitation_id); },
            [](base::JsonWriter& json, const Invitation& invitation) {
                json.begin_object();
                write_invitation(json, invitation);
                json.end_object();
            }
        )
    );
}

constexpr std::array kMembersOfInvitation{
    net::MemberOfCode{"identity.bad_email", "/email"},
    net::MemberOfCode{"identity.already_expired", "/expires_on"},
    net::MemberOfCode{"identity.bad_lifetime", "/expires_on"},
};

Task<Result<Response>> post_invitation(IdentityApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::member_manage));
    AB_CO_TRY(body, net::json_body(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    const NewInvitation wanted{
        .email = fields.text("email"),
        .role = role_in(fields),
        .created_by = principal.actor,
        .expires_at = fields.optional_date("expires_on").transform(end_of),
        .by_mail = fields.optional_truth("mail").value_or(false),
    };
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    AB_CO_TRY(canonical, base::canonical_json(body));
    AB_CO_TRY(key, write_key_of(request, "POST invitations", canonical));
    AB_CO_TRY(
        answered, co_await api.directory.find_answer(principal.tenant, key, request.deadline)
    );
    if (answered) {
        co_return answer_again(*std::move(answered));
    }
    AB_CO_TRY(issued, net::at_members(api.invitations.mint(wanted), kMembersOfInvitation));
    // First: once the invitation is kept, nothing that fails may stand before its secret is told.
    std::string tenant_name;
    if (issued.by_mail) {
        AB_CO_TRY(tenant, co_await api.authenticator.membership_of(principal, request.deadline));
        tenant_name = std::move(tenant.tenant_name);
    }
    const Keeping keeping{
        .key = key,
        .answer =
            {.status = 201, .body = issued_json(issued.invitation, std::nullopt, std::nullopt)},
        .author = principal.author(),
    };
    const auto kept =
        co_await api.invitations.keep(principal.tenant, issued, keeping, request.deadline);
    std::optional<net::Mailing::Outcome> mail;
    if (kept && issued.by_mail) {
        mail = co_await send_mail(api, issued, std::move(tenant_name), request.deadline);
    }
    co_return co_await answer_to_write(
        api,
        principal.tenant,
        key,
        kept,
        private_json(201, issued_json(issued.invitation, issued.secret, mail)),
        request.deadline
    );
}

Task<Result<Response>> delete_invitation(IdentityApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::member_manage));
    const auto given = base::Uuid::parse(request.parameters.at("invitation_id"));
    // What is no id is no invitation's.
    const base::Uuid invitation_id = given ? *given : base::Uuid{};
    AB_CO_TRY(key, write_key_of(request, "DELETE invitations", base::to_string(invitation_id)));
    AB_CO_TRY(
        answered, co_await api.directory.find_answer(principal.tenant, key, request.deadline)
    );
    if (answered) {
        co_return answer_again(*std::move(answered));
    }
    const Keeping keeping{.key = key, .answer = {.status = 204}, .author = principal.author()};
    const auto withdrawn = co_await api.invitations.withdraw(
        principal.tenant, invitation_id, keeping, request.deadline
    );
    co_return co_await answer_to_write(
        api, principal.tenant, key, withdrawn, Response::empty(204), request.deadline
    );
}

constexpr std::array kMembersOfAcceptance{
    net::MemberOfCode{"identity.bad_name", "/name"},
    net::MemberOfCode{"identity.weak_password", "/password"},
};

/// By somebody who has no account yet: the secret is what proves the right.
Task<Result<Response>> post_acceptance(IdentityApi api, const Request& request) {
    AB_CO_TRY(body, net::json_body(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    std::string secret = fields.text("secret");
    Newcomer newcomer{.name = fields.text("name"), .password = fields.text("password")};
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    auto accepted = co_await api.invitations.accept(
        std::move(secret), std::move(newcomer), request.peer, request.deadline
    );
    AB_CO_TRY(joined, net::at_members(std::move(accepted), kMembersOfAcceptance));
    co_return joined_response(joined);
}

/// By somebody who has one.
Task<Result<Response>> post_membership(IdentityApi api, const Request& request) {
    AB_CO_TRY(person, co_await api.authenticator.person(request));
    AB_CO_TRY(body, net::json_body(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    std::string secret = fields.text("secret");
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    AB_CO_TRY(
        joined,
        co_await api.invitations.join(
            std::move(secret), std::move(person.user), request.peer, request.deadline
        )
    );
    co_return joined_response(joined);
}

}  // namespace

void mount_invitations(net::Router& router, const IdentityApi& api) {
    const std::string tenant = "/api/v1/tenants/{tenant_id}/invitations";
    const net::Routes routes{router, api};
    routes.add(net::Method::get, tenant, get_invitations);
    routes.add(net::Method::post, tenant, post_invitation);
    routes.add(net::Method::del, tenant + "/{invitation_id}", delete_invitation);
    routes.add(net::Method::post, "/api/v1/invitations/acceptance", post_acceptance);
    routes.add(net::Method::post, "/api/v1/me/memberships", post_membership);
}

}  // namespace accubooks::identity
