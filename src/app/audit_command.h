#pragma once

#include "app/options.h"
#include "app/workbench.h"

namespace accubooks::app {

/// `accubooks audit …` but for reopen; the exit code.
int run_audit(const AuditOptions& options);

/// Goes on with the audit log under its next origin, after the database was set back on purpose;
/// that origin. Its folder is that of the settings file. Errors: those of audit::Log::reopen and of
/// ops/sources.h.
base::Result<std::string> reopen_log(
    Workbench& workbench, const std::optional<std::filesystem::path>& config, std::string reason
);

/// `accubooks audit reopen`
int reopen_audit(Workbench& workbench, const AuditReopenOptions& options);

}  // namespace accubooks::app
