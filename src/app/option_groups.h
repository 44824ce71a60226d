#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "app/options.h"

namespace CLI {
class App;
}

namespace accubooks::app {

/// Options that many commands take. What they fill outlives the parsing.

/// --data-dir and --database-url.
void add_database(CLI::App& command, DatabaseOptions& options);

/// --config
void add_config(CLI::App& command, std::optional<std::filesystem::path>& config);

/// An option that is a day, YYYY-MM-DD.
void add_date(
    CLI::App& command,
    const std::string& name,
    std::optional<base::Date>& date,
    const std::string& help
);

/// --tag, several times: an entry has all of them.
void add_tags(CLI::App& command, std::map<std::string, std::string>& tags);

/// A time such as 10m, 30s or 500ms, up to a week.
void add_duration(
    CLI::App& command,
    const std::string& name,
    std::chrono::milliseconds& duration,
    const std::string& help
);
void add_duration(
    CLI::App& command,
    const std::string& name,
    std::optional<std::chrono::milliseconds>& duration,
    const std::string& help
);

inline constexpr const char* kTenantHelp = "number of the tenant";
inline constexpr const char* kChangeHelp =
    "the phase, phase1, for its newest change, or the change's name, CHG-0001";

/// Takes the command that was chosen, with what was read for it.
using Choose = std::function<void(Command)>;

/// audit (audit_command.cpp).
void declare_audit(CLI::App& program, const Choose& choose);
/// key (key_command.cpp).
void declare_key(CLI::App& program, const Choose& choose);
/// Of launch: bootstrap-admin, grant, revoke-role, confirm and roles (role_command.cpp).
void declare_roles(CLI::App& launch, const Choose& choose);
void declare_attestation(CLI::App& launch, const Choose& choose);
/// Of launch: what is asked for and decided (launch_options.cpp).
void declare_changes(CLI::App& launch, const Choose& choose);
/// Of launch: how an execution is followed, and its report (launch_follow_options.cpp).
void declare_following(CLI::App& launch, const Choose& choose);
/// incident (launch_options.cpp).
void declare_incidents(CLI::App& program, const Choose& choose);

/// attachment (attachment_command.cpp).
void declare_attachments(CLI::App& program, const Choose& choose);
/// batch and mapping (batch_command.cpp).
void declare_batches(CLI::App& program, const Choose& choose);
/// completion, of all that is declared when it is asked for (completion.cpp).
void declare_completion(CLI::App& program, const Choose& choose);
/// draft (draft_command.cpp).
void declare_drafts(CLI::App& program, const Choose& choose);
/// export (export_command.cpp).
void declare_export(CLI::App& program, const Choose& choose);
/// journal (journal_command.cpp).
void declare_journal(CLI::App& program, const Choose& choose);
/// period, year and tenant calendar (period_command.cpp).
void declare_periods(CLI::App& program, const Choose& choose);
/// report (report_command.cpp).
void declare_reports(CLI::App& program, const Choose& choose);

/// token and invitation (access_command.cpp).
void declare_access(CLI::App& program, const Choose& choose);
/// tenant, user and session (people_options.cpp).
void declare_people(CLI::App& program, const Choose& choose);

}  // namespace accubooks::app
