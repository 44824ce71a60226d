#include "app/config_command.h"

#include <fmt/format.h>

#include "app/config_output.h"
#include "app/run.h"
#include "app/startup.h"
#include "base/json_writer.h"
#include "ops/change.h"
#include "ops/revision_store.h"

namespace accubooks::app {
namespace {

using base::Result;
using base::Task;
using ops::Standing;

/// How long one question to the database may take.
base::Deadline soon() {
    return base::deadline_in(std::chrono::seconds{30});
}

template <class T>
int refused(const Result<T>& result) {
    complain(result.error());
    return kExitRefused;
}

void print(base::JsonWriter& json) {
    fmt::print("{}\n", std::move(json).take());
}

class ConfigCommand {
public:
    ConfigCommand(Workbench& workbench, const ConfigOptions& options)
        : workbench_{workbench}, options_{options} {}

    Task<int> run() {
        lease_ = co_await workbench_.ops().acquire(soon());
        using Act = ConfigOptions::Act;
        switch (options_.act) {
            case Act::get:
                co_return co_await get();
            case Act::set:
                co_return co_await set();
            case Act::diff:
                co_return co_await diff();
            case Act::history:
                co_return co_await history();
            case Act::reload:
                co_return co_await reload();
            case Act::rollback:
                co_return co_await rollback();
            case Act::confirm:
                co_return co_await confirm();
        }
        std::unreachable();
    }

private:
    pg::Connection& database() { return *lease_; }

    Task<int> set() {
        ops::Proposal proposal{.values = {}, .author = {}, .reason = {}};
        for (const auto& [key, text] : options_.assignments) {
            const auto setting = ops::setting_of(key);
            if (!setting) {
                co_return refused(setting);
            }
            auto value = ops::parse_value(**setting, text);
            if (!value) {
                co_return refused(value);
            }
            proposal.values.insert_or_assign(key, std::move(*value));
        }
        co_return co_await change(std::move(proposal), options_.reason);
    }

    Result<ops::GivenValues> read_file() const {
        const auto file = settings_file(options_.database, options_.config);
        if (!file) {
            return base::refuse(
                base::ErrorKind::not_found,
                "settings.no_file",
                "There is no settings file; name one with --config."
            );
        }
        return ops::read_settings_file(*file);
    }

    Task<int> reload() {
        const auto given = read_file();
        if (!given) {
            co_return refused(given);
        }
        const std::string reason = options_.reason.empty() ? "reload" : options_.reason;
        co_return co_await change(ops::proposal_of(*given), reason);
    }

    Task<int> rollback() {
        const auto to =
            options_.revisions.empty() ? std::optional<std::int64_t>{} : options_.revisions.front();
        auto proposal = co_await ops::rollback_to(database(), to, soon());
        if (!proposal) {
            co_return refused(proposal);
        }
        co_return co_await change(std::move(*proposal), options_.reason);
    }

    Task<int> change(ops::Proposal proposal, std::string reason) {
        proposal.author = command_line_actor();
        proposal.reason = std::move(reason);
        proposal.confirm_within = options_.within;
        if (options_.parent) {
            proposal.parent = options_.parent;
        }
        const auto made = co_await ops::propose(database(), std::move(proposal), soon());
        if (!made) {
            co_return refused(made);
        }
        say(made->is_new
                ? fmt::format(
                      "Revision {}: {}.",
                      made->revision.number,
                      made->changes.empty() ? "the same values, for good"
                                            : ops::to_string(made->changes)
                  )
                : fmt::format(
                      "Nothing to change: revision {} says so already.", made->revision.number
                  ));
        co_return co_await wait_for_all(*made);
    }

    Task<int> wait_for_all(const ops::Proposed& made) {
        const base::Deadline patience = base::deadline_in(options_.patience);
        const base::Deadline deadline = patience + std::chrono::seconds{30};
        const ops::Progress progress =
            co_await ops::await_answers(database(), made.revision, patience, deadline);
        std::optional<ops::Revision> newest;
        if (!progress.is_complete()) {
            newest = co_await settled(made.revision, patience, deadline);
        }
        if (options_.json) {
            print_change(made, progress);
        }
        tell_missing(progress);
        if (newest) {
            complain(
                {.kind = base::ErrorKind::conflict,
                 .code = {},
                 .detail = why_incomplete(made.revision, progress, *newest)}
            );
            co_return kExitRefused;
        }
        tell_done(made.revision, progress);
        co_return kExitDone;
    }

