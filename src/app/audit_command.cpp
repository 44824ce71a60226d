#include "app/audit_command.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/option_groups.h"
#include "app/remote.h"
#include "app/run.h"
#include "app/secret_input.h"
#include "app/startup.h"
#include "audit/bundle_verifier.h"
#include "audit/log.h"
#include "audit/proof.h"
#include "audit/witness.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "identity/key_file.h"

namespace accubooks::app {
namespace {

using base::Result;
using Act = AuditOptions::Act;

constexpr const char* kAudit = "/api/v1/launch/audit";

std::string text_of(const boost::json::value& answer, std::string_view name) {
    const auto* object = answer.if_object();
    const auto* value = object != nullptr ? object->if_contains(name) : nullptr;
    return value != nullptr && value->is_string() ? std::string{value->get_string()}
                                                  : std::string{};
}

Result<std::string> text_from(Remote& remote, std::string target) {
    AB_TRY(answer, remote.send({.target = std::move(target), .repeatable = true}));
    return std::move(answer.body);
}

std::unexpected<base::Error> bad_answer() {
    return base::refuse(
        base::ErrorKind::unknown_outcome,
        "app.bad_answer",
        "The server's answer isn't about an audit log; is --url that of AccuBooks?"
    );
}

/// The key of the newest log, as the server tells it.
Result<audit::VerifierKey> log_key_of(const boost::json::value& view) {
    const auto* object = view.if_object();
    const auto* logs = object != nullptr ? object->if_contains("logs") : nullptr;
    if (logs == nullptr || !logs->is_array() || logs->get_array().empty() ||
        !logs->get_array().back().is_string()) {
        return bad_answer();
    }
    AB_TRY(key, audit::VerifierKey::parse(std::string_view{logs->get_array().back().get_string()}));
    if (key.name != text_of(view, "origin")) {
        return bad_answer();
    }
    return key;
}

/// Leaves as lines: number, time, actor, action and object.
Result<void> print_leaves(const boost::json::value& answer) {
    const auto* object = answer.if_object();
    const auto* leaves = object != nullptr ? object->if_contains("leaves") : nullptr;
    if (leaves == nullptr || !leaves->is_array()) {
        return bad_answer();
    }
    for (const auto& each : leaves->get_array()) {
        AB_TRY(leaf, audit::Leaf::parse(text_of(each, "entry")));
        fmt::print(
            "{:>6}  {}  {}  {}  {}\n",
            leaf.seq,
            base::to_rfc3339(leaf.time),
            base::printable(leaf.action),
            base::printable(leaf.object),
            base::printable(leaf.actor)
        );
    }
    return {};
}

Result<void> show(const AuditOptions& options) {
    AB_TRY(remote, Remote::open(options.remote));
    if (options.from) {
        AB_TRY(
            leaves,
            remote->get(
                fmt::format("{}/leaves?from={}&limit={}", kAudit, *options.from, options.limit)
            )
        );
        if (options.json) {
            fmt::print("{}\n", boost::json::serialize(leaves));
            return {};
        }
        return print_leaves(leaves);
    }
    AB_TRY(view, remote->get(kAudit));
    if (options.json) {
        fmt::print("{}\n", boost::json::serialize(view));
        return {};
    }
    AB_TRY(key, log_key_of(view));
    const auto& about = view.as_object();
    fmt::print(
        "log        {}\nentries    {}, of which {} are signed\nwitnesses  {}\n\n{}",
        to_string(key),
        boost::json::serialize(about.at("size")),
        boost::json::serialize(about.at("signed_size")),
        about.at("witnesses").as_array().size(),
        text_of(view, "checkpoint")
    );
    return {};
}

Result<void> anchor(const AuditOptions& options) {
    AB_TRY(remote, Remote::open(options.remote));
    net::ClientRequest request{
        .method = net::Method::post, .target = fmt::format("{}/anchors", kAudit)
    };
    AB_TRY(sent, remote->send(std::move(request)));
    AB_TRY(answer, base::parse_json(sent.body));
    if (options.json) {
        fmt::print("{}\n", boost::json::serialize(answer));
        return {};
    }
    AB_TRY(leaf, audit::Leaf::parse(text_of(answer, "entry")));
    fmt::print(
        "The heads of all ledgers are leaf {} of the audit log, digest {}.\n",
        leaf.seq,
        leaf.object_digest ? base::to_hex(*leaf.object_digest) : "none"
    );
    return {};
}

Result<void> witness(const AuditOptions& options) {
    AB_TRY(file, identity::KeyFile::read(options.key));
    AB_TRY(passphrase, read_secret("Passphrase", options.passphrase_file));
    AB_TRY(key, file.open(passphrase));
    AB_TRY(remote, Remote::open(options.remote));
    AB_TRY(view, remote->get(kAudit));
    AB_TRY(log, log_key_of(view));
    if (options.policy) {
        AB_TRY(policy, audit::read_policy(*options.policy));
        const auto* trusted = policy.find_log(log.name);
        if (trusted == nullptr || *trusted != log) {
            return base::refuse(
                base::ErrorKind::conflict, "audit.other_key", "The policy trusts another log's key."
            );
        }
    }
    audit::WitnessBook book{options.state.value_or(options.key + ".seen")};
    AB_TRY(seen, book.seen(log.name));
    AB_TRY(text, text_from(*remote, fmt::format("{}/consistency?from={}", kAudit, seen)));
    AB_TRY(proof, audit::ConsistencyProof::parse(text));
    const base::SystemClock clock;
    AB_TRY(signature, book.cosign(proof, log, options.name, key, clock.now()));
    const audit::VerifierKey witness{
        .name = options.name, .type = audit::KeyType::cosignature, .key = key.public_key()
    };
    const auto& checkpoint = proof.checkpoint.checkpoint;
    base::JsonWriter body;
    body.begin_object()
        .member("origin", checkpoint.origin)
        .member("size", checkpoint.tree.size)
        .member("witness", to_string(witness))
        .member("signature", to_string(signature))
        .end_object();
    AB_TRY(answer, remote->post(fmt::format("{}/cosignatures", kAudit), std::move(body).take()));
    fmt::print(
        "Cosigned {} entries of {} (before: {}) as {}.\n",
        checkpoint.tree.size,
        base::printable(checkpoint.origin),
        seen,
        to_string(witness)
    );
    return {};
}

void print_attempt(const audit::ProvenAttempt& attempt) {
    const audit::Manifest& manifest = attempt.manifest;
    fmt::print(
        "{} revision {}, attempt {}{}: {}\n  {} files, {} leaves of {}, began {}\n",
        base::printable(manifest.head.change),
        manifest.head.revision,
        manifest.head.attempt,
        manifest.head.rehearsal ? " (a rehearsal)" : "",
        base::printable(manifest.outcome),
        manifest.files.size(),
        attempt.leaves.size(),
        base::printable(manifest.audit.origin),
        base::to_rfc3339(attempt.executed_at)
    );
    for (const audit::ProvenDecision& decision : attempt.decisions) {
        fmt::print(
            "  {} by {} as {}, {}\n",
            base::printable(decision.decision),
            base::printable(decision.name),
            base::printable(decision.role),
            base::to_rfc3339(decision.at)
        );
    }
    for (const audit::MissingEntry& missing : manifest.missing) {
        fmt::print(
            "  missing: {} ({})\n", base::printable(missing.what), base::printable(missing.reason)
        );
    }
    fmt::print(
        "  {}\n",
        attempt.witnesses.empty()
            ? std::string{"UNWITNESSED: nobody outside the server has cosigned"}
            : fmt::format("witnessed by {}", fmt::join(attempt.witnesses, ", "))
    );
}

void write(base::JsonWriter& json, const audit::ProvenAttempt& attempt) {
    const audit::Manifest& manifest = attempt.manifest;
    json.begin_object();
    json.member("change", manifest.head.change).member("revision", manifest.head.revision);
    json.member("revision_digest", base::to_hex(manifest.head.revision_digest));
    json.member("attempt", manifest.head.attempt).member("rehearsal", manifest.head.rehearsal);
    json.member("outcome", manifest.outcome);
    json.member("began_at", base::to_rfc3339(attempt.executed_at));
    json.member("files", manifest.files.size()).member("leaves", attempt.leaves.size());
    json.key("decisions").begin_array();
    for (const audit::ProvenDecision& decision : attempt.decisions) {
        json.begin_object();
        json.member("decision", decision.decision).member("role", decision.role);
        json.member("user", decision.user).member("name", decision.name);
        json.member("at", base::to_rfc3339(decision.at));
        json.end_object();
    }
    json.end_array().key("missing").begin_array();
    for (const audit::MissingEntry& missing : manifest.missing) {
        json.begin_object()
            .member("what", missing.what)
            .member("reason", missing.reason)
            .end_object();
    }
    json.end_array().key("witnesses").begin_array();
    for (const std::string& name : attempt.witnesses) {
        json.value(name);
    }
    json.end_array().end_object();
}

/// What is proven, or what is wrong, also as JSON.
int tell(
    const AuditOptions& options,
    const std::string& fingerprint,
    const Result<std::vector<audit::ProvenAttempt>>& proven
) {
    if (options.json) {
        base::JsonWriter json;
        json.begin_object().member("verified", proven.has_value());
        json.member("policy_fingerprint", fingerprint);
        json.member("problem", proven ? std::nullopt : std::optional{proven.error().detail});
        json.key("attempts").begin_array();
        if (proven) {
            for (const audit::ProvenAttempt& attempt : *proven) {
                write(json, attempt);
            }
        }
        json.end_array().end_object();
        fmt::print("{}\n", std::move(json).take());
    }
    if (!proven) {
        complain(proven.error());
        return kExitNotVerified;
    }
    if (!options.json) {
        fmt::print("policy {}\n", fingerprint);
        for (const audit::ProvenAttempt& attempt : *proven) {
            print_attempt(attempt);
        }
        fmt::print("Verified.\n");
    }
    return kExitDone;
}

int verify(const AuditOptions& options) {
    const auto policy = audit::read_policy(*options.policy);
    if (!policy) {
        return tell(options, "", std::unexpected(policy.error()));
    }
    const std::string fingerprint = base::to_hex(audit::fingerprint(*policy));
    if (options.fingerprint && *options.fingerprint != fingerprint) {
        return tell(
            options,
            fingerprint,
            base::refuse(
                base::ErrorKind::invalid,
                "audit.not_verified",
                fmt::format("The policy's fingerprint is {}, not the one demanded.", fingerprint)
            )
        );
    }
    return tell(options, fingerprint, audit::verify_evidence(options.bundle, *policy));
}

int finish(const Result<void>& done) {
    if (done) {
        return kExitDone;
    }
    const bool disproven = done.error().code == "audit.not_consistent" ||
                           done.error().code == "audit.bad_signature" ||
                           done.error().code == "audit.other_key";
    return disproven ? (complain(done.error()), kExitNotVerified) : fail_command(done.error());
}

}  // namespace

void declare_audit(CLI::App& program, const Choose& choose) {
    CLI::App* audit =
        program.add_subcommand("audit", "the audit log and evidence")->require_subcommand(1);
    const auto add_act = [&](Act act, const char* name, const char* help) {
        const auto options = std::make_shared<AuditOptions>();
        options->act = act;
        CLI::App* command = audit->add_subcommand(name, help);
        command->callback([options, choose] { choose(*options); });
        if (act != Act::verify) {
            add_remote(*command, options->remote);
        }
        if (act != Act::witness) {
            command->add_flag("--json", options->json, "as JSON");
        }
        return std::pair{command, options};
    };
    const auto [show_it, shown] =
        add_act(Act::show, "show", "the log's newest checkpoint, or leaves");
    show_it->add_option("--from", shown->from, "print leaves from this number on")
        ->check(CLI::NonNegativeNumber);
    show_it->add_option("--limit", shown->limit, "how many leaves (default: 100)")
        ->check(CLI::Range(1, 1000));

    const auto [verify_it, verified] = add_act(
        Act::verify, "verify", "prove evidence from its files alone: no server, database or network"
    );
    verify_it->add_option("bundle", verified->bundle, "folder of one attempt or of all")
        ->required();
    verify_it->add_option("--policy", verified->policy, "whom you trust: policy.json")->required();
    verify_it->add_option(
        "--policy-fingerprint", verified->fingerprint, "refuse a policy with another fingerprint"
    );

    add_act(Act::anchor, "anchor", "write the heads of all ledgers into the log now");

    const auto [witness_it, witnessed] = add_act(
        Act::witness,
        "witness",
        "cosign the newest checkpoint, on another machine than the server's"
    );
    witness_it->add_option("--key", witnessed->key, "the witness's key, of key create")->required();
    witness_it->add_option(
        "--passphrase-file",
        witnessed->passphrase_file,
        "file with the key's passphrase, - for standard input (default: prompt or standard input)"
    );
    witness_it->add_option("--name", witnessed->name, "its name, such as witness.example/w1")
        ->required();
    witness_it->add_option(
        "--state", witnessed->state, "folder of what was cosigned (default: KEY.seen)"
    );
    witness_it->add_option("--policy", witnessed->policy, "take the log's key from this policy");

    const auto reopened = std::make_shared<AuditReopenOptions>();
    CLI::App* reopen = audit->add_subcommand(
        "reopen", "go on under a new origin, after the database was restored on purpose"
    );
    add_database(*reopen, reopened->database);
    add_config(*reopen, reopened->config);
    reopen->add_option("--reason", reopened->reason, "why, for everybody who verifies")->required();
    reopen->callback([reopened, choose] { choose(*reopened); });
}

int run_audit(const AuditOptions& options) {
    switch (options.act) {
        case Act::show:
            return finish(show(options));
        case Act::verify:
            return verify(options);
        case Act::anchor:
            return finish(anchor(options));
        case Act::witness:
            break;
    }
    return finish(witness(options));
}

Result<std::string> reopen_log(
    Workbench& workbench, const std::optional<std::filesystem::path>& config, std::string reason
) {
    AB_TRY(sources, read_sources(config));
    AB_TRY(values, ops::starting_values(sources));
    const auto folder =
        own_folder(ops::text_of(values, "audit.directory"), workbench.data_dir(), "audit");
    const telemetry::Log log{workbench.clock(), telemetry::Level::error};
    audit::Log audit_log{{
        .on = workbench.io().get_executor(),
        .ops = workbench.ops(),
        .clock = workbench.clock(),
        .log = log,
        .folder = folder.empty() ? std::nullopt : std::optional{folder},
    }};
    AB_TRY(
        opened,
        run(workbench.io(),
            audit_log.reopen(command_line_actor(), std::move(reason), command_deadline()))
    );
    return opened.proof.checkpoint.checkpoint.origin;
}

int reopen_audit(Workbench& workbench, const AuditReopenOptions& options) {
    const auto origin =
        reopen_log(workbench, settings_file(options.database, options.config), options.reason);
    if (!origin) {
        return fail_command(origin.error());
    }
    fmt::print(
        "The audit log goes on as {}; the policy is written anew by the next start, and its new "
        "fingerprint is told.\n",
        *origin
    );
    return kExitDone;
}

}  // namespace accubooks::app
