#include "ops/backup_repository.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/utf8.h"
#include "pg/failure.h"
#include "pg/local_cluster.h"
#include "pg/server_command.h"

namespace accubooks::ops {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::refuse;

namespace {

constexpr const char* kProgram = "/usr/bin/pgbackrest";
constexpr const char* kStanza = "accubooks";
constexpr std::size_t kReasonMax = 600;

/// As a shell takes a word whatever is in it; PostgreSQL's own marks doubled.
std::string shell_word(const std::string& text) {
    std::string word = "'";
    for (const char character : text) {
        word += character == '\'' ? "'\\''" : std::string(character == '%' ? 2 : 1, character);
    }
    return word + '\'';
}

/// pgBackRest puts the value into a configuration between quotes as it is.
std::string in_quotes(const std::string& value) {
    std::string text;
    for (const char character : value) {
        text += std::string(character == '\'' ? 2 : 1, character);
    }
    return text;
}

/// The share in "… backup file /x (1.2MB, 12.34%) …".
std::optional<double> share_in(std::string_view line) {
    const auto end = line.rfind("%)");
    const auto begin = end == std::string_view::npos ? end : line.rfind(' ', end);
    if (begin == std::string_view::npos) {
        return std::nullopt;
    }
    double percent = 0;
    const auto [stopped, error] =
        std::from_chars(line.data() + begin + 1, line.data() + end, percent);
    return error == std::errc{} && stopped == line.data() + end ? std::optional{percent / 100}
                                                                : std::nullopt;
}

/// What pgBackRest says went wrong, without what it printed before.
std::string reason_in(const std::string& output) {
    const auto at = output.find("ERROR: ");
    std::string reason = at == std::string::npos ? output : output.substr(at + 7);
    // "[050]: unable to …"
    if (reason.size() > 7 && reason[0] == '[' && reason[4] == ']') {
        reason.erase(0, 7);
    }
    // What follows the error's own text are the lines of the command's end.
    reason = reason.substr(0, std::min(reason.find("INFO: "), reason.find("P00 ")));
    while (!reason.empty() && (reason.back() == '\n' || reason.back() == ' ')) {
        reason.pop_back();
    }
    return reason.empty() ? "it doesn't say why" : pg::one_line(reason);
}

base::Error error_of(const std::string& act, const pg::ServerCommandEnd& end) {
    const std::string whole = reason_in(end.output);
    const auto says = [&whole](std::string_view words) {
        return whole.find(words) != std::string::npos;
    };
    const std::string reason = whole.substr(0, base::utf8_prefix(whole.substr(0, kReasonMax)));
    // Which it was is lost where it has tried twice.
    if (says("No space left on device") || says("Disk quota exceeded") || says("FileWriteError")) {
        return {
            .kind = ErrorKind::invalid,
            .code = "backup.disk_full",
            .detail = fmt::format(
                "The disk is full or can't be written to; free some space, or set backup.directory "
                "to another disk: {}.",
                reason
            ),
        };
    }
    if (says("unable to acquire lock")) {
        return {
            .kind = ErrorKind::conflict,
            .code = "backup.busy",
            .detail = "Another backup or restore of these books is under way; wait for its end.",
        };
    }
    if (says("archive_mode must be enabled")) {
        return {
            .kind = ErrorKind::conflict,
            .code = "backup.archiving_off",
            .detail =
                "The database was started by a program that knew no backups; stop accubooks serve "
                "and start it again (a restart without a gap doesn't start the database).",
        };
    }
    if (act == "restore" && (says("checksum") || says("unable to open missing file") ||
                             says("FormatError") || says("decompression"))) {
        return {
            .kind = ErrorKind::conflict,
            .code = "backup.damaged",
            .detail = fmt::format(
                "The backup is damaged ({}); take another one now with accubooks backup run.",
                reason
            ),
        };
    }
    return {
        .kind = ErrorKind::conflict,
        .code = "backup.failed",
        .detail = end.exit_code > 128 ? fmt::format("pgbackrest {} was cut off.", act)
                                      : fmt::format("pgbackrest {} failed: {}.", act, reason),
    };
}

/// PostgreSQL's own form, in UTC.
std::string target_time(base::Instant at) {
    std::string text = base::to_rfc3339(at);
    text[10] = ' ';
    text.pop_back();
    return text + "+00";
}

}  // namespace

BackupRepository::Place BackupRepository::place_of(const fs::path& data_dir, const Values& values) {
    const fs::path folder = fs::absolute(data_dir).lexically_normal();
    return {
        .data_dir = folder,
        .directory = (folder / text_of(values, "backup.directory")).lexically_normal(),
        .keep_full = number_of(values, "backup.keep_full"),
    };
}

base::Result<BackupRepository> BackupRepository::open(Place place) {
    if (!fs::exists(kProgram)) {
        return refuse(
            ErrorKind::not_found,
            "backup.no_pgbackrest",
            fmt::format("pgBackRest isn't installed ({} is missing); install pgbackrest.", kProgram)
        );
    }
    BackupRepository repository{std::move(place)};
    AB_CHECK(repository.write_configuration());
    return repository;
}

fs::path BackupRepository::configuration() const {
    return place_.data_dir / "pgbackrest" / "pgbackrest.conf";
}

base::Result<void> BackupRepository::write_configuration() const {
    AB_TRY(socket_dir, pg::LocalCluster::socket_dir_of(place_.data_dir));
    const fs::path folder = configuration().parent_path();
    AB_CHECK(pg::make_server_folder(folder));
    AB_CHECK(pg::make_server_folder(place_.directory));
    return pg::write_server_file(
        configuration(),
        fmt::format(
            "# Written by accubooks; changes made here are lost.\n"
            "[global]\n"
            "repo1-path={}\n"
            "repo1-retention-full={}\n"
            "compress-type=lz4\n"
            "process-max=2\n"
            "lock-path={}\n"
            "log-level-file=off\n"
            "start-fast=y\n"
            "archive-timeout=60\n"
            "[{}]\n"
            "pg1-path={}\n"
            "pg1-socket-path={}\n"
            "pg1-user=postgres\n",
            place_.directory.string(),
            place_.keep_full,
            (folder / "lock").string(),
            kStanza,
            (place_.data_dir / "postgres").string(),
            socket_dir.string()
        )
    );
}

base::Result<std::string> BackupRepository::run(
    std::vector<std::string> arguments, const OnProgress& on_progress
) const {
    const std::string act = *std::ranges::find_if(arguments, [](const std::string& word) {
        return !word.starts_with("--");
    });
    std::vector<std::string> command{
        kProgram,
        "--config=" + configuration().string(),
        fmt::format("--stanza={}", kStanza),
        "--log-timestamp=n",
        on_progress ? "--log-level-console=detail" : "--log-level-console=warn",
    };
    std::ranges::move(arguments, std::back_inserter(command));
    const auto show = [&on_progress](std::string_view line) {
        if (const auto share = share_in(line)) {
            on_progress(*share);
        }
    };
    AB_TRY(
        end,
        pg::run_as_server(
            std::move(command), on_progress ? std::function<void(std::string_view)>{show} : nullptr
        )
    );
    if (end.exit_code != 0) {
        return std::unexpected(error_of(act, end));
    }
    return std::move(end.output);
}

/// What PostgreSQL hands to a shell for each segment of its log; it knows no other way.
std::string BackupRepository::shell_line(std::string_view options_and_command) const {
    return fmt::format(
        "{} {} --stanza={} --log-level-console=off --log-level-stderr=warn {}",
        kProgram,
        shell_word("--config=" + configuration().string()),
        kStanza,
        options_and_command
    );
}

base::Result<void> BackupRepository::archive() const {
    return pg::LocalCluster::archive_by(place_.data_dir, shell_line("archive-push %p"));
}

base::Result<void> BackupRepository::withhold_log() const {
    return pg::LocalCluster::archive_by(place_.data_dir, "/bin/false");
}

base::Result<void> BackupRepository::stop_archiving(const fs::path& data_dir) {
    return pg::LocalCluster::archive_by(data_dir, std::nullopt);
}

base::Result<void> BackupRepository::make_stanza() const {
    AB_TRY(made, run({"stanza-create"}));
    AB_CHECK(archive());
    // Sends a segment through, and waits until it is in the repository. The server may take a
    // moment to read its configuration again.
    auto checked = run({"--archive-timeout=10", "check"});
    if (!checked && checked.error().code == "backup.failed") {
        checked = run({"check"});
    }
    AB_CHECK(checked);
    return {};
}

base::Result<BackupSet> BackupRepository::take(const OnProgress& on_progress) const {
    AB_CHECK(make_stanza());
    AB_TRY(done, run({"--type=full", "backup"}, on_progress));
    AB_TRY(sets, list());
    base::ensure(!sets.empty(), "a backup was just taken");
    return sets.back();
}

base::Result<std::vector<BackupSet>> BackupRepository::list() const {
    AB_TRY(text, run({"--output=json", "info"}));
    return parse_backup_info(text);
}

base::Result<void> BackupRepository::restore(const Target& target, const OnProgress& on_progress)
    const {
    AB_CHECK(pg::make_server_folder(target.into));
    const std::string fetch = shell_line(
        fmt::format("{} archive-get %f %p", shell_word("--pg1-path=" + target.home.string()))
    );
    std::vector<std::string> arguments{
        "--pg1-path=" + target.into.string(),
        "--set=" + target.label,
        "--recovery-option=restore_command=" + in_quotes(fetch),
        "restore",
    };
    if (target.to) {
        arguments.insert(
            arguments.end(),
            {"--type=time", "--target=" + target_time(*target.to), "--target-action=promote"}
        );
    }
    AB_TRY(done, run(std::move(arguments), on_progress));
    return {};
}

}  // namespace accubooks::ops