    /// The newest revision, after the instances have had time for one that puts `refused_one` back.
    Task<ops::Revision> settled(
        ops::Revision refused_one, base::Deadline patience, base::Deadline deadline
    ) {
        const auto sight = co_await ops::look(database(), deadline);
        base::ensure(sight.has_value(), "revisions are never deleted");
        if (sight->newest.number != refused_one.number) {
            co_await ops::await_answers(database(), sight->newest, patience, deadline);
        }
        co_return sight->newest;
    }

    void tell_done(const ops::Revision& revision, const ops::Progress& progress) const {
        if (options_.json) {
            return;
        }
        const std::size_t count = progress.count(Standing::accepted);
        if (count == 0) {
            fmt::print(
                "Revision {} is recorded; no instance is live, the next start takes it.\n",
                revision.number
            );
            return;
        }
        fmt::print(
            "Revision {} is in force on {} instance{}.\n",
            revision.number,
            count,
            count == 1 ? "" : "s"
        );
        if (revision.confirm_within) {
            fmt::print(
                "Unless accubooks config confirm comes within {} s, they go back.\n",
                revision.confirm_within->count() / 1000
            );
        }
    }

    static void print_change(const ops::Proposed& made, const ops::Progress& progress) {
        base::JsonWriter json;
        json.begin_object();
        write_revision(json, made.revision);
        json.member("is_new", made.is_new).member("complete", progress.is_complete());
        write_changes(json, made.changes);
        write_instances(json, progress);
        json.end_object();
        print(json);
    }

    Task<int> confirm() {
        const auto number =
            co_await ops::confirm(database(), options_.within, command_line_actor(), soon());
        if (!number) {
            co_return refused(number);
        }
        if (options_.json) {
            base::JsonWriter json;
            json.begin_object().member("revision", *number);
            json.member("confirmed", !options_.within).end_object();
            print(json);
        } else {
            fmt::print("Revision {} is {}.\n", *number, options_.within ? "renewed" : "confirmed");
        }
        co_return kExitDone;
    }

    Task<int> get() {
        for (const std::string& key : options_.keys) {
            if (const auto setting = ops::setting_of(key); !setting) {
                co_return refused(setting);
            }
        }
        const auto sources = read_sources(settings_file(options_.database, options_.config));
        if (!sources) {
            co_return refused(sources);
        }
        auto values = ops::starting_values(*sources);
        if (!values) {
            co_return refused(values);
        }
        const auto sight = co_await ops::look(database(), soon());
        auto live = sight ? ops::values_of(sight->newest) : ops::seed_values(*sources);
        if (!live) {
            co_return refused(live);
        }
        values->merge(*live);
        if (options_.json) {
            co_await print_settings(*values, sight);
        } else if (options_.keys.size() == 1) {
            fmt::print("{}\n", ops::to_string(values->at(options_.keys.front())));
        } else {
            print_settings(*values, *sources, sight);
        }
        co_return kExitDone;
    }

    bool is_wanted(const std::string& key) const {
        return options_.keys.empty() ||
               std::ranges::find(options_.keys, key) != options_.keys.end();
    }

    void print_settings(
        const ops::Values& values,
        const ops::Sources& sources,
        const std::optional<ops::Sight>& sight
    ) const {
        const auto where = [&](const std::string& key) -> std::string {
            if (ops::find_setting(key)->takes == ops::Takes::live && sight) {
                return fmt::format("revision {}", sight->newest.number);
            }
            for (const auto* given : {&sources.environment, &sources.file}) {
                if (const auto found = given->find(key); found != given->end()) {
                    return found->second.where;
                }
            }
            return "default";
        };
        for (const auto& [key, value] : values) {
            if (is_wanted(key)) {
                fmt::print("{} = {} ({})\n", key, ops::to_string(value), where(key));
            }
        }
    }

    Task<void> print_settings(ops::Values values, std::optional<ops::Sight> sight) {
        base::JsonWriter json;
        json.begin_object();
        if (sight) {
            write_revision(json, sight->newest);
            const auto left = sight->lease ? std::optional{sight->lease->left.count()}
                                           : std::optional<std::int64_t>{};
            json.member("confirm_within_ms", left);
            write_instances(json, co_await ops::progress(database(), sight->newest, soon()));
        } else {
            json.member("revision", nullptr);
        }
        std::erase_if(values, [this](const auto& one) { return !is_wanted(one.first); });
        json.key("settings").raw(ops::to_json(values)).end_object();
        print(json);
    }

