#include <array>

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "launch/change_api.h"
#include "launch/execution_json.h"
#include "launch/internal/requests.h"
#include "net/body_fields.h"
#include "net/body_member.h"

namespace accubooks::launch {
namespace {

using base::Result;
using base::Task;
using net::Request;
using net::Response;
using Wish = ExecutionBook::Wish;

Task<Result<Response>> get_executions(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_TRY(change, co_await change_of(api, request));
    const auto listed = co_await api.executions.list(change.number, request.deadline);
    base::JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const ExecutionBook::Listed& one : listed) {
        if (one.attempt) {
            write_execution(json, *one.attempt);
        } else {
            write_unreadable(json, one.row, one.attempt.error().detail);
        }
    }
    json.end_array().member("next", nullptr).end_object();
    co_return Response::json(200, std::move(json).take());
}

Task<Result<Response>> get_execution(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_CHECK(request.allow_query({}));
    AB_CO_TRY(number, request.path_id("execution"));
    AB_CO_TRY(attempt, co_await api.executions.find(number, request.deadline));
    co_return Response::json(200, history_json(attempt));
}

Task<Result<Response>> get_view(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_CHECK(request.allow_query({}));
    AB_CO_TRY(number, request.path_id("execution"));
    AB_CO_TRY(view, co_await api.views.look(number, request.deadline));
    co_return Response::json(200, std::move(view));
}

constexpr std::array kMembersOfStart{
    net::MemberOfCode{"launch.bad_time_scale", "/time_scale"},
    net::MemberOfCode{"launch.reason_missing", "/override_window"},
};

Task<Result<Response>> post_execution(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_TRY(sent, sent_by(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{sent.body, "", wrong};
    // Said each time, so that no request starts the real thing by leaving something out.
    ExecutionBook::Wanted wanted{
        .is_rehearsal = fields.optional_truth("rehearsal").value_or(false)
    };
    if (fields.optional_value("rehearsal") == nullptr) {
        fields.breach("rehearsal", "true or false");
    }
    if (wanted.is_rehearsal) {
        wanted.time_scale = fields.id("time_scale");
        if (wanted.time_scale == 1) {
            fields.breach("time_scale", "at least 2: a rehearsal is faster than the real thing");
        }
    }
    wanted.override_window = fields.optional_text("override_window");
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    AB_CO_TRY(
        asked,
        co_await asked_by(api, std::move(actor), request, std::move(sent.canonical), "executions")
    );
    auto started = co_await api.executions.start(
        std::move(asked.writer), asked.change, std::move(wanted), request.deadline
    );
    AB_CO_TRY(written, net::at_members(std::move(started), kMembersOfStart));
    co_return co_await answer(api, std::move(written), request.deadline);
}

std::optional<Wish> wish_named(std::string_view name) {
    constexpr std::array kWishes{
        std::pair{std::string_view{"pause"}, Wish::pause},
        std::pair{std::string_view{"rollback"}, Wish::rollback},
        std::pair{std::string_view{"abort"}, Wish::abort},
        std::pair{std::string_view{"resume"}, Wish::resume},
        std::pair{std::string_view{"resolve"}, Wish::resolve},
    };
    for (const auto& [wish_name, wish] : kWishes) {
        if (wish_name == name) {
            return wish;
        }
    }
    return std::nullopt;
}

constexpr std::array kMembersOfIntent{net::MemberOfCode{"launch.reason_missing", "/reason"}};

Task<Result<Response>> post_intent(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_TRY(sent, sent_by(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{sent.body, "", wrong};
    const auto wish = wish_named(fields.text("intent"));
    if (!wish) {
        fields.breach("intent", "pause, rollback, abort, resume or resolve");
    }
    std::string reason = fields.text("reason");
    fields.refuse_unknown();
    AB_CO_CHECK(refuse_breaches(std::move(wrong)));
    AB_CO_TRY(
        asked,
        co_await asked_by(api, std::move(actor), request, std::move(sent.canonical), "intents")
    );
    auto acted = co_await api.executions.act(
        std::move(asked.writer), asked.change, *wish, std::move(reason), request.deadline
    );
    AB_CO_TRY(written, net::at_members(std::move(acted), kMembersOfIntent));
    co_return co_await answer(api, std::move(written), request.deadline);
}

}  // namespace

void mount_executions(net::Router& router, LaunchApi api) {
    using net::Method;
    const std::string change = "/api/v1/launch/changes/{change}";
    const Routes routes{router, api};
    routes.add(Method::get, change + "/executions", get_executions);
    routes.add(Method::post, change + "/executions", post_execution);
    routes.add(Method::post, change + "/intents", post_intent);
    routes.add(Method::get, "/api/v1/launch/executions/{execution}", get_execution);
    routes.add(Method::get, "/api/v1/launch/executions/{execution}/view", get_view);
}

}  // namespace accubooks::launch