    Task<Result<ops::Revision>> revision(std::int64_t number) {
        auto found = co_await ops::revision(database(), number, soon());
        if (!found) {
            co_return base::refuse(
                base::ErrorKind::not_found,
                "settings.no_revision",
                fmt::format("There is no revision {}.", number)
            );
        }
        co_return std::move(*found);
    }

    /// Both sides of a diff: {name, values} each.
    using Side = std::pair<std::string, ops::Values>;

    Task<Result<Side>> side(std::int64_t number) {
        AB_CO_TRY(found, co_await revision(number));
        AB_CO_TRY(values, ops::values_of(found));
        co_return Side{fmt::format("revision {}", number), std::move(values)};
    }

    Task<Result<std::pair<Side, Side>>> sides() {
        const auto sight = co_await ops::look(database(), soon());
        const std::int64_t newest = sight ? sight->newest.number : 0;
        if (options_.revisions.empty()) {
            AB_CO_TRY(live, co_await side(newest));
            AB_CO_TRY(file, read_file());
            AB_CO_TRY(wanted, ops::with_live(live.second, file));
            co_return std::pair{std::move(live), Side{"file", std::move(wanted)}};
        }
        AB_CO_TRY(before, co_await side(options_.revisions.front()));
        AB_CO_TRY(
            after,
            co_await side(options_.revisions.size() == 2 ? options_.revisions.back() : newest)
        );
        co_return std::pair{std::move(before), std::move(after)};
    }

    Task<int> diff() {
        const auto found = co_await sides();
        if (!found) {
            co_return refused(found);
        }
        const auto& [before, after] = *found;
        const auto changes = ops::differences(before.second, after.second);
        if (options_.json) {
            base::JsonWriter json;
            json.begin_object().member("from", before.first).member("to", after.first);
            write_changes(json, changes);
            json.end_object();
            print(json);
            co_return kExitDone;
        }
        for (const ops::Difference& one : changes) {
            fmt::print("{}\n", ops::to_string({one}));
        }
        say(fmt::format(
            "{} and {} {}.", before.first, after.first, changes.empty() ? "say the same" : "differ"
        ));
        co_return kExitDone;
    }

    Task<int> history() {
        auto revisions = co_await ops::history(database(), options_.limit, soon());
        const auto broken = ops::first_broken(revisions);
        base::JsonWriter json;
        json.begin_object().key("revisions").begin_array();
        const auto shown = std::min(revisions.size(), static_cast<std::size_t>(options_.limit));
        for (std::size_t i = 0; i < shown; ++i) {
            const bool has_parent = i + 1 < revisions.size();
            const auto changes = ops::differences(
                has_parent ? readable(revisions[i + 1]) : ops::Values{}, readable(revisions[i])
            );
            if (options_.json) {
                json.begin_object();
                write_revision(json, revisions[i]);
                write_changes(json, changes);
                json.end_object();
            } else {
                fmt::print("{}\n", to_line(revisions[i], changes));
            }
        }
        json.end_array().member("first_broken", broken).end_object();
        if (options_.json) {
            print(json);
        }
        if (broken) {
            complain(
                {.kind = base::ErrorKind::conflict,
                 .code = {},
                 .detail = fmt::format(
                     "Revision {} isn't what was recorded: its digest differs. Somebody changed "
                     "the table; compare it with a backup.",
                     *broken
                 )}
            );
        }
        co_return broken ? kExitRefused : kExitDone;
    }

    /// The values; of a newer program's, which this one can't read, none, and it is said.
    static ops::Values readable(const ops::Revision& revision) {
        auto values = ops::values_of(revision);
        if (!values) {
            say(fmt::format("Revision {}: {}", revision.number, values.error().detail));
            return {};
        }
        return std::move(*values);
    }

    Workbench& workbench_;
    const ConfigOptions& options_;
    pg::Lease lease_;
};

}  // namespace

int run_config(Workbench& workbench, const ConfigOptions& options) {
    ConfigCommand command{workbench, options};
    return run(workbench.io(), command.run());
}

}  // namespace accubooks::app
